/* SPDX-License-Identifier: Apache-2.0 */
/* The events of a vehicle. In: its moment. Out: what is told of it. */
#include "scenarios/alarm.h"

#define BRAKING_MPS2 3.92266 /* 0.4 g, as J2945/1 has it for the flag of a BSM */
#define REST_MPS     0.1
#define SLOW_MPS     (40 / 3.6)

static const struct {
    uint8_t cause, sub_cause;
    bool moves, cancelled;
    uint32_t validity_s;
    int64_t interval_ns;
} rules[ALARM_KINDS] = {
    /* dangerousSituation, emergencyElectronicBrakeEngaged: too short to be taken back */
    [ALARM_BRAKING] = {99, 1, true, false, 2, 100 * TIME_NS_PER_MS},
    /* stationaryVehicle; 600 s is the default of the standard */
    [ALARM_STATIONARY] = {94, 0, false, true, 600, TIME_NS_PER_S},
    /* slowVehicle */
    [ALARM_SLOW] = {26, 0, true, true, 600, TIME_NS_PER_S},
    /* emergencyVehicleApproaching, emergencyVehicleApproaching */
    [ALARM_EMERGENCY] = {95, 1, true, true, 600, 500 * TIME_NS_PER_MS},
};

static bool holds(enum alarm_kind kind, const struct alarm_moment *m)
{
    switch (kind) {
    case ALARM_BRAKING:
        return m->accel_mps2 <= -BRAKING_MPS2;
    case ALARM_STATIONARY:
        return m->hazard_lights && m->speed_mps < REST_MPS;
    case ALARM_SLOW:
        return m->hazard_lights && m->speed_mps >= REST_MPS && m->speed_mps < SLOW_MPS;
    case ALARM_EMERGENCY:
        return m->emergency_vehicle && m->speed_mps >= REST_MPS;
    case ALARM_KINDS:
        break;
    }
    return false;
}

static void begin(struct alarms *alarms, enum alarm_kind kind, const struct alarm_moment *m)
{
    alarms->all[kind] =
        (struct alarm){.event = {.detected_ns = m->t_ns,
                                 .validity_ns = rules[kind].validity_s * TIME_NS_PER_S,
                                 .interval_ns = rules[kind].interval_ns,
                                 .duration_ns = rules[kind].validity_s * TIME_NS_PER_S},
                       .t = m->t,
                       .detected = m->stamped,
                       .pose = m->pose,
                       .station_id = m->station_id,
                       .sequence = alarms->sequence++,
                       .on = true};
}

static bool tell(const struct alarm *a, enum alarm_kind kind, bool cancels,
                 struct alarm_told *told)
{
    *told = (struct alarm_told){.station_id = a->station_id,
                                .sequence = a->sequence,
                                .t = a->t,
                                .detected = a->detected,
                                .pose = a->pose,
                                .validity_s = rules[kind].validity_s,
                                .cause = rules[kind].cause,
                                .sub_cause = rules[kind].sub_cause,
                                .quality = 3,
                                .moves = rules[kind].moves,
                                .cancels = cancels};
    return true;
}

bool alarms_due(struct alarms *alarms, const struct alarm_moment *m,
                struct alarm_told *told)
{
    for (int k = 0; k < ALARM_KINDS; k++) {
        enum alarm_kind kind = (enum alarm_kind)k;
        struct alarm *a = &alarms->all[kind];
        bool expired = a->on && m->t_ns >= a->event.detected_ns + a->event.validity_ns;
        if (holds(kind, m) && (!a->on || expired)) {
            begin(alarms, kind, m);
        } else if (a->on && !holds(kind, m)) {
            a->on = false;
            a->event.ended = true;
            if (rules[kind].cancelled && a->event.told) {
                return tell(a, kind, true, told);
            }
        }
        if (a->on && its_denm_due(&a->event, m->t_ns)) {
            return tell(a, kind, false, told);
        }
    }
    return false;
}
