/* SPDX-License-Identifier: Apache-2.0 */
/* Every shipped scenario, for several members of its family: the file has no problems,
 * nobody leaps or exceeds what its kind can do, and it ends as it promises. The outcome is
 * found by brute force on oriented boxes: overlap, time to collision at constant velocity,
 * post-encroachment time over both trails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/message.h"
#include "scenarios/fields.h"
#include "scenarios/motion.h"
#include "scenarios/world.h"

#define LIBRARY    SOURCE_DIR "/scenarios/library"
#define FILES_MOST 100
#define SEEDS      6
#define NEAR_M     260
#define SAMPLE     5  /* ticks: 50 ms */
#define PET_STEPS  40 /* 2 s */

struct box {
    double x, y, c, s, half_length, half_width;
};

static struct box box_of(const struct agent *a, const struct state *s)
{
    return (struct box){s->x_m,          s->y_m,          cos(s->yaw_rad),
                        sin(s->yaw_rad), a->length_m / 2, a->width_m / 2};
}

/* Time to contact at constant velocity by separating axes: 0 when they overlap, 99 never.
 */
static double box_ttc(const struct box *a, double a_mps, const struct box *b, double b_mps)
{
    double t_in = 0;
    double t_out = 1e9;
    double dx = b->x - a->x;
    double dy = b->y - a->y;
    double vx = b_mps * b->c - a_mps * a->c;
    double vy = b_mps * b->s - a_mps * a->s;
    for (int axis = 0; axis < 4; axis++) {
        const struct box *o = axis < 2 ? a : b;
        double ux = axis % 2 ? -o->s : o->c;
        double uy = axis % 2 ? o->c : o->s;
        double r = a->half_length * fabs(ux * a->c + uy * a->s) +
                   a->half_width * fabs(uy * a->c - ux * a->s) +
                   b->half_length * fabs(ux * b->c + uy * b->s) +
                   b->half_width * fabs(uy * b->c - ux * b->s);
        double d = ux * dx + uy * dy;
        double w = ux * vx + uy * vy;
        if (fabs(w) < 1e-9) {
            if (fabs(d) > r) {
                return 99;
            }
            continue;
        }
        double ta = (-r - d) / w;
        double tb = (r - d) / w;
        t_in = fmax(t_in, fmin(ta, tb));
        t_out = fmin(t_out, fmax(ta, tb));
    }
    return t_in > t_out || t_out < 0 ? 99 : t_in;
}

struct sample {
    struct box box;
    double yaw;
    bool present;
};

/* Least time between one leaving a place and the other covering it, with directions at
 * least 15 degrees apart; 99 beyond 2 s. */
static double trail_pet(const struct sample *a, const struct sample *b, int count)
{
    double least = 99;
    for (int i = 0; i < count; i++) {
        for (int j = i > PET_STEPS ? i - PET_STEPS : 0; j < count && j <= i + PET_STEPS;
             j++) {
            double apart = fabs(remainder(a[i].yaw - b[j].yaw, 2 * acos(-1)));
            double gap_s = 0.05 * (i > j ? i - j : j - i);
            if (a[i].present && b[j].present && apart >= 0.262 && apart <= 2.88 &&
                gap_s < least &&
                hypot(a[i].box.x - b[j].box.x, a[i].box.y - b[j].box.y) < 20 &&
                box_ttc(&a[i].box, 0, &b[j].box, 0) == 0) {
                least = gap_s;
            }
        }
    }
    return least;
}

struct measures {
    bool contact;
    double ttc, pet, speed;
    double x_m, y_m, t_s; /* where and when the first contact was */
};

/* Index in fields_outcomes: smaller is worse. */
static int outcome_of(const struct measures *m)
{
    if (m->contact) {
        return 0;
    }
    if (m->ttc <= 0.5 || (m->pet <= 0.5 && m->speed > 3)) {
        return 1;
    }
    if (m->ttc <= 1.5 || m->pet <= 1.0) {
        return 2;
    }
    if (m->ttc < 3.0 || m->pet < 2.0) {
        return 3;
    }
    return m->ttc <= 5 ? 4 : 5;
}

struct run {
    struct scenario *scenario;
    struct world *world;
    struct source source;
    struct state *before;
    struct sample *trails;  /* [agent][sample] of everybody an ego comes near to */
    struct measures *pairs; /* [ego][other] */
    int samples, samples_most;
    bool other_contact; /* of an ego, with somebody who is not expected */
};

