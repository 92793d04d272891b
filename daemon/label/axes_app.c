/* SPDX-License-Identifier: Apache-2.0 */
/* A pair and what is around it in; nine verdicts out. */
#include "label/axes_app.h"

#include "base/fmath.h"

#define EVENT(bit) (1u << (bit))
/* SAE J2735 VehicleEventFlags: ABS, traction loss, stability control, disabled. */
#define CONTROL_LOST (EVENT(2) | EVENT(3) | EVENT(4) | EVENT(11))
#define HARD_BRAKING EVENT(7)
#define SAME_WAY_RAD (45 * FM_PI / 180)
#define ONCOMING_RAD (135 * FM_PI / 180)
#define AREA_M       8.0  /* from the stop line to the middle of the oncoming lane */
#define BACK_M       10.0 /* gap in front of whom one has passed */

static double limit(const struct rel_subject *s, enum param param)
{
    return leaf_param(s->rules, param);
}

static bool same_way(const struct rel_subject *s)
{
    return fm_abs(s->dyaw_rad) < SAME_WAY_RAD;
}

static bool in_lane(const struct rel_subject *s)
{
    return fm_abs(s->y_m) < s->lane_width_m / 2;
}

static bool adjacent(const struct rel_subject *s)
{
    return !in_lane(s) && fm_abs(s->y_m) < 3 * s->lane_width_m / 2;
}

static double gap_m(const struct rel_subject *s)
{
    return fm_abs(s->s_m) - (s->ego_length_m + s->other_length_m) / 2;
}

/* Seconds to where the other is now, at the host's speed. */
static double headway_s(const struct rel_subject *s)
{
    double gap = gap_m(s) > 0 ? gap_m(s) : 0;
    return s->ego_mps > 0.1 ? gap / s->ego_mps : MEASURES_TTC_MAX_S;
}

void app_around_take(struct app_around *around, const struct rel_subject *s, uint32_t index)
{
    if (!s->known || s->vru || !same_way(s)) {
        return;
    }
    if (s->s_m > 0 && in_lane(s) && (!around->lead || s->s_m < around->lead_s_m)) {
        around->lead = true;
        around->lead_index = index;
        around->lead_s_m = s->s_m;
    }
    double passed = -(s->ego_length_m + s->other_length_m) / 2;
    bool before = s->s_m > passed && (in_lane(s) || adjacent(s));
    if (before && (!around->slow || s->s_m < around->slow_s_m)) {
        around->slow = true;
        around->slow_s_m = s->s_m;
        around->slow_gap_m = gap_m(s) > 0 ? gap_m(s) : 0;
        around->slow_mps = s->other_mps;
        around->slow_length_m = s->other_length_m;
    }
}

/* first + 0 not applicable, + 1 active, + 2 inactive: the order of every application. */
static struct label verdict(uint16_t first, bool applicable, bool active)
{
    return label_plain((uint16_t)(first + (!applicable ? 0
                                           : active    ? 1
                                                       : 2)),
                       KNOWN_AT_SUBJECT);
}

/* With what decided it: active beyond the border (below it if `under`). */
static struct label valued(uint16_t first, double value, double border, bool under)
{
    bool active = under ? value < border : value > border;
    return label_valued((uint16_t)(first + (active ? 1 : 2)), KNOWN_AT_SUBJECT, value,
                        value - border, border);
}

static struct label eebl(const struct rel_subject *s, const struct app_subject *a)
{
    bool between =
        a->around.lead && a->around.lead_index != a->other && a->around.lead_s_m < s->s_m;
    bool applicable = !s->vru && s->s_m > 0 && same_way(s) && (in_lane(s) || adjacent(s)) &&
                      s->distance_m <= limit(s, PARAM_APP_EEBL_RANGE_M) &&
                      (between || a->hidden) && !a->sensor_only;
    bool brakes = (a->events & HARD_BRAKING) != 0 ||
                  s->other_mps2 <= limit(s, PARAM_APP_EEBL_BRAKE_MPS2);
    if (!applicable || !brakes) {
        return verdict(LEAF_APP_EEBL_NOT_APPLICABLE, applicable, false);
    }
    return valued(LEAF_APP_EEBL_NOT_APPLICABLE, headway_s(s),
                  limit(s, PARAM_APP_EEBL_HEADWAY_S), true);
}

