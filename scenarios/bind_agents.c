/* SPDX-License-Identifier: Apache-2.0 */
/* Agents and infrastructure of a scenario. In: a checked tree. Out: struct scenario_agent.
 */
#include <string.h>

#include "base/fmath.h"
#include "scenarios/bind.h"
#include "scenarios/check.h"
#include "scenarios/map.h"

static const char at[] = "agents[]";

#define RADIO_ALL ((1u << TECH_COUNT) - 1)

static uint32_t radios_of(const struct yaml_node *node, uint32_t otherwise)
{
    const struct yaml_node *list = yaml_get(node, "radio");
    uint32_t radios = 0;
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        radios |= 1u << fields_name(fields_technologies, n->text) | 1u << TECH_IDEAL;
    }
    return list ? radios : otherwise;
}

/* 0, 1, 2 of the table: SAE, ETSI, both. */
static uint32_t standards_of(const struct yaml_node *root, const struct yaml_node *node,
                             const char *prefix)
{
    int own = value_has(node, "standard") ? value_enum(node, prefix, "standard")
                                          : value_enum(root, "", "standard");
    return (uint32_t)own + 1;
}

static double number_or(const struct yaml_node *node, const char *key, double otherwise)
{
    return value_has(node, key) ? value_number(node, at, key) : otherwise;
}

static void bind_trigger(struct scenario *s, const struct yaml_node *node,
                         const char *prefix, uint32_t self,
                         struct scenario_trigger *trigger,
                         struct scenario_problems *problems)
{
    bool time = value_has(node, "time_s");
    bool ttc = value_has(node, "ego_ttc_s");
    bool sees = value_has(node, "sees");
    bool place = value_pair(node, "at", trigger->at_m);
    bool near = value_has(node, "ttc_s");
    if (time + ttc + near + sees + place != 1) {
        check_problem(problems, node,
                      "%s: exactly one of time_s, ego_ttc_s, ttc_s, at, sees expected",
                      prefix);
    }
    trigger->when = time   ? WHEN_TIME
                    : ttc  ? WHEN_EGO_TTC
                    : near ? WHEN_TTC
                    : sees ? WHEN_SEES
                           : WHEN_PLACE;
    trigger->time_s = value_number(node, prefix, "time_s");
    trigger->ttc_s = value_number(node, prefix, near ? "ttc_s" : "ego_ttc_s");
    trigger->within_m = value_number(node, prefix, "within_m");
    trigger->agent = self;
    if (sees) {
        trigger->agent = scenario_agent_index(s, value_text(node, prefix, "sees"));
    } else if (value_has(node, "agent")) {
        trigger->agent = scenario_agent_index(s, value_text(node, prefix, "agent"));
    } else if (ttc || near) {
        trigger->agent = AGENT_NONE;
        for (uint32_t i = s->agent_count; i-- > 0;) {
            trigger->agent = s->agents[i].ego ? i : trigger->agent;
        }
    }
    if (trigger->agent == AGENT_NONE) {
        check_problem(problems, node, "%s: no such agent, or no ego", prefix);
    } else if ((ttc || near || sees) && trigger->agent == self) {
        check_problem(problems, node, "%s: an agent cannot approach itself; name another",
                      prefix);
    }
}

static void bind_route(struct scenario *s, const struct yaml_node *list,
                       struct scenario_agent *a, struct scenario_problems *problems)
{
    uint32_t route[MAP_ROUTE_MOST];
    uint32_t count = 0;
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        uint32_t lane = map_find(s->map, n->text);
        if (lane == MAP_NONE) {
            check_problem(problems, n, "route = %s: the map has no such lane", n->text);
            return;
        }
        uint32_t more =
            count == 0 ? 1 : map_route(s->map, route[count - 1], lane, route, count);
        if (more == MAP_NONE) {
            check_problem(problems, n, "route = %s: no way there from %s", n->text,
                          s->map->lanes[route[count - 1]].id);
            return;
        }
        route[0] = count == 0 ? lane : route[0];
        count = more;
    }
    uint32_t *copy = arena_take(&s->arena, (count + 1) * sizeof *copy);
    if (count == 0 || !copy) {
        check_problem(problems, list, "route: at least one lane expected");
        return;
    }
    memcpy(copy, route, count * sizeof *copy);
    a->route = copy;
    a->route_count = count;
    double length = 0;
    for (uint32_t i = 0; i < count; i++) {
        length += s->map->lanes[route[i]].path.length_m;
    }
    if (a->start_m > length) {
        check_problem(problems, list, "start_m = %g: the route is %g m long", a->start_m,
                      length);
    }
}

