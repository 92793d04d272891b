/* SPDX-License-Identifier: Apache-2.0 */
/* The generation rules of ETSI's services. In: poses, times. Out: decisions. */
#include "scenarios/its_when.h"

#include "base/fmath.h"

#define VALIDITY_NS (600 * TIME_NS_PER_S) /* the default of EN 302 637-3 */

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static bool moved(const struct its_pose *a, const struct its_pose *b)
{
    return fm_hypot(a->x_m - b->x_m, a->y_m - b->y_m) > ITS_MOVED_M ||
           fm_abs(a->speed_mps - b->speed_mps) > ITS_FASTER_MPS ||
           fm_abs(fm_wrap_angle(a->yaw_rad - b->yaw_rad)) > ITS_TURNED_RAD;
}

static struct its_due send(struct its_when *w, const struct its_pose *pose, int64_t t_ns,
                           int64_t low_ns)
{
    struct its_due due = {true, !w->sent || t_ns - w->low_ns >= low_ns};
    w->low_ns = due.low_frequency ? t_ns : w->low_ns;
    w->last = *pose;
    w->last_ns = t_ns;
    w->sent = true;
    return due;
}

struct its_due its_cam_due(struct its_when *w, const struct its_pose *pose, int64_t t_ns,
                           int64_t dcc_ns)
{
    int64_t least = clamp(dcc_ns, ITS_CAM_MIN_NS, ITS_CAM_MAX_NS);
    int64_t elapsed = t_ns - w->last_ns;
    if (!w->sent) {
        w->interval_ns = ITS_CAM_MAX_NS;
        return send(w, pose, t_ns, ITS_CAM_LOW_NS);
    }
    if (elapsed < least) {
        return (struct its_due){false, false};
    }
    if (moved(pose, &w->last)) {
        w->interval_ns = clamp(elapsed, ITS_CAM_MIN_NS, ITS_CAM_MAX_NS);
        w->repeats = 0;
        return send(w, pose, t_ns, ITS_CAM_LOW_NS);
    }
    if (elapsed < w->interval_ns) {
        return (struct its_due){false, false};
    }
    if (++w->repeats >= ITS_CAM_REPEATS) {
        w->interval_ns = ITS_CAM_MAX_NS;
        w->repeats = 0;
    }
    return send(w, pose, t_ns, ITS_CAM_LOW_NS);
}

struct its_due its_vam_due(struct its_when *w, const struct its_pose *pose, bool intruded,
                           int64_t t_ns, int64_t dcc_ns)
{
    int64_t least = clamp(dcc_ns, ITS_CAM_MIN_NS, ITS_VAM_MAX_NS);
    int64_t elapsed = t_ns - w->last_ns;
    bool due = !w->sent || (elapsed >= least && (moved(pose, &w->last) || intruded ||
                                                 elapsed >= ITS_VAM_MAX_NS));
    return due ? send(w, pose, t_ns, ITS_VAM_LOW_NS) : (struct its_due){false, false};
}

bool its_is_close(double ahead_m, double left_m, double speed_mps)
{
    return fm_abs(left_m) < ITS_SAFE_LEFT_M && fm_abs(ahead_m) < speed_mps * ITS_SAFE_S;
}

bool its_denm_due(struct its_event *e, int64_t t_ns)
{
    int64_t validity = e->validity_ns > 0 ? e->validity_ns : VALIDITY_NS;
    if (t_ns < e->detected_ns || e->ended || t_ns >= e->detected_ns + validity) {
        return false;
    }
    if (!e->told) {
        e->told = true;
        e->next_ns = t_ns + e->interval_ns;
        return true;
    }
    if (e->interval_ns <= 0 || t_ns < e->next_ns ||
        t_ns > e->detected_ns + e->duration_ns) {
        return false;
    }
    e->next_ns += e->interval_ns;
    return true;
}