static struct sample *trail_of(const struct run *r, uint32_t agent)
{
    return &r->trails[agent * (size_t)r->samples_most];
}

static bool is_kept(const struct run *r, uint32_t ego, uint32_t other)
{
    const struct scenario *s = r->scenario;
    return ego != other && s->agents[ego].ego &&
           (s->expect_ego == SCENARIO_EGO_ANY || s->expect_ego == ego) &&
           (s->expect_other == SCENARIO_EGO_ANY || s->expect_other == other) &&
           s->agents[other].kind != KIND_RSU &&
           !(s->agents[other].ego && other < ego && s->expect_ego == SCENARIO_EGO_ANY);
}

static void check_motion(const struct run *r, const struct source_tick *t, size_t i)
{
    const struct state *a = &r->before[i];
    const struct state *b = &t->truth[i];
    const struct scenario_agent *who = &r->scenario->agents[i];
    struct motion_limits l = motion_limits(who->kind);
    if (!a->present || !b->present || who->course == COURSE_TRAJECTORY ||
        who->course == COURSE_TOWED) {
        return;
    }
    double way = hypot(b->x_m - a->x_m, b->y_m - a->y_m);
    double v = fmax(a->speed_mps, b->speed_mps);
    if (way > v * 0.01 * 1.02 + 1e-6) {
        print_error("%s leaps %g m at %g m/s\n", who->id, way, v);
    }
    assert_true(way <= v * 0.01 * 1.02 + 1e-6);
    assert_true(b->accel_mps2 <= l.accel_mps2 + 1e-9);
    assert_true(b->accel_mps2 >= -l.brake_mps2 - 1e-9);
    assert_true(fabs(b->speed_mps - a->speed_mps) <= l.brake_mps2 * 0.01 + 1e-9 ||
                (a->speed_mps == 0 && b->speed_mps <= who->initial_mps + 0.1));
    if (!kinds_is_vru(who->kind) && who->kind != KIND_UNKNOWN) {
        if (fabs(b->yaw_rate_radps * b->speed_mps) >= 6) {
            print_error("%s turns with %g m/s2\n", who->id,
                        b->yaw_rate_radps * b->speed_mps);
        }
        assert_true(fabs(b->yaw_rate_radps * b->speed_mps) < 6); /* sideways, m/s2 */
    }
}

static void measure(struct run *r, const struct source_tick *t, bool sample)
{
    size_t n = t->agent_count;
    for (uint32_t e = 0; e < n; e++) {
        for (uint32_t o = 0; r->scenario->agents[e].ego && o < n; o++) {
            const struct state *a = &t->truth[e];
            const struct state *b = &t->truth[o];
            double apart = hypot(a->x_m - b->x_m, a->y_m - b->y_m);
            if (!a->present || !b->present || e == o || apart > NEAR_M) {
                continue;
            }
            if (!is_kept(r, e, o)) {
                struct box p = box_of(&t->agents[e], a);
                struct box q = box_of(&t->agents[o], b);
                r->other_contact =
                    r->other_contact || (apart < 30 && box_ttc(&p, 0, &q, 0) == 0);
                continue;
            }
            struct measures *m = &r->pairs[e * n + o];
            struct box p = box_of(&t->agents[e], a);
            struct box q = box_of(&t->agents[o], b);
            double ttc = box_ttc(&p, a->speed_mps, &q, b->speed_mps);
            if (ttc == 0 && !m->contact) {
                m->contact = true;
                m->x_m = a->x_m;
                m->y_m = a->y_m;
                m->t_s = span_s(tai_since(t->t, world_start(r->world)));
            }
            m->ttc = fmin(m->ttc, ttc);
            m->speed = fmax(m->speed, fmax(a->speed_mps, b->speed_mps));
        }
    }
    for (uint32_t i = 0; sample && i < n && r->samples < r->samples_most; i++) {
        const struct state *s = &t->truth[i];
        trail_of(r, i)[r->samples] =
            (struct sample){box_of(&t->agents[i], s), s->yaw_rad, s->present};
    }
    r->samples += sample && r->samples < r->samples_most;
}

