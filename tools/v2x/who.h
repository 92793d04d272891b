/* SPDX-License-Identifier: Apache-2.0 */
/* Who sent a message: the station it names itself, else what the layers say. */
#pragma once

#include "asn1/bsm_fast.h"
#include "replay/frames.h"

enum who_kind {
    WHO_NOBODY,
    WHO_TEMPORARY_ID, /* of a BSM: changes from time to time */
    WHO_STATION_ID,   /* ETSI */
    WHO_MAC,
    WHO_IP,
    WHO_DIGEST, /* of the signing certificate */
};

struct who {
    enum who_kind kind;
    uint8_t size;
    uint8_t octets[16];
};

enum { WHO_TEXT_MAX = 48 };

/* core: of a BSM, else NULL. */
struct who who_of(const struct frames_result *walk, const struct bsm_core *core);

/* The same for the same sender, practically never for two; 0 for nobody. */
uint64_t who_key(const struct who *who);

const char *who_kind_name(enum who_kind kind);

/* Hex, a station number, or an address as people write it. */
void who_text(const struct who *who, char text[WHO_TEXT_MAX]);
