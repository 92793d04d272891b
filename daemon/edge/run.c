/* SPDX-License-Identifier: Apache-2.0 */
/* Two threads and their end. The engine thread: wait for the pace, pull a slice, flush,
 * again; at the end close the dataset. The loop thread: sockets, signals, commands. Either
 * may ask for the end; both leave what was good complete. */
#include "edge/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/files.h"
#include "edge/notify.h"
#include "edge/run_inside.h"
#include "edge/stat_records.h"
#include "edge/stream_schema.h"
#include "publish/canonical.h"
#include "publish/proto.h"
#include "publish/schema.h"
#include "scenarios/profile.h"

static const char *const commands[] = {
    [RUN_TIER] = "tier", [RUN_FAULT] = "fault", [RUN_AIR] = "air"};

struct air_config run_air_now(struct run *run)
{
    (void)pthread_mutex_lock(&run->air_lock);
    struct air_config air = run->air;
    (void)pthread_mutex_unlock(&run->air_lock);
    return air;
}

/* A command acts now, between two slices, and is journalled. */
static int carry_out(struct run *run, enum run_command_kind kind, const char *value,
                     struct fail *fail)
{
    struct tai now = engine_now(run->engine);
    struct air_config air = run->air;
    int code =
        run_air_command(run, kind, value, span_s(tai_since(now, run->start)), &air, fail);
    code = code < 0 ? code : engine_set_air(run->engine, &air, fail);
    if (code < 0) {
        return code;
    }
    (void)pthread_mutex_lock(&run->air_lock);
    run->air = air;
    (void)pthread_mutex_unlock(&run->air_lock);
    char at[32];
    (void)snprintf(at, sizeof at, "%lld", (long long)utc_from_tai(now).ns);
    json_array_append_new(run->timeline, json_pack("{s:s, s:s, s:s}", "t_ns", at, "command",
                                                   commands[kind], "value", value));
    return run->dataset ? run_config_write(run, fail) : 0;
}

/* A profile that was read anew; a broken one is told and the old one stays. */
static int reload_air(struct run *run, struct fail *fail)
{
    struct tier tier;
    if (profile_tier(run->options->air, &tier, NULL, fail) < 0) {
        run_say(run, "the old profile stays: %s", fail->text);
        return 0;
    }
    struct bytes line = {0};
    profile_line(&tier, &line);
    bytes_u8(&line, 0);
    int code = line.failed ? fail_set(fail, RESULT_MEMORY, "no memory for a profile")
                           : carry_out(run, RUN_AIR, (const char *)line.data, fail);
    bytes_close(&line);
    return code;
}

/* What a configuration's timeline has for now, then what was asked live. */
static int obey(struct run *run, struct fail *fail)
{
    int code = 0;
    struct tai now = engine_now(run->engine);
    while (code == 0 && run->next_command < run->command_count &&
           run->commands[run->next_command].t.ns <= now.ns) {
        const struct run_command *c = &run->commands[run->next_command++];
        code = carry_out(run, c->kind, c->value, fail);
    }
    int tier = atomic_exchange(&run->tier_wanted, -1);
    if (code == 0 && tier >= 0) {
        code = carry_out(run, RUN_TIER, kinds_tier[tier], fail);
    }
    if (code == 0 && atomic_load(&run->fault_wanted)) {
        code = carry_out(run, RUN_FAULT, run->fault, fail);
        atomic_store(&run->fault_wanted, false);
    }
    if (code == 0 && atomic_exchange(&run->reload, false) && run->options->air) {
        code = reload_air(run, fail);
    }
    return code;
}

/* The end of the next slice: a command of the timeline acts at its instant. */
static struct tai slice_end(const struct run *run)
{
    struct tai until = tai_add(engine_now(run->engine), span_ns(RUN_SLICE_NS));
    until = until.ns > run->end.ns ? run->end : until;
    if (run->next_command < run->command_count &&
        tai_before(run->commands[run->next_command].t, until)) {
        until = run->commands[run->next_command].t;
    }
    return until;
}

