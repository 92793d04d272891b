/* SPDX-License-Identifier: Apache-2.0 */
/* What `v2x sub --stats` knows of each topic: rate, gaps by sequence, latency. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "edge/stream.h"

struct v2x_stats;

struct v2x_stats *v2x_stats_new(void); /* NULL: no memory */
/* Topics beyond the table's size are counted together as "(others)", without gaps. */
void v2x_stats_put(struct v2x_stats *stats, const char *topic,
                   const struct stream_envelope *envelope, size_t size, int64_t now_ns);
/* One line per topic with messages since the last call, then a total. */
void v2x_stats_print(struct v2x_stats *stats, FILE *file);
void v2x_stats_free(struct v2x_stats *stats);
