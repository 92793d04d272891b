/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files and live interfaces, frame by frame: pcap and pcapng, micro- and
 * nanosecond, with a BPF filter. The only file that includes pcap.h.
 *
 * capture_open, capture_next until it does not return 1, capture_close. A frame's octets
 * are borrowed until the next call. Numbers count every frame of the file from 1, as other
 * tools do, also those that the filter leaves out; on an interface they count what passed
 * the filter. */
#pragma once

#include "base/result.h"
#include "base/time.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture;

struct capture_frame {
    uint64_t number; /* from 1 */
    struct utc utc;  /* capture stamp */
    int dlt;         /* libpcap link type */
    const uint8_t *octets;
    size_t size;          /* octets captured */
    size_t original_size; /* octets on the air or wire */
};

/* path "-" is standard input; filter may be NULL or empty. RESULT_WORLD if the file cannot
 * be opened; RESULT_USAGE if it is no capture, its link type is not one that we read, it
 * mixes link types, or the filter does not compile. */
int capture_open(struct capture **out, const char *path, const char *filter,
                 struct fail *fail) MUST_USE;

/* The same from an open stream, which the capture then owns (also when opening fails);
 * name stands in messages. */
int capture_open_stream(struct capture **out, FILE *stream, const char *name,
                        const char *filter, struct fail *fail) MUST_USE;

/* A live interface, non-blocking, promiscuous. */
int capture_open_live(struct capture **out, const char *interface, const char *filter,
                      struct fail *fail) MUST_USE;

/* 1 a frame, 0 none (the end of a file; nothing yet on an interface), negative: RESULT_TORN
 * where a file breaks off or goes bad, with frame number and octet, RESULT_USAGE where its
 * link type changes, RESULT_WORLD where an interface fails. */
int capture_next(struct capture *c, struct capture_frame *out, struct fail *fail) MUST_USE;

/* Link type, and its name as libpcap knows it. */
int capture_dlt(const struct capture *c);
const char *capture_dlt_name(const struct capture *c);

/* A descriptor to poll on a live interface; -1 on a file. */
int capture_descriptor(const struct capture *c);

void capture_close(struct capture *c);
