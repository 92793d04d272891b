/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of the air and of time; see report_air.h. */
#include "tools/v2x/report_air.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/kinds.h"
#include "tools/v2x/plot.h"
#include "tools/v2x/tally.h"

#define BIN_M   25.0
#define BINS    40 /* up to a kilometre; what is beyond stands in the last */
#define POINTS  200
#define HISTO   40
#define LINKS   6
#define STREAMS 8

struct air {
    uint64_t all[BINS], delivered[BINS], lost[BINS][CAUSE_COUNT];
    uint64_t unplaced; /* no distance known */
    struct tally latency, age, obs_age, shift, obs_shift;
};

static void take(struct tally *t, const struct parquet_value *v)
{
    if (!v->null) {
        tally_add(t, v->number);
    }
}

static int gather(struct air *a, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"distance_m", "fate",        "cause",
                                        "latency_ms", "age_ms",      "obs_age_ms",
                                        "shift_m",    "obs_shift_m", NULL};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "receptions", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[8];
        for (size_t i = 0; i < 8; i++) {
            v[i] = folder_scan_value(&scan, i);
        }
        struct tally *const to[] = {&a->latency, &a->age, &a->obs_age, &a->shift,
                                    &a->obs_shift};
        for (size_t i = 0; i < 5; i++) {
            take(to[i], &v[i + 3]);
        }
        if (v[0].null) {
            a->unplaced++;
            continue;
        }
        int bin = (int)(v[0].number / BIN_M);
        bin = bin < 0 ? 0 : bin < BINS ? bin : BINS - 1;
        a->all[bin]++;
        if (folder_text_is(&v[1], "delivered")) {
            a->delivered[bin]++;
            continue;
        }
        for (int c = 0; c < CAUSE_COUNT; c++) {
            a->lost[bin][c] += folder_text_is(&v[2], kinds_cause[c]);
        }
    }
    folder_scan_close(&scan);
    bool failed = a->latency.failed || a->age.failed || a->obs_age.failed ||
                  a->shift.failed || a->obs_shift.failed;
    return code == 0 && failed ? fail_set(fail, RESULT_MEMORY, "out of memory") : code;
}

static double farthest(const struct air *a)
{
    int last = 0;
    for (int i = 0; i < BINS; i++) {
        last = a->all[i] > 0 ? i : last;
    }
    return (last + 1) * BIN_M;
}

static void draw_delivery(struct bytes *out, const struct air *a)
{
    double x[BINS], y[BINS], low[BINS], high[BINS];
    size_t n = 0;
    for (int i = 0; i < BINS; i++) {
        if (a->all[i] > 0) {
            struct tally_share s = tally_wilson(a->delivered[i], a->all[i]);
            x[n] = (i + 0.5) * BIN_M;
            y[n] = 100 * s.share;
            low[n] = 100 * s.low;
            high[n++] = 100 * s.high;
        }
    }
    struct plot p = {.title = "Packet delivery ratio over distance (Wilson 95 %)",
                     .x_label = "distance, m",
                     .y_label = "delivered, %",
                     .x1 = farthest(a),
                     .y1 = 100};
    plot_open(out, &p);
    plot_band(out, &p, x, low, high, n, 0);
    plot_line(out, &p, x, y, n, 0, NULL);
    plot_close(out);
}

static void draw_causes(struct bytes *out, const struct air *a)
{
    struct plot p = {.title = "Causes of loss over distance",
                     .x_label = "distance, m",
                     .y_label = "of intended, %",
                     .x1 = farthest(a),
                     .y1 = 0};
    for (int i = 0; i < BINS; i++) {
        double share =
            a->all[i] ? 100.0 * (double)(a->all[i] - a->delivered[i]) / (double)a->all[i]
                      : 0;
        p.y1 = share > p.y1 ? share : p.y1;
    }
    plot_nice(&p.y0, &p.y1);
    plot_open(out, &p);
    double base[BINS] = {0};
    int colour = 0;
    for (int c = 0; c < CAUSE_COUNT; c++) {
        bool any = false;
        for (int i = 0; i < BINS; i++) {
            if (a->lost[i][c] == 0) {
                continue;
            }
            double share = 100.0 * (double)a->lost[i][c] / (double)a->all[i];
            char tip[96];
            (void)snprintf(tip, sizeof tip, "%s: %.2f %% of %llu", kinds_cause[c], share,
                           (unsigned long long)a->all[i]);
            plot_bar(out, &p, i * BIN_M, BIN_M, base[i], base[i] + share, colour, tip);
            base[i] += share;
            any = true;
        }
        if (any) {
            plot_name(out, &p, colour++, kinds_cause[c]);
        }
    }
    plot_close(out);
}

