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

static void keep_id(const uint8_t *octets, size_t size, struct certificate_facts *out)
{
    if (octets) {
        out->id_size = (uint8_t)(size > CERTIFICATE_ID_MAX ? CERTIFICATE_ID_MAX : size);
        memcpy(out->id_octets, octets, out->id_size);
    }
}

static void walk_id(struct coer *r, struct certificate_facts *out)
{
    enum { LINKAGE_VALUE = 9, GROUP_VALUE = 4 + 9 };
    size_t at = r->c.at, size;
    uint8_t tag = cursor_u8(&r->c);
    const uint8_t *octets;
    out->id =
        tag >= 0x80 && tag <= 0x83 ? (enum certificate_id)(tag & 3) : CERTIFICATE_OTHER;
    switch (tag) {
    case 0x80: { /* linkage data: i, value, and a group value if the bit says so */
        uint8_t preamble = cursor_u8(&r->c);
        out->linkage_period = cursor_be16(&r->c);
        keep_id(cursor_take(&r->c, LINKAGE_VALUE), LINKAGE_VALUE, out);
        cursor_skip(&r->c, preamble & 0x80 ? GROUP_VALUE : 0);
        break;
    }
    case 0x81: /* name */
    case 0x82: /* binary */
        octets = coer_string(r, &size);
        keep_id(octets, size, out);
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

static void walk_region(struct coer *r, struct certificate_facts *out)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    out->region = tag >= 0x80 && tag <= 0x83
                      ? (enum certificate_region)(CERTIFICATE_CIRCLE + (tag & 3))
                      : CERTIFICATE_REGION_OTHER;
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

static void walk_issuer(struct coer *r, struct certificate_facts *out)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    const uint8_t *digest;
    if (tag == 0x80) {
        digest = cursor_take(&r->c, sizeof out->issuer_digest);
        if (digest) {
            memcpy(out->issuer_digest, digest, sizeof out->issuer_digest);
        }
        out->issuer = CERTIFICATE_BY_DIGEST;
    } else if (tag == 0x81) {
        cursor_skip(&r->c, 1);
        out->issuer = CERTIFICATE_BY_SELF;
    } else if (tag > 0x81 && tag < 0xbf) {
        coer_skip_string(r);
        out->issuer = CERTIFICATE_BY_OTHER;
    } else {
        coer_bad(r, at);
    }
}

/* Start, and how long: microseconds, milliseconds, seconds, minutes, hours, sixty hours,
 * years of 31556952 seconds. */
static void walk_validity(struct coer *r, struct certificate_facts *out)
{
    static const double unit_s[] = {1e-6, 1e-3, 1, 60, 3600, 216000, 31556952};
    out->start_s = cursor_be32(&r->c);
    size_t at = r->c.at;
    uint8_t unit = cursor_u8(&r->c);
    uint16_t count = cursor_be16(&r->c);
    if (unit < 0x80 || unit > 0x86) {
        coer_bad(r, at);
        return;
    }
    out->valid_s = count * unit_s[unit & 7];
}

static void walk_key_indicator(struct coer *r, struct certificate_facts *out)
{
    size_t at = r->c.at;
    uint8_t tag = cursor_u8(&r->c);
    if (tag == 0x80) { /* explicit: the key itself */
        uint8_t kind = cursor_peek(&r->c, 0);
        out->key = kind == 0x80   ? CERTIFICATE_KEY_P256
                   : kind == 0x81 ? CERTIFICATE_KEY_BRAINPOOL
                                  : CERTIFICATE_KEY_OTHER;
        key_choice(r);
    } else if (tag == 0x81) { /* implicit: reconstruction value */
        out->key = CERTIFICATE_KEY_RECONSTRUCTION;
        certificate_point(r);
    } else if (tag > 0x81 && tag < 0xbf) {
        out->key = CERTIFICATE_KEY_NEWER;
        coer_skip_string(r);
    } else {
        coer_bad(r, at);
    }
}

static void walk_to_be_signed(struct coer *r, struct certificate_facts *out)
{
    uint8_t preamble = cursor_u8(&r->c);
    walk_id(r, out);
    cursor_skip(&r->c, 3 + 2); /* CRACA id, CRL series */
    walk_validity(r, out);
    if (preamble & TBS_REGION) {
        walk_region(r, out);
    }
    if (preamble & TBS_ASSURANCE) {
        out->has_assurance = true;
        out->assurance = cursor_u8(&r->c);
    }
    if (preamble & TBS_APPLICATIONS) {
        walk_applications(r, out);
    }
    if (preamble & TBS_ISSUE) {
        out->may_issue = true;
        walk_groups(r);
    }
    if (preamble & TBS_REQUEST) {
        out->may_request = true;
        walk_groups(r);
    }
    if (preamble & TBS_ENCRYPTION_KEY) {
        out->has_encryption_key = true;
        certificate_encryption_key(r);
    }
    walk_key_indicator(r, out);
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
    walk_issuer(r, out);
    walk_to_be_signed(r, out);
    if (preamble & 0x80) {
        certificate_signature(r);
    }
}
