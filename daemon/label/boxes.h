/* SPDX-License-Identifier: Apache-2.0 */
/* Oriented boxes that move: time to contact, clearance, closest approach, occupation of a
 * crossing, contact. Translating boxes are exact (separating axes, constant velocity, no
 * rotation); box_make computes sine and cosine once. ENU metres, rad from east. */
#pragma once

#include <stdbool.h>

#include "label/measures.h"
#include "model/state.h"

struct box {
    double x_m, y_m;         /* centre */
    double cos_yaw, sin_yaw; /* unit vector along the length */
    double vx_mps, vy_mps;   /* velocity of the centre */
    double half_length_m, half_width_m;
};

struct box box_make(double x_m, double y_m, double yaw_rad, double vx_mps, double vy_mps,
                    double length_m, double width_m);
struct box box_of_state(const struct state *state, double length_m, double width_m);
/* The box after t_s of its constant velocity. */
struct box box_after(const struct box *box, double t_s);
/* Grown by margin_m on each side of length and width (negative shrinks, never under 0). */
struct box box_inflate(const struct box *box, double along_m, double across_m);

struct box_contact {
    enum measure_status status;
    double in_s, out_s; /* contact lasts from in to out (0 if not VALID or OVERLAP) */
};
struct box_contact boxes_contact_times(const struct box *a, const struct box *b);
/* TTC of the oriented boxes: VALID in (0, 60 s], OVERLAP (0), NO_CONFLICT. */
struct measure boxes_ttc(const struct box *a, const struct box *b);

/* TTC as it is, with both boxes grown by k sigma (pessimist) and shrunk (optimist). */
struct ttc_bounds {
    struct measure ttc, pess, opt;
};
struct ttc_bounds boxes_ttc_bounds(const struct box *a, double sigma_a_m,
                                   const struct box *b, double sigma_b_m, double k);

bool boxes_overlap(const struct box *a, const struct box *b);
/* Distance between the two rectangles, 0 if they touch. */
double boxes_clearance_m(const struct box *a, const struct box *b);

/* Closest approach of the centres at constant velocity; diverging: tcpa < 0, dcpa = now. */
struct cpa {
    double tcpa_s, dcpa_m;
};
struct cpa boxes_cpa(const struct box *a, const struct box *b);

/* The other in the ego's straight swath, for measures_a_req_obstacle. NO_CONFLICT: it never
 * is, or it is behind. */
enum measure_status boxes_obstacle(const struct box *ego, const struct box *other,
                                   struct obstacle *out);

/* Where two straight paths cross, and when each one occupies the crossing. */
struct crossing {
    enum measure_status
        status;          /* NOT_APPLICABLE under 15 degrees; NO_CONFLICT behind one */
    double theta_rad;    /* crossing angle, 0..pi/2 */
    double x_m, y_m;     /* conflict point */
    double d_a_m, d_b_m; /* front bumper to the point; negative: past it */
    struct measure ttcp_a, ttcp_b;           /* NO_CONFLICT below 0.1 m/s */
    double in_a_s, out_a_s, in_b_s, out_b_s; /* of the moving ones */
    bool conflict; /* both move and the intervals overlap after widening */
    double gap_s;  /* later entry minus first exit; negative: overlap */
};
/* sigma: one sigma along the path, in metres; widened by k of it over the speed. */
struct crossing boxes_crossing(const struct box *a, double sigma_a_m, const struct box *b,
                               double sigma_b_m, double k);

enum box_face { FACE_FRONT, FACE_REAR, FACE_LEFT, FACE_RIGHT };
extern const char *const boxes_face_names[4];

/* Contact within dt_s of two boxes that did not touch: sub-tick instant and impact. */
struct contact {
    bool happened;
    double t_s;                          /* after the earlier states */
    double impact_mps;                   /* |v_a - v_b| */
    double closing_mps;                  /* component along the contact normal */
    double delta_v_a_mps, delta_v_b_mps; /* plastic impact; a proxy */
    enum box_face face_a, face_b;
};
struct contact boxes_contact(const struct box *a, double mass_a_kg, const struct box *b,
                             double mass_b_kg, double dt_s);