static size_t cdf(struct tally *t, double x[POINTS], double y[POINTS])
{
    for (size_t i = 0; i < POINTS; i++) {
        y[i] = 100.0 * (double)i / (POINTS - 1);
        x[i] = tally_quantile(t, y[i] / 100);
    }
    return POINTS;
}

static void draw_cdf(struct bytes *out, struct air *a)
{
    struct tally *const lists[] = {&a->latency, &a->age, &a->obs_age};
    static const char *const names[] = {"latency t_rx - t_tx", "age t_avail - t_gen",
                                        "age as claimed"};
    struct plot p = {.title = "Latency and age, cumulative",
                     .x_label = "ms (up to the 99.5th percentile)",
                     .y_label = "messages, %",
                     .y1 = 100};
    for (int i = 0; i < 3; i++) {
        double top = tally_quantile(lists[i], 0.995);
        p.x1 = top > p.x1 ? top : p.x1;
    }
    plot_nice(&p.x0, &p.x1);
    plot_open(out, &p);
    for (int i = 0; i < 3; i++) {
        double x[POINTS], y[POINTS];
        if (lists[i]->count > 0) {
            plot_line(out, &p, x, y, cdf(lists[i], x, y), i, names[i]);
        }
    }
    plot_close(out);
}

static void draw_histogram(struct bytes *out, struct tally *t, const char *title,
                           const char *unit)
{
    uint64_t bins[HISTO] = {0};
    uint64_t most = 1;
    char text[96];
    struct plot p = {.title = title, .x_label = unit, .y_label = "count"};
    if (t->count == 0) {
        return;
    }
    p.x0 = tally_quantile(t, 0) < 0 ? tally_quantile(t, 0.005) : 0;
    p.x1 = tally_quantile(t, 0.995);
    plot_nice(&p.x0, &p.x1);
    double width = (p.x1 - p.x0) / HISTO;
    for (size_t i = 0; i < t->count; i++) {
        int bin = (int)((t->list[i] - p.x0) / width);
        if (bin >= 0 && bin < HISTO) {
            bins[bin]++;
            most = bins[bin] > most ? bins[bin] : most;
        }
    }
    p.y1 = (double)most;
    plot_nice(&p.y0, &p.y1);
    plot_open(out, &p);
    for (int i = 0; i < HISTO; i++) {
        (void)snprintf(text, sizeof text, "%g to %g: %llu", p.x0 + i * width,
                       p.x0 + (i + 1) * width, (unsigned long long)bins[i]);
        plot_bar(out, &p, p.x0 + i * width, width, 0, (double)bins[i], 0, text);
    }
    (void)snprintf(text, sizeof text, "median %.3g, p95 %.3g", tally_quantile(t, 0.5),
                   tally_quantile(t, 0.95));
    plot_name(out, &p, 0, text);
    plot_close(out);
}

int report_receptions(struct bytes *out, const struct folder *folder, struct fail *fail)
{
    struct air *a = calloc(1, sizeof *a);
    int code = a ? gather(a, folder, fail) : fail_set(fail, RESULT_MEMORY, "out of memory");
    if (code == 0) {
        bytes_text(out, "<h2>Messages</h2>\n<div class=\"p\">\n");
        draw_delivery(out, a);
        draw_causes(out, a);
        draw_cdf(out, a);
        draw_histogram(out, &a->age, "Age when usable", "ms");
        draw_histogram(out, &a->shift, "Raw shift by that age", "m");
        if (a->age.count == 0) {
            draw_histogram(out, &a->obs_age, "Age when usable, as claimed", "ms");
            draw_histogram(out, &a->obs_shift, "Raw shift by that age, as claimed", "m");
        }
        bytes_text(out, "</div>\n");
        if (a->unplaced > 0) {
            bytes_format(out, "<p>%llu pairs have no known distance.</p>\n",
                         (unsigned long long)a->unplaced);
        }
    }
    if (a) {
        struct tally *const lists[] = {&a->latency, &a->age, &a->obs_age, &a->shift,
                                       &a->obs_shift};
        for (size_t i = 0; i < 5; i++) {
            tally_close(lists[i]);
        }
    }
    free(a);
    return code;
}

/* One ego's knowledge of one sender over time. */
struct link {
    char name[96];
    struct tally t_s, aoi_ms;
};

static void take_track(struct link links[LINKS], int *count, const char *name, double t_s,
                       double aoi_ms)
{
    int at = 0;
    while (at < *count && strcmp(links[at].name, name) != 0) {
        at++;
    }
    if (at == LINKS) {
        return;
    }
    if (at == *count) {
        (void)snprintf(links[at].name, sizeof links[at].name, "%s", name);
        ++*count;
    }
    tally_add(&links[at].t_s, t_s);
    tally_add(&links[at].aoi_ms, aoi_ms);
}

