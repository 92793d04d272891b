/* SPDX-License-Identifier: Apache-2.0 */
/* Axis of motion: what an agent does along its direction of travel, with hysteresis of
 * 0.3 m/s2 and a minimum duration of 0.3 s, so that 10 Hz data does not flicker. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "label/label.h"
#include "model/kinds.h"

struct act_lon_subject {
    bool known; /* speed is known */
    bool accel_known;
    double speed_mps;          /* along the heading; negative = reversing */
    double accel_mps2;         /* along the direction of travel */
    const struct rules *rules; /* NULL: built in */
};
/* Zero once per agent (and per observer). */
struct act_lon_state {
    uint16_t leaf, candidate;
    struct tai since, candidate_since;
};
/* The rules alone. */
struct label act_lon_raw(const struct act_lon_subject *s);
/* With memory: the old leaf stays while the value is within 0.3 m/s2 of its band, and until
 * it has been out of it for 0.3 s, whatever bands it passes meanwhile (a braking ramp
 * crosses several); then it is the leaf of that instant. state->since: since when the leaf
 * holds. */
struct label act_lon(struct act_lon_state *state, const struct act_lon_subject *s,
                     struct tai t);

/* Axis across the direction of travel. */
struct act_lat_subject {
    bool known; /* a map or a yaw rate */
    bool vehicle;
    bool map;             /* there is one: lane, road and turn mean something */
    bool lane, on_road;   /* it drives on a lane; it is on some */
    int turn;             /* of the junction it is in: -1 right, 1 left, 2 U, 0 none */
    double moves_aside_m; /* to another lane, left positive; 0: it does not */
    double turned_rad;    /* since it began to turn, left positive */
    double lateral_mps2;  /* yaw rate times speed */
    const struct rules *rules;
};
struct label act_lat(const struct act_lat_subject *s);
/* Heading change of one bend; zero it once per agent. A bend ends when it goes straight for
 * 0.5 s. */
struct act_bend {
    double turned_rad, straight_s;
};
void act_bend_step(struct act_bend *bend, double yaw_rate_radps, double dt_s);

/* What a vulnerable road user does. */
struct act_vru_subject {
    bool vru, rides; /* rides: anything on wheels but a wheelchair */
    bool map;
    bool on_crosswalk;
    double kerb_m;    /* to the carriageway, negative on it */
    double kerb_mps;  /* how fast that shrinks */
    double along_rad; /* heading minus that of the nearest lane, folded */
    double speed_mps;
    double hidden_s; /* since it was last hidden from the nearest ego; < 0: never */
    const struct rules *rules;
};
struct label act_vru(const struct act_vru_subject *s);

/* What somebody is. */
struct kind_subject {
    enum sender_kind kind;
    double height_m, length_m, speed_mps; /* 0: not known */
    bool other_device;                    /* rides something that has no kind of its own */
    const struct rules *rules;
};
struct label vru_type(const struct kind_subject *s);
struct label veh_type(const struct kind_subject *s);
