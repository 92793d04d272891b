/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions with complete records into a subscriber of another process over ipc, the
 * daemon's own queue and stream in between; and the same records through a bare pipe. All
 * CPU time is counted: deciding, publishing, ZeroMQ's threads, and the subscriber. Out: one
 * line each: name, records per second of CPU. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "air/air.h"
#include "base/draw.h"
#include "edge/loop.h"
#include "edge/queue.h"
#include "edge/stream.h"

enum { STATIONS = 200, ROOM = 1 << 14 };

struct bench {
    struct queue *queue;
    struct loop *loop;
    struct stream *stream;
    uint32_t topic;
    pthread_t thread;
    uint64_t wanted, records;
    int pipe_fd; /* >= 0: the bare pipe instead */
};

static double x_m[STATIONS], y_m[STATIONS], vx_mps[STATIONS], vy_mps[STATIONS],
    up_m[STATIONS];
static uint8_t kinds[STATIONS];
static bool receives[STATIONS];
static struct emission emissions[STATIONS];

static void place(void)
{
    for (size_t i = 0; i < STATIONS; i++) {
        x_m[i] = 300 * draw_uniform(draw_bits(draw_key(1, DRAW_SAMPLE), i, 0));
        y_m[i] = 3.5 * (double)(i % 6);
        vx_mps[i] = 30;
        up_m[i] = 1.5;
        kinds[i] = KIND_CAR;
        receives[i] = true;
    }
}

static size_t send(uint32_t tick, struct tai t)
{
    size_t n = 0;
    for (size_t i = tick % 10; i < STATIONS; i += 10) {
        emissions[n++] = (struct emission){
            .msg_uid = emission_uid((uint32_t)i, MSG_BSM, tick / 10),
            .sender_idx = (uint32_t)i,
            .k = tick / 10,
            .tx_index = tick / 10,
            .msg_type = MSG_BSM,
            .sender_kind = KIND_CAR,
            .truth_known = true,
            .t_gen = t,
            .t_tx = t,
            .truth = {.x_m = x_m[i], .y_m = y_m[i], .speed_mps = 30, .present = true},
            .claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_TIME | CLAIM_ACCURACY,
                      .x_m = x_m[i],
                      .y_m = y_m[i],
                      .speed_mps = 30,
                      .sigma_m = 1,
                      .t_gen = t}};
    }
    return n;
}

static struct air *open_air(struct tai start)
{
    static struct air_config config = {.technology = TECH_IDEAL,
                                       .tier_index = TIER_D3,
                                       .tier = {.name = "d3",
                                                .latency_median_ms = 100,
                                                .latency_sigma = 0.421,
                                                .loss_p = 0.0588,
                                                .loss_r = 0.333,
                                                .equipped_share = 1},
                                       .intended_range_m = 300,
                                       .deadline_ms = 100};
    struct air_setup setup = {.config = &config,
                              .seed = 1,
                              .start = start,
                              .agents_most = STATIONS,
                              .threads_most = 1};
    struct air *air;
    struct fail fail;
    if (air_new(&air, &setup, &fail) < 0) {
        (void)fprintf(stderr, "%s\n", fail.text);
        exit(EXIT_FAILURE);
    }
    return air;
}

static void hand_over(struct bench *b, const struct reception *out, size_t rows,
                      struct queue_block **block, size_t *size)
{
    for (size_t i = 0; i < rows; i++) {
        if (!*block) {
            *block = queue_block_take(b->queue);
            *size = 0;
        }
        memcpy((*block)->data + *size, &out[i].fate, sizeof out[i].fate);
        *size += sizeof out[i].fate;
        if (*size == QUEUE_BLOCK_SIZE) {
            if (b->pipe_fd >= 0) {
                for (size_t at = 0; at < *size;) {
                    ssize_t n = write(b->pipe_fd, (*block)->data + at, *size - at);
                    at += n > 0 ? (size_t)n : 0;
                }
                queue_block_give(*block);
            } else {
                struct queue_stamp stamp = {.release = QUEUE_NOW, .flags = STREAM_RAW};
                (void)queue_put_block(b->queue, b->topic, &stamp, *block, *size);
            }
            *block = NULL;
            b->records += QUEUE_BLOCK_SIZE / sizeof(struct fate);
        }
    }
}

