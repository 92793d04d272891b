/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of air.impairments as a value. */
#include "scenarios/impairments.h"

#include "scenarios/check.h"

/* Numbers of a list; returns how many. */
static int read_numbers(const struct yaml_node *list, const char *key, double *out,
                        int most, struct scenario_problems *problems)
{
    int count = 0;
    for (const struct yaml_node *n = list ? list->first : NULL; n; n = n->next) {
        if (count == most || n->kind != YAML_SCALAR || !yaml_number(n->text, &out[count])) {
            check_problem(problems, n, "%s: a list of at most %d numbers expected", key,
                          most);
            return 0;
        }
        count++;
    }
    if (list && count == 0) {
        check_problem(problems, list, "%s: a list of at most %d numbers expected", key,
                      most);
    }
    return count;
}

/* As `tc ... loss state p13 [p31 [p32 [p23 [p14]]]]` fills them in. */
static void read_states(const struct yaml_node *n, struct impairment *im,
                        struct scenario_problems *problems)
{
    double *p = im->states;
    int given =
        read_numbers(yaml_get(n, "loss_states"), "loss_states", p, IMPAIR_STATES, problems);
    if (given > 0) {
        p[1] = given > 1 ? p[1] : 1 - p[0];
        p[3] = given > 3 ? p[3] : 1;
    }
}

static void read_area(const struct yaml_node *polygon, struct impairment *im,
                      struct scenario_problems *problems)
{
    if (!polygon) {
        return;
    }
    if (polygon->count < 3 || polygon->count > IMPAIR_AREA_MOST) {
        check_problem(problems, polygon, "area_m: 3 to %d corners", IMPAIR_AREA_MOST);
        return;
    }
    im->area_count = (int)polygon->count;
    int corner = 0;
    for (const struct yaml_node *n = polygon->first; n; n = n->next, corner++) {
        (void)yaml_number(n->first->text, &im->area_m[corner][0]);
        (void)yaml_number(n->first->next->text, &im->area_m[corner][1]);
    }
}

void impairments_read(const struct yaml_node *n, struct impairment *im,
                      struct scenario_problems *problems)
{
    static const char at[] = IMPAIRMENTS_AT;
    double window[2] = {0, 86400};
    (void)value_pair(n, "when_s", window);
    *im = (struct impairment){
        .from_s = window[0],
        .to_s = window[1],
        .link = (enum link_class)value_enum(n, at, "link"),
        .dropout = value_bool(n, at, "dropout"),
        .loss = value_number(n, at, "loss"),
        .latency_ms = value_number(n, at, "latency_ms"),
        .latency_jitter_ms = value_number(n, at, "latency_jitter_ms"),
        .agent = AGENT_NONE,
        .latency_law = (enum latency_law)value_enum(n, at, "latency"),
        .latency_sigma = value_number(n, at, "latency_sigma"),
        .latency_shape = value_number(n, at, "latency_shape"),
        .latency_correlation = value_number(n, at, "latency_correlation"),
        .burst_p = value_number(n, at, "burst_p"),
        .burst_r = value_number(n, at, "burst_r"),
        .burst_pass = value_number(n, at, "burst_pass"),
        .burst_gap_loss = value_number(n, at, "burst_gap_loss"),
    };
    im->latency_point_count =
        read_numbers(yaml_get(n, "latency_points_ms"), "latency_points_ms",
                     im->latency_points_ms, IMPAIR_POINTS_MOST, problems);
    read_states(n, im, problems);
    read_area(yaml_get(n, "area_m"), im, problems);
    const struct yaml_node *technologies = yaml_get(n, "technology");
    for (const struct yaml_node *t = technologies ? technologies->first : NULL; t;
         t = t->next) {
        im->technologies |= 1u << fields_name(fields_technologies, t->text);
    }
}
