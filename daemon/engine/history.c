/* SPDX-License-Identifier: Apache-2.0 */
/* Each second a window of each ego's last seconds: which messages were in it, and once it
 * is known what followed. In: what egos heard, events of encounters. Out: rows of
 * sequences and sequence_messages, labels of seq.out. A replay has windows without labels:
 * nobody knows what happened. */
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"

static struct span window_s(void)
{
    return span_from_s(leaf_param(NULL, PARAM_SEQ_OUT_WINDOW_S));
}

int history_open(struct engine *e, struct fail *fail)
{
    bool ok = true;
    for (size_t i = 0; i < e->ego_count && ok; i++) {
        e->egos[i].heard = calloc(HEARD_MOST, sizeof *e->egos[i].heard);
        ok = e->egos[i].heard != NULL;
    }
    e->met = calloc(e->setup.agents_most + 1, sizeof *e->met);
    if (!ok || !e->met) {
        return fail_set(fail, RESULT_MEMORY, "no memory for what %zu egos hear",
                        e->ego_count);
    }
    return windows_new(&e->windows, e->ego_count, e->run_key, fail);
}

void history_heard(struct engine *e, const struct reception *r)
{
    struct ego *ego = sight_ego(e, r->fate.receiver_idx);
    if (ego) {
        ego->heard[ego->heard_count++ % HEARD_MOST] =
            (struct heard){r->t_avail, r->fate.msg_uid, r->fate.sender_idx};
    }
}

uint32_t history_agents_near(const struct engine *e, uint32_t ego)
{
    double most_m = leaf_param(NULL, PARAM_SEQ_OUT_NEAR_M);
    uint32_t count = 0;
    for (uint32_t i = 0; e->truth && i < e->agent_count; i++) {
        const struct state *a = &e->truth[ego], *b = &e->truth[i];
        count +=
            i != ego && b->present && fm_hypot(a->x_m - b->x_m, a->y_m - b->y_m) <= most_m;
    }
    return count;
}

/* The messages of (t - window, t], oldest first. */
static int put_messages(struct engine *e, const struct ego *ego, struct window *w,
                        struct fail *fail)
{
    struct tai from = tai_add(w->t, span_ns(-window_s().ns));
    uint64_t oldest = ego->heard_count > HEARD_MOST ? ego->heard_count - HEARD_MOST : 0;
    uint64_t i = ego->heard_count;
    while (i > oldest && ego->heard[(i - 1) % HEARD_MOST].t.ns > from.ns) {
        i--;
    }
    w->cut = i == oldest && oldest > 0;
    memset(e->met, 0, e->agent_count * sizeof *e->met);
    int code = 0;
    for (; i < ego->heard_count && code == 0; i++) {
        const struct heard *h = &ego->heard[i % HEARD_MOST];
        struct row_sequence_message row = {.scenario_id = e->setup.scenario_id,
                                           .world_id = e->setup.world_id,
                                           .seq_uid = w->uid,
                                           .msg_uid = h->msg_uid,
                                           .t_avail_ns = engine_utc(h->t)};
        w->messages++;
        w->senders += !e->met[h->sender];
        e->met[h->sender] = true;
        code = engine_row(e, &table_sequence_message, &row, fail);
    }
    return code;
}

static void keys_of(const struct engine *e, const struct window *w,
                    struct row_sequence *row)
{
    *row = (struct row_sequence){
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .seq_uid = w->uid,
        .ego = engine_id(e, w->ego),
        .t_from_ns = engine_utc(tai_add(w->t, span_ns(-window_s().ns))),
        .t_ns = engine_utc(w->t),
        .tier = e->setup.air.tier_index,
        .messages = w->messages,
        .senders = w->senders,
        .cut = w->cut,
    };
    if (w->own_known) {
        ROW_SET(row, sequence, speed_mps, w->own_mps);
    }
}

