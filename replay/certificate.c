/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates, see certificate.h. Choice tags are 0x80 + index; alternatives and members
 * behind the schema's extension marker come with a length and are stepped over by it. Fuzz
 * target: fuzz_spdu. */
#include "replay/certificate.h"

/* Preamble bits of ToBeSignedCertificate. */
enum {
    TBS_EXTENSION = 0x80,
    TBS_REGION = 0x40,
    TBS_ASSURANCE = 0x20,
    TBS_APPLICATIONS = 0x10,
    TBS_ISSUE = 0x08,
    TBS_REQUEST = 0x04,
    TBS_ENCRYPTION_KEY = 0x01
};

void certificate_point(struct coer *r)
{
    size_t at = r->c.at;
    switch (cursor_u8(&r->c)) {
    case 0x80: /* x only */
    case 0x82: /* compressed, y even */
    case 0x83: /* compressed, y odd */
        cursor_skip(&r->c, 32);
        break;
    case 0x81: /* fill */
        break;
    case 0x84: /* uncompressed */
        cursor_skip(&r->c, 64);
        break;
    default:
        coer_bad(r, at);
        break;
    }
}

/* A choice whose first two alternatives are points and whose others are extensions. */
static void key_choice(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80 || tag == 0x81) {
        certificate_point(r);
    } else if (tag >= 0x82 && tag < 0xbf) {
        coer_skip_string(r);
    } else {
        coer_bad(r, at);
    }
}

void certificate_signature(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80 || tag == 0x81) { /* ECDSA over NIST or Brainpool P-256 */
        certificate_point(r);
        cursor_skip(&r->c, 32);
    } else if (tag >= 0x82 && tag < 0xbf) {
        coer_skip_string(r);
    } else {
        coer_bad(r, at);
    }
}

void certificate_encryption_key(struct coer *r)
{
    cursor_skip(&r->c, 1); /* symmetric algorithm */
    key_choice(r);
}

static void walk_id(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    switch (tag) {
    case 0x80: { /* linkage data: i, value, and a group value if the bit says so */
        uint8_t preamble = cursor_u8(&r->c);
        cursor_skip(&r->c, 2 + 9 + (preamble & 0x80 ? 4 + 9 : 0));
        break;
    }
    case 0x81: /* name */
    case 0x82: /* binary */
        coer_skip_string(r);
        break;
    case 0x83:
        break;
    default:
        if (tag > 0x83 && tag < 0xbf) {
            coer_skip_string(r);
        } else {
            coer_bad(r, at);
        }
        break;
    }
}

static void walk_identified(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    switch (tag) {
    case 0x80: /* country */
        cursor_skip(&r->c, 2);
        break;
    case 0x81: /* country and regions */
        cursor_skip(&r->c, 2);
        cursor_skip(&r->c, coer_count(r));
        break;
    case 0x82: { /* country, regions and subregions */
        cursor_skip(&r->c, 2);
        for (size_t n = coer_count(r); n > 0 && coer_good(r); n--) {
            cursor_skip(&r->c, 1);
            cursor_skip(&r->c, 2 * coer_count(r));
        }
        break;
    }
    default:
        if (tag > 0x82 && tag < 0xbf) {
            coer_skip_string(r);
        } else {
            coer_bad(r, at);
        }
        break;
    }
}

static void walk_region(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    switch (tag) {
    case 0x80: /* circle */
        cursor_skip(&r->c, 10);
        break;
    case 0x81: /* rectangles */
        cursor_skip(&r->c, 16 * coer_count(r));
        break;
    case 0x82: /* polygon */
        cursor_skip(&r->c, 8 * coer_count(r));
        break;
    case 0x83:
        for (size_t n = coer_count(r); n > 0 && coer_good(r); n--) {
            walk_identified(r);
        }
        break;
    default:
        if (tag > 0x83 && tag < 0xbf) {
            coer_skip_string(r);
        } else {
            coer_bad(r, at);
        }
        break;
    }
}

