/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of asn1/its share: hex, a codec with its outputs, a comparison of JSON
 * with stated values. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asn1/its/its.h"

enum { ITS_LINE_MAX = 1 << 20, ITS_TEST_MAX = 8192 };

struct kit {
    struct its *its;
    struct bytes jer, si, out;
    struct its_report report;
    struct its_claim claim;
    struct fail fail;
    uint8_t pdu[ITS_TEST_MAX];
    size_t size;
    FILE *vectors; /* NULL: the shared data is not there */
    char *line;
};

static inline size_t unhex(const char *text, uint8_t *out)
{
    size_t n = strlen(text) / 2;
    assert_true(n <= ITS_TEST_MAX);
    for (size_t i = 0; i < n; i++) {
        char pair[] = {text[2 * i], text[2 * i + 1], 0};
        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

static inline int kit_open(void **state)
{
    struct kit *k = calloc(1, sizeof *k);
    k->its = its_new();
    k->vectors = fopen(SHARED_DATA "/etsi/vectors.jsonl", "r");
    k->line = malloc(ITS_LINE_MAX);
    *state = k;
    return k->its ? 0 : -1;
}

static inline int kit_close(void **state)
{
    struct kit *k = *state;
    its_free(k->its);
    if (k->vectors) {
        (void)fclose(k->vectors);
    }
    bytes_close(&k->jer);
    bytes_close(&k->si);
    bytes_close(&k->out);
    free(k->line);
    free(k);
    return 0;
}

/* Decodes from an exact-size heap block, so that the sanitizer sees a read past the end. */
static inline bool kit_decode(struct kit *k, const uint8_t *pdu, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, pdu, size);
    bytes_clear(&k->jer);
    bytes_clear(&k->si);
    bool ok = its_decode_json(k->its, copy, size, &k->jer, &k->si, &k->report);
    bytes_u8(&k->jer, 0);
    bytes_u8(&k->si, 0);
    free(copy);
    return ok;
}

static inline bool kit_decode_hex(struct kit *k, const char *hex)
{
    k->size = unhex(hex, k->pdu);
    return kit_decode(k, k->pdu, k->size);
}

/* The octets that a jer (or si) text makes are those of k->pdu. */
static inline bool kit_same(struct kit *k, const char *text, bool si)
{
    bytes_clear(&k->out);
    int code = si ? its_encode_si(k->its, text, &k->out, &k->fail)
                  : its_encode_json(k->its, text, &k->out, &k->fail);
    if (code) {
        print_error("%s\n", k->fail.text);
    }
    return code == 0 && k->out.size == k->size && memcmp(k->out.data, k->pdu, k->size) == 0;
}

/* The next vector whose kind begins with `kind`; NULL at the end. */
static inline json_t *kit_next(struct kit *k, const char *kind)
{
    while (k->vectors && fgets(k->line, ITS_LINE_MAX, k->vectors)) {
        json_t *vector = json_loads(k->line, 0, NULL);
        const char *is = json_string_value(json_object_get(vector, "kind"));
        if (is && strncmp(is, kind, strlen(kind)) == 0) {
            return vector;
        }
        json_decref(vector);
    }
    if (k->vectors) {
        rewind(k->vectors);
    }
    return NULL;
}

static inline bool same_bits(const json_t *expected, const json_t *got)
{
    const char *bits = json_string_value(json_object_get(expected, "bits"));
    const char *hex = json_is_object(got) ? json_string_value(json_object_get(got, "value"))
                                          : json_string_value(got);
    size_t n = strlen(bits);
    if (!hex || strlen(hex) != (n + 7) / 8 * 2 ||
        (json_is_object(got) &&
         json_integer_value(json_object_get(got, "length")) != (json_int_t)n)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        char digit[] = {hex[i / 4], 0};
        if ((strtoul(digit, NULL, 16) >> (3 - i % 4) & 1) != (bits[i] == '1')) {
            return false;
        }
    }
    return true;
}

/* Stated values against ours: bit strings as {bits,len}, octets in either case. */
static inline bool same_values(const json_t *expected, const json_t *got, const char *where)
{
    bool same;
    if (json_is_object(expected) && json_object_get(expected, "bits")) {
        same = same_bits(expected, got);
    } else if (json_is_object(expected)) {
        const char *key;
        json_t *value;
        same = json_object_size(expected) == json_object_size(got);
        json_object_foreach((json_t *)expected, key, value)
        {
            same = same_values(value, json_object_get(got, key), key) && same;
        }
    } else if (json_is_array(expected)) {
        same = json_array_size(expected) == json_array_size(got);
        for (size_t i = 0; i < json_array_size(expected) && same; i++) {
            same = same_values(json_array_get(expected, i), json_array_get(got, i), where);
        }
    } else if (json_is_string(expected)) {
        const char *ours = json_string_value(got);
        same = ours && strcasecmp(json_string_value(expected), ours) == 0;
    } else {
        same = json_equal(expected, got) != 0;
    }
    if (!same) {
        char *e = json_dumps(expected, JSON_ENCODE_ANY | JSON_COMPACT);
        char *g = got ? json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
        print_error("%s: stated %.600s, ours %.600s\n", where, e, g ? g : "absent");
        free(e);
        free(g);
    }
    return same;
}
