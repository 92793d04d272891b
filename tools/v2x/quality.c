/* SPDX-License-Identifier: Apache-2.0 */
/* Tables in, statistics of their labels out; see quality.h. */
#include "tools/v2x/quality.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "tools/v2x/rerule.h"

/* Every label column. A name of an axis that this build does not have, or a column that a
 * dataset does not have, counts as nothing. */
struct label_column {
    const char *table, *column, *axis, *agent; /* agent: column of who it is about */
    bool truth, whole;                         /* whole: every row bears one */
};
static const struct label_column label_columns[] = {
    {"receptions", "com_tim", "com.tim", "sender", true, true},
    {"receptions", "com_tim_obs", "com.tim", "sender", false, false},
    {"receptions", "com_ord", "com.ord", "sender", false, true},
    {"receptions", "com_fate", "com.fate", "sender", true, true},
    {"frames", "sync_quality", "syn.q", "ego", false, true},
    {"frames", "int_mode", "int.mode", "ego", false, false},
    {"tracks", "com_link", "com.link", "sender", false, true},
    {"tracks", "gt_com_link", "com.link", "sender", true, false},
    {"tracks", "int_src", "int.src", "sender", false, false},
    {"tracks", "gt_int_src", "int.src", "sender", true, false},
    {"tracks", "int_agree", "int.agree", "sender", false, false},
    {"tracks", "gt_int_agree", "int.agree", "sender", true, false},
    {"agents", "act_lon", "act.lon", "agent", true, false},
    {"pairs", "rel_pos", "rel.pos", "ego", false, false},
    {"pairs", "gt_rel_pos", "rel.pos", "ego", true, false},
    {"pairs", "rel_conf", "rel.conf", "ego", false, false},
    {"pairs", "gt_rel_conf", "rel.conf", "ego", true, false},
    {"pairs", "rel_risk", "rel.risk", "ego", false, false},
    {"pairs", "gt_rel_risk", "rel.risk", "ego", true, false},
    {"decisions", "gt_act", "dec.act", "ego", true, true},
    {"decisions", "fused_act", "dec.act", "ego", false, true},
    {"decisions", "sensors_act", "dec.act", "ego", false, false},
    {"decisions", "v2x_act", "dec.act", "ego", false, false},
    {"decisions", "basis", "dec.basis", "ego", true, true},
    {"scenes", "n_conflicts", "scn.n_conflicts", "n_conflicts", false, true},
    {"encounters", "outcome", "enc.out", "ego", true, true},
    {"encounters", "evasive", "enc.evasive", "ego", true, true},
    {"sequences", "gt_seq_out", "seq.out", "ego", true, false},
    {"clocks", "fault", "int.fault", "sender", false, true},
};

/* The same label as it could be known, and on truth, in one row. */
static const struct {
    const char *table, *seen, *truth, *axis;
} label_pairs[] = {
    {"receptions", "com_tim_obs", "com_tim", "com.tim"},
    {"tracks", "com_link", "gt_com_link", "com.link"},
    {"tracks", "int_src", "gt_int_src", "int.src"},
    {"tracks", "int_agree", "gt_int_agree", "int.agree"},
    {"pairs", "rel_pos", "gt_rel_pos", "rel.pos"},
    {"pairs", "rel_conf", "gt_rel_conf", "rel.conf"},
    {"pairs", "rel_risk", "gt_rel_risk", "rel.risk"},
    {"decisions", "fused_act", "gt_act", "dec.act"},
    {"decisions", "sensors_act", "gt_act", "dec.act"},
    {"decisions", "v2x_act", "gt_act", "dec.act"},
};

static struct quality_source *source_add(struct quality *q, uint16_t axis, bool truth,
                                         const char *a, const char *between, const char *b)
{
    if (q->source_count == QUALITY_SOURCES_MOST) {
        return NULL;
    }
    struct quality_source *s = &q->sources[q->source_count++];
    (void)snprintf(s->name, sizeof s->name, "%s%s%s", a, between, b);
    s->axis = axis;
    s->truth = truth;
    return s;
}