static void walk_applications(struct coer *r, struct certificate_facts *out)
{
    for (size_t n = coer_count(r); n > 0 && coer_good(r); n--) {
        uint8_t preamble = cursor_u8(&r->c);
        uint64_t psid = coer_uint(r);
        if (coer_good(r) && out->psid_count < CERTIFICATE_PSIDS_MAX) {
            out->psids[out->psid_count++] = (uint32_t)psid;
        }
        if (preamble & 0x80) { /* service specific permissions */
            size_t at = r->c.at;
            if (cursor_u8(&r->c) < 0x80) {
                coer_bad(r, at);
            }
            coer_skip_string(r);
        }
    }
}

/* PsidSspRange: preamble, PSID, and a range if the bit says so. */
static void walk_range(struct coer *r)
{
    uint8_t preamble = cursor_u8(&r->c);
    coer_skip_string(r);
    if (!(preamble & 0x80)) {
        return;
    }
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80) {
        for (size_t n = coer_count(r); n > 0 && coer_good(r); n--) {
            coer_skip_string(r);
        }
    } else if (tag > 0x81 && tag < 0xbf) {
        coer_skip_string(r);
    } else if (tag != 0x81) { /* all: nothing follows */
        coer_bad(r, at);
    }
}

/* Permissions to issue or to request: what, chain length, chain range, kind of holder. */
static void walk_groups(struct coer *r)
{
    for (size_t n = coer_count(r); n > 0 && coer_good(r); n--) {
        uint8_t preamble = cursor_u8(&r->c);
        size_t at = r->c.at;
        uint8_t tag = cursor_u8(&r->c);
        if (tag == 0x80) {
            for (size_t k = coer_count(r); k > 0 && coer_good(r); k--) {
                walk_range(r);
            }
        } else if (tag > 0x81 && tag < 0xbf) {
            coer_skip_string(r);
        } else if (tag != 0x81) {
            coer_bad(r, at);
        }
        if (preamble & 0x80) {
            coer_skip_string(r);
        }
        if (preamble & 0x40) {
            coer_skip_string(r);
        }
        if (preamble & 0x20) {
            cursor_skip(&r->c, 1);
        }
    }
}

static void walk_issuer(struct coer *r)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80) {
        cursor_skip(&r->c, 8);
    } else if (tag == 0x81) {
        cursor_skip(&r->c, 1);
    } else if (tag > 0x81 && tag < 0xbf) {
        coer_skip_string(r);
    } else {
        coer_bad(r, at);
    }
}

static void walk_to_be_signed(struct coer *r, struct certificate_facts *out)
{
    uint8_t preamble = cursor_u8(&r->c);
    walk_id(r);
    cursor_skip(&r->c, 3 + 2 + 4); /* CRACA id, CRL series, start of validity */
    size_t at = r->c.at;
    uint8_t duration = cursor_u8(&r->c);
    if (duration < 0x80 || duration > 0x86) {
        coer_bad(r, at);
    }
    cursor_skip(&r->c, 2);
    if (preamble & TBS_REGION) {
        walk_region(r);
    }
    if (preamble & TBS_ASSURANCE) {
        cursor_skip(&r->c, 1);
    }
    if (preamble & TBS_APPLICATIONS) {
        walk_applications(r, out);
    }
    if (preamble & TBS_ISSUE) {
        walk_groups(r);
    }
    if (preamble & TBS_REQUEST) {
        walk_groups(r);
    }
    if (preamble & TBS_ENCRYPTION_KEY) {
        certificate_encryption_key(r);
    }
    at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80) {
        key_choice(r); /* explicit: the key itself */
    } else if (tag == 0x81) {
        certificate_point(r); /* implicit: reconstruction value */
    } else if (tag > 0x81 && tag < 0xbf) {
        coer_skip_string(r);
    } else {
        coer_bad(r, at);
    }
    if (preamble & TBS_EXTENSION) {
        coer_skip_extensions(r);
    }
}

void certificate_walk(struct coer *r, struct certificate_facts *out)
{
    uint8_t preamble = cursor_u8(&r->c);
    size_t at = r->c.at;
    uint8_t version = cursor_u8(&r->c);
    uint8_t type = cursor_u8(&r->c);
    if (version != 3 || type > 1) {
        coer_bad(r, at);
    }
    out->implicit = type == 1;
    walk_issuer(r);
    walk_to_be_signed(r, out);
    if (preamble & 0x80) {
        certificate_signature(r);
    }
}
