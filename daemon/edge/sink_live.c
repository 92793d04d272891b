/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one scene tick to a line of JSON; lines wait in a small ring for their instant.
 */
#include "edge/sink_live.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "engine/engine.h"
#include "model/records.h"

#define LINKS_MOST 300 /* told in one line; the rest is only counted */

struct slot {
    struct bytes line;
    struct tai release;
};

struct live {
    struct live_options options;
    const struct engine *engine;
    atomic_bool watched;
    bool making; /* as watched when the tick began: no line without its beginning */
    /* the engine's thread: the line being made */
    struct bytes agents, signals, decisions, links, caption;
    int64_t t_ns;
    bool open;
    uint32_t link_count, heard, lost;
    /* between the threads */
    pthread_mutex_t lock;
    struct slot ring[LIVE_LINES];
    uint64_t put, taken;
};

int live_new(struct live **out, const struct live_options *options, struct fail *fail)
{
    struct live *live = calloc(1, sizeof *live);
    *out = live;
    if (!live) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the viewer");
    }
    live->options = *options;
    (void)pthread_mutex_init(&live->lock, NULL);
    return 0;
}

void live_engine(struct live *live, const struct engine *engine)
{
    live->engine = engine;
}

void live_watch(struct live *live, bool watched)
{
    atomic_store(&live->watched, watched);
}

static void item(struct bytes *b)
{
    bytes_text(b, b->size > 0 ? ",[" : "[");
}

static void number(struct bytes *b, double value, double per_unit)
{
    bytes_text(b, ",");
    bytes_json_double(b, fm_round(value * per_unit) / per_unit);
}

static void text(struct bytes *b, const char *value)
{
    bytes_text(b, ",");
    bytes_json_string(b, value ? value : "");
}

static void put_agent(struct live *live, const struct row_agent *row)
{
    bool truth = ROW_HAS(row, agent, gt_x_m) && !live->options.no_truth;
    if (!truth && !ROW_HAS(row, agent, claimed_x_m)) {
        return;
    }
    struct bytes *b = &live->agents;
    item(b);
    bytes_json_string(b, row->agent);
    text(b, kinds_sender[row->kind]);
    number(b, truth ? row->gt_x_m : row->claimed_x_m, 100);
    number(b, truth ? row->gt_y_m : row->claimed_y_m, 100);
    number(b, truth ? row->gt_yaw_rad : 0, 1000);
    number(b, truth ? row->gt_speed_mps : row->claimed_speed_mps, 100);
    number(b, row->length_m, 100);
    number(b, row->width_m, 100);
    bytes_text(b, row->ego ? ",1" : ",0");
    bytes_text(b, row->equipped ? ",1]" : ",0]");
}

static void put_decision(struct live *live, const struct row_decision *row)
{
    struct bytes *b = &live->decisions;
    item(b);
    bytes_json_string(b, row->ego);
    text(b, row->fused_act);
    text(b, live->options.no_truth ? "" : row->gt_act);
    text(b, live->options.no_truth ? "" : row->basis);
    bytes_text(b, "]");
}

static void begin_tick(void *self, struct tai t)
{
    struct live *live = self;
    (void)t;
    live->making = atomic_load(&live->watched);
}

static int put_row(void *self, const struct table *table, const void *row,
                   struct fail *fail)
{
    struct live *live = self;
    (void)fail;
    if (!live->making) {
        return 0;
    }
    if (table == &table_agent) {
        live->t_ns = ((const struct row_agent *)row)->t_ns;
        live->open = true;
        put_agent(live, row);
    } else if (table == &table_signal && !live->options.no_truth) {
        const struct row_signal *r = row;
        item(&live->signals);
        bytes_json_string(&live->signals, r->signal);
        text(&live->signals, kinds_phase[r->gt_phase]);
        bytes_text(&live->signals, "]");
    } else if (table == &table_scene) {
        bytes_clear(&live->caption);
        bytes_json_string(&live->caption, ((const struct row_scene *)row)->caption);
    } else if (table == &table_decision) {
        put_decision(live, row);
    }
    return 0;
}

