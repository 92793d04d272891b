/* SPDX-License-Identifier: Apache-2.0 */
/* Events of which a vehicle warns by DENM (EN 302 637-3): when one begins, how often it is
 * told, when it is taken back.
 *
 * In: what the vehicle is doing, a time that rises. Out: what a DENM of this instant tells.
 * The standard leaves repetition to the application: a hazard is told once a second for as
 * long as it lasts, hard braking every 100 ms, an emergency vehicle on its way every 500
 * ms. One event of a kind at a time; a new one has a new sequence number. */
#pragma once

#include "base/time.h"
#include "scenarios/its_when.h"

enum alarm_kind {
    ALARM_BRAKING,    /* hard */
    ALARM_STATIONARY, /* at rest with its hazard lights on */
    ALARM_SLOW,       /* creeps with its hazard lights on */
    ALARM_EMERGENCY,  /* an emergency vehicle under way */
    ALARM_KINDS
};

struct alarm {
    struct its_event event;
    struct tai t, detected; /* true, and by the station's clock */
    struct its_pose pose;   /* where the station believed to be then */
    uint32_t station_id;    /* when it was detected: it stays for the event's life */
    uint16_t sequence;
    bool on;
};

/* Zero-initialised: nothing has happened. */
struct alarms {
    struct alarm all[ALARM_KINDS];
    uint16_t sequence; /* of the next event */
};

struct alarm_moment {
    int64_t t_ns;       /* rises */
    struct tai t;       /* the same instant */
    struct tai stamped; /* and by the station's clock */
    struct its_pose pose;
    uint32_t station_id;
    double speed_mps, accel_mps2;
    bool hazard_lights, emergency_vehicle;
};

/* What is told now. */
struct alarm_told {
    uint32_t station_id; /* with sequence: the event's name for its whole life */
    uint16_t sequence;
    struct tai t, detected;
    struct its_pose pose; /* of the event when it was detected */
    uint32_t validity_s;
    uint8_t cause, sub_cause, quality; /* TS 102 894-2, DE_CauseCode */
    bool moves;                        /* with its sender: every telling is an update */
    bool cancels;
};

/* At most one: what else is due waits for the next call. false: nothing. */
bool alarms_due(struct alarms *alarms, const struct alarm_moment *moment,
                struct alarm_told *told);
