/* SPDX-License-Identifier: Apache-2.0 */
/* The air as users steer it: what the command line adds, what live commands change, and
 * both as text that a configuration file can hold. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/run_inside.h"
#include "scenarios/profile.h"

static void put_numbers(struct bytes *out, const char *key, const double *values, int count)
{
    bytes_format(out, "%s: [", key);
    for (int i = 0; i < count; i++) {
        bytes_format(out, "%s%.9g", i > 0 ? ", " : "", values[i]);
    }
    bytes_text(out, "]");
}

/* The file's agents are known before the world is. */
static const char *agent_name(const struct run *run, uint32_t agent)
{
    if (run->agents) {
        return agent < run->agent_count ? run->agents[agent].id : NULL;
    }
    bool known = run->scenario && agent < run->scenario->agent_count;
    return known ? run->scenario->agents[agent].id : NULL;
}

static void put_selection(const struct run *run, const struct impairment *im,
                          struct bytes *out)
{
    if (im->from_s > 0 || im->to_s < RUN_WHOLE_S) {
        bytes_format(out, "when_s: [%.9g, %.9g], ", im->from_s,
                     im->to_s < 86400 ? im->to_s : 86400);
    }
    const char *agent = agent_name(run, im->agent);
    if (agent) {
        bytes_format(out, "agent: %s, ", agent);
    }
    const char *before = "technology: [";
    for (int i = 0; i < TECH_COUNT; i++) {
        if (im->technologies >> i & 1) {
            bytes_format(out, "%s%s", before, kinds_technology[i]);
            before = ", ";
        }
    }
    bytes_text(out, im->technologies != 0 ? "], " : "");
    for (int i = 0; i < im->area_count; i++) {
        bytes_format(out, "%s[%.9g, %.9g]", i == 0 ? "area_m: [" : ", ", im->area_m[i][0],
                     im->area_m[i][1]);
    }
    bytes_text(out, im->area_count > 0 ? "], " : "");
    bytes_format(out, "link: %s, ", kinds_link[im->link]);
}

static void put_chains(const struct impairment *im, struct bytes *out)
{
    if (im->burst_p > 0) {
        bytes_format(out,
                     "burst_p: %.9g, burst_r: %.9g, burst_pass: %.9g, burst_gap_loss: "
                     "%.9g, ",
                     im->burst_p, im->burst_r, im->burst_pass, im->burst_gap_loss);
    }
    if (im->states[0] > 0 || im->states[4] > 0) {
        put_numbers(out, "loss_states", im->states, IMPAIR_STATES);
        bytes_text(out, ", ");
    }
}

static void put_latency(const struct impairment *im, struct bytes *out)
{
#define X(name, text) text,
    static const char *const laws[] = {LATENCY_LAW_TABLE(X)};
#undef X
    bytes_format(out, "latency: %s, latency_ms: %.9g, latency_jitter_ms: %.9g",
                 laws[im->latency_law], im->latency_ms, im->latency_jitter_ms);
    if (im->latency_sigma > 0) {
        bytes_format(out, ", latency_sigma: %.9g", im->latency_sigma);
    }
    if (im->latency_law == LATENCY_GAMMA) {
        bytes_format(out, ", latency_shape: %.9g", im->latency_shape);
    }
    if (im->latency_correlation > 0) {
        bytes_format(out, ", latency_correlation: %.9g", im->latency_correlation);
    }
    if (im->latency_point_count > 0) {
        bytes_text(out, ", ");
        put_numbers(out, "latency_points_ms", im->latency_points_ms,
                    im->latency_point_count);
    }
}

void run_air_text(const struct run *run, const struct air_config *air, struct bytes *out)
{
    bytes_text(out, "[");
    for (int i = 0; i < air->impairment_count; i++) {
        const struct impairment *im = &air->impairments[i];
        bytes_format(out, "%s{", i > 0 ? ", " : "");
        put_selection(run, im, out);
        put_chains(im, out);
        bytes_format(out, "dropout: %s, loss: %.9g, ", im->dropout ? "true" : "false",
                     im->loss);
        put_latency(im, out);
        bytes_text(out, "}");
    }
    bytes_text(out, "]");
}

static int add(struct air_config *air, struct impairment impairment, struct fail *fail)
{
    if (air->impairment_count == AIR_IMPAIRMENTS_MOST) {
        return fail_set(fail, RESULT_USAGE, "more than %d impairments",
                        AIR_IMPAIRMENTS_MOST);
    }
    air->impairments[air->impairment_count++] = impairment;
    return 0;
}