static int put_fates(void *self, const struct reception *receptions, size_t count,
                     struct fail *fail)
{
    struct live *live = self;
    (void)fail;
    if (live->options.no_truth || !live->making) {
        return 0;
    }
    size_t known;
    const struct agent *agents = engine_agents(live->engine, &known);
    for (size_t i = 0; i < count; i++) {
        const struct fate *f = &receptions[i].fate;
        bool delivered = f->fate == FATE_DELIVERED;
        live->heard += delivered;
        live->lost += !delivered;
        bool shown = f->sender_idx < known && f->receiver_idx < known &&
                     agents[f->receiver_idx].ego && live->link_count < LINKS_MOST;
        if (shown) {
            live->link_count++;
            item(&live->links);
            bytes_json_string(&live->links, agents[f->sender_idx].id);
            text(&live->links, agents[f->receiver_idx].id);
            text(&live->links, delivered ? "" : kinds_cause[f->cause]);
            bytes_text(&live->links, "]");
        }
    }
    return 0;
}

static void member(struct bytes *line, const char *name, struct bytes *items)
{
    bytes_format(line, ",\"%s\":[", name);
    bytes_put(line, items->data, items->size);
    bytes_text(line, "]");
    line->failed = line->failed || items->failed;
    bytes_clear(items);
}

static void make_line(struct live *live, struct bytes *line)
{
    bytes_clear(line);
    bytes_text(line, "{\"t_ns\":\"");
    bytes_json_int(line, live->t_ns);
    bytes_text(line, "\",\"s\":");
    double passed_s = (double)(live->t_ns - utc_from_tai(live->options.start).ns) / 1e9;
    bytes_json_double(line, fm_round(passed_s * 10) / 10);
    bytes_format(line, ",\"heard\":%u,\"lost\":%u,\"caption\":", live->heard, live->lost);
    bytes_put(line, live->caption.data, live->caption.size);
    bytes_text(line, live->caption.size > 0 ? "" : "\"\"");
    member(line, "agents", &live->agents);
    member(line, "signals", &live->signals);
    member(line, "decisions", &live->decisions);
    member(line, "links", &live->links);
    bytes_text(line, "}");
    bytes_clear(&live->caption);
    live->heard = live->lost = live->link_count = 0;
    live->open = false;
}

static int put_tick(void *self, struct tai t, struct fail *fail)
{
    struct live *live = self;
    (void)fail;
    if (!live->open) {
        return 0;
    }
    (void)pthread_mutex_lock(&live->lock);
    struct slot *slot = &live->ring[live->put++ % LIVE_LINES];
    if (live->put - live->taken > LIVE_LINES) {
        live->taken = live->put - LIVE_LINES;
    }
    slot->release = tai_add(t, span_ns(-engine_skipped(live->engine).ns));
    make_line(live, &slot->line);
    (void)pthread_mutex_unlock(&live->lock);
    return 0;
}

struct sink live_sink(struct live *live)
{
    return (struct sink){.self = live,
                         .begin = begin_tick,
                         .row = put_row,
                         .fates = put_fates,
                         .tick = put_tick};
}

bool live_take(struct live *live, struct bytes *line)
{
    bool some = false;
    bytes_clear(line);
    (void)pthread_mutex_lock(&live->lock);
    while (live->taken < live->put && !some) {
        const struct slot *slot = &live->ring[live->taken % LIVE_LINES];
        if (!pacer_due(live->options.pacer, slot->release)) {
            break;
        }
        live->taken++;
        some = !slot->line.failed;
        if (some) {
            bytes_put(line, slot->line.data, slot->line.size);
        }
    }
    (void)pthread_mutex_unlock(&live->lock);
    return some && !line->failed;
}

void live_free(struct live *live)
{
    if (!live) {
        return;
    }
    struct bytes *blocks[] = {&live->agents, &live->signals, &live->decisions, &live->links,
                              &live->caption};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        bytes_close(blocks[i]);
    }
    for (size_t i = 0; i < LIVE_LINES; i++) {
        bytes_close(&live->ring[i].line);
    }
    (void)pthread_mutex_destroy(&live->lock);
    free(live);
}
