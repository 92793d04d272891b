/* SPDX-License-Identifier: Apache-2.0 */
/* Signal programs of SUMO. In: states per link and phase. Out: signals and controllers. */
#include "scenarios/net_lights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"

#define PHASES_MOST  64
#define SIGNALS_MOST 254
#define LINKS_MOST   1000 /* of one light */

struct light {
    uint32_t links;   /* letters of a state */
    uint16_t *signal; /* per link: place among all signals + 1; 0: nobody asks for it */
};

struct net_lights {
    const struct net *net;
    struct net_out *out;
    struct light *lights; /* per program */
    struct {
        const char *id;
        uint32_t program, link; /* the first of the links that show this */
    } signals[SIGNALS_MOST];
    uint32_t count;
};

static int refuse(const struct net_lights *l, int line, const char *why, const char *what,
                  struct fail *fail)
{
    return fail_set(fail, RESULT_USAGE, "%.150s:%d:1: error: %s%.80s", l->net->xml.file,
                    line, why, what);
}

static char letter(const struct net_lights *l, uint32_t program, uint32_t phase,
                   uint32_t link)
{
    return l->net->phases[l->net->programs[program].first + phase].state[link];
}

static bool same(const struct net_lights *l, uint32_t program, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < l->net->programs[program].count; i++) {
        if (letter(l, program, i, a) != letter(l, program, i, b)) {
            return false;
        }
    }
    return true;
}

static int check_program(struct net_lights *l, uint32_t p, struct fail *fail)
{
    const struct net_program *program = &l->net->programs[p];
    if (program->count == 0 || program->count > PHASES_MOST) {
        return refuse(l, program->line, "1 to 64 phases expected: ", program->id, fail);
    }
    l->lights[p].links = (uint32_t)strlen(l->net->phases[program->first].state);
    for (uint32_t i = 0; i < program->count; i++) {
        const struct net_phase *phase = &l->net->phases[program->first + i];
        if (strlen(phase->state) != l->lights[p].links || l->lights[p].links > LINKS_MOST) {
            return refuse(l, phase->line, "a state of another length: ", program->id, fail);
        }
    }
    l->lights[p].signal = calloc(l->lights[p].links, sizeof *l->lights[p].signal);
    return l->lights[p].signal
               ? 0
               : fail_set(fail, RESULT_MEMORY, "%.300s: no memory", l->net->xml.file);
}

/* A link's signal: one that shows the same, or a new one. */
static int add(struct net_lights *l, uint32_t p, uint32_t link, int line, struct names *ids,
               struct fail *fail)
{
    const struct net_program *program = &l->net->programs[p];
    uint32_t of_program = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->signals[i].program == p && same(l, p, l->signals[i].link, link)) {
            l->lights[p].signal[link] = (uint16_t)(i + 1);
            return 0;
        }
        of_program += l->signals[i].program == p;
    }
    if (l->count == SIGNALS_MOST) {
        return refuse(l, line,
                      "more than 254 signal groups; cut the network smaller: ", program->id,
                      fail);
    }
    char name[100];
    snprintf(name, sizeof name, "%.80s-%u", program->id, of_program);
    l->signals[l->count].id = names_id(ids, l->out->arena, name);
    l->signals[l->count].program = p;
    l->signals[l->count].link = link;
    l->lights[p].signal[link] = (uint16_t)++l->count;
    return l->signals[l->count - 1].id
               ? 0
               : fail_set(fail, RESULT_MEMORY, "%.300s: no memory", l->net->xml.file);
}

static int take(struct net_lights *l, const struct net_link *link, struct names *ids,
                struct fail *fail)
{
    uint32_t p = names_find(&l->net->program_names, link->light);
    if (p == NAMES_NONE) {
        return refuse(l, link->line, "no such traffic light: ", link->light, fail);
    }
    if (link->light_index >= l->lights[p].links) {
        return refuse(l, link->line, "linkIndex beyond the states of ", link->light, fail);
    }
    return l->lights[p].signal[link->light_index]
               ? 0
               : add(l, p, link->light_index, link->line, ids, fail);
}

int net_lights_new(struct net_lights **lights, const struct net *net, struct names *ids,
                   struct net_out *out, struct fail *fail)
{
    struct net_lights *l = calloc(1, sizeof *l);
    *lights = l;
    if (l) {
        l->net = net;
        l->out = out;
        l->lights = calloc(net->program_count + 1, sizeof *l->lights);
    }
    if (!l || !l->lights) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", net->xml.file);
    }
    int result = 0;
    for (uint32_t p = 0; p < net->program_count && result == 0; p++) {
        result = net->programs[p].replaced ? 0 : check_program(l, p, fail);
    }
    for (uint32_t i = 0; i < net->link_count && result == 0; i++) {
        result = net->links[i].light ? take(l, &net->links[i], ids, fail) : 0;
    }
    return result;
}

static uint32_t place_of(const struct net_lights *l, const struct net_link *link)
{
    uint32_t p = link->light ? names_find(&l->net->program_names, link->light) : NAMES_NONE;
    return p == NAMES_NONE ? 0 : l->lights[p].signal[link->light_index];
}

const char *net_lights_signal(const struct net_lights *l, const struct net_link *link)
{
    uint32_t place = place_of(l, link);
    return place ? l->signals[place - 1].id : NULL;
}