/* The worst pair; its names and measures are printed. */
static int finish(struct run *r, const char *name, uint64_t seed, bool loud)
{
    size_t n = r->scenario->agent_count;
    int worst = 5;
    size_t who = 0;
    for (uint32_t e = 0; e < n; e++) {
        for (uint32_t o = 0; o < n; o++) {
            struct measures *m = &r->pairs[e * n + o];
            if (!is_kept(r, e, o) || m->speed == 0) {
                continue;
            }
            m->pet = trail_pet(trail_of(r, e), trail_of(r, o), r->samples);
            if (outcome_of(m) < worst) {
                worst = outcome_of(m);
                who = e * n + o;
            }
        }
    }
    const struct measures *m = &r->pairs[who];
    if (loud) {
        print_message("%-24s seed %2llu: %-16s %s - %s: ttc %.2f pet %.2f", name,
                      (unsigned long long)seed, fields_outcomes[worst],
                      r->scenario->agents[who / n].id, r->scenario->agents[who % n].id,
                      m->ttc, m->pet);
        if (m->contact) {
            print_message(" contact at (%.1f, %.1f), %.2f s", m->x_m, m->y_m, m->t_s);
        }
        print_message("\n");
    }
    return worst;
}

static void open_run(struct run *r, const char *path, const uint64_t *seed)
{
    struct scenario_options options = {NULL, 0, seed, NULL};
    struct scenario_problems problems = {0};
    struct fail fail = {0};
    *r = (struct run){0};
    int result = scenario_load(path, &options, &r->scenario, &problems, &fail);
    for (uint32_t i = 0; i < problems.count; i++) {
        print_error("%s\n", problems.all[i].text);
    }
    scenario_problems_close(&problems);
    assert_int_equal(result, 0);
    assert_int_equal(world_new(r->scenario, r->scenario->seed, &r->world, &fail), 0);
    r->source = world_source(r->world);
    size_t n = r->scenario->agent_count;
    r->samples_most = (int)(r->scenario->duration_s * 20) + 2;
    r->before = malloc(n * sizeof *r->before);
    r->trails = malloc(n * (size_t)r->samples_most * sizeof *r->trails);
    r->pairs = calloc(n * n, sizeof *r->pairs);
    assert_true(r->before && r->trails && r->pairs);
    memcpy(r->before, world_truth_now(r->world), n * sizeof *r->before);
    for (size_t i = 0; i < n * n; i++) {
        r->pairs[i].ttc = r->pairs[i].pet = 99;
    }
}

static void close_run(struct run *r)
{
    free(r->before);
    free(r->trails);
    free(r->pairs);
    world_free(r->world);
    scenario_free(r->scenario);
}

/* What an ideal air without delay would tell those who respond. */
static void tell(struct run *r, const struct source_tick *t)
{
    for (size_t i = 0; i < t->emission_count; i++) {
        const struct emission *e = &t->emissions[i];
        struct claim claim = {.known = CLAIM_POSITION | CLAIM_SPEED | CLAIM_YAW,
                              .x_m = e->truth.x_m,
                              .y_m = e->truth.y_m,
                              .speed_mps = e->truth.speed_mps,
                              .yaw_rad = e->truth.yaw_rad,
                              .kind = e->sender_kind};
        if (e->msg_type == MSG_BSM && e->message) {
            claim.known |= CLAIM_EVENTS;
            claim.event_flags = e->message->bsm.events;
        }
        for (uint32_t a = 0; e->message && a < t->agent_count; a++) {
            const struct state *s = &t->truth[a];
            if (t->agents[a].responsive && a != e->sender_idx && s->present &&
                hypot(s->x_m - e->truth.x_m, s->y_m - e->truth.y_m) < 300) {
                struct percept heard = {a,       e->sender_idx, e->msg_type,
                                        e->t_tx, &claim,        e->message};
                r->source.percept(r->source.self, &heard, 1);
            }
        }
    }
}

static int outcome(const char *path, const char *name, const uint64_t *seed, bool loud)
{
    struct run r;
    struct source_tick t;
    struct fail fail = {0};
    open_run(&r, path, seed);
    for (int k = 0; r.source.tick(r.source.self, &t, &fail) == 1; k++) {
        for (size_t i = 0; i < t.agent_count; i++) {
            check_motion(&r, &t, i);
        }
        measure(&r, &t, k % SAMPLE == 0);
        tell(&r, &t);
        memcpy(r.before, t.truth, t.agent_count * sizeof *r.before);
    }
    int worst = finish(&r, name, r.scenario->seed, loud);
    const char *exact = r.scenario->expect_outcome;
    const char *most = r.scenario->expect_most;
    assert_true(exact || most);
    bool good = (!exact || strcmp(exact, fields_outcomes[worst]) == 0) &&
                (!most || worst >= fields_name(fields_outcomes, most));
    if (r.other_contact && strcmp(name, "dooring-contact.yaml") != 0) {
        print_error("%s seed %llu: the ego touches somebody else\n", name,
                    (unsigned long long)r.scenario->seed);
        good = false;
    }
    if (!good) {
        print_error("%s seed %llu: %s instead of %s\n", name,
                    (unsigned long long)r.scenario->seed, fields_outcomes[worst],
                    exact ? exact : most);
    }
    close_run(&r);
    return good ? 0 : 1;
}

