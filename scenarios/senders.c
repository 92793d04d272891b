/* SPDX-License-Identifier: Apache-2.0 */
/* The schedule of all senders. In: states of two ticks. Out: ordered emissions. */
#include "scenarios/senders.h"

#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "scenarios/compose.h"
#include "scenarios/fault.h"

#define INTERVAL_NS (100 * TIME_NS_PER_MS)
#define MAP_NS      (1000 * TIME_NS_PER_MS)
#define JITTER_NS                                                                          \
    (5 * TIME_NS_PER_MS) /* SAE J2945/1: +-5 ms around the nominal instant                 \
                          */
#define FLOOD      10    /* a flooding sender is that many times as fast */
#define REST_MPS   0.1
#define REST_EVERY 10 /* slots of a person at rest: 1 Hz */

/* One message type of one station: its slots on the run's time line. */
struct stream {
    uint32_t station;
    uint8_t type;
    int64_t interval_ns, phase_ns, jitter_ns;
    uint32_t k;      /* next slot */
    int64_t next_ns; /* run time of it */
    uint8_t msg_cnt;
    struct message *message;
};

struct senders {
    const struct scenario *scenario;
    uint64_t seed;
    struct tai start;
    struct station *stations;
    struct fault_past **past; /* per station; NULL: needs none */
    struct stream *streams;
    uint32_t stream_count;
    struct emission *emissions;
    uint64_t sequence;
    uint64_t jitter_key;
};

static int64_t slot_time(const struct senders *s, const struct stream *st, uint32_t k)
{
    double u =
        draw_uniform(draw_bits(s->jitter_key, st->station, (uint64_t)st->type << 32 | k));
    return st->phase_ns + (int64_t)k * st->interval_ns +
           (int64_t)fm_floor((2 * u - 1) * (double)st->jitter_ns);
}

static void add_stream(struct senders *s, uint32_t station, uint8_t type,
                       int64_t interval_ns, int64_t jitter_ns)
{
    struct stream *st = &s->streams[s->stream_count++];
    double u = draw_uniform(draw_bits(draw_key(s->seed, DRAW_PHASE), station, type));
    *st = (struct stream){.station = station,
                          .type = type,
                          .interval_ns = interval_ns,
                          .jitter_ns = jitter_ns};
    st->phase_ns =
        jitter_ns + 1 + (int64_t)fm_floor(u * (double)(interval_ns - 2 * jitter_ns));
    st->msg_cnt =
        (uint8_t)(draw_bits(draw_key(s->seed, DRAW_MSG_CNT), station, type) & 127);
    st->next_ns = slot_time(s, st, 0);
}

static void add_streams(struct senders *s, uint32_t i)
{
    const struct scenario_agent *a = &s->scenario->agents[i];
    if (a->kind == KIND_RSU) {
        if (a->sends_spat && s->scenario->signal_count > 0) {
            add_stream(s, i, MSG_SPAT, INTERVAL_NS, 0);
        }
        if (a->sends_map && s->scenario->map->lane_count > 0) {
            add_stream(s, i, MSG_MAP, MAP_NS, 0);
        }
    } else if (a->radios != 0) {
        bool floods = a->fault == FAULT_DOS;
        add_stream(s, i, kinds_is_vru(a->kind) ? MSG_PSM : MSG_BSM,
                   floods ? INTERVAL_NS / FLOOD : INTERVAL_NS, floods ? 0 : JITTER_NS);
    }
}

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
    s->jitter_key = draw_key(seed, DRAW_JITTER);
    s->stations = arena_take(arena, n * sizeof *s->stations);
    s->past = arena_take(arena, n * sizeof *s->past);
    s->streams = arena_take(arena, 2 * (size_t)n * sizeof *s->streams);
    if (!s->stations || !s->streams || !s->past) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u senders", n);
    }
    for (uint32_t i = 0; i < n; i++) {
        station_init(&s->stations[i], scenario, seed, i);
        if (scenario->agents[i].fault == FAULT_DELAYED) {
            s->past[i] = arena_take(arena, sizeof **s->past);
        }
        add_streams(s, i);
    }
    size_t count = s->stream_count + 1;
    s->emissions = arena_take(arena, count * sizeof *s->emissions);
    struct message *messages = arena_take(arena, count * sizeof *messages);
    if (!s->emissions || !messages) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %zu messages", count);
    }
    for (uint32_t i = 0; i < s->stream_count; i++) {
        s->streams[i].message = &messages[i];
    }
    *senders = s;
    return 0;
}

bool senders_equipped(const struct senders *senders, uint32_t agent)
{
    return senders->stations[agent].equipped;
}

