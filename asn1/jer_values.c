/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to values without members: numbers, names, strings of octets, bits and characters,
 * object identifiers. In: a JSON value and a type descriptor. Out: asn1c's form of it,
 * within its bounds. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "asn1/jer_build.h"
#include "asn1/pdu.h"
#include "asn1/si.h"
#include "base/bytes.h"

int jer_fail(struct build *b, const char *format, ...)
{
    char text[160];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fail_set(b->fail, RESULT_USAGE, "%s: %s", b->path, text);
}

int jer_memory(struct build *b)
{
    return jer_fail(b, "takes more memory than a message may");
}

static int build_integer(struct build *b, const asn_TYPE_descriptor_t *td,
                         const json_t *json, long *at)
{
    const struct si_unit *unit = b->form == JER_SI ? si_unit_of(td->name) : NULL;
    if (unit && json_is_null(json) && unit->none != SI_NO_SENTINEL) {
        *at = unit->none;
    } else if (unit && json_is_number(json)) {
        *at = si_to_raw(unit, json_number_value(json));
    } else if (!unit && json_is_integer(json)) {
        *at = (long)json_integer_value(json);
    } else {
        return jer_fail(b, unit ? "must be a number" : "must be an integer");
    }
    struct pdu_bounds bounds = pdu_bounds(td);
    if (bounds.known && !bounds.extensible && (*at < bounds.low || *at > bounds.high)) {
        return jer_fail(b, "%ld is not in %ld..%ld", *at, bounds.low, bounds.high);
    }
    return 0;
}

static int build_enumerated(struct build *b, const asn_TYPE_descriptor_t *td,
                            const json_t *json, long *at)
{
    const asn_INTEGER_specifics_t *specs = td->specifics;
    const char *name = json_string_value(json);
    for (int i = 0; name && i < specs->map_count; i++) {
        if (strcmp(specs->value2enum[i].enum_name, name) == 0) {
            *at = specs->value2enum[i].nat_value;
            return 0;
        }
    }
    return name ? jer_fail(b, "\"%.40s\" is not a name of %s", name, td->name)
                : jer_fail(b, "must be a name of %s", td->name);
}

/* Hex text to octets in the turn arena; one octet more is taken, so that none is not NULL.
 */
int jer_hex(struct build *b, const json_t *json, uint8_t **octets, size_t *size)
{
    const char *text = json_string_value(json);
    size_t length = json_string_length(json);
    if (!text || length % 2) {
        return jer_fail(b, "must be hex text of whole octets");
    }
    *size = length / 2;
    *octets = turn_calloc(1, *size + 1);
    if (!*octets) {
        return jer_memory(b);
    }
    for (size_t i = 0; i < length; i++) {
        int digit = bytes_hex_digit(text[i]);
        if (digit < 0) {
            return jer_fail(b, "has a character that is not hex");
        }
        (*octets)[i / 2] = (uint8_t)((*octets)[i / 2] << 4 | digit);
    }
    return 0;
}

int jer_size(struct build *b, const asn_TYPE_descriptor_t *td, size_t size,
             const char *unit)
{
    struct pdu_bounds bounds = pdu_bounds(td);
    if (bounds.known && !bounds.extensible &&
        (size < (size_t)bounds.low || size > (size_t)bounds.high)) {
        return jer_fail(b, "has %zu %s, must have %ld..%ld", size, unit, bounds.low,
                        bounds.high);
    }
    return size > 65535 ? jer_fail(b, "is too long") : 0;
}

static int build_octets(struct build *b, const asn_TYPE_descriptor_t *td,
                        const json_t *json, OCTET_STRING_t *at)
{
    size_t size = 0;
    int code = jer_hex(b, json, &at->buf, &size);
    at->size = (int)size;
    return code ? code : jer_size(b, td, size, "octets");
}

static int build_text(struct build *b, const asn_TYPE_descriptor_t *td, const json_t *json,
                      OCTET_STRING_t *at)
{
    const char *text = json_string_value(json);
    size_t size = json_string_length(json);
    if (!text) {
        return jer_fail(b, "must be text");
    }
    at->buf = turn_calloc(1, size + 1);
    if (!at->buf) {
        return jer_memory(b);
    }
    for (size_t i = 0; i < size; i++) {
        at->buf[i] = (uint8_t)text[i];
        if (at->buf[i] > 127 && pdu_kind(td) != PDU_UTF8) {
            return jer_fail(b, "has a character beyond ASCII");
        }
    }
    at->size = (int)size;
    return jer_size(b, td, size, "characters");
}

/* Names of set bits (a number stands for a bit without a name). The root size, or as many
 * bits as the highest set one asks for. */
