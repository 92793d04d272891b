/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a recovery, each of which leaves the directory better than it was:
 *
 *   journal   scenario.mcap is copied up to its last whole chunk and gets its summary
 *   tables    rows that are in the journal but in no part file become part files
 *   manifest  rows, hashes and files as they now are, marked "recovered": true
 *
 * A file is replaced by renaming a finished copy onto it. */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "publish/canonical.h"
#include "publish/mcap_read.h"
#include "tools/v2x/folder.h"

enum { REBUILD_TABLES = 64 };

struct rebuild_table {
    uint64_t rows;    /* in part files */
    uint64_t rebuilt; /* of these, from the journal */
    uint64_t missing; /* gone: neither in a part nor in the journal */
    uint32_t files;
    struct digest digest;
    json_t *list; /* of files, as the manifest has it */
};

struct rebuild {
    struct folder folder; /* path only */
    struct rebuild_table tables[REBUILD_TABLES];
    struct mcap_end journal;
    bool has_journal;
    char scenario_id[128], world_id[128]; /* as the rows say; "" if there is none */
};

/* RESULT_WORLD: the disk; RESULT_TORN: nothing whole in the journal. */
MUST_USE int rebuild_journal(struct rebuild *r, struct fail *fail);
MUST_USE int rebuild_tables(struct rebuild *r, struct fail *fail);
MUST_USE int rebuild_manifest(struct rebuild *r, struct fail *fail);
void rebuild_close(struct rebuild *r);
