/* SPDX-License-Identifier: Apache-2.0 */
/* A row of a table back from its Protobuf message (the inverse of publish/proto.h).
 *
 * In: the message and the table. Out: the row's struct; its texts live in the reader, its
 * blobs in the message. Fields that the table does not have are skipped, as Protobuf asks.
 */
#pragma once

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/result.h"
#include "model/table.h"

enum { PROTOROW_SIZE = 2048 };

struct protorow {
    alignas(16) unsigned char row[PROTOROW_SIZE];
    struct bytes texts;
};

/* RESULT_TORN: not such a message (a length beyond its end, a field of another kind, a name
 * that the list does not have). */
MUST_USE int protorow_read(struct protorow *reader, const struct table *table,
                           const uint8_t *data, size_t size, struct fail *fail);
void protorow_close(struct protorow *reader);