struct shipped {
    char names[FILES_MOST][64];
    int count;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static struct shipped list(void)
{
    struct shipped all = {.count = 0};
    DIR *folder = opendir(LIBRARY);
    assert_non_null(folder);
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        size_t n = strlen(entry->d_name);
        if (n > 5 && n < 64 && strcmp(entry->d_name + n - 5, ".yaml") == 0) {
            assert_true(all.count < FILES_MOST);
            memcpy(all.names[all.count++], entry->d_name, n + 1);
        }
    }
    closedir(folder);
    qsort(all.names, (size_t)all.count, sizeof all.names[0], by_name);
    return all;
}

static void members_of_every_family_end_as_they_promise(void **state)
{
    (void)state;
    static const uint64_t seeds[SEEDS - 1] = {1, 2, 3, 4, 5};
    struct shipped all = list();
    const char *only = getenv("LIBRARY_ONLY");
    int bad = 0;
    for (int i = 0; i < all.count; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", LIBRARY, all.names[i]);
        if (only && !strstr(all.names[i], only)) {
            continue;
        }
        bad += outcome(path, all.names[i], NULL, true);
        for (int s = 0; s < SEEDS - 1; s++) {
            bad += outcome(path, all.names[i], &seeds[s], only != NULL);
        }
    }
    assert_int_equal(bad, 0);
}

static void who_hears_spat_passes_three_signals_without_a_stop(void **state)
{
    (void)state;
    double least[2] = {99, 99};
    double x[2] = {0, 0};
    for (int told = 0; told < 2; told++) {
        struct run r;
        struct source_tick t;
        struct fail fail = {0};
        open_run(&r, LIBRARY "/glosa-corridor.yaml", NULL);
        while (r.source.tick(r.source.self, &t, &fail) == 1) {
            if (told) {
                tell(&r, &t);
            }
            if (t.truth[0].present) {
                least[told] = fmin(least[told], t.truth[0].speed_mps);
                x[told] = t.truth[0].x_m;
            }
        }
        close_run(&r);
    }
    print_message("least speed of the ego: %.1f m/s told, %.1f m/s not told\n", least[1],
                  least[0]);
    assert_true(least[1] > 3 && least[0] < 0.5);
    assert_true(x[0] > 600 && x[1] > 600);
}

/* The types of message that are sent in the first seconds of a file. */
static void listen(const char *name, bool sent[256])
{
    char path[400];
    struct run r;
    struct source_tick t;
    struct fail fail = {0};
    snprintf(path, sizeof path, "%s/%s.yaml", LIBRARY, name);
    open_run(&r, path, NULL);
    memset(sent, 0, 256 * sizeof *sent);
    for (int k = 0; k < 800 && r.source.tick(r.source.self, &t, &fail) == 1; k++) {
        for (size_t i = 0; i < t.emission_count; i++) {
            sent[t.emissions[i].msg_type] |= t.emissions[i].message != NULL;
        }
    }
    close_run(&r);
}

static void warnings_of_the_road_are_on_the_air(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t types[4];
    } rows[] = {
        {"work-zone-speed", {MSG_TIM, MSG_RSA, MSG_MAP, MSG_BSM}},
        {"work-zone-warned", {MSG_TIM, MSG_MAP, MSG_BSM, MSG_BSM}},
        {"curve-speed", {MSG_TIM, MSG_RSA, MSG_BSM, MSG_BSM}},
        {"queue-end", {MSG_TIM, MSG_RSA, MSG_BSM, MSG_BSM}},
        {"lane-closed-warned", {MSG_TIM, MSG_BSM, MSG_BSM, MSG_BSM}},
        {"hazard-alert", {MSG_RSA, MSG_DENM, MSG_CAM, MSG_BSM}},
        {"cpna-vam", {MSG_VAM, MSG_CAM, MSG_CAM, MSG_CAM}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool sent[256];
        listen(rows[i].name, sent);
        for (int k = 0; k < 4; k++) {
            if (!sent[rows[i].types[k]]) {
                fail_msg("%s: no %s", rows[i].name, kinds_msg_type[rows[i].types[k]]);
            }
        }
    }
}