static void progress(const struct run *run, int64_t *told_s)
{
    const struct options *o = run->options;
    if (o->no_progress || o->verbose < 0 || !isatty(STDERR_FILENO)) {
        return;
    }
    int64_t now_s = pacer_now().ns / (TIME_NS_PER_S / 4);
    if (now_s != *told_s) {
        *told_s = now_s;
        (void)fprintf(stderr, "\r%8.1f s",
                      span_s(tai_since(engine_now(run->engine), run->start)));
    }
}

static void keep_facts(struct run *run)
{
    json_t *facts = run_facts(run);
    char *text = json_dumps(facts, JSON_COMPACT);
    json_decref(facts);
    (void)pthread_mutex_lock(&run->facts_lock);
    free(run->facts_text);
    run->facts_text = text;
    (void)pthread_mutex_unlock(&run->facts_lock);
}

/* A replay meets its senders as it goes; readers of the stream get their names with the
 * next hello. */
static void keep_names(struct run *run)
{
    size_t count;
    const struct agent *agents = engine_agents(run->engine, &count);
    size_t known = run->names ? run->name_count : run->agent_count;
    const char **names = count > known ? malloc(count * sizeof *names) : NULL;
    if (!names) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = agents[i].id;
    }
    (void)pthread_mutex_lock(&run->facts_lock);
    free(run->names);
    run->names = names;
    run->name_count = count;
    (void)pthread_mutex_unlock(&run->facts_lock);
    atomic_store(&run->names_grown, true);
    loop_wake(run->loop);
}

/* An instant on the axis of the pace, which knows no silence that was left out. */
static struct tai paced(const struct run *run, struct tai t)
{
    return tai_add(t, span_ns(-engine_skipped(run->engine).ns));
}

static int pull(struct run *run, struct fail *fail)
{
    int64_t told_s = 0;
    for (;;) {
        struct tai until = slice_end(run);
        if (atomic_load(&run->stop) || !pacer_wait(run->pacer, paced(run, until))) {
            return engine_finish(run->engine, fail);
        }
        int code = obey(run, fail);
        if (code < 0) {
            return code;
        }
        struct tai due = paced(run, until);
        code = engine_slice(run->engine, until, fail);
        atomic_store(&run->skipped_ns, engine_skipped(run->engine).ns);
        if (run->streamer) {
            keep_names(run);
            streamer_flush(run->streamer);
        } else if (run->options->has_speed) {
            pacer_done(run->pacer, due);
        }
        run_http_count(run);
        progress(run, &told_s);
        if (atomic_exchange(&run->facts_wanted, false)) {
            keep_facts(run);
        }
        if (code <= 0) {
            return code;
        }
        if (engine_now(run->engine).ns >= run->end.ns) {
            return engine_finish(run->engine, fail);
        }
    }
}

/* What was good is kept: the dataset is closed after a failure too, if the disk lets us. */
static int close_dataset(struct run *run, int code, struct fail *fail)
{
    if (!run->dataset || (code < 0 && code != RESULT_TORN)) {
        return code;
    }
    struct fail kept = *fail;
    json_t *facts = run_facts(run);
    json_t *volatile_facts = run_volatile(run);
    int closed =
        dataset_finish(run->dataset, facts, volatile_facts, run->dataset_sha256, fail);
    json_decref(facts);
    json_decref(volatile_facts);
    if (closed < 0) {
        return closed;
    }
    *fail = kept;
    return code;
}

static void *engine_main(void *self)
{
    struct run *run = self;
    struct mono begin = pacer_now();
    int code = pull(run, &run->fail);
    run->wall_s = (double)(pacer_now().ns - begin.ns) / 1e9;
    if (run->options->verbose >= 0 && !run->options->no_progress && isatty(STDERR_FILENO)) {
        (void)fprintf(stderr, "\r             \r");
    }
    run->code = close_dataset(run, code, &run->fail);
    if (run->streamer) {
        streamer_flush(run->streamer);
    }
    atomic_store(&run->finished, true);
    loop_wake(run->loop);
    return NULL;
}

