/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed worker threads that wait for one range each. pool_run wakes them, does the caller's
 * own share, and waits; nothing outlives the call. */
#include "base/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct pool_worker {
    struct pool *pool;
    pthread_t thread;
    int index; /* from 1; the caller is 0 */
};

struct pool {
    int threads;
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    unsigned long turn;
    int busy;
    bool closing;
    size_t count;
    void (*work)(void *, size_t, size_t);
    void *context;
    struct pool_worker workers[];
};

static void run_share(const struct pool *pool, int index)
{
    size_t first = pool->count * (size_t)index / (size_t)pool->threads;
    size_t last = pool->count * ((size_t)index + 1) / (size_t)pool->threads;
    if (first < last) {
        pool->work(pool->context, first, last);
    }
}

static void *worker_main(void *argument)
{
    struct pool_worker *worker = argument;
    struct pool *pool = worker->pool;
    unsigned long seen = 0;
    for (;;) {
        (void)pthread_mutex_lock(&pool->lock);
        while (pool->turn == seen && !pool->closing) {
            (void)pthread_cond_wait(&pool->wake, &pool->lock);
        }
        bool closing = pool->closing;
        seen = pool->turn;
        (void)pthread_mutex_unlock(&pool->lock);
        if (closing) {
            return NULL;
        }
        run_share(pool, worker->index);
        (void)pthread_mutex_lock(&pool->lock);
        if (--pool->busy == 0) {
            (void)pthread_cond_signal(&pool->done);
        }
        (void)pthread_mutex_unlock(&pool->lock);
    }
}

int pool_new(struct pool **out, int threads, struct fail *fail)
{
    struct pool *pool = calloc(1, sizeof *pool + (size_t)threads * sizeof pool->workers[0]);
    if (!pool) {
        return fail_set(fail, RESULT_MEMORY, "no memory for %d threads", threads);
    }
    pool->threads = 1;
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->wake, NULL);
    (void)pthread_cond_init(&pool->done, NULL);
    for (int i = 1; i < threads; i++) {
        struct pool_worker *worker = &pool->workers[i];
        *worker = (struct pool_worker){.pool = pool, .index = i};
        if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0) {
            pool_free(pool);
            return fail_set(fail, RESULT_WORLD, "cannot start thread %d of %d", i + 1,
                            threads);
        }
        pool->threads = i + 1;
    }
    *out = pool;
    return 0;
}

void pool_run(struct pool *pool, size_t count, void (*work)(void *, size_t, size_t),
              void *context)
{
    if (pool->threads == 1) {
        if (count > 0) {
            work(context, 0, count);
        }
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->count = count;
    pool->work = work;
    pool->context = context;
    pool->busy = pool->threads - 1;
    pool->turn++;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->lock);
    run_share(pool, 0);
    (void)pthread_mutex_lock(&pool->lock);
    while (pool->busy > 0) {
        (void)pthread_cond_wait(&pool->done, &pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->lock);
}

int pool_threads(const struct pool *pool)
{
    return pool->threads;
}

void pool_free(struct pool *pool)
{
    if (!pool) {
        return;
    }
    (void)pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->lock);
    for (int i = 1; i < pool->threads; i++) {
        (void)pthread_join(pool->workers[i].thread, NULL);
    }
    (void)pthread_cond_destroy(&pool->wake);
    (void)pthread_cond_destroy(&pool->done);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}
