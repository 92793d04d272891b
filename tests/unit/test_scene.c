/* SPDX-License-Identifier: Apache-2.0 */
/* A scene of known agents: which pairs it has, what it says of them, and that the same
 * agents in another order say the same. */
#include "label/scene.h"

#include <stdio.h>

#include "tests/unit/test_label_help.h"

#define MOST 8

/* One ego at the origin heading east at 20 m/s, and what it knows on each model. */
struct stage {
    struct scene *scene;
    struct known_agent known[SCENE_MODELS][MOST], truth[MOST + 1];
    struct scene_ego ego;
    struct scene_input in;
};

static void knows(struct stage *s, enum scene_model model, struct known_agent a)
{
    s->known[model][s->ego.count[model]++] = a;
}

static void truly(struct stage *s, struct known_agent a)
{
    s->truth[s->in.truth_count++] = a;
}

static void everywhere(struct stage *s, struct known_agent a)
{
    truly(s, a);
    knows(s, SCENE_FUSED, a);
    knows(s, SCENE_SENSORS, a);
    knows(s, SCENE_V2X, a);
}

static int open_stage(void **state)
{
    static struct stage s;
    struct fail fail;
    memset(&s, 0, sizeof s);
    assert_int_equal(scene_new(&s.scene, 3, 16, &fail), 0);
    s.ego.self = an_agent(0, "ego", KIND_CAR, 0, 0, 0, 20);
    s.ego.int_mode = LEAF_INT_MODE_COOP_FULL;
    for (int m = 0; m < SCENE_MODELS; m++) {
        s.ego.others[m] = s.known[m];
    }
    s.in = (struct scene_input){.t = at_ms(0),
                                .index = 7,
                                .scenario_id = "s",
                                .world_id = "w",
                                .egos = &s.ego,
                                .ego_count = 1,
                                .truth = s.truth};
    truly(&s, s.ego.self);
    *state = &s;
    return 0;
}

static int close_stage(void **state)
{
    struct stage *s = *state;
    scene_free(s->scene);
    return 0;
}

static struct known_agent braking(struct known_agent a, double accel_mps2)
{
    a.accel_mps2 = accel_mps2;
    return a;
}

/* A pedestrian due on the ego's path in 3.0 s: 4.5 m at 1.5 m/s, less half its 0.5 m. */
static struct known_agent crossing_walker(void)
{
    return an_agent(5, "ped-1", KIND_PEDESTRIAN, 65, -4.75, PI / 2, 1.5);
}

static void the_pattern_names_positions_actions_and_the_walker_due(void **state)
{
    struct stage *s = *state;
    everywhere(s, crossing_walker());
    everywhere(s, braking(an_agent(3, "lead", KIND_CAR, 40, 0, 0, 14), -5));
    everywhere(s, braking(an_agent(4, "right", KIND_CAR, 2, -3.5, 0, 21), 2.5));
    scene_make(s->scene, &s->in);
    /* Position classes in the order of the taxonomy: crossing, ahead, beside. */
    assert_string_equal(scene_pattern(s->scene),
                        "ped:crossing@3.0s|ahead:brake_hard|beside_right:accel_hard");
    assert_string_equal(scene_gt_pattern(s->scene), scene_pattern(s->scene));
    assert_string_equal(scene_caption(s->scene),
                        "For ego at 20.0 m/s pedestrian ped-1 (cross from right, 65.2 m) "
                        "is due on its path "
                        "in 3.0 s, car lead (ahead, 40.0 m) brakes hard and car right "
                        "(beside right, 4.0 m) "
                        "accelerates hard; ego should brake hard.");
}

static void nobody_near_is_a_free_road(void **state)
{
    struct stage *s = *state;
    scene_make(s->scene, &s->in);
    assert_string_equal(scene_pattern(s->scene), "free");
    assert_string_equal(scene_caption(s->scene),
                        "For ego at 20.0 m/s nobody is near; ego should keep its speed.");
    is_leaf(scene_n_conflicts(s->scene).leaf, "scn.n_conflicts.0");
}

static void equal_places_are_ordered_by_id_whatever_the_order_given(void **state)
{
    struct stage *s = *state;
    /* Five standing at one place: the first four ids are taken, in order. */
    static const char *const ids[5] = {"c", "e", "a", "d", "b"};
    for (uint32_t i = 0; i < 5; i++) {
        knows(s, SCENE_FUSED, an_agent(10 + i, ids[i], KIND_CAR, 20, 0, 0, 0));
    }
    char first[2000];
    scene_make(s->scene, &s->in);
    snprintf(first, sizeof first, "%s", scene_caption(s->scene));
    assert_string_equal(scene_pattern(s->scene), "ahead:standstill|ahead:standstill|"
                                                 "ahead:standstill|ahead:standstill");
    const char *a = strstr(first, "car a "), *b = strstr(first, "car b ");
    const char *c = strstr(first, "car c "), *d = strstr(first, "car d ");
    assert_true(a != NULL && a < b && b < c && c < d);
    assert_null(strstr(first, "car e "));
    for (int turns = 1; turns < 5; turns++) {
        struct known_agent head = s->known[SCENE_FUSED][0];
        memmove(s->known[SCENE_FUSED], s->known[SCENE_FUSED] + 1, 4 * sizeof head);
        s->known[SCENE_FUSED][4] = head;
        scene_make(s->scene, &s->in);
        assert_string_equal(scene_caption(s->scene), first);
    }
}

