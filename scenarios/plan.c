/* SPDX-License-Identifier: Apache-2.0 */
/* Signal plans. In: plans, who is on detectors, a time. Out: the phase and its ends. */
#include "scenarios/plan.h"

#include "scenarios/map.h"

static int64_t ns(double s)
{
    return span_from_s(s).ns;
}

static struct plan_state fixed_at(const struct scenario_signal *signal, int64_t t_ns)
{
    int64_t cycle = 0;
    for (uint32_t i = 0; i < signal->phase_count; i++) {
        cycle += ns(signal->phases[i].duration_s);
    }
    int64_t into = (t_ns - ns(signal->offset_s)) % cycle;
    into += into < 0 ? cycle : 0;
    int64_t begin = t_ns - into;
    for (uint32_t i = 0;; i++) {
        int64_t length = ns(signal->phases[i].duration_s);
        if (into < length || i + 1 == signal->phase_count) {
            return (struct plan_state){signal->phases[i].phase, begin, begin + length,
                                       begin + length};
        }
        into -= length;
        begin += length;
    }
}

/* The stage that stands at t, since when; ahead of the present by least times. */
static struct plan_switch stage_at(const struct plans *p, uint32_t controller, int64_t t_ns)
{
    const struct plan_control *c = &p->controls[controller];
    const struct scenario_controller *rule = &p->scenario->controllers[controller];
    uint32_t oldest = c->count > PLAN_PAST ? c->count - PLAN_PAST : 0;
    uint32_t at = c->count - 1;
    while (at > oldest && c->past[at % PLAN_PAST].at_ns > t_ns) {
        at--;
    }
    struct plan_switch now = c->past[at % PLAN_PAST];
    while (at + 1 == c->count) {
        int64_t end = now.at_ns + ns(rule->stages[now.stage].least_s);
        end = end > p->t_ns ? end : p->t_ns; /* it stands still now */
        if (t_ns <= p->t_ns || t_ns < end) {
            break;
        }
        now = (struct plan_switch){end, (now.stage + 1) % rule->stage_count};
    }
    return now;
}

/* Stages one after the other that show the same are one phase of the signal. */
static struct plan_state actuated_at(const struct plans *p,
                                     const struct scenario_signal *signal, int64_t t_ns)
{
    const struct scenario_controller *rule = &p->scenario->controllers[signal->controller];
    struct plan_switch now = stage_at(p, signal->controller, t_ns);
    uint8_t shown = rule->stages[now.stage].shown[signal->slot];
    struct plan_state state = {(enum phase)shown, now.at_ns, now.at_ns, now.at_ns};
    for (uint32_t i = 0; i < rule->stage_count; i++) {
        const struct scenario_stage *stage =
            &rule->stages[(now.stage + i) % rule->stage_count];
        if (stage->shown[signal->slot] != shown) {
            break;
        }
        state.end_ns += ns(stage->least_s);
        state.end_ns = i == 0 && state.end_ns < t_ns ? t_ns : state.end_ns;
        state.latest_ns += ns(stage->most_s);
    }
    while (state.since_ns > 0) { /* back to where it began to show this */
        struct plan_switch before = stage_at(p, signal->controller, state.since_ns - 1);
        if (rule->stages[before.stage].shown[signal->slot] != shown ||
            before.at_ns >= state.since_ns) {
            break;
        }
        state.since_ns = before.at_ns;
    }
    return state;
}

struct plan_state plan_at(const struct plans *p, uint32_t signal, int64_t t_ns)
{
    const struct scenario_signal *s = &p->scenario->signals[signal];
    return s->actuated ? actuated_at(p, s, t_ns) : fixed_at(s, t_ns);
}

/* A detector on every lane from which a signal of this controller leads on. */
static int place_detectors(struct plans *p, uint32_t controller, struct arena *arena,
                           struct fail *fail)
{
    const struct map *map = p->scenario->map;
    const struct scenario_controller *rule = &p->scenario->controllers[controller];
    struct plan_control *c = &p->controls[controller];
    uint32_t most = 0;
    for (uint32_t i = 0; i < map->lane_count; i++) {
        most += map->lanes[i].connection && map->lanes[i].signal >= 0;
    }
    c->detectors = arena_take(arena, (most + 1) * sizeof *c->detectors);
    if (!c->detectors) {
        return fail_set(fail, RESULT_MEMORY, "%s: no memory for detectors", rule->id);
    }
    for (uint32_t i = 0; i < map->lane_count; i++) {
        const struct map_lane *way = &map->lanes[i];
        const struct scenario_signal *signal =
            way->connection && way->signal >= 0 ? &p->scenario->signals[way->signal] : NULL;
        if (!signal || signal->controller != controller || way->from == MAP_NONE) {
            continue;
        }
        const struct map_lane *lane = &map->lanes[way->from];
        struct plan_detector *d = &c->detectors[c->detector_count++];
        d->lane = way->from;
        d->at_m = lane->stop_m - rule->detector_s * lane->speed_mps;
        d->at_m = d->at_m < 0 ? 0 : d->at_m;
        for (uint32_t k = 0; k < rule->stage_count; k++) {
            uint8_t shown = rule->stages[k].shown[signal->slot];
            bool goes =
                shown == PHASE_PROTECTED_MOVEMENT || shown == PHASE_PERMISSIVE_MOVEMENT;
            d->stages |= (uint64_t)goes << k;
        }
    }
    return 0;
}

int plans_init(struct plans *p, const struct scenario *scenario, struct arena *arena,
               struct fail *fail)
{
    uint32_t n = scenario->controller_count;
    *p = (struct plans){.scenario = scenario};
    p->controls = arena_take(arena, (n + 1) * sizeof *p->controls);
    if (!p->controls) {
        return fail_set(fail, RESULT_MEMORY, "no memory for controllers");
    }
    for (uint32_t i = 0; i < n; i++) {
        int result = place_detectors(p, i, arena, fail);
        if (result != 0) {
            return result;
        }
    }
    plans_rewind(p);
    return 0;
}

void plans_rewind(struct plans *p)
{
    p->t_ns = 0;
    for (uint32_t i = 0; i < p->scenario->controller_count; i++) {
        p->controls[i].past[0] = (struct plan_switch){0, 0};
        p->controls[i].count = 1;
        p->controls[i].passed_ns = 0;
    }
}

void plans_detect(struct plans *p, uint32_t controller, uint32_t detector, int64_t t_ns)
{
    struct plan_control *c = &p->controls[controller];
    uint32_t stage = c->past[(c->count - 1) % PLAN_PAST].stage;
    if (c->detectors[detector].stages >> stage & 1) {
        c->passed_ns = t_ns;
    }
}

void plans_step(struct plans *p, int64_t t_ns)
{
    p->t_ns = t_ns;
    for (uint32_t i = 0; i < p->scenario->controller_count; i++) {
        const struct scenario_controller *rule = &p->scenario->controllers[i];
        struct plan_control *c = &p->controls[i];
        struct plan_switch now = c->past[(c->count - 1) % PLAN_PAST];
        const struct scenario_stage *stage = &rule->stages[now.stage];
        int64_t stood = t_ns - now.at_ns;
        if (stood >= ns(stage->most_s) ||
            (stood >= ns(stage->least_s) && t_ns - c->passed_ns >= ns(rule->gap_s))) {
            c->past[c->count++ % PLAN_PAST] =
                (struct plan_switch){t_ns, (now.stage + 1) % rule->stage_count};
            c->passed_ns = t_ns;
        }
    }
}
