/* SPDX-License-Identifier: Apache-2.0 */
/* Reads SUMO's floating car data with expat. In: octets. Out: agents as nodes. */
#include "scenarios/fcd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "model/kinds.h"
#include "scenarios/names.h"
#include "scenarios/scenario.h"
#include "scenarios/xml.h"

struct traveller {
    struct yaml_node *agent, *rows;
    double length_m;
};

struct fcd {
    struct arena *arena;
    struct xml xml;
    struct traveller *all;
    uint32_t count;
    struct names names; /* of SUMO, to their place in all */
    struct names ids;   /* given so far */
    uint32_t rows;
    double first_s, now_s;
    bool in_step, any_step;
};

static struct yaml_node *node_of(struct fcd *f, enum yaml_kind kind, const char *key,
                                 const char *text)
{
    struct yaml_node *node = yaml_new(f->arena, kind, key, text);
    if (!node) {
        xml_refuse(&f->xml, "no memory for that much traffic", "");
        return NULL;
    }
    node->file = f->xml.file;
    node->line = node->key_line = xml_line(&f->xml);
    node->column = node->key_column = 1;
    return node;
}

static void put(struct fcd *f, struct yaml_node *parent, const char *key, const char *text)
{
    struct yaml_node *node = node_of(f, YAML_SCALAR, key, text);
    if (node) {
        yaml_append(parent, node);
    }
}

/* What the name of a vehicle type tells. */
static enum sender_kind kind_of(const char *type, bool person)
{
    static const struct {
        const char *word;
        enum sender_kind kind;
    } words[] = {
        {"emergency", KIND_EMERGENCY},
        {"ambulance", KIND_EMERGENCY},
        {"motorcycle", KIND_MOTORCYCLE},
        {"moped", KIND_MOTORCYCLE},
        {"scooter", KIND_ESCOOTER},
        {"bicycle", KIND_CYCLIST},
        {"bike", KIND_CYCLIST},
        {"truck", KIND_TRUCK},
        {"trailer", KIND_TRUCK},
        {"bus", KIND_BUS},
        {"coach", KIND_BUS},
        {"delivery", KIND_VAN},
        {"van", KIND_VAN},
        {"rail", KIND_RAIL},
        {"tram", KIND_RAIL},
        {"ped", KIND_PEDESTRIAN},
    };
    char lower[64];
    size_t i = 0;
    for (; type && type[i] && i + 1 < sizeof lower; i++) {
        lower[i] = type[i] >= 'A' && type[i] <= 'Z' ? (char)(type[i] + 32) : type[i];
    }
    lower[i] = '\0';
    for (i = 0; !person && i < sizeof words / sizeof words[0]; i++) {
        if (strstr(lower, words[i].word)) {
            return words[i].kind;
        }
    }
    return person ? KIND_PEDESTRIAN : KIND_CAR;
}

static struct traveller *add(struct fcd *f, const char *name, const char *type, bool person)
{
    if (f->count == SCENARIO_AGENTS_MOST) {
        xml_refuse(&f->xml, "more than 4096 vehicles and persons", "");
        return NULL;
    }
    enum sender_kind kind = kind_of(type, person);
    struct traveller t = {.agent = node_of(f, YAML_MAP, NULL, NULL),
                          .rows = node_of(f, YAML_LIST, "trajectory", NULL),
                          .length_m = kinds_size(kind).length_m};
    const char *own = arena_text(f->arena, name);
    const char *id = names_id(&f->ids, f->arena, name);
    if (!own || !id || !names_put(&f->names, own, f->count)) {
        xml_refuse(&f->xml, "no memory for that much traffic", "");
    }
    if (!t.agent || !t.rows || f->xml.why[0] != '\0') {
        return NULL;
    }
    put(f, t.agent, "id", id);
    put(f, t.agent, "kind", kinds_sender[kind]);
    put(f, t.agent, "smooth", "true");
    yaml_append(t.agent, t.rows);
    f->all[f->count] = t;
    return &f->all[f->count++];
}

static struct traveller *find(struct fcd *f, xml_attributes attributes, bool person)
{
    const char *name = xml_value(attributes, "id");
    if (!name) {
        xml_refuse(&f->xml, "an id expected", "");
        return NULL;
    }
    uint32_t at = names_find(&f->names, name);
    return at != NAMES_NONE ? &f->all[at]
                            : add(f, name, xml_value(attributes, "type"), person);
}

