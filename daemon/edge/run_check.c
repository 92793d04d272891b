/* SPDX-License-Identifier: Apache-2.0 */
/* `v2xd check` and `v2xd explain`: what a scenario file says, without running it. */
#include <stdio.h>
#include <string.h>

#include "air/air.h"
#include "edge/run.h"
#include "edge/sumo.h"

int run_check(const struct options *options, struct fail *fail)
{
    struct scenario *scenario = NULL;
    struct scenario_problems problems = {0};
    struct scenario_options so = {.overrides = options->sets,
                                  .override_count = options->set_count};
    int code = sumo_load(options->files[0], &so, &scenario, &problems, fail);
    for (uint32_t i = 0; i < problems.count; i++) {
        (void)fprintf(stderr, "%s\n", problems.all[i].text);
    }
    if (code < 0 && problems.count > 0) {
        (void)fail_set(fail, RESULT_USAGE, "%s: %u problem%s", options->files[0],
                       problems.total, problems.total == 1 ? "" : "s");
    }
    if (code == 0 && air_check(&scenario->air, fail) < 0) {
        code = fail_wrap(fail, "%s", options->files[0]);
    }
    if (code == 0) {
        printf("%s: good: %u agents, %.1f s, seed %llu\n", options->files[0],
               scenario->agent_count, scenario->duration_s,
               (unsigned long long)scenario->seed);
    }
    scenario_problems_close(&problems);
    if (scenario) {
        scenario_free(scenario);
    }
    return code;
}

int run_explain(const struct options *options, struct fail *fail)
{
    struct bytes text = {0};
    int code = 0;
    if (strcmp(options->files[0], "--list") == 0) {
        scenario_explain_list(&text);
    } else {
        code = scenario_explain(options->files[0], &text, fail);
    }
    if (code == 0) {
        (void)fwrite(text.data, 1, text.size, stdout);
    }
    bytes_close(&text);
    return code;
}
