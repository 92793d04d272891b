/* SPDX-License-Identifier: Apache-2.0 */
/* The head of an HTTP/1.x request, as far as a server of a few fixed pages needs it. Pure.
 * In: octets as they have come. Out: method and path, more wanted, or the status that says
 * what is wrong. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD_MOST 8192 /* octets, lines and the empty one included */
#define HTTP_PATH_MOST 256

struct http_request {
    bool head_only;                /* HEAD */
    char path[HTTP_PATH_MOST + 1]; /* from '/', without query and fragment */
};

enum http_parsed { HTTP_MORE, HTTP_GOOD, HTTP_BAD };

/* HTTP_BAD: *status is 400, 405, 414, 431 or 505. */
enum http_parsed http_request_parse(const uint8_t *data, size_t size,
                                    struct http_request *request, int *status);
