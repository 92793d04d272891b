/* SPDX-License-Identifier: Apache-2.0 */
/* Stations and their errors. In: a tier, keyed draws, truth. Out: what a station believes.
 */
#include "scenarios/station.h"

#include <string.h>

#include "base/draw.h"
#include "base/fmath.h"

#define CRUMB_M   10.0
#define CRUMB_RAD 0.07 /* 4 degrees */

static double uniform(uint64_t seed, enum draw_purpose purpose, uint64_t who, uint64_t k)
{
    return draw_uniform(draw_bits(draw_key(seed, purpose), who, k));
}

static double between(double u, double least, double most)
{
    return least + u * (most - least);
}

/* Whence a phone has its time decides how far it is off. */
static void set_phone_clock(struct station *s, uint64_t seed)
{
    static const double offset_s[][2] = {{0, 0}, {1e-3, 10e-3}, {5e-3, 50e-3}};
    const double *range = offset_s[s->who->clock];
    double offset = between(uniform(seed, DRAW_PHONE, s->index, 2), range[0], range[1]);
    bool late = uniform(seed, DRAW_PHONE, s->index, 3) < 0.5;
    s->clock_sigma_s = range[1];
    s->clock_ns = span_from_s(late ? -offset : offset).ns;
}

static void init_clock(struct station *s, const struct tier *tier, uint64_t seed,
                       double duration_s)
{
    static const int64_t leaps_s[] = {5, 18, 37};
    uint64_t key = draw_key(seed, DRAW_CLOCK);
    s->clock_sigma_s = tier->clock_sigma_ms / 1e3;
    s->clock_ns =
        span_from_s(s->clock_sigma_s * draw_normal(draw_bits(key, s->index, 0))).ns;
    if (s->who->clock != CLOCK_TIER) {
        set_phone_clock(s, seed);
    }
    if (s->fixed || uniform(seed, DRAW_CLOCK, s->index, 1) >= tier->clock_fault_share) {
        return;
    }
    uint64_t which = draw_bits(key, s->index, 2) % 4;
    if (which < 3) {
        s->clock_ns += leaps_s[which] * TIME_NS_PER_S;
        s->fault = FAULT_CLOCK_LEAP;
        return;
    }
    s->step_ns = (draw_bits(key, s->index, 3) & 1 ? 1 : -1) * TIME_NS_PER_S;
    s->step_at_ns = span_from_s(uniform(seed, DRAW_CLOCK, s->index, 4) * duration_s).ns;
    s->fault = FAULT_CLOCK_STEP;
    s->fault_from_ns = s->step_at_ns;
}

static void init_fault(struct station *s, const struct tier *tier, uint64_t seed)
{
    static const enum sender_fault faults[] = {FAULT_CONST_OFFSET, FAULT_RANDOM_OFFSET,
                                               FAULT_FROZEN, FAULT_SPEED_SCALE,
                                               FAULT_MIRRORED_HEADING};
    if (!s->fixed && uniform(seed, DRAW_FAULT, s->index, 0) < tier->fault_share) {
        s->fault_bits = draw_bits(draw_key(seed, DRAW_FAULT), s->index, 1);
        s->fault = faults[s->fault_bits % (sizeof faults / sizeof faults[0])];
        s->fault_from_ns = 0;
    }
}

/* A fault that the scenario asks for takes the place of what the tier drew. */
static void ask_fault(struct station *s, uint64_t seed)
{
    static const int64_t leaps_s[] = {5, 18, 37};
    if (s->who->fault == FAULT_NONE) {
        return;
    }
    s->fault = s->who->fault;
    s->fault_from_ns = span_from_s(s->who->fault_from_s).ns;
    s->fault_bits = draw_bits(draw_key(seed, DRAW_FAULT), s->index, 1);
    s->step_ns = 0;
    s->step_at_ns = s->fault_from_ns;
    if (s->fault == FAULT_CLOCK_LEAP) {
        s->step_ns = leaps_s[s->fault_bits % 3] * TIME_NS_PER_S;
    } else if (s->fault == FAULT_CLOCK_STEP) {
        s->step_ns = (s->fault_bits & 1 ? 1 : -1) * TIME_NS_PER_S;
    }
}

