/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf to JSON by a descriptor set that came over the wire.
 *
 * In: a google.protobuf.FileDescriptorSet, and messages of it; both may be garbage. Out:
 * one JSON object per message, fields in declaration order under their names, repeated ones
 * as arrays, 64-bit integers as decimal strings, bytes as upper-case hex, enumerations by
 * number. Unknown fields are left out. Bounded in depth and work. Fuzz target: protojson.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"

struct protojson;

MUST_USE int protojson_new(struct protojson **out, const uint8_t *set, size_t size,
                           struct fail *fail);
/* By full name ("v2xd.Reception") or its last part; -1: none. */
int protojson_find(const struct protojson *schema, const char *message);
/* As protojson_find, letter case ignored. */
int protojson_find_kind(const struct protojson *schema, const char *kind);
/* Appends the object; false (and nothing appended) if the octets are no such message. */
bool protojson_print(const struct protojson *schema, int message, const uint8_t *data,
                     size_t size, struct bytes *json);
void protojson_free(struct protojson *schema);
