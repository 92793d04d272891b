/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests as text, and the socket that answers them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <zmq.h>

#include "edge/control.h"

static int parse(const char *text, struct control_request *request, struct fail *fail)
{
    return control_request_parse((const uint8_t *)text, strlen(text), request, fail);
}

static void reads_words_and_json_alike(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum control_command command;
        double speed;
        int tier;
        uint64_t missing;
        const char *argument;
    } good[] = {
        {"status", CONTROL_STATUS, 0, 0, 0, ""},
        {" status \n", CONTROL_STATUS, 0, 0, 0, ""},
        {"{\"cmd\":\"pause\"}", CONTROL_PAUSE, 0, 0, 0, ""},
        {"speed 2.5", CONTROL_SPEED, 2.5, 0, 0, ""},
        {"speed max", CONTROL_SPEED, 0, 0, 0, ""},
        {"{\"cmd\":\"speed\",\"value\":3}", CONTROL_SPEED, 3, 0, 0, ""},
        {"{\"cmd\":\"speed\",\"value\":\"max\"}", CONTROL_SPEED, 0, 0, 0, ""},
        {"tier d3", CONTROL_TIER, 0, 3, 0, ""},
        {"tier 4", CONTROL_TIER, 0, 4, 0, ""},
        {"{\"cmd\":\"tier\",\"value\":\"d5\"}", CONTROL_TIER, 0, 5, 0, ""},
        {"fault dropout link=v2p", CONTROL_FAULT, 0, 0, 0, "dropout link=v2p"},
        {"{\"cmd\":\"fault\",\"value\":\"a b\"}", CONTROL_FAULT, 0, 0, 0, "a b"},
        {"gaps rx.veh-3.bsm 12", CONTROL_GAPS, 0, 0, 12, "rx.veh-3.bsm"},
        {"{\"cmd\":\"gaps\",\"topic\":\"t\",\"value\":2}", CONTROL_GAPS, 0, 0, 2, "t"},
        {"stop", CONTROL_STOP, 0, 0, 0, ""},
        {"schema", CONTROL_SCHEMA, 0, 0, 0, ""},
        {"manifest", CONTROL_MANIFEST, 0, 0, 0, ""},
        {"resume", CONTROL_RESUME, 0, 0, 0, ""},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct control_request request;
        struct fail fail;
        assert_int_equal(parse(good[i].text, &request, &fail), 0);
        assert_int_equal(request.command, good[i].command);
        assert_true(request.speed == good[i].speed);
        assert_int_equal(request.tier, good[i].tier);
        assert_int_equal(request.missing, good[i].missing);
        assert_string_equal(request.text, good[i].argument);
    }
}

static const char *const bad_requests[] = {"",
                                           "  ",
                                           "speed",
                                           "speed fast",
                                           "speed -1",
                                           "speed 1e309",
                                           "speed 0",
                                           "speed 2 3",
                                           "tier",
                                           "tier d6",
                                           "tier -1",
                                           "tier 3.5",
                                           "tier dd",
                                           "fault",
                                           "status now",
                                           "STATUS",
                                           "gaps",
                                           "gaps a",
                                           "gaps a -1",
                                           "reboot",
                                           "{",
                                           "{}",
                                           "[]",
                                           "{\"cmd\":7}",
                                           "{\"cmd\":\"status\",\"cmd\":\"stop\"}",
                                           "{\"cmd\":\"status\",\"extra\":1}",
                                           "{\"cmd\":\"fault\",\"value\":\"a\\nb\"}",
                                           "{\"cmd\":\"fault\",\"value\":7}",
                                           "{\"cmd\":\"status\"} x",
                                           "\xff\xfe",
                                           "fault \xff\xfe",
                                           "fault a\x01"};

static void says_in_one_line_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_requests / sizeof bad_requests[0]; i++) {
        struct control_request request;
        struct fail fail = {0};
        assert_int_equal(parse(bad_requests[i], &request, &fail), RESULT_USAGE);
        assert_true(fail.text[0] != 0);
        assert_null(strchr(fail.text, '\n'));
    }
}

static void refuses_a_request_beyond_the_limit(void **state)
{
    (void)state;
    struct control_request request;
    struct fail fail;
    uint8_t *data = calloc(1, CONTROL_REQUEST_MOST + 1);
    assert_int_equal(control_request_parse(data, CONTROL_REQUEST_MOST + 1, &request, &fail),
                     RESULT_USAGE);
    free(data);
}