/* Whichever of time and deceleration asks for more decides. */
static struct label fcw(const struct rel_subject *s, const struct app_subject *a)
{
    bool applicable = a->around.lead && a->around.lead_index == a->other;
    struct measure need = rel_a_req(s, limit(s, PARAM_APP_FCW_RHO_S));
    double border = limit(s, PARAM_APP_FCW_TTC_S);
    bool by_time = s->ttc.status == MEASURE_OVERLAP ||
                   (s->ttc.status == MEASURE_VALID && s->ttc.value < border);
    bool by_need =
        need.status == MEASURE_VALID && need.value > limit(s, PARAM_APP_FCW_BRAKE_MPS2);
    if (!applicable || s->ttc.status != MEASURE_VALID || (by_need && !by_time)) {
        return verdict(LEAF_APP_FCW_NOT_APPLICABLE, applicable, by_time || by_need);
    }
    return valued(LEAF_APP_FCW_NOT_APPLICABLE, s->ttc.value, border, true);
}

/* Beside, or up to 15 m behind, in an adjacent lane. */
static bool aside(const struct rel_subject *s)
{
    double behind = limit(s, PARAM_APP_BSW_BEHIND_M);
    return !s->vru && adjacent(s) && same_way(s) && s->s_m <= s->ego_length_m &&
           -s->s_m - (s->ego_length_m + s->other_length_m) / 2 <= behind;
}

/* The other's box against the zone along and beside the host; < 0: they overlap along. */
static double zone_gap_m(const struct rel_subject *s)
{
    double rear = -s->ego_length_m / 2, half = s->other_length_m / 2;
    double from = rear + limit(s, PARAM_APP_BSW_ZONE_BACK_M);
    double to = rear + limit(s, PARAM_APP_BSW_ZONE_FRONT_M);
    return s->s_m + half < from ? from - s->s_m - half
           : s->s_m - half > to ? s->s_m - half - to
                                : -1;
}

static bool beside_zone(const struct rel_subject *s)
{
    double inner = fm_abs(s->y_m) - (s->ego_width_m + s->other_width_m) / 2;
    return inner + s->other_width_m >= limit(s, PARAM_APP_BSW_SIDE_NEAR_M) &&
           inner <= limit(s, PARAM_APP_BSW_SIDE_FAR_M);
}

static struct label bsw(const struct rel_subject *s, const struct app_subject *a)
{
    bool applicable = aside(s) && a->host.moves_aside_m == 0;
    return verdict(LEAF_APP_BSW_NOT_APPLICABLE, applicable,
                   zone_gap_m(s) < 0 && beside_zone(s));
}

static struct label lcw(const struct rel_subject *s, const struct app_subject *a)
{
    double gap = zone_gap_m(s), closing = s->other_mps - s->ego_mps;
    double border = limit(s, PARAM_APP_LCW_TTC_S);
    /* From behind it must be faster, from ahead slower. */
    double rate = s->s_m < 0 ? closing : -closing;
    double to_zone_s = gap < 0 ? 0 : rate > 0.1 ? gap / rate : MEASURES_TTC_MAX_S;
    bool towards = a->host.moves_aside_m * s->y_m > 0;
    if (!(towards && !s->vru && adjacent(s) && same_way(s) && s->s_m <= s->ego_length_m)) {
        return verdict(LEAF_APP_LCW_NOT_APPLICABLE, false, false);
    }
    return valued(LEAF_APP_LCW_NOT_APPLICABLE, to_zone_s, border, true);
}

