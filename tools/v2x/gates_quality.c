/* SPDX-License-Identifier: Apache-2.0 */
/* Gates on what labels are worth: one leaf per subject, none unknown without need, none too
 * rare, stable under their own error bars, honest rules, and nothing that gives the answer
 * away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/v2x/gates.h"
#include "tools/v2x/probe.h"

/* Facts, section 6.2: fewer samples or worlds are an empty cell. */
#define CELL_SAMPLES 30
#define CELL_WORLDS  5
#define UNKNOWN_MOST 0.05

static void figure(struct gate *gate, double value)
{
    gate->has_value = true;
    gate->value = value;
}

/* Appends to a gate's text as far as there is room. */
static void more(struct gate *gate, const char *separator, const char *text)
{
    size_t used = strlen(gate->text);
    if (used + strlen(separator) + strlen(text) + 1 < sizeof gate->text) {
        (void)snprintf(gate->text + used, sizeof gate->text - used, "%s%s", separator,
                       text);
    }
}

static void gate_mece(struct gates *gates, const struct quality *q)
{
    uint64_t odd = 0;
    uint64_t labels = 0;
    uint64_t sums = 0;
    uint64_t missing = 0;
    char first[160] = "";
    for (size_t i = 0; i < q->source_count; i++) {
        const struct quality_source *s = &q->sources[i];
        uint64_t sum = s->odd;
        for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
            sum += s->leaves[k].count;
        }
        odd += s->odd;
        missing += s->missing;
        labels += s->total;
        sums += sum != s->total;
        if (s->odd > 0 && !first[0]) {
            (void)snprintf(first, sizeof first, "%s has texts that are no leaf of %s",
                           s->name, leaf_axes[s->axis].code);
        }
    }
    (void)gates_count(gates, "mece", odd + missing + q->uids_twice + sums,
                      "%llu labels of %zu axes and columns; %llu of no leaf, %llu subjects "
                      "without one, %llu with two of one axis%s%s",
                      (unsigned long long)labels, q->source_count, (unsigned long long)odd,
                      (unsigned long long)missing, (unsigned long long)q->uids_twice,
                      first[0] ? "; " : "", first);
}

static uint64_t unknown_of(const struct quality_source *s)
{
    uint64_t unknown = 0;
    for (uint16_t k = 0; k < leaf_axes[s->axis].count; k++) {
        if (strcmp(quality_leaf_info(s->axis, k)->name, "unknown") == 0) {
            unknown += s->leaves[k].count;
        }
    }
    return unknown;
}

/* Of axes on truth in synthetic data; what can be known may be unknown for good reason. */
static void gate_unknown(struct gates *gates, const struct folder *folder,
                         const struct quality *q)
{
    const char *kind = json_string_value(json_object_get(folder->manifest, "kind"));
    bool synthetic = kind && strcmp(kind, "synthetic") == 0;
    const struct quality_source *worst = NULL;
    double most = 0;
    for (size_t i = 0; i < q->source_count; i++) {
        const struct quality_source *s = &q->sources[i];
        double share = s->total ? (double)unknown_of(s) / (double)s->total : 0;
        if (s->truth && s->total > 0 && (!worst || share > most)) {
            worst = s;
            most = share;
        }
    }
    if (!worst) {
        (void)gates_add(gates, "unknown_share", GATE_NOT_APPLICABLE, "no labels on truth");
        return;
    }
    struct gate *gate = gates_add(
        gates, "unknown_share",
        !synthetic             ? GATE_NOT_APPLICABLE
        : most <= UNKNOWN_MOST ? GATE_PASS
                               : GATE_FAIL,
        "largest %.4f (%llu of %llu): %s in %s; at most %.2f on truth in synthetic data",
        most, (unsigned long long)unknown_of(worst), (unsigned long long)worst->total,
        leaf_axes[worst->axis].code, worst->name, UNKNOWN_MOST);
    figure(gate, most);
}

/* Leaves that some source of the dataset gives, and those of its axes that are too rare. */
static void gate_balance(struct gates *gates, const struct quality *q)
{
    uint64_t cells = 0;
    uint64_t empty = 0;
    struct gate *gate = gates_add(gates, "balance", GATE_NOT_APPLICABLE, "%s", "");
    char names[GATE_TEXT] = "";
    for (uint16_t axis = 0; axis < AXIS_COUNT; axis++) {
        for (uint16_t k = 0; k < leaf_axes[axis].count; k++) {
            const struct quality_leaf *best = NULL;
            for (size_t i = 0; i < q->source_count; i++) {
                const struct quality_leaf *leaf = &q->sources[i].leaves[k];
                if (q->sources[i].axis == axis && (!best || leaf->count > best->count)) {
                    best = leaf;
                }
            }
            bool full = best && best->count >= CELL_SAMPLES &&
                        best->worlds.count >=
                            (q->worlds.count < CELL_WORLDS ? q->worlds.count : CELL_WORLDS);
            cells += best != NULL;
            empty += best && !full;
            size_t used = strlen(names);
            if (best && !full && used + 60 < sizeof names - 90) {
                (void)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                               quality_leaf_info(axis, k)->code);
            }
        }
    }
    (void)snprintf(gate->text, sizeof gate->text,
                   "%llu of %llu leaves have under %d samples or %d worlds (%zu worlds): ",
                   (unsigned long long)empty, (unsigned long long)cells, CELL_SAMPLES,
                   CELL_WORLDS, q->worlds.count);
    size_t used = strlen(gate->text);
    (void)snprintf(gate->text + used, sizeof gate->text - used, "%s",
                   empty ? names : "none");
    figure(gate, (double)empty);
    if (q->worlds.count >= CELL_WORLDS) {
        gate->status = empty ? GATE_UNVERIFIED : GATE_PASS;
    }
}

