/* SPDX-License-Identifier: Apache-2.0 */
/* Notices of a scenario. In: a checked tree, agents and a map. Out: struct scenario_notice.
 */
#include <string.h>

#include "scenarios/bind.h"
#include "scenarios/check.h"
#include "scenarios/map.h"

static void bind_notice(struct scenario *s, const struct yaml_node *n,
                        struct scenario_problems *problems)
{
    static const char prefix[] = "notices[]";
    struct scenario_notice *notice = &s->notices[s->notice_count++];
    const struct yaml_node *lanes = yaml_get(n, "lanes");
    double window[2] = {0, 86400};
    (void)value_pair(n, "when_s", window);
    *notice = (struct scenario_notice){
        .id = value_text(n, prefix, "id"),
        .by = scenario_agent_index(s, value_text(n, prefix, "by")),
        .about = (enum scenario_about)value_enum(n, prefix, "about"),
        .from_m = value_number(n, prefix, "from_m"),
        .to_m = value_has(n, "to_m") ? value_number(n, prefix, "to_m") : -1,
        .lead_m = value_number(n, prefix, "lead_m"),
        .speed_mps = value_has(n, "speed_mps") ? value_number(n, prefix, "speed_mps") : -1,
        .closed = value_bool(n, prefix, "closed"),
        .begin_s = window[0],
        .end_s = window[1]};
    if (notice->by == AGENT_NONE || !kinds_is_infrastructure(s->agents[notice->by].kind)) {
        check_problem(problems, yaml_get(n, "by"), "by = %s: no such infrastructure",
                      value_text(n, prefix, "by"));
    }
    uint32_t *indexes = arena_take(&s->arena, (lanes->count + 1) * sizeof *indexes);
    if (lanes->count < 1 || lanes->count > SCENARIO_NOTICE_LANES || !indexes) {
        check_problem(problems, lanes, "lanes: 1 to %d expected", SCENARIO_NOTICE_LANES);
        return;
    }
    for (const struct yaml_node *word = lanes->first; word; word = word->next) {
        uint32_t lane = map_find(s->map, word->text);
        double length = lane == MAP_NONE ? 0 : s->map->lanes[lane].path.length_m;
        if (lane == MAP_NONE) {
            check_problem(problems, word, "lanes = %s: the map has no such lane",
                          word->text);
        } else if (notice->from_m >= length ||
                   (notice->to_m >= 0 &&
                    (notice->to_m <= notice->from_m || notice->to_m > length))) {
            check_problem(problems, word,
                          "lanes = %s: from_m below to_m, and both on its %g m expected",
                          word->text, length);
        }
        indexes[notice->lane_count++] = lane;
    }
    notice->lanes = indexes;
}

void bind_notices(struct scenario *s, const struct yaml_node *root,
                  struct scenario_problems *problems)
{
    const struct yaml_node *list = yaml_get(root, "notices");
    s->notices =
        list ? arena_take(&s->arena, (list->count + 1) * sizeof *s->notices) : NULL;
    for (const struct yaml_node *n = s->notices ? list->first : NULL; n; n = n->next) {
        uint32_t same = 0;
        for (uint32_t i = 0; i < s->notice_count; i++) {
            const struct scenario_notice *other = &s->notices[i];
            same += strcmp(s->agents[other->by].id, value_text(n, "notices[]", "by")) == 0;
            if (strcmp(other->id, value_text(n, "notices[]", "id")) == 0) {
                check_problem(problems, n, "id = %s: given twice", other->id);
            }
        }
        if (same == SCENARIO_NOTICES_MOST) {
            check_problem(problems, n, "notices: at most %d by one station",
                          SCENARIO_NOTICES_MOST);
            return;
        }
        uint32_t before = problems->total;
        bind_notice(s, n, problems);
        if (problems->total > before) {
            return;
        }
    }
}