/* Is the time to meet too short to pass the lead in? */
static struct label dnpw(const struct rel_subject *s, const struct app_subject *a)
{
    const struct app_around *r = &a->around;
    double slower = limit(s, PARAM_APP_DNPW_SLOWER_MPS);
    double least = limit(s, PARAM_APP_DNPW_CLOSING_MPS);
    double wish = a->host.limit_mps > s->ego_mps ? a->host.limit_mps : s->ego_mps;
    double meet_mps = s->ego_mps - s->other_mps * fm_cos(s->dyaw_rad);
    bool behind_slow = r->slow && r->slow_gap_m <= limit(s, PARAM_APP_DNPW_BEHIND_M) &&
                       r->slow_mps <= wish - slower;
    bool applicable = !s->vru && behind_slow && s->s_m > 0 &&
                      fm_abs(s->dyaw_rad) > ONCOMING_RAD && meet_mps > 1 &&
                      fm_abs(s->y_m) < 3 * s->lane_width_m / 2;
    if (!applicable) {
        return verdict(LEAF_APP_DNPW_NOT_APPLICABLE, false, false);
    }
    double closing = s->ego_mps - r->slow_mps;
    double way = r->slow_s_m + (r->slow_length_m + s->ego_length_m) / 2 + BACK_M;
    double pass_s = way / (closing > least ? closing : least);
    double spare = s->s_m / meet_mps - pass_s;
    return valued(LEAF_APP_DNPW_NOT_APPLICABLE, spare, limit(s, PARAM_APP_DNPW_MARGIN_S),
                  true);
}

/* Both on the crossing within the horizon at once, or their boxes meet by then. */
static bool meets(const struct rel_subject *s, double horizon_s)
{
    const struct crossing *x = &s->crossing;
    return (s->ttc.status == MEASURE_VALID && s->ttc.value <= horizon_s) ||
           s->ttc.status == MEASURE_OVERLAP ||
           (x->status == MEASURE_VALID && x->conflict && x->ttcp_a.value <= horizon_s &&
            x->ttcp_b.value <= horizon_s);
}

/* What braking takes; where only the times on the crossing overlap, stopping before it. */
static double need_mps2(const struct rel_subject *s, double rho_s)
{
    struct measure need = rel_a_req(s, rho_s);
    double d = s->crossing.d_a_m - s->other_width_m / 2 - s->ego_mps * rho_s;
    if (need.status == MEASURE_VALID) {
        return need.value;
    }
    if (need.status == MEASURE_OVERLAP || d <= 0.5) {
        return MEASURES_A_MAX_MPS2;
    }
    return s->crossing.status == MEASURE_VALID ? s->ego_mps * s->ego_mps / (2 * d) : 0;
}

static struct label crossing_app(const struct rel_subject *s, uint16_t first,
                                 double horizon_s, double rho_s, double border)
{
    if (!meets(s, horizon_s)) {
        return verdict(first, true, false);
    }
    return valued(first, need_mps2(s, rho_s), border, false);
}

static struct label ima(const struct rel_subject *s)
{
    bool crosses = s->crossing.status == MEASURE_VALID && !s->vru &&
                   fm_abs(s->dyaw_rad) >= SAME_WAY_RAD &&
                   fm_abs(s->dyaw_rad) <= ONCOMING_RAD;
    if (!crosses) {
        return verdict(LEAF_APP_IMA_NOT_APPLICABLE, false, false);
    }
    return crossing_app(s, LEAF_APP_IMA_NOT_APPLICABLE, limit(s, PARAM_APP_IMA_HORIZON_S),
                        limit(s, PARAM_APP_IMA_RHO_S), limit(s, PARAM_APP_IMA_BRAKE_MPS2));
}

