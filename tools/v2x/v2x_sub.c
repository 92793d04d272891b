/* SPDX-License-Identifier: Apache-2.0 */
/* v2x sub: prints what a daemon publishes.
 *
 * In: an endpoint and topic prefixes. Out: a JSON line per message (decoded by the schema
 * that hello brings), or its octets in hex, or a table each second. Messages that come
 * before hello are held back for at most HOLD_MS. Ends at --count, at the end of the run or
 * by a signal. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>
#include <zmq.h>

#include "base/bytes.h"
#include "base/cursor.h"
#include "edge/stream.h"
#include "fatejson.h"
#include "protojson.h"
#include "v2x_net.h"
#include "v2x_stats.h"

static const char help[] =
    "usage: v2x sub ENDPOINT [--topic PREFIX]... [--count N] [--json|--hex|--stats] "
    "[--follow]\n"
    "  --topic PREFIX  as \"rx.veh-3.\"; repeatable; default all\n"
    "  --count N       stop after N messages\n"
    "  --json          a line each, decoded (default)\n"
    "  --hex           topic, envelope and payload in hex\n"
    "  --stats         each second and topic: rate, gaps, latency since publication\n"
    "  --follow        go on after the end of a run\n";

enum mode { MODE_JSON, MODE_HEX, MODE_STATS };
enum { TOPICS_MOST = 64, HELD_MOST = 4096, HOLD_MS = 3000, POLL_MS = 100, RCVHWM = 100000 };

struct held {
    zmq_msg_t part[3];
};

struct sub {
    const char *endpoint;
    const char *topics[TOPICS_MOST];
    int topic_count;
    enum mode mode;
    bool follow;
    double count;
    double printed;
    struct protojson *schema;
    json_t *dictionaries;
    struct held *held;
    int held_count;
    int64_t start_ns;
    struct v2x_stats *stats;
    struct bytes line;
    bool ended;
};

static int64_t clock_ns(clockid_t clock)
{
    struct timespec ts;
    (void)clock_gettime(clock, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int read_arguments(int argc, char **argv, struct sub *sub, struct fail *fail)
{
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i];
        bool value = i + 1 < argc;
        if (strcmp(argument, "--topic") == 0 && value && sub->topic_count < TOPICS_MOST) {
            sub->topics[sub->topic_count++] = argv[++i];
        } else if (strcmp(argument, "--count") == 0 && value &&
                   v2x_net_number(argv[i + 1], 1e15, &sub->count)) {
            i++;
        } else if (strcmp(argument, "--json") == 0) {
            sub->mode = MODE_JSON;
        } else if (strcmp(argument, "--hex") == 0) {
            sub->mode = MODE_HEX;
        } else if (strcmp(argument, "--stats") == 0) {
            sub->mode = MODE_STATS;
        } else if (strcmp(argument, "--follow") == 0) {
            sub->follow = true;
        } else if (argument[0] != '-' && !sub->endpoint) {
            sub->endpoint = argument;
        } else {
            return fail_set(fail, RESULT_USAGE, "sub: %s: unknown, or its value is missing",
                            argument);
        }
    }
    return sub->endpoint ? 0
                         : fail_set(fail, RESULT_USAGE, "sub: needs an endpoint (--help)");
}

static bool wanted(const struct sub *sub, const char *topic)
{
    bool any = sub->topic_count == 0;
    for (int i = 0; i < sub->topic_count && !any; i++) {
        any = strncmp(topic, sub->topics[i], strlen(sub->topics[i])) == 0;
    }
    return any;
}

/* Field `number` of hello, by hand: its schema is inside itself. */
static struct column_blob hello_field(const uint8_t *data, size_t size, uint64_t number)
{
    struct cursor c = cursor_init(data, size);
    while (!c.torn && cursor_left(&c) > 0) {
        uint64_t key = cursor_u8(&c), length = 0;
        for (unsigned shift = 0; shift < 35 && !c.torn; shift += 7) {
            uint8_t octet = cursor_u8(&c);
            length |= (uint64_t)(octet & 0x7f) << shift;
            if (octet < 0x80) {
                break;
            }
        }
        const uint8_t *inside = cursor_take(&c, (size_t)length);
        if (inside && key == (number << 3 | 2)) {
            return (struct column_blob){inside, (uint32_t)length};
        }
    }
    return (struct column_blob){NULL, 0};
}

static void learn(struct sub *sub, const uint8_t *data, size_t size)
{
    enum { HELLO_SCHEMA = 1, HELLO_DICTIONARIES = 3 };
    struct fail fail;
    struct column_blob set = hello_field(data, size, HELLO_SCHEMA);
    struct column_blob names = hello_field(data, size, HELLO_DICTIONARIES);
    struct protojson *schema;
    if (set.data && protojson_new(&schema, set.data, set.size, &fail) == 0) {
        protojson_free(sub->schema);
        sub->schema = schema;
    }
    json_t *dictionaries =
        names.data ? json_loadb((const char *)names.data, names.size, 0, NULL) : NULL;
    if (dictionaries) {
        json_decref(sub->dictionaries);
        sub->dictionaries = dictionaries;
    }
}

