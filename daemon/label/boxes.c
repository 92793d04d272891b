/* SPDX-License-Identifier: Apache-2.0 */
/* Two oriented boxes of constant velocity in; when they touch, how far they are, how they
 * meet out. Separating axes: two convex shapes are apart exactly when they are apart along
 * the normal of some edge, so contact is the intersection of four intervals of time. */
#include "label/boxes.h"

#include "base/fmath.h"

#define RATE_LEAST_MPS 1e-9
#define FOREVER_S      1e30

const char *const boxes_face_names[4] = {"front", "rear", "left", "right"};

struct box box_make(double x_m, double y_m, double yaw_rad, double vx_mps, double vy_mps,
                    double length_m, double width_m)
{
    return (struct box){.x_m = x_m,
                        .y_m = y_m,
                        .cos_yaw = fm_cos(yaw_rad),
                        .sin_yaw = fm_sin(yaw_rad),
                        .vx_mps = vx_mps,
                        .vy_mps = vy_mps,
                        .half_length_m = length_m / 2,
                        .half_width_m = width_m / 2};
}

struct box box_of_state(const struct state *state, double length_m, double width_m)
{
    struct box box =
        box_make(state->x_m, state->y_m, state->yaw_rad, 0, 0, length_m, width_m);
    box.vx_mps = state->speed_mps * box.cos_yaw;
    box.vy_mps = state->speed_mps * box.sin_yaw;
    return box;
}

struct box box_after(const struct box *box, double t_s)
{
    struct box later = *box;
    later.x_m += box->vx_mps * t_s;
    later.y_m += box->vy_mps * t_s;
    return later;
}

static double at_least_zero(double x)
{
    return x > 0 ? x : 0;
}

struct box box_inflate(const struct box *box, double along_m, double across_m)
{
    struct box grown = *box;
    grown.half_length_m = at_least_zero(box->half_length_m + along_m);
    grown.half_width_m = at_least_zero(box->half_width_m + across_m);
    return grown;
}

/* The pair as seen along the four normals: distance, its rate, and reach of both. */
struct normals {
    double x[4], y[4]; /* unit vectors */
    double p[4], w[4], reach[4];
};

static void normals_of(const struct box *a, const struct box *b, struct normals *n)
{
    double dx = b->x_m - a->x_m, dy = b->y_m - a->y_m;
    double wx = b->vx_mps - a->vx_mps, wy = b->vy_mps - a->vy_mps;
    double c = fm_abs(a->cos_yaw * b->cos_yaw + a->sin_yaw * b->sin_yaw);
    double s = fm_abs(a->cos_yaw * b->sin_yaw - a->sin_yaw * b->cos_yaw);
    n->x[0] = a->cos_yaw, n->y[0] = a->sin_yaw;
    n->x[1] = -a->sin_yaw, n->y[1] = a->cos_yaw;
    n->x[2] = b->cos_yaw, n->y[2] = b->sin_yaw;
    n->x[3] = -b->sin_yaw, n->y[3] = b->cos_yaw;
    n->reach[0] = a->half_length_m + b->half_length_m * c + b->half_width_m * s;
    n->reach[1] = a->half_width_m + b->half_length_m * s + b->half_width_m * c;
    n->reach[2] = b->half_length_m + a->half_length_m * c + a->half_width_m * s;
    n->reach[3] = b->half_width_m + a->half_length_m * s + a->half_width_m * c;
    for (int i = 0; i < 4; i++) {
        n->p[i] = dx * n->x[i] + dy * n->y[i];
        n->w[i] = wx * n->x[i] + wy * n->y[i];
    }
}

/* The instants [in, out] in which all four overlap; false if there are none. `last` is the
 * normal along which they touch last: the contact normal. */
