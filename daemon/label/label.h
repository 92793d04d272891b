/* SPDX-License-Identifier: Apache-2.0 */
/* One label: which leaf, why, how far from the border, since when it could be known; and
 * its row. An axis function gives a struct label; the caller adds the subject's keys and
 * gets a row_label. A label's uid is keyed mixing (base/draw.h) of seed, scenario, axis,
 * subject and start, so reruns give the same. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "label/leaf.h"
#include "model/records.h"

/* The earliest instant at which an ideal online observer could know the label. */
enum label_known {
    KNOWN_AT_SUBJECT, /* the instant (start) the label is about */
    KNOWN_AT_AVAIL,   /* when the message became usable */
    KNOWN_AT_LIMIT,   /* when waiting for the message ended (t_gen + L_max) */
    KNOWN_AT_END,     /* when the interval ended: outcomes */
};

enum label_flag {
    LABEL_CLOCK_UNVERIFIED = 1,
    LABEL_EXTRAPOLATED = 2,
    LABEL_BOUNDARY = 4, /* |margin| within 10 % of the threshold */
    LABEL_CLIPPED = 8,  /* the value stands at a cap */
};

enum label_provenance {
    PROVENANCE_INJECTED,
    PROVENANCE_RULE_GT,
    PROVENANCE_RULE_OBS,
    PROVENANCE_IMPORTED,
    PROVENANCE_HUMAN,
};
extern const char *const label_provenance_names[5];

struct label {
    uint16_t leaf; /* enum leaf */
    uint8_t known; /* enum label_known */
    uint8_t has;   /* LABEL_HAS_ bits */
    uint32_t flags;
    double value;  /* the deciding quantity, in the axis' unit */
    double margin; /* signed: value minus the nearest threshold of the decision */
    double sigma;  /* one sigma of value */
};
enum { LABEL_HAS_VALUE = 1, LABEL_HAS_MARGIN = 2, LABEL_HAS_SIGMA = 4 };

/* A label without a deciding number. */
struct label label_plain(uint16_t leaf, enum label_known known);

/* With its number; a boundary case if the margin is under 10 % of the threshold. */
struct label label_valued(uint16_t leaf, enum label_known known, double value,
                          double margin, double threshold);
/* The margin to the nearest of several thresholds. */
struct label label_banded(uint16_t leaf, enum label_known known, double value,
                          const double *thresholds, size_t count);

/* P(leaf unchanged) under one sigma: Phi(|margin| / sigma); 1 if sigma is 0; < 0 unknown.
 */
double label_confidence(const struct label *label);

/* Whose label, when. Texts are borrowed for the life of the row; NULL = null. */
struct label_key {
    const char *scenario_id, *world_id;
    uint64_t run_key; /* label_run_key() */
    uint64_t
        subject_key; /* msg_uid, draw_pair(ego, other), frame_uid ...: label_subject() */
    bool has_frame, has_msg, has_enc, has_signal; /* which of these are keys */
    uint64_t frame_uid, msg_uid, enc_id;
    int32_t signal_group;
    const char *ego, *agent, *other;
    struct tai t_start, t_end; /* closed-open */
    struct tai t_avail;        /* for KNOWN_AT_AVAIL */
    enum label_provenance provenance;
};

/* Once per run: seed and the scenario's name. */
uint64_t label_run_key(uint64_t seed, const char *scenario_id);
/* Two numbers as one subject key: (msg_uid, receiver), (ego, other) ... */
uint64_t label_subject(uint64_t a, uint64_t b);
uint64_t label_uid(uint64_t run_key, int axis, uint64_t subject_key, struct tai t_start);
struct tai label_t_known(const struct label *label, const struct label_key *key);
void label_row(const struct label *label, const struct label_key *key,
               struct row_label *row);
