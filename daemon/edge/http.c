/* SPDX-License-Identifier: Apache-2.0 */
/* Connections on the loop: read a head, write a reply, close; a watcher stays. */
#include "edge/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <uv.h>

#include "edge/http_request.h"

#define BACKLOG      16
#define HEAD_S       10 /* for a head to come */
#define BODY_S       60 /* for a reply to be taken */
#define UNREAD_MOST  ((size_t)1 << 20)
#define ADDRESS_MOST 80

struct client {
    struct http *http;
    uv_tcp_t tcp;
    uint8_t head[HTTP_HEAD_MOST];
    size_t size;
    int seconds; /* since it came, since it was answered */
    bool answered, watches, closing;
    struct client *next;
};

struct http {
    struct http_calls calls;
    uv_loop_t *loop;
    uv_tcp_t listener;
    uv_timer_t second;
    struct client *clients;
    size_t client_count;
    int own; /* open handles of ours: listener, timer */
    char address[ADDRESS_MOST];
    bool closing;
};

struct sending {
    uv_write_t request;
    struct bytes data;
    bool last;
};

static void tell_if_closed(struct http *http)
{
    if (http->closing && http->own == 0 && http->client_count == 0 && http->calls.closed) {
        http->calls.closed(http->calls.self);
    }
}

static void client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    struct http *http = client->http;
    struct client **link = &http->clients;
    while (*link != client) {
        link = &(*link)->next;
    }
    *link = client->next;
    http->client_count--;
    free(client);
    tell_if_closed(http);
}

static void client_close(struct client *client)
{
    if (!client->closing) {
        client->closing = true;
        uv_close((uv_handle_t *)&client->tcp, client_closed);
    }
}

static void sent(uv_write_t *request, int status)
{
    struct sending *sending = request->data;
    struct client *client = request->handle->data;
    bool last = sending->last || status < 0;
    bytes_close(&sending->data);
    free(sending);
    if (last) {
        client_close(client);
    }
}

/* Takes the octets over. */
static void client_send(struct client *client, struct bytes *data, bool last)
{
    struct sending *sending = data->failed ? NULL : calloc(1, sizeof *sending);
    if (!sending) {
        bytes_close(data);
        client_close(client);
        return;
    }
    sending->data = *data;
    sending->last = last;
    sending->request.data = sending;
    *data = (struct bytes){0};
    uv_buf_t block = uv_buf_init((char *)sending->data.data, (unsigned)sending->data.size);
    if (uv_write(&sending->request, (uv_stream_t *)&client->tcp, &block, 1, sent) != 0) {
        bytes_close(&sending->data);
        free(sending);
        client_close(client);
    }
}

static const char *phrase(int status)
{
    static const struct {
        int status;
        const char *text;
    } phrases[] = {{200, "OK"},
                   {400, "Bad Request"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {414, "URI Too Long"},
                   {431, "Request Header Fields Too Large"},
                   {503, "Service Unavailable"},
                   {505, "HTTP Version Not Supported"}};
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].status == status) {
            return phrases[i].text;
        }
    }
    return "";
}

static void answer(struct client *client, struct http_reply *reply, bool head_only)
{
    struct bytes out = {0};
    bytes_format(&out,
                 "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nConnection: close\r\n"
                 "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
                 reply->status, phrase(reply->status),
                 reply->type ? reply->type : "text/plain; charset=utf-8");
    if (reply->status == 405) {
        bytes_text(&out, "Allow: GET, HEAD\r\n");
    }
    if (!reply->events) {
        bytes_format(&out, "Content-Length: %zu\r\n", reply->body.size);
    }
    bytes_text(&out, "\r\n");
    if (!head_only) {
        bytes_put(&out, reply->body.data, reply->body.size);
    }
    out.failed = out.failed || reply->body.failed;
    client->watches = reply->events && !head_only;
    client->answered = true;
    client->seconds = 0;
    if (!client->watches) {
        (void)uv_read_stop((uv_stream_t *)&client->tcp);
    } /* else what comes is forgotten, and a leave shows */
    client_send(client, &out, !client->watches);
}

static void refuse(struct client *client, int status)
{
    struct http_reply reply = {.status = status};
    bytes_format(&reply.body, "%d %s\n", status, phrase(status));
    answer(client, &reply, false);
    bytes_close(&reply.body);
}

static void serve(struct client *client)
{
    struct http *http = client->http;
    struct http_request request;
    int status = 400;
    switch (http_request_parse(client->head, client->size, &request, &status)) {
    case HTTP_MORE:
        return;
    case HTTP_BAD:
        refuse(client, status);
        return;
    case HTTP_GOOD:
        break;
    }
    struct http_reply reply = {.status = 200};
    if (!http->calls.get(http->calls.self, request.path, &reply)) {
        refuse(client, 404);
    } else {
        answer(client, &reply, request.head_only);
    }
    bytes_close(&reply.body);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *block)
{
    struct client *client = handle->data;
    (void)suggested;
    if (client->watches) {
        client->size = 0;
    }
    *block = uv_buf_init((char *)client->head + client->size,
                         (unsigned)(sizeof client->head - client->size));
}

static void got(uv_stream_t *stream, ssize_t size, const uv_buf_t *block)
{
    struct client *client = stream->data;
    (void)block;
    if (size < 0) {
        client_close(client);
    } else if (!client->watches && !client->closing && size > 0) {
        client->size += (size_t)size;
        serve(client);
    }
}

