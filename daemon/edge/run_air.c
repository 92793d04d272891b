/* SPDX-License-Identifier: Apache-2.0 */
/* The air as users steer it: what the command line adds, what live commands change, and
 * both as text that a configuration file can hold. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/run_inside.h"
#include "scenarios/profile.h"

void run_air_text(const struct run *run, const struct air_config *air, struct bytes *out)
{
    bytes_text(out, "[");
    for (int i = 0; i < air->impairment_count; i++) {
        const struct impairment *im = &air->impairments[i];
        bytes_format(out, "%s{", i > 0 ? ", " : "");
        if (im->from_s > 0 || im->to_s < RUN_WHOLE_S) {
            bytes_format(out, "when_s: [%.9g, %.9g], ", im->from_s,
                         im->to_s < 86400 ? im->to_s : 86400);
        }
        if (im->agent != AGENT_NONE && im->agent < run->agent_count) {
            bytes_format(out, "agent: %s, ", run->agents[im->agent].id);
        }
        bytes_format(out,
                     "link: %s, dropout: %s, loss: %.9g, latency_ms: %.9g, "
                     "latency_jitter_ms: %.9g}",
                     kinds_link[im->link], im->dropout ? "true" : "false", im->loss,
                     im->latency_ms, im->latency_jitter_ms);
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
