/* SPDX-License-Identifier: Apache-2.0 */
/* Counting helpers: numbers that grow, how many are distinct, quantiles, and the interval
 * of a share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "publish/parquet_read.h"

/* A growing list of numbers; zero it first. */
struct tally {
    double *list;
    size_t count, room;
    bool failed; /* out of memory: what it says is nothing */
    bool sorted;
};
void tally_add(struct tally *t, double value);
/* q in 0..1; 0 if it is empty. Sorts. */
double tally_quantile(struct tally *t, double q);
void tally_close(struct tally *t);

/* A growing list of 64-bit keys; zero it first. */
struct tally_keys {
    uint64_t *list;
    size_t count, room;
    bool failed;
};
void tally_keys_add(struct tally_keys *k, uint64_t key);
/* As a set: what is there already may be dropped. */
void tally_keys_note(struct tally_keys *k, uint64_t key);
void tally_keys_sort(struct tally_keys *k);
bool tally_keys_has(const struct tally_keys *k, uint64_t key); /* sorted */
uint64_t tally_keys_twice(const struct tally_keys *k);         /* sorted: repeated ones */
void tally_keys_unique(struct tally_keys *k); /* sorts; one of each stays */
void tally_keys_close(struct tally_keys *k);

/* A growing list of keys with a value each; zero it first. */
struct tally_pair {
    uint64_t key, value;
};
struct tally_pairs {
    struct tally_pair *list;
    size_t count, room;
    bool failed;
};
void tally_pairs_add(struct tally_pairs *p, uint64_t key, uint64_t value);
void tally_pairs_sort(struct tally_pairs *p); /* by key, then value */
/* The first of that key, NULL if there is none; sorted. */
const struct tally_pair *tally_pairs_find(const struct tally_pairs *p, uint64_t key);
void tally_pairs_close(struct tally_pairs *p);

/* FNV-1a over the text, mixed with the number: two subjects of one dataset that share it
 * are so improbable (1e-6 for ten million) that sharing means equal. */
uint64_t tally_key(uint64_t number, const struct parquet_value *text);

/* Wilson score interval of a share, 95 %. */
struct tally_share {
    double share, low, high;
};
struct tally_share tally_wilson(uint64_t part, uint64_t whole);
