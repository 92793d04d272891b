/* SPDX-License-Identifier: Apache-2.0 */
/* The schema of everything that is published: all record tables, and further ones of the
 * stream. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "publish/proto_descriptor.h"

#define SCHEMA_TABLES_MOST 64

/* Appends the FileDescriptorSet of all record tables and `extra` messages. */
void schema_descriptor_set(struct bytes *out, const struct proto_message *extra,
                           size_t count);
/* The text of the same as v2xd.proto. */
void schema_proto_text(struct bytes *out, const struct proto_message *extra, size_t count);
/* First four octets of the set's SHA-256 as a little-endian number. */
uint32_t schema_id(const struct bytes *descriptor_set);