/* Place of the leaf within its axis; negative: the text is none. */
static int place_of(uint16_t axis, const struct parquet_value *text)
{
    uint16_t leaf = rerule_leaf(axis, text);
    return leaf == LEAF_NONE ? -1 : leaf_places[leaf] - 1 - leaf_axes[axis].first;
}

static int take_column(struct quality *q, const struct folder *folder,
                       const struct label_column *c, struct fail *fail)
{
    const char *const names[] = {c->column, c->agent, "world_id", NULL};
    int axis = rerule_axis(c->axis);
    struct folder_scan scan;
    struct quality_source *s = NULL;
    int code;
    if (axis < 0) {
        return 0;
    }
    folder_scan_open(&scan, folder, c->table, names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value text = folder_scan_value(&scan, 0);
        struct parquet_value agent = folder_scan_value(&scan, 1);
        struct parquet_value world = folder_scan_value(&scan, 2);
        s = s ? s : source_add(q, (uint16_t)axis, c->truth, c->table, ".", c->column);
        if (!s) {
            break;
        }
        s->rows++;
        if (text.null) {
            s->missing += c->whole;
            continue;
        }
        int place = place_of((uint16_t)axis, &text);
        s->total++;
        s->odd += place < 0;
        if (place >= 0) {
            struct quality_leaf *leaf = &s->leaves[place];
            leaf->count++;
            tally_keys_note(&leaf->worlds, tally_key(0, &world));
            tally_keys_note(&leaf->agents, tally_key(tally_key(0, &world), &agent));
        }
    }
    folder_scan_close(&scan);
    return code;
}

enum {
    L_CODE,
    L_UID,
    L_PROVENANCE,
    L_WORLD,
    L_EGO,
    L_AGENT,
    L_START,
    L_END,
    L_VALUE,
    L_MARGIN,
    L_SIGMA,
    L_FLAGS
};
static const char *const label_names[] = {
    "code",     "label_uid", "provenance", "world_id",    "ego",   "agent", "t_start_ns",
    "t_end_ns", "value",     "margin",     "value_sigma", "flags", NULL};

static struct quality_source *source_of_label(struct quality *q, uint16_t axis,
                                              const struct parquet_value *provenance)
{
    char word[24];
    (void)snprintf(word, sizeof word, "%.*s",
                   (int)(provenance->size < 20 ? provenance->size : 20),
                   (const char *)provenance->data);
    char name[QUALITY_NAME];
    (void)snprintf(name, sizeof name, "labels:%s", word);
    for (size_t i = 0; i < q->source_count; i++) {
        if (q->sources[i].axis == axis && strcmp(q->sources[i].name, name) == 0) {
            return &q->sources[i];
        }
    }
    return source_add(q, axis, strcmp(word, "rule_obs") != 0, "labels", ":", word);
}

/* How often the leaf would be another if its number were one sigma off: past the nearest
 * threshold, on the side where that lies. */
static void perturb(struct quality_leaf *leaf, uint64_t uid, double margin, double sigma)
{
    for (uint64_t seed = 0; seed < QUALITY_SEEDS; seed++) {
        double moved = margin + sigma * draw_normal(draw_bits(seed, 0, uid));
        leaf->trials++;
        leaf->flips += (margin >= 0) != (moved >= 0);
    }
}

static void take_label(struct quality *q, const struct folder_scan *scan)
{
    struct parquet_value v[L_FLAGS + 1];
    for (size_t i = 0; i <= L_FLAGS; i++) {
        v[i] = folder_scan_value(scan, i);
    }
    tally_keys_add(&q->uids, v[L_UID].bits);
    char code[128];
    (void)snprintf(code, sizeof code, "%.*s",
                   (int)(v[L_CODE].size < 120 ? v[L_CODE].size : 120),
                   (const char *)v[L_CODE].data);
    uint16_t id = leaf_by_code(code);
    struct quality_source *s =
        id == LEAF_NONE ? NULL
                        : source_of_label(q, (uint16_t)leaf_axis(id), &v[L_PROVENANCE]);
    if (!s) {
        return; /* the gate `labels` counts what is in no taxonomy */
    }
    struct quality_leaf *leaf = &s->leaves[leaf_places[id] - 1 - leaf_axes[s->axis].first];
    s->total++;
    s->rows++;
    leaf->count++;
    leaf->boundary += (v[L_FLAGS].bits & 4) != 0;
    leaf->seconds += (double)(int64_t)(v[L_END].bits - v[L_START].bits) / 1e9;
    uint64_t world = tally_key(0, &v[L_WORLD]);
    const struct parquet_value *who = v[L_AGENT].null ? &v[L_EGO] : &v[L_AGENT];
    tally_keys_note(&leaf->worlds, world);
    tally_keys_note(&leaf->agents, tally_key(world, who));
    if (!v[L_VALUE].null) {
        tally_add(&leaf->values, v[L_VALUE].number);
    }
    if (!v[L_MARGIN].null && !v[L_SIGMA].null && v[L_SIGMA].number > 0) {
        perturb(leaf, v[L_UID].bits, v[L_MARGIN].number, v[L_SIGMA].number);
    }
}