static bool overlap_times(const struct normals *n, double *in_s, double *out_s, int *last)
{
    double in = -FOREVER_S, out = FOREVER_S;
    *last = 0;
    for (int i = 0; i < 4; i++) {
        double p = n->p[i], w = n->w[i], r = n->reach[i];
        if (fm_abs(w) < RATE_LEAST_MPS) {
            if (fm_abs(p) > r) {
                return false;
            }
            continue;
        }
        double side = w > 0 ? r : -r;
        double begin = (-side - p) / w, end = (side - p) / w;
        if (begin > in) {
            in = begin;
            *last = i;
        }
        out = end < out ? end : out;
    }
    *in_s = in;
    *out_s = out;
    return in <= out;
}

struct box_contact boxes_contact_times(const struct box *a, const struct box *b)
{
    struct normals n;
    double in, out;
    int last;
    normals_of(a, b, &n);
    if (!overlap_times(&n, &in, &out, &last) || out < 0 || in > MEASURES_TTC_MAX_S) {
        return (struct box_contact){MEASURE_NO_CONFLICT, 0, 0};
    }
    if (out > MEASURES_TTC_MAX_S) {
        out = MEASURES_TTC_MAX_S;
    }
    if (in <= 0) {
        return (struct box_contact){MEASURE_OVERLAP, 0, out};
    }
    return (struct box_contact){MEASURE_VALID, in, out};
}

struct measure boxes_ttc(const struct box *a, const struct box *b)
{
    struct box_contact contact = boxes_contact_times(a, b);
    return (struct measure){contact.in_s, contact.status};
}

struct ttc_bounds boxes_ttc_bounds(const struct box *a, double sigma_a_m,
                                   const struct box *b, double sigma_b_m, double k)
{
    double ga = k * sigma_a_m, gb = k * sigma_b_m;
    struct box big_a = box_inflate(a, ga, ga), big_b = box_inflate(b, gb, gb);
    struct box small_a = box_inflate(a, -ga, -ga), small_b = box_inflate(b, -gb, -gb);
    return (struct ttc_bounds){boxes_ttc(a, b), boxes_ttc(&big_a, &big_b),
                               boxes_ttc(&small_a, &small_b)};
}

bool boxes_overlap(const struct box *a, const struct box *b)
{
    struct normals n;
    normals_of(a, b, &n);
    for (int i = 0; i < 4; i++) {
        if (fm_abs(n.p[i]) > n.reach[i]) {
            return false;
        }
    }
    return true;
}

/* Least distance from b's corners to the rectangle a. */
static double corners_to_box_m(const struct box *a, const struct box *b)
{
    double best = FOREVER_S;
    for (int i = 0; i < 4; i++) {
        double l = (i & 1) != 0 ? b->half_length_m : -b->half_length_m;
        double w = (i & 2) != 0 ? b->half_width_m : -b->half_width_m;
        double dx = b->x_m + l * b->cos_yaw - w * b->sin_yaw - a->x_m;
        double dy = b->y_m + l * b->sin_yaw + w * b->cos_yaw - a->y_m;
        double along = fm_abs(dx * a->cos_yaw + dy * a->sin_yaw) - a->half_length_m;
        double across = fm_abs(dy * a->cos_yaw - dx * a->sin_yaw) - a->half_width_m;
        double d = fm_hypot(at_least_zero(along), at_least_zero(across));
        best = d < best ? d : best;
    }
    return best;
}

double boxes_clearance_m(const struct box *a, const struct box *b)
{
    if (boxes_overlap(a, b)) {
        return 0;
    }
    double ab = corners_to_box_m(a, b), ba = corners_to_box_m(b, a);
    return ab < ba ? ab : ba;
}