/* A phone knows less of where it is than a car: its error takes the place of the tier's.
 * Classes after measurements of consumer receivers; a radial RMS is sqrt 2 of an axis. */
static void init_phone(struct station *s, uint64_t seed)
{
    static const double rms_m[][2] = {{0, 0}, {3, 5}, {5, 10}, {15, 30}};
    const double *range = rms_m[s->who->gnss];
    if (s->who->gnss != GNSS_TIER) {
        double rms = between(uniform(seed, DRAW_PHONE, s->index, 0), range[0], range[1]);
        s->position_sigma_m = rms / fm_sqrt(2);
        s->tau_s = between(uniform(seed, DRAW_PHONE, s->index, 1), 20, 60);
    }
}

void station_init(struct station *s, const struct scenario *scenario, uint64_t seed,
                  uint32_t index)
{
    const struct tier *tier = &scenario->air.tier;
    *s = (struct station){.who = &scenario->agents[index], .index = index};
    bool radio = s->who->radios >> scenario->air.technology & 1;
    s->fixed = kinds_is_infrastructure(s->who->kind);
    s->equipped = radio && (s->fixed || s->who->ego ||
                            uniform(seed, DRAW_EQUIPPED, index, 0) < tier->equipped_share);
    s->tau_s = tier->gnss_tau_s;
    if (!s->fixed) {
        s->position_sigma_m =
            between(uniform(seed, DRAW_TIER_POSITION_SIGMA, index, 0),
                    tier->position_sigma_min_m, tier->position_sigma_max_m);
        s->heading_sigma_rad = tier->heading_sigma_deg * FM_PI / 180;
        s->stretch_ms = between(uniform(seed, DRAW_STRETCH, index, 0),
                                tier->interval_min_ms, tier->interval_max_ms);
    }
    init_clock(s, tier, seed, scenario->duration_s);
    init_phone(s, seed);
    init_fault(s, tier, seed);
    ask_fault(s, seed);
    station_rotate(s, seed, 0);
}

struct rxtime station_clock(const struct station *s, struct tai t, int64_t run_ns)
{
    int64_t step = s->step_ns && run_ns >= s->step_at_ns ? s->step_ns : 0;
    if (s->fault == FAULT_CLOCK_DRIFT && run_ns > s->fault_from_ns) {
        step += (run_ns - s->fault_from_ns) / STATION_DRIFT;
    }
    return (struct rxtime){t.ns + s->clock_ns + step};
}

/* First-order Gauss-Markov of unit variance, stepped from slot to slot. Slots of two
 * message types within one tick may come in either order; the walk does not go back. */
static void step_units(struct station *s, uint64_t seed, uint64_t k, int64_t run_ns)
{
    static const enum draw_purpose purposes[3] = {DRAW_POSE_X, DRAW_POSE_Y, DRAW_HEADING};
    double dt = run_ns > s->unit_ns ? (double)(run_ns - s->unit_ns) / 1e9 : 0;
    double rho = s->unit_known ? fm_exp(-(dt < 600 * s->tau_s ? dt / s->tau_s : 600)) : 0;
    double fresh = fm_sqrt(1 - rho * rho);
    for (int i = 0; i < 3; i++) {
        double n = draw_normal(draw_bits(draw_key(seed, purposes[i]), s->index, k));
        s->unit[i] = rho * s->unit[i] + fresh * n;
    }
    s->unit_ns = s->unit_known && run_ns < s->unit_ns ? s->unit_ns : run_ns;
    s->unit_known = true;
}

