/* SPDX-License-Identifier: Apache-2.0 */
/* Encounters: every (ego, other) pair of the truth from approach to end, and how it ended.
 *
 * It begins when the boxes are within 5 s or 50 m, ends when neither held for 5 s, when one
 * leaves, or when the recording ends (censored, unless they met already). In: true states,
 * at most 100 ms apart. Out: finished encounters in order of (end, id). Post-encroachment
 * time is that of the swept boxes: the least time between one box leaving and the other
 * covering a place, with crossing directions (15 degrees or more). Bounded: pairs that do
 * not fit are not followed, and counted. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "label/axes_kind.h"
#include "label/axes_rel.h"
#include "label/label.h"
#include "model/records.h"

struct encounter {
    uint64_t enc_id; /* keyed: same in every run of the seed */
    uint32_t ego, other;
    struct tai t_start, t_end;
    struct label outcome;   /* enc.out */
    struct label evasive;   /* enc.evasive */
    struct label pcs, ncap; /* enc.pcs, enc.ncap */
    struct measure min_ttc, pet, max_a_req;
    struct tai t_min_ttc;
    double min_clearance_m;
    double max_speed_mps; /* of either */
    bool contact, censored;
    struct tai t_contact;
    double impact_mps;
};

/* enc.out: the ladder on the extremes of one encounter. */
struct enc_out_subject {
    bool contact, censored;
    struct measure min_ttc, pet, max_a_req;
    double max_speed_mps;
    bool approached;           /* boxes or paths came within 5 s of each other */
    const struct rules *rules; /* NULL: built in */
};
struct label enc_out(const struct enc_out_subject *s);
struct label enc_evasive(bool ego, bool other);

/* The ladder as it stands now, for events: rises at once, falls after 0.3 s. */
struct encounter_level {
    uint32_t ego, other;
    uint16_t leaf, before; /* LEAF_ENC_OUT_... */
    struct tai t;
};

/* For the first time at least as bad as that: what an observer of the future would warn of.
 * Of a collision the instant of contact. */
struct encounter_event {
    uint64_t enc_id;
    uint32_t ego, other;
    uint16_t leaf; /* LEAF_ENC_OUT_ */
    struct tai t;
};

struct encounters; /* opaque */

MUST_USE int encounter_new(struct encounters **all, size_t pairs_most, uint64_t run_key,
                           struct fail *fail);
/* True states of everybody present at t in ascending order of index; egos[i] are places in
 * agents, ascending. Two egos are one pair, of the one with the lower index. Finished
 * encounters and level changes are then ready for encounter_take. */
void encounter_step(struct encounters *all, struct tai t, const struct known_agent *agents,
                    size_t count, const uint32_t *egos, size_t ego_count);
/* The recording ends: everything that runs is finished, censored. */
void encounter_finish(struct encounters *all);
/* Finished ones, oldest first; false: none left. Take all before the next step. */
bool encounter_take(struct encounters *all, struct encounter *out);
bool encounter_take_level(struct encounters *all, struct encounter_level *out);
bool encounter_take_event(struct encounters *all, struct encounter_event *out);
/* Distinct pairs that found no room. */
size_t encounter_left_out(const struct encounters *all);
/* ids: agent names by index; texts are borrowed. */
void encounter_row(const struct encounter *encounter, const char *scenario_id,
                   const char *world_id, const char *const *ids, struct row_encounter *row);
void encounter_free(struct encounters *all);
