/* SPDX-License-Identifier: Apache-2.0 */
/* Windows and events of each ego in; windows with their outcome and their matches out. */
#include "label/window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"

struct ego_windows {
    struct window open[WINDOWS_OPEN];
    size_t open_count;
    struct window_event events[WINDOWS_EVENTS];
    size_t event_count;
};

/* What a match is looked for by. */
struct calm {
    uint64_t uid;
    double speed_mps;
    uint32_t near;
};

struct windows {
    struct ego_windows *egos;
    size_t ego_count;
    uint64_t run_key;
    struct calm calm[WINDOWS_CALM]; /* a ring */
    uint64_t calm_count;
    struct window waiting[WINDOWS_WAITING]; /* oldest first */
    size_t waiting_count;
    struct window *ready; /* a queue; grows to what one step can close */
    size_t ready_count, ready_taken, ready_most;
};

struct label seq_out(const struct seq_out_subject *s)
{
    uint16_t leaf = s->complete ? LEAF_SEQ_OUT_NO_EVENT : LEAF_SEQ_OUT_CENSORED;
    switch (s->worst) {
    case LEAF_ENC_OUT_COLLISION:
        leaf = LEAF_SEQ_OUT_PRE_COLLISION;
        break;
    case LEAF_ENC_OUT_NEAR_MISS_SEVERE:
    case LEAF_ENC_OUT_NEAR_MISS:
        leaf = LEAF_SEQ_OUT_PRE_NEAR_MISS;
        break;
    case LEAF_ENC_OUT_CONFLICT:
        leaf = LEAF_SEQ_OUT_PRE_CONFLICT;
        break;
    default:
        return label_plain(leaf, KNOWN_AT_AVAIL);
    }
    struct label label = label_plain(leaf, KNOWN_AT_AVAIL);
    label.has = LABEL_HAS_VALUE;
    label.value = s->to_event_s;
    return label;
}

int windows_new(struct windows **all, size_t egos, uint64_t run_key, struct fail *fail)
{
    struct windows *w = calloc(1, sizeof *w);
    *all = w;
    if (w) {
        w->ego_count = egos;
        w->run_key = run_key;
        /* One step may close all that is open and let go all that waits. */
        w->ready_most = egos * WINDOWS_OPEN + WINDOWS_WAITING + 1;
        w->egos = calloc(egos + 1, sizeof *w->egos);
        w->ready = calloc(w->ready_most, sizeof *w->ready);
    }
    if (!w || !w->egos || !w->ready) {
        windows_free(w);
        *all = NULL;
        return fail_set(fail, RESULT_MEMORY, "windows of %zu egos", egos);
    }
    return 0;
}

uint64_t windows_uid(const struct windows *all, uint32_t agent, struct tai t)
{
    return label_uid(all->run_key, AXIS_SEQ_OUT, agent, t);
}

static void let_go(struct windows *all, const struct window *w)
{
    assert(all->ready_count < all->ready_most);
    all->ready[all->ready_count++] = *w;
}

/* About the same speed, and as many around. */
static bool alike(const struct window *w, const struct calm *c)
{
    double apart = fm_abs((double)w->near - (double)c->near);
    double slack = leaf_param(NULL, PARAM_SEQ_OUT_MATCH_NEAR_SHARE) * w->near;
    return fm_abs(w->speed_mps - c->speed_mps) <=
               leaf_param(NULL, PARAM_SEQ_OUT_MATCH_MPS) &&
           apart <= (slack > 2 ? slack : 2);
}

static bool has_match(const struct window *w, uint64_t uid)
{
    for (uint32_t i = 0; i < w->matched_count; i++) {
        if (w->matched[i] == uid) {
            return true;
        }
    }
    return false;
}

/* The newest alike first: as near in time as there are. */
static void match(struct windows *all, struct window *w)
{
    uint64_t oldest = all->calm_count > WINDOWS_CALM ? all->calm_count - WINDOWS_CALM : 0;
    for (uint64_t i = all->calm_count; i > oldest && w->matched_count < WINDOWS_MATCHES;
         i--) {
        const struct calm *c = &all->calm[(i - 1) % WINDOWS_CALM];
        if (alike(w, c) && !has_match(w, c->uid)) {
            w->matched[w->matched_count++] = c->uid;
        }
    }
}

static void add_calm(struct windows *all, const struct window *w)
{
    struct calm c = {w->uid, w->speed_mps, w->near};
    all->calm[all->calm_count++ % WINDOWS_CALM] = c;
    size_t kept = 0;
    for (size_t i = 0; i < all->waiting_count; i++) {
        struct window *p = &all->waiting[i];
        if (alike(p, &c)) {
            p->matched[p->matched_count++] = c.uid;
        }
        if (p->matched_count == WINDOWS_MATCHES) {
            let_go(all, p);
        } else {
            all->waiting[kept++] = *p;
        }
    }
    all->waiting_count = kept;
}