static void bind_course(struct scenario *s, const struct yaml_node *node,
                        struct scenario_agent *a, struct scenario_problems *problems)
{
    const struct yaml_node *route = yaml_get(node, "route");
    const struct yaml_node *path = yaml_get(node, "path_m");
    const struct yaml_node *trajectory = yaml_get(node, "trajectory");
    bool stands = value_pair(node, "at_m", a->at_m);
    bool towed = value_has(node, "towed_by");
    a->towed_by = AGENT_NONE;
    if ((route != NULL) + (path != NULL) + (trajectory != NULL) + stands + towed != 1) {
        check_problem(
            problems, node,
            "%s: exactly one of route, path_m, trajectory, at_m, towed_by expected", a->id);
        return;
    }
    if (towed) {
        a->course = COURSE_TOWED;
        a->towed_by = scenario_agent_index(s, value_text(node, at, "towed_by"));
        if (a->towed_by == AGENT_NONE || &s->agents[a->towed_by] >= a) {
            check_problem(problems, yaml_get(node, "towed_by"),
                          "towed_by = %s: no such agent before this one",
                          value_text(node, at, "towed_by"));
            a->towed_by = 0;
        }
        return;
    }
    a->course = COURSE_STANDS;
    a->yaw_rad = value_number(node, at, "yaw_deg") * FM_PI / 180;
    if (route) {
        a->course = COURSE_ROUTE;
        bind_route(s, route, a, problems);
        return;
    }
    const struct yaml_node *list = path ? path : trajectory;
    if (!list) {
        return;
    }
    a->course = path ? COURSE_PATH : COURSE_TRAJECTORY;
    a->points_m = value_points(list, &s->arena, trajectory != NULL, &a->times_s);
    a->point_count = a->points_m ? list->count : 0;
    double length = 0;
    for (uint32_t i = 1; i < a->point_count; i++) {
        length += fm_hypot(a->points_m[i][0] - a->points_m[i - 1][0],
                           a->points_m[i][1] - a->points_m[i - 1][1]);
    }
    if (path && (length < 0.1 || a->start_m > length)) {
        check_problem(problems, list,
                      "path_m: %g m long; at least 0.1 m and start_m expected", length);
    }
}

static void bind_sensor_names(struct scenario *s, const struct yaml_node *node,
                              struct scenario_agent *a, struct scenario_problems *problems)
{
    const struct yaml_node *list = yaml_get(node, "sensors");
    uint16_t *sensors =
        list ? arena_take(&s->arena, (list->count + 1) * sizeof *sensors) : NULL;
    if (list && list->count > SENSORS_PER_EGO_MOST) {
        check_problem(problems, list, "sensors: at most %d per agent",
                      SENSORS_PER_EGO_MOST);
        return;
    }
    for (const struct yaml_node *n = sensors ? list->first : NULL; n; n = n->next) {
        uint32_t i = 0;
        while (i < s->sensor_count && strcmp(s->sensors[i].name, n->text) != 0) {
            i++;
        }
        if (i == s->sensor_count) {
            check_problem(problems, n, "sensors = %s: no such sensor", n->text);
        } else {
            sensors[a->sensor_count++] = (uint16_t)i;
        }
    }
    a->sensors = sensors;
}

static double usual_speed(struct scenario *s, const struct scenario_agent *a)
{
    static const double on_foot = 1.4, riding = 4.5, road = 13.9;
    if (a->kind >= KIND_PEDESTRIAN && a->kind <= KIND_WHEELCHAIR) {
        return on_foot;
    }
    if (kinds_is_vru(a->kind)) {
        return riding;
    }
    return a->route_count > 0 ? s->map->lanes[a->route[0]].speed_mps : road;
}

