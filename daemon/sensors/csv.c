/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a CSV text. In: an open file or a block of memory. Out: fields and numbers. */
#include "sensors/csv.h"

#include <string.h>

static int next_char(struct csv *csv)
{
    if (csv->source.file) {
        return getc(csv->source.file);
    }
    return csv->at < csv->source.size ? (unsigned char)csv->source.data[csv->at++] : EOF;
}

static int line_fail(const struct csv *csv, size_t column, struct fail *fail,
                     const char *message)
{
    return fail_set(fail, RESULT_USAGE, "%s:%llu:%zu: %s", csv->source.name,
                    (unsigned long long)csv->line, column, message);
}

/* Reads one line without its end: 1, 0 at the end of the text, or negative. */
static int read_line(struct csv *csv, size_t *length, struct fail *fail)
{
    size_t n = 0;
    int c = next_char(csv);
    if (c == EOF) {
        return 0;
    }
    csv->line++;
    for (; c != EOF && c != '\n'; c = next_char(csv)) {
        if (c == '\0') {
            return line_fail(csv, n + 1, fail, "a zero octet: not a text");
        }
        if (n == CSV_LINE_MOST) {
            return line_fail(csv, n + 1, fail, "the line is longer than 4096 octets");
        }
        csv->text[n++] = (char)c;
    }
    if (n > 0 && csv->text[n - 1] == '\r') {
        n--;
    }
    csv->text[n] = '\0';
    *length = n;
    return 1;
}

/* Takes the field that begins at `from`; unquotes it in place. Returns where the next one
 * begins, or SIZE_MAX if a quote is not closed. */
static size_t take_field(char *text, size_t from, size_t length)
{
    if (text[from] != '"') {
        size_t end = from;
        while (end < length && text[end] != ',') {
            end++;
        }
        text[end] = '\0';
        return end + 1;
    }
    size_t to = from;
    size_t at = from + 1;
    for (;; at++) {
        if (at >= length) {
            return SIZE_MAX;
        }
        if (text[at] == '"' && at + 1 < length && text[at + 1] == '"') {
            at++;
        } else if (text[at] == '"') {
            break;
        }
        text[to++] = text[at];
    }
    at++;
    if (at < length && text[at] != ',') {
        return SIZE_MAX;
    }
    text[to] = '\0';
    return at + 1;
}

static int split(struct csv *csv, size_t length, struct fail *fail)
{
    csv->field_count = 0;
    for (size_t from = 0; from <= length;) {
        if (csv->field_count == CSV_COLUMNS_MOST) {
            return line_fail(csv, from + 1, fail, "more than 32 fields");
        }
        csv->field_at[csv->field_count] = (uint16_t)from;
        csv->field_column[csv->field_count] = (uint16_t)(from + 1);
        csv->field_count++;
        size_t next = take_field(csv->text, from, length);
        if (next == SIZE_MAX) {
            return line_fail(csv, from + 1, fail,
                             "a quoted field ends with a quote, then a comma");
        }
        from = next;
    }
    return 0;
}

static const char *field(const struct csv *csv, unsigned at)
{
    return csv->text + csv->field_at[at];
}

static int map_header(struct csv *csv, struct fail *fail)
{
    memset(csv->where, CSV_ABSENT, sizeof csv->where);
    for (unsigned f = 0; f < csv->field_count; f++) {
        unsigned c = 0;
        while (c < csv->column_count && strcmp(csv->columns[c].name, field(csv, f)) != 0) {
            c++;
        }
        if (c == csv->column_count || csv->where[c] != CSV_ABSENT) {
            return fail_set(fail, RESULT_USAGE, "%s:%llu:%u: column \"%.40s\": %s",
                            csv->source.name, (unsigned long long)csv->line,
                            csv->field_column[f], field(csv, f),
                            c == csv->column_count ? "not one of this file's" : "twice");
        }
        csv->where[c] = (uint8_t)f;
    }
    for (unsigned c = 0; c < csv->column_count; c++) {
        if (csv->columns[c].required && csv->where[c] == CSV_ABSENT) {
            return fail_set(fail, RESULT_USAGE, "%s:%llu:1: the header lacks column \"%s\"",
                            csv->source.name, (unsigned long long)csv->line,
                            csv->columns[c].name);
        }
    }
    csv->header_count = csv->field_count;
    return 0;
}

