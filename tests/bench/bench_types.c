/* SPDX-License-Identifier: Apache-2.0 */
/* How fast messages of each type decode. In: lines "TYPE its|j2735 HEX" on standard input.
 * Out: a line per type, in the order of their first appearance: its name and messages per
 * second of CPU, the best of several rounds. Linked once with our codec, once with asn1c's
 * own output and runtime. */
#include "bench_types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TYPES_MAX = 64, MESSAGES_MAX = 512, HEX_MAX = 1 << 17, ROUNDS = 5 };

struct message {
    uint8_t *octets;
    size_t size;
    bool its;
};

struct type {
    char name[32];
    struct message messages[MESSAGES_MAX];
    size_t count;
};

static double cpu_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct type *type_of(struct type *types, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(types[i].name, name) == 0) {
            return &types[i];
        }
    }
    if (*count == TYPES_MAX) {
        return NULL;
    }
    (void)snprintf(types[*count].name, sizeof types[0].name, "%s", name);
    return &types[(*count)++];
}

static void take(struct type *type, bool its, const char *hex)
{
    size_t size = strlen(hex) / 2;
    uint8_t *octets = malloc(size ? size : 1);
    if (!octets || type->count == MESSAGES_MAX) {
        free(octets);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        char pair[] = {hex[2 * i], hex[2 * i + 1], 0};
        octets[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    type->messages[type->count++] = (struct message){octets, size, its};
}

/* Rounds of a tenth of a second; a message that does not decode spoils the figure. */
static double rate(struct bench_decoder *d, const struct type *type)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double began = cpu_s();
        double spent = 0;
        size_t done = 0;
        while (spent < 0.1) {
            for (size_t i = 0; i < type->count; i++) {
                const struct message *m = &type->messages[i];
                if (!bench_decoder_run(d, m->its, m->octets, m->size)) {
                    (void)fprintf(stderr, "%s: message %zu does not decode\n", type->name,
                                  i);
                    exit(EXIT_FAILURE);
                }
            }
            done += type->count;
            spent = cpu_s() - began;
        }
        best = (double)done / spent > best ? (double)done / spent : best;
    }
    return best;
}

int main(void)
{
    static struct type types[TYPES_MAX];
    static char hex[HEX_MAX];
    size_t count = 0;
    char name[32];
    char family[8];
    struct bench_decoder *d = bench_decoder_new();
    while (d && scanf("%31s %7s %131071s", name, family, hex) == 3) {
        struct type *type = type_of(types, &count, name);
        if (type) {
            take(type, strcmp(family, "its") == 0, hex);
        }
    }
    for (size_t i = 0; d && i < count; i++) {
        printf("%s %.0f\n", types[i].name, rate(d, &types[i]));
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < types[i].count; k++) {
            free(types[i].messages[k].octets);
        }
    }
    bench_decoder_free(d);
    return d ? EXIT_SUCCESS : EXIT_FAILURE;
}
