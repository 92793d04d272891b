/* SPDX-License-Identifier: Apache-2.0 */
/* Reads SUMO's floating car data with expat. In: octets. Out: agents as nodes. */
#include "scenarios/fcd.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "model/kinds.h"
#include "scenarios/scenario.h"

#define SLOTS 16384 /* of the table of ids; four times SCENARIO_AGENTS_MOST */

struct traveller {
    const char *name; /* as SUMO has it */
    struct yaml_node *agent, *rows;
    double length_m;
};

struct fcd {
    struct arena *arena;
    const char *file;
    XML_Parser parser;
    struct traveller *all;
    uint32_t count;
    uint32_t *slots; /* place in all + 1 */
    uint32_t rows;
    double first_s, now_s;
    bool known_root, in_step, any_step;
    char why[160]; /* empty: no problem yet */
    unsigned long line, column;
};

static void refuse(struct fcd *f, const char *why, const char *what)
{
    if (f->why[0] == '\0') {
        snprintf(f->why, sizeof f->why, "%s%.80s", why, what);
        f->line = XML_GetCurrentLineNumber(f->parser);
        f->column = XML_GetCurrentColumnNumber(f->parser) + 1;
        (void)XML_StopParser(f->parser, XML_FALSE);
    }
}

static const char *value_of(const XML_Char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}

static bool number_of(struct fcd *f, const XML_Char **attributes, const char *name,
                      double *value)
{
    const char *text = value_of(attributes, name);
    if (!text || !yaml_number(text, value) || fm_abs(*value) > 1e9) {
        refuse(f, "a number expected: ", name);
        return false;
    }
    return true;
}