static void apply_fault(struct station *s, uint64_t seed, uint64_t k,
                        struct station_pose *p)
{
    double u = draw_uniform(draw_mix(s->fault_bits));
    double v = draw_uniform(draw_mix(s->fault_bits + 1));
    switch (s->fault) {
    case FAULT_CONST_OFFSET:
        p->x_m += between(u, -50, 50);
        p->y_m += between(v, -50, 50);
        break;
    case FAULT_RANDOM_OFFSET:
        p->x_m += between(uniform(seed, DRAW_FAULT, s->index, 2 * k + 16), -30, 30);
        p->y_m += between(uniform(seed, DRAW_FAULT, s->index, 2 * k + 17), -30, 30);
        break;
    case FAULT_FROZEN:
        if (!s->frozen) {
            s->frozen_m[0] = p->x_m;
            s->frozen_m[1] = p->y_m;
            s->frozen = true;
        }
        p->x_m = s->frozen_m[0];
        p->y_m = s->frozen_m[1];
        break;
    case FAULT_SPEED_SCALE:
        p->speed_mps *= u < 0.5 ? 0.5 : 1.5;
        break;
    case FAULT_MIRRORED_HEADING:
        p->yaw_rad = fm_wrap_angle(p->yaw_rad + FM_PI);
        break;
    case FAULT_NONE:
    case FAULT_REPLAYED:
    case FAULT_DELAYED:
    case FAULT_SYBIL:
    case FAULT_DOS:
    case FAULT_CLOCK_LEAP:
    case FAULT_CLOCK_DRIFT:
    case FAULT_CLOCK_STEP:
    case FAULT_FROZEN_COUNTDOWN:
    case FAULT_WRONG_PHASE:
    case FAULT_JITTERING_END:
    case FAULT_REVISION_MISMATCH:
    case FAULT_COUNT:
        break;
    }
}

struct station_pose station_pose(struct station *s, uint64_t seed, uint64_t k,
                                 int64_t run_ns, const struct state *truth)
{
    step_units(s, seed, k, run_ns);
    struct station_pose p = {
        .x_m = truth->x_m + s->position_sigma_m * s->unit[0],
        .y_m = truth->y_m + s->position_sigma_m * s->unit[1],
        .yaw_rad = fm_wrap_angle(truth->yaw_rad + s->heading_sigma_rad * s->unit[2]),
        .speed_mps = truth->speed_mps,
    };
    if (run_ns >= s->fault_from_ns) {
        apply_fault(s, seed, k, &p);
    }
    return p;
}

void station_rotate(struct station *s, uint64_t seed, int64_t run_ns)
{
    double phase = uniform(seed, DRAW_TEMPORARY_ID, s->index, 0) * STATION_ID_LIFE_S;
    uint64_t epoch = (uint64_t)(((double)run_ns / 1e9 + phase) / STATION_ID_LIFE_S) + 1;
    if (epoch == s->id_epoch || (s->fixed && s->id_epoch > 0)) {
        return;
    }
    s->id_epoch = epoch;
    s->id = (uint32_t)(draw_bits(draw_key(seed, DRAW_TEMPORARY_ID), s->index, epoch) >> 32);
    s->crumb_count = 0; /* a history over the change would tie both ids together */
}

void station_crumb(struct station *s, const struct station_pose *pose,
                   const struct state *truth, struct tai t)
{
    double moved =
        fm_hypot(truth->x_m - s->crumb_truth_m[0], truth->y_m - s->crumb_truth_m[1]);
    double turned = fm_abs(fm_wrap_angle(truth->yaw_rad - s->crumb_yaw_rad));
    if (s->crumb_count > 0 && moved < CRUMB_M && (turned < CRUMB_RAD || moved < 2)) {
        return;
    }
    memmove(s->crumbs + 1, s->crumbs, (STATION_CRUMBS - 1) * sizeof *s->crumbs);
    s->crumbs[0] = (struct station_crumb){pose->x_m, pose->y_m, t};
    s->crumb_count = s->crumb_count < STATION_CRUMBS ? s->crumb_count + 1 : STATION_CRUMBS;
    s->crumb_truth_m[0] = truth->x_m;
    s->crumb_truth_m[1] = truth->y_m;
    s->crumb_yaw_rad = truth->yaw_rad;
}
