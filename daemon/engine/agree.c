/* SPDX-License-Identifier: Apache-2.0 */
/* int.agree of each track of a view: as known (the synchronizer's association) and on truth
 * (the detections that truly are of that agent). What was expected and not seen is counted
 * from view to view; the field of view and what hides the place are those of the ego's own
 * sensors, its detections and the map, or on truth of everybody's bodies. */
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"
#include "sensors/measure.h"
#include "sensors/sight.h"

#define HARD_BRAKING_BIT (1u << 7) /* SAE J2735 VehicleEventFlags */

int agree_open(struct engine *e, struct fail *fail)
{
    size_t boxes = e->setup.agents_most > OBJECTS_PER_FRAME_MOST ? e->setup.agents_most
                                                                 : OBJECTS_PER_FRAME_MOST;
    e->sight_boxes = calloc(boxes + 1, sizeof *e->sight_boxes);
    bool ok = e->sight_boxes != NULL;
    for (size_t i = 0; i < e->ego_count && ok; i++) {
        uint32_t most =
            e->setup.agents_most < AGREE_SENDERS ? e->setup.agents_most : AGREE_SENDERS;
        e->egos[i].agree = calloc(most + 1, sizeof *e->egos[i].agree);
        e->egos[i].agree_count = most > 0 ? most : 1;
        ok = e->egos[i].agree != NULL;
    }
    return ok ? 0 : fail_set(fail, RESULT_MEMORY, "no memory to compare V2X and sensors");
}

/* The memory of a sender; whoever was there before is forgotten. */
static struct agree *memory_of(struct ego *ego, uint32_t sender)
{
    struct agree *a = &ego->agree[sender % ego->agree_count];
    if (a->sender != sender) {
        *a = (struct agree){.sender = sender};
    }
    return a;
}

static struct sight_box body(double x_m, double y_m, double yaw_rad, double length_m,
                             double width_m, enum sender_kind kind)
{
    struct kinds_size usual = kinds_size(kind);
    struct sight_box b = {
        .x_m = x_m,
        .y_m = y_m,
        .cos_yaw = fm_cos(yaw_rad),
        .sin_yaw = fm_sin(yaw_rad),
        .half_length_m = (length_m > 0 ? length_m : usual.length_m) / 2,
        .half_width_m = (width_m > 0 ? width_m : usual.width_m) / 2,
        .height_m = usual.height_m,
        .agent = AGENT_NONE,
    };
    b.radius_m = fm_hypot(b.half_length_m, b.half_width_m);
    return b;
}

/* Bodies between: what this member detected, or on truth who stands there. The place the
 * sender claims is the last one. */
static size_t bodies(struct engine *e, const struct view *view, const struct view_member *m,
                     const struct view_track *t, bool truth)
{
    size_t count = 0;
    for (uint32_t i = 0; truth && i < e->agent_count; i++) {
        const struct state *s = &e->truth_between[i];
        const struct agent *a = &e->agents[i];
        if (i != view->ego && i != t->sender_idx && s->present && a->length_m > 0 &&
            fm_hypot(s->x_m - view->pose.x_m, s->y_m - view->pose.y_m) < t->distance_m) {
            e->sight_boxes[count++] = sight_box(a, i, s);
        }
    }
    for (uint32_t i = 0; !truth && i < m->object_count; i++) {
        const struct view_object *o = &view->objects[m->object_first + i];
        e->sight_boxes[count++] =
            body(o->x_m, o->y_m, o->yaw_rad, o->length_m, o->width_m, o->kind);
    }
    e->sight_boxes[count++] =
        body(t->at.x_m, t->at.y_m, t->at.yaw_rad,
             t->claim.known & CLAIM_SIZE ? t->claim.length_m : 0,
             t->claim.known & CLAIM_SIZE ? t->claim.width_m : 0, t->kind);
    return count;
}

/* Would a live sensor of the ego show something at that place? */
static bool expected(struct engine *e, const struct ego *ego, const struct view *view,
                     const struct view_track *t, bool truth)
{
    double share = leaf_param(NULL, PARAM_INT_AGREE_RANGE_SHARE);
    for (uint16_t i = 0; view->pose_known && ego->specs && i < view->member_count; i++) {
        const struct view_member *m = &view->members[i];
        const struct sensor_spec *spec = &ego->specs[m->stream];
        double c = fm_cos(view->pose.yaw_rad), s = fm_sin(view->pose.yaw_rad);
        struct sight_from from = {
            .x_m = view->pose.x_m + spec->mount_x_m * c - spec->mount_y_m * s,
            .y_m = view->pose.y_m + spec->mount_x_m * s + spec->mount_y_m * c,
            .z_m = spec->mount_z_m,
            .yaw_rad = view->pose.yaw_rad + spec->mount_yaw_rad,
            .fov_rad = spec->fov_deg * FM_PI / 180 + (spec->fov_deg >= 360 ? 1 : 0),
            .range_m = spec->range_m * share,
        };
        double aside = fm_abs(sight_bearing(&from, t->at.x_m, t->at.y_m));
        if (m->status != VIEW_OK || t->distance_m > from.range_m ||
            aside > from.fov_rad / 2) {
            continue;
        }
        size_t count = bodies(e, view, m, t, truth);
        if (sight_visible(&from, e->setup.walls, e->sight_boxes, count, count - 1) >=
            leaf_param(NULL, PARAM_INT_AGREE_VISIBLE_LEAST)) {
            return true;
        }
    }
    return false;
}

