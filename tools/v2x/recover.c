/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x recover`. */
#include "tools/v2x/recover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/records.h"
#include "tools/v2x/rebuild.h"

enum { OPTION_FORCE };

/* A manifest is written last: where there is one, nothing was cut short. */
static bool is_whole(const char *path)
{
    struct folder folder;
    struct fail ignored;
    bool whole = folder_open(&folder, path, &ignored) == 0 &&
                 json_object_get(folder.manifest, "dataset_sha256") != NULL;
    folder_close(&folder);
    return whole;
}

static void tell(const struct rebuild *r)
{
    if (r->has_journal) {
        printf("journal: %llu messages in %u whole chunks kept%s%s\n",
               (unsigned long long)r->journal.messages, r->journal.chunks,
               r->journal.whole ? "" : "; ", r->journal.whole ? "" : r->journal.reason);
    } else {
        printf("journal: none\n");
    }
    for (int i = 0; i < records_table_count; i++) {
        const struct rebuild_table *t = &r->tables[i];
        printf("%-16s %10llu rows, %llu of them from the journal, %llu lost in between\n",
               records_tables[i]->name, (unsigned long long)t->rows,
               (unsigned long long)t->rebuilt, (unsigned long long)t->missing);
    }
    printf("manifest: written, marked as recovered\n");
}

static int recover(const char *path, bool force, struct fail *fail)
{
    if (!folder_is(path)) {
        return fail_set(fail, RESULT_USAGE, "%s: no directory", path);
    }
    if (!force && is_whole(path)) {
        printf("%s is whole: nothing to recover\n", path);
        return 0;
    }
    struct rebuild *r = calloc(1, sizeof *r);
    if (!r) {
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    (void)snprintf(r->folder.path, sizeof r->folder.path, "%s", path);
    char tables[FOLDER_PATH];
    char journal[FOLDER_PATH];
    (void)snprintf(tables, sizeof tables, "%s/tables", r->folder.path);
    (void)snprintf(journal, sizeof journal, "%s/scenario.mcap", r->folder.path);
    int code = 0;
    if (!folder_is(tables)) {
        code = fail_set(fail, RESULT_USAGE, "%s: no dataset, it has no tables/", path);
    } else if (access(journal, F_OK) == 0) {
        code = rebuild_journal(r, fail);
    }
    code = code < 0 ? code : rebuild_tables(r, fail);
    code = code < 0 ? code : rebuild_manifest(r, fail);
    if (code == 0) {
        tell(r);
    }
    rebuild_close(r);
    free(r);
    return code;
}

static int run(int argc, char **argv)
{
    struct fail fail = {0};
    const char *path = NULL;
    bool force = false;
    struct args args = args_init(&recover_command, argc, argv);
    int code = 0;
    while (code >= 0 || code == ARGS_OPERAND) {
        const char *value;
        code = args_next(&args, &value, &fail);
        force = force || code == OPTION_FORCE;
        if (code == ARGS_OPERAND && path) {
            code = fail_set(&fail, RESULT_USAGE, "one dataset at a time: %s is too much",
                            value);
        } else if (code == ARGS_OPERAND) {
            path = value;
        }
    }
    if (code == ARGS_HELP) {
        args_help(&recover_command);
        return 0;
    }
    if (code == ARGS_END) {
        code = path
                   ? recover(path, force, &fail)
                   : fail_set(&fail, RESULT_USAGE, "which dataset? see v2x recover --help");
    }
    return code < 0 ? args_failed(&recover_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_FORCE] = {"force", NULL, "also where a manifest says that all is well"},
};

const struct args_command recover_command = {
    .name = "recover",
    .operands = "DIR",
    .sentence = "repair a dataset whose writer was killed",
    .text = "The journal keeps its whole chunks and gets its summary back; rows that are\n"
            "only in the journal become part files; the manifest is made anew and says\n"
            "\"recovered\": true. What was written since the last second is gone.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x recover out/run-7 && v2x verify out/run-7\n",
    .run = run,
};
