/* SPDX-License-Identifier: Apache-2.0 */
/* v2x ctl: one request to the control socket of a running daemon, one JSON line back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <zmq.h>

#include "base/bytes.h"
#include "v2x_net.h"

static const char help[] =
    "usage: v2x ctl [--timeout S] [--out FILE] ENDPOINT COMMAND [ARGUMENT...]\n"
    "  status | pause | resume | speed X|max | tier dN | fault SPEC | stop | manifest\n"
    "  schema            dictionaries; with --out the FileDescriptorSet goes to FILE\n"
    "  gaps TOPIC N      tell the publisher what a reader misses\n"
    "Exit: 0 done, 1 no answer or not possible, 2 wrong request or endpoint.\n";

struct ctl {
    const char *endpoint, *out;
    double timeout_s;
    struct bytes request;
};

static int read_arguments(int argc, char **argv, struct ctl *ctl, struct fail *fail)
{
    ctl->timeout_s = 5;
    int i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--out") == 0) {
            ctl->out = argv[i + 1];
        } else if (strcmp(argv[i], "--timeout") != 0 ||
                   !v2x_net_number(argv[i + 1], 86400, &ctl->timeout_s)) {
            return fail_set(fail, RESULT_USAGE, "ctl: %s %s: unknown or not a number",
                            argv[i], argv[i + 1]);
        }
    }
    if (argc - i < 2) {
        return fail_set(fail, RESULT_USAGE,
                        "ctl: needs an endpoint and a command (--help)");
    }
    ctl->endpoint = argv[i++];
    for (; i < argc; i++) {
        bytes_text(&ctl->request, argv[i]);
        bytes_text(&ctl->request, i + 1 < argc ? " " : "");
    }
    return 0;
}

static int write_file(const char *path, const void *data, size_t size, struct fail *fail)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(data, 1, size, file) == size;
    if (file && fclose(file) != 0) {
        good = false;
    }
    return good ? 0 : fail_set(fail, RESULT_WORLD, "%s: cannot write", path);
}

/* The exit code that a reply asks for. */
static int judge(const char *text, size_t size)
{
    json_t *reply = json_loadb(text, size, 0, NULL);
    const char *kind = json_string_value(json_object_get(reply, "kind"));
    int code = json_is_true(json_object_get(reply, "ok")) ? 0
               : kind && strcmp(kind, "usage") == 0       ? 2
                                                          : 1;
    json_decref(reply);
    return code;
}

static int receive(void *socket, const struct ctl *ctl, int *code, struct fail *fail)
{
    zmq_msg_t message;
    (void)zmq_msg_init(&message);
    int result = 0;
    if (zmq_msg_recv(&message, socket, 0) < 0) {
        result = fail_set(fail, RESULT_WORLD, "%s: no answer within %g s", ctl->endpoint,
                          ctl->timeout_s);
    } else {
        const char *text = zmq_msg_data(&message);
        size_t size = zmq_msg_size(&message);
        (void)fwrite(text, 1, size, stdout);
        (void)fputc('\n', stdout);
        *code = judge(text, size);
        bool more = zmq_msg_more(&message);
        if (more && zmq_msg_recv(&message, socket, 0) >= 0 && ctl->out) {
            result =
                write_file(ctl->out, zmq_msg_data(&message), zmq_msg_size(&message), fail);
        }
    }
    (void)zmq_msg_close(&message);
    return result;
}

int v2x_ctl_main(int argc, char **argv)
{
    struct ctl ctl = {0};
    struct fail fail = {0};
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        (void)fputs(help, stdout);
        return 0;
    }
    int code = 1;
    int result = read_arguments(argc, argv, &ctl, &fail);
    void *zmq = zmq_ctx_new();
    void *socket = zmq_socket(zmq, ZMQ_REQ);
    if (result == 0) {
        result = v2x_net_connect(socket, ctl.endpoint, &fail);
    }
    if (result == 0) {
        int timeout_ms = (int)(ctl.timeout_s * 1e3);
        (void)zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout_ms, sizeof timeout_ms);
        (void)zmq_send(socket, ctl.request.data, ctl.request.size, 0);
        result = receive(socket, &ctl, &code, &fail);
    }
    (void)zmq_close(socket);
    (void)zmq_ctx_term(zmq);
    bytes_close(&ctl.request);
    return result == 0 ? code : v2x_net_fail(&fail);
}