static int build_bit_names(struct build *b, const asn_TYPE_descriptor_t *td,
                           const char *const *names, const json_t *json, BIT_STRING_t *at)
{
    struct pdu_bounds bounds = pdu_bounds(td);
    size_t length = (size_t)bounds.high;
    at->buf = turn_calloc(1, 33);
    if (!at->buf) {
        return jer_memory(b);
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *item = json_array_get(json, i);
        const char *name = json_string_value(item);
        size_t bit = json_is_integer(item) ? (size_t)json_integer_value(item) : 256;
        for (size_t n = 0; name && names[n]; n++) {
            bit = strcmp(names[n], name) == 0 ? n : bit;
        }
        if (bit > 255 || (!bounds.extensible && bit >= length)) {
            return jer_fail(b, "item %zu is not a bit of %s", i, td->name);
        }
        at->buf[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
        length = bit >= length ? bit + 1 : length;
    }
    at->size = (int)((length + 7) / 8);
    at->bits_unused = (int)((size_t)at->size * 8 - length);
    return 0;
}

static int build_bits(struct build *b, const asn_TYPE_descriptor_t *td, const json_t *json,
                      BIT_STRING_t *at)
{
    const char *const *names = b->form == JER_SI ? si_bit_names(td->name) : NULL;
    struct pdu_bounds bounds = pdu_bounds(td);
    if (names && json_is_array(json)) {
        return build_bit_names(b, td, names, json, at);
    }
    const json_t *length = json_object_get(json, "length");
    const json_t *hex = json_object_get(json, "value");
    bool fixed = bounds.known && !bounds.extensible && bounds.low == bounds.high;
    if (fixed ? !json_is_string(json)
              : json_object_size(json) != 2 || !json_is_integer(length) || !hex) {
        return jer_fail(b, fixed ? "must be hex text"
                                 : "must be {\"value\": hex, \"length\": bits}");
    }
    json_int_t bits = fixed ? bounds.low : json_integer_value(length);
    size_t size = 0;
    int code = jer_hex(b, fixed ? json : hex, &at->buf, &size);
    if (code) {
        return code;
    }
    if (bits < 0 || bits > 65535 || size != ((size_t)bits + 7) / 8) {
        return jer_fail(b, "has %zu octets for %lld bits", size, (long long)bits);
    }
    at->size = (int)size;
    at->bits_unused = (int)(size * 8 - (size_t)bits);
    if (size > 0 && at->buf[size - 1] & ((1 << at->bits_unused) - 1)) {
        return jer_fail(b, "has bits set behind its %lld bits", (long long)bits);
    }
    return jer_size(b, td, (size_t)bits, "bits");
}

static void arc_put(OCTET_STRING_t *oid, uint64_t arc)
{
    int shift = 56;
    while (shift > 0 && arc >> shift == 0) {
        shift -= 7;
    }
    for (; shift >= 0; shift -= 7) {
        oid->buf[oid->size++] = (uint8_t)((arc >> shift & 0x7f) | (shift ? 0x80 : 0));
    }
}

/* As wide as the decoder takes them: nine groups of seven bits. */
#define ARC_MAX ((UINT64_C(1) << 63) - 1)

/* The digits at *text; false if there are none or they say more than an arc may. */
static bool arc_take(const char **text, uint64_t *arc)
{
    const char *first = *text;
    *arc = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (*arc > (ARC_MAX - digit) / 10) {
            return false;
        }
        *arc = *arc * 10 + digit;
    }
    return *text != first;
}

static int build_arcs(struct build *b, const json_t *json, bool relative,
                      OCTET_STRING_t *at)
{
    const char *text = json_string_value(json);
    if (!text) {
        return jer_fail(b, "must be numbers below 2^63 with dots between");
    }
    at->buf = turn_calloc(1, json_string_length(json) * 2 + 10);
    if (!at->buf) {
        return jer_memory(b);
    }
    uint64_t top = 0;
    for (int i = 0; *text || i == 0; i++) {
        uint64_t arc;
        bool good = arc_take(&text, &arc);
        bool last = *text == 0;
        if (!good || (!last && *text++ != '.') || (!last && !*text)) {
            return jer_fail(b, "must be numbers below 2^63 with dots between");
        }
        if (relative || i >= 2) {
            arc_put(at, arc);
        } else if (i == 0) {
            top = arc;
        } else if (top <= 2 && (top == 2 ? arc <= ARC_MAX - 80 : arc < 40)) {
            arc_put(at, top * 40 + arc);
        } else {
            return jer_fail(b, "starts with arcs that do not exist");
        }
    }
    return at->size > 0 ? 0 : jer_fail(b, "needs two arcs at least");
}

int jer_primitive(struct build *b, const asn_TYPE_descriptor_t *td, const json_t *json,
                  void *at)
{
    enum pdu_kind kind = pdu_kind(td);
    if (kind == PDU_BOOLEAN) {
        *(BOOLEAN_t *)at = json_is_true(json);
        return json_is_boolean(json) ? 0 : jer_fail(b, "must be true or false");
    }
    if (kind == PDU_INTEGER) {
        return build_integer(b, td, json, at);
    }
    if (kind == PDU_BITS) {
        return build_bits(b, td, json, at);
    }
    if (kind == PDU_OCTETS) {
        return build_octets(b, td, json, at);
    }
    if (kind == PDU_NULL) {
        return json_is_null(json) ? 0 : jer_fail(b, "must be null");
    }
    if (kind == PDU_TEXT || kind == PDU_UTF8) {
        return build_text(b, td, json, at);
    }
    if (kind == PDU_ENUMERATED) {
        return build_enumerated(b, td, json, at);
    }
    return build_arcs(b, json, kind == PDU_RELATIVE_OID, at);
}