static struct yaml_node *node_of(struct fcd *f, enum yaml_kind kind, const char *key,
                                 const char *text)
{
    struct yaml_node *node = yaml_new(f->arena, kind, key, text);
    if (!node) {
        refuse(f, "no memory for that much traffic", "");
        return NULL;
    }
    node->file = f->file;
    node->line = node->key_line = (int)XML_GetCurrentLineNumber(f->parser);
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

static uint32_t hash(const char *name)
{
    uint32_t h = 2166136261u;
    for (; *name; name++) {
        h = (h ^ (unsigned char)*name) * 16777619u;
    }
    return h;
}

/* An id out of a name: other characters become '_', and who collides gets a number. */
static void put_id(struct fcd *f, struct yaml_node *agent, const char *name)
{
    char id[80];
    size_t n = 0;
    for (; name[n] && n < 48; n++) {
        char c = name[n];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '_';
        id[n] = good ? c : '_';
    }
    id[n] = '\0';
    bool same = n == 0 || name[n] != '\0' || strcmp(id, name) != 0;
    if (same) { /* it is not its own name any more: make it unique */
        snprintf(id + n, sizeof id - n, "_%u", f->count);
    }
    put(f, agent, "id", id);
}

static struct traveller *add(struct fcd *f, const char *name, const char *type, bool person,
                             uint32_t *slot)
{
    if (f->count == SCENARIO_AGENTS_MOST) {
        refuse(f, "more than 4096 vehicles and persons", "");
        return NULL;
    }
    enum sender_kind kind = kind_of(type, person);
    struct traveller t = {.name = arena_text(f->arena, name),
                          .agent = node_of(f, YAML_MAP, NULL, NULL),
                          .rows = node_of(f, YAML_LIST, "trajectory", NULL),
                          .length_m = kinds_size(kind).length_m};
    if (!t.name || !t.agent || !t.rows) {
        return NULL;
    }
    put_id(f, t.agent, name);
    put(f, t.agent, "kind", kinds_sender[kind]);
    put(f, t.agent, "smooth", "true");
    yaml_append(t.agent, t.rows);
    f->all[f->count] = t;
    *slot = f->count + 1;
    return &f->all[f->count++];
}

static struct traveller *find(struct fcd *f, const XML_Char **attributes, bool person)
{
    const char *name = value_of(attributes, "id");
    if (!name) {
        refuse(f, "an id expected", "");
        return NULL;
    }
    uint32_t at = hash(name) % SLOTS;
    while (f->slots[at] != 0) {
        struct traveller *t = &f->all[f->slots[at] - 1];
        if (strcmp(t->name, name) == 0) {
            return t;
        }
        at = (at + 1) % SLOTS;
    }
    return add(f, name, value_of(attributes, "type"), person, &f->slots[at]);
}

static void take_row(struct fcd *f, const XML_Char **attributes, bool person)
{
    double v[3];
    if (!number_of(f, attributes, "x", &v[0]) || !number_of(f, attributes, "y", &v[1]) ||
        !number_of(f, attributes, "angle", &v[2])) {
        return;
    }
    struct traveller *t = find(f, attributes, person);
    if (!t) {
        return;
    }
    if (f->rows++ == FCD_ROWS_MOST) {
        refuse(f, "more rows than 1000000; use a longer step or a shorter time", "");
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

static void XMLCALL start(void *self, const XML_Char *name, const XML_Char **attributes)
{
    struct fcd *f = self;
    if (!f->known_root) {
        f->known_root = strcmp(name, "fcd-export") == 0;
        if (!f->known_root) {
            refuse(f, "fcd-export expected, not ", name);
        }
        return;
    }
    if (strcmp(name, "timestep") == 0) {
        double t = 0;
        if (!number_of(f, attributes, "time", &t)) {
            return;
        }
        if (f->any_step && t <= f->now_s) {
            refuse(f, "times must rise", "");
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

static void XMLCALL end(void *self, const XML_Char *name)
{
    struct fcd *f = self;
    f->in_step = f->in_step && strcmp(name, "timestep") != 0;
}

static void XMLCALL doctype(void *self, const XML_Char *name, const XML_Char *system,
                            const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    refuse(self, "a document type is not accepted", "");
}

int fcd_new(struct fcd **fcd, struct arena *arena, const char *file, struct fail *fail)
{
    struct fcd *f = calloc(1, sizeof *f);
    *fcd = f;
    if (f) {
        f->arena = arena;
        f->file = file;
        f->all = calloc(SCENARIO_AGENTS_MOST, sizeof *f->all);
        f->slots = calloc(SLOTS, sizeof *f->slots);
        f->parser = XML_ParserCreate(NULL);
    }
    if (!f || !f->all || !f->slots || !f->parser) {
        fcd_free(f);
        *fcd = NULL;
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", file);
    }
    XML_SetUserData(f->parser, f);
    XML_SetElementHandler(f->parser, start, end);
    XML_SetStartDoctypeDeclHandler(f->parser, doctype);
    return 0;
}

int fcd_feed(struct fcd *f, const void *octets, size_t size, bool last, struct fail *fail)
{
    const char *at = octets;
    enum XML_Status status = XML_STATUS_OK;
    do {
        size_t part = size < 65536 ? size : 65536;
        size -= part;
        status = XML_Parse(f->parser, part ? at : "", (int)part, last && size == 0);
        at = part ? at + part : at;
    } while (status == XML_STATUS_OK && size > 0);
    if (status != XML_STATUS_OK) {
        if (f->why[0] == '\0') {
            f->line = XML_GetCurrentLineNumber(f->parser);
            f->column = XML_GetCurrentColumnNumber(f->parser) + 1;
            snprintf(f->why, sizeof f->why, "%s",
                     XML_ErrorString(XML_GetErrorCode(f->parser)));
        }
        return fail_set(fail, RESULT_USAGE, "%.150s:%lu:%lu: error: %s", f->file, f->line,
                        f->column, f->why);
    }
    if (last && fcd_duration_s(f) <= 0) {
        return fail_set(fail, RESULT_USAGE,
                        "%.150s: error: at least two time steps expected", f->file);
    }
    return 0;
}

struct yaml_node *fcd_agents(struct fcd *f)
{
    struct yaml_node *list = yaml_new(f->arena, YAML_LIST, "agents", NULL);
    if (list) {
        list->file = f->file;
        list->line = list->column = list->key_line = list->key_column = 1;
    }
    for (uint32_t i = 0; list && i < f->count; i++) {
        if (f->all[i].rows->count >= 2) {
            yaml_append(list, f->all[i].agent);
        }
    }
    return list;
}

double fcd_duration_s(const struct fcd *f)
{
    return f->any_step ? f->now_s - f->first_s : 0;
}

void fcd_free(struct fcd *f)
{
    if (f) {
        if (f->parser) {
            XML_ParserFree(f->parser);
        }
        free(f->all);
        free(f->slots);
        free(f);
    }
}
