/* SPDX-License-Identifier: Apache-2.0 */
/* On-board unit logs in the layout of the Wyoming connected vehicle pilot: little-endian
 * records without file header, plain or gzip.
 *
 * Nothing in a file names its layout, so each is tried over the whole file and the one that
 * reads to the last octet is taken. Files in which none does are read as far as the best
 * layout goes, and then end as torn; files in which none makes sense are refused. */
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OBULOG_SIZE_MAX                                                                    \
    (256u << 20) /* after decompression; a day of driving is a few MiB */

enum obulog_kind {
    OBULOG_OWN,      /* bsmTx, bsmLogDuringEvent: first = direction, 0 own, 1 remote */
    OBULOG_RECEIVED, /* rxMsg: first = source, 0 RSU, 1 satellite, 2 vehicle, 3 SNMP */
    OBULOG_DISTRESS, /* dnMsg: the unit's own distress messages */
    OBULOG_ALERT     /* driverAlert: texts shown to the driver */
};

struct obulog_record {
    uint64_t number; /* from 1 */
    size_t offset;   /* of the record, after decompression */
    bool has_first, has_status;
    uint8_t first;
    int8_t status;               /* signing or verification result */
    int32_t latitude, longitude; /* the unit's own, 1e-7 degrees; 0, 0 before a fix */
    int32_t elevation;           /* 0.1 m */
    uint16_t speed, heading;     /* 0.02 m/s, 0.0125 degrees */
    struct utc utc;
    const uint8_t *payload; /* WSMP packet, SPDU, frame or text; borrowed from the log */
    size_t payload_size;
};

struct obulog;

/* Reads a file (or "-") whole, through gzip if it is that. torn: the gzip stream breaks
 * off.
 */
int obulog_read(const char *path, struct bytes *out, bool *torn,
                struct fail *fail) MUST_USE;

/* Takes over the octets (also when it fails). The name decides between OWN and RECEIVED
 * where it begins with bsm or rxMsg, and stands in messages. RESULT_USAGE if it is no log.
 */
int obulog_open(struct obulog **out, struct bytes *octets, const char *name, bool torn,
                struct fail *fail) MUST_USE;

/* 1 a record, 0 the end, RESULT_TORN at a record that breaks off or makes no sense. */
int obulog_next(struct obulog *log, struct obulog_record *out, struct fail *fail) MUST_USE;

void obulog_rewind(struct obulog *log);

enum obulog_kind obulog_kind(const struct obulog *log);

/* True if the kind was concluded from the records alone, the name saying nothing. */
bool obulog_kind_guessed(const struct obulog *log);

/* True if more than one layout reads the whole file; the first of the list was taken. */
bool obulog_ambiguous(const struct obulog *log);

void obulog_close(struct obulog *log);
