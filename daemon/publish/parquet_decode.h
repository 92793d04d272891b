/* SPDX-License-Identifier: Apache-2.0 */
/* The decodings that parquet_read.h needs: Thrift's compact protocol and the hybrid of runs
 * and packed bits, both bounded by the octets that are there. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"

enum { PARQUET_DECODE_DEPTH = 16 };

uint64_t parquet_varint(struct cursor *c);
int64_t parquet_zigzag(struct cursor *c);

/* The next field of a struct: its id and Thrift type, or false at the struct's end or when
 * torn. *last starts at 0 and is kept by the caller. */
bool parquet_field(struct cursor *c, int64_t *last, unsigned *type);
/* Skips a value of that type, nested at most PARQUET_DECODE_DEPTH deep. */
void parquet_skip(struct cursor *c, unsigned type, int depth);
/* The header of a list: the number of elements and their type. */
uint64_t parquet_list(struct cursor *c, unsigned *type);

/* `count` values of that width (1..32) into out; false if torn. */
bool parquet_unhybrid(struct cursor *c, unsigned width, uint32_t *out, uint32_t count);
