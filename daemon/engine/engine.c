/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the road, tick by tick; see engine.h for the picture. */
#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "engine/claims.h"
#include "engine/inside.h"
#include "label/leaf.h"

const char *engine_id(const struct engine *e, uint32_t agent)
{
    return agent < e->agent_count ? e->agents[agent].id : NULL;
}

int engine_row(struct engine *e, const struct table *table, const void *row,
               struct fail *fail)
{
    for (size_t i = 0; i < e->setup.sink_count; i++) {
        const struct sink *sink = &e->setup.sinks[i];
        bool wanted = table != &table_reception || sink->wants_receptions;
        int code = sink->row && wanted ? sink->row(sink->self, table, row, fail) : 0;
        if (code < 0) {
            return code;
        }
    }
    return 0;
}

static bool recorded_receiver(const struct engine *e, uint32_t receiver)
{
    const struct engine_setup *s = &e->setup;
    return !s->receivers || (receiver < s->receiver_count && s->receivers[receiver]);
}

/* Where everybody is for the air. Replay has no positions: distances come from claims. */
static void place_stations(struct engine *e)
{
    for (size_t i = 0; i < e->agent_count; i++) {
        const struct agent *a = &e->agents[i];
        e->kinds[i] = (uint8_t)a->kind;
        e->antenna_m[i] = a->antenna_height_m;
        bool present = e->truth && e->truth[i].present;
        e->receives[i] = a->receives && (present || e->setup.replay);
        e->x_m[i] = present ? e->truth[i].x_m : 0;
        e->y_m[i] = present ? e->truth[i].y_m : 0;
        e->vx_mps[i] = 0;
        e->vy_mps[i] = 0;
        e->boxes[i] = (struct air_box){.there = false};
        if (present) {
            double cos_yaw = fm_cos(e->truth[i].yaw_rad);
            double sin_yaw = fm_sin(e->truth[i].yaw_rad);
            e->vx_mps[i] = cos_yaw * e->truth[i].speed_mps;
            e->vy_mps[i] = sin_yaw * e->truth[i].speed_mps;
            e->boxes[i] = (struct air_box){.length_m = (float)a->length_m,
                                           .width_m = (float)a->width_m,
                                           .height_m = (float)a->height_m,
                                           .cos_yaw = (float)cos_yaw,
                                           .sin_yaw = (float)sin_yaw,
                                           .there = true};
        }
    }
    struct air_stations stations = {.t = e->now,
                                    .count = e->agent_count,
                                    .x_m = e->x_m,
                                    .y_m = e->y_m,
                                    .vx_mps = e->vx_mps,
                                    .vy_mps = e->vy_mps,
                                    .antenna_m = e->antenna_m,
                                    .kinds = e->kinds,
                                    .receives = e->receives,
                                    .boxes = e->setup.replay ? NULL : e->boxes};
    air_tick(e->air, &stations);
}

/* One fate is final: labels are on it; to whoever records or publishes its receiver. */
int engine_final(struct engine *e, struct reception *r, const struct claim *claim,
                 const struct receiver_heard *heard, struct fail *fail)
{
    if (!recorded_receiver(e, r->fate.receiver_idx)) {
        return 0;
    }
    for (size_t i = 0; i < e->setup.sink_count; i++) {
        const struct sink *sink = &e->setup.sinks[i];
        int code = sink->fates ? sink->fates(sink->self, r, 1, fail) : 0;
        if (code < 0) {
            return code;
        }
    }
    int code = e->wants_receptions ? rows_reception(e, r, claim, fail) : 0;
    if (code == 0 && e->wants_receptions && sight_ego(e, r->fate.receiver_idx)) {
        code = rows_labels(e, r, claim, heard, fail);
    }
    return code;
}