static int open_window(struct engine *e, size_t place, struct fail *fail)
{
    struct ego *ego = &e->egos[place];
    struct window w = {.uid = windows_uid(e->windows, ego->agent, e->now),
                       .ego = ego->agent,
                       .t = e->now,
                       .own_known = ego->pose_known,
                       .own_mps = ego->pose.speed_mps,
                       .near = history_agents_near(e, ego->agent)};
    int code = put_messages(e, ego, &w, fail);
    if (code < 0 || !e->truth) {
        struct row_sequence row;
        keys_of(e, &w, &row);
        return code < 0 ? code : engine_row(e, &table_sequence, &row, fail);
    }
    w.speed_mps = e->truth[ego->agent].speed_mps;
    windows_open(e->windows, place, &w);
    return 0;
}

static int put_window(struct engine *e, const struct window *w, struct fail *fail)
{
    struct row_sequence row;
    keys_of(e, w, &row);
    row.gt_seq_out = leaf_code(w->label.leaf);
    ROW_SET(&row, sequence, gt_t_known_ns, engine_utc(w->t_known));
    ROW_SET(&row, sequence, gt_near, (int32_t)w->near);
    if (w->has_event) {
        ROW_SET(&row, sequence, gt_time_to_event_ms, w->label.value * 1e3);
        ROW_SET(&row, sequence, gt_t_event_ns, engine_utc(w->t_event));
        ROW_SET(&row, sequence, gt_enc_id, w->enc_id);
        row.gt_other = engine_id(e, w->other);
    }
    if (w->matched_count > 0) {
        ROW_SET(&row, sequence, gt_matched_uid, w->matched[0]);
    }
    if (w->matched_count > 1) {
        ROW_SET(&row, sequence, gt_matched2_uid, w->matched[1]);
    }
    int code = engine_row(e, &table_sequence, &row, fail);
    struct label_key key =
        sight_key(e, row.ego, NULL, tai_add(w->t, span_ns(-window_s().ns)), w->t);
    key.other = row.gt_other;
    key.subject_key = w->uid;
    key.t_avail = w->t_known;
    key.provenance = PROVENANCE_RULE_GT;
    if (w->has_event) {
        key.has_enc = true;
        key.enc_id = w->enc_id;
    }
    return code < 0 ? code : sight_label(e, &w->label, &key, fail);
}

static int take_windows(struct engine *e, struct fail *fail)
{
    struct window w;
    int code = 0;
    while (code == 0 && windows_take(e->windows, &w)) {
        code = put_window(e, &w, fail);
    }
    return code;
}

void history_event(struct engine *e, const struct encounter_event *event)
{
    const uint32_t of[2] = {event->ego, event->other};
    for (int i = 0; i < 2; i++) {
        struct ego *ego = sight_ego(e, of[i]);
        if (ego) {
            struct window_event seen = {event->t, event->leaf, event->enc_id, of[1 - i]};
            windows_event(e->windows, (size_t)(ego - e->egos), &seen);
        }
    }
}

int history_tick(struct engine *e, struct fail *fail)
{
    int64_t step = span_from_s(leaf_param(NULL, PARAM_SEQ_OUT_STEP_S)).ns;
    bool due = (e->now.ns - e->setup.start.ns) % step == 0;
    int code = 0;
    windows_step(e->windows, e->now);
    if (due) {
        surroundings_second(e);
    }
    for (size_t i = 0; i < e->ego_count && code == 0; i++) {
        struct ego *ego = &e->egos[i];
        bool here = e->truth ? e->truth[ego->agent].present : ego->heard_count > 0;
        if (!here && ego->here) {
            windows_close(e->windows, i, e->now);
        }
        ego->here_since = here && !ego->here ? e->now : ego->here_since;
        ego->here = here;
        if (due && here && tai_since(e->now, ego->here_since).ns >= window_s().ns) {
            code = open_window(e, i, fail);
        }
    }
    return code < 0 ? code : take_windows(e, fail);
}

int history_finish(struct engine *e, struct fail *fail)
{
    for (size_t i = 0; i < e->ego_count; i++) {
        windows_close(e->windows, i, e->now);
    }
    windows_finish(e->windows);
    int code = take_windows(e, fail);
    return code < 0 ? code : surroundings_finish(e, fail);
}