static int take_labels(struct quality *q, const struct folder *folder, struct fail *fail)
{
    struct folder_scan scan;
    int code;
    folder_scan_open(&scan, folder, "labels", label_names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        take_label(q, &scan);
    }
    folder_scan_close(&scan);
    tally_keys_sort(&q->uids);
    q->uids_twice = tally_keys_twice(&q->uids);
    return code;
}

static int take_pair(struct quality *q, const struct folder *folder, const char *table,
                     const char *seen, const char *truth, int axis, struct fail *fail)
{
    const char *const names[] = {seen, truth, NULL};
    struct folder_scan scan;
    struct quality_matrix *m = &q->matrices[q->matrix_count];
    int code;
    (void)snprintf(m->name, sizeof m->name, "%s.%s against %s", table, seen, truth);
    (void)snprintf(m->gate, sizeof m->gate, "rule_%s", seen);
    m->axis = (uint16_t)axis;
    folder_scan_open(&scan, folder, table, names);
    while ((code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value a = folder_scan_value(&scan, 0);
        struct parquet_value b = folder_scan_value(&scan, 1);
        int seen_place = a.null ? -1 : place_of(m->axis, &a);
        int true_place = b.null ? -1 : place_of(m->axis, &b);
        bool told = true_place >= 0 &&
                    strcmp(quality_leaf_info(m->axis, (uint16_t)true_place)->name,
                           "unknown") != 0; /* else there is nothing to hold against */
        if (seen_place >= 0 && told) {
            m->n[true_place][seen_place]++;
            m->total++;
        }
    }
    folder_scan_close(&scan);
    q->matrix_count += m->total > 0;
    return code;
}

/* The flips of one column whose rule can be asked again. */
static int take_stability(struct quality *q, const struct folder *folder,
                          const struct rerule_column *c, struct fail *fail)
{
    const char *names[RERULE_FACTS_MOST + 2] = {c->column};
    char name[QUALITY_NAME];
    struct quality_source *s = NULL;
    struct folder_scan scan;
    uint64_t row = 0;
    int code;
    (void)snprintf(name, sizeof name, "%s.%s", c->table, c->column);
    for (size_t i = 0; i < q->source_count; i++) {
        s = strcmp(q->sources[i].name, name) == 0 ? &q->sources[i] : s;
    }
    size_t facts = 0;
    while (c->facts[facts]) {
        names[facts + 1] = c->facts[facts];
        facts++;
    }
    folder_scan_open(&scan, folder, c->table, names);
    while (s && (code = folder_scan_next(&scan, fail)) == 1) {
        struct parquet_value v[RERULE_FACTS_MOST] = {0};
        struct parquet_value text = folder_scan_value(&scan, 0);
        for (size_t i = 0; i < facts; i++) {
            v[i] = folder_scan_value(&scan, i + 1);
        }
        uint16_t leaf = text.null ? LEAF_NONE : rerule_leaf(c->axis, &text);
        row++;
        if (leaf == LEAF_NONE || c->label(v, NULL, 0).leaf != leaf) {
            continue;
        }
        struct quality_leaf *at =
            &s->leaves[leaf_places[leaf] - 1 - leaf_axes[c->axis].first];
        for (uint64_t seed = 0; seed < QUALITY_SEEDS; seed++) {
            double sigmas = draw_normal(draw_bits(seed, 1, row));
            at->trials++;
            at->flips += c->label(v, NULL, sigmas).leaf != leaf;
        }
    }
    code = s ? code : 0;
    folder_scan_close(&scan);
    return code;
}

static void finish(struct quality *q)
{
    for (size_t i = 0; i < q->source_count; i++) {
        struct quality_source *s = &q->sources[i];
        for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
            tally_keys_unique(&s->leaves[k].worlds);
            tally_keys_unique(&s->leaves[k].agents);
            for (size_t w = 0; w < s->leaves[k].worlds.count; w++) {
                tally_keys_add(&q->worlds, s->leaves[k].worlds.list[w]);
            }
        }
    }
    tally_keys_unique(&q->worlds);
}