int csv_init(struct csv *csv, const struct csv_text *source,
             const struct csv_column *columns, unsigned column_count, struct fail *fail)
{
    csv->source = *source;
    csv->columns = columns;
    csv->column_count = column_count;
    csv->at = 0;
    csv->line = 0;
    size_t length = 0;
    int got = read_line(csv, &length, fail);
    if (got <= 0) {
        return got < 0 ? got
                       : fail_set(fail, RESULT_USAGE, "%s:1:1: empty: a header is required",
                                  source->name);
    }
    if (length >= 3 && memcmp(csv->text, "\xEF\xBB\xBF", 3) == 0) {
        length -= 3;
        memmove(csv->text, csv->text + 3, length + 1);
    }
    int result = split(csv, length, fail);
    return result < 0 ? result : map_header(csv, fail);
}

int csv_next(struct csv *csv, struct fail *fail)
{
    size_t length = 0;
    int got;
    do {
        got = read_line(csv, &length, fail);
    } while (got > 0 && length == 0);
    if (got <= 0) {
        return got;
    }
    int result = split(csv, length, fail);
    if (result < 0) {
        return result;
    }
    if (csv->field_count != csv->header_count) {
        return fail_set(fail, RESULT_USAGE, "%s:%llu:1: %u fields where the header has %u",
                        csv->source.name, (unsigned long long)csv->line, csv->field_count,
                        csv->header_count);
    }
    return 1;
}

const char *csv_text(const struct csv *csv, unsigned column)
{
    return csv->where[column] == CSV_ABSENT ? "" : field(csv, csv->where[column]);
}

int csv_fail(const struct csv *csv, unsigned column, struct fail *fail, const char *message)
{
    unsigned at = csv->where[column] == CSV_ABSENT ? 0 : csv->where[column];
    return fail_set(fail, RESULT_USAGE, "%s:%llu:%u: %s = \"%.40s\": %s", csv->source.name,
                    (unsigned long long)csv->line, csv->field_column[at],
                    csv->columns[column].name, csv_text(csv, column), message);
}

bool csv_parse_i64(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    uint64_t value = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || value > (uint64_t)INT64_MAX / 10) {
            return false;
        }
        value = value * 10 + (uint64_t)(*text - '0');
    }
    if (value > (uint64_t)INT64_MAX) {
        return false;
    }
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

/* m times ten to the e: exact where m < 2^53 and |e| <= 22, else within a few last bits. */
static double scaled(double m, int e)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    for (; e > 22; e -= 22) {
        m *= 1e22;
    }
    for (; e < -22; e += 22) {
        m /= 1e22;
    }
    return e < 0 ? m / tens[-e] : m * tens[e];
}

bool csv_parse_f64(const char *text, double *out)
{
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    uint64_t mantissa = 0;
    int exponent = 0;
    int digits = 0;
    bool point = false;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        digits++;
        if (mantissa < UINT64_C(1000000000000000000)) {
            mantissa = mantissa * 10 + (uint64_t)(*text - '0');
            exponent -= point;
        } else {
            exponent += !point;
        }
    }
    if (digits == 0) {
        return false;
    }
    if (*text == 'e' || *text == 'E') {
        int64_t more;
        if (!csv_parse_i64(text + 1, &more) || more > 300 || more < -300) {
            return false;
        }
        exponent += (int)more;
        text = "";
    }
    double value =
        exponent > 300 || exponent < -340 ? 0 : scaled((double)mantissa, exponent);
    *out = negative ? -value : value;
    return *text == '\0' && exponent <= 300 && value <= 1e300;
}

int csv_i64(const struct csv *csv, struct csv_whole want, int64_t *out, bool *known,
            struct fail *fail)
{
    const char *text = csv_text(csv, want.column);
    if (known) {
        *known = *text != '\0';
        if (!*known) {
            return 0;
        }
    }
    int64_t value;
    if (!csv_parse_i64(text, &value)) {
        return csv_fail(csv, want.column, fail, "not a whole number");
    }
    if (value < want.least || value > want.most) {
        char message[96];
        (void)snprintf(message, sizeof message, "from %lld to %lld", (long long)want.least,
                       (long long)want.most);
        return csv_fail(csv, want.column, fail, message);
    }
    *out = value;
    return 0;
}

int csv_f64(const struct csv *csv, struct csv_decimal want, double *out, bool *known,
            struct fail *fail)
{
    const char *text = csv_text(csv, want.column);
    if (known) {
        *known = *text != '\0';
        if (!*known) {
            return 0;
        }
    }
    double value;
    if (!csv_parse_f64(text, &value)) {
        return csv_fail(csv, want.column, fail, "not a number");
    }
    if (!(value >= want.least && value <= want.most)) {
        char message[96];
        (void)snprintf(message, sizeof message, "from %g to %g", want.least, want.most);
        return csv_fail(csv, want.column, fail, message);
    }
    *out = value;
    return 0;
}