/* Which message a topic carries: what the dictionaries say of kind.detail, then of the
 * kind; else the message that is called like the detail (events) or the kind. */
static int message_of(const struct sub *sub, const char *kind, const char *detail)
{
    char both[2 * QUEUE_TOPIC_MOST + 2];
    const json_t *messages = json_object_get(sub->dictionaries, "messages");
    (void)snprintf(both, sizeof both, "%s.%s", kind, detail);
    const char *name = json_string_value(json_object_get(messages, both));
    name = name ? name : json_string_value(json_object_get(messages, kind));
    if (name) {
        return protojson_find(sub->schema, name);
    }
    int message = protojson_find_kind(sub->schema, kind);
    return message >= 0 ? message : protojson_find_kind(sub->schema, detail);
}

static void print_payload(struct sub *sub, const char *topic,
                          const struct stream_envelope *envelope, const uint8_t *data,
                          size_t size)
{
    char kind[QUEUE_TOPIC_MOST + 1];
    size_t length = strcspn(topic, ".");
    memcpy(kind, topic, length);
    kind[length] = 0;
    const char *dot = strrchr(topic, '.');
    bytes_text(&sub->line, ",\"payload\":");
    bool good = false;
    if (strcmp(kind, "fate") == 0) {
        good = fatejson_print(data, size, sub->dictionaries, &sub->line);
    } else if (sub->schema && !(envelope->flags & STREAM_RAW)) {
        int message = message_of(sub, kind, dot ? dot + 1 : "");
        good =
            message >= 0 && protojson_print(sub->schema, message, data, size, &sub->line);
    }
    if (!good) {
        bytes_text(&sub->line, "null,\"hex\":\"");
        bytes_hex(&sub->line, data, size);
        bytes_text(&sub->line, "\"");
    }
}

static void print_json(struct sub *sub, const char *topic,
                       const struct stream_envelope *envelope, const uint8_t *data,
                       size_t size)
{
    bytes_text(&sub->line, "{\"topic\":");
    bytes_json_string(&sub->line, topic);
    bytes_format(&sub->line,
                 ",\"sequence\":%" PRIu64 ",\"t_event_ns\":\"%" PRId64
                 "\",\"t_publish_ns\":\"%" PRId64 "\",\"schema_id\":%" PRIu32
                 ",\"flags\":%" PRIu32,
                 envelope->sequence, envelope->t_event_ns, envelope->t_publish_ns,
                 envelope->schema_id, envelope->flags);
    print_payload(sub, topic, envelope, data, size);
    bytes_text(&sub->line, "}\n");
}

static void show(struct sub *sub, zmq_msg_t part[3])
{
    char topic[QUEUE_TOPIC_MOST + 1];
    struct stream_envelope envelope;
    size_t length = zmq_msg_size(&part[0]);
    const uint8_t *data = zmq_msg_data(&part[2]);
    size_t size = zmq_msg_size(&part[2]);
    if (length > QUEUE_TOPIC_MOST ||
        !stream_envelope_decode(zmq_msg_data(&part[1]), zmq_msg_size(&part[1]),
                                &envelope)) {
        (void)fprintf(stderr, "v2x: a message that is none of ours was skipped\n");
        return;
    }
    memcpy(topic, zmq_msg_data(&part[0]), length);
    topic[length] = 0;
    sub->ended = sub->ended || strncmp(topic, "end.", 4) == 0;
    if (!wanted(sub, topic) || (sub->count > 0 && sub->printed >= sub->count)) {
        return;
    }
    sub->printed++;
    bytes_clear(&sub->line);
    if (sub->mode == MODE_STATS) {
        v2x_stats_put(sub->stats, topic, &envelope, size, clock_ns(CLOCK_REALTIME));
    } else if (sub->mode == MODE_HEX) {
        bytes_text(&sub->line, topic);
        bytes_text(&sub->line, " ");
        bytes_hex(&sub->line, zmq_msg_data(&part[1]), zmq_msg_size(&part[1]));
        bytes_text(&sub->line, " ");
        bytes_hex(&sub->line, data, size);
        bytes_text(&sub->line, "\n");
    } else {
        print_json(sub, topic, &envelope, data, size);
    }
    if (sub->line.size > 0) {
        (void)fwrite(sub->line.data, 1, sub->line.size, stdout);
    }
}

static void show_held(struct sub *sub)
{
    for (int i = 0; i < sub->held_count; i++) {
        show(sub, sub->held[i].part);
        for (int k = 0; k < 3; k++) {
            (void)zmq_msg_close(&sub->held[i].part[k]);
        }
    }
    sub->held_count = 0;
}