int report_aoi(struct bytes *out, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"ego", "sender", "t_frame_ns", "aoi_ms", NULL};
    struct link links[LINKS] = {0};
    int count = 0;
    int64_t start = 0;
    struct plot p = {
        .title = "Age of information at each frame", .x_label = "time, s", .y_label = "ms"};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "tracks", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value ego = folder_scan_value(&scan, 0);
        struct parquet_value sender = folder_scan_value(&scan, 1);
        struct parquet_value t = folder_scan_value(&scan, 2);
        struct parquet_value aoi = folder_scan_value(&scan, 3);
        char name[96];
        if (aoi.null) {
            continue;
        }
        start = start == 0 ? folder_int(&t) : start;
        (void)snprintf(name, sizeof name, "%.*s about %.*s",
                       (int)(ego.size < 40 ? ego.size : 40), (const char *)ego.data,
                       (int)(sender.size < 40 ? sender.size : 40),
                       (const char *)sender.data);
        double t_s = (double)(folder_int(&t) - start) / 1e9;
        p.x1 = t_s > p.x1 ? t_s : p.x1;
        p.y1 = aoi.number > p.y1 ? aoi.number : p.y1;
        p.y0 = aoi.number < p.y0 ? aoi.number : p.y0;
        take_track(links, &count, name, t_s, aoi.number);
    }
    folder_scan_close(&scan);
    if (code == 0 && count > 0) {
        plot_nice(&p.y0, &p.y1);
        p.x1 = p.x1 > 0 ? p.x1 : 1;
        bytes_text(out, "<h2>Time</h2>\n<div class=\"p\">\n");
        plot_open(out, &p);
        for (int i = 0; i < count; i++) {
            plot_line(out, &p, links[i].t_s.list, links[i].aoi_ms.list,
                      links[i].aoi_ms.count, i, NULL);
        }
        for (int i = 0; i < count; i++) { /* over the lines, to be read */
            plot_name(out, &p, i, links[i].name);
        }
        plot_close(out);
        bytes_text(out, "</div>\n");
    }
    for (int i = 0; i < count; i++) {
        tally_close(&links[i].t_s);
        tally_close(&links[i].aoi_ms);
    }
    return code;
}

static int draw_members(struct bytes *out, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"ego", "stream", "delta_ns", "bound_ms", NULL};
    struct link streams[STREAMS] = {0};
    int count = 0;
    double bounds[STREAMS] = {0};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "sync", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value stream = folder_scan_value(&scan, 1);
        struct parquet_value delta = folder_scan_value(&scan, 2);
        struct parquet_value bound = folder_scan_value(&scan, 3);
        char name[96];
        int at = 0;
        (void)snprintf(name, sizeof name, "%.*s",
                       (int)(stream.size < 80 ? stream.size : 80),
                       (const char *)stream.data);
        while (at < count && strcmp(streams[at].name, name) != 0) {
            at++;
        }
        if (delta.null || folder_int(&delta) == 0 || at == STREAMS) {
            continue; /* the anchor itself has no distance */
        }
        if (at == count) {
            (void)snprintf(streams[count++].name, sizeof name, "%s", name);
        }
        bounds[at] = bound.number;
        tally_add(&streams[at].t_s, (double)folder_int(&delta) / 1e6);
    }
    folder_scan_close(&scan);
    for (int i = 0; i < count; i++) {
        char title[200];
        (void)snprintf(title, sizeof title,
                       "%s to its anchor; free-running at most ±%.1f ms", streams[i].name,
                       bounds[i]);
        if (code == 0) {
            draw_histogram(out, &streams[i].t_s, title, "ms");
        }
        tally_close(&streams[i].t_s);
    }
    return code;
}

static int draw_clocks(struct bytes *out, const struct folder *folder, struct fail *fail)
{
    static const char *const names[] = {"residual_p50_ms", "residual_p95_ms",
                                        "offset_sigma_ms", NULL};
    static const char *const titles[] = {"Arrivals over the hull, median of each clock",
                                         "Arrivals over the hull, p95 of each clock",
                                         "1-sigma of clock offset and least delay"};
    struct tally lists[3] = {0};
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "clocks", names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        for (size_t i = 0; i < 3; i++) {
            struct parquet_value v = folder_scan_value(&scan, i);
            take(&lists[i], &v);
        }
    }
    folder_scan_close(&scan);
    for (int i = 0; i < 3; i++) {
        if (code == 0) {
            draw_histogram(out, &lists[i], titles[i], "ms");
        }
        tally_close(&lists[i]);
    }
    return code;
}

int report_sync(struct bytes *out, const struct folder *folder, struct fail *fail)
{
    bytes_text(out, "<h2>Synchronization</h2>\n<div class=\"p\">\n");
    int code = draw_members(out, folder, fail);
    code = code < 0 ? code : draw_clocks(out, folder, fail);
    bytes_text(out, "</div>\n");
    return code;
}
