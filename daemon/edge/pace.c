/* SPDX-License-Identifier: Apache-2.0 */
/* The map from stopwatch to scenario, in whole nanoseconds. */
#include "edge/pace.h"

#include <string.h>

#define PPM INT64_C(1000000)

static const int64_t bound_us[] = {
#define X(us) us,
    PACE_BUCKETS(X)
#undef X
};

static bool speed_to_ppm(double speed, int64_t *ppm)
{
    if (speed == PACE_MAX) {
        *ppm = 0;
        return true;
    }
    if (!(speed >= PACE_SPEED_LEAST && speed <= PACE_SPEED_MOST)) {
        return false;
    }
    *ppm = (int64_t)(speed * 1e6 + 0.5);
    return true;
}

bool pace_init(struct pace *pace, double speed)
{
    int64_t ppm;
    if (!speed_to_ppm(speed, &ppm)) {
        return false;
    }
    memset(pace, 0, sizeof *pace);
    pace->speed_ppm = ppm;
    return true;
}

void pace_start(struct pace *pace, struct mono now, struct tai t)
{
    pace->anchor = now;
    pace->anchor_t = t;
    pace->started = true;
}

struct tai pace_until(const struct pace *pace, struct mono now)
{
    if (!pace->started) {
        return (struct tai){INT64_MIN};
    }
    if (pace->speed_ppm == 0) {
        return (struct tai){INT64_MAX};
    }
    if (pace->paused || now.ns <= pace->anchor.ns) {
        return pace->anchor_t;
    }
    /* Split so that no product overflows: at 1000 x, 292 years of scenario. */
    int64_t elapsed = now.ns - pace->anchor.ns;
    int64_t done = elapsed / PPM * pace->speed_ppm + elapsed % PPM * pace->speed_ppm / PPM;
    return (struct tai){pace->anchor_t.ns + done};
}

struct mono pace_deadline(const struct pace *pace, struct tai t)
{
    if (!pace->started) {
        return (struct mono){INT64_MAX};
    }
    if (pace->speed_ppm == 0) {
        return (struct mono){INT64_MIN};
    }
    if (t.ns <= pace->anchor_t.ns) {
        return pace->anchor;
    }
    if (pace->paused) {
        return (struct mono){INT64_MAX};
    }
    int64_t ahead = t.ns - pace->anchor_t.ns;
    int64_t whole = ahead / pace->speed_ppm;
    int64_t rest = (ahead % pace->speed_ppm * PPM + pace->speed_ppm - 1) / pace->speed_ppm;
    if (whole > (INT64_MAX - rest - pace->anchor.ns) / PPM) {
        return (struct mono){INT64_MAX};
    }
    return (struct mono){pace->anchor.ns + whole * PPM + rest};
}

static void anchor_here(struct pace *pace, struct mono now)
{
    if (pace->started && pace->speed_ppm != 0) {
        pace->anchor_t = pace_until(pace, now);
    }
    pace->anchor = now;
}

void pace_pause(struct pace *pace, struct mono now)
{
    if (!pace->paused) {
        anchor_here(pace, now);
        pace->paused = true;
    }
}

void pace_resume(struct pace *pace, struct mono now)
{
    if (pace->paused) {
        pace->anchor = now;
        pace->paused = false;
    }
}

bool pace_set_speed(struct pace *pace, struct mono now, struct tai at, double speed)
{
    int64_t ppm;
    if (!speed_to_ppm(speed, &ppm)) {
        return false;
    }
    if (pace->started && pace->speed_ppm == 0) {
        pace->anchor = now;
        pace->anchor_t = at;
    } else {
        anchor_here(pace, now);
    }
    pace->speed_ppm = ppm;
    return true;
}

double pace_speed(const struct pace *pace)
{
    return (double)pace->speed_ppm / 1e6;
}

void pace_done(struct pace *pace, struct mono now, struct tai t)
{
    if (!pace->started || pace->paused || pace->speed_ppm == 0) {
        return;
    }
    struct pace_lateness *late = &pace->lateness;
    int64_t late_ns = now.ns - pace_deadline(pace, t).ns;
    if (late_ns < 0) {
        late_ns = 0;
    }
    int bucket = 0;
    while (bucket < PACE_BUCKET_OVER && late_ns > bound_us[bucket] * 1000) {
        bucket++;
    }
    late->count[bucket]++;
    late->total++;
    if (late_ns > late->most_ns) {
        late->most_ns = late_ns;
    }
}

double pace_quantile_ms(const struct pace_lateness *lateness, double q)
{
    double wanted = q * (double)lateness->total;
    uint64_t below = 0;
    for (int i = 0; i < PACE_BUCKET_OVER; i++) {
        below += lateness->count[i];
        if (below > 0 && (double)below >= wanted) {
            double bound_ms = (double)bound_us[i] / 1e3;
            double most_ms = (double)lateness->most_ns / 1e6;
            return bound_ms < most_ms ? bound_ms : most_ms;
        }
    }
    return (double)lateness->most_ns / 1e6;
}

void pace_lateness_json(const struct pace_lateness *lateness, struct bytes *json)
{
    bytes_text(json, "{\"count\":");
    bytes_json_uint(json, lateness->total);
    static const struct {
        const char *key;
        double q;
    } quantiles[] = {{"p50_ms", 0.5}, {"p90_ms", 0.9}, {"p99_ms", 0.99}, {"most_ms", 1.0}};
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        bytes_text(json, ",");
        bytes_json_string(json, quantiles[i].key);
        bytes_text(json, ":");
        bytes_json_double(json, pace_quantile_ms(lateness, quantiles[i].q));
    }
    bytes_text(json, ",\"le_us\":{");
    for (int i = 0; i < PACE_BUCKET_OVER; i++) {
        bytes_text(json, i ? ",\"" : "\"");
        bytes_json_int(json, bound_us[i]);
        bytes_text(json, "\":");
        bytes_json_uint(json, lateness->count[i]);
    }
    bytes_text(json, ",\"inf\":");
    bytes_json_uint(json, lateness->count[PACE_BUCKET_OVER]);
    bytes_text(json, "}}");
}
