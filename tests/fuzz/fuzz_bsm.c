/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the body of a BSM, read the fast way: what decodes encodes to the same
 * bits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/bsm_fast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bsm_core core;
    struct bsm_preamble preamble;
    struct bsm_events events;
    uint8_t frame[BSM_FRAME_SIZE];
    size_t bad = 0;
    size_t body = 0;
    (void)bsm_fast_body(data, size, &body);
    (void)bsm_fast_events(data, size, &events);
    if (!bsm_fast_decode(data, size, &core, &preamble, &bad)) {
        if (bad > size * 8) {
            abort();
        }
        return 0;
    }
    if (!bsm_fast_encode(&core, frame)) {
        abort();
    }
    frame[3] |= (uint8_t)(data[0] & 0xE0);
    frame[39] |= (uint8_t)(data[36] & 0x07);
    if (memcmp(frame + 3, data, BSM_BODY_SIZE) != 0) {
        abort();
    }
    return 0;
}