static int hand_over_heard(struct engine *e, const struct reception *r,
                           const struct flight_message *m, struct fail *fail)
{
    struct hearing hearing = {
        .reception = r, .claim = &m->claim, .octets = m->octets, .size = m->size};
    for (size_t i = 0; i < e->setup.sink_count; i++) {
        const struct sink *sink = &e->setup.sinks[i];
        int code = sink->heard ? sink->heard(sink->self, &hearing, fail) : 0;
        if (code < 0) {
            return code;
        }
    }
    return 0;
}

static void tell_receiver(struct engine *e, const struct reception *r,
                          const struct flight_message *m)
{
    if (!e->source.percept || r->fate.receiver_idx >= e->agent_count ||
        !e->agents[r->fate.receiver_idx].responsive) {
        return;
    }
    struct percept percept = {.receiver_idx = r->fate.receiver_idx,
                              .sender_idx = r->fate.sender_idx,
                              .msg_type = m->msg_type,
                              .t_avail = r->t_avail,
                              .claim = &m->claim};
    if (octets_read(e, m, r->fate.msg_uid)) {
        percept.message = &e->message;
    }
    e->source.percept(e->source.self, &percept, 1);
}

/* What has become usable up to `until`, in order. */
static int land(struct engine *e, struct tai until, struct fail *fail)
{
    size_t count = 0;
    int code = 0;
    const struct reception *due = flight_due(e->flight, until, &count);
    for (size_t i = 0; i < count && code == 0; i++) {
        struct reception r = due[i];
        const struct flight_message *m = flight_message(e->flight, r.emission);
        struct receiver_heard heard;
        (void)receiver_put(e->bank, &r, &m->claim, m->msg_type, &heard);
        r.fate.flags |= (uint16_t)((heard.reordered ? FATE_REORDERED : 0) |
                                   (heard.duplicate ? FATE_DUPLICATE : 0));
        r.fate.seq_gap = heard.seq_gap;
        com_label_fate(&r.fate, claims_ordered(&m->claim, m->msg_type), heard.id_changed);
        knowledge_put(e->knowledge, &r, &m->claim, m->msg_type);
        clocking_heard(e, &r, &m->claim, m->msg_type);
        history_heard(e, &r);
        roads_heard(e, &r, m->msg_type);
        if (e->setup.replay && heard.order == RECEIVER_GAP_BEFORE &&
            recorded_receiver(e, r.fate.receiver_idx)) {
            code = rows_gap(e, &r, &m->claim, &heard, fail);
        }
        tell_receiver(e, &r, m);
        totals_latency(e, &r.fate);
        code = code < 0 ? code : engine_final(e, &r, &m->claim, &heard, fail);
        if (code == 0 && recorded_receiver(e, r.fate.receiver_idx)) {
            code = hand_over_heard(e, &r, m, fail);
        }
    }
    for (size_t i = 0; i < count; i++) {
        flight_landed(e->flight, &due[i]);
    }
    return code;
}

static int hold(struct engine *e, struct reception *r, uint32_t slot,
                const struct claim *claim, struct fail *fail)
{
    if (r->fate.fate == FATE_LOST) {
        com_label_fate(&r->fate, false, false);
        return engine_final(e, r, claim, NULL, fail);
    }
    if (slot == UINT32_MAX || !flight_wait(e->flight, r, slot)) {
        return fail_set(fail, RESULT_MEMORY,
                        "too many messages in flight (%zu receptions wait)",
                        flight_waiting(e->flight));
    }
    return 0;
}

/* The air gets the tick's emissions and gives the fates that became final in it: of these
 * messages, or with a radio of earlier ones whose frames ended now. What is lost is final
 * here. */
