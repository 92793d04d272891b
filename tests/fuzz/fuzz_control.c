/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a control request: a command within its limits, or one sentence. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "edge/control_request.h"
#include "edge/pace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct control_request request;
    struct fail fail = {0};
    int result = control_request_parse(data, size, &request, &fail);
    if (result != 0) {
        assert(fail.text[0] != 0 && strchr(fail.text, '\n') == NULL);
        return 0;
    }
    assert(request.command < CONTROL_COMMAND_COUNT);
    assert(request.speed == PACE_MAX ||
           (request.speed >= PACE_SPEED_LEAST && request.speed <= PACE_SPEED_MOST));
    assert(request.tier >= 0 && request.tier <= 5);
    assert(strlen(request.text) <= CONTROL_TEXT_MOST);
    return 0;
}