bool net_lights_give_way(const struct net_lights *l, const struct net_link *link,
                         const struct net_link *other)
{
    if (!link->light || !other->light || strcmp(link->light, other->light) != 0) {
        return true;
    }
    uint32_t p = names_find(&l->net->program_names, link->light);
    for (uint32_t i = 0; i < l->net->programs[p].count; i++) {
        char mine = letter(l, p, i, link->light_index);
        char theirs = letter(l, p, i, other->light_index);
        if (strchr("gos", mine) && strchr("Ggo", theirs)) {
            return true;
        }
    }
    return false;
}

/* What a letter is called; a yellow is named after the green before it. */
static const char *phase_of(char now, char before)
{
    switch (now) {
    case 'G':
        return "protected-Movement-Allowed";
    case 'g':
        return "permissive-Movement-Allowed";
    case 'y':
    case 'Y':
        return before == 'g' ? "permissive-clearance" : "protected-clearance";
    case 'u':
        return "pre-Movement";
    case 's':
        return "stop-Then-Proceed";
    case 'o':
        return "caution-Conflicting-Traffic";
    case 'O':
        return "dark";
    default:
        return "stop-And-Remain";
    }
}

static void put_phases(struct net_lights *l, struct yaml_node *node, uint32_t signal)
{
    uint32_t p = l->signals[signal].program;
    uint32_t link = l->signals[signal].link;
    const struct net_program *program = &l->net->programs[p];
    const struct net_phase *phases = &l->net->phases[program->first];
    double cycle = 0;
    for (uint32_t i = 0; i < program->count; i++) {
        cycle += phases[i].duration_s;
    }
    double turns = cycle > 0 ? fm_floor(program->offset_s / cycle) : 0;
    net_out_number(l->out, node, "offset_s", program->offset_s - turns * cycle);
    struct yaml_node *list = net_out_list(l->out, node, "phases");
    for (uint32_t i = 0; i < program->count;) {
        char before = letter(l, p, i ? i - 1 : program->count - 1, link);
        char now = letter(l, p, i, link);
        double duration = 0;
        l->out->line = phases[i].line;
        for (; i < program->count && letter(l, p, i, link) == now; i++) {
            duration += phases[i].duration_s;
        }
        struct yaml_node *phase = net_out_map(l->out, list, NULL);
        net_out_text(l->out, phase, "phase", phase_of(now, before));
        net_out_number(l->out, phase, "duration_s", duration);
    }
}

/* The signals of a program whose letter in a phase is one of those. */
static void put_ids(struct net_lights *l, struct yaml_node *stage, const char *key,
                    uint32_t p, uint32_t phase, const char *letters)
{
    struct yaml_node *list = NULL;
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->signals[i].program == p &&
            (!letters || strchr(letters, letter(l, p, phase, l->signals[i].link)))) {
            list = list ? list : net_out_list(l->out, stage, key);
            net_out_text(l->out, list, NULL, l->signals[i].id);
        }
    }
}

static void put_controller(struct net_lights *l, struct yaml_node *list, uint32_t p,
                           struct names *ids)
{
    const struct net_program *program = &l->net->programs[p];
    struct yaml_node *node = net_out_map(l->out, list, NULL);
    l->out->line = program->line;
    net_out_text(l->out, node, "id", names_id(ids, l->out->arena, program->id));
    put_ids(l, node, "signals", p, 0, NULL);
    net_out_number(l->out, node, "gap_s", program->gap_s);
    net_out_number(l->out, node, "detector_s", program->detector_s);
    struct yaml_node *stages = net_out_list(l->out, node, "stages");
    for (uint32_t i = 0; i < program->count; i++) {
        const struct net_phase *phase = &l->net->phases[program->first + i];
        l->out->line = phase->line;
        struct yaml_node *stage = net_out_map(l->out, stages, NULL);
        put_ids(l, stage, "green", p, i, "G");
        put_ids(l, stage, "permissive", p, i, "go");
        put_ids(l, stage, "yellow", p, i, "yY");
        net_out_number(l->out, stage, "min_s", phase->least_s);
        net_out_number(l->out, stage, "max_s", phase->most_s);
    }
}

void net_lights_put(struct net_lights *l, struct yaml_node *map)
{
    struct names ids = {0};
    struct yaml_node *signals = l->count ? net_out_list(l->out, map, "signals") : NULL;
    struct yaml_node *controllers = NULL;
    for (uint32_t i = 0; i < l->count; i++) {
        uint32_t p = l->signals[i].program;
        l->out->line = l->net->programs[p].line;
        struct yaml_node *node = net_out_map(l->out, signals, NULL);
        net_out_text(l->out, node, "id", l->signals[i].id);
        if (!l->net->programs[p].actuated) {
            put_phases(l, node, i);
            continue;
        }
        net_out_text(l->out, node, "plan", "actuated");
    }
    for (uint32_t p = 0; p < l->net->program_count; p++) {
        bool used = false;
        for (uint32_t i = 0; i < l->count; i++) {
            used = used || l->signals[i].program == p;
        }
        if (used && l->net->programs[p].actuated) {
            controllers =
                controllers ? controllers : net_out_list(l->out, map, "controllers");
            put_controller(l, controllers, p, &ids);
        }
    }
    names_close(&ids);
}

void net_lights_free(struct net_lights *l)
{
    if (l) {
        for (uint32_t p = 0; l->lights && p < l->net->program_count; p++) {
            free(l->lights[p].signal);
        }
        free(l->lights);
        free(l);
    }
}
