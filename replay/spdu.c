/* SPDX-License-Identifier: Apache-2.0 */
/* Ieee1609Dot2Data, see spdu.h. IEEE 1609.2-2016 and 2022, clause 6.3; the payload is found
 * by walking, never by searching. Fuzz target: fuzz_spdu. */
#include "replay/spdu.h"

enum {
    TAG_UNSECURED = 0x80,
    TAG_SIGNED = 0x81,
    TAG_ENCRYPTED = 0x82,
    TAG_REQUEST = 0x83,
    TAG_REQUEST_X509 = 0x84,
    DATA_EXTENSION = 0x80, /* SignedDataPayload */
    DATA_PRESENT = 0x40,
    DATA_HASH = 0x20,
    HEADER_EXTENSION = 0x80, /* HeaderInfo */
    HEADER_GENERATION = 0x40,
    HEADER_EXPIRY = 0x20,
    HEADER_LOCATION = 0x10,
    HEADER_LEARNING = 0x08,
    HEADER_CRL = 0x04,
    HEADER_KEY = 0x02
};

static void payload_hash(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80) {
        cursor_skip(&r->c, 32);
    } else if (tag > 0x80 && tag < 0xbf) {
        coer_skip_string(r);
    } else {
        coer_bad(r, at);
    }
}

/* The signed payload: normally an unsecured Ieee1609Dot2Data. True if there is one. */
static bool signed_payload(struct coer *r, struct spdu_facts *out)
{
    uint8_t preamble = cursor_u8(&r->c);
    bool has = false;
    if (preamble & DATA_PRESENT) {
        size_t at = r->c.at;
        uint8_t version = cursor_u8(&r->c);
        uint8_t tag = cursor_u8(&r->c);
        size_t size;
        if (version != 3 || tag != TAG_UNSECURED) {
            coer_bad(r, at); /* signed within signed, or encrypted within: not a message */
        }
        const uint8_t *payload = coer_string(r, &size);
        if (payload) {
            has = true;
            out->payload_offset = r->c.at - size;
            out->payload_size = size;
        }
    }
    if (preamble & DATA_HASH) {
        payload_hash(r);
    }
    if (preamble & DATA_EXTENSION) {
        coer_skip_extensions(r);
    }
    return has;
}

static void header_info(struct coer *r, struct spdu_facts *out)
{
    uint8_t preamble = cursor_u8(&r->c);
    out->psid = coer_uint(r);
    if (preamble & HEADER_GENERATION) {
        out->has_generation_time = true;
        out->generation_us = cursor_be(&r->c, 8);
    }
    if (preamble & HEADER_EXPIRY) {
        out->has_expiry_time = true;
        out->expiry_us = cursor_be(&r->c, 8);
    }
    if (preamble & HEADER_LOCATION) {
        out->has_location = true;
        out->latitude = (int32_t)cursor_be32(&r->c);
        out->longitude = (int32_t)cursor_be32(&r->c);
        out->elevation = cursor_be16(&r->c);
    }
    if (preamble & HEADER_LEARNING) {
        cursor_skip(&r->c, 3);
    }
    if (preamble & HEADER_CRL) {
        uint8_t crl = cursor_u8(&r->c);
        cursor_skip(&r->c, 5);
        if (crl & 0x80) {
            coer_skip_extensions(r);
        }
    }
    if (preamble & HEADER_KEY) {
        size_t at = r->c.at;
        uint8_t tag = cursor_u8(&r->c);
        if (tag == 0x80) {
            certificate_encryption_key(r);
        } else if (tag == 0x81) { /* symmetric: AES-CCM key, or a later kind by length */
            uint8_t kind = cursor_u8(&r->c);
            if (kind == 0x80) {
                cursor_skip(&r->c, 16);
            } else {
                coer_skip_string(r);
            }
        } else {
            coer_bad(r, at);
        }
    }
    if (preamble & HEADER_EXTENSION) {
        coer_skip_extensions(r);
    }
}

