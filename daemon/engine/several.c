/* SPDX-License-Identifier: Apache-2.0 */
/* Replay of several captures of one traffic: what one station sent and another, listening,
 * did not hear is a real loss.
 *
 * In: records as they are numbered. Out: the sender's stamp for those who heard, and after
 * a second one lost row for each station that listened and did not. A loss whose distance
 * is known and above the intended range is none. Bounded: SEVERAL_MOST transmissions at a
 * time; when that is full the oldest gives way, and nothing is claimed of it. */
#include <stdlib.h>

#include "base/fmath.h"
#include "engine/inside.h"

#define SEVERAL_MOST  4096
#define STATIONS_MOST 64

struct transmission {
    uint64_t msg_uid;
    uint32_t sender_idx;
    uint8_t msg_type, sender_kind;
    bool sent;    /* a sender-side record is there */
    struct tai t; /* of the first record */
    struct tai t_tx;
    uint64_t heard; /* bit per station */
    struct claim claim;
};

struct several {
    struct transmission ring[SEVERAL_MOST];
    uint64_t first, end; /* [first, end) are open */
};

int several_open(struct engine *e, struct fail *fail)
{
    bool wanted = e->setup.replay && e->source.listened && e->setup.agent_count > 1;
    if (!wanted) {
        return 0;
    }
    e->several = calloc(1, sizeof *e->several);
    return e->several ? 0 : fail_set(fail, RESULT_MEMORY, "no memory for several captures");
}

static struct transmission *find(struct several *s, uint64_t msg_uid)
{
    for (uint64_t i = s->end; i-- > s->first;) {
        if (s->ring[i % SEVERAL_MOST].msg_uid == msg_uid) {
            return &s->ring[i % SEVERAL_MOST];
        }
    }
    return NULL;
}

bool several_note(struct engine *e, const struct emission *em, struct tai *t_tx)
{
    struct several *s = e->several;
    if (!s || em->sender_idx == AGENT_NONE) {
        return false;
    }
    struct transmission *t = find(s, em->msg_uid);
    if (!t) {
        if (s->end - s->first == SEVERAL_MOST) {
            s->first++; /* gives way unsettled: nothing is claimed of it */
        }
        t = &s->ring[s->end++ % SEVERAL_MOST];
        *t = (struct transmission){.msg_uid = em->msg_uid,
                                   .sender_idx = em->sender_idx,
                                   .msg_type = em->msg_type,
                                   .sender_kind = em->sender_kind,
                                   .t = em->t_heard,
                                   .claim = em->claim};
    }
    if (em->sent_by != AGENT_NONE) {
        t->sent = true;
        t->t_tx = em->t_heard;
    } else if (em->heard_by < STATIONS_MOST) {
        t->heard |= UINT64_C(1) << em->heard_by;
    }
    *t_tx = t->t_tx;
    return t->sent;
}

static bool beyond_range(struct engine *e, const struct transmission *t, uint32_t station,
                         double *distance_m, bool *known)
{
    const struct ego *ego = sight_ego(e, station);
    *known = ego && ego->own_known && (t->claim.known & CLAIM_POSITION);
    if (*known) {
        *distance_m = fm_hypot(t->claim.x_m - ego->own.x_m, t->claim.y_m - ego->own.y_m);
    }
    return *known && *distance_m > e->setup.air.intended_range_m;
}

static int lose(struct engine *e, const struct transmission *t, uint32_t station,
                struct fail *fail)
{
    double distance_m = 0;
    bool known;
    if (beyond_range(e, t, station, &distance_m, &known)) {
        return 0;
    }
    struct reception r = {
        .t_gen = t->t_tx, .t_tx = t->t_tx, .t_rx = t->t_tx, .t_avail = t->t_tx};
    r.fate = (struct fate){.msg_uid = t->msg_uid,
                           .t_tx_ns = engine_utc(t->t_tx),
                           .sender_idx = t->sender_idx,
                           .receiver_idx = station,
                           .blocker_idx = FATE_U32_NULL,
                           .burst_id = FATE_U32_NULL,
                           .sender_kind = t->sender_kind,
                           .msg_type = t->msg_type,
                           .technology = (uint8_t)TECH_CAPTURED,
                           .tier = e->setup.air.tier_index,
                           .fate = FATE_LOST,
                           .cause = CAUSE_UNKNOWN,
                           .copies = 1,
                           .flags = FATE_CLOCK_UNVERIFIED,
                           .valid = FATE_HAS_T_TX};
    if (known) {
        r.fate.distance_m = (float)distance_m;
        r.fate.valid |= FATE_HAS_DISTANCE;
        r.fate.flags |= FATE_DISTANCE_FROM_CLAIMS | FATE_WITHIN_RANGE;
    }
    e->past.intended++;
    e->past.lost[CAUSE_UNKNOWN]++;
    com_label_fate(&r.fate, false, false);
    return engine_final(e, &r, &t->claim, NULL, fail);
}

int several_settle(struct engine *e, struct tai until, struct fail *fail)
{
    struct several *s = e->several;
    int code = 0;
    while (s && code == 0 && s->first < s->end) {
        const struct transmission *t = &s->ring[s->first % SEVERAL_MOST];
        if (t->t.ns > until.ns) {
            break;
        }
        for (uint32_t station = 0; t->sent && station < e->setup.agent_count &&
                                   station < STATIONS_MOST && code == 0;
             station++) {
            bool missed = !(t->heard >> station & 1) && station != t->sender_idx;
            if (missed && e->source.listened(e->source.self, station, t->t_tx)) {
                code = lose(e, t, station, fail);
            }
        }
        s->first++;
    }
    return code;
}