int run_air_shortcuts(const struct options *o, struct air_config *air, struct fail *fail)
{
    struct impairment whole = {.to_s = RUN_WHOLE_S, .agent = AGENT_NONE};
    int code = 0;
    if (o->has_latency) {
        struct impairment latency = whole;
        latency.latency_ms = o->latency_ms;
        latency.latency_jitter_ms = o->latency_jitter_ms;
        code = add(air, latency, fail);
    }
    if (code == 0 && o->has_loss) {
        struct impairment loss = whole;
        loss.loss = o->loss;
        code = add(air, loss, fail);
    }
    return code;
}

int run_air_check(const struct options *o, struct fail *fail)
{
    if (o->tier && o->air) {
        return fail_set(fail, RESULT_USAGE, "--tier and --air exclude each other");
    }
    if (o->tier && kinds_find(kinds_tier, TIER_COUNT, o->tier) < 0) {
        return fail_set(fail, RESULT_USAGE, "--tier %s: one of d0, d1, d2, d3, d4, d5",
                        o->tier);
    }
    if (o->technology && kinds_find(kinds_technology, TECH_CAPTURED, o->technology) < 0) {
        return fail_set(fail, RESULT_USAGE,
                        "--technology %s: one of ideal, dsrc, its-g5, lte-v2x, nr-v2x, uu",
                        o->technology);
    }
    return 0;
}

/* "latency=200 link=v2p for=5", "loss=0.3", "dropout agent=ped-1", "clear". */
static int parse_word(const struct run *run, const char *word, struct impairment *im,
                      double *for_s, struct fail *fail)
{
    char *end = NULL;
    const char *equals = strchr(word, '=');
    const char *value = equals ? equals + 1 : "";
    double number = strtod(value, &end);
    bool numeric = equals && end != value && *end == 0 && number >= 0 && number < 1e6;
    if (strcmp(word, "dropout") == 0) {
        im->dropout = true;
    } else if (strncmp(word, "loss=", 5) == 0 && numeric && number <= 1) {
        im->loss = number;
    } else if (strncmp(word, "latency=", 8) == 0 && numeric) {
        im->latency_ms = number;
    } else if (strncmp(word, "jitter=", 7) == 0 && numeric) {
        im->latency_jitter_ms = number;
    } else if (strncmp(word, "for=", 4) == 0 && numeric) {
        *for_s = number;
    } else if (strncmp(word, "link=", 5) == 0 &&
               kinds_find(kinds_link, LINK_CLASS_COUNT, value) >= 0) {
        im->link = (enum link_class)kinds_find(kinds_link, LINK_CLASS_COUNT, value);
    } else if (strncmp(word, "agent=", 6) == 0) {
        for (uint32_t i = 0; i < run->agent_count; i++) {
            im->agent = strcmp(run->agents[i].id, value) == 0 ? i : im->agent;
        }
        return im->agent == AGENT_NONE
                   ? fail_set(fail, RESULT_USAGE, "fault: there is no agent '%s'", value)
                   : 0;
    } else {
        return fail_set(fail, RESULT_USAGE,
                        "fault: '%s' is not one of dropout, loss=P, latency=MS, jitter=MS, "
                        "link=v2v|v2i|v2p, agent=ID, for=S, clear",
                        word);
    }
    return 0;
}

int run_air_fault(const struct run *run, const char *spec, double now_s,
                  struct air_config *air, struct fail *fail)
{
    char text[512];
    (void)snprintf(text, sizeof text, "%s", spec);
    if (strcmp(text, "clear") == 0) {
        air->impairment_count = 0;
        return 0;
    }
    struct impairment im = {.from_s = now_s, .to_s = RUN_WHOLE_S, .agent = AGENT_NONE};
    double for_s = 0;
    char *rest = text;
    int words = 0;
    for (char *word = strtok_r(text, " ,", &rest); word;
         word = strtok_r(NULL, " ,", &rest)) {
        int code = parse_word(run, word, &im, &for_s, fail);
        if (code < 0) {
            return code;
        }
        words++;
    }
    if (words == 0) {
        return fail_set(fail, RESULT_USAGE,
                        "fault: says nothing; as 'loss=0.3 link=v2p for=5'");
    }
    im.to_s = for_s > 0 ? now_s + for_s : RUN_WHOLE_S;
    return add(air, im, fail);
}

int run_air_command(const struct run *run, enum run_command_kind kind, const char *value,
                    double now_s, struct air_config *air, struct fail *fail)
{
    switch (kind) {
    case RUN_TIER:
        return kinds_find(kinds_tier, TIER_COUNT, value) < 0
                   ? fail_set(fail, RESULT_USAGE, "tier %s: one of d0 to d5", value)
                   : profile_tier(value, &air->tier, &air->tier_index, fail);
    case RUN_AIR:
        air->tier_index = TIER_CUSTOM;
        return profile_parse("profile", value, strlen(value), &air->tier, fail);
    case RUN_FAULT:
        return run_air_fault(run, value, now_s, air, fail);
    }
    return fail_set(fail, RESULT_USAGE, "no such command");
}
