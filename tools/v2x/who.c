/* SPDX-License-Identifier: Apache-2.0 */
/* Identities of senders, see who.h. */
#include "tools/v2x/who.h"

#include <stdio.h>
#include <string.h>

static struct who made(enum who_kind kind, const uint8_t *octets, size_t size)
{
    struct who who = {.kind = kind, .size = (uint8_t)size};
    memcpy(who.octets, octets, size);
    return who;
}

struct who who_of(const struct frames_result *walk, const struct bsm_core *core)
{
    if (core) {
        uint8_t id[4] = {(uint8_t)(core->id >> 24), (uint8_t)(core->id >> 16),
                         (uint8_t)(core->id >> 8), (uint8_t)core->id};
        return made(WHO_TEMPORARY_ID, id, sizeof id);
    }
    if (walk->family == FRAMES_ITS) {
        return made(WHO_STATION_ID, walk->payload + 2, 4);
    }
    if (walk->has_link && walk->link.has_src) {
        return made(WHO_MAC, walk->link.src, sizeof walk->link.src);
    }
    if (walk->has_ip) {
        return made(WHO_IP, walk->ip.src, walk->ip.version == 6 ? 16 : 4);
    }
    if (walk->has_spdu && walk->spdu.signer == SPDU_SIGNER_DIGEST) {
        return made(WHO_DIGEST, walk->spdu.digest, sizeof walk->spdu.digest);
    }
    return (struct who){.kind = WHO_NOBODY};
}

static uint64_t mixed(uint64_t a, uint64_t b)
{
    uint64_t x = (a + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ b;
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (x ^ x >> 32) | 1;
}

uint64_t who_key(const struct who *who)
{
    uint64_t key = mixed((uint64_t)who->kind, who->size);
    for (uint8_t i = 0; i < who->size; i++) {
        key = mixed(key, who->octets[i]);
    }
    return who->kind == WHO_NOBODY ? 0 : key;
}

const char *who_kind_name(enum who_kind kind)
{
    static const char *const names[] = {"nobody", "temporary_id", "station_id",
                                        "mac",    "ip",           "digest"};
    return names[kind];
}

void who_text(const struct who *who, char text[WHO_TEXT_MAX])
{
    const uint8_t *o = who->octets;
    if (who->kind == WHO_STATION_ID) {
        (void)snprintf(text, WHO_TEXT_MAX, "%lu",
                       (unsigned long)o[0] << 24 | (unsigned long)o[1] << 16 |
                           (unsigned long)o[2] << 8 | o[3]);
    } else if (who->kind == WHO_IP) {
        ip_text(who->size == 16 ? 6 : 4, o, text);
    } else {
        bool address = who->kind == WHO_MAC;
        size_t at = 0;
        text[0] = 0;
        for (uint8_t i = 0; i < who->size && at < WHO_TEXT_MAX; i++) {
            const char *before = address && i ? ":" : "";
            int n = address ? snprintf(text + at, WHO_TEXT_MAX - at, "%s%02x", before, o[i])
                            : snprintf(text + at, WHO_TEXT_MAX - at, "%02X", o[i]);
            at += (size_t)n;
        }
    }
}
