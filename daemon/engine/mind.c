/* SPDX-License-Identifier: Apache-2.0 */
/* What an ego has in mind between its views: tracks and objects in, known agents for the
 * scene out. Whatever is here bears the name that the ego itself could give it; the true
 * agent behind it stays an index that only labels join. */
#include <stdio.h>

#include "base/fmath.h"
#include "engine/inside.h"

#define SAME_TRACK_M  1.5 /* an object this near to a track is that track */
#define SAME_OBJECT_M 2.0 /* another sensor's view of the same object */

const char *mind_sender_name(const struct engine *e, uint32_t sender,
                             const struct claim *claim, char name[MIND_NAME])
{
    if (!e->truth) {
        return engine_id(e, sender); /* a tracker made it from claims */
    }
    (void)snprintf(name, MIND_NAME, "v2x-%08X",
                   claim->known & CLAIM_ID ? (unsigned)claim->station_id : 0u);
    return name;
}

uint32_t mind_object_truth(const struct ego *ego, const struct view_object *o)
{
    return ego->gt_of_track[o->stream * TRACK_RING + o->track % TRACK_RING];
}

static void from_track(const struct engine *e, struct seen_object *s,
                       const struct view_track *v)
{
    struct known_agent *k = &s->agent;
    k->index = v->sender_idx;
    k->id = mind_sender_name(e, v->sender_idx, &v->claim, s->name);
    k->kind = v->kind;
    k->x_m = v->at.x_m;
    k->y_m = v->at.y_m;
    k->yaw_rad = v->at.yaw_rad;
    k->vx_mps = fm_cos(v->at.yaw_rad) * v->at.speed_mps;
    k->vy_mps = fm_sin(v->at.yaw_rad) * v->at.speed_mps;
    k->accel_known = (v->claim.known & CLAIM_ACCEL) != 0;
    k->accel_mps2 = v->claim.accel_mps2;
    k->sigma_m = v->at.sigma_along_m;
    k->events = v->claim.known & CLAIM_EVENTS ? v->claim.event_flags : 0;
    if (v->claim.known & CLAIM_SIZE) {
        k->length_m = v->claim.length_m;
        k->width_m = v->claim.width_m;
    }
}

static void from_object(const struct ego *ego, struct seen_object *s,
                        const struct view_object *o)
{
    struct known_agent *k = &s->agent;
    if (!s->v2x) {
        uint32_t truth = mind_object_truth(ego, o);
        k->index = truth != AGENT_NONE
                       ? truth
                       : 0x80000000u | (uint32_t)o->stream << 24 | (o->track & 0xFFFFFFu);
        (void)snprintf(s->name, MIND_NAME, "%.20s-%u", ego->stream_names[o->stream],
                       (unsigned)o->track);
        k->id = s->name;
        k->kind = o->kind;
        k->yaw_rad = o->yaw_rad;
    }
    k->x_m = o->x_m; /* the sensor's position is the better one */
    k->y_m = o->y_m;
    k->vx_mps = o->vx_mps;
    k->vy_mps = o->vy_mps;
    k->sigma_m = o->sigma_x_m > o->sigma_y_m ? o->sigma_x_m : o->sigma_y_m;
    k->length_m = k->length_m > 0 ? k->length_m : o->length_m;
    k->width_m = k->width_m > 0 ? k->width_m : o->width_m;
}

void mind_take(const struct engine *e, struct ego *ego, struct tai t,
               const struct view_track *v, const struct view_object *o)
{
    struct seen_object *s = &ego->seen[ego->seen_count++];
    *s = (struct seen_object){.t = t, .v2x = v != NULL, .sensed = o != NULL};
    s->agent.sensor_only = v == NULL;
    s->agent.unseen = o == NULL;
    if (v) {
        from_track(e, s, v);
    }
    if (o) {
        from_object(ego, s, o);
    }
}

void mind_take_objects(const struct engine *e, struct ego *ego, const struct view *view)
{
    size_t tracks = ego->seen_count;
    for (uint32_t i = 0; i < view->object_count; i++) {
        const struct view_object *o = &view->objects[i];
        if (o->track_index != UINT32_MAX || ego->seen_count >= MIND_MOST) {
            continue;
        }
        bool twice = false;
        for (size_t k = 0; k < ego->seen_count && !twice; k++) {
            const struct known_agent *other = &ego->seen[k].agent;
            twice = fm_hypot(other->x_m - o->x_m, other->y_m - o->y_m) <
                    (k < tracks ? SAME_TRACK_M : SAME_OBJECT_M);
        }
        if (!twice) {
            mind_take(e, ego, view->t_frame, NULL, o);
        }
    }
}
