/* SPDX-License-Identifier: Apache-2.0 */
/* The schedule of all senders. In: states of two ticks. Out: ordered emissions. SAE's slots
 * send unless something keeps them; ETSI's are instants at which the rules are asked. */
#include "scenarios/senders.h"

#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "scenarios/compose_its.h"
#include "scenarios/fault.h"
#include "scenarios/its_when.h"
#include "scenarios/notice.h"
#include "scenarios/streams.h"

#define REST_MPS   0.1
#define REST_EVERY 10 /* slots of a person at rest, or of a saving phone: 1 Hz */

struct senders {
    const struct scenario *scenario;
    uint64_t seed;
    struct tai start;
    struct station *stations;
    struct fault_past **past; /* per station; NULL: needs none */
    struct streams streams;
    struct emission *emissions;
    uint64_t sequence;
    const struct send_limit *limits; /* by station; NULL: none */
};

int senders_new(struct senders **senders, const struct scenario *scenario, uint64_t seed,
                struct tai start, struct arena *arena, struct fail *fail)
{
    uint32_t n = scenario->agent_count;
    struct senders *s = arena_take(arena, sizeof *s);
    if (!s) {
        return fail_set(fail, RESULT_MEMORY, "no memory for senders");
    }
    s->scenario = scenario;
    s->seed = seed;
    s->start = start;
    s->stations = arena_take(arena, n * sizeof *s->stations);
    s->past = arena_take(arena, n * sizeof *s->past);
    if (!s->stations || !s->past) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u senders", n);
    }
    for (uint32_t i = 0; i < n; i++) {
        station_init(&s->stations[i], scenario, seed, i);
        if (scenario->agents[i].fault == FAULT_DELAYED) {
            s->past[i] = arena_take(arena, sizeof **s->past);
        }
    }
    int result = streams_init(&s->streams, scenario, seed, arena, fail);
    if (result != 0) {
        return result;
    }
    s->emissions = arena_take(arena, (s->streams.count + 1) * sizeof *s->emissions);
    if (!s->emissions) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u messages", s->streams.count);
    }
    *senders = s;
    return 0;
}

bool senders_equipped(const struct senders *senders, uint32_t agent)
{
    return senders->stations[agent].equipped;
}

/* What keeps a station from sending in this slot, but for ETSI's rules. */
static enum suppressed suppressed_by(const struct senders *s, const struct stream *st,
                                     const struct state *truth, int64_t run_ns)
{
    const struct station *station = &s->stations[st->station];
    if (!station->equipped) {
        return SUPPRESSED_NOT_EQUIPPED;
    }
    if (station->fault == FAULT_DOS && run_ns < station->fault_from_ns &&
        st->interval_ns < STREAMS_INTERVAL_NS && st->k % STREAMS_FLOOD != 0) {
        return SUPPRESSED_INTERVAL;
    }
    if (st->type == MSG_PSM && truth->speed_mps < REST_MPS && st->k % REST_EVERY != 0) {
        return SUPPRESSED_DUTY_CYCLE;
    }
    if (station->who->saves && st->k % REST_EVERY != 0 &&
        run_ns >= span_from_s(station->who->saver_from_s).ns) {
        return SUPPRESSED_DUTY_CYCLE;
    }
    if (station->who->duty_cycle < 1 &&
        draw_uniform(draw_bits(draw_key(s->seed, DRAW_BEHAVIOUR), st->station,
                               (uint64_t)(run_ns / TIME_NS_PER_S))) >=
            station->who->duty_cycle) {
        return SUPPRESSED_DUTY_CYCLE;
    }
    double nominal_ms = (double)st->interval_ns / 1e6;
    if (!st->its && station->stretch_ms > nominal_ms && st->k > 0) {
        double turn = fm_floor(st->k * nominal_ms / station->stretch_ms);
        double last = fm_floor((st->k - 1) * nominal_ms / station->stretch_ms);
        return turn > last ? SUPPRESSED_NONE : SUPPRESSED_INTERVAL;
    }
    return SUPPRESSED_NONE;
}

/* CAM and VAM of one that moves: the rules are asked with what the station believes. */
static bool its_rules_send(const struct station *station, struct stream *st,
                           struct its_side *its, const struct motion *m,
                           const struct compose *c, int64_t run_ns, int64_t dcc_ns)
{
    const struct its_pose pose = {c->pose.x_m, c->pose.y_m, c->pose.yaw_rad,
                                  c->pose.speed_mps};
    struct its_due due = {true, false};
    if (station->fault == FAULT_DOS && run_ns >= station->fault_from_ns) {
        its->low_frequency = false;
        return true;
    }
    if (st->type == MSG_CAM) {
        due = its_cam_due(&its->when, &pose, run_ns, dcc_ns);
    } else if (st->type == MSG_VAM) {
        struct intruders inside = intruders_of(m, st->station);
        due = its_vam_due(&its->when, &pose, intruders_any_new(&its->inside, &inside),
                          run_ns, dcc_ns);
        its->inside = due.send ? inside : its->inside;
    }
    its->low_frequency = due.low_frequency;
    return due.send;
}