static int start_engine(struct run *run, struct fail *fail)
{
    pacer_start(run->pacer, run->start);
    keep_facts(run);
    if (pthread_create(&run->thread, NULL, engine_main, run) != 0) {
        return fail_set(fail, RESULT_WORLD, "cannot start the engine's thread");
    }
    run->thread_started = true;
    return 0;
}

static void stop_if_closed(struct run *run)
{
    if (run->closing && run->stream_closed && run->control_closed && run->http_closed) {
        loop_stop(run->loop);
    }
}

static void close_sockets(struct run *run)
{
    if (run->closing) {
        return;
    }
    run->closing = true;
    if (run->control) {
        control_close(run->control);
    }
    if (run->http) {
        http_close(run->http);
    }
    if (run->stream) {
        stream_close(run->stream);
    }
    stop_if_closed(run);
}

static void on_stream_closed(void *self)
{
    struct run *run = self;
    run->stream_closed = true;
    stop_if_closed(run);
}

void run_control_closed(void *self)
{
    struct run *run = self;
    run->control_closed = true;
    stop_if_closed(run);
}

void run_http_closed(void *self)
{
    struct run *run = self;
    run->http_closed = true;
    stop_if_closed(run);
}

void run_ask_to_stop(struct run *run)
{
    atomic_store(&run->stop, true);
    notify_manager("STOPPING=1");
    pacer_stop(run->pacer);
    if (!run->thread_started) {
        atomic_store(&run->finished, true);
        loop_wake(run->loop);
    }
}

static void on_signal(void *self, int signum, int times)
{
    struct run *run = self;
    if (signum == SIGHUP) {
        atomic_store(&run->reload, true);
        return;
    }
    if (signum == SIGINT) {
        atomic_store(&run->interrupted, true);
    }
    run_ask_to_stop(run);
    if (times > 1 && run->stream) {
        queue_abort(run->queue);
        stream_hurry(run->stream);
    }
}

static int tell_hello(struct run *run)
{
    struct bytes hello = {0};
    run_hello(run, &hello);
    int code = stream_set_hello(run->stream, hello.data, hello.size);
    bytes_close(&hello);
    return code;
}

/* New names are told; when the engine has ended, the stream is told how, drains and closes.
 */
static void on_woken(void *self)
{
    struct run *run = self;
    if (run->stream && !run->closing && atomic_exchange(&run->names_grown, false)) {
        (void)!tell_hello(run); /* without memory the old names stand */
    }
    if (!atomic_load(&run->finished) || run->closing) {
        return;
    }
    if (!run->stream) {
        close_sockets(run);
        return;
    }
    /* the ledger counts losses, which are injected */
    json_t *summary = run->options->no_truth ? json_object() : run_summary(run);
    char *text = json_dumps(summary, JSON_COMPACT);
    const char *reason = run->code < 0                    ? "failed"
                         : atomic_load(&run->interrupted) ? "interrupted"
                         : atomic_load(&run->stop)        ? "stopped"
                                                          : "done";
    stream_set_end(run->stream, reason, text ? text : "{}");
    free(text);
    json_decref(summary);
    queue_finish(run->queue);
}

static void on_tick(void *self)
{
    struct run *run = self;
    if (run->http && !run->closing) {
        run_http_tick(run);
    }
}

static void on_stream_done(void *self)
{
    close_sockets(self);
}

static void on_ready(void *self)
{
    struct run *run = self;
    if (!run->thread_started && !atomic_load(&run->stop)) {
        struct fail fail;
        if (start_engine(run, &fail) < 0) {
            run->code = fail.code;
            run->fail = fail;
            atomic_store(&run->finished, true);
            loop_wake(run->loop);
        }
    }
}

static void on_say(void *self, const char *text)
{
    run_say(self, "%s", text);
}

