/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table of topics. */
#include "v2x_stats.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 16384, TOPICS_MOST = 12000 };

struct topic {
    char name[QUEUE_TOPIC_MOST + 1];
    bool seen;
    uint64_t next, received, gaps, now_count, now_bytes;
    double latency_ms_sum, latency_ms_most;
};

struct v2x_stats {
    struct topic slots[SLOTS];
    struct topic others;
    int count;
};

struct v2x_stats *v2x_stats_new(void)
{
    struct v2x_stats *stats = calloc(1, sizeof *stats);
    if (stats) {
        (void)snprintf(stats->others.name, sizeof stats->others.name, "(others)");
    }
    return stats;
}

static struct topic *find(struct v2x_stats *stats, const char *name)
{
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
    for (const char *c = name; *c; c++) {
        hash = (hash ^ (uint8_t)*c) * UINT32_C(16777619);
    }
    for (uint32_t i = hash % SLOTS;; i = (i + 1) % SLOTS) {
        struct topic *topic = &stats->slots[i];
        if (strcmp(topic->name, name) == 0) {
            return topic;
        }
        if (topic->name[0] == 0) {
            if (stats->count == TOPICS_MOST || strlen(name) > QUEUE_TOPIC_MOST ||
                name[0] == 0) {
                return &stats->others;
            }
            stats->count++;
            memcpy(topic->name, name, strlen(name) + 1);
            return topic;
        }
    }
}

void v2x_stats_put(struct v2x_stats *stats, const char *name,
                   const struct stream_envelope *envelope, size_t size, int64_t now_ns)
{
    struct topic *topic = find(stats, name);
    double latency_ms = (double)(now_ns - envelope->t_publish_ns) / 1e6;
    if (topic != &stats->others) {
        if (topic->seen && envelope->sequence > topic->next) {
            topic->gaps += envelope->sequence - topic->next;
        }
        topic->seen = true;
        topic->next = envelope->sequence + 1;
    }
    topic->received++;
    topic->now_count++;
    topic->now_bytes += size;
    topic->latency_ms_sum += latency_ms;
    if (latency_ms > topic->latency_ms_most) {
        topic->latency_ms_most = latency_ms;
    }
}

static void print_one(struct topic *topic, struct topic *total, FILE *file)
{
    if (topic->now_count == 0) {
        return;
    }
    (void)fprintf(file,
                  "%-40s %8" PRIu64 " /s %10.1f kB/s  received %" PRIu64 "  gaps %" PRIu64
                  "  latency mean %.3f most %.3f ms\n",
                  topic->name, topic->now_count, (double)topic->now_bytes / 1e3,
                  topic->received, topic->gaps,
                  topic->latency_ms_sum / (double)topic->now_count, topic->latency_ms_most);
    total->now_count += topic->now_count;
    total->now_bytes += topic->now_bytes;
    total->latency_ms_sum += topic->latency_ms_sum;
    if (topic->latency_ms_most > total->latency_ms_most) {
        total->latency_ms_most = topic->latency_ms_most;
    }
    topic->now_count = topic->now_bytes = 0;
    topic->latency_ms_sum = topic->latency_ms_most = 0;
}

void v2x_stats_print(struct v2x_stats *stats, FILE *file)
{
    struct topic total = {.name = "total"}, none = {.name = ""};
    for (int i = 0; i < SLOTS; i++) {
        print_one(&stats->slots[i], &total, file);
        total.received += stats->slots[i].received;
        total.gaps += stats->slots[i].gaps;
    }
    print_one(&stats->others, &total, file);
    total.received += stats->others.received;
    print_one(&total, &none, file);
}

void v2x_stats_free(struct v2x_stats *stats)
{
    free(stats);
}
