/* SPDX-License-Identifier: Apache-2.0 */
/* Signal phase and timing in SI units. In: asn1c's structure or ours. Out: the other. Only
 * the first event of a movement is kept: it is the current one. */
#include <AdvisorySpeed.h>
#include <AdvisorySpeedList.h>
#include <IntersectionState.h>
#include <MovementEvent.h>
#include <MovementState.h>
#include <TimeChangeDetails.h>

#include "asn1/families.h"
#include "asn1/si.h"
#include "asn1/wire.h"
#include "base/fmath.h"

enum { SPAT_STATUS_BITS = 16 };

/* Seconds of the UTC hour. 36001 says "unknown" in the 2016 edition and the second tenth of
 * a leap second in later ones; from there up nothing useful is said. */
static double time_mark(const TimeMark_t *mark, uint8_t *known, uint8_t bit)
{
    if (!mark || *mark > 36000) {
        return 0;
    }
    *known |= bit;
    return (double)*mark / 10;
}

static void read_timing(const struct TimeChangeDetails *t, struct message_movement *m)
{
    m->known |= MESSAGE_TIMING;
    m->start_s = time_mark(t->startTime, &m->known, MESSAGE_START);
    m->min_end_s = time_mark(&t->minEndTime, &m->known, MESSAGE_MIN_END);
    m->max_end_s = time_mark(t->maxEndTime, &m->known, MESSAGE_MAX_END);
    m->likely_s = time_mark(t->likelyTime, &m->known, MESSAGE_LIKELY);
    m->next_s = time_mark(t->nextTime, &m->known, MESSAGE_NEXT);
    if (t->confidence) {
        (void)si_from_raw(si_unit_of("TimeIntervalConfidence"), *t->confidence,
                          &m->confidence_percent);
        m->known |= MESSAGE_CONFIDENCE;
    }
}

static void read_movement(const struct MovementState *pdu, struct message_movement *m)
{
    const struct MovementEvent *event = pdu->state_time_speed.list.array[0];
    *m = (struct message_movement){.signal_group = (uint8_t)pdu->signalGroup,
                                   .phase = (uint8_t)event->eventState};
    if (event->timing) {
        read_timing(event->timing, m);
    }
    const struct AdvisorySpeed *advice =
        event->speeds ? event->speeds->list.array[0] : NULL;
    uint32_t known = 0;
    if (advice && advice->speed) {
        m->advice_mps = wire_si(WIRE_ADVICE, *advice->speed, &known, MESSAGE_ADVICE);
        m->known |= (uint8_t)known;
    }
}

static void read_intersection(const struct IntersectionState *pdu,
                              struct message_intersection *to)
{
    *to = (struct message_intersection){.region =
                                            pdu->id.region ? (uint16_t)*pdu->id.region : 0,
                                        .id = (uint16_t)pdu->id.id,
                                        .revision = (uint8_t)pdu->revision,
                                        .status = (uint16_t)build_read_bits(&pdu->status),
                                        .movement_total = (uint8_t)pdu->states.list.count};
    if (pdu->moy && *pdu->moy < 527040) {
        to->minute_of_year = (int32_t)*pdu->moy;
        to->known |= MESSAGE_MINUTE;
    }
    if (pdu->timeStamp && *pdu->timeStamp < 61000) {
        to->timestamp_ms = (uint16_t)*pdu->timeStamp;
        to->known |= MESSAGE_TIMESTAMP;
    }
    for (int i = 0; i < pdu->states.list.count && i < MESSAGE_MOVEMENTS_MAX; i++) {
        read_movement(pdu->states.list.array[i], &to->movements[to->movement_count++]);
    }
}

void spat_read(const SPAT_t *pdu, struct message_spat *spat)
{
    if (pdu->timeStamp && *pdu->timeStamp < 527040) {
        spat->minute_of_year = (int32_t)*pdu->timeStamp;
        spat->known |= MESSAGE_MINUTE;
    }
    spat->intersection_total = (uint8_t)pdu->intersections.list.count;
    for (int i = 0; i < spat->intersection_total && i < MESSAGE_INTERSECTIONS_MAX; i++) {
        read_intersection(pdu->intersections.list.array[i],
                          &spat->intersections[spat->intersection_count++]);
    }
}

/* The nearest tenth, folded into the hour; 36111 is "unknown". */
static TimeMark_t mark_raw(bool known, double s)
{
    if (!known || !(fm_abs(s) < 1e9)) {
        return 36111;
    }
    double tenths = fm_round((s - fm_floor(s / 3600) * 3600) * 10);
    return tenths >= 36000 ? 0 : (TimeMark_t)tenths;
}

