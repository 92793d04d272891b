/* SPDX-License-Identifier: Apache-2.0 */
/* IEEE 1609.2 structures, certificates of every shape among them. */
#include "replay/spdu.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct walk w = {.c = cursor_init(data, size)};
    struct spdu_facts facts = {0};
    struct tai t;
    if (spdu_walk(&w, &facts)) {
        assert(facts.payload_offset + facts.payload_size + facts.trailing <= size);
        assert(w.c.at == facts.payload_offset && cursor_left(&w.c) == facts.payload_size);
        assert(facts.certificate_offset + facts.certificate_size <= size);
        assert(facts.certificate.psid_count <= CERTIFICATE_PSIDS_MAX);
        (void)spdu_time(facts.generation_us, &t);
    } else {
        assert(w.fault.reason != REASON_NONE && w.fault.offset <= size);
    }
    return 0;
}