static void at_most_four_are_told_the_most_pressing_first(void **state)
{
    struct stage *s = *state;
    for (uint32_t i = 0; i < 6; i++) { /* closing times 1 s to 6 s */
        char *id = (char *[]){"p1", "p2", "p3", "p4", "p5", "p6"}[i];
        knows(s, SCENE_FUSED, an_agent(10 + i, id, KIND_CAR, 4.6 + 20 * (i + 1), 0, 0, 0));
    }
    scene_make(s->scene, &s->in);
    assert_non_null(strstr(scene_caption(s->scene), "car p4"));
    assert_null(strstr(scene_caption(s->scene), "car p5"));
    is_leaf(scene_n_conflicts(s->scene).leaf, "scn.n_conflicts.3plus");
    near_to(scene_n_conflicts(s->scene).value, 5, 0); /* within 5 s */
}

static void what_the_ego_does_not_know_is_a_pair_of_the_truth_alone(void **state)
{
    struct stage *s = *state;
    truly(s, crossing_walker());
    scene_make(s->scene, &s->in);
    size_t count;
    const struct scene_pair *pairs = scene_pairs(s->scene, &count);
    assert_int_equal(count, 1);
    assert_true(pairs[0].has_gt && !pairs[0].has_obs);
    assert_string_equal(scene_pattern(s->scene), "free");
    assert_string_equal(scene_gt_pattern(s->scene), "ped:crossing@3.0s");
    struct row_pair row;
    scene_row_pair(s->scene, &pairs[0], &row);
    assert_null(row.rel_pos);
    assert_string_equal(row.obs_ttc_status, "UNKNOWN");
    assert_false(ROW_HAS(&row, pair, obs_ttc_s));
    assert_string_equal(row.gt_rel_pos, "rel.pos.cross_from_right");
    assert_null(row.other); /* no name for whom it does not know */
    assert_non_null(row.gt_other);
    assert_string_equal(row.gt_ttc_status, "VALID");
    struct row_scene scene;
    scene_row(s->scene, &scene);
    assert_false(ROW_HAS(&scene, scene, min_ttc_s));
    assert_true(ROW_HAS(&scene, scene, gt_min_ttc_s));
    assert_non_null(strstr(scene.egos_json, "\"relations\":[]}]"));
}

static void v2x_that_alone_sees_the_lead_is_decisive(void **state)
{
    struct stage *s = *state;
    struct known_agent wall = an_agent(3, "wall", KIND_CAR, 60.6, 0, 0, 0);
    truly(s, wall);
    knows(s, SCENE_FUSED, wall);
    knows(s, SCENE_V2X, wall);
    scene_make(s->scene, &s->in);
    size_t count;
    const struct scene_decision *d = scene_decisions(s->scene, &count);
    assert_int_equal(count, 1);
    is_leaf(d->gt.act.leaf, "dec.act.brake_hard"); /* 20^2 / (2 (56 - 6)) = 4 */
    is_leaf(d->by[SCENE_SENSORS].act.leaf, "dec.act.keep");
    is_leaf(d->basis.leaf, "dec.basis.v2x_decisive");
    struct row_decision row;
    scene_row_decision(s->scene, d, &row);
    assert_string_equal(row.because_of, "wall");
    near_to(row.gt_a_req_mps2, 4, 1e-9);
    /* 56 / 20 - 20 / 12 - 0.3 s from now */
    near_to((double)(row.gt_decide_by_ns - utc_from_tai(at_ms(0)).ns) / 1e9,
            56 / 20.0 - 20 / 12.0 - 0.3, 1e-6);
}

static void a_ghost_that_only_v2x_claims_misleads(void **state)
{
    struct stage *s = *state;
    struct known_agent ghost = an_agent(AGENT_NONE, "ghost", KIND_CAR, 40, 0, 0, 0);
    knows(s, SCENE_FUSED, ghost);
    knows(s, SCENE_V2X, ghost);
    scene_make(s->scene, &s->in);
    size_t count;
    const struct scene_decision *d = scene_decisions(s->scene, &count);
    is_leaf(d->gt.act.leaf, "dec.act.keep");
    is_leaf(d->by[SCENE_FUSED].act.leaf, "dec.act.brake_emergency");
    is_leaf(d->basis.leaf, "dec.basis.misled_by_v2x");
}

