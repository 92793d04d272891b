/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE 1609.2 certificates in COER, walked so that what follows them is found exactly.
 * Kept: kind and the applications that the holder may sign for. */
#pragma once

#include "replay/coer.h"

#define CERTIFICATE_PSIDS_MAX 32

struct certificate_facts {
    bool implicit;
    uint8_t psid_count; /* of those kept; more are walked over */
    uint32_t psids[CERTIFICATE_PSIDS_MAX];
};

void certificate_walk(struct coer *r, struct certificate_facts *out);

/* An EccP256CurvePoint; a Signature; a PublicEncryptionKey. */
void certificate_point(struct coer *r);
void certificate_signature(struct coer *r);
void certificate_encryption_key(struct coer *r);