static TimeMark_t *make_mark(bool known, double s)
{
    return known ? build_long(mark_raw(true, s)) : NULL;
}

static struct TimeChangeDetails *make_timing(const struct message_movement *m)
{
    struct TimeChangeDetails *t = build_take(sizeof *t);
    t->startTime = make_mark(m->known & MESSAGE_START, m->start_s);
    t->minEndTime = mark_raw(m->known & MESSAGE_MIN_END, m->min_end_s);
    t->maxEndTime = make_mark(m->known & MESSAGE_MAX_END, m->max_end_s);
    t->likelyTime = make_mark(m->known & MESSAGE_LIKELY, m->likely_s);
    t->nextTime = make_mark(m->known & MESSAGE_NEXT, m->next_s);
    if (m->known & MESSAGE_CONFIDENCE) {
        t->confidence = build_long(
            si_to_raw(si_unit_of("TimeIntervalConfidence"), m->confidence_percent));
    }
    return t;
}

static struct MovementState *make_movement(const struct message_movement *m)
{
    const uint8_t timing = MESSAGE_START | MESSAGE_MIN_END | MESSAGE_MAX_END |
                           MESSAGE_LIKELY | MESSAGE_NEXT | MESSAGE_CONFIDENCE |
                           MESSAGE_TIMING;
    struct MovementState *pdu = build_take(sizeof *pdu);
    struct MovementEvent *event = build_take(sizeof *event);
    pdu->signalGroup = m->signal_group;
    event->eventState = m->phase;
    if (m->known & timing) {
        event->timing = make_timing(m);
    }
    if (m->known & MESSAGE_ADVICE) {
        struct AdvisorySpeed *advice = build_take(sizeof *advice);
        advice->type = AdvisorySpeedType_greenwave;
        advice->speed = build_long(wire_raw(WIRE_ADVICE, true, m->advice_mps));
        event->speeds = build_take(sizeof *event->speeds);
        build_add(event->speeds, advice);
    }
    build_add(&pdu->state_time_speed, event);
    return pdu;
}

static const char *intersection_flaw(const struct message_intersection *from)
{
    if (from->movement_count < 1 || from->movement_count > MESSAGE_MOVEMENTS_MAX) {
        return "1 to 32 movements";
    }
    for (uint8_t i = 0; i < from->movement_count; i++) {
        if (from->movements[i].phase > MESSAGE_PHASE_CAUTION) {
            return "a phase of MovementPhaseState";
        }
    }
    if (from->known & MESSAGE_MINUTE &&
        (from->minute_of_year < 0 || from->minute_of_year > 527040)) {
        return "a minute of the year";
    }
    return from->revision > 127 ? "a revision of at most 127" : NULL;
}

static struct IntersectionState *make_intersection(const struct message_intersection *from)
{
    struct IntersectionState *pdu = build_take(sizeof *pdu);
    pdu->id.region = from->region ? build_long(from->region) : NULL;
    pdu->id.id = from->id;
    pdu->revision = from->revision;
    build_bits(&pdu->status, from->status, SPAT_STATUS_BITS);
    pdu->moy = from->known & MESSAGE_MINUTE ? build_long(from->minute_of_year) : NULL;
    pdu->timeStamp =
        from->known & MESSAGE_TIMESTAMP ? build_long(from->timestamp_ms) : NULL;
    for (uint8_t i = 0; i < from->movement_count; i++) {
        build_add(&pdu->states, make_movement(&from->movements[i]));
    }
    return pdu;
}

int spat_make(const struct message_spat *spat, SPAT_t *pdu, struct fail *fail)
{
    if (spat->intersection_count < 1 ||
        spat->intersection_count > MESSAGE_INTERSECTIONS_MAX ||
        (spat->known & MESSAGE_MINUTE &&
         (spat->minute_of_year < 0 || spat->minute_of_year > 527040))) {
        return fail_set(fail, RESULT_USAGE,
                        "SPAT: needs 1 to 4 intersections and a minute "
                        "of the year");
    }
    pdu->timeStamp = spat->known & MESSAGE_MINUTE ? build_long(spat->minute_of_year) : NULL;
    for (uint8_t i = 0; i < spat->intersection_count; i++) {
        const char *flaw = intersection_flaw(&spat->intersections[i]);
        if (flaw) {
            return fail_set(fail, RESULT_USAGE, "SPAT: intersections[%u]: needs %s", i,
                            flaw);
        }
        build_add(&pdu->intersections, make_intersection(&spat->intersections[i]));
    }
    return 0;
}