static void settle(struct windows *all, struct window *w)
{
    if (w->label.leaf == LEAF_SEQ_OUT_NO_EVENT) {
        let_go(all, w);
        add_calm(all, w);
        return;
    }
    if (!w->has_event) {
        let_go(all, w);
        return;
    }
    match(all, w);
    if (w->matched_count == WINDOWS_MATCHES) {
        let_go(all, w);
        return;
    }
    if (all->waiting_count == WINDOWS_WAITING) {
        let_go(all, &all->waiting[0]);
        all->waiting_count--;
        memmove(all->waiting, all->waiting + 1, all->waiting_count * sizeof *all->waiting);
    }
    all->waiting[all->waiting_count++] = *w;
}

/* The worst in (t, t + horizon], of equal ones the first; seen up to `until`. */
static void judge(const struct ego_windows *ego, struct window *w, struct tai until)
{
    struct span horizon = span_from_s(leaf_param(NULL, PARAM_SEQ_OUT_HORIZON_S));
    struct tai end = tai_add(w->t, horizon);
    struct seq_out_subject s = {.complete = end.ns <= until.ns};
    for (size_t i = 0; i < ego->event_count; i++) {
        const struct window_event *e = &ego->events[i];
        bool inside = e->t.ns > w->t.ns && e->t.ns <= end.ns;
        /* Leaves stand from worst to mildest. */
        if (inside && (s.worst == 0 || e->leaf < s.worst)) {
            s.worst = e->leaf;
            s.to_event_s = span_s(tai_since(e->t, w->t));
            w->has_event = true;
            w->t_event = e->t;
            w->enc_id = e->enc_id;
            w->other = e->other;
        }
    }
    w->label = seq_out(&s);
    /* Nothing worse than a collision can follow; anything else may until the end. */
    bool worst = w->label.leaf == LEAF_SEQ_OUT_PRE_COLLISION;
    w->t_known = worst ? w->t_event : s.complete ? end : until;
}

static void close_until(struct windows *all, struct ego_windows *ego, struct tai t,
                        bool all_of_them)
{
    struct span horizon = span_from_s(leaf_param(NULL, PARAM_SEQ_OUT_HORIZON_S));
    size_t done = 0;
    while (done < ego->open_count &&
           (all_of_them || tai_add(ego->open[done].t, horizon).ns <= t.ns)) {
        judge(ego, &ego->open[done], t);
        settle(all, &ego->open[done]);
        done++;
    }
    ego->open_count -= done;
    memmove(ego->open, ego->open + done, ego->open_count * sizeof *ego->open);
    size_t kept = 0;
    for (size_t i = 0; i < ego->event_count; i++) {
        if (ego->open_count > 0 && ego->events[i].t.ns > ego->open[0].t.ns) {
            ego->events[kept++] = ego->events[i];
        }
    }
    ego->event_count = kept;
}

void windows_open(struct windows *all, size_t place, const struct window *window)
{
    struct ego_windows *ego = &all->egos[place];
    assert(ego->open_count < WINDOWS_OPEN);
    ego->open[ego->open_count] = *window;
    ego->open[ego->open_count++].matched_count = 0;
}

void windows_event(struct windows *all, size_t place, const struct window_event *event)
{
    struct ego_windows *ego = &all->egos[place];
    if (event->leaf > LEAF_ENC_OUT_CONFLICT || event->leaf == LEAF_ENC_OUT_CENSORED ||
        ego->open_count == 0) {
        return;
    }
    size_t at = ego->event_count;
    if (at == WINDOWS_EVENTS) {
        at = 0;
        for (size_t i = 1; i < WINDOWS_EVENTS; i++) {
            at = ego->events[i].leaf > ego->events[at].leaf ? i : at;
        }
        if (ego->events[at].leaf <= event->leaf) {
            return;
        }
    } else {
        ego->event_count++;
    }
    ego->events[at] = *event;
}

void windows_step(struct windows *all, struct tai t)
{
    for (size_t i = 0; i < all->ego_count; i++) {
        close_until(all, &all->egos[i], t, false);
    }
}

void windows_close(struct windows *all, size_t place, struct tai t)
{
    close_until(all, &all->egos[place], t, true);
}

void windows_finish(struct windows *all)
{
    for (size_t i = 0; i < all->waiting_count; i++) {
        let_go(all, &all->waiting[i]);
    }
    all->waiting_count = 0;
}

bool windows_take(struct windows *all, struct window *out)
{
    if (all->ready_taken == all->ready_count) {
        all->ready_taken = all->ready_count = 0;
        return false;
    }
    *out = all->ready[all->ready_taken++];
    return true;
}

void windows_free(struct windows *all)
{
    if (all) {
        free(all->egos);
        free(all->ready);
        free(all);
    }
}
