/* SPDX-License-Identifier: Apache-2.0 */
/* Measures along one line: gaps, speeds and decelerations in, a value with a status out. */
#include "label/measures.h"

#include "base/fmath.h"

#define CLOSING_LEAST_MPS 0.01
#define MOVING_LEAST_MPS  0.1
#define NEVER_S           1e30

const char *const measures_status_names[5] = {"VALID", "NO_CONFLICT", "OVERLAP",
                                              "NOT_APPLICABLE", "UNKNOWN"};

static struct measure within_reach(double t_s)
{
    return t_s > MEASURES_TTC_MAX_S ? measure_none(MEASURE_NO_CONFLICT) : measure_of(t_s);
}

static struct measure capped(double a_mps2)
{
    return measure_of(a_mps2 > MEASURES_A_MAX_MPS2 ? MEASURES_A_MAX_MPS2 : a_mps2);
}

struct measure measures_ttc(double gap_m, double follower_mps, double leader_mps)
{
    double dv = follower_mps - leader_mps;
    if (gap_m <= 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    if (dv <= CLOSING_LEAST_MPS) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    return within_reach(gap_m / dv);
}

struct measure measures_headway(double gap_m, double follower_mps)
{
    if (gap_m <= 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    if (follower_mps <= MOVING_LEAST_MPS) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    return within_reach(gap_m / follower_mps);
}

/* When a braking vehicle stands; it does not reverse. */
static double stop_s(double v_mps, double a_mps2)
{
    return a_mps2 < 0 ? v_mps / -a_mps2 : NEVER_S;
}

/* Smallest t >= 0 with da/2 t^2 + dv t = gap, for gap > 0; NEVER_S if none. One formula for
 * all signs: no division by da. */
static double closing_root_s(double gap_m, double dv_mps, double da_mps2)
{
    double disc = dv_mps * dv_mps + 2 * da_mps2 * gap_m;
    if (disc < 0) {
        return NEVER_S;
    }
    double den = dv_mps + fm_sqrt(disc);
    return den <= 0 ? NEVER_S : 2 * gap_m / den;
}

struct measure measures_mttc(const struct following *f)
{
    if (f->gap_m <= 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    double gap = f->gap_m, vf = f->follower_mps, vl = f->leader_mps, now = 0;
    double stop_f = stop_s(vf, f->follower_mps2), stop_l = stop_s(vl, f->leader_mps2);
    for (int piece = 0; piece < 3; piece++) {
        double af = now < stop_f ? f->follower_mps2 : 0;
        double al = now < stop_l ? f->leader_mps2 : 0;
        double end = MEASURES_TTC_MAX_S;
        if (stop_f > now && stop_f < end) {
            end = stop_f;
        }
        if (stop_l > now && stop_l < end) {
            end = stop_l;
        }
        double t = closing_root_s(gap, vf - vl, af - al);
        if (now + t <= end) {
            return measure_of(now + t);
        }
        if (end >= MEASURES_TTC_MAX_S) {
            break;
        }
        double step = end - now;
        gap -= (vf - vl) * step + (af - al) * step * step / 2;
        vf = end == stop_f ? 0 : vf + af * step;
        vl = end == stop_l ? 0 : vl + al * step;
        now = end;
        if (gap <= 0) {
            return measure_of(now);
        }
    }
    return measure_none(MEASURE_NO_CONFLICT);
}

struct measure measures_drac(double gap_m, double follower_mps, double leader_mps)
{
    double dv = follower_mps - leader_mps;
    if (gap_m <= 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    if (dv <= 0) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    return capped(dv * dv / (2 * gap_m));
}

struct measure measures_a_req(const struct following *f, double reaction_s)
{
    double dv = f->follower_mps - f->leader_mps;
    double gap = f->gap_m - dv * reaction_s;
    bool lead_brakes = f->leader_mps2 < 0;
    if (f->gap_m <= 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    if (f->follower_mps <= 0 || (dv <= 0 && !lead_brakes)) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    if (gap <= 0) {
        return measure_of(MEASURES_A_MAX_MPS2);
    }
    if (!lead_brakes) {
        return capped(dv * dv / (2 * gap));
    }
    double lead = -f->leader_mps2;
    if (dv > 0 && 2 * gap / dv <= f->leader_mps / lead) {
        return capped(lead + dv * dv / (2 * gap));
    }
    double lead_stop_m = f->leader_mps * f->leader_mps / (2 * lead);
    return capped(f->follower_mps * f->follower_mps / (2 * (gap + lead_stop_m)));
}

struct measure measures_mdrac(double gap_m, double follower_mps, double leader_mps,
                              double reaction_s)
{
    struct measure ttc = measures_ttc(gap_m, follower_mps, leader_mps);
    if (ttc.status != MEASURE_VALID) {
        return ttc;
    }
    if (ttc.value <= reaction_s) {
        return measure_none(MEASURE_NOT_APPLICABLE);
    }
    return capped(0.5 * (follower_mps - leader_mps) / (ttc.value - reaction_s));
}

struct measure measures_drac_crossing(double distance_m, double speed_mps,
                                      double first_exit_s)
{
    if (first_exit_s <= 0 || speed_mps <= 0 || distance_m / speed_mps >= first_exit_s) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    return capped(2 * (speed_mps - distance_m / first_exit_s) / first_exit_s);
}

/* How far the ego gets in t when it brakes with a after reaction_s. */
static double travelled_m(double v_mps, double reaction_s, double a_mps2, double t_s)
{
    double braking_s = t_s - reaction_s;
    if (braking_s <= 0) {
        return v_mps * t_s;
    }
    if (a_mps2 > 0 && braking_s > v_mps / a_mps2) {
        braking_s = v_mps / a_mps2;
    }
    return v_mps * (reaction_s + braking_s) - a_mps2 * braking_s * braking_s / 2;
}

/* Most by which the ego's front passes the obstacle while that is in the way. The way of a
 * braking ego is concave and the obstacle's straight, so the worst instant is where the
 * speeds are equal, cut to the interval. */
static double overshoot_m(const struct obstacle *o, double v_mps, double reaction_s,
                          double a_mps2)
{
    double worst = o->to_s;
    if (o->rate_mps >= v_mps) {
        worst = o->from_s;
    } else if (o->rate_mps > 0 && a_mps2 > 0) {
        worst = reaction_s + (v_mps - o->rate_mps) / a_mps2;
    }
    worst = worst < o->from_s ? o->from_s : worst > o->to_s ? o->to_s : worst;
    return travelled_m(v_mps, reaction_s, a_mps2, worst) - o->gap_m - o->rate_mps * worst;
}

struct measure measures_a_req_obstacle(const struct obstacle *o, double speed_mps,
                                       double reaction_s)
{
    if (o->gap_m <= 0 && o->from_s <= 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    if (speed_mps <= 0 || overshoot_m(o, speed_mps, reaction_s, 0) <= 0) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    double low = 0, high = MEASURES_A_MAX_MPS2;
    if (overshoot_m(o, speed_mps, reaction_s, high) > 0) {
        return measure_of(high);
    }
    for (int i = 0; i < 48; i++) {
        double middle = (low + high) / 2;
        if (overshoot_m(o, speed_mps, reaction_s, middle) > 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return measure_of(high);
}

struct measure measures_decide_by(const struct obstacle *o, double speed_mps,
                                  double reaction_s, double decel_mps2)
{
    if (speed_mps <= 0 || overshoot_m(o, speed_mps, reaction_s, 0) <= 0) {
        return measure_none(MEASURE_NO_CONFLICT);
    }
    if (overshoot_m(o, speed_mps, reaction_s, decel_mps2) > 0) {
        return measure_none(MEASURE_OVERLAP);
    }
    double low = 0, high = MEASURES_TTC_MAX_S;
    for (int i = 0; i < 48; i++) {
        double middle = (low + high) / 2;
        if (overshoot_m(o, speed_mps, reaction_s + middle, decel_mps2) > 0) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return measure_of(low);
}

double measures_shift_m(double speed_mps, double age_s)
{
    return speed_mps * age_s;
}

static double square(double x)
{
    return x * x;
}

double measures_sigma_along_m(const struct age_input *in)
{
    double d = in->age_s;
    return fm_sqrt(square(in->sigma_pos_m) + square(in->sigma_speed_mps * d) +
                   square(in->speed_mps * in->sigma_time_s) +
                   square(0.5 * in->sigma_accel_mps2 * d * d));
}

double measures_sigma_across_m(const struct age_input *in)
{
    double d = in->age_s, v = in->speed_mps;
    return fm_sqrt(square(in->sigma_pos_m) + square(v * d * in->sigma_yaw_rad) +
                   square(0.5 * v * in->sigma_yaw_rate_radps * d * d));
}

double measures_extrapolation_bound_m(double accel_mps2, double age_s)
{
    return 0.5 * fm_abs(accel_mps2) * age_s * age_s;
}