static void gate_stability(struct gates *gates, const struct quality *q)
{
    const struct quality_source *worst = NULL;
    uint16_t place = 0;
    double most = -1;
    uint64_t trials = 0;
    uint64_t flips = 0;
    for (size_t i = 0; i < q->source_count; i++) {
        for (uint16_t k = 0; k < leaf_axes[q->sources[i].axis].count; k++) {
            const struct quality_leaf *leaf = &q->sources[i].leaves[k];
            double rate = leaf->trials ? (double)leaf->flips / (double)leaf->trials : -1;
            trials += leaf->trials;
            flips += leaf->flips;
            if (rate > most) {
                most = rate;
                worst = &q->sources[i];
                place = k;
            }
        }
    }
    if (!worst) {
        (void)gates_add(gates, "stability", GATE_NOT_APPLICABLE, "no label has a sigma");
        return;
    }
    struct gate *gate = gates_add(
        gates, "stability", GATE_PASS,
        "under one sigma, %d seeds, %.4f of %llu labels flip; most of %s (%s): %.4f",
        QUALITY_SEEDS, (double)flips / (double)trials,
        (unsigned long long)(trials / QUALITY_SEEDS),
        quality_leaf_info(worst->axis, place)->code, worst->name, most);
    figure(gate, most);
}

/* Rules against truth: the macro mean never without its worst leaf. */
static void gate_rules(struct gates *gates, const struct quality *q)
{
    for (size_t i = 0; i < q->matrix_count; i++) {
        const struct quality_matrix *m = &q->matrices[i];
        struct quality_score s;
        uint16_t worst;
        double macro = quality_macro(m, &worst);
        (void)quality_score(m, worst, &s);
        struct gate *gate = gates_add(
            gates, m->gate, GATE_PASS,
            "%s: %llu rows, kappa %.3f, macro F1 %.3f, worst %s: precision %.3f, recall "
            "%.3f of %llu",
            m->name, (unsigned long long)m->total, quality_kappa(m), macro,
            quality_leaf_info(m->axis, worst)->name, s.precision, s.recall,
            (unsigned long long)s.true_count);
        figure(gate, macro);
    }
}

static void gate_leakage(struct gates *gates, const struct folder *folder)
{
    struct probe p;
    struct fail fail = {0};
    if (probe_sequences(&p, folder, &fail) < 0) {
        gates_unread(gates, "leakage", &fail);
        return;
    }
    if (p.classes < 2) {
        (void)gates_add(gates, "leakage", GATE_NOT_APPLICABLE,
                        "%llu windows of %llu worlds: no two outcomes of seq.out with %d "
                        "windows in both halves",
                        (unsigned long long)p.samples, (unsigned long long)p.worlds,
                        PROBE_LEAST);
        return;
    }
    bool leaks = p.accuracy[p.best] > p.chance + PROBE_GATE;
    struct gate *gate =
        gates_add(gates, "leakage",
                  !p.split_by_worlds ? GATE_UNVERIFIED
                  : leaks            ? GATE_FAIL
                                     : GATE_PASS,
                  "seq.out from %s alone: balanced accuracy %.3f, chance %.3f, at most "
                  "%.2f above; %d "
                  "outcomes, learnt on one half of %llu %s;",
                  probe_features[p.best], p.accuracy[p.best], p.chance, PROBE_GATE,
                  p.classes, (unsigned long long)(p.split_by_worlds ? p.worlds : p.samples),
                  p.split_by_worlds ? "worlds" : "windows of one world");
    for (int f = 0; f < PROBE_FEATURES; f++) {
        char text[48];
        (void)snprintf(text, sizeof text, " %s %.3f", probe_features[f], p.accuracy[f]);
        more(gate, "", text);
    }
    figure(gate, p.accuracy[p.best] - p.chance);
}

void gates_quality(struct gates *gates, const struct folder *folder,
                   const struct quality *q)
{
    gate_mece(gates, q);
    gate_unknown(gates, folder, q);
    gate_balance(gates, q);
    gate_stability(gates, q);
    gate_rules(gates, q);
    gate_leakage(gates, folder);
}
