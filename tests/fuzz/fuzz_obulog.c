/* SPDX-License-Identifier: Apache-2.0 */
/* OBU logs: layout guessing, records to the end, and their payloads. */
#include "replay/frames.h"
#include "replay/obulog.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frames_result walked;
    struct bytes octets = {0};
    struct obulog *log;
    struct obulog_record r;
    struct fail fail = {0};
    bytes_put(&octets, data, size);
    if (obulog_open(&log, &octets, "log", false, &fail) != 0) {
        return 0;
    }
    uint64_t count = 0;
    int code;
    while ((code = obulog_next(log, &r, &fail)) == 1) {
        count++;
        assert(r.number == count && r.offset < size && r.payload_size > 0);
        (void)frames_walk_payload(r.payload, r.payload_size, FRAMES_AUTO, &walked);
    }
    assert(count > 0 && (code == 0 || code == RESULT_TORN));
    obulog_rewind(log);
    assert(obulog_next(log, &r, &fail) == 1);
    obulog_close(log);
    return 0;
}
