/* SPDX-License-Identifier: Apache-2.0 */
/* Degradation profiles: the tiers d0..d5 that are shipped inside the program, and profiles
 * of the user's own in the same shape.
 *
 * In: a name, or the text of a profile file. Out: struct tier. A profile that cannot be
 * (a probability above 1, a negative latency, a median without a spread) is refused with
 * file:line:column, key and reason.
 *
 * Who is equipped: egos and infrastructure always are (they are the stations that record),
 * everybody else by the tier's equipped share, nested by sender: who is equipped in d5 is
 * equipped in every tier. */
#pragma once

#include <stddef.h>

#include "base/bytes.h"
#include "base/result.h"
#include "model/air_config.h"

/* name: d0..d5, or the path of a profile file. RESULT_USAGE if there is no such thing or it
 * is impossible, RESULT_WORLD if it cannot be read. `index` (may be NULL) gets enum
 * tier_index or TIER_CUSTOM. */
MUST_USE int profile_tier(const char *name_or_path, struct tier *tier, uint8_t *index,
                          struct fail *fail);

/* The same from memory; `file` only names it in messages. */
MUST_USE int profile_parse(const char *file, const char *text, size_t size,
                           struct tier *tier, struct fail *fail);

/* A tier as a profile in one line: what profile_parse takes. */
void profile_line(const struct tier *tier, struct bytes *out);

struct yaml_node;
struct scenario_problems;

/* Reads a checked tree (rows under "profile"); what cannot be is told. */
void profile_read(const struct yaml_node *root, struct tier *tier,
                  struct scenario_problems *problems);

/* YAML of a shipped profile, or NULL; lives for ever. */
const char *profile_text(const char *name);