static int encode_row(void *self, const struct table *table, const void *row,
                      struct bytes *out)
{
    struct fail fail;
    (void)self;
    return proto_row(out, table, row, PROTO_ALL, &fail);
}

static int open_stream(struct run *run, struct fail *fail)
{
    const struct options *o = run->options;
    struct bytes schema = {0};
    size_t count;
    const struct proto_message *messages = stream_schema_messages(&count);
    schema_descriptor_set(&schema, messages, count);
    struct stream_options options = {
        .endpoints = o->publish,
        .endpoint_count = o->publish_count,
        .lossless = o->lossless,
        .lossless_timeout_s = o->lossless_timeout_s,
        .wait_subscribers = o->wait_subscribers,
        .schema_id = schema_id(&schema),
        .run_epoch = run->epoch,
        .queue = run->queue,
        .pacer = run->pacer,
        .calls = {.self = run,
                  .encode = encode_row,
                  .ready = on_ready,
                  .done = on_stream_done,
                  .say = on_say,
                  .closed = on_stream_closed},
    };
    int code = stream_new(&run->stream, run->loop, &options, fail);
    bytes_close(&schema);
    return code;
}

static int carry_through(struct run *run, struct fail *fail)
{
    struct loop_calls calls = {.self = run,
                               .signal = on_signal,
                               .woken = on_woken,
                               .tick = run->options->http ? on_tick : NULL};
    int code = loop_new(&run->loop, &calls, fail);
    run->stream_closed = run->control_closed = run->http_closed = true;
    if (code == 0 && run->options->publish_count > 0) {
        code = open_stream(run, fail);
        run->stream_closed = code < 0;
    }
    if (code == 0) {
        code = run_control_open(run, fail);
        run->control_closed = run->control == NULL;
    }
    if (code == 0) {
        code = run_http_open(run, fail);
        run->http_closed = run->http == NULL;
    }
    if (code == 0 && run->stream) {
        code = tell_hello(run);
        stream_set_time(run->stream, utc_from_tai(run->start).ns);
        run_say(run, "publishing on %s, control on %s", stream_endpoint(run->stream, 0),
                run->control ? run->control_endpoint : "nothing");
    } else if (code == 0) {
        code = start_engine(run, fail);
    }
    if (code < 0) {
        if (run->loop) {
            close_sockets(run);
            struct fail ignored;
            (void)!loop_run(run->loop, &ignored);
        }
        return code;
    }
    notify_manager("READY=1");
    code = loop_run(run->loop, fail);
    if (run->thread_started) {
        (void)pthread_join(run->thread, NULL);
    }
    if (code == 0 && run->code < 0) {
        *fail = run->fail;
        code = run->code;
    }
    return code;
}

static int tell_summary(struct run *run, struct fail *fail)
{
    json_t *summary = run_summary(run);
    run_print_summary(summary);
    int code = 0;
    if (run->options->summary) {
        struct bytes text = {0};
        code = canonical_json(&text, summary, 2, fail);
        code = code < 0 ? code
                        : files_write(run->options->summary, text.data, text.size, fail);
        bytes_close(&text);
    }
    json_decref(summary);
    return code;
}

int run_main(const struct options *options, bool *interrupted, struct fail *fail)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        return fail_set(fail, RESULT_MEMORY, "no memory");
    }
    atomic_store(&run->tier_wanted, -1);
    (void)pthread_mutex_init(&run->facts_lock, NULL);
    (void)pthread_mutex_init(&run->air_lock, NULL);
    int code = run_open(run, options, fail);
    if (code == 0) {
        code = carry_through(run, fail);
        struct fail told;
        int summary = run->engine && run->thread_started ? tell_summary(run, &told) : 0;
        if (code == 0 && summary < 0) {
            *fail = told;
            code = summary;
        }
    }
    *interrupted = atomic_load(&run->interrupted);
    run_close(run);
    free(run);
    return code;
}