static int fly(struct engine *e, const struct emission *emissions, size_t count,
               struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        bool sent = emissions[i].suppressed_by == SUPPRESSED_NONE;
        e->slots[i] = sent ? flight_keep(e->flight, &emissions[i]) : UINT32_MAX;
        if (sent && e->slots[i] == UINT32_MAX) {
            return fail_set(fail, RESULT_MEMORY, "too many messages in flight");
        }
    }
    int code = air_offer(e->air, emissions, count, e->slots, fail);
    bool more = code == 0;
    while (more && code == 0) {
        size_t rows = air_take(e->air, e->pool, e->receptions, e->reception_room, &more);
        for (size_t i = 0; i < rows && code == 0; i++) {
            uint32_t slot = e->receptions[i].emission;
            code = hold(e, &e->receptions[i], slot, &flight_message(e->flight, slot)->claim,
                        fail);
        }
    }
    size_t through;
    const uint32_t *tickets = air_through(e->air, &through);
    for (size_t i = 0; i < through; i++) {
        if (tickets[i] != UINT32_MAX) {
            flight_settle(e->flight, tickets[i]);
        }
    }
    return code;
}

/* Lets a radio finish what it has on the air: nobody sends any more, the stations stand. */
static int drain_air(struct engine *e, struct fail *fail)
{
    struct tai now = e->now;
    int code = 0;
    while (code == 0 && air_waiting(e->air) > 0) {
        e->now.ns += WORLD_TICK_NS;
        place_stations(e);
        code = fly(e, NULL, 0, fail);
    }
    e->now = now;
    return code;
}

static int fly_heard(struct engine *e, const struct emission *em, struct fail *fail)
{
    if (em->heard_by == AGENT_NONE || em->sender_idx == AGENT_NONE) {
        struct tai t_tx;
        (void)several_note(e, em, &t_tx);
        return 0;
    }
    const struct ego *station = sight_ego(e, em->heard_by);
    double distance_m = 0;
    bool known = station && station->own_known && (em->claim.known & CLAIM_POSITION);
    if (known) {
        distance_m =
            fm_hypot(em->claim.x_m - station->own.x_m, em->claim.y_m - station->own.y_m);
    }
    uint32_t slot = flight_keep(e->flight, em);
    if (slot == UINT32_MAX) {
        return fail_set(fail, RESULT_MEMORY, "too many messages in flight");
    }
    struct reception r = {0};
    air_decide_heard(e->air, em, em->heard_by, known ? &distance_m : NULL, &r);
    /* what only the world could know stays null: what the message claims has columns of its
     * own */
    r.fate.valid &= (uint16_t) ~(FATE_HAS_T_GEN | FATE_HAS_SPEED | FATE_HAS_SHIFT |
                                 FATE_HAS_SHIFT_TRUE | FATE_HAS_CLAIMED_ERROR);
    r.fate.t_gen_ns = 0;
    r.fate.sender_speed_mps = r.fate.shift_m = r.fate.shift_true_m =
        r.fate.claimed_error_m = 0;
    r.fate.flags |=
        FATE_CLOCK_UNVERIFIED; /* nothing ties the sender's clock to the capture's */
    if (em->has_rssi) {
        r.fate.rssi_dbm = em->rssi_dbm;
        r.fate.valid |= FATE_HAS_RSSI;
    }
    struct tai t_tx;
    /* two captures, two clocks: what would have arrived before it was sent has no stamp */
    if (several_note(e, em, &t_tx) && !tai_before(r.t_rx, t_tx)) {
        r.t_tx = t_tx;
        r.fate.t_tx_ns = engine_utc(t_tx);
        r.fate.valid |= FATE_HAS_T_TX;
    }
    int code = hold(e, &r, slot, &em->claim, fail);
    flight_settle(e->flight, slot);
    return code;
}

static int count_emission(struct engine *e, const struct emission *em, struct fail *fail)
{
    if (em->repeated) {
        e->totals.repeated++;
        return 0;
    }
    e->totals.opportunities++;
    if (em->suppressed_by != SUPPRESSED_NONE) {
        e->totals.suppressed[em->suppressed_by]++;
        return rows_transmission(e, em, fail);
    }
    e->totals.transmitted++;
    e->equipped[em->sender_idx] = true;
    for (size_t i = 0; i < e->setup.sink_count; i++) {
        const struct sink *sink = &e->setup.sinks[i];
        int code = sink->sent ? sink->sent(sink->self, em, fail) : 0;
        if (code < 0) {
            return code;
        }
    }
    return rows_transmission(e, em, fail);
}