static void bind_agent(struct scenario *s, const struct yaml_node *n,
                       struct scenario_agent *a, struct scenario_problems *problems)
{
    struct kinds_size size = kinds_size(a->kind);
    const struct yaml_node *phone = yaml_get(n, "phone");
    a->behaviour = (enum scenario_behaviour)value_enum(n, at, "behaviour");
    a->appears_on_trigger = value_enum(n, at, "appears") == 1;
    a->start_m = value_number(n, at, "start_m");
    a->offset_m = value_number(n, at, "offset_m");
    bind_course(s, n, a, problems);
    a->speed_mps = number_or(n, "speed_mps", usual_speed(s, a));
    a->initial_mps =
        number_or(n, "initial_mps", value_has(n, "start_when") ? 0 : a->speed_mps);
    a->reaction_s = value_number(n, at, "reaction_s");
    a->accept_gap_s = value_number(n, at, "accept_gap_s");
    a->headway_s = value_number(n, at, "headway_s");
    a->length_m = number_or(n, "length_m", size.length_m);
    a->width_m = number_or(n, "width_m", size.width_m);
    a->height_m = number_or(n, "height_m", size.height_m);
    a->mass_kg = number_or(n, "mass_kg", size.mass_kg);
    a->duty_cycle = 1;
    if (phone) {
        a->gnss = (enum scenario_gnss)value_enum(phone, "agents[].phone", "gnss");
        a->clock = (enum scenario_clock)value_enum(phone, "agents[].phone", "clock");
        a->saves = value_has(phone, "battery_saver_s");
        a->saver_from_s = value_number(phone, "agents[].phone", "battery_saver_s");
        a->phone =
            (enum scenario_placement)value_enum(phone, "agents[].phone", "placement");
        a->duty_cycle = value_number(phone, "agents[].phone", "duty_cycle");
    }
    a->radios = radios_of(n, kinds_is_vru(a->kind) && !phone ? 0 : RADIO_ALL);
    a->smooth = value_bool(n, at, "smooth");
    a->responds = value_has(n, "responds_to") ? 0 : RESPONDS_ALL;
    const struct yaml_node *responds = yaml_get(n, "responds_to");
    for (const struct yaml_node *word = responds ? responds->first : NULL; word;
         word = word->next) {
        a->responds |= 1u << fields_name(fields_responds, word->text);
    }
    a->changes_lanes = value_bool(n, at, "lane_change");
    if (value_has(n, "fault")) {
        const struct yaml_node *fault = yaml_get(n, "fault");
        a->fault = (enum sender_fault)value_enum(fault, "agents[].fault", "is");
        a->fault_from_s = value_number(fault, "agents[].fault", "from_s");
    }
    bind_sensor_names(s, n, a, problems);
}

/* Where a stop, a shift or a change of lanes leads. */
static void bind_place(struct scenario *s, const struct yaml_node *n,
                       const struct scenario_agent *self, struct scenario_action *action,
                       struct scenario_problems *problems)
{
    static const char prefix[] = "agents[].actions[]";
    bool moves = self->course == COURSE_ROUTE || self->course == COURSE_PATH;
    bool place = value_pair(n, "place_m", action->place_m);
    action->to_m = value_number(n, prefix, "to_m");
    action->over_s = value_number(n, prefix, "over_s");
    action->margin_m = value_number(n, prefix, "margin_m");
    action->before = AGENT_NONE;
    action->lane = MAP_NONE;
    if (action->what >= DO_STOP && !moves) {
        check_problem(problems, n,
                      "actions: stop, shift and lane need a route or a path_m");
    }
    if (value_has(n, "before")) {
        action->before = scenario_agent_index(s, value_text(n, prefix, "before"));
    }
    if (action->what == DO_STOP && (action->before == AGENT_NONE) != place) {
        check_problem(problems, n, "actions: stop needs one of before (an agent), place_m");
    }
    if (value_has(n, "lane")) {
        action->lane = map_find(s->map, value_text(n, prefix, "lane"));
    }
    if (action->what == DO_LANE &&
        (action->lane == MAP_NONE || self->course != COURSE_ROUTE)) {
        check_problem(problems, n, "actions: lane needs a lane of the map, and a route");
    }
}