static void came(uv_stream_t *listener, int status)
{
    struct http *http = listener->data;
    struct client *client = status < 0 ? NULL : calloc(1, sizeof *client);
    if (!client) {
        return;
    }
    client->http = http;
    client->next = http->clients;
    http->clients = client;
    http->client_count++;
    (void)uv_tcp_init(http->loop, &client->tcp);
    client->tcp.data = client;
    if (uv_accept(listener, (uv_stream_t *)&client->tcp) != 0 || http->closing ||
        http->client_count > HTTP_CLIENTS_MOST ||
        uv_read_start((uv_stream_t *)&client->tcp, give_room, got) != 0) {
        client_close(client);
    }
}

static void second_passed(uv_timer_t *timer)
{
    struct http *http = timer->data;
    for (struct client *c = http->clients; c; c = c->next) {
        if (!c->watches && c->seconds++ >= (c->answered ? BODY_S : HEAD_S)) {
            client_close(c);
        }
    }
}

static int parse_address(const char *text, struct sockaddr_storage *address,
                         struct fail *fail)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool six = length > 2 && text[0] == '[' && text[length - 1] == ']';
    size_t skip = six ? 1 : 0;
    char *end = NULL;
    unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;
    bool digits = colon && colon[1] >= '0' && colon[1] <= '9' && *end == 0;
    if (length - 2 * skip >= sizeof host || !digits || port > 65535) {
        return fail_set(fail, RESULT_USAGE,
                        "--http %s: an address and a port, as 127.0.0.1:8080 or [::1]:8080",
                        text);
    }
    memcpy(host, text + skip, length - 2 * skip);
    host[length - 2 * skip] = 0;
    int error = six ? uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)address)
                    : uv_ip4_addr(host, (int)port, (struct sockaddr_in *)address);
    return error == 0
               ? 0
               : fail_set(
                     fail, RESULT_USAGE,
                     "--http %s: an address and a port, as 127.0.0.1:8080 or [::1]:8080",
                     text);
}

static void own_closed(uv_handle_t *handle)
{
    struct http *http = handle->data;
    http->own--;
    tell_if_closed(http);
}

static void note_address(struct http *http)
{
    struct sockaddr_storage bound;
    int size = sizeof bound;
    char host[64] = "";
    (void)uv_tcp_getsockname(&http->listener, (struct sockaddr *)&bound, &size);
    bool six = bound.ss_family == AF_INET6;
    if (six) {
        (void)uv_ip6_name((struct sockaddr_in6 *)&bound, host, sizeof host);
    } else {
        (void)uv_ip4_name((struct sockaddr_in *)&bound, host, sizeof host);
    }
    unsigned port = ntohs(six ? ((struct sockaddr_in6 *)&bound)->sin6_port
                              : ((struct sockaddr_in *)&bound)->sin_port);
    (void)snprintf(http->address, sizeof http->address, six ? "[%s]:%u" : "%s:%u", host,
                   port);
}

int http_new(struct http **out, struct loop *loop, const char *address,
             const struct http_calls *calls, struct fail *fail)
{
    struct sockaddr_storage at = {0};
    int code = parse_address(address, &at, fail);
    struct http *http = code < 0 ? NULL : calloc(1, sizeof *http);
    *out = NULL;
    if (!http) {
        return code < 0 ? code : fail_set(fail, RESULT_MEMORY, "no memory for --http");
    }
    (void)signal(SIGPIPE, SIG_IGN); /* libuv writes to whoever has left without a guard */
    http->loop = loop_uv(loop);
    (void)uv_tcp_init(http->loop, &http->listener);
    (void)uv_timer_init(http->loop, &http->second);
    http->listener.data = http->second.data = http;
    http->own = 2;
    int error = uv_tcp_bind(&http->listener, (struct sockaddr *)&at, 0);
    error = error ? error : uv_listen((uv_stream_t *)&http->listener, BACKLOG, came);
    if (error != 0) {
        code = fail_set(fail, RESULT_WORLD, "--http %s: %s", address, uv_strerror(error));
        http_close(http);
        while (http->own > 0) {
            (void)uv_run(http->loop, UV_RUN_ONCE);
        }
        http_free(http);
        return code;
    }
    http->calls = *calls;
    (void)uv_timer_start(&http->second, second_passed, 1000, 1000);
    note_address(http);
    *out = http;
    return 0;
}

const char *http_address(const struct http *http)
{
    return http->address;
}

size_t http_watchers(const struct http *http)
{
    size_t count = 0;
    for (const struct client *c = http->clients; c; c = c->next) {
        count += c->watches && !c->closing;
    }
    return count;
}

void http_push(struct http *http, const void *line, size_t size)
{
    for (struct client *c = http->clients; c; c = c->next) {
        size_t unread = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
        if (c->watches && !c->closing && unread + size <= UNREAD_MOST) {
            struct bytes event = {0};
            bytes_text(&event, "data: ");
            bytes_put(&event, line, size);
            bytes_text(&event, "\n\n");
            client_send(c, &event, false);
        }
    }
}

void http_close(struct http *http)
{
    if (http->closing) {
        return;
    }
    http->closing = true;
    uv_close((uv_handle_t *)&http->listener, own_closed);
    uv_close((uv_handle_t *)&http->second, own_closed);
    for (struct client *c = http->clients; c; c = c->next) {
        client_close(c);
    }
}

void http_free(struct http *http)
{
    free(http);
}
