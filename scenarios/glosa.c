/* SPDX-License-Identifier: Apache-2.0 */
/* Speed advice. In: SPAT as received. Out: speeds. */
#include "scenarios/glosa.h"

#define AFTER_NS TIME_NS_PER_S /* the line is reached that long after green begins */
#define CLEAR_NS                                                                           \
    (4 * TIME_NS_PER_S) /* and that long before red does: yellow is between                \
                         */

static bool is_green(uint8_t phase)
{
    return phase == MESSAGE_PHASE_PERMISSIVE_MOVEMENT ||
           phase == MESSAGE_PHASE_PROTECTED_MOVEMENT;
}

static bool is_red(uint8_t phase)
{
    return phase == MESSAGE_PHASE_STOP_AND_REMAIN || phase == MESSAGE_PHASE_PRE_MOVEMENT;
}

/* A time mark is seconds into an hour: the instant nearest to now that has them. */
static int64_t instant_of(const struct motion *m, struct tai heard, double mark_s)
{
    static const double hour_s = 3600;
    int64_t hour_ns = 3600 * TIME_NS_PER_S;
    double now_s = (double)(utc_from_tai(heard).ns % hour_ns) / 1e9;
    double ahead_s = mark_s - now_s;
    ahead_s += ahead_s < -hour_s / 2 ? hour_s : ahead_s > hour_s / 2 ? -hour_s : 0;
    return m->t_ns + span_from_s(ahead_s).ns;
}

static void hear_movement(const struct motion *m, const struct percept *p,
                          const struct message_movement *said, struct glosa_told *told)
{
    bool timed = said->known & MESSAGE_MIN_END;
    *told = (struct glosa_told){.known = timed,
                                .has_next = (said->known & MESSAGE_NEXT) != 0,
                                .phase = said->phase,
                                .heard_ns = m->t_ns};
    if (timed) {
        told->end_ns = instant_of(m, p->t_avail, said->min_end_s);
        told->latest_ns = said->known & MESSAGE_MAX_END
                              ? instant_of(m, p->t_avail, said->max_end_s)
                              : told->end_ns;
        told->next_ns = told->has_next ? instant_of(m, p->t_avail, said->next_s) : 0;
    }
}

void glosa_hear(struct motion *m, const struct percept *p)
{
    struct glosa_told *told = m->movers[p->receiver_idx].told;
    const struct scenario *s = m->scenario;
    if (!told || !p->message) {
        return;
    }
    const struct message_spat *spat = &p->message->spat;
    for (uint8_t i = 0; i < spat->intersection_count; i++) {
        const struct message_intersection *x = &spat->intersections[i];
        if (x->id != s->map->intersection_id || x->revision != 0) { /* our MAP's is 0 */
            continue;
        }
        for (uint8_t k = 0; k < x->movement_count; k++) {
            for (uint32_t signal = 0; signal < s->signal_count; signal++) {
                if (s->signals[signal].group == x->movements[k].signal_group) {
                    hear_movement(m, p, &x->movements[k], &told[signal]);
                }
            }
        }
    }
}

/* NULL: nothing that is still good. */
static const struct glosa_told *told_of(const struct motion *m,
                                        const struct motion_mover *v, uint32_t signal)
{
    const struct glosa_told *told = v->told ? &v->told[signal] : NULL;
    bool good =
        told && told->known && m->t_ns - told->heard_ns <= span_from_s(GLOSA_MEMORY_S).ns;
    return good ? told : NULL;
}

double glosa_speed(const struct glosa_told *told, int64_t t_ns, double distance_m,
                   double wish_mps)
{
    int64_t reach_ns =
        t_ns + (int64_t)(1e9 * distance_m / (wish_mps > 0.1 ? wish_mps : 0.1));
    bool green = is_green(told->phase);
    if (green && reach_ns < told->end_ns - AFTER_NS) {
        return wish_mps;
    }
    if ((!green && !is_red(told->phase)) || (green && !told->has_next)) {
        return -1;
    }
    int64_t open_ns = (green ? told->next_ns : told->latest_ns) + AFTER_NS;
    if (reach_ns >= open_ns) { /* red says when it comes again: until then it is green */
        bool lasts = !green && told->has_next && reach_ns < told->next_ns - CLEAR_NS;
        return lasts || (!green && !told->has_next) ? wish_mps : -1;
    }
    double speed =
        open_ns > t_ns ? distance_m / ((double)(open_ns - t_ns) / 1e9) : wish_mps;
    speed = speed < wish_mps ? speed : wish_mps;
    return speed >= GLOSA_LEAST * wish_mps ? speed : -1;
}

bool glosa_arrives_on_green(const struct motion *m, const struct motion_mover *v,
                            uint32_t signal, double in_s)
{
    const struct glosa_told *told = told_of(m, v, signal);
    if (!told || !(in_s < 120)) {
        return false;
    }
    int64_t at_ns = m->t_ns + (int64_t)(1e9 * in_s);
    if (is_green(told->phase)) {
        return at_ns < told->end_ns ||
               (told->has_next && at_ns > told->next_ns + AFTER_NS / 4);
    }
    return is_red(told->phase) && at_ns > told->latest_ns + AFTER_NS / 4 &&
           !(told->has_next && at_ns >= told->next_ns - CLEAR_NS);
}

bool glosa_prepares_to_stop(const struct motion *m, const struct motion_mover *v,
                            uint32_t signal, double distance_m)
{
    const struct glosa_told *told = told_of(m, v, signal);
    double pace = v->speed_mps > 1 ? v->speed_mps : 1;
    return told && is_green(told->phase) &&
           m->t_ns + (int64_t)(1e9 * distance_m / pace) > told->end_ns &&
           glosa_speed(told, m->t_ns, distance_m, v->wish_mps) < 0;
}

double glosa_advice(const struct motion *m, uint32_t agent)
{
    const struct motion_mover *v = &m->movers[agent];
    const struct map *map = m->scenario->map;
    uint32_t lane = v->legs[v->leg].lane;
    if (lane == MAP_NONE || v->leg + 1 == v->leg_count || map->lanes[lane].stop_m < 0) {
        return -1;
    }
    int signal = map->lanes[v->legs[v->leg + 1].lane].signal;
    double left = map->lanes[lane].stop_m - v->s_m - 0.5 * v->who->length_m;
    const struct glosa_told *told = signal < 0 ? NULL : told_of(m, v, (uint32_t)signal);
    return !told || left < 1 ? -1 : glosa_speed(told, m->t_ns, left, v->wish_mps);
}