static void take_row(struct fcd *f, xml_attributes attributes, bool person)
{
    double v[3];
    if (!xml_number(&f->xml, attributes, "x", &v[0]) ||
        !xml_number(&f->xml, attributes, "y", &v[1]) ||
        !xml_number(&f->xml, attributes, "angle", &v[2])) {
        return;
    }
    struct traveller *t = find(f, attributes, person);
    if (!t) {
        return;
    }
    if (f->rows++ == FCD_ROWS_MOST) {
        xml_refuse(&f->xml, "more rows than 1000000; use a longer step or a shorter time",
                   "");
        return;
    }
    double yaw = fm_wrap_angle((90 - v[2]) * FM_PI / 180);
    double row[3] = {f->now_s - f->first_s, v[0] - 0.5 * t->length_m * fm_cos(yaw),
                     v[1] - 0.5 * t->length_m * fm_sin(yaw)};
    struct yaml_node *list = node_of(f, YAML_LIST, NULL, NULL);
    for (int i = 0; list && i < 3; i++) {
        char text[40];
        snprintf(text, sizeof text, "%.3f", row[i]);
        put(f, list, NULL, text);
    }
    if (list) {
        yaml_append(t->rows, list);
    }
}

static void start(void *self, const char *name, xml_attributes attributes)
{
    struct fcd *f = self;
    if (strcmp(name, "timestep") == 0) {
        double t = 0;
        if (!xml_number(&f->xml, attributes, "time", &t)) {
            return;
        }
        if (f->any_step && t <= f->now_s) {
            xml_refuse(&f->xml, "times must rise", "");
            return;
        }
        f->first_s = f->any_step ? f->first_s : t;
        f->any_step = f->in_step = true;
        f->now_s = t;
    } else if (f->in_step &&
               (strcmp(name, "vehicle") == 0 || strcmp(name, "person") == 0)) {
        take_row(f, attributes, name[0] == 'p');
    }
}

static void end(void *self, const char *name)
{
    struct fcd *f = self;
    f->in_step = f->in_step && strcmp(name, "timestep") != 0;
}

int fcd_new(struct fcd **fcd, struct arena *arena, const char *file, struct fail *fail)
{
    struct fcd *f = calloc(1, sizeof *f);
    *fcd = f;
    if (f) {
        f->arena = arena;
        f->xml = (struct xml){
            .self = f, .start = start, .end = end, .file = file, .root = "fcd-export"};
        f->all = calloc(SCENARIO_AGENTS_MOST, sizeof *f->all);
    }
    if (!f || !f->all) {
        fcd_free(f);
        *fcd = NULL;
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", file);
    }
    int result = xml_open(&f->xml, fail);
    if (result != 0) {
        fcd_free(f);
        *fcd = NULL;
    }
    return result;
}

int fcd_feed(struct fcd *f, const void *octets, size_t size, bool last, struct fail *fail)
{
    int result = xml_feed(&f->xml, octets, size, last, fail);
    if (result == 0 && last && fcd_duration_s(f) <= 0) {
        return fail_set(fail, RESULT_USAGE,
                        "%.150s: error: at least two time steps expected", f->xml.file);
    }
    return result;
}

struct yaml_node *fcd_agents(struct fcd *f)
{
    struct yaml_node *list = yaml_new(f->arena, YAML_LIST, "agents", NULL);
    if (list) {
        list->file = f->xml.file;
        list->line = list->column = list->key_line = list->key_column = 1;
    }
    for (uint32_t i = 0; list && i < f->count; i++) {
        if (f->all[i].rows->count >= 2) {
            yaml_append(list, f->all[i].agent);
        }
    }
    return list;
}

double fcd_begin_s(const struct fcd *f)
{
    return f->first_s;
}

double fcd_duration_s(const struct fcd *f)
{
    return f->any_step ? f->now_s - f->first_s : 0;
}

void fcd_free(struct fcd *f)
{
    if (f) {
        xml_close(&f->xml);
        names_close(&f->names);
        names_close(&f->ids);
        free(f->all);
        free(f);
    }
}
