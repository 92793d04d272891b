/* SPDX-License-Identifier: Apache-2.0 */
/* Hex lines, see hexlines.h. Octet for octet, so that a line of any length takes bounded
 * memory. */
#include "tools/v2x/hexlines.h"

#include <errno.h>
#include <string.h>

static bool separator(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == ':' || c == '-' || c == '\v' ||
           c == '\f';
}

/* One line's state. */
struct line {
    int high; /* a digit that waits for its partner, or -1 */
    size_t column;
    size_t digits;
    bool comment;
};

static void spoil(struct hexlines *lines, const char *error, size_t column)
{
    if (!lines->error) {
        lines->error = error;
        lines->error_at = column;
    }
}

static void take(struct hexlines *lines, struct line *line, int c)
{
    line->column++;
    if (c == '#') {
        line->comment = true;
    }
    if (line->comment || lines->error || separator(c)) {
        return;
    }
    bool prefix = (c == 'x' || c == 'X') && line->digits == 1 && line->high == 0;
    if (prefix) {
        line->high = -1;
        line->digits = 0;
        return;
    }
    int value = bytes_hex_digit(c);
    if (value < 0) {
        spoil(lines, "not a hex digit", line->column);
    } else if (++line->digits > HEXLINES_DIGITS) {
        spoil(lines, "the line is too long", line->column);
    } else if (line->high < 0) {
        line->high = value;
    } else {
        bytes_u8(&lines->octets, (uint8_t)(line->high << 4 | value));
        line->high = -1;
    }
}

int hexlines_next(struct hexlines *lines, struct fail *fail)
{
    int c = 0;
    while (c != EOF) {
        struct line line = {.high = -1};
        bytes_clear(&lines->octets);
        lines->error = NULL;
        lines->line++;
        while ((c = getc_unlocked(lines->stream)) != '\n' && c != EOF) {
            take(lines, &line, c);
        }
        if (line.high >= 0) {
            spoil(lines, "an odd number of hex digits", line.column);
        }
        if (lines->octets.failed) {
            return fail_set(fail, RESULT_MEMORY, "line %llu: out of memory",
                            (unsigned long long)lines->line);
        }
        if (lines->octets.size > 0 || lines->error) {
            return 1;
        }
    }
    return ferror(lines->stream) && errno != EINTR
               ? fail_set(fail, RESULT_WORLD, "line %llu: %s",
                          (unsigned long long)lines->line, strerror(errno))
               : 0;
}

void hexlines_close(struct hexlines *lines)
{
    bytes_close(&lines->octets);
}
