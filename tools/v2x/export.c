/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x export`. */
#include "tools/v2x/export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "model/records.h"
#include "tools/v2x/export_csv.h"

enum { OPTION_TO, OPTION_OUT };

static int export_table(const struct folder *folder, const struct table *table,
                        const char *out, struct fail *fail)
{
    char path[FOLDER_PATH];
    uint64_t rows = 0;
    int n = snprintf(path, sizeof path, "%s/%s.csv", out, table->name);
    if (n < 0 || (size_t)n >= sizeof path) {
        return fail_set(fail, RESULT_USAGE, "the path of the output is too long");
    }
    FILE *stream = fopen(path, "wb");
    if (!stream) {
        return fail_set(fail, RESULT_WORLD, "cannot write %s: %s", path, strerror(errno));
    }
    int code = export_csv(folder, table, stream, &rows, fail);
    bool closed = fclose(stream) == 0;
    if (code == 0 && !closed) {
        code = fail_set(fail, RESULT_WORLD, "cannot write: %s", strerror(errno));
    }
    if (code < 0) {
        return fail_wrap(fail, "%s", path);
    }
    printf("%s: %llu rows\n", path, (unsigned long long)rows);
    return 0;
}

static int export_all(const char *path, const char *out, struct fail *fail)
{
    struct folder folder;
    int code = folder_open(&folder, path, fail);
    if (code == 0 && mkdir(out, 0777) < 0 && errno != EEXIST) {
        code = fail_set(fail, RESULT_WORLD, "cannot make %s: %s", out, strerror(errno));
    }
    if (code == 0 && !folder_is(out)) {
        code = fail_set(fail, RESULT_USAGE, "%s: no directory", out);
    }
    for (int i = 0; i < records_table_count && code == 0 && !args_interrupted(); i++) {
        if (folder_table(&folder, records_tables[i]->name)) {
            code = export_table(&folder, records_tables[i], out, fail);
        }
    }
    folder_close(&folder);
    return code;
}

static int run(int argc, char **argv)
{
    static const char *const forms[] = {"csv", NULL};
    struct fail fail = {0};
    const char *path = NULL;
    const char *out = NULL;
    int form = -1;
    struct args args = args_init(&export_command, argc, argv);
    int code = 0;
    while (code >= 0) {
        const char *value;
        code = args_next(&args, &value, &fail);
        if (code == OPTION_TO) {
            code = args_word("to", value, forms, &form, &fail);
        } else if (code == OPTION_OUT) {
            out = value;
        } else if (code == ARGS_OPERAND) {
            code = path ? fail_set(&fail, RESULT_USAGE,
                                   "one dataset at a time: %s is too much", value)
                        : 0;
            path = path ? path : value;
        }
    }
    if (code == ARGS_HELP) {
        args_help(&export_command);
        return 0;
    }
    if (code == ARGS_END && (!path || !out || form < 0)) {
        code = fail_set(&fail, RESULT_USAGE,
                        "a dataset, --to and --out are needed; see v2x export --help");
    }
    args_catch();
    code = code == ARGS_END ? export_all(path, out, &fail) : code;
    if (args_interrupted()) {
        return ARGS_EXIT_INTERRUPTED;
    }
    return code < 0 ? args_failed(&export_command, &fail) : 0;
}

static const struct args_option options[] = {
    [OPTION_TO] = {"to", "csv", "a file NAME.csv per table"},
    [OPTION_OUT] = {"out", "DIR", "where they go; made if it is not there"},
};

const struct args_command export_command = {
    .name = "export",
    .operands = "DATASET",
    .sentence = "a dataset in other forms",
    .text = "CSV: a header line, null is empty, octets are hex, stamps are Unix UTC\n"
            "nanoseconds.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .examples = "  v2x export out/demo --to csv --out out/demo-csv\n",
    .run = run,
};
