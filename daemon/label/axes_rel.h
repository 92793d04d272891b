/* SPDX-License-Identifier: Apache-2.0 */
/* Axes of relations of an ordered pair ego -> other at one instant: where it is, what kind
 * of conflict, how risky; on truth or on what the ego knows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "label/boxes.h"
#include "label/label.h"
#include "model/kinds.h"

/* One agent as truth or as somebody knows it. */
struct known_agent {
    uint32_t index; /* of the run's agents */
    const char *id; /* borrowed */
    enum sender_kind kind;
    double x_m, y_m, yaw_rad, vx_mps, vy_mps;
    double accel_mps2; /* along the direction of travel */
    bool accel_known, velocity_unknown;
    double length_m, width_m; /* 0: default of the kind */
    double sigma_m;           /* of the position, one sigma; 0 on truth */
    bool off_carriageway;     /* known to be beside the road */
    uint16_t act;             /* LEAF_ACT_LON_...; 0: from speed and accel as they are */
    double turned_rad;        /* truth: heading change of its present bend */
    double hidden_s; /* truth: since last hidden from the nearest ego; < 0: never */
    bool changes_lane, drifts, ran_red, at_signal; /* truth, of now or the last seconds */
    uint16_t events;  /* SAE J2735 VehicleEventFlags that it broadcasts */
    bool sensor_only; /* V2X says nothing of it */
    bool unseen;      /* no sensor shows it */
};

/* What a pair's decision lists read. Made once per pair by rel_subject(). */
struct rel_subject {
    bool known;                  /* false: position or speed of either is not known */
    bool vru, off_carriageway;   /* the other */
    double s_m, y_m;             /* other's centre in the ego frame: ahead, left */
    double dyaw_rad;             /* other minus ego, folded */
    double distance_m;           /* of the centres */
    double ego_mps, other_mps;   /* along their headings */
    double ego_mps2, other_mps2; /* 0 if unknown */
    double ego_length_m, other_length_m;
    double ego_width_m, other_width_m, lane_width_m;
    double clearance_m;
    struct measure ttc;               /* of the boxes */
    struct measure ttc_pess, ttc_opt; /* with the boxes grown and shrunk by 2 sigma */
    struct measure mttc;    /* of the one behind, same lane, with both accelerations */
    struct measure headway; /* of the one behind, same lane */
    struct measure a_req;   /* of the ego, without reaction time */
    struct measure a_req_other;
    struct crossing crossing;
    struct cpa cpa;
    struct box ego_box, other_box;
    double sigma_m;            /* of the relative position */
    const struct rules *rules; /* NULL: built in */
};
struct rel_subject rel_subject(const struct known_agent *ego,
                               const struct known_agent *other, double lane_width_m);

/* Sets ttc_pess and ttc_opt; rel_make does it. */
void rel_bounds(struct rel_subject *s, double sigma_ego_m, double sigma_other_m);

/* Deceleration that the ego needs after reaction_s: in its lane against a leader (that may
 * brake), else if the boxes meet at constant velocity. */
struct measure rel_a_req(const struct rel_subject *s, double reaction_s);
/* Seconds until the boxes meet or both are due on the crossing; < 0: no such conflict. */
double rel_time_to_conflict_s(const struct rel_subject *s);
/* Neither none nor unknown. */
bool rel_in_conflict(const struct label *conf);

struct label rel_pos(const struct rel_subject *s);
struct label rel_conf(const struct rel_subject *s);
struct label rel_risk(const struct rel_subject *s);

struct relation {
    uint32_t ego, other; /* agent indexes */
    struct label pos, conf, risk;
    struct rel_subject m; /* the measures behind them */
};
struct relation rel_make(const struct known_agent *ego, const struct known_agent *other,
                         double lane_width_m);