static void finds_the_endpoint_beside(void **state)
{
    (void)state;
    char endpoint[64];
    assert_true(control_beside("tcp://127.0.0.1:5556", endpoint, sizeof endpoint));
    assert_string_equal(endpoint, "tcp://127.0.0.1:5557");
    assert_true(control_beside("tcp://[::1]:9", endpoint, sizeof endpoint));
    assert_string_equal(endpoint, "tcp://[::1]:10");
    assert_true(control_beside("ipc://v2xd.sock", endpoint, sizeof endpoint));
    assert_string_equal(endpoint, "ipc://v2xd.sock.ctl");
    assert_false(control_beside("tcp://127.0.0.1:*", endpoint, sizeof endpoint));
    assert_false(control_beside("tcp://127.0.0.1:65535", endpoint, sizeof endpoint));
    assert_false(control_beside("tcp:", endpoint, sizeof endpoint));
    assert_false(control_beside("tcp://127.0.0.1", endpoint, sizeof endpoint));
    assert_false(control_beside("ipc://v2xd.sock", endpoint, 8));
}

/* The socket */

struct rig {
    struct loop *loop;
    struct control *control;
    pthread_t thread;
    void *zmq, *peer;
    double speed;
    int tier, stops;
    char fault[64];
};

static int on_status(void *self, struct bytes *json, struct fail *fail)
{
    (void)self, (void)fail;
    bytes_text(json, "{\"state\":\"running\",\"t_ns\":\"17\"}");
    return 0;
}

static int on_speed(void *self, double speed, struct fail *fail)
{
    (void)fail;
    ((struct rig *)self)->speed = speed;
    return 0;
}

static int on_tier(void *self, int tier, struct fail *fail)
{
    struct rig *rig = self;
    rig->tier = tier;
    return tier == 5 ? fail_set(fail, RESULT_WORLD, "no such \"tier\" here") : 0;
}

static int on_fault(void *self, const char *spec, struct fail *fail)
{
    struct rig *rig = self;
    (void)fail;
    (void)snprintf(rig->fault, sizeof rig->fault, "%s", spec);
    return 0;
}

static int on_schema(void *self, struct bytes *json, struct bytes *binary,
                     struct fail *fail)
{
    (void)self, (void)fail;
    bytes_text(json, "{\"dictionaries\":{}}");
    bytes_put(binary, "\x0a\x00\xff", 3);
    return 0;
}

static int on_stop(void *self, struct fail *fail)
{
    struct rig *rig = self;
    (void)fail;
    rig->stops++;
    return 0;
}

static void on_closed(void *self)
{
    struct rig *rig = self;
    loop_stop(rig->loop);
}

static void on_woken(void *self)
{
    struct rig *rig = self;
    control_close(rig->control);
}

static void *run(void *self)
{
    struct rig *rig = self;
    struct fail fail;
    assert_int_equal(loop_run(rig->loop, &fail), 0);
    return NULL;
}

static void rig_open(struct rig *rig, int peer_type)
{
    struct fail fail = {0};
    const struct loop_calls calls = {.self = rig, .woken = on_woken};
    const struct control_handlers handlers = {
        .self = rig,
        .status = on_status,
        .speed = on_speed,
        .tier = on_tier,
        .fault = on_fault,
        .schema = on_schema,
        .stop = on_stop,
        .closed = on_closed,
    };
    memset(rig, 0, sizeof *rig);
    assert_int_equal(loop_new(&rig->loop, &calls, &fail), 0);
    assert_int_equal(
        control_new(&rig->control, rig->loop, "tcp://127.0.0.1:*", &handlers, &fail), 0);
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
    rig->zmq = zmq_ctx_new();
    rig->peer = zmq_socket(rig->zmq, peer_type);
    int none = 0, timeout_ms = 10000;
    (void)zmq_setsockopt(rig->peer, ZMQ_LINGER, &none, sizeof none);
    (void)zmq_setsockopt(rig->peer, ZMQ_RCVTIMEO, &timeout_ms, sizeof timeout_ms);
    assert_int_equal(zmq_connect(rig->peer, control_endpoint(rig->control)), 0);
}

static void rig_close(struct rig *rig)
{
    (void)zmq_close(rig->peer);
    (void)zmq_ctx_term(rig->zmq);
    loop_wake(rig->loop);
    (void)pthread_join(rig->thread, NULL);
    control_free(rig->control);
    loop_free(rig->loop);
}

static json_t *reply(struct rig *rig)
{
    char text[4096];
    int size = zmq_recv(rig->peer, text, sizeof text, 0);
    assert_in_range(size, 1, sizeof text);
    json_t *json = json_loadb(text, (size_t)size, 0, NULL);
    assert_non_null(json);
    return json;
}

static json_t *ask(struct rig *rig, const char *request)
{
    assert_true(zmq_send(rig->peer, request, strlen(request), 0) >= 0);
    return reply(rig);
}