static void bind_actions(struct scenario *s, const struct yaml_node *node, uint32_t self,
                         struct scenario_problems *problems)
{
    static const char prefix[] = "agents[].actions[]";
    const struct yaml_node *list = yaml_get(node, "actions");
    struct scenario_action *actions =
        list ? arena_take(&s->arena, (list->count + 1) * sizeof *actions) : NULL;
    if (value_has(node, "start_when")) {
        bind_trigger(s, yaml_get(node, "start_when"), "agents[].start_when", self,
                     &s->agents[self].start, problems);
    }
    if (list && list->count > 32) {
        check_problem(problems, list, "actions: at most 32 per agent");
        return;
    }
    for (const struct yaml_node *n = actions ? list->first : NULL; n; n = n->next) {
        struct scenario_action *action = &actions[s->agents[self].action_count++];
        action->what = (enum scenario_do)value_enum(n, prefix, "do");
        action->decel_mps2 = value_number(n, prefix, "decel_mps2");
        action->to_mps = value_number(n, prefix, "to_mps");
        action->hold_s = value_number(n, prefix, "hold_s");
        bind_place(s, n, &s->agents[self], action, problems);
        bind_trigger(s, yaml_get(n, "when"), "agents[].actions[].when", self,
                     &action->trigger, problems);
    }
    s->agents[self].actions = actions;
}

static void bind_rsu(const struct yaml_node *n, struct scenario_agent *a)
{
    struct kinds_size size = kinds_size(KIND_RSU);
    const struct yaml_node *sends = yaml_get(n, "sends");
    bool centre = value_enum(n, "infrastructure[]", "kind") == 1;
    a->kind = centre ? KIND_CENTRE : KIND_RSU;
    a->mast_fault = (enum scenario_mast_fault)value_enum(n, "infrastructure[]", "fault");
    a->towed_by = AGENT_NONE;
    a->course = COURSE_STANDS;
    (void)value_pair(n, "at_m", a->at_m);
    a->length_m = size.length_m;
    a->width_m = size.width_m;
    a->height_m = value_number(n, "infrastructure[]", "height_m");
    a->mass_kg = size.mass_kg;
    a->duty_cycle = 1;
    a->radios = radios_of(n, centre ? 1u << TECH_UU | 1u << TECH_IDEAL : RADIO_ALL);
    for (const struct yaml_node *word = sends ? sends->first : NULL; word;
         word = word->next) {
        a->sends |= 1u << fields_name(fields_sends, word->text);
    }
}

static void take_id(struct scenario *s, const struct yaml_node *n,
                    struct scenario_problems *problems)
{
    const char *id = value_text(n, at, "id");
    if (scenario_agent_index(s, id) != AGENT_NONE) {
        check_problem(problems, yaml_get(n, "id"), "id = %s: given twice", id);
    }
    struct scenario_agent *a = &s->agents[s->agent_count++];
    a->id = id;
    a->kind = (enum sender_kind)value_enum(n, at, "kind");
    a->ego = value_bool(n, at, "ego");
}

void bind_agents(struct scenario *s, const struct yaml_node *root,
                 struct scenario_problems *problems)
{
    const struct yaml_node *agents = yaml_get(root, "agents");
    const struct yaml_node *masts = yaml_get(root, "infrastructure");
    uint32_t count = agents->count + (masts ? masts->count : 0);
    if (count == 0 || count > SCENARIO_AGENTS_MOST) {
        check_problem(problems, agents, "agents: 1 to %d expected, with infrastructure",
                      SCENARIO_AGENTS_MOST);
        return;
    }
    s->agents = arena_take(&s->arena, count * sizeof *s->agents);
    if (!s->agents) {
        check_problem(problems, agents, "agents: no memory");
        return;
    }
    for (const struct yaml_node *n = agents->first; n; n = n->next) {
        take_id(s, n, problems);
    }
    for (const struct yaml_node *n = masts ? masts->first : NULL; n; n = n->next) {
        take_id(s, n, problems);
    }
    uint32_t i = 0;
    for (const struct yaml_node *n = agents->first; n; n = n->next, i++) {
        bind_agent(s, n, &s->agents[i], problems);
        s->agents[i].standards = standards_of(root, n, at);
        bind_actions(s, n, i, problems);
    }
    for (const struct yaml_node *n = masts ? masts->first : NULL; n; n = n->next, i++) {
        bind_rsu(n, &s->agents[i]);
        s->agents[i].standards = standards_of(root, n, "infrastructure[]");
    }
}