/* The tier's interval and the one of congestion control are both T_GenCam_DCC (EN 302
 * 637-2, 6.1.3): the least that is allowed. Which of them it was is told apart. */
static enum suppressed its_suppressed_by(const struct senders *s, struct stream *st,
                                         const struct motion *m, const struct compose *c,
                                         int64_t run_ns)
{
    const struct station *station = &s->stations[st->station];
    int64_t tier_ns = (int64_t)(station->stretch_ms * 1e6);
    int64_t held_ns = tier_ns;
    if (s->limits && send_limit_holds(st->type) && !s->limits[st->station].urgent) {
        int64_t limit_ns = (int64_t)((double)s->limits[st->station].interval_ms * 1e6);
        held_ns = limit_ns > tier_ns ? limit_ns : tier_ns;
    }
    struct its_side free_of_limit = *st->its;
    if (its_rules_send(station, st, st->its, m, c, run_ns, held_ns)) {
        return SUPPRESSED_NONE;
    }
    bool limited = held_ns > tier_ns &&
                   its_rules_send(station, st, &free_of_limit, m, c, run_ns, tier_ns);
    return limited ? SUPPRESSED_CONGESTION_CONTROL : SUPPRESSED_INTERVAL;
}

/* The notice whose turn it is. */
static const struct scenario_notice *notice_of(const struct senders *s,
                                               const struct stream *st)
{
    return st->notices > 0 ? notice_at(s->scenario, st->station, st->k % st->notices)
                           : NULL;
}

/* Is the slot left out by congestion control? A slot that is used moves the pace on. */
static bool is_held_back(const struct senders *s, struct stream *st)
{
    return s->limits && send_limit_holds(st->type) &&
           !send_pace_ask(&st->pace, &s->limits[st->station], st->next_ns, st->interval_ns);
}

void senders_limit(struct senders *s, const struct send_limit *limits)
{
    s->limits = limits;
}

static void fill_message(struct senders *s, struct stream *st, const struct compose *c)
{
    struct message *message = st->message;
    const struct scenario_notice *notice = notice_of(s, st);
    switch (st->type) {
    case MSG_BSM:
        compose_bsm(c, message);
        break;
    case MSG_PSM:
        compose_psm(c, message);
        break;
    case MSG_CAM:
        compose_cam(c, st->its && st->its->low_frequency, message);
        break;
    case MSG_VAM:
        compose_vam(c, st->its->low_frequency, message);
        break;
    case MSG_DENM:
        if (notice) {
            notice_denm(c, notice, message);
        } else {
            compose_denm(c, &st->its->told, message);
        }
        break;
    case MSG_TIM:
        notice_tim(c, notice, message);
        break;
    case MSG_RSA:
        notice_rsa(c, notice, message);
        break;
    case MSG_SPAT:
    case MSG_SPATEM:
        compose_spat(c, message);
        break;
    default:
        map_message(s->scenario->map, &s->scenario->origin, s->scenario->signals, message);
        break;
    }
    if (st->type == MSG_SPATEM || st->type == MSG_MAPEM) {
        compose_roads_em(c, message);
    }
}

/* The message count goes on under one temporary id and starts anew under the next. */
static void count_anew(struct senders *s, struct stream *st, uint64_t slot)
{
    const struct station *station = &s->stations[st->station];
    if (st->id_epoch != station->id_epoch && st->id_epoch != 0) {
        st->msg_cnt =
            (uint8_t)(draw_bits(draw_key(s->seed, DRAW_MSG_CNT), st->station, slot) & 127);
    }
    st->id_epoch = station->id_epoch;
}

/* The DENM of this slot, if an event of a vehicle asks for one. */
static bool is_alarmed(struct stream *st, const struct compose *c)
{
    struct alarm_moment moment = {
        .t_ns = st->next_ns,
        .t = c->t_gen,
        .stamped = c->stamped,
        .pose = {c->pose.x_m, c->pose.y_m, c->pose.yaw_rad, c->pose.speed_mps},
        .station_id = c->id,
        .speed_mps = c->truth->speed_mps,
        .accel_mps2 = c->truth->accel_mps2,
        .hazard_lights = c->hazard,
        .emergency_vehicle = c->station->who->kind == KIND_EMERGENCY};
    return alarms_due(&st->its->alarms, &moment, &st->its->told);
}

/* Is there anything that this slot is for? A DENM needs an event, a notice its time. */
static bool has_subject(const struct senders *s, struct stream *st, const struct compose *c)
{
    const struct scenario_notice *notice = notice_of(s, st);
    if (notice) {
        bool over = st->type == MSG_DENM && notice_is_over(notice, c->scenario_ns);
        return over || notice_holds(notice, c->scenario_ns);
    }
    return st->type != MSG_DENM || is_alarmed(st, c);
}

/* What is wrong with this message. */
static uint8_t fault_of(const struct station *station, uint8_t type, int64_t run_ns)
{
    if ((type == MSG_SPAT || type == MSG_SPATEM) &&
        station->who->mast_fault != MAST_SOUND) {
        return (uint8_t)(FAULT_FROZEN_COUNTDOWN - MAST_FROZEN_COUNTDOWN +
                         station->who->mast_fault);
    }
    return run_ns < station->fault_from_ns ? FAULT_NONE : (uint8_t)station->fault;
}

