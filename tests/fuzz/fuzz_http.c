/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the head of a request: a path, more wanted, or a status; and no octet after
 * the head changes what was read. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "edge/http_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_request request = {0};
    int status = 0;
    switch (http_request_parse(data, size, &request, &status)) {
    case HTTP_MORE:
        assert(size < HTTP_HEAD_MOST && status == 0);
        break;
    case HTTP_GOOD:
        assert(request.path[0] == '/' && strlen(request.path) <= HTTP_PATH_MOST);
        assert(!strpbrk(request.path, "?# \r\n"));
        break;
    case HTTP_BAD:
        assert(status == 400 || status == 405 || status == 414 || status == 431 ||
               status == 505);
        break;
    }
    return 0;
}
