/* SPDX-License-Identifier: Apache-2.0 */
/* Secured protocol data units: Ieee1609Dot2Data in COER (IEEE 1609.2-2016 and later; TS 103
 * 097 V1.3.1 and later), walked field by field to their last octet. Signatures are
 * not verified; what the header claims is reported as claimed. */
#pragma once

#include "base/time.h"
#include "replay/certificate.h"
#include "replay/layer.h"

enum spdu_content { SPDU_UNSECURED, SPDU_SIGNED, SPDU_ENCRYPTED, SPDU_REQUEST };
enum spdu_signer {
    SPDU_SIGNER_NONE,
    SPDU_SIGNER_DIGEST,
    SPDU_SIGNER_CERTIFICATE,
    SPDU_SIGNER_SELF
};

struct spdu_facts {
    enum spdu_content content;
    enum spdu_signer signer;
    bool has_generation_time, has_expiry_time, has_location;
    uint8_t hash; /* 0 SHA-256, 1 SHA-384, 2 SM3 */
    uint64_t psid;
    uint64_t generation_us, expiry_us; /* TAI microseconds since 2004, as sent */
    int32_t latitude, longitude;       /* 1e-7 degrees, as sent */
    uint16_t elevation;                /* as sent: 0.1 m above -409.6 m */
    uint8_t digest[8];                 /* HashedId8 of the signing certificate */
    uint8_t certificate_count;
    size_t certificate_offset, certificate_size; /* of the first one, 0 without */
    struct certificate_facts certificate;        /* the first one, the signer's own */
    size_t payload_offset, payload_size;
    size_t trailing; /* octets after the structure */
};

/* In: a walk at the version octet. Out: at the payload, cut to its length. Encrypted data
 * and certificate requests are faults (ENCRYPTED, CERTIFICATE_REQUEST) with content set. */
bool spdu_walk(struct walk *w, struct spdu_facts *out);

/* A claimed time as an instant; false if it lies beyond what nanoseconds can hold. */
bool spdu_time(uint64_t us, struct tai *out);
