/* SPDX-License-Identifier: Apache-2.0 */
/* Fate records to JSON: fixed layout (docs/stream.md), names from the dictionaries.
 *
 * In: the octets of a batch, the parsed dictionaries of hello or NULL. Out: an array of
 * objects; stamps and msg_uid as decimal strings, what is not valid as null. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/bytes.h"

/* False (and nothing appended): the size is no multiple of a record's. */
bool fatejson_print(const uint8_t *data, size_t size, const json_t *dictionaries,
                    struct bytes *json);
