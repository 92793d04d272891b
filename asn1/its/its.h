/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to ETSI ITS messages: a PDU in octets (what BTP carries) to JSON, to plain
 * values in SI units, and back.
 *
 * A PDU begins with protocol version, message id and station id (48 bits); the first two
 * choose the edition. It has no length of its own: whoever cuts it out of its packet gives
 * its exact size, and octets left over are an error. One `struct its` per thread. Octets
 * from the air never fail the program: the report says what was wrong and where. Octets,
 * texts and claims are borrowed for the call. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asn1/codec.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "model/its_claim.h"

struct its;
struct message;

enum { ITS_HEADER_SIZE = 6, ITS_PDU_MAX = 65536 };

/* What the header says. */
struct its_info {
    int protocol_version;
    int message_id;
    uint32_t station_id;
    const char *name;    /* CAM, DENM, ...; "" if the id is not assigned */
    const char *edition; /* the standard that we read it by; "" if none */
    bool decodable;      /* this version of this message is one of ours */
};

struct its_report {
    bool ok; /* the PDU is what its header says, to its last octet (or not one of ours) */
    bool decoded; /* the content was decoded, not only recognized */
    struct its_info info;
    size_t consumed;
    size_t offset; /* of the error: octet from the start of the PDU ... */
    int bit;       /* ... and bit in it, 0 first on the wire */
    char error[480];
    struct codec_unknown unknown[CODEC_UNKNOWN_MAX]; /* extension additions skipped */
    size_t unknown_count;                            /* may exceed what is kept */
};

/* NULL: out of memory. About four MiB, taken once. */
struct its *its_new(void);
void its_free(struct its *its);

/* false: fewer than six octets. */
bool its_describe(const uint8_t *octets, size_t size, struct its_info *info);

/* Appends the raw (jer) and the engineering (si) form; either may be NULL. Returns
 * report->ok. A message known but not decodable is ok, and appends nothing. */
bool its_decode_json(struct its *its, const uint8_t *octets, size_t size, struct bytes *jer,
                     struct bytes *si, struct its_report *report);

/* One PDU from its jer text, or from its si text; appended to out. The header in the text
 * chooses the edition. */
MUST_USE int its_encode_json(struct its *its, const char *jer, struct bytes *out,
                             struct fail *fail);
MUST_USE int its_encode_si(struct its *its, const char *si, struct bytes *out,
                           struct fail *fail);

/* A CAM, DENM or VAM as plain values. Returns report->ok; another message is ok with
 * claim->kind ITS_NONE. */
bool its_decode_message(struct its *its, const uint8_t *octets, size_t size,
                        struct its_claim *claim, struct its_report *report);

/* A PDU of the newest edition into out[room]; protocol_version is set by the kind. A
 * station of type 15 sends a CAM without movement. */
MUST_USE int its_encode_message(struct its *its, const struct its_claim *claim,
                                uint8_t *out, size_t room, size_t *size, struct fail *fail);

/* Whatever a station sends or hears as a message of model/message.h: MESSAGE_ITS with its
 * claim, MESSAGE_SPATEM, MESSAGE_MAPEM; another PDU is ok with MESSAGE_NONE. As
 * its_encode_message and its_decode_message. */
MUST_USE int its_encode_any(struct its *its, const struct message *message, uint8_t *out,
                            size_t room, size_t *size, struct fail *fail);
bool its_decode_any(struct its *its, const uint8_t *octets, size_t size,
                    struct message *message, struct its_report *report);

/* EN 302 637-2, Annex B: 16 bits of the milliseconds; back: the instant nearest to `near`
 * that has them. */
uint16_t its_generation_delta(struct tai t);
struct tai its_unfold(uint16_t generation_delta_ms, struct tai near);
