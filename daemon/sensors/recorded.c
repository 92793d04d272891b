/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded frames given out. In: what recorded_make.c ordered, an instant, an agent. Out:
 * frames with objects in the ENU frame, and the ego's pose. */
#include "sensors/recorded.h"

#include <stdlib.h>

#include "base/fmath.h"
#include "sensors/recorded_inner.h"

#define POSE_BRIDGE_NS (2 * TIME_NS_PER_S) /* poses further apart are not joined */
#define POSE_REACH_NS  TIME_NS_PER_S       /* beyond one, straight on */

size_t recorded_stream_count(const struct recorded *rec)
{
    return rec->rows.stream_count;
}

const struct recorded_stream *recorded_stream(const struct recorded *rec, size_t i)
{
    return &rec->rows.streams[i];
}

size_t recorded_ego_count(const struct recorded *rec)
{
    return rec->rows.ego_count;
}

const char *recorded_ego_name(const struct recorded *rec, size_t ego_index)
{
    return rec->rows.egos[ego_index];
}

void recorded_bind(struct recorded *rec, size_t ego_index, uint32_t agent)
{
    rec->agents[ego_index] = agent;
}

bool recorded_next(const struct recorded *rec, struct tai *t_mid)
{
    if (rec->next == rec->frame_count) {
        return false;
    }
    *t_mid = rec->frames[rec->next].t_mid;
    return true;
}

bool recorded_span(const struct recorded *rec, struct tai *first, struct tai *last)
{
    if (rec->frame_count == 0) {
        return false;
    }
    *first = rec->frames[0].t_mid;
    *last = rec->frames[rec->frame_count - 1].t_mid;
    return true;
}

static struct state pose_state(const struct rec_pose *p)
{
    return (struct state){.x_m = p->x_m,
                          .y_m = p->y_m,
                          .yaw_rad = fm_wrap_angle(p->yaw_rad),
                          .speed_mps = p->speed_mps,
                          .present = true};
}

/* One pose moved straight on to t. */
static bool pose_near(const struct rec_pose *p, struct tai t, struct state *out,
                      double *sigma_m)
{
    int64_t since = tai_since(t, p->t).ns;
    if (since > POSE_REACH_NS || since < -POSE_REACH_NS) {
        return false;
    }
    *out = pose_state(p);
    double way = p->speed_mps * span_s(span_ns(since));
    out->x_m += way * fm_cos(out->yaw_rad);
    out->y_m += way * fm_sin(out->yaw_rad);
    *sigma_m = p->sigma_m;
    return true;
}

static bool pose_of(const struct recorded *rec, uint16_t ego, struct tai t,
                    struct state *out, double *sigma_m)
{
    size_t low = 0;
    size_t high = rec->pose_count; /* first pose of (ego, later than t) */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct rec_pose *p = &rec->poses[middle];
        if (p->ego < ego || (p->ego == ego && !tai_before(t, p->t))) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct rec_pose *a = low > 0 ? &rec->poses[low - 1] : NULL;
    const struct rec_pose *b = low < rec->pose_count ? &rec->poses[low] : NULL;
    a = a && a->ego == ego ? a : NULL;
    b = b && b->ego == ego ? b : NULL;
    if (a && b && tai_since(b->t, a->t).ns <= POSE_BRIDGE_NS) {
        struct state sa = pose_state(a);
        struct state sb = pose_state(b);
        *out = state_between(&sa, a->t, &sb, b->t, t);
        *sigma_m = a->sigma_m > b->sigma_m ? a->sigma_m : b->sigma_m;
        return true;
    }
    return (a && pose_near(a, t, out, sigma_m)) || (b && pose_near(b, t, out, sigma_m));
}

bool recorded_pose(const struct recorded *rec, uint32_t agent, struct tai t,
                   struct state *out, double *sigma_m)
{
    for (size_t i = 0; agent != AGENT_NONE && i < rec->rows.ego_count; i++) {
        if (rec->agents[i] == agent) {
            return pose_of(rec, (uint16_t)i, t, out, sigma_m);
        }
    }
    return false;
}

/* An object in the ENU frame; false if the ego's pose is unknown then. */
static bool stand_on_pose(const struct recorded *rec, uint16_t ego,
                          const struct row_object *row, struct detection *d)
{
    struct state pose;
    double sigma_m = 0;
    d->sigma_x_m = row->sigma_x_m;
    d->sigma_y_m = row->sigma_y_m;
    if (row->enu) {
        return true;
    }
    if (!pose_of(rec, ego, d->t, &pose, &sigma_m)) {
        return false;
    }
    double c = fm_cos(pose.yaw_rad);
    double s = fm_sin(pose.yaw_rad);
    d->x_m = pose.x_m + row->d.x_m * c - row->d.y_m * s;
    d->y_m = pose.y_m + row->d.x_m * s + row->d.y_m * c;
    d->yaw_rad = fm_wrap_angle(pose.yaw_rad + row->d.yaw_rad);
    d->vx_mps = row->d.vx_mps * c - row->d.vy_mps * s;
    d->vy_mps = row->d.vx_mps * s + row->d.vy_mps * c;
    d->sigma_x_m = fm_sqrt(row->sigma_x_m * row->sigma_x_m * c * c +
                           row->sigma_y_m * row->sigma_y_m * s * s + sigma_m * sigma_m);
    d->sigma_y_m = fm_sqrt(row->sigma_x_m * row->sigma_x_m * s * s +
                           row->sigma_y_m * row->sigma_y_m * c * c + sigma_m * sigma_m);
    return true;
}

bool recorded_take(struct recorded *rec, struct sensor_frame *out)
{
    if (rec->next == rec->frame_count) {
        return false;
    }
    const struct rec_frame *f = &rec->frames[rec->next++];
    const struct recorded_stream *s = &rec->rows.streams[f->stream];
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->object_count; i++) {
        const struct row_object *row = &rec->rows.objects[f->object_first + i];
        struct detection *d = &rec->detections[count];
        *d = row->d;
        int64_t off = row->t_known ? row->t_ns - f->t_ns : 0;
        bool sane = off < 100 * TIME_NS_PER_S && off > -100 * TIME_NS_PER_S;
        d->t = row->t_known && sane ? tai_add(f->t_stamped, span_ns(off)) : f->t_mid;
        if (stand_on_pose(rec, s->ego_index, row, d)) {
            count++;
        } else {
            rec->unplaced++;
        }
    }
    *out = (struct sensor_frame){
        .ego = rec->agents[s->ego_index],
        .stream = s->stream,
        .seq = f->seq,
        .t_start = f->t_start,
        .t_mid = f->t_mid,
        .t_end = f->t_end,
        .t_avail = f->t_avail,
        .t_stamp = recorded_stamp(s->clock, f->t_ns),
        .sigma_ns = f->sigma_ns,
        .dropped = f->dropped,
        .uri = f->uri == ROWS_URI_NONE ? NULL : rec->rows.texts + f->uri,
        .detections = rec->detections,
        .detection_count = count,
    };
    return true;
}

uint64_t recorded_unplaced(const struct recorded *rec)
{
    return rec->unplaced;
}

void recorded_rewind(struct recorded *rec)
{
    rec->next = 0;
}

void recorded_free(struct recorded *rec)
{
    if (rec) {
        rows_close(&rec->rows);
        free(rec->frames);
        free(rec->poses);
    }
    free(rec);
}
