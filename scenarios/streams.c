/* SPDX-License-Identifier: Apache-2.0 */
/* Streams by equipment. In: agents. Out: their message types and slots. */
#include "scenarios/streams.h"

#include "base/draw.h"
#include "base/fmath.h"
#include "scenarios/notice.h"

/* SAE J2945/1: +-5 ms around the nominal instant. */
#define JITTER_NS (5 * TIME_NS_PER_MS)
#define SECOND_NS (1000 * TIME_NS_PER_MS)
/* Of a station: SPAT, MAP, TIM, RSA, SPATEM, MAPEM, CAM, DENM. */
#define TYPES_MOST 8

int64_t streams_slot(const struct streams *s, const struct stream *st, uint32_t k)
{
    double u =
        draw_uniform(draw_bits(s->jitter_key, st->station, (uint64_t)st->type << 32 | k));
    return st->phase_ns + (int64_t)k * st->interval_ns +
           (int64_t)fm_floor((2 * u - 1) * (double)st->jitter_ns);
}

static void add_stream(struct streams *s, uint32_t station, uint8_t type,
                       int64_t interval_ns, int64_t jitter_ns)
{
    struct stream *st = &s->all[s->count++];
    double u = draw_uniform(draw_bits(draw_key(s->seed, DRAW_PHASE), station, type));
    *st = (struct stream){.station = station,
                          .type = type,
                          .interval_ns = interval_ns,
                          .jitter_ns = jitter_ns};
    st->phase_ns =
        jitter_ns + 1 + (int64_t)fm_floor(u * (double)(interval_ns - 2 * jitter_ns));
    st->msg_cnt =
        (uint8_t)(draw_bits(draw_key(s->seed, DRAW_MSG_CNT), station, type) & 127);
    st->next_ns = streams_slot(s, st, 0);
    st->pace.lag_ns = (int64_t)fm_floor(
        draw_uniform(draw_bits(draw_key(s->seed, DRAW_PHASE), station, 256u | type)) *
        (double)interval_ns);
}

/* Slots are the instants at which the rules are asked. */
static void add_its_stream(struct streams *s, uint32_t station, uint8_t type,
                           int64_t interval_ns)
{
    add_stream(s, station, type, interval_ns, 0);
    s->all[s->count - 1].its = &s->its[s->its_count++];
}

/* Streams that tell the station's notices, if it has any. */
static void add_notices(struct streams *s, uint32_t station, uint32_t asked, uint8_t type)
{
    uint32_t count = notice_count(s->scenario, station);
    if (asked && count > 0) {
        add_stream(s, station, type, SECOND_NS / count, 0);
        s->all[s->count - 1].notices = count;
    }
}

static void add_infrastructure(struct streams *s, uint32_t i)
{
    const struct scenario_agent *a = &s->scenario->agents[i];
    bool spat = a->sends & SENDS_SPAT && s->scenario->signal_count > 0;
    bool map = a->sends & SENDS_MAP && s->scenario->map->lane_count > 0;
    if (a->standards & STANDARD_SAE) {
        if (spat) {
            add_stream(s, i, MSG_SPAT, STREAMS_INTERVAL_NS, 0);
        }
        if (map) {
            add_stream(s, i, MSG_MAP, SECOND_NS, 0);
        }
        add_notices(s, i, a->sends & SENDS_TIM, MSG_TIM);
        add_notices(s, i, a->sends & SENDS_RSA, MSG_RSA);
    }
    if (a->standards & STANDARD_ETSI) {
        if (spat) {
            add_stream(s, i, MSG_SPATEM, STREAMS_INTERVAL_NS, 0);
        }
        if (map) {
            add_stream(s, i, MSG_MAPEM, SECOND_NS, 0);
        }
        if (a->sends & SENDS_CAM) {
            add_stream(s, i, MSG_CAM, SECOND_NS, 0);
        }
        add_notices(s, i, a->sends & SENDS_DENM, MSG_DENM);
    }
}

static void add_streams(struct streams *s, uint32_t i)
{
    const struct scenario_agent *a = &s->scenario->agents[i];
    bool floods = a->fault == FAULT_DOS;
    int64_t interval = floods ? STREAMS_INTERVAL_NS / STREAMS_FLOOD : STREAMS_INTERVAL_NS;
    bool vru = kinds_is_vru(a->kind);
    if (kinds_is_infrastructure(a->kind)) {
        add_infrastructure(s, i);
        return;
    }
    if (a->radios == 0) {
        return;
    }
    if (a->standards & STANDARD_SAE) {
        add_stream(s, i, vru ? MSG_PSM : MSG_BSM, interval, floods ? 0 : JITTER_NS);
    }
    if (a->standards & STANDARD_ETSI) {
        add_its_stream(s, i, vru ? MSG_VAM : MSG_CAM, interval);
        if (!vru) {
            add_its_stream(s, i, MSG_DENM, STREAMS_INTERVAL_NS);
        }
    }
}

/* Two of a vehicle that speaks ETSI: CAM, DENM. */
static size_t its_sides(const struct scenario *scenario)
{
    size_t count = 1;
    for (uint32_t i = 0; i < scenario->agent_count; i++) {
        count += scenario->agents[i].standards & STANDARD_ETSI ? 2 : 0;
    }
    return count;
}

int streams_init(struct streams *s, const struct scenario *scenario, uint64_t seed,
                 struct arena *arena, struct fail *fail)
{
    size_t n = scenario->agent_count;
    *s = (struct streams){
        .scenario = scenario, .seed = seed, .jitter_key = draw_key(seed, DRAW_JITTER)};
    s->all = arena_take(arena, TYPES_MOST * n * sizeof *s->all);
    s->its = arena_take(arena, its_sides(scenario) * sizeof *s->its);
    if (!s->all || !s->its) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the streams of %zu senders", n);
    }
    for (uint32_t i = 0; i < n; i++) {
        add_streams(s, i);
    }
    struct message *messages = arena_take(arena, (s->count + 1) * sizeof *messages);
    if (!messages) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %u messages", s->count);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        s->all[i].message = &messages[i];
    }
    return 0;
}
