/* SPDX-License-Identifier: Apache-2.0 */
/* The slice pool covers every index once, for any number of threads and items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/pool.h"

static void count_each(void *context, size_t first, size_t last)
{
    unsigned char *seen = context;
    for (size_t i = first; i < last; i++) {
        seen[i]++;
    }
}

static void every_index_is_worked_exactly_once(void **state)
{
    (void)state;
    struct fail fail;
    for (int threads = 1; threads <= 4; threads++) {
        struct pool *pool;
        assert_int_equal(pool_new(&pool, threads, &fail), 0);
        assert_int_equal(pool_threads(pool), threads);
        for (size_t count = 0; count < 50; count++) {
            unsigned char seen[50] = {0};
            unsigned char want[50] = {0};
            memset(want, 1, count);
            pool_run(pool, count, count_each, seen);
            assert_memory_equal(seen, want, sizeof seen);
        }
        pool_free(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_is_worked_exactly_once)};
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
