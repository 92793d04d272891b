/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of a scenario but its agents. In: a checked tree. Out: struct scenario. */
#include "scenarios/bind.h"

#include <stdio.h>
#include <string.h>

#include "base/fmath.h"
#include "scenarios/check.h"
#include "scenarios/impairments.h"
#include "scenarios/map.h"
#include "scenarios/profile.h"

static const struct yaml_node *items(const struct yaml_node *root, const char *key)
{
    const struct yaml_node *list = yaml_get(root, key);
    return list ? list->first : NULL;
}

static void bind_top(struct scenario *s, const struct yaml_node *root)
{
    const struct yaml_node *origin = yaml_get(root, "origin");
    const struct yaml_node *expect = yaml_get(root, "expect");
    s->name = value_text(root, "", "name");
    s->caption = value_text(root, "", "caption");
    const struct yaml_node *conditions = yaml_get(root, "conditions");
    s->weather = value_text(conditions, "conditions", "weather");
    s->light_told = value_text(conditions, "conditions", "light");
    s->origin = geo_origin_init(value_number(origin, "origin", "lat_deg"),
                                value_number(origin, "origin", "lon_deg"),
                                value_number(origin, "origin", "elev_m"));
    (void)time_parse_iso(value_text(root, "", "start"), &s->start);
    s->duration_s = value_number(root, "", "duration_s");
    s->light = (enum light)value_enum(conditions, "conditions", "light");
    s->seed = value_seed(root, "", "seed");
    s->expect_outcome =
        value_has(expect, "outcome") ? value_text(expect, "expect", "outcome") : NULL;
    s->expect_most =
        value_has(expect, "at_most") ? value_text(expect, "expect", "at_most") : NULL;
}

static uint32_t expected_agent(const struct scenario *s, const struct yaml_node *expect,
                               const char *key, struct scenario_problems *problems)
{
    if (!value_has(expect, key)) {
        return SCENARIO_EGO_ANY;
    }
    const char *id = value_text(expect, "expect", key);
    uint32_t agent = scenario_agent_index(s, id);
    if (agent == AGENT_NONE) {
        check_problem(problems, yaml_get(expect, key), "%s = %s: no such agent", key, id);
    }
    return agent;
}

static void bind_sensors(struct scenario *s, const struct yaml_node *root)
{
    const struct yaml_node *dict = yaml_get(root, "sensors");
    static const char at[] = "sensors{}";
    s->sensors =
        dict ? arena_take(&s->arena, (dict->count + 1) * sizeof *s->sensors) : NULL;
    for (const struct yaml_node *n = s->sensors ? dict->first : NULL; n; n = n->next) {
        s->sensors[s->sensor_count++] = (struct sensor_spec){
            .name = n->key,
            .modality = (enum modality)value_enum(n, at, "modality"),
            .rate_hz = value_number(n, at, "rate_hz"),
            .range_m = value_number(n, at, "range_m"),
            .fov_deg = value_number(n, at, "fov_deg"),
            .mount_yaw_rad = value_number(n, at, "mount_yaw_deg") * FM_PI / 180,
            .mount_x_m = value_number(n, at, "mount_x_m"),
            .mount_y_m = value_number(n, at, "mount_y_m"),
            .mount_z_m = value_number(n, at, "mount_z_m"),
            .latency_ms = value_number(n, at, "latency_ms"),
        };
    }
}

static void add_wall(struct scenario *s, const struct yaml_node *node, double height_m,
                     const double (*points)[2], uint32_t count, bool vehicle,
                     struct scenario_problems *problems)
{
    struct fail fail = {0};
    const char *id = value_text(node, vehicle ? "parked[]" : "buildings[]", "id");
    for (uint32_t i = 0; i < s->walls.count; i++) {
        if (strcmp(s->walls.all[i].id, id) == 0) {
            check_problem(problems, node, "%s: id given twice", id);
        }
    }
    if (!points ||
        walls_add(&s->walls, &s->arena, id, height_m, points, count, vehicle, &fail) != 0) {
        check_problem(problems, node, "%.300s", fail.text);
    }
}

static double size_or(const struct yaml_node *node, const char *prefix, const char *key,
                      double otherwise)
{
    return value_has(node, key) ? value_number(node, prefix, key) : otherwise;
}

static void bind_parked(struct scenario *s, const struct yaml_node *n,
                        struct scenario_problems *problems)
{
    static const double corners[4][2] = {
        {0.5, 0.5}, {-0.5, 0.5}, {-0.5, -0.5}, {0.5, -0.5}};
    static const char at[] = "parked[]";
    struct kinds_size size = kinds_size((enum sender_kind)value_enum(n, at, "kind"));
    double length = size_or(n, at, "length_m", size.length_m);
    double width = size_or(n, at, "width_m", size.width_m);
    double yaw = value_number(n, at, "yaw_deg") * FM_PI / 180;
    double centre[2] = {0, 0};
    double points[4][2];
    (void)value_pair(n, "at_m", centre);
    for (int i = 0; i < 4; i++) {
        double x = corners[i][0] * length;
        double y = corners[i][1] * width;
        points[i][0] = centre[0] + x * fm_cos(yaw) - y * fm_sin(yaw);
        points[i][1] = centre[1] + x * fm_sin(yaw) + y * fm_cos(yaw);
    }
    add_wall(s, n, size_or(n, at, "height_m", size.height_m), (const double(*)[2])points, 4,
             true, problems);
}

