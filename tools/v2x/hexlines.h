/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of hex from a text. In: an open stream. Out: the octets of one line after the
 * other; empty lines and comments (# to the end of the line) give none. Blanks between
 * digits, colons, dashes, a leading 0x and either case are taken. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/result.h"

enum { HEXLINES_DIGITS = 1 << 18 }; /* a longer line is bad */

struct hexlines {
    FILE *stream;
    uint64_t line; /* from 1 */
    struct bytes octets;
    const char *error; /* what is wrong with the line, or NULL */
    size_t error_at;   /* column, from 1 */
};

/* 1: a line, good or bad (error set; octets before the bad place are there); 0: the end;
 * RESULT_WORLD: the stream failed. */
MUST_USE int hexlines_next(struct hexlines *lines, struct fail *fail);
void hexlines_close(struct hexlines *lines);
