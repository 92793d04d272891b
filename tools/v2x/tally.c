/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, quantiles and intervals; see tally.h. */
#include "tools/v2x/tally.h"

#include <math.h>
#include <stdlib.h>

#define WILSON_Z 1.959964 /* 95 % */

/* Room for one more; false: none, and the list stays as it is. */
static bool grow(void **list, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return true;
    }
    size_t more = *room ? 2 * *room : 64;
    void *grown = realloc(*list, more * size);
    if (!grown) {
        return false;
    }
    *list = grown;
    *room = more;
    return true;
}

void tally_add(struct tally *t, double value)
{
    void *list = t->list;
    if (t->failed || !grow(&list, t->count, &t->room, sizeof *t->list)) {
        t->failed = true;
        return;
    }
    t->list = list;
    t->list[t->count++] = value;
    t->sorted = false;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double tally_quantile(struct tally *t, double q)
{
    if (t->count == 0) {
        return 0;
    }
    if (!t->sorted) {
        qsort(t->list, t->count, sizeof *t->list, by_value);
        t->sorted = true;
    }
    return t->list[(size_t)(q * (double)(t->count - 1) + 0.5)];
}

void tally_close(struct tally *t)
{
    free(t->list);
    *t = (struct tally){0};
}

void tally_keys_add(struct tally_keys *k, uint64_t key)
{
    void *list = k->list;
    if (k->failed || !grow(&list, k->count, &k->room, sizeof *k->list)) {
        k->failed = true;
        return;
    }
    k->list = list;
    k->list[k->count++] = key;
}

static int by_key(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

void tally_keys_sort(struct tally_keys *k)
{
    if (k->count > 0) {
        qsort(k->list, k->count, sizeof *k->list, by_key);
    }
}

bool tally_keys_has(const struct tally_keys *k, uint64_t key)
{
    return k->count > 0 && bsearch(&key, k->list, k->count, sizeof key, by_key) != NULL;
}

uint64_t tally_keys_twice(const struct tally_keys *k)
{
    uint64_t twice = 0;
    for (size_t i = 1; i < k->count; i++) {
        twice += k->list[i] == k->list[i - 1];
    }
    return twice;
}

void tally_keys_unique(struct tally_keys *k)
{
    size_t kept = 0;
    tally_keys_sort(k);
    for (size_t i = 0; i < k->count; i++) {
        if (kept == 0 || k->list[i] != k->list[kept - 1]) {
            k->list[kept++] = k->list[i];
        }
    }
    k->count = kept;
}

void tally_keys_note(struct tally_keys *k, uint64_t key)
{
    if (k->count > 0 && k->list[k->count - 1] == key) {
        return;
    }
    if (k->count == k->room && k->count > 0) {
        tally_keys_unique(k);
    }
    tally_keys_add(k, key);
}

void tally_keys_close(struct tally_keys *k)
{
    free(k->list);
    *k = (struct tally_keys){0};
}

void tally_pairs_add(struct tally_pairs *p, uint64_t key, uint64_t value)
{
    void *list = p->list;
    if (p->failed || !grow(&list, p->count, &p->room, sizeof *p->list)) {
        p->failed = true;
        return;
    }
    p->list = list;
    p->list[p->count++] = (struct tally_pair){key, value};
}

static int by_pair(const void *a, const void *b)
{
    const struct tally_pair *x = a;
    const struct tally_pair *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return (x->value > y->value) - (x->value < y->value);
}

void tally_pairs_sort(struct tally_pairs *p)
{
    if (p->count > 0) {
        qsort(p->list, p->count, sizeof *p->list, by_pair);
    }
}

const struct tally_pair *tally_pairs_find(const struct tally_pairs *p, uint64_t key)
{
    size_t low = 0;
    size_t high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->list[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < p->count && p->list[low].key == key ? &p->list[low] : NULL;
}

void tally_pairs_close(struct tally_pairs *p)
{
    free(p->list);
    *p = (struct tally_pairs){0};
}

uint64_t tally_key(uint64_t number, const struct parquet_value *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (uint32_t i = 0; text && i < text->size; i++) {
        hash = (hash ^ text->data[i]) * UINT64_C(0x100000001b3);
    }
    hash ^= number * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 29;
}

struct tally_share tally_wilson(uint64_t part, uint64_t whole)
{
    if (whole == 0) {
        return (struct tally_share){0, 0, 1};
    }
    double n = (double)whole;
    double p = (double)part / n;
    double z2 = WILSON_Z * WILSON_Z;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = WILSON_Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    double low = middle - half;
    double high = middle + half;
    return (struct tally_share){p, part == 0 ? 0 : low, part == whole ? 1 : high};
}