/* The three frames of a message; others are read to their end and left. */
static bool receive(void *socket, zmq_msg_t part[3])
{
    int count = 0;
    bool more = true, good = true;
    for (int k = 0; k < 3; k++) {
        (void)zmq_msg_init(&part[k]);
    }
    while (more && zmq_msg_recv(&part[count < 2 ? count : 2], socket, ZMQ_DONTWAIT) >= 0) {
        more = zmq_msg_more(&part[count < 2 ? count : 2]);
        count++;
    }
    good = count == 3 && !more;
    for (int k = 0; k < 3 && !good; k++) {
        (void)zmq_msg_close(&part[k]);
    }
    return good;
}

static void handle(struct sub *sub, zmq_msg_t part[3])
{
    static const char hello[] = "hello.";
    bool is_hello = zmq_msg_size(&part[0]) >= sizeof hello - 1 &&
                    memcmp(zmq_msg_data(&part[0]), hello, sizeof hello - 1) == 0;
    if (is_hello && sub->mode == MODE_JSON) {
        learn(sub, zmq_msg_data(&part[2]), zmq_msg_size(&part[2]));
        show_held(sub);
    }
    bool hold = sub->mode == MODE_JSON && !sub->schema && sub->held_count < HELD_MOST &&
                clock_ns(CLOCK_MONOTONIC) - sub->start_ns < HOLD_MS * INT64_C(1000000);
    if (hold) {
        memcpy(&sub->held[sub->held_count++], part, sizeof(struct held));
        return;
    }
    show_held(sub);
    show(sub, part);
    for (int k = 0; k < 3; k++) {
        (void)zmq_msg_close(&part[k]);
    }
}

static bool finished(const struct sub *sub)
{
    return (sub->count > 0 && sub->printed >= sub->count) || (sub->ended && !sub->follow) ||
           v2x_net_interrupted() != 0 || ferror(stdout);
}

static void run(struct sub *sub, void *socket)
{
    enum { TURN = 1000 };
    sub->start_ns = clock_ns(CLOCK_MONOTONIC);
    int64_t table_ns = sub->start_ns + 1000000000;
    while (!finished(sub)) {
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
        zmq_msg_t part[3];
        (void)zmq_poll(&item, 1, POLL_MS);
        for (int i = 0; i < TURN && !finished(sub) && receive(socket, part); i++) {
            handle(sub, part);
        }
        int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
        if (now_ns - sub->start_ns >= HOLD_MS * INT64_C(1000000)) {
            show_held(sub);
        }
        if (sub->mode == MODE_STATS && now_ns >= table_ns) {
            v2x_stats_print(sub->stats, stdout);
            table_ns += 1000000000;
        }
        (void)fflush(stdout);
    }
    show_held(sub);
    if (sub->mode == MODE_STATS) {
        v2x_stats_print(sub->stats, stdout);
    }
}

static int subscribe(struct sub *sub, void *socket, struct fail *fail)
{
    int hwm = RCVHWM;
    (void)zmq_setsockopt(socket, ZMQ_RCVHWM, &hwm, sizeof hwm);
    for (int i = 0; i < sub->topic_count; i++) {
        (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, sub->topics[i], strlen(sub->topics[i]));
    }
    if (sub->topic_count == 0) {
        (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
    } else { /* to read the others by, and to know the end */
        (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "hello.", 6);
        (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "end.", 4);
    }
    return v2x_net_connect(socket, sub->endpoint, fail);
}

int v2x_sub_main(int argc, char **argv)
{
    struct sub sub = {0};
    struct fail fail = {0};
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        (void)fputs(help, stdout);
        return 0;
    }
    int result = read_arguments(argc, argv, &sub, &fail);
    void *zmq = zmq_ctx_new();
    void *socket = zmq_socket(zmq, ZMQ_SUB);
    sub.held = calloc(HELD_MOST, sizeof *sub.held);
    sub.stats = v2x_stats_new();
    if (result == 0 && (!sub.held || !sub.stats)) {
        result = fail_set(&fail, RESULT_MEMORY, "sub: no memory");
    }
    if (result == 0) {
        v2x_net_catch(); /* before the publisher sees us: from then on an interrupt is an
                            answer */
        result = subscribe(&sub, socket, &fail);
    }
    if (result == 0) {
        run(&sub, socket);
    }
    (void)zmq_close(socket);
    (void)zmq_ctx_term(zmq);
    protojson_free(sub.schema);
    json_decref(sub.dictionaries);
    v2x_stats_free(sub.stats);
    free(sub.held);
    bytes_close(&sub.line);
    if (result != 0) {
        return v2x_net_fail(&fail);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return 1;
    }
    return v2x_net_interrupted() != 0 ? 128 + v2x_net_interrupted() : 0;
}
