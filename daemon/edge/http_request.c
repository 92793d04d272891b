/* SPDX-License-Identifier: Apache-2.0 */
/* Request line, then lines up to an empty one (RFC 9112, 2 and 3). Fields are passed over:
 * nothing here depends on one. Fuzz target: fuzz_http. */
#include "edge/http_request.h"

#include <string.h>

/* Octets of the head with its empty line; 0: it has not come yet. A line may end in LF
 * alone. */
static size_t head_size(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool crlf = i + 1 < size && data[i] == '\r' && data[i + 1] == '\n';
        bool lf = data[i] == '\n';
        if ((crlf || lf) && i > 0 && data[i - 1] == '\n') {
            return i + (crlf ? 2 : 1);
        }
    }
    return 0;
}

static enum http_parsed bad(int *status, int code)
{
    *status = code;
    return HTTP_BAD;
}

static bool has_prefix(const char *line, size_t size, const char *prefix)
{
    size_t n = strlen(prefix);
    return size >= n && memcmp(line, prefix, n) == 0;
}

static bool controls(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7F) {
            return true;
        }
    }
    return false;
}

static enum http_parsed parse_line(const char *line, size_t size,
                                   struct http_request *request, int *status)
{
    const char *space = memchr(line, ' ', size);
    if (!space || space == line) {
        return bad(status, 400);
    }
    const char *target = space + 1;
    size_t left = size - (size_t)(target - line);
    const char *end = memchr(target, ' ', left);
    if (!end) {
        return bad(status, 400);
    }
    const char *version = end + 1;
    size_t version_size = left - (size_t)(version - target);
    if (version_size != 8 || !has_prefix(version, version_size, "HTTP/")) {
        return bad(status, 400);
    }
    if (!has_prefix(version, version_size, "HTTP/1.")) {
        return bad(status, 505);
    }
    request->head_only = has_prefix(line, size, "HEAD ");
    if (!request->head_only && !has_prefix(line, size, "GET ")) {
        return bad(status, 405);
    }
    size_t n = (size_t)(end - target);
    for (size_t i = 0; i < n; i++) {
        n = target[i] == '?' || target[i] == '#' ? i : n;
    }
    if (n == 0 || target[0] != '/' || controls(target, n)) {
        return bad(status, 400);
    }
    if (n > HTTP_PATH_MOST) {
        return bad(status, 414);
    }
    memcpy(request->path, target, n);
    request->path[n] = 0;
    return HTTP_GOOD;
}

enum http_parsed http_request_parse(const uint8_t *data, size_t size,
                                    struct http_request *request, int *status)
{
    size_t head = head_size(data, size < HTTP_HEAD_MOST ? size : HTTP_HEAD_MOST);
    if (head == 0) {
        return size >= HTTP_HEAD_MOST ? bad(status, 431) : HTTP_MORE;
    }
    const char *line = (const char *)data;
    const char *end = memchr(line, '\n', head);
    size_t length = (size_t)(end - line);
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    return parse_line(line, length, request, status);
}
