/* SPDX-License-Identifier: Apache-2.0 */
/* --http: what the daemon shows to eyes and monitors. `/` the viewer, `/events` the scene
 * as it goes on, `/map.geojson`, `/status` as the control socket gives it, `/metrics` in
 * Prometheus' text form, `/healthz`. Nothing here changes the run. */
#include <stdlib.h>
#include <string.h>

#include "edge/run_inside.h"
#include "edge/version.h"
#include "viewer_page.h"

static void family(struct bytes *out, const char *name, const char *type, const char *help)
{
    bytes_format(out, "# HELP v2xd_%s %s\n# TYPE v2xd_%s %s\n", name, help, name, type);
}

static void counter(struct bytes *out, const char *name, const char *help, uint64_t value)
{
    family(out, name, "counter", help);
    bytes_format(out, "v2xd_%s %llu\n", name, (unsigned long long)value);
}

static void gauge(struct bytes *out, const char *name, const char *help, double value)
{
    family(out, name, "gauge", help);
    bytes_format(out, "v2xd_%s ", name);
    bytes_json_double(out, value);
    bytes_text(out, "\n");
}

static void by_name(struct bytes *out, const char *name, const char *label,
                    const char *help, const char *const *names, const uint64_t *values,
                    int count)
{
    family(out, name, "counter", help);
    for (int i = 1; i < count; i++) { /* the first is "none" */
        bytes_format(out, "v2xd_%s{%s=\"%s\"} %llu\n", name, label, names[i],
                     (unsigned long long)values[i]);
    }
}

static void ledger(struct bytes *out, const struct engine_totals *t)
{
    counter(out, "opportunities_total", "Slots in which somebody could have sent.",
            t->opportunities);
    counter(out, "transmitted_total", "Messages sent.", t->transmitted);
    by_name(out, "suppressed_total", "by", "Opportunities not used.", kinds_suppressed,
            t->suppressed, SUPPRESSED_COUNT);
    counter(out, "intended_total", "Pairs of message and intended receiver, decided.",
            t->intended);
    counter(out, "delivered_total", "Of these, delivered.", t->delivered);
    by_name(out, "lost_total", "cause", "Of these, lost.", kinds_cause, t->lost,
            CAUSE_COUNT);
    counter(out, "late_total", "Of the delivered, later than the deadline.", t->late);
}

static void lateness(struct bytes *out, const struct pace_lateness *late)
{
    static const int64_t bounds_us[] = {
#define X(us) us,
        PACE_BUCKETS(X)
#undef X
    };
    uint64_t below = 0;
    family(out, "lateness_seconds", "histogram", "How late what was due was done.");
    for (int i = 0; i < PACE_BUCKET_OVER; i++) {
        below += late->count[i];
        bytes_text(out, "v2xd_lateness_seconds_bucket{le=\"");
        bytes_json_double(out, (double)bounds_us[i] / 1e6);
        bytes_format(out, "\"} %llu\n", (unsigned long long)below);
    }
    bytes_format(out, "v2xd_lateness_seconds_bucket{le=\"+Inf\"} %llu\n",
                 (unsigned long long)late->total);
    bytes_format(out, "v2xd_lateness_seconds_count %llu\n",
                 (unsigned long long)late->total);
}

static void metrics(struct run *run, struct bytes *out)
{
    struct pacer_state pace;
    pacer_read(run->pacer, &pace);
    (void)pthread_mutex_lock(&run->facts_lock);
    struct engine_totals totals = run->counts;
    (void)pthread_mutex_unlock(&run->facts_lock);
    family(out, "build_info", "gauge", "The version that runs.");
    bytes_format(out, "v2xd_build_info{version=\"%s\"} 1\n", version_program());
    if (!run->options->no_truth) { /* losses are injected */
        ledger(out, &totals);
    }
    gauge(out, "scenario_seconds", "Where the run stands.", run_scenario_s(run, &pace));
    gauge(out, "speed", "Pace; 0: as fast as possible.", pace.speed);
    gauge(out, "paused", "1 while it is held.", pace.paused);
    lateness(out, &pace.lateness);
    if (run->stream) {
        struct stream_totals s;
        stream_read(run->stream, &s);
        counter(out, "stream_sent_total", "Messages sent.", s.sent);
        counter(out, "stream_sent_bytes_total", "Octets of them.", s.sent_bytes);
        counter(out, "stream_dropped_total", "Own queue, and gaps that readers report.",
                s.dropped);
        gauge(out, "stream_connections", "Readers connected.", s.connections);
    }
}

static bool serve(void *self, const char *path, struct http_reply *reply)
{
    struct run *run = self;
    if (strcmp(path, "/") == 0) {
        reply->type = "text/html; charset=utf-8";
        bytes_put(&reply->body, viewer_page, sizeof viewer_page - 1);
    } else if (strcmp(path, "/events") == 0) {
        reply->type = "text/event-stream";
        reply->events = true;
        bytes_text(&reply->body, "retry: 1000\n\n");
        live_watch(run->live, true);
    } else if (strcmp(path, "/map.geojson") == 0) {
        reply->type = "application/geo+json";
        bytes_put(&reply->body, run->map.data, run->map.size);
    } else if (strcmp(path, "/status") == 0) {
        reply->type = "application/json";
        run_status(run, &reply->body);
    } else if (strcmp(path, "/metrics") == 0) {
        reply->type = "text/plain; version=0.0.4; charset=utf-8";
        metrics(run, &reply->body);
    } else if (strcmp(path, "/healthz") == 0) {
        bool failed = atomic_load(&run->finished) && run->code < 0;
        reply->status = failed ? 503 : 200;
        bytes_text(&reply->body, failed ? "failed\n" : "ok\n");
    } else {
        return false;
    }
    return true;
}

void run_http_tick(struct run *run)
{
    struct bytes line = {0};
    bool watched = http_watchers(run->http) > 0;
    while (live_take(run->live, &line) && watched) {
        http_push(run->http, line.data, line.size);
    }
    live_watch(run->live, watched);
    bytes_close(&line);
}

void run_http_count(struct run *run)
{
    int64_t now_ns = pacer_now().ns;
    if (!run->options->http || now_ns < run->counted_ns + RUN_COUNT_NS) {
        return;
    }
    run->counted_ns = now_ns;
    struct engine_totals counts = engine_counts(run->engine);
    (void)pthread_mutex_lock(&run->facts_lock);
    run->counts = counts;
    (void)pthread_mutex_unlock(&run->facts_lock);
}

int run_http_open(struct run *run, struct fail *fail)
{
    if (!run->options->http) {
        return 0;
    }
    struct http_calls calls = {.self = run, .get = serve, .closed = run_http_closed};
    int code = http_new(&run->http, run->loop, run->options->http, &calls, fail);
    if (code == 0) {
        run_say(run, "viewer on http://%s/", http_address(run->http));
    }
    return code;
}
