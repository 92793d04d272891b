/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to J2735 encodings: a MessageFrame in octets to JSON, to a message in SI
 * units, and back.
 *
 * One `struct codec` per thread; calls on different codecs are independent. Octets from the
 * air never fail the program: the report says what was wrong and where. Octets and messages
 * are borrowed for the call. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"

struct message;
struct codec;

enum { CODEC_UNKNOWN_MAX = 16, CODEC_PATH = 320, CODEC_FRAME_MAX = 65536 };

/* What the first octets of a frame say. */
struct codec_info {
    int message_id;
    const char *type; /* ASN.1 name of the message; "" if the id is not assigned */
    const char *name; /* BSM, SPAT, ...; "" if not assigned */
    bool known;       /* the id is assigned */
    bool decodable;   /* we decode it */
    size_t length;    /* octets of the whole frame, 0 if its header is torn or extended */
};

/* An extension addition that was skipped: where, and how many octets it had. */
struct codec_unknown {
    char path[CODEC_PATH];
    size_t size;
};

struct codec_report {
    bool ok; /* the frame is what its id says, to the last bit (or the id is not ours) */
    bool decoded; /* the content was decoded, not only carried */
    struct codec_info info;
    int edition; /* year of the oldest J2735 that has all of it; 0: not decoded, or newer */
    size_t consumed; /* octets of the frame; what follows is not part of it */
    size_t extra;    /* octets behind the frame */
    size_t offset;   /* of the error: octet from the start of the frame ... */
    int bit;         /* ... and bit in it, 0 first on the wire */
    char error[480];
    struct codec_unknown unknown[CODEC_UNKNOWN_MAX];
    size_t unknown_count; /* may exceed CODEC_UNKNOWN_MAX; the first ones are kept */
};

/* NULL: out of memory. About four MiB, taken once. */
struct codec *codec_new(void);
void codec_free(struct codec *codec);

/* false: fewer than two octets, or no MessageFrame. */
bool codec_describe(const uint8_t *octets, size_t size, struct codec_info *info);

/* Appends the raw (jer) and the engineering (si) form; either may be NULL. Returns
 * report->ok. */
bool codec_decode_json(struct codec *codec, const uint8_t *octets, size_t size,
                       struct bytes *jer, struct bytes *si, struct codec_report *report);

/* One frame from its jer text, or from its si text; appended to out. */
MUST_USE int codec_encode_json(struct codec *codec, const char *jer, struct bytes *out,
                               struct fail *fail);
MUST_USE int codec_encode_si(struct codec *codec, const char *si, struct bytes *out,
                             struct fail *fail);

/* BSM, PSM, SPAT, MAP, TIM, RSA as plain values (model/message.h). Returns report->ok; a
 * frame of another type is ok with message->type MESSAGE_NONE. */
bool codec_decode_message(struct codec *codec, const uint8_t *octets, size_t size,
                          struct message *message, struct codec_report *report);

/* A whole frame into out[room]. */
MUST_USE int codec_encode_message(struct codec *codec, const struct message *message,
                                  uint8_t *out, size_t room, size_t *size,
                                  struct fail *fail);
