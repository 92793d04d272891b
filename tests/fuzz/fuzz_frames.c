/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of any link type: the first two octets choose it (0xffff: no link header). */
#include "replay/frames.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frames_result r;
    if (size < 2) {
        return 0;
    }
    int dlt = data[0] << 8 | data[1];
    size_t n = size - 2;
    uint8_t *frame = malloc(n > 0 ? n : 1);
    memcpy(frame, data + 2, n);
    bool ok = dlt >= 0xfff0
                  ? frames_walk_payload(frame, n, (enum frames_start)(dlt & 7), &r)
                  : frames_walk(frame, n, dlt, &r);
    size_t block = r.from_text ? sizeof r.text : n;
    assert(r.layer_count <= WALK_LAYERS_MAX);
    assert(ok == (r.fault.reason == REASON_NONE));
    if (ok) {
        const uint8_t *base = r.from_text ? r.text : frame;
        assert(r.payload >= base && r.payload + r.payload_size <= base + block);
        assert(r.payload_size > 0 && r.payload_offset < n);
    } else {
        assert(r.fault.offset <= block);
    }
    (void)frames_message_id(&r);
    free(frame);
    return 0;
}