static bool says(const struct yaml_node *tree, const char *key, char *text, size_t size)
{
    const struct yaml_node *node = yaml_get(tree, key);
    size_t at = 0;
    text[0] = '\0';
    if (node && node->kind == YAML_SCALAR) {
        snprintf(text, size, "%s", node->text);
    }
    for (const struct yaml_node *n = node ? node->first : NULL; n; n = n->next) {
        int more = snprintf(text + at, size - at, "%s%s", at ? ", " : "", n->text);
        at += more > 0 ? (size_t)more : 0;
    }
    return text[0] != '\0';
}

static void put_row(struct bytes *page, const char *file, const struct scenario *s)
{
    const struct yaml_node *tags = yaml_get(s->tree, "tags");
    const struct yaml_node *sends = yaml_get(s->tree, "expect");
    char application[200], pcs[40], ncap[200], end[60];
    (void)says(tags, "application", application, sizeof application);
    (void)says(tags, "pcs", pcs, sizeof pcs);
    (void)says(tags, "euro_ncap", ncap, sizeof ncap);
    if (!says(sends, "outcome", end, sizeof end)) {
        char most[40];
        (void)says(sends, "at_most", most, sizeof most);
        snprintf(end, sizeof end, "at most %s", most);
    }
    bytes_format(page, "| [%s](../scenarios/library/%s) | %s | %s | %s | %s | %u | %s |\n",
                 s->name, file, s->caption, application, pcs, ncap, s->agent_count, end);
}

static bool has_vru(const struct scenario *s)
{
    for (uint32_t i = 0; i < s->agent_count; i++) {
        if (kinds_is_vru(s->agents[i].kind)) {
            return true;
        }
    }
    return false;
}

static void the_page_of_the_library_is_made_from_the_files(void **state)
{
    (void)state;
    struct shipped all = list();
    struct bytes page = {0};
    struct bytes file = {0};
    struct fail fail = {0};
    int vru = 0;
    bytes_text(
        &page,
        "# The shipped scenarios\n\nMade from the files in scenarios/library; a test "
        "compares. Every file is a family: `--seed` draws another member, and each "
        "ends as\nthe last column says. PCS: pre-crash scenario by number "
        "(NHTSA-2007-37, DOT HS 810 767). Euro NCAP names beginning with `X.` are an "
        "extension to\ne-scooters. How to write one: "
        "[howto/scenario.md](howto/scenario.md).\n\n"
        "| scenario | what happens | applications | PCS | Euro NCAP | agents | outcome "
        "of the ego's worst encounter |\n|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < all.count; i++) {
        char path[400];
        struct scenario *s = NULL;
        snprintf(path, sizeof path, "%s/%s", LIBRARY, all.names[i]);
        assert_int_equal(scenario_load(path, NULL, &s, NULL, &fail), 0);
        assert_memory_equal(s->name, all.names[i], strlen(s->name));
        assert_true(s->caption[0] != '\0');
        vru += has_vru(s);
        put_row(&page, all.names[i], s);
        scenario_free(s);
    }
    print_message("%d scenarios, %d with people on foot or riding\n", all.count, vru);
    assert_true(all.count >= 30 && 2 * vru >= all.count);
    int result = scenario_read_file(NULL, SOURCE_DIR "/docs/library.md", &file, &fail);
    if (result != 0 || page.size != file.size ||
        memcmp(page.data, file.data, page.size) != 0) {
        FILE *out = fopen(BUILD_DIR "/library.md", "wb");
        assert_non_null(out);
        fwrite(page.data, 1, page.size, out);
        fclose(out);
        print_error("docs/library.md differs from %s/library.md\n", BUILD_DIR);
    }
    assert_int_equal(page.size, file.size);
    assert_memory_equal(page.data, file.data, page.size);
    bytes_close(&page);
    bytes_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_every_family_end_as_they_promise),
        cmocka_unit_test(who_hears_spat_passes_three_signals_without_a_stop),
        cmocka_unit_test(warnings_of_the_road_are_on_the_air),
        cmocka_unit_test(the_page_of_the_library_is_made_from_the_files),
    };
    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