struct cpa boxes_cpa(const struct box *a, const struct box *b)
{
    double dx = b->x_m - a->x_m, dy = b->y_m - a->y_m;
    double wx = b->vx_mps - a->vx_mps, wy = b->vy_mps - a->vy_mps;
    double speed2 = wx * wx + wy * wy;
    if (speed2 < 0.05 * 0.05) {
        return (struct cpa){0, fm_hypot(dx, dy)};
    }
    double t = -(dx * wx + dy * wy) / speed2;
    if (t < 0) {
        return (struct cpa){t, fm_hypot(dx, dy)};
    }
    return (struct cpa){t, fm_hypot(dx + wx * t, dy + wy * t)};
}

enum measure_status boxes_obstacle(const struct box *ego, const struct box *other,
                                   struct obstacle *out)
{
    double ec = ego->cos_yaw, es = ego->sin_yaw;
    double dx = other->x_m - ego->x_m, dy = other->y_m - ego->y_m;
    double s = dx * ec + dy * es, y = dy * ec - dx * es;
    double vs = other->vx_mps * ec + other->vy_mps * es;
    double vy = other->vy_mps * ec - other->vx_mps * es;
    double c = fm_abs(ec * other->cos_yaw + es * other->sin_yaw);
    double k = fm_abs(ec * other->sin_yaw - es * other->cos_yaw);
    double along = other->half_length_m * c + other->half_width_m * k;
    double reach = other->half_length_m * k + other->half_width_m * c + ego->half_width_m;
    double ego_mps = ego->vx_mps * ec + ego->vy_mps * es;
    *out = (struct obstacle){s - along - ego->half_length_m, vs, 0, MEASURES_TTC_MAX_S};
    if (fm_abs(vy) < RATE_LEAST_MPS) {
        if (fm_abs(y) > reach) {
            return MEASURE_NO_CONFLICT;
        }
    } else {
        double side = vy > 0 ? reach : -reach;
        double from = (-side - y) / vy, to = (side - y) / vy;
        if (to < 0 || from > MEASURES_TTC_MAX_S) {
            return MEASURE_NO_CONFLICT;
        }
        out->from_s = at_least_zero(from);
        out->to_s = to < MEASURES_TTC_MAX_S ? to : MEASURES_TTC_MAX_S;
    }
    /* When the other enters the swath behind the ego, braking is not the ego's remedy. */
    double ego_rear = ego_mps * out->from_s - ego->half_length_m;
    if (ego_rear > s + along + vs * out->from_s) {
        return MEASURE_NO_CONFLICT;
    }
    return MEASURE_VALID;
}

static enum box_face face_of(const struct box *box, double nx, double ny)
{
    double along = nx * box->cos_yaw + ny * box->sin_yaw;
    double across = ny * box->cos_yaw - nx * box->sin_yaw;
    if (fm_abs(along) >= fm_abs(across)) {
        return along >= 0 ? FACE_FRONT : FACE_REAR;
    }
    return across >= 0 ? FACE_LEFT : FACE_RIGHT;
}

struct contact boxes_contact(const struct box *a, double mass_a_kg, const struct box *b,
                             double mass_b_kg, double dt_s)
{
    struct normals n;
    double in, out;
    int last;
    normals_of(a, b, &n);
    if (!overlap_times(&n, &in, &out, &last) || out < 0 || in > dt_s) {
        return (struct contact){.happened = false};
    }
    double t = at_least_zero(in);
    double sign = n.p[last] + n.w[last] * t >= 0 ? 1 : -1;
    double nx = sign * n.x[last], ny = sign * n.y[last];
    double rx = a->vx_mps - b->vx_mps, ry = a->vy_mps - b->vy_mps;
    double impact = fm_hypot(rx, ry);
    return (struct contact){.happened = true,
                            .t_s = t,
                            .impact_mps = impact,
                            .closing_mps = rx * nx + ry * ny,
                            .delta_v_a_mps = mass_b_kg / (mass_a_kg + mass_b_kg) * impact,
                            .delta_v_b_mps = mass_a_kg / (mass_a_kg + mass_b_kg) * impact,
                            .face_a = face_of(a, nx, ny),
                            .face_b = face_of(b, -nx, -ny)};
}
