/* SPDX-License-Identifier: Apache-2.0 */
/* Axes of integrity: who reports an object, how a receiver cooperates (with hysteresis),
 * which fault a sender had, and how good the synchronization of a frame is. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "label/label.h"
#include "model/kinds.h"

/* int.src: (object, receiver, frame). */
struct int_src_subject {
    bool equipped_known; /* false (live): a silent object's equipment is not knowable */
    bool equipped;       /* it transmits */
    bool heard_before;   /* ever available to this receiver */
    bool link_good;      /* com.link fresh or aged */
    bool sensed;         /* a sensor of the receiver reports it */
    bool line_of_sight;  /* truth */
    bool truth_known;    /* false: line of sight is unknown */
};
struct label int_src(const struct int_src_subject *s);

/* int.mode: (receiver, frame). Relevant: within 100 m or time to the conflict point < 6 s.
 */
struct int_mode_subject {
    uint32_t relevant;      /* relevant links */
    uint32_t relevant_good; /* of these fresh or aged */
    bool sensors_alive;     /* at least one sensor stream gives frames */
    struct tai t;           /* of the frame */
    struct tai t_last_good; /* t_avail of the newest message of any relevant link */
    bool has_last_good;
    const struct rules *rules; /* NULL: built in */
};
/* What the mode was; zero it once per receiver. */
struct int_mode_state {
    uint16_t leaf, candidate;
    struct tai since, candidate_since; /* of leaf, of candidate */
    struct tai t_last_good;            /* when the mode was entered */
    bool has_last_good;
};
struct int_mode_result {
    struct label label;     /* value: share of relevant links that are good */
    bool changed;           /* entered a new mode now: an event */
    uint16_t left;          /* the leaf it left, 0 at first */
    struct tai t_entered;   /* when the present mode began */
    struct tai t_last_good; /* last good message before the present mode was entered */
    bool has_last_good;
};
/* Without hysteresis. */
struct label int_mode_raw(const struct int_mode_subject *s);
/* A new mode must hold PARAM_INT_MODE_HOLD_S before it is entered; the first is at once. */
struct int_mode_result int_mode(struct int_mode_state *state,
                                const struct int_mode_subject *s);

/* int.fault: injected at the sender; known = false in replay. */
struct label int_fault(bool known, uint8_t fault);

/* syn.q: one frame or stream. */
struct syn_q_subject {
    bool verified;             /* a common clock reference exists */
    double sigma_s;            /* one-sided stamp uncertainty that the gate judges */
    bool complete;             /* no member missing */
    bool out_of_bound;         /* a delta above what free-running streams allow */
    bool fault;                /* clock fault signature, backward jump */
    const struct rules *rules; /* NULL: built in */
};
struct label syn_q(const struct syn_q_subject *s);

/* int.agree: (V2X object, receiver, frame). Residuals are V2X minus sensor. */
struct int_agree_subject {
    bool link_good;  /* com.link fresh or aged */
    bool matched;    /* a detection belongs to it */
    bool expected;   /* in a live sensor's field of view and not hidden */
    uint32_t missed; /* frames in a row in which it was expected and not detected */
    double d2;       /* of the position, squared Mahalanobis distance */
    bool heading_known, speed_known, class_known, accel_known;
    double dyaw_rad, sigma_yaw_rad, speed_mps;
    double dspeed_mps, sigma_speed_mps;
    bool same_class;           /* a vehicle is a vehicle, a vulnerable road user is one */
    double daccel_mps2;        /* claimed braking minus measured */
    double brake_odd_s;        /* for how long that was out of bounds */
    const struct rules *rules; /* NULL: built in */
};
struct label int_agree(const struct int_agree_subject *s);

/* Measured acceleration of one object: the slope of its measured speed, weights fading with
 * age. Zero it once per object; a silence of 1 s begins anew. */
struct int_agree_slope {
    double weight, t_s, v_mps, tt, tv; /* moments about the newest instant */
    struct tai t, since;
};
void int_agree_speed(struct int_agree_slope *slope, struct tai t, double speed_mps);
/* false: watched for less than BRAKE_WATCH_S. */
bool int_agree_accel(const struct int_agree_slope *slope, double *accel_mps2);
