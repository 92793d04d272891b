/* SPDX-License-Identifier: Apache-2.0 */
/* The leakage probe: can what must not tell the answer tell it?
 *
 * In: windows (table `sequences`): who, with whom, under which pseudonym, how many messages
 * of how many senders, the phase of the second, the place in the table. One of these at a
 * time is learnt by heart on one half of the worlds (value -> the commonest outcome) and
 * asked on the other. Out: the balanced accuracy of the best. Blind guessing gives one over
 * the number of outcomes. */
#pragma once

#include "tools/v2x/folder.h"

enum { PROBE_FEATURES = 7, PROBE_CLASSES = 8 };

/* Of a set large enough to judge: so many samples of each outcome in the test half. */
#define PROBE_LEAST 30
#define PROBE_GATE  0.05 /* what is allowed above chance */

struct probe {
    uint64_t samples, worlds;
    bool split_by_worlds; /* false: one world, cut in the middle of its time */
    int classes;          /* outcomes with enough samples in both halves */
    double chance;
    double accuracy[PROBE_FEATURES]; /* balanced, on the test half; < 0: nothing to ask */
    int best;
};
extern const char *const probe_features[PROBE_FEATURES];

/* One window; outcome is a number below PROBE_CLASSES. */
struct probe_sample {
    uint64_t world, feature[PROBE_FEATURES];
    int64_t t_ns;
    int outcome;
    bool test; /* set by probe_judge */
};

/* Splits, learns and asks; reorders the samples. */
MUST_USE int probe_judge(struct probe *probe, struct probe_sample *samples, size_t count,
                         struct fail *fail);

/* The windows of a dataset whose outcome is known (not censored). */
MUST_USE int probe_sequences(struct probe *probe, const struct folder *folder,
                             struct fail *fail);
