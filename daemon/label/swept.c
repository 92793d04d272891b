/* SPDX-License-Identifier: Apache-2.0 */
/* Two box trails in, the time between one leaving and the other covering a place out. The
 * second's box is held still every 10 ms; the instants at which the first, moving along its
 * trail, overlapped it are exact. */
#include "label/swept.h"

#include "base/fmath.h"

#define KEEP_NS INT64_C(100000000)
#define STEP_S  0.010

static double seconds_between(struct tai earlier, struct tai later)
{
    return span_s(tai_since(later, earlier));
}

void swept_put(struct swept *s, const struct swept_sample *now)
{
    bool due = s->count == 0 ||
               tai_since(now->t, s->ring[(s->count - 1) % SWEPT_MOST].t).ns >= KEEP_NS;
    if (due) {
        s->ring[s->count++ % SWEPT_MOST] = *now;
    }
    s->last = *now;
}

static struct swept_sample between(const struct swept_sample *a,
                                   const struct swept_sample *b, double share)
{
    int64_t ns = (int64_t)((double)(b->t.ns - a->t.ns) * share);
    return (struct swept_sample){
        .t = {a->t.ns + ns},
        .x_m = a->x_m + (b->x_m - a->x_m) * share,
        .y_m = a->y_m + (b->y_m - a->y_m) * share,
        .yaw_rad =
            fm_wrap_angle(a->yaw_rad + fm_wrap_angle(b->yaw_rad - a->yaw_rad) * share)};
}

/* Directions cross: neither along nor against each other. */
static bool cross(double yaw_a_rad, double yaw_b_rad, double angle_rad)
{
    double apart = fm_abs(fm_wrap_angle(yaw_a_rad - yaw_b_rad));
    return apart >= angle_rad && apart <= FM_PI - angle_rad;
}

/* Last instant of [a, b] and not after `until` at which the moving box covered part of the
 * still one. */
static bool last_cover(const struct swept *s, const struct swept_sample *a,
                       const struct swept_sample *b, const struct box *still,
                       struct tai until, struct tai *left)
{
    double dt = seconds_between(a->t, b->t), most = seconds_between(a->t, until);
    if (dt <= 0 || most < 0) {
        return false;
    }
    double reach = s->length_m + s->width_m + still->half_length_m + still->half_width_m;
    double step = fm_abs(b->x_m - a->x_m) + fm_abs(b->y_m - a->y_m);
    if (fm_abs(a->x_m - still->x_m) > reach + step ||
        fm_abs(a->y_m - still->y_m) > reach + step) {
        return false;
    }
    struct box moving = box_make(a->x_m, a->y_m, a->yaw_rad, (b->x_m - a->x_m) / dt,
                                 (b->y_m - a->y_m) / dt, s->length_m, s->width_m);
    struct box_contact contact = boxes_contact_times(&moving, still);
    most = most < dt ? most : dt;
    if (contact.status == MEASURE_NO_CONFLICT || contact.in_s > most) {
        return false;
    }
    *left = tai_add(a->t, span_from_s(contact.out_s < most ? contact.out_s : most));
    return true;
}

static bool last_left(const struct swept *first, const struct swept_sample *place,
                      const struct box *still, double angle_rad, struct tai *left)
{
    const struct swept_sample *later = &first->last;
    uint32_t kept = first->count < SWEPT_MOST ? first->count : SWEPT_MOST;
    for (uint32_t i = 0; i < kept; i++) {
        const struct swept_sample *s = &first->ring[(first->count - 1 - i) % SWEPT_MOST];
        if (cross(s->yaw_rad, place->yaw_rad, angle_rad) &&
            last_cover(first, s, later, still, place->t, left)) {
            return true;
        }
        later = s;
    }
    return false;
}

struct measure swept_pet(const struct swept *first, const struct swept *second,
                         const struct swept_sample *from, const struct swept_sample *to,
                         double angle_rad)
{
    struct measure best = measure_none(MEASURE_NO_CONFLICT);
    double dt = seconds_between(from->t, to->t);
    int steps = dt > STEP_S ? (int)(dt / STEP_S + 0.5) : 1;
    for (int i = 1; i <= steps; i++) {
        struct swept_sample place = between(from, to, (double)i / steps);
        struct box still = box_make(place.x_m, place.y_m, place.yaw_rad, 0, 0,
                                    second->length_m, second->width_m);
        struct tai left;
        if (last_left(first, &place, &still, angle_rad, &left)) {
            double pet = seconds_between(left, place.t);
            if (pet >= 0 && (best.status != MEASURE_VALID || pet < best.value)) {
                best = measure_of(pet);
            }
        }
    }
    return best;
}
