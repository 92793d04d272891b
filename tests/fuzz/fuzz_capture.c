/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files in memory, and the frames in them. */
#include "replay/capture.h"
#include "replay/frames.h"

#include <assert.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frames_result walked;
    struct capture *c;
    struct capture_frame frame;
    struct fail fail = {0};
    if (size == 0) {
        return 0;
    }
    FILE *stream = fmemopen((void *)(uintptr_t)data, size, "rb");
    if (!stream || capture_open_stream(&c, stream, "memory", NULL, &fail) != 0) {
        return 0;
    }
    int code;
    while ((code = capture_next(c, &frame, &fail)) == 1) {
        assert(frame.size <= size);
        (void)frames_walk(frame.octets, frame.size, frame.dlt, &walked);
    }
    assert(code == 0 || (code < 0 && fail.text[0] != 0));
    capture_close(c);
    return 0;
}
