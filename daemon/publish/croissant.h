/* SPDX-License-Identifier: Apache-2.0 */
/* croissant.json: the dataset described for those who look for data and load it by
 * description (MLCommons Croissant 1.0, JSON-LD over schema.org). */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "base/result.h"

/* From a manifest with its tables and files. Each part of a table is a file with its hash;
 * each table that has rows a record set with its columns, keys as references. Nothing of
 * the wall clock is in it. */
MUST_USE int croissant_json(const json_t *manifest, struct bytes *out, struct fail *fail);