static void *produce(void *self)
{
    struct bench *b = self;
    struct tai start = {INT64_C(700000000) * TIME_NS_PER_S};
    struct air *air = open_air(start);
    struct reception *out = calloc(ROOM, sizeof *out);
    struct queue_block *block = NULL;
    size_t size = 0;
    for (uint32_t tick = 0; b->records < b->wanted; tick++) {
        struct air_stations stations = {.t = tai_add(start, span_ms(10 * (tick + 1))),
                                        .count = STATIONS,
                                        .x_m = x_m,
                                        .y_m = y_m,
                                        .vx_mps = vx_mps,
                                        .vy_mps = vy_mps,
                                        .antenna_m = up_m,
                                        .kinds = kinds,
                                        .receives = receives};
        struct air_work work = {emissions, 0, send(tick, stations.t)};
        air_tick(air, &stations);
        while (work.first < work.last) {
            size_t rows = air_decide(air, &work, NULL, out, ROOM, &work.first);
            hand_over(b, out, rows, &block, &size);
        }
    }
    if (block) {
        queue_block_give(block);
    }
    free(out);
    air_free(air);
    if (b->pipe_fd < 0) {
        queue_finish(b->queue);
    }
    return NULL;
}

static void on_ready(void *self)
{
    struct bench *b = self;
    (void)pthread_create(&b->thread, NULL, produce, b);
}

static void on_done(void *self)
{
    stream_close(((struct bench *)self)->stream);
}

static void on_closed(void *self)
{
    loop_stop(((struct bench *)self)->loop);
}

/* The other process: counts octets until the end mark. */
static int subscribe(const char *endpoint)
{
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_SUB);
    (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "fate.", 5);
    (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "end.", 4);
    (void)zmq_connect(socket, endpoint);
    uint64_t octets = 0;
    for (bool end = false; !end;) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        if (zmq_msg_recv(&part, socket, 0) < 0) {
            return EXIT_FAILURE;
        }
        end = zmq_msg_size(&part) > 4 && memcmp(zmq_msg_data(&part), "end.", 4) == 0;
        int place = 0;
        while (zmq_msg_more(&part)) {
            (void)zmq_msg_recv(&part, socket, 0);
            octets += ++place == 2 ? zmq_msg_size(&part) : 0;
        }
        (void)zmq_msg_close(&part);
    }
    (void)zmq_close(socket);
    (void)zmq_ctx_term(context);
    return octets > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static double cpu_s(int who)
{
    struct rusage use;
    (void)getrusage(who, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double over_stream(uint64_t wanted)
{
    char endpoint[64];
    (void)snprintf(endpoint, sizeof endpoint, "ipc:///tmp/v2xd-bench-%d.sock",
                   (int)getpid());
    pid_t child = fork();
    if (child == 0) {
        _exit(subscribe(endpoint));
    }
    double began_s = cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN);
    struct bench b = {.wanted = wanted, .pipe_fd = -1};
    struct fail fail;
    struct queue_options queue = {.lossless = true};
    struct loop_calls calls = {.self = &b};
    const char *endpoints[] = {endpoint};
    struct stream_options options = {
        .endpoints = endpoints,
        .endpoint_count = 1,
        .lossless = true,
        .wait_subscribers = 1,
        .run_epoch = "bench",
        .calls = {.self = &b, .ready = on_ready, .done = on_done, .closed = on_closed}};
    int code = queue_new(&b.queue, &queue, &fail);
    options.queue = b.queue;
    code = code < 0 ? code : loop_new(&b.loop, &calls, &fail);
    code = code < 0 ? code : stream_new(&b.stream, b.loop, &options, &fail);
    if (code < 0) {
        (void)fprintf(stderr, "%s\n", fail.text);
        exit(EXIT_FAILURE);
    }
    b.topic = queue_topic(b.queue, "fate.all.batch");
    stream_set_end(b.stream, "done", "{}");
    code = loop_run(b.loop, &fail);
    (void)pthread_join(b.thread, NULL);
    stream_free(b.stream);
    loop_free(b.loop);
    queue_free(b.queue);
    int status = 0;
    (void)waitpid(child, &status, 0);
    double spent_s = cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN) - began_s;
    return code == 0 && status == 0 ? (double)b.records / spent_s : 0;
}

static double over_pipe(uint64_t wanted)
{
    int ends[2];
    if (pipe(ends) < 0) {
        exit(EXIT_FAILURE);
    }
    pid_t child = fork();
    if (child == 0) {
        static char block[QUEUE_BLOCK_SIZE];
        (void)close(ends[1]);
        while (read(ends[0], block, sizeof block) > 0) {
        }
        _exit(EXIT_SUCCESS);
    }
    (void)close(ends[0]);
    double began_s = cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN);
    struct bench b = {.wanted = wanted, .pipe_fd = ends[1]};
    struct fail fail;
    struct queue_options queue = {.lossless = true};
    if (queue_new(&b.queue, &queue, &fail) < 0) {
        exit(EXIT_FAILURE);
    }
    (void)produce(&b);
    (void)close(ends[1]);
    queue_free(b.queue);
    (void)waitpid(child, NULL, 0);
    return (double)b.records / (cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN) - began_s);
}

int main(int argc, char **argv)
{
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 20000000;
    place();
    double stream = over_stream(wanted);
    double pipe_only = over_pipe(wanted);
    printf("fate_ipc %.0f %.0f records/s\n", stream, pipe_only);
    return stream > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