int quality_new(struct quality **out, const struct folder *folder, struct fail *fail)
{
    struct quality *q = calloc(1, sizeof *q);
    if (!q) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    int code = 0;
    for (size_t i = 0; i < sizeof label_columns / sizeof label_columns[0] && code == 0;
         i++) {
        code = take_column(q, folder, &label_columns[i], fail);
    }
    code = code < 0 ? code : take_labels(q, folder, fail);
    for (size_t i = 0; i < sizeof label_pairs / sizeof label_pairs[0] && code == 0; i++) {
        int axis = rerule_axis(label_pairs[i].axis);
        code = axis < 0 ? 0
                        : take_pair(q, folder, label_pairs[i].table, label_pairs[i].seen,
                                    label_pairs[i].truth, axis, fail);
    }
    code = code < 0 ? code : quality_injected(q, folder, fail);
    for (size_t i = 0; i < rerule_column_count && code == 0; i++) {
        if (rerule_columns[i].has_sigma) {
            code = take_stability(q, folder, &rerule_columns[i], fail);
        }
    }
    if (code < 0) {
        quality_free(q);
        return code;
    }
    finish(q);
    *out = q;
    return 0;
}

void quality_free(struct quality *q)
{
    for (size_t i = 0; q && i < q->source_count; i++) {
        for (int k = 0; k < QUALITY_LEAVES_MOST; k++) {
            tally_close(&q->sources[i].leaves[k].values);
            tally_keys_close(&q->sources[i].leaves[k].worlds);
            tally_keys_close(&q->sources[i].leaves[k].agents);
        }
    }
    if (q) {
        tally_keys_close(&q->uids);
        tally_keys_close(&q->worlds);
    }
    free(q);
}

bool quality_score(const struct quality_matrix *m, uint16_t place,
                   struct quality_score *out)
{
    *out = (struct quality_score){.both = m->n[place][place]};
    for (uint16_t i = 0; i < leaf_axes[m->axis].count; i++) {
        out->true_count += m->n[place][i];
        out->seen_count += m->n[i][place];
    }
    double both = (double)out->both;
    out->precision = out->seen_count ? both / (double)out->seen_count : 0;
    out->recall = out->true_count ? both / (double)out->true_count : 0;
    double sum = out->precision + out->recall;
    out->f1 = sum > 0 ? 2 * out->precision * out->recall / sum : 0;
    return out->true_count + out->seen_count > 0;
}

double quality_kappa(const struct quality_matrix *m)
{
    double same = 0;
    double chance = 0;
    double total = (double)m->total;
    struct quality_score s;
    for (uint16_t i = 0; i < leaf_axes[m->axis].count; i++) {
        (void)quality_score(m, i, &s);
        same += (double)s.both / total;
        chance += (double)s.true_count / total * (double)s.seen_count / total;
    }
    return chance < 1 ? (same - chance) / (1 - chance) : 1;
}

double quality_macro(const struct quality_matrix *m, uint16_t *worst)
{
    double sum = 0;
    double least = 2;
    int count = 0;
    struct quality_score s;
    *worst = 0;
    for (uint16_t i = 0; i < leaf_axes[m->axis].count; i++) {
        if (!quality_score(m, i, &s) || s.true_count == 0) {
            continue;
        }
        sum += s.f1;
        count++;
        if (s.f1 < least) {
            least = s.f1;
            *worst = i;
        }
    }
    return count > 0 ? sum / count : 0;
}
