/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE 1609.2 certificates in COER, walked so that what follows them is found exactly.
 * Kept: who issued it, whose it is, when and where it holds, and what its holder may sign
 * for. Nothing is verified. */
#pragma once

#include "replay/coer.h"

enum {
    CERTIFICATE_PSIDS_MAX = 32, /* applications kept; more are walked over */
    CERTIFICATE_ID_MAX = 64     /* octets of a name or binary id kept */
};

enum certificate_issuer {
    CERTIFICATE_BY_DIGEST,
    CERTIFICATE_BY_SELF,
    CERTIFICATE_BY_OTHER
};
enum certificate_id {
    CERTIFICATE_LINKAGE, /* a pseudonym that its authority can link */
    CERTIFICATE_NAME,
    CERTIFICATE_BINARY,
    CERTIFICATE_NONE,
    CERTIFICATE_OTHER
};
enum certificate_region {
    CERTIFICATE_ANYWHERE,
    CERTIFICATE_CIRCLE,
    CERTIFICATE_RECTANGLES,
    CERTIFICATE_POLYGON,
    CERTIFICATE_IDENTIFIED, /* by countries and their parts */
    CERTIFICATE_REGION_OTHER
};
enum certificate_key {
    CERTIFICATE_KEY_P256,           /* explicit: NIST P-256 */
    CERTIFICATE_KEY_BRAINPOOL,      /* explicit: Brainpool P-256 r1 */
    CERTIFICATE_KEY_OTHER,          /* explicit: a later curve */
    CERTIFICATE_KEY_RECONSTRUCTION, /* implicit: made from this value and the issuer's key
                                     */
    CERTIFICATE_KEY_NEWER           /* an alternative behind the extension marker */
};

struct certificate_facts {
    bool implicit;
    enum certificate_issuer issuer;
    uint8_t issuer_digest[8]; /* HashedId8 of the issuer's certificate, with BY_DIGEST */
    enum certificate_id id;
    uint16_t linkage_period;               /* i of the linkage data */
    uint8_t id_octets[CERTIFICATE_ID_MAX]; /* name, binary id or linkage value (9) */
    uint8_t id_size;                       /* of those kept */
    uint32_t start_s;                      /* TAI seconds since 2004 */
    double valid_s;
    enum certificate_region region;
    bool has_assurance, has_encryption_key;
    bool may_issue, may_request; /* certificates of others */
    uint8_t assurance; /* level in the upper three bits, confidence in the lower two */
    enum certificate_key key;
    uint8_t psid_count; /* of those kept */
    uint32_t psids[CERTIFICATE_PSIDS_MAX];
};

void certificate_walk(struct coer *r, struct certificate_facts *out);

/* An EccP256CurvePoint; a Signature; a PublicEncryptionKey. */
void certificate_point(struct coer *r);
void certificate_signature(struct coer *r);
void certificate_encryption_key(struct coer *r);
