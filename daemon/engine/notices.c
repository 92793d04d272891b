/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings of a place: TIM, RSA and DENM as sent and as they became usable in; what each
 * ego has been told, how far ahead it is and what speed is advised there out. */
#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"

#define ASIDE_M       3.5 /* of the way straight on, growing with the distance */
#define SAME_M        5.0
#define NOTICE_HOLD_S 5.0 /* notices are told once a second */
/* SAE J2540-2: the phrase speed limit, numbers from zero on, miles an hour. */
#define ITIS_SPEED_LIMIT 268
#define ITIS_NUMBER_ZERO 12544
#define ITIS_MPH         8720
#define MPS_PER_MPH      0.44704

/* ITIS codes (SAE J2540-2): 257 to 383 traffic conditions, 513 to 638 accidents and
 * incidents, 769 to 895 closures, 1025 to 1151 roadwork. */
static uint8_t hazard_of_itis(uint16_t code)
{
    return code >= 513 && code <= 638   ? HAZARD_OBSTACLE
           : code >= 769 && code <= 895 ? HAZARD_OBSTACLE
           : (code >= 257 && code <= 383) || (code >= 1025 && code <= 1151) ? HAZARD_SLOW
                                                                            : HAZARD_OTHER;
}

/* TS 102 894-2 DE_CauseCode. */
static uint8_t hazard_of_cause(uint8_t cause)
{
    switch (cause) {
    case 2:  /* accident */
    case 10: /* obstacle on the road */
    case 91: /* vehicle breakdown */
    case 92: /* post crash */
    case 94: /* stationary vehicle */
        return HAZARD_OBSTACLE;
    case 95: /* emergency vehicle approaching */
        return HAZARD_OTHER;
    default:
        return HAZARD_SLOW; /* weather, roadworks, queues, people, wrong-way driving */
    }
}

/* A speed limit among ITIS codes: the phrase, a number, and its unit. */
static double speed_of_itis(const uint16_t *codes, uint8_t count)
{
    for (uint8_t i = 0; i + 2 < count; i++) {
        bool mph = codes[i] == ITIS_SPEED_LIMIT && codes[i + 2] == ITIS_MPH;
        if (mph && codes[i + 1] >= ITIS_NUMBER_ZERO &&
            codes[i + 1] <= ITIS_NUMBER_ZERO + 255) {
            return (codes[i + 1] - ITIS_NUMBER_ZERO) * MPS_PER_MPH;
        }
    }
    return 0;
}

void notices_sent(struct engine *e, const struct emission *em, const struct message *m)
{
    struct notice n = {.msg_uid = em->msg_uid};
    double lat_deg = 0, lon_deg = 0;
    if (m->type == MESSAGE_RSA && (m->rsa.known & MESSAGE_LAT) != 0) {
        lat_deg = m->rsa.lat_deg;
        lon_deg = m->rsa.lon_deg;
        n.hazard = hazard_of_itis(m->rsa.event);
        n.advice_mps = speed_of_itis(m->rsa.itis, m->rsa.itis_count);
    } else if (m->type == MESSAGE_TIM && (m->tim.known & MESSAGE_LAT) != 0 &&
               m->tim.itis_count > 0) {
        lat_deg = m->tim.lat_deg;
        lon_deg = m->tim.lon_deg;
        n.hazard = hazard_of_itis(m->tim.itis[0]);
        n.advice_mps = speed_of_itis(m->tim.itis, m->tim.itis_count);
    } else if (m->type == MESSAGE_ITS && m->its.kind == ITS_DENM &&
               (m->its.known & ITS_LAT) != 0) {
        lat_deg = m->its.lat_deg;
        lon_deg = m->its.lon_deg;
        n.hazard = hazard_of_cause(m->its.cause);
        n.over = (m->its.known & ITS_TERMINATION) != 0;
    } else {
        return;
    }
    geo_to_enu(&e->origin, lat_deg, lon_deg, &n.x_m, &n.y_m);
    e->notices[e->notice_count++ % NOTICES_MOST] = n;
}

/* A place is one notice, whoever tells it how often; the oldest gives way. */
static void hear_notice(struct ego *ego, const struct notice *heard, struct tai t)
{
    uint32_t place = 0;
    bool found = false;
    for (uint32_t i = 0; i < ego->notice_count && !found; i++) {
        const struct notice *n = &ego->notices[i];
        found = fm_hypot(n->x_m - heard->x_m, n->y_m - heard->y_m) < SAME_M;
        place = found || n->t.ns < ego->notices[place].t.ns ? i : place;
    }
    if (!found && ego->notice_count < NOTICES_HELD) {
        place = ego->notice_count++;
    }
    ego->notices[place] = *heard;
    ego->notices[place].t = t;
}

void notices_heard(struct engine *e, struct ego *ego, const struct reception *r,
                   uint8_t msg_type)
{
    bool notice = msg_type == MSG_TIM || msg_type == MSG_RSA || msg_type == MSG_DENM;
    uint64_t count = e->notice_count;
    uint64_t oldest = count > NOTICES_MOST ? count - NOTICES_MOST : 0;
    for (uint64_t i = count; ego && notice && i > oldest; i--) {
        const struct notice *n = &e->notices[(i - 1) % NOTICES_MOST];
        if (n->msg_uid == r->fate.msg_uid) {
            hear_notice(ego, n, r->t_avail);
            break;
        }
    }
}

/* A notice ahead that is told still: how far, and how far aside; < 0: none of the ego's. */
double notices_ahead_m(const struct engine *e, const struct notice *n,
                       const struct known_agent *self, double *aside_m)
{
    double dx = n->x_m - self->x_m, dy = n->y_m - self->y_m;
    double cos_yaw = fm_cos(self->yaw_rad), sin_yaw = fm_sin(self->yaw_rad);
    double ahead = dx * cos_yaw + dy * sin_yaw;
    *aside_m = fm_abs(dy * cos_yaw - dx * sin_yaw);
    bool told = !n->over && span_s(tai_since(e->now, n->t)) <= NOTICE_HOLD_S;
    bool on_way = ahead > 0 && *aside_m <= 0.5 * ahead + ASIDE_M &&
                  fm_hypot(dx, dy) <= leaf_param(NULL, PARAM_V2I_HAZ_RANGE_M);
    return told && on_way ? ahead : -1;
}

/* The nearest advice of a notice. */
struct v2i_spd_subject notices_advice(const struct engine *e, const struct ego *ego,
                                      const struct known_agent *self)
{
    struct v2i_spd_subject s = {.speed_mps = fm_hypot(self->vx_mps, self->vy_mps)};
    for (uint32_t i = 0; i < ego->notice_count; i++) {
        double aside, ahead = notices_ahead_m(e, &ego->notices[i], self, &aside);
        if (ahead > 0 && ego->notices[i].advice_mps > 0 &&
            (!s.advice || ahead < s.distance_m)) {
            s.advice = true;
            s.advice_mps = ego->notices[i].advice_mps;
            s.distance_m = ahead;
        }
    }
    return s;
}
