/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical JSON, SHA-256 and UTF-8. In: jansson values, octets, texts of unknown origin.
 * Out: the same octets for the same meaning, on any machine. */
#include "publish/canonical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void digest_init(struct digest *digest)
{
    (void)crypto_hash_sha256_init(&digest->state);
}

void digest_put(struct digest *digest, const void *data, size_t n)
{
    if (n > 0) {
        (void)crypto_hash_sha256_update(&digest->state, data, n);
    }
}

void digest_le(struct digest *digest, uint64_t value, size_t n)
{
    uint8_t octets[8];
    for (size_t i = 0; i < n && i < sizeof octets; i++) {
        octets[i] = (uint8_t)(value >> (8 * i));
    }
    digest_put(digest, octets, n < sizeof octets ? n : sizeof octets);
}

void digest_text(struct digest *digest, const char *text)
{
    size_t n = strlen(text);
    digest_le(digest, n, 4);
    digest_put(digest, text, n);
}

void digest_finish(struct digest *digest, uint8_t sum[DIGEST_SIZE])
{
    (void)crypto_hash_sha256_final(&digest->state, sum);
}

void digest_hex(const uint8_t sum[DIGEST_SIZE], char text[DIGEST_HEX_SIZE])
{
    (void)sodium_bin2hex(text, DIGEST_HEX_SIZE, sum, DIGEST_SIZE);
}

void digest_block(const void *data, size_t n, uint8_t sum[DIGEST_SIZE])
{
    struct digest digest;
    digest_init(&digest);
    digest_put(&digest, data, n);
    digest_finish(&digest, sum);
}

struct canonical_text {
    struct bytes *out;
    int indent;
    struct fail *fail;
};

static void canonical_line(struct canonical_text *t, int depth)
{
    if (t->indent > 0) {
        bytes_u8(t->out, '\n');
        for (int i = 0; i < depth * t->indent; i++) {
            bytes_u8(t->out, ' ');
        }
    }
}

static int canonical_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of an object, borrowed and sorted; NULL when out of memory. */
static const char **canonical_keys(const json_t *object)
{
    size_t count = json_object_size(object);
    const char **keys = malloc((count + 1) * sizeof *keys);
    size_t at = 0;
    /* jansson's iterators take no const, though they change nothing. */
    union {
        const json_t *in;
        json_t *out;
    } plain = {.in = object};
    for (void *i = json_object_iter(plain.out); keys && i && at < count;
         i = json_object_iter_next(plain.out, i)) {
        keys[at++] = json_object_iter_key(i);
    }
    if (keys) {
        qsort(keys, at, sizeof *keys, canonical_compare);
    }
    return keys;
}

static int canonical_value(struct canonical_text *t, const json_t *value, int depth);

static int canonical_object(struct canonical_text *t, const json_t *value, int depth)
{
    size_t count = json_object_size(value);
    const char **keys = canonical_keys(value);
    if (!keys) {
        return fail_set(t->fail, RESULT_MEMORY, "out of memory");
    }
    int rc = 0;
    bytes_u8(t->out, '{');
    for (size_t i = 0; i < count && rc == 0; i++) {
        if (i > 0) {
            bytes_u8(t->out, ',');
        }
        canonical_line(t, depth + 1);
        bytes_json_string(t->out, keys[i]);
        bytes_text(t->out, t->indent > 0 ? ": " : ":");
        rc = canonical_value(t, json_object_get(value, keys[i]), depth + 1);
    }
    if (count > 0) {
        canonical_line(t, depth);
    }
    bytes_u8(t->out, '}');
    free(keys);
    return rc;
}

static int canonical_array(struct canonical_text *t, const json_t *value, int depth)
{
    size_t count = json_array_size(value);
    int rc = 0;
    bytes_u8(t->out, '[');
    for (size_t i = 0; i < count && rc == 0; i++) {
        if (i > 0) {
            bytes_u8(t->out, ',');
        }
        canonical_line(t, depth + 1);
        rc = canonical_value(t, json_array_get(value, i), depth + 1);
    }
    if (count > 0) {
        canonical_line(t, depth);
    }
    bytes_u8(t->out, ']');
    return rc;
}

static int canonical_value(struct canonical_text *t, const json_t *value, int depth)
{
    if (depth > CANONICAL_DEPTH) {
        return fail_set(t->fail, RESULT_USAGE, "JSON nested deeper than %d",
                        CANONICAL_DEPTH);
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return canonical_object(t, value, depth);
    case JSON_ARRAY:
        return canonical_array(t, value, depth);
    case JSON_STRING:
        bytes_json_string(t->out, json_string_value(value));
        return 0;
    case JSON_INTEGER:
        bytes_json_int(t->out, json_integer_value(value));
        return 0;
    case JSON_REAL:
        if (!isfinite(json_real_value(value))) {
            return fail_set(t->fail, RESULT_USAGE, "a number that is not finite");
        }
        bytes_json_double(t->out, json_real_value(value));
        return 0;
    case JSON_TRUE:
        bytes_text(t->out, "true");
        return 0;
    case JSON_FALSE:
        bytes_text(t->out, "false");
        return 0;
    case JSON_NULL:
    default:
        bytes_text(t->out, "null");
        return 0;
    }
}

int canonical_json(struct bytes *out, const json_t *value, int indent, struct fail *fail)
{
    struct canonical_text text = {.out = out, .indent = indent, .fail = fail};
    int rc = canonical_value(&text, value, 0);
    if (rc == 0 && indent > 0) {
        bytes_u8(out, '\n');
    }
    if (rc == 0 && out->failed) {
        rc = fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    return rc;
}

static bool canonical_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Octets of the well-formed sequence that starts here; 0 if none does. */
static size_t canonical_sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        return left > 1 && canonical_tail(p[1]) ? 2 : 0;
    }
    if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        unsigned char least = p[0] == 0xE0 ? 0xA0 : 0x80;
        unsigned char most = p[0] == 0xED ? 0x9F : 0xBF; /* no surrogates */
        return left > 2 && p[1] >= least && p[1] <= most && canonical_tail(p[2]) ? 3 : 0;
    }
    if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        unsigned char least = p[0] == 0xF0 ? 0x90 : 0x80;
        unsigned char most = p[0] == 0xF4 ? 0x8F : 0xBF; /* up to U+10FFFF */
        return left > 3 && p[1] >= least && p[1] <= most && canonical_tail(p[2]) &&
                       canonical_tail(p[3])
                   ? 4
                   : 0;
    }
    return 0;
}

size_t canonical_utf8_valid(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t at = 0;
    while (at < n) {
        size_t step = canonical_sequence(p + at, n - at);
        if (step == 0) {
            break;
        }
        at += step;
    }
    return at;
}

void canonical_utf8(struct bytes *out, const char *text, size_t n)
{
    size_t at = 0;
    while (at < n) {
        size_t good = canonical_utf8_valid(text + at, n - at);
        bytes_put(out, text + at, good);
        at += good;
        if (at < n) {
            bytes_put(out, "\xEF\xBF\xBD", 3);
            at++;
        }
    }
}
