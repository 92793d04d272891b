/* SPDX-License-Identifier: Apache-2.0 */
/* Signals and their controllers. In: a checked tree. Out: plans. */
#include <string.h>

#include "scenarios/bind.h"
#include "scenarios/check.h"
#include "scenarios/map.h"

static void bind_phases(struct scenario *s, const struct yaml_node *item,
                        struct scenario_signal *signal, struct scenario_problems *problems)
{
    static const enum phase colours[] = {PHASE_STOP_AND_REMAIN, PHASE_PROTECTED_MOVEMENT,
                                         PHASE_PROTECTED_CLEARANCE};
    const struct yaml_node *list = yaml_get(item, "phases");
    struct scenario_phase *phases =
        list ? arena_take(&s->arena, (list->count + 1) * sizeof *phases) : NULL;
    if (!phases || list->count == 0 || list->count > 64) {
        check_problem(problems, list ? list : item, "signals: 1 to 64 phases expected");
        return;
    }
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        struct scenario_phase *p = &phases[signal->phase_count++];
        int phase = value_enum(n, "signals[].phases[]", "phase");
        p->phase = phase < PHASE_COUNT ? (enum phase)phase : colours[phase - PHASE_COUNT];
        p->duration_s = value_number(n, "signals[].phases[]", "duration_s");
        signal->cycle_s += p->duration_s;
    }
    signal->phases = phases;
}

static void bind_signal(struct scenario *s, const struct yaml_node *n,
                        struct scenario_problems *problems)
{
    struct scenario_signal signal = {.id = value_text(n, "signals[]", "id"),
                                     .controller = CONTROLLER_NONE};
    signal.group = value_has(n, "group") ? (uint8_t)value_number(n, "signals[]", "group")
                                         : (uint8_t)(s->signal_count + 1);
    signal.actuated = value_enum(n, "signals[]", "plan") == 1;
    signal.offset_s = value_number(n, "signals[]", "offset_s");
    if (!signal.actuated) {
        bind_phases(s, n, &signal, problems);
    } else if (value_has(n, "phases")) {
        check_problem(problems, yaml_get(n, "phases"),
                      "signals: %s: a controller rules it; no phases expected", signal.id);
    }
    for (uint32_t i = 0; i < s->signal_count; i++) {
        if (strcmp(s->signals[i].id, signal.id) == 0 ||
            s->signals[i].group == signal.group) {
            check_problem(problems, n, "signals: id %s or group %u given twice", signal.id,
                          signal.group);
        }
    }
    s->signals[s->signal_count++] = signal;
}

static struct scenario_signal *signal_of(struct scenario *s, const char *id)
{
    for (uint32_t i = 0; i < s->signal_count; i++) {
        if (strcmp(s->signals[i].id, id) == 0) {
            return &s->signals[i];
        }
    }
    return NULL;
}

/* What the signals of one list show in a stage; `slots` are those of the controller. */
static void bind_shown(struct scenario *s, const struct yaml_node *stage, const char *key,
                       enum phase phase, uint32_t controller, uint8_t *shown,
                       struct scenario_problems *problems)
{
    const struct yaml_node *list = yaml_get(stage, key);
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        const struct scenario_signal *signal = signal_of(s, n->text);
        if (!signal || signal->controller != controller) {
            check_problem(problems, n, "%s = %s: not a signal of this controller", key,
                          n->text);
        } else if (shown[signal->slot] != PHASE_STOP_AND_REMAIN) {
            check_problem(problems, n, "%s = %s: shows something else in this stage", key,
                          n->text);
        } else {
            shown[signal->slot] = (uint8_t)phase;
        }
    }
}

static void bind_stage(struct scenario *s, const struct yaml_node *n, uint32_t controller,
                       uint32_t signals, struct scenario_stage *stage,
                       struct scenario_problems *problems)
{
    static const char at[] = "controllers[].stages[]";
    uint8_t *shown = arena_take(&s->arena, signals + 1);
    stage->least_s = value_number(n, at, "min_s");
    stage->most_s = value_has(n, "max_s") ? value_number(n, at, "max_s") : stage->least_s;
    if (stage->most_s < stage->least_s) {
        check_problem(problems, yaml_get(n, "max_s"), "max_s: at least min_s expected");
    }
    if (!shown) {
        check_problem(problems, n, "controllers: no memory");
        return;
    }
    memset(shown, PHASE_STOP_AND_REMAIN, signals);
    bind_shown(s, n, "green", PHASE_PROTECTED_MOVEMENT, controller, shown, problems);
    bind_shown(s, n, "permissive", PHASE_PERMISSIVE_MOVEMENT, controller, shown, problems);
    bind_shown(s, n, "yellow", PHASE_PROTECTED_CLEARANCE, controller, shown, problems);
    stage->shown = shown;
}

static void bind_controller(struct scenario *s, const struct yaml_node *node,
                            uint32_t index, struct scenario_problems *problems)
{
    static const char at[] = "controllers[]";
    struct scenario_controller *c = &s->controllers[index];
    const struct yaml_node *signals = yaml_get(node, "signals");
    const struct yaml_node *stages = yaml_get(node, "stages");
    struct scenario_stage *all = arena_take(&s->arena, (stages->count + 1) * sizeof *all);
    *c = (struct scenario_controller){.id = value_text(node, at, "id"),
                                      .gap_s = value_number(node, at, "gap_s"),
                                      .detector_s = value_number(node, at, "detector_s"),
                                      .stages = all};
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(s->controllers[i].id, c->id) == 0) {
            check_problem(problems, yaml_get(node, "id"), "id = %s: given twice", c->id);
        }
    }
    for (const struct yaml_node *n = signals->first; n; n = n->next) {
        struct scenario_signal *signal = signal_of(s, n->text);
        if (!signal || !signal->actuated) {
            check_problem(problems, n, "signals = %s: no signal with plan: actuated",
                          n->text);
        } else if (signal->controller != CONTROLLER_NONE) {
            check_problem(problems, n, "signals = %s: has a controller already", n->text);
        } else {
            signal->controller = index;
            signal->slot = c->signal_count++;
        }
    }
    if (stages->count == 0 || stages->count > CONTROLLER_STAGES_MOST || !all) {
        check_problem(problems, stages, "controllers: 1 to %d stages expected",
                      CONTROLLER_STAGES_MOST);
        return;
    }
    for (const struct yaml_node *n = stages->first; n; n = n->next) {
        bind_stage(s, n, index, c->signal_count, &all[c->stage_count++], problems);
    }
}

void bind_signals(struct scenario *s, const struct yaml_node *root,
                  struct scenario_problems *problems)
{
    const struct yaml_node *list = yaml_get(root, "signals");
    const struct yaml_node *rules = yaml_get(root, "controllers");
    if (list) {
        s->signals = arena_take(&s->arena, (list->count + 1) * sizeof *s->signals);
    }
    if (list && (list->count > 254 || !s->signals)) {
        check_problem(problems, list, "signals: at most 254");
        return;
    }
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        bind_signal(s, n, problems);
    }
    if (rules) {
        s->controllers = arena_take(&s->arena, (rules->count + 1) * sizeof *s->controllers);
    }
    for (const struct yaml_node *n = s->controllers ? rules->first : NULL; n; n = n->next) {
        bind_controller(s, n, s->controller_count, problems);
        s->controller_count++;
    }
    for (uint32_t i = 0; i < s->signal_count; i++) {
        if (s->signals[i].actuated && s->signals[i].controller == CONTROLLER_NONE) {
            check_problem(problems, list, "signals: %s: no controller rules it",
                          s->signals[i].id);
        }
    }
}