static void ask_ok(struct rig *rig, const char *request, bool ok)
{
    json_t *json = ask(rig, request);
    assert_int_equal(json_is_true(json_object_get(json, "ok")), ok);
    assert_int_equal(json_is_string(json_object_get(json, "error")), !ok);
    json_decref(json);
}

static void answers_each_command(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, ZMQ_REQ);
    json_t *json = ask(&rig, "status");
    assert_string_equal(json_string_value(json_object_get(json, "state")), "running");
    assert_string_equal(json_string_value(json_object_get(json, "cmd")), "status");
    json_decref(json);
    ask_ok(&rig, "speed 4", true);
    assert_true(rig.speed == 4.0);
    ask_ok(&rig, "{\"cmd\":\"tier\",\"value\":\"d2\"}", true);
    assert_int_equal(rig.tier, 2);
    ask_ok(&rig, "tier d5", false);
    ask_ok(&rig, "fault clock ego +20ms", true);
    assert_string_equal(rig.fault, "clock ego +20ms");
    ask_ok(&rig, "manifest", false); /* no handler */
    ask_ok(&rig, "stop", true);
    assert_int_equal(rig.stops, 1);
    rig_close(&rig);
}

static void the_schema_has_a_binary_frame(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, ZMQ_REQ);
    json_decref(ask(&rig, "schema"));
    int more = 0;
    size_t size = sizeof more;
    (void)zmq_getsockopt(rig.peer, ZMQ_RCVMORE, &more, &size);
    assert_int_equal(more, 1);
    uint8_t binary[8];
    assert_int_equal(zmq_recv(rig.peer, binary, sizeof binary, 0), 3);
    assert_memory_equal(binary, "\x0a\x00\xff", 3);
    rig_close(&rig);
}

/* A DEALER may send what it likes: every single frame is answered, in order; requests of
 * several frames are not, except after an empty delimiter. */
static void garbage_is_answered_and_hurts_nobody(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, ZMQ_DEALER);
    for (size_t i = 0; i < sizeof bad_requests / sizeof bad_requests[0]; i++) {
        ask_ok(&rig, bad_requests[i], false);
    }
    (void)zmq_send(rig.peer, "one", 3, ZMQ_SNDMORE);
    (void)zmq_send(rig.peer, "two", 3, ZMQ_SNDMORE);
    (void)zmq_send(rig.peer, "status", 6, 0);
    for (int i = 0; i < 20; i++) {
        (void)zmq_send(rig.peer, "", 0, ZMQ_SNDMORE);
    }
    (void)zmq_send(rig.peer, "status", 6, 0);
    ask_ok(&rig, "status", true);
    rig_close(&rig);
}

static void a_frame_too_large_costs_only_its_sender(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, ZMQ_DEALER);
    void *hostile = zmq_socket(rig.zmq, ZMQ_DEALER);
    int none = 0;
    (void)zmq_setsockopt(hostile, ZMQ_LINGER, &none, sizeof none);
    assert_int_equal(zmq_connect(hostile, control_endpoint(rig.control)), 0);
    char *large = calloc(1, 1 << 20);
    (void)zmq_send(hostile, large, 1 << 20, 0);
    ask_ok(&rig, "status", true);
    free(large);
    (void)zmq_close(hostile);
    rig_close(&rig);
}

static void a_taken_or_foreign_endpoint_is_told(void **state)
{
    (void)state;
    struct rig rig;
    struct fail fail;
    struct control *second;
    const struct control_handlers none = {0};
    rig_open(&rig, ZMQ_REQ);
    assert_int_equal(
        control_new(&second, rig.loop, control_endpoint(rig.control), &none, &fail),
        RESULT_WORLD);
    assert_non_null(strstr(fail.text, "in use"));
    assert_int_equal(control_new(&second, rig.loop, "carrier-pigeon://x", &none, &fail),
                     RESULT_USAGE);
    assert_int_equal(control_new(&second, rig.loop, "nonsense", &none, &fail),
                     RESULT_USAGE);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_words_and_json_alike),
        cmocka_unit_test(says_in_one_line_what_is_wrong),
        cmocka_unit_test(refuses_a_request_beyond_the_limit),
        cmocka_unit_test(finds_the_endpoint_beside),
        cmocka_unit_test(answers_each_command),
        cmocka_unit_test(the_schema_has_a_binary_frame),
        cmocka_unit_test(garbage_is_answered_and_hurts_nobody),
        cmocka_unit_test(a_frame_too_large_costs_only_its_sender),
        cmocka_unit_test(a_taken_or_foreign_endpoint_is_told),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