static void bind_walls(struct scenario *s, const struct yaml_node *root,
                       struct scenario_problems *problems)
{
    for (const struct yaml_node *n = items(root, "buildings"); n; n = n->next) {
        const struct yaml_node *polygon = yaml_get(n, "polygon_m");
        add_wall(s, n, value_number(n, "buildings[]", "height_m"),
                 value_points(polygon, &s->arena, false, NULL), polygon->count, false,
                 problems);
    }
    for (const struct yaml_node *n = items(root, "parked"); n; n = n->next) {
        bind_parked(s, n, problems);
    }
}

static void bind_impairment(struct scenario *s, const struct yaml_node *n,
                            struct scenario_problems *problems)
{
    struct impairment *im = &s->air.impairments[s->air.impairment_count++];
    impairments_read(n, im, problems);
    if (value_has(n, "agent")) {
        const char *id = value_text(n, IMPAIRMENTS_AT, "agent");
        im->agent = scenario_agent_index(s, id);
        if (im->agent == AGENT_NONE) {
            check_problem(problems, yaml_get(n, "agent"), "agent = %s: no such agent", id);
        }
    }
}

static void bind_tier(struct scenario *s, const struct yaml_node *air,
                      struct scenario_problems *problems)
{
    const struct yaml_node *tier = yaml_get(air, "tier");
    const char *name = tier && tier->kind == YAML_SCALAR ? tier->text : "d0";
    struct fail fail = {0};
    if (tier && tier->kind == YAML_MAP) {
        profile_read(tier, &s->air.tier, problems);
        s->air.tier_index = TIER_CUSTOM;
    } else if (!profile_text(name)) {
        check_problem(problems, tier, "air.tier = %.60s: d0 to d5 or a profile file", name);
    } else if (profile_tier(name, &s->air.tier, &s->air.tier_index, &fail) != 0) {
        check_problem(problems, tier, "air.tier = %s: %.200s", name, fail.text);
    }
}

/* The air knows which parameters there are; here they are only told apart. */
static void bind_radio(struct scenario *s, const struct yaml_node *radio,
                       struct scenario_problems *problems)
{
    if (radio && radio->kind != YAML_MAP) {
        check_problem(problems, radio, "air.radio: a mapping of parameters expected");
        return;
    }
    for (const struct yaml_node *n = radio ? radio->first : NULL; n; n = n->next) {
        struct air_radio_set *set = &s->air.radio_sets[s->air.radio_set_count];
        if (s->air.radio_set_count == AIR_RADIO_SETS_MOST) {
            check_problem(problems, n, "air.radio: at most %d parameters",
                          AIR_RADIO_SETS_MOST);
            return;
        }
        if (n->kind != YAML_SCALAR || strlen(n->key) >= sizeof set->key ||
            strlen(n->text) >= sizeof set->value) {
            check_problem(problems, n, "air.radio.%.40s: a number or a name expected",
                          n->key);
            continue;
        }
        (void)snprintf(set->key, sizeof set->key, "%s", n->key);
        (void)snprintf(set->value, sizeof set->value, "%s", n->text);
        s->air.radio_set_count++;
    }
}

static void bind_air(struct scenario *s, const struct yaml_node *root,
                     struct scenario_problems *problems)
{
    const struct yaml_node *air = yaml_get(root, "air");
    s->air.technology = (enum technology)value_enum(air, "air", "technology");
    s->air.intended_range_m = value_number(air, "air", "intended_range_m");
    s->air.deadline_ms = value_number(air, "air", "deadline_ms");
    s->air.congestion = (enum congestion_control)value_enum(air, "air", "congestion");
    bind_tier(s, air, problems);
    bind_radio(s, yaml_get(air, "radio"), problems);
    const struct yaml_node *list = yaml_get(air, "impairments");
    if (list && list->count > AIR_IMPAIRMENTS_MOST) {
        check_problem(problems, list, "air.impairments: at most %d", AIR_IMPAIRMENTS_MOST);
        return;
    }
    for (const struct yaml_node *n = items(air, "impairments"); n; n = n->next) {
        bind_impairment(s, n, problems);
    }
}

void bind_scenario(struct scenario *s, const struct yaml_node *root,
                   struct scenario_problems *problems)
{
    const struct yaml_node *map = yaml_get(root, "map");
    bind_top(s, root);
    bind_signals(s, root, problems);
    s->map = map_new(&s->arena, map && map->kind == YAML_MAP ? map : NULL, s->signals,
                     s->signal_count, problems);
    bind_sensors(s, root);
    bind_walls(s, root, problems);
    if (s->map) {
        bind_agents(s, root, problems);
        bind_notices(s, root, problems);
        s->expect_ego = expected_agent(s, yaml_get(root, "expect"), "ego", problems);
        s->expect_other = expected_agent(s, yaml_get(root, "expect"), "other", problems);
    }
    bind_air(s, root, problems);
}