static enum suppressed suppressed_by(const struct senders *s, const struct stream *st,
                                     const struct state *truth, int64_t run_ns)
{
    const struct station *station = &s->stations[st->station];
    if (!station->equipped) {
        return SUPPRESSED_NOT_EQUIPPED;
    }
    if (station->fault == FAULT_DOS && run_ns < station->fault_from_ns &&
        st->k % FLOOD != 0) {
        return SUPPRESSED_INTERVAL;
    }
    if (st->type == MSG_PSM && truth->speed_mps < REST_MPS && st->k % REST_EVERY != 0) {
        return SUPPRESSED_DUTY_CYCLE;
    }
    if (station->who->duty_cycle < 1 &&
        draw_uniform(draw_bits(draw_key(s->seed, DRAW_BEHAVIOUR), st->station,
                               (uint64_t)(run_ns / TIME_NS_PER_S))) >=
            station->who->duty_cycle) {
        return SUPPRESSED_DUTY_CYCLE;
    }
    double nominal_ms = (double)st->interval_ns / 1e6;
    if (station->stretch_ms > nominal_ms && st->k > 0) {
        double turn = fm_floor(st->k * nominal_ms / station->stretch_ms);
        double last = fm_floor((st->k - 1) * nominal_ms / station->stretch_ms);
        return turn > last ? SUPPRESSED_NONE : SUPPRESSED_INTERVAL;
    }
    return SUPPRESSED_NONE;
}

static void fill_message(struct senders *s, struct stream *st, const struct compose *c)
{
    switch (st->type) {
    case MSG_BSM:
        compose_bsm(c, st->message);
        break;
    case MSG_PSM:
        compose_psm(c, st->message);
        break;
    case MSG_SPAT:
        compose_spat(c, st->message);
        break;
    default:
        map_message(s->scenario->map, &s->scenario->origin, s->scenario->signals,
                    st->message);
        break;
    }
}

static uint16_t psid_of(uint8_t type)
{
    /* IEEE 1609.12: vehicle safety, vulnerable road users, intersection safety */
    return type == MSG_BSM ? 0x20 : type == MSG_PSM ? 0x27 : 0x82;
}

static void emit(struct senders *s, struct stream *st, const struct motion *m,
                 const struct state *truth, int64_t run_ns, int64_t scenario_ns,
                 struct emission *e)
{
    struct station *station = &s->stations[st->station];
    struct tai t_gen = {s->start.ns + run_ns};
    struct rxtime stamped = station_clock(station, t_gen, run_ns);
    uint64_t slot = (uint64_t)st->type << 32 | st->k;
    bool healthy = run_ns < station->fault_from_ns;
    if (station_rotate(station, s->seed, run_ns)) {
        st->msg_cnt =
            (uint8_t)(draw_bits(draw_key(s->seed, DRAW_MSG_CNT), st->station, slot) & 127);
    }
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
    *e = (struct emission){
        .msg_uid = emission_uid(st->station, st->type, st->k),
        .sender_idx = st->station,
        .k = st->k,
        .msg_type = st->type,
        .sender_kind = (uint8_t)station->who->kind,
        .technology = (uint8_t)s->scenario->air.technology,
        .suppressed_by = (uint8_t)suppressed_by(s, st, truth, run_ns),
        .fault = (uint8_t)(healthy ? FAULT_NONE : station->fault),
        .truth_known = true,
        .t_gen = t_gen,
        .t_tx = t_gen,
        .t_gen_stamped = stamped,
        .truth = *truth,
        .position_sigma_m = station->position_sigma_m,
        .heading_sigma_rad = station->heading_sigma_rad,
        .clock_sigma_s = station->clock_sigma_s,
        .psid = psid_of(st->type),
        .heard_by = AGENT_NONE,
    };
    e->tx_index = station->tx_count;
    if (!healthy) {
        fault_apply(&c, s->past[st->station], m, slot, s->seed);
    }
    if (e->suppressed_by == SUPPRESSED_NONE) {
        c.msg_cnt = st->msg_cnt;
        st->msg_cnt = (st->msg_cnt + 1) & 127;
        fill_message(s, st, &c);
        e->message = st->message;
        station->tx_count++;
    }
    station_crumb(station, &c.pose, truth, t_gen);
    fault_remember(s->past[st->station], &believed);
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
    for (uint32_t i = 0; i < s->stream_count; i++) {
        struct stream *st = &s->streams[i];
        if (st->next_ns > run_ns) {
            continue;
        }
        const struct state *a = &m->next[st->station];
        const struct state *b = &m->now[st->station];
        if (a->present && b->present) {
            struct state truth =
                state_between(a, begin, b, t, (struct tai){s->start.ns + st->next_ns});
            emit(s, st, m, &truth, st->next_ns, m->t_ns - (run_ns - st->next_ns),
                 &s->emissions[n++]);
        }
        st->k++;
        st->next_ns = slot_time(s, st, st->k);
    }
    sort(s->emissions, n);
    for (size_t i = 0; i < n; i++) {
        s->emissions[i].sequence = s->sequence++;
    }
    *count = n;
    return s->emissions;
}