static void signer_certificates(struct coer *r, struct spdu_facts *out)
{
    out->signer = SPDU_SIGNER_CERTIFICATE;
    size_t count = coer_count(r);
    for (size_t i = 0; i < count && coer_good(r); i++) {
        struct certificate_facts facts = {0};
        size_t at = r->c.at;
        certificate_walk(r, &facts);
        if (i == 0 && coer_good(r)) {
            out->certificate_offset = at;
            out->certificate_size = r->c.at - at;
            out->certificate = facts;
        }
        if (out->certificate_count < UINT8_MAX) {
            out->certificate_count++;
        }
    }
}

static void signer(struct coer *r, struct spdu_facts *out)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    const uint8_t *digest;
    switch (tag) {
    case 0x80:
        digest = cursor_take(&r->c, 8);
        if (digest) {
            out->signer = SPDU_SIGNER_DIGEST;
            memcpy(out->digest, digest, 8);
        }
        break;
    case 0x81:
        signer_certificates(r, out);
        break;
    case 0x82:
        out->signer = SPDU_SIGNER_SELF;
        break;
    default:
        if (tag > 0x82 && tag < 0xbf) {
            coer_skip_string(r);
        } else {
            coer_bad(r, at);
        }
        break;
    }
}

/* Adopts what the reader found: its position, or its complaint. */
static bool settle(struct walk *w, const struct coer *r)
{
    w->c = r->c;
    if (r->bad) {
        return walk_fail(w, REASON_BAD_SPDU, r->bad_at);
    }
    return walk_whole(w);
}

static bool to_payload(struct walk *w, struct spdu_facts *out)
{
    out->trailing = cursor_left(&w->c);
    w->c.at = out->payload_offset;
    w->c.size = out->payload_offset + out->payload_size;
    return true;
}

static bool walk_signed(struct walk *w, struct coer *r, struct spdu_facts *out)
{
    size_t at = r->c.at;
    out->hash = cursor_u8(&r->c);
    if (out->hash >= 0x80) {
        coer_bad(r, at);
    }
    bool has = signed_payload(r, out);
    header_info(r, out);
    signer(r, out);
    certificate_signature(r);
    if (!settle(w, r)) {
        return false;
    }
    return has ? to_payload(w, out) : walk_fail(w, REASON_NO_PAYLOAD, at);
}

bool spdu_walk(struct walk *w, struct spdu_facts *out)
{
    if (!walk_enter(w, LAYER_DOT2)) {
        return false;
    }
    size_t at = w->c.at;
    struct coer r = {.c = w->c};
    uint8_t version = cursor_u8(&r.c);
    uint8_t tag = cursor_u8(&r.c);
    if (version != 3 && !r.c.torn) {
        coer_bad(&r, at);
    }
    if (!coer_good(&r)) {
        return settle(w, &r);
    }
    switch (tag) {
    case TAG_UNSECURED:
        out->content = SPDU_UNSECURED;
        (void)coer_string(&r, &out->payload_size);
        out->payload_offset = coer_good(&r) ? r.c.at - out->payload_size : 0;
        return settle(w, &r) && to_payload(w, out);
    case TAG_SIGNED:
        out->content = SPDU_SIGNED;
        return walk_signed(w, &r, out);
    case TAG_ENCRYPTED:
        out->content = SPDU_ENCRYPTED;
        return walk_fail(w, REASON_ENCRYPTED, at + 1);
    case TAG_REQUEST:
    case TAG_REQUEST_X509:
        out->content = SPDU_REQUEST;
        return walk_fail(w, REASON_CERTIFICATE_REQUEST, at + 1);
    default:
        return walk_fail(w, REASON_BAD_SPDU, at + 1);
    }
}

bool spdu_time(uint64_t us, struct tai *out)
{
    if (us > (uint64_t)INT64_MAX / 1000) {
        return false;
    }
    out->ns = (int64_t)us * 1000;
    return true;
}