static void of_two_unknown_objects_the_one_that_conflicts_is_named(void **state)
{
    struct stage *s = *state;
    struct row_decision row;
    size_t count;
    knows(s, SCENE_FUSED, an_agent(AGENT_NONE, "obj-1", KIND_CAR, -20, 8, 0, 20));
    scene_make(s->scene, &s->in);
    scene_row_decision(s->scene, scene_decisions(s->scene, &count), &row);
    assert_null(row.because_of); /* nobody asks for anything */
    struct row_scene scene;
    scene_row(s->scene, &scene);
    assert_non_null(strstr(scene.egos_json, "\"because_of\":null"));
    knows(s, SCENE_FUSED, an_agent(AGENT_NONE, "obj-2", KIND_CAR, 40, 0, 0, 0));
    knows(s, SCENE_FUSED, an_agent(AGENT_NONE, "obj-3", KIND_CAR, -20, -8, 0, 20));
    scene_make(s->scene, &s->in);
    scene_row_decision(s->scene, scene_decisions(s->scene, &count), &row);
    assert_string_equal(row.because_of, "obj-2");
    scene_row(s->scene, &scene);
    assert_non_null(strstr(scene.egos_json, "\"because_of\":\"obj-2\""));
}

static void without_truth_the_basis_is_unknown(void **state)
{
    struct stage *s = *state;
    knows(s, SCENE_FUSED, an_agent(3, "b", KIND_CAR, 60, 0, 0, 0));
    s->in.truth = NULL;
    s->in.truth_count = 0;
    scene_make(s->scene, &s->in);
    size_t count;
    const struct scene_decision *d = scene_decisions(s->scene, &count);
    is_leaf(d->gt.act.leaf, "dec.act.unknown");
    is_leaf(d->basis.leaf, "dec.basis.unknown");
    struct row_decision row;
    scene_row_decision(s->scene, d, &row);
    assert_false(ROW_HAS(&row, decision, gt_a_req_mps2));
    assert_true(ROW_HAS(&row, decision, fused_a_req_mps2));
}

static void two_egos_in_one_conflict_count_it_once(void **state)
{
    struct stage *s = *state;
    struct known_agent b = an_agent(1, "ego-b", KIND_CAR, 60, 0, PI, 20);
    struct scene_ego egos[2] = {s->ego, {.self = b, .int_mode = LEAF_INT_MODE_COOP_FULL}};
    knows(s, SCENE_FUSED, b);
    egos[0].count[SCENE_FUSED] = 1;
    egos[1].others[SCENE_FUSED] = &s->ego.self;
    egos[1].count[SCENE_FUSED] = 1;
    truly(s, b);
    s->in.egos = egos;
    s->in.ego_count = 2;
    scene_make(s->scene, &s->in);
    size_t count;
    scene_pairs(s->scene, &count);
    assert_int_equal(count, 2);
    is_leaf(scene_n_conflicts(s->scene).leaf, "scn.n_conflicts.1");
}

static void who_does_not_fit_is_left_out_and_counted(void **state)
{
    struct stage *s = *state;
    struct scene *small;
    struct fail fail;
    assert_int_equal(scene_new(&small, 1, 2, &fail), 0);
    for (uint32_t i = 0; i < 5; i++) {
        knows(s, SCENE_FUSED, an_agent(10 + i, "x", KIND_CAR, 20 + 10.0 * i, 0, 0, 0));
    }
    scene_make(small, &s->in);
    assert_int_equal(scene_left_out(small), 3);
    scene_free(small);
}

static void an_unknown_velocity_leaves_no_number_behind(void **state)
{
    struct stage *s = *state;
    struct known_agent b = an_agent(3, "b", KIND_CAR, 20, 0, 0, 0);
    b.velocity_unknown = true;
    knows(s, SCENE_FUSED, b);
    scene_make(s->scene, &s->in);
    struct row_scene row;
    scene_row(s->scene, &row);
    assert_non_null(strstr(row.egos_json, "\"ttc_status\":\"UNKNOWN\""));
    assert_null(strstr(row.egos_json, "ttcp"));
    assert_null(strstr(row.egos_json, "gap_s"));
    assert_string_equal(scene_pattern(s->scene), "unknown");
}

#define on_stage(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(the_pattern_names_positions_actions_and_the_walker_due),
        on_stage(nobody_near_is_a_free_road),
        on_stage(equal_places_are_ordered_by_id_whatever_the_order_given),
        on_stage(at_most_four_are_told_the_most_pressing_first),
        on_stage(what_the_ego_does_not_know_is_a_pair_of_the_truth_alone),
        on_stage(v2x_that_alone_sees_the_lead_is_decisive),
        on_stage(a_ghost_that_only_v2x_claims_misleads),
        on_stage(of_two_unknown_objects_the_one_that_conflicts_is_named),
        on_stage(without_truth_the_basis_is_unknown),
        on_stage(two_egos_in_one_conflict_count_it_once),
        on_stage(who_does_not_fit_is_left_out_and_counted),
        on_stage(an_unknown_velocity_leaves_no_number_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
