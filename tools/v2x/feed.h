/* SPDX-License-Identifier: Apache-2.0 */
/* Where the companion reads messages from: text lines of hex, blocks of octets, captures
 * and logs, told apart by content. In: a path or "-". Out: one record after the other,
 * borrowed until the next call. */
#pragma once

#include "tools/v2x/decode_line.h"

enum feed_from { FEED_AUTO, FEED_HEX, FEED_BIN, FEED_PCAP };

struct feed;

/* start: where a bare block begins; it does not apply to captures. RESULT_USAGE: the file
 * is missing or foreign; RESULT_WORLD. */
MUST_USE int feed_open(struct feed **feed, const char *path, enum feed_from from,
                       enum frames_start start, struct fail *fail);

/* 1 a record, 0 the end, RESULT_TORN, RESULT_WORLD. */
MUST_USE int feed_next(struct feed *feed, struct decode_record *record, struct fail *fail);

/* False: more may come later (a pipe, a terminal). */
bool feed_is_file(const struct feed *feed);
void feed_free(struct feed *feed);