static void note_claim(struct engine *e, const struct emission *em)
{
    if (em->sender_idx < e->setup.agents_most) {
        e->act_more[em->sender_idx].fault = em->fault;
    }
    if (em->truth_known && em->suppressed_by == SUPPRESSED_NONE) {
        e->sent[em->sender_idx * SENT_DEPTH + em->tx_index % SENT_DEPTH] =
            (struct sent){.msg_uid = em->msg_uid,
                          .t_gen = em->t_gen,
                          .placed = (em->claim.known & CLAIM_POSITION) != 0,
                          .x_m = em->claim.x_m,
                          .y_m = em->claim.y_m};
    }
    if ((em->claim.known & CLAIM_POSITION) && em->sender_idx < e->setup.agents_most) {
        e->last_claim[em->sender_idx] = em->claim;
        e->last_claim_t[em->sender_idx] = em->t_gen;
    }
}

static bool reserve_slots(struct engine *e, size_t count)
{
    if (count > e->slot_room) {
        uint32_t *slots = realloc(e->slots, count * sizeof *slots);
        if (!slots) {
            return false;
        }
        e->slots = slots;
        e->slot_room = count;
    }
    return true;
}

static int transmit(struct engine *e, struct source_tick *tick, struct fail *fail)
{
    int code = 0;
    size_t used = 0;
    if (!reserve_slots(e, tick->emission_count)) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %zu messages in one tick",
                        tick->emission_count);
    }
    for (size_t i = 0; i < tick->emission_count && code == 0; i++) {
        struct emission *em = &tick->emissions[i];
        if (e->setup.replay) {
            octets_heard(e, em);
            e->source.identify(e->source.self, em);
            roads_sent(e, em, &e->message);
            e->agents = tick->agents;
            size_t known = e->agent_count;
            if (em->sender_idx != AGENT_NONE && em->sender_idx >= known) {
                e->agent_count = em->sender_idx + 1;
            }
        } else if (em->suppressed_by == SUPPRESSED_NONE) {
            code = octets_sent(e, em, &used, fail);
        }
        if (code == 0 && em->sender_idx != AGENT_NONE) {
            note_claim(e, em);
            code = count_emission(e, em, fail);
        }
        if (code == 0 && e->setup.replay) {
            code = fly_heard(e, em, fail);
        }
    }
    if (code == 0 && !e->setup.replay) {
        code = fly(e, tick->emissions, tick->emission_count, fail);
    }
    return code;
}

static void take_poses(struct engine *e, const struct source_tick *tick)
{
    for (size_t i = 0; i < tick->pose_count; i++) {
        const struct own_pose *p = &tick->poses[i];
        octets_origin(e, p->lat_deg, p->lon_deg, p->elev_m);
        struct ego *ego = sight_ego(e, p->agent);
        if (!ego) {
            continue;
        }
        ego->own = (struct state){.present = true,
                                  .yaw_rad = p->has_yaw ? p->yaw_rad : 0,
                                  .speed_mps = p->has_speed ? p->speed_mps : 0};
        geo_to_enu(&e->origin, p->lat_deg, p->lon_deg, &ego->own.x_m, &ego->own.y_m);
        ego->own_t = p->t;
        ego->own_known = true;
    }
}

/* Views look back by a few hundred milliseconds: so much truth is kept. */
static void keep_truth(struct engine *e)
{
    if (e->truth) {
        size_t slot = e->history_count++ % TRUTH_TICKS;
        memcpy(e->history + slot * e->setup.agents_most, e->truth,
               e->agent_count * sizeof *e->history);
        e->history_t[slot] = e->now;
    }
}

/* The way back from congestion control to the senders. */
static void tell_limits(struct engine *e)
{
    if (e->source.limit) {
        e->source.limit(e->source.self, air_limits(e->air));
    }
}