/* Of the detections that belong to a track, the one that tells the heading best. */
static const struct view_object *best_object(const struct ego *ego, const struct view *view,
                                             uint32_t track, uint32_t gt_agent)
{
    const struct view_object *best = NULL;
    double least = 1e9;
    for (uint32_t i = 0; i < view->object_count; i++) {
        const struct view_object *o = &view->objects[i];
        bool mine = gt_agent == AGENT_NONE ? o->track_index == track
                                           : mind_object_truth(ego, o) == gt_agent;
        double sigma =
            measure_traits((enum modality)ego->modality[o->stream])->yaw_sigma_rad;
        if (mine && sigma < least) {
            least = sigma;
            best = o;
        }
    }
    return best;
}

static double along_mps(const struct view_object *o)
{
    return o->vx_mps * fm_cos(o->yaw_rad) + o->vy_mps * fm_sin(o->yaw_rad);
}

static void compare(struct int_agree_subject *s, const struct ego *ego,
                    const struct view_track *t, const struct view_object *o)
{
    const struct measure_traits *traits =
        measure_traits((enum modality)ego->modality[o->stream]);
    struct extrapolate_sigmas usual = extrapolate_defaults();
    s->matched = true;
    s->heading_known = (t->claim.known & CLAIM_YAW) != 0;
    s->dyaw_rad = fm_wrap_angle(t->at.yaw_rad - o->yaw_rad);
    s->sigma_yaw_rad = fm_hypot(usual.yaw_rad, traits->yaw_sigma_rad);
    s->speed_known = (t->claim.known & CLAIM_SPEED) != 0;
    s->speed_mps = t->at.speed_mps;
    s->dspeed_mps = t->at.speed_mps - along_mps(o);
    s->sigma_speed_mps = fm_hypot(usual.speed_mps, traits->speed_sigma_mps);
    s->class_known = o->kind != KIND_UNKNOWN && t->kind != KIND_UNKNOWN;
    s->same_class = kinds_is_vru(o->kind) == kinds_is_vru(t->kind);
}

/* Claimed against measured braking; how long they have been apart. */
static void compare_braking(struct int_agree_subject *s, struct agree *a,
                            const struct view_track *t, const struct view_object *o)
{
    double limit = leaf_param(NULL, PARAM_INT_AGREE_BRAKE_MPS2), measured = 0;
    double claimed = t->claim.known & CLAIM_ACCEL ? t->claim.accel_mps2 : 0;
    bool flagged = (t->claim.known & CLAIM_EVENTS) != 0 &&
                   (t->claim.event_flags & HARD_BRAKING_BIT) != 0;
    int_agree_speed(&a->slope, o->t, along_mps(o));
    claimed = flagged && claimed > -limit ? -limit : claimed;
    s->accel_known = int_agree_accel(&a->slope, &measured) &&
                     ((t->claim.known & CLAIM_ACCEL) != 0 || flagged);
    s->daccel_mps2 = claimed - measured;
    bool odd = s->accel_known && fm_abs(s->daccel_mps2) > limit &&
               (claimed <= -limit || measured <= -limit);
    if (!odd) {
        a->odd = false;
        return;
    }
    a->odd_since = a->odd ? a->odd_since : o->t;
    a->odd = true;
    s->brake_odd_s = span_s(tai_since(o->t, a->odd_since));
}

static void count_missed(struct int_agree_subject *s, uint8_t *missed)
{
    *missed = s->matched || !s->expected ? 0
              : *missed < UINT8_MAX      ? *missed + 1
                                         : UINT8_MAX;
    s->missed = *missed;
}

static void residual_columns(struct row_track *row, const struct view_track *t)
{
    ROW_SET(row, track, residual_x_m, t->at.x_m - t->sensed_x_m);
    ROW_SET(row, track, residual_y_m, t->at.y_m - t->sensed_y_m);
    ROW_SET(row, track, agree_d2, t->d2);
}

struct label agree_known(struct engine *e, struct ego *ego, const struct view *view,
                         uint32_t track, bool link_good, struct row_track *row)
{
    const struct view_track *t = &view->tracks[track];
    struct agree *a = memory_of(ego, t->sender_idx);
    const struct view_object *o = best_object(ego, view, track, AGENT_NONE);
    struct int_agree_subject s = {.link_good = link_good, .d2 = t->d2};
    if (t->sensed && o) {
        compare(&s, ego, t, o);
        compare_braking(&s, a, t, o);
        residual_columns(row, t);
    } else {
        s.expected = link_good && expected(e, ego, view, t, false);
    }
    count_missed(&s, &a->missed);
    struct label label = int_agree(&s);
    row->int_agree = leaf_code(label.leaf);
    return label;
}

struct label agree_true(struct engine *e, struct ego *ego, const struct view *view,
                        uint32_t track, bool link_good, struct row_track *row)
{
    const struct view_track *t = &view->tracks[track];
    struct agree *a = memory_of(ego, t->sender_idx);
    const struct view_object *o = best_object(ego, view, track, t->sender_idx);
    struct int_agree_subject s = {.link_good = link_good};
    if (o) {
        compare(&s, ego, t, o);
        s.d2 = associate_d2(t, o);
        s.d2 = s.d2 < AGREE_D2_MOST ? s.d2 : AGREE_D2_MOST;
        /* The slope is of the same detections where the association is right. */
        s.accel_known = a->odd && t->sensed;
        s.brake_odd_s = s.accel_known ? span_s(tai_since(o->t, a->odd_since)) : 0;
    } else {
        s.expected = link_good && expected(e, ego, view, t, true);
    }
    count_missed(&s, &a->gt_missed);
    struct label label = int_agree(&s);
    row->gt_int_agree = leaf_code(label.leaf);
    return label;
}
