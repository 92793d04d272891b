/* SPDX-License-Identifier: Apache-2.0 */
/* An analytic model against its authors' evaluation: a table whose first columns are the
 * case, one row per distance. */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PUBLISHED_COLUMNS 16

struct published {
    const char *path;
    int keys, columns;
    /* A case begins: its first `keys` columns; 3 dB of shadowing are right. */
    void (*begin)(const double *v, double sigma_db);
    /* Delivery ratio less the published one; the case's busy ratio less the published. */
    double (*off)(const double *v, double *cbr);
};

/* Worst difference in percentage points, -1 without the table. */
static inline double published_worst_pp(const struct published *p, double sigma_db,
                                        int most_rows, int *rows, double *worst_cbr)
{
    FILE *file = fopen(p->path, "r");
    if (!file) {
        return -1;
    }
    char line[256];
    double worst = 0;
    double last[PUBLISHED_COLUMNS] = {0};
    assert_non_null(fgets(line, sizeof line, file));
    while (*rows < most_rows && fgets(line, sizeof line, file)) {
        double v[PUBLISHED_COLUMNS];
        double cbr = 0;
        char *at = line;
        for (int i = 0; i < p->columns; i++) {
            v[i] = strtod(at, &at);
            at++;
        }
        if (memcmp(v, last, (size_t)p->keys * sizeof v[0]) != 0) {
            p->begin(v, sigma_db);
            memcpy(last, v, (size_t)p->keys * sizeof v[0]);
        }
        worst = fmax(worst, 100 * fabs(p->off(v, &cbr)));
        *worst_cbr = fmax(*worst_cbr, fabs(cbr));
        (*rows)++;
    }
    (void)fclose(file);
    return worst;
}

static inline void published_holds(const struct published *p, int rows_least)
{
    int rows = 0;
    double cbr = 0;
    double worst = published_worst_pp(p, 3, 1000, &rows, &cbr);
    if (worst < 0) {
        skip();
    }
    printf("  %d points, worst %.3f pp, busy ratio within %.1e\n", rows, worst, cbr);
    assert_true(rows >= rows_least);
    assert_true(worst < 0.2);
    assert_true(cbr < 1e-4);
}

static inline void published_notices_a_wrong_sigma(const struct published *p)
{
    int rows = 0;
    double cbr = 0;
    double worst = published_worst_pp(p, 4, 21, &rows, &cbr);
    if (worst < 0) {
        skip();
    }
    assert_true(worst > 0.2);
}
