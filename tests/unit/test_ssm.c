/* SPDX-License-Identifier: Apache-2.0 */
/* SUMO's SSM device as an oracle: on the same trajectories our time to collision and DRAC
 * are its own to a thousandth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "label/boxes.h"
#include "label/measures.h"

#define FOLDER     SOURCE_DIR "/tests/sumo"
#define STEPS_MOST 400
#define TRUCK_M    12.0 /* lengths of following.rou.xml */
#define CAR_M      4.5
#define TOLERANCE  1e-3

/* Fronts and speeds of the car and the truck, a tenth of a second apart. */
struct way {
    double front_m[2], speed_mps[2];
    bool there[2];
};

static double number_after(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    assert_non_null(at);
    return strtod(at + strlen(name), NULL);
}

static uint32_t read_ways(const char *path, struct way *ways)
{
    char line[1000];
    uint32_t count = 0;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strstr(line, "<timestep ")) {
            assert_true(count < STEPS_MOST);
            ways[count++] = (struct way){.there = {false, false}};
        } else if (strstr(line, "<vehicle ")) {
            int truck = strstr(line, "id=\"lead\"") != NULL;
            struct way *w = &ways[count - 1];
            w->there[truck] = true;
            w->front_m[truck] = number_after(line, " x=\"");
            w->speed_mps[truck] = number_after(line, " speed=\"");
        }
    }
    fclose(file);
    return count;
}

/* The values of the first such element; NAN for NA. */
static uint32_t read_span(const char *path, const char *element, double *values)
{
    static char line[200000];
    uint32_t count = 0;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while (count == 0 && fgets(line, sizeof line, file)) {
        char *at = strstr(line, element);
        at = at ? strstr(at, "values=\"") : NULL;
        at = at ? at + 8 : NULL;
        while (at && *at != '"') {
            assert_true(count < STEPS_MOST);
            bool none = strncmp(at, "NA", 2) == 0;
            values[count++] = none ? NAN : strtod(at, NULL);
            at += strcspn(at, " \"");
            at += *at == ' ';
        }
    }
    fclose(file);
    return count;
}

static struct box box_at(double front_m, double length_m, double speed_mps)
{
    return box_make(front_m - 0.5 * length_m, 0, 0, speed_mps, 0, length_m, 1.8);
}

static void compare(const char *fcd, const char *ssm)
{
    static struct way ways[STEPS_MOST];
    static double times[STEPS_MOST], ttc[STEPS_MOST], drac[STEPS_MOST];
    uint32_t steps = read_ways(fcd, ways);
    uint32_t count = read_span(ssm, "<timeSpan", times);
    uint32_t compared = 0, apart = 0;
    assert_int_equal(read_span(ssm, "<TTCSpan", ttc), count);
    assert_int_equal(read_span(ssm, "<DRACSpan", drac), count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t step = (uint32_t)lround(times[i] * 10);
        assert_true(step < steps && ways[step].there[0] && ways[step].there[1]);
        const struct way *w = &ways[step];
        double gap = w->front_m[1] - TRUCK_M - w->front_m[0];
        struct measure t = measures_ttc(gap, w->speed_mps[0], w->speed_mps[1]);
        struct measure d = measures_drac(gap, w->speed_mps[0], w->speed_mps[1]);
        struct box car = box_at(w->front_m[0], CAR_M, w->speed_mps[0]);
        struct box truck = box_at(w->front_m[1], TRUCK_M, w->speed_mps[1]);
        struct measure boxes = boxes_ttc(&car, &truck);
        if (isnan(ttc[i]) || ttc[i] > 50) { /* it closes by next to nothing, or opens */
            assert_true(t.status == MEASURE_NO_CONFLICT || t.value > 50 - TOLERANCE);
            apart++;
            continue;
        }
        assert_int_equal(t.status, MEASURE_VALID);
        assert_int_equal(d.status, MEASURE_VALID);
        if (fabs(t.value - ttc[i]) > TOLERANCE || fabs(d.value - drac[i]) > TOLERANCE) {
            print_error("%.1f s: TTC %f, SUMO %f; DRAC %f, SUMO %f\n", times[i], t.value,
                        ttc[i], d.value, drac[i]);
        }
        assert_true(fabs(t.value - ttc[i]) <= TOLERANCE);
        assert_true(fabs(d.value - drac[i]) <= TOLERANCE);
        assert_true(boxes.status == MEASURE_VALID);
        assert_true(fabs(boxes.value - ttc[i]) <= TOLERANCE);
        compared++;
    }
    assert_true(compared >= 50 && compared + apart == count);
}

static void the_recorded_encounter_has_sumos_measures(void **state)
{
    (void)state;
    compare(FOLDER "/following.fcd.xml", FOLDER "/following.ssm.xml");
}

static void a_fresh_run_of_sumo_has_them_too(void **state)
{
    (void)state;
    if (system("command -v sumo >/dev/null 2>&1") != 0) {
        print_message("SKIPPED: sumo (Debian's package sumo) is not installed\n");
        skip();
    }
    assert_int_equal(
        system("cd " BUILD_DIR " && sumo -c " FOLDER "/following.sumocfg --no-step-log "
               "true --no-warnings true --precision 6 --xml-validation never "
               "--xml-validation.net never --fcd-output " BUILD_DIR "/fresh.fcd.xml "
               "--fcd-output.attributes x,speed --device.ssm.probability 1 "
               "--device.ssm.measures 'TTC DRAC' --device.ssm.thresholds '300 0.0' "
               "--device.ssm.trajectories true --device.ssm.range 200 "
               "--device.ssm.file " BUILD_DIR "/fresh.ssm.xml >/dev/null"),
        0);
    compare(BUILD_DIR "/fresh.fcd.xml", BUILD_DIR "/fresh.ssm.xml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recorded_encounter_has_sumos_measures),
        cmocka_unit_test(a_fresh_run_of_sumo_has_them_too),
    };
    return cmocka_run_group_tests_name("ssm", tests, NULL, NULL);
}