/* When host and remote are where the left turn crosses the oncoming lane. */
static struct label lta(const struct rel_subject *s, const struct app_subject *a)
{
    double horizon = limit(s, PARAM_APP_LTA_HORIZON_S);
    bool oncoming =
        !s->vru && s->s_m > 0 && fm_abs(s->dyaw_rad) > FM_PI / 2 && s->other_mps > 0.1;
    if (!a->host.known || !a->host.turns_left || !oncoming || a->host.turn_in_m < 0) {
        return verdict(LEAF_APP_LTA_NOT_APPLICABLE, false, false);
    }
    double turning = limit(s, PARAM_APP_LTA_TURN_MPS);
    double mine = s->ego_mps > turning ? s->ego_mps : turning;
    double area = a->host.turn_in_m + AREA_M;
    double in = area / mine, out = in + (s->ego_length_m + s->lane_width_m) / mine;
    double theirs = s->s_m - area - s->other_length_m / 2;
    double their_in = theirs / s->other_mps;
    double their_out = their_in + (s->other_length_m + s->lane_width_m) / s->other_mps;
    bool overlap = in <= their_out && their_in <= out && their_out >= 0;
    return verdict(LEAF_APP_LTA_NOT_APPLICABLE, true,
                   overlap && in <= horizon && their_in <= horizon);
}

static struct label clw(const struct rel_subject *s, const struct app_subject *a)
{
    if (s->vru || a->sensor_only || (a->events & CONTROL_LOST) == 0) {
        return verdict(LEAF_APP_CLW_NOT_APPLICABLE, false, false);
    }
    if (s->s_m <= 0 || !(in_lane(s) || fm_abs(s->y_m) < s->lane_width_m)) {
        return verdict(LEAF_APP_CLW_NOT_APPLICABLE, true, false);
    }
    return valued(LEAF_APP_CLW_NOT_APPLICABLE, headway_s(s),
                  limit(s, PARAM_APP_CLW_HEADWAY_S), true);
}

static struct label pcw(const struct rel_subject *s, const struct app_subject *a)
{
    if (!s->vru || a->sensor_only) {
        return verdict(LEAF_APP_PCW_NOT_APPLICABLE, false, false);
    }
    return crossing_app(s, LEAF_APP_PCW_NOT_APPLICABLE, limit(s, PARAM_APP_PCW_HORIZON_S),
                        limit(s, PARAM_APP_PCW_RHO_S), limit(s, PARAM_APP_PCW_BRAKE_MPS2));
}

struct app_labels app_pair(const struct rel_subject *s, const struct app_subject *a)
{
    static const uint16_t none[APP_PAIRS] = {
        LEAF_APP_EEBL_NOT_APPLICABLE, LEAF_APP_FCW_NOT_APPLICABLE,
        LEAF_APP_BSW_NOT_APPLICABLE,  LEAF_APP_LCW_NOT_APPLICABLE,
        LEAF_APP_DNPW_NOT_APPLICABLE, LEAF_APP_IMA_NOT_APPLICABLE,
        LEAF_APP_LTA_NOT_APPLICABLE,  LEAF_APP_CLW_NOT_APPLICABLE,
        LEAF_APP_PCW_NOT_APPLICABLE};
    struct app_labels l;
    for (int i = 0; i < APP_PAIRS; i++) {
        l.by[i] = label_plain(none[i], KNOWN_AT_SUBJECT);
    }
    if (!s->known) {
        return l;
    }
    l.by[APP_EEBL] = eebl(s, a);
    l.by[APP_FCW] = fcw(s, a);
    l.by[APP_BSW] = bsw(s, a);
    l.by[APP_LCW] = lcw(s, a);
    l.by[APP_DNPW] = dnpw(s, a);
    l.by[APP_IMA] = ima(s);
    l.by[APP_LTA] = lta(s, a);
    l.by[APP_CLW] = clw(s, a);
    l.by[APP_PCW] = pcw(s, a);
    return l;
}