/* false: a DENM without an event, a notice before its time are no opportunities. */
static bool emit(struct senders *s, struct stream *st, const struct motion *m,
                 const struct state *truth, int64_t run_ns, int64_t scenario_ns,
                 struct emission *e)
{
    struct station *station = &s->stations[st->station];
    struct tai t_gen = {s->start.ns + run_ns};
    struct rxtime stamped = station_clock(station, t_gen, run_ns);
    uint64_t slot = (uint64_t)st->type << 32 | st->k;
    bool healthy = run_ns < station->fault_from_ns;
    station_rotate(station, s->seed, run_ns);
    count_anew(s, st, slot);
    struct compose c = {.scenario = s->scenario,
                        .plans = &m->plans,
                        .station = station,
                        .pose = station_pose(station, s->seed, slot, run_ns, truth),
                        .truth = truth,
                        .id = station->id,
                        .hazard = m->movers[st->station].hazard,
                        .t_gen = t_gen,
                        .stamped = {stamped.ns},
                        .scenario_ns = scenario_ns};
    struct fault_moment believed = {c.pose, *truth, c.stamped};
    if (!has_subject(s, st, &c)) {
        return false;
    }
    enum suppressed suppressed = suppressed_by(s, st, truth, run_ns);
    if (suppressed == SUPPRESSED_NONE && st->its) {
        suppressed = its_suppressed_by(s, st, m, &c, run_ns);
    } else if (suppressed == SUPPRESSED_NONE && is_held_back(s, st)) {
        suppressed = SUPPRESSED_CONGESTION_CONTROL;
    }
    *e = (struct emission){
        .msg_uid = emission_uid(st->station, st->type, st->k),
        .sender_idx = st->station,
        .k = st->k,
        .msg_type = st->type,
        .sender_kind = (uint8_t)station->who->kind,
        .technology = (uint8_t)s->scenario->air.technology,
        .suppressed_by = (uint8_t)suppressed,
        .fault = fault_of(station, st->type, run_ns),
        .truth_known = true,
        .t_gen = t_gen,
        .t_tx = t_gen,
        .t_gen_stamped = stamped,
        .truth = *truth,
        .position_sigma_m = station->position_sigma_m,
        .heading_sigma_rad = station->heading_sigma_rad,
        .clock_sigma_s = station->clock_sigma_s,
        .heard_by = AGENT_NONE,
    };
    e->tx_index = station->tx_count;
    if (!healthy) {
        fault_apply(&c, s->past[st->station], m, slot, s->seed);
    }
    if (suppressed == SUPPRESSED_NONE) {
        c.msg_cnt = st->msg_cnt;
        st->msg_cnt = (st->msg_cnt + 1) & 127;
        fill_message(s, st, &c);
        e->own.speed_mps = c.pose.speed_mps;
        e->own.yaw_rad = c.pose.yaw_rad;
        geo_from_enu(&s->scenario->origin, c.pose.x_m, c.pose.y_m, &e->own.lat_deg,
                     &e->own.lon_deg);
        e->message = st->message;
        station->tx_count++;
    }
    station_crumb(station, &c.pose, truth, t_gen);
    fault_remember(s->past[st->station], &believed);
    return true;
}

static bool earlier(const struct emission *a, const struct emission *b)
{
    if (a->t_tx.ns != b->t_tx.ns) {
        return a->t_tx.ns < b->t_tx.ns;
    }
    return a->msg_uid < b->msg_uid;
}

/* Few and nearly unordered: a shell sort in place, no allocation. */
static void sort(struct emission *e, size_t count)
{
    for (size_t gap = count / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < count; i++) {
            struct emission moved = e[i];
            size_t j = i;
            for (; j >= gap && earlier(&moved, &e[j - gap]); j -= gap) {
                e[j] = e[j - gap];
            }
            e[j] = moved;
        }
    }
}

struct emission *senders_tick(struct senders *s, const struct motion *m, struct tai t,
                              size_t *count)
{
    int64_t run_ns = t.ns - s->start.ns;
    struct tai begin = {t.ns - WORLD_TICK_NS};
    size_t n = 0;
    for (uint32_t i = 0; i < s->streams.count; i++) {
        struct stream *st = &s->streams.all[i];
        if (st->next_ns > run_ns) {
            continue;
        }
        const struct state *a = &m->next[st->station];
        const struct state *b = &m->now[st->station];
        if (a->present && b->present) {
            struct state truth =
                state_between(a, begin, b, t, (struct tai){s->start.ns + st->next_ns});
            n += emit(s, st, m, &truth, st->next_ns, m->t_ns - (run_ns - st->next_ns),
                      &s->emissions[n]);
        }
        st->k++;
        st->next_ns = streams_slot(&s->streams, st, st->k);
    }
    sort(s->emissions, n);
    for (size_t i = 0; i < n; i++) {
        s->emissions[i].sequence = s->sequence++;
    }
    *count = n;
    return s->emissions;
}
