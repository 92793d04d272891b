/* SPDX-License-Identifier: Apache-2.0 */
/* Growing octets and locale-free JSON text. In: values. Out: a block that doubles as it
 * fills. */
#include "base/bytes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool bytes_reserve(struct bytes *b, size_t more)
{
    if (b->failed) {
        return false;
    }
    if (more > b->room - b->size) {
        size_t room = b->room ? b->room : 256;
        while (room - b->size < more) {
            room *= 2;
        }
        uint8_t *data = realloc(b->data, room);
        if (!data) {
            b->failed = true;
            return false;
        }
        b->data = data;
        b->room = room;
    }
    return true;
}

void bytes_le(struct bytes *b, uint64_t value, size_t n)
{
    uint8_t octets[8];
    for (size_t i = 0; i < n && i < sizeof octets; i++) {
        octets[i] = (uint8_t)(value >> (8 * i));
    }
    bytes_put(b, octets, n);
}

void bytes_format(struct bytes *b, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0) {
        bytes_put(b, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    }
}

void bytes_clear(struct bytes *b)
{
    b->size = 0;
    b->failed = false;
}

void bytes_close(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}

void bytes_json_string(struct bytes *b, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    bytes_u8(b, '"');
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\') {
            bytes_u8(b, '\\');
            bytes_u8(b, c);
        } else if (c < 0x20) {
            char escape[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
            bytes_put(b, escape, sizeof escape);
        } else {
            bytes_u8(b, c);
        }
    }
    bytes_u8(b, '"');
}

void bytes_json_uint(struct bytes *b, uint64_t value)
{
    char text[20];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    bytes_put(b, text + at, sizeof text - at);
}

void bytes_json_int(struct bytes *b, int64_t value)
{
    if (value < 0) {
        bytes_u8(b, '-');
        bytes_json_uint(b, 0 - (uint64_t)value);
    } else {
        bytes_json_uint(b, (uint64_t)value);
    }
}

/* A number of at most 7 decimals, as nearly all of ours are, without printf. The quotient
 * of two exact doubles is the double nearest to that decimal; if it is the value, the 15
 * digits that the long way prints are these. */
static bool put_decimal(struct bytes *b, double value)
{
    static const double powers[] = {1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    double size = value < 0 ? -value : value;
    if (size < 1e-4 || size > 1e7) {
        return false;
    }
    for (size_t places = 1; places <= sizeof powers / sizeof powers[0]; places++) {
        double power = powers[places - 1];
        uint64_t scaled = (uint64_t)(size * power + 0.5);
        if ((double)scaled / power != size) {
            continue;
        }
        char text[24];
        size_t at = sizeof text;
        for (size_t i = 0; scaled > 0 || i <= places; i++) {
            if (i == places) {
                text[--at] = '.';
            }
            text[--at] = (char)('0' + scaled % 10);
            scaled /= 10;
        }
        if (value < 0) {
            text[--at] = '-';
        }
        bytes_put(b, text + at, sizeof text - at);
        return true;
    }
    return false;
}

void bytes_json_double(struct bytes *b, double value)
{
    if (!isfinite(value)) {
        bytes_text(b, "null");
        return;
    }
    if (value == 0) {
        bytes_text(b, "0");
        return;
    }
    if (value == (double)(int64_t)value && value < 1e15 && value > -1e15) {
        bytes_json_int(b, (int64_t)value);
        return;
    }
    if (put_decimal(b, value)) {
        return;
    }
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        int n = snprintf(text, sizeof text, "%.*g", digits, value);
        for (int i = 0; i < n; i++) {
            if (text[i] == ',') { /* a locale with a decimal comma must not change a byte */
                text[i] = '.';
            }
        }
        if (digits == 17 || strtod(text, NULL) == value) {
            break;
        }
    }
    bytes_text(b, text);
}

void bytes_hex(struct bytes *b, const uint8_t *data, size_t n)
{
    static const char digits[] = "0123456789ABCDEF";
    if (!bytes_reserve(b, 2 * n)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        b->data[b->size++] = (uint8_t)digits[data[i] >> 4];
        b->data[b->size++] = (uint8_t)digits[data[i] & 15];
    }
}