static int run_tick(struct engine *e, struct fail *fail)
{
    struct source_tick tick = {0};
    int more = e->source.tick(e->source.self, &tick, fail);
    if (more <= 0) {
        return more;
    }
    assert(tick.agent_count <= e->setup.agents_most);
    e->before = e->now;
    e->now = tick.t;
    e->skipped.ns += tick.skipped.ns;
    e->agents = tick.agents;
    e->agent_count = tick.agent_count;
    e->truth = tick.truth;
    e->totals.ticks++;
    for (size_t i = 0; i < e->setup.sink_count; i++) {
        if (e->setup.sinks[i].begin) {
            e->setup.sinks[i].begin(e->setup.sinks[i].self, e->now);
        }
    }
    keep_truth(e);
    take_poses(e, &tick);
    place_stations(e);
    int code = transmit(e, &tick, fail);
    tell_limits(e);
    code = code < 0 ? code : land(e, e->now, fail);
    code = code < 0 ? code : several_settle(e, tai_add(e->now, span_ms(-1000)), fail);
    code = code < 0 ? code : sight_tick(e, &tick, fail);
    code = code < 0 ? code : scenes_tick(e, &tick, fail);
    code = code < 0 ? code : clocking_tick(e, fail);
    for (size_t i = 0; i < e->setup.sink_count && code == 0; i++) {
        const struct sink *sink = &e->setup.sinks[i];
        code = sink->tick ? sink->tick(sink->self, e->now, fail) : 0;
    }
    return code < 0 ? code : 1;
}

int engine_finish(struct engine *e, struct fail *fail)
{
    if (e->ended) {
        return 0;
    }
    e->ended = true;
    int code = e->setup.replay ? 0 : drain_air(e, fail);
    code = code < 0 ? code : land(e, (struct tai){INT64_MAX}, fail);
    code = code < 0 ? code : several_settle(e, (struct tai){INT64_MAX}, fail);
    code = code < 0 ? code : sight_finish(e, fail);
    code = code < 0 ? code : scenes_finish(e, fail);
    for (size_t i = 0; i < e->setup.sink_count && code == 0; i++) {
        const struct sink *sink = &e->setup.sinks[i];
        code = sink->tick ? sink->tick(sink->self, e->now, fail) : 0;
    }
    return code;
}

int engine_slice(struct engine *e, struct tai until, struct fail *fail)
{
    while (!e->ended && tai_before(e->now, until)) {
        int code = run_tick(e, fail);
        if (code == 1) {
            continue;
        }
        if (code < 0 && code != RESULT_TORN) {
            return code;
        }
        /* a torn input: what came before stands and is completed */
        struct fail torn = *fail;
        int finished = engine_finish(e, fail);
        if (finished < 0) {
            return finished;
        }
        if (code == RESULT_TORN) {
            *fail = torn;
        }
        return code;
    }
    return e->ended ? 0 : 1;
}

struct tai engine_now(const struct engine *e)
{
    return e->now;
}

struct span engine_skipped(const struct engine *e)
{
    return e->skipped;
}

struct geo_origin engine_origin(const struct engine *e)
{
    return e->origin;
}

bool engine_origin_known(const struct engine *e)
{
    return e->origin_known;
}

const struct agent *engine_agents(const struct engine *e, size_t *count)
{
    *count = e->agent_count;
    return e->agents;
}

int engine_set_air(struct engine *e, const struct air_config *config, struct fail *fail)
{
    struct air *air;
    struct air_setup setup = e->air_setup;
    setup.config = config;
    int code = air_new(&air, &setup, fail);
    if (code < 0) {
        return code;
    }
    code = e->setup.replay ? 0 : drain_air(e, fail);
    if (code < 0) {
        air_free(air);
        return code;
    }
    const struct air_ledger *ledger = air_ledger(e->air);
    e->past.intended += ledger->intended;
    e->past.delivered += ledger->delivered;
    e->past.late += ledger->late;
    for (int i = 0; i < CAUSE_COUNT; i++) {
        e->past.lost[i] += ledger->lost[i];
    }
    air_free(e->air);
    e->air = air;
    tell_limits(e);
    e->setup.air = *config;
    return 0;
}
