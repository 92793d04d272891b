/* SPDX-License-Identifier: Apache-2.0 */
/* Dataset directories, see folder.h. */
#include "tools/v2x/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool folder_is(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* No absolute path, and no step upwards. */
static bool stays_inside(const char *name)
{
    if (name[0] == '/' || name[0] == 0) {
        return false;
    }
    for (const char *p = name; *p; p++) {
        bool begins = p == name || p[-1] == '/';
        if (begins && p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == 0)) {
            return false;
        }
    }
    return true;
}

FILE *folder_stream(const struct folder *folder, const char *name, struct fail *fail)
{
    char path[FOLDER_PATH];
    int n = snprintf(path, sizeof path, "%s/%s", folder->path, name);
    if (n < 0 || (size_t)n >= sizeof path || !stays_inside(name)) {
        (void)fail_set(fail, RESULT_USAGE, "%.200s: not a file of the dataset", name);
        return NULL;
    }
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        (void)fail_set(fail, RESULT_WORLD, "%s: %s", path, strerror(errno));
    }
    return stream;
}

int folder_read(const struct folder *folder, const char *name, struct bytes *out,
                struct fail *fail)
{
    FILE *stream = folder_stream(folder, name, fail);
    if (!stream) {
        return fail->code;
    }
    char piece[1 << 14];
    size_t got;
    errno = 0;
    while ((got = fread(piece, 1, sizeof piece, stream)) > 0) {
        bytes_put(out, piece, got);
    }
    bool bad = ferror(stream) != 0;
    int why = errno;
    (void)fclose(stream);
    if (bad) {
        return fail_set(fail, RESULT_WORLD, "%s: %s", name, strerror(why));
    }
    return out->failed ? fail_set(fail, RESULT_MEMORY, "%s: out of memory", name) : 0;
}

int folder_open(struct folder *folder, const char *path, struct fail *fail)
{
    *folder = (struct folder){0};
    int n = snprintf(folder->path, sizeof folder->path, "%s", path);
    if (n < 0 || (size_t)n >= sizeof folder->path) {
        return fail_set(fail, RESULT_USAGE, "the path of the dataset is too long");
    }
    if (!folder_is(path)) {
        return fail_set(fail, RESULT_USAGE, "%s: no directory", path);
    }
    struct bytes text = {0};
    json_error_t error = {0};
    int code = folder_read(folder, "manifest.json", &text, fail);
    if (code == 0) {
        folder->manifest =
            json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
    }
    if (code == 0 && !json_is_object(folder->manifest)) {
        code = fail_set(fail, RESULT_USAGE, "%s/manifest.json:%d:%d: %s", path, error.line,
                        error.column, folder->manifest ? "no object" : error.text);
    }
    bytes_close(&text);
    if (code < 0) {
        fail->code = code == RESULT_MEMORY ? code : RESULT_USAGE;
        folder_close(folder);
    }
    return code < 0 ? fail->code : 0;
}

void folder_close(struct folder *folder)
{
    json_decref(folder->manifest);
    folder->manifest = NULL;
}

const json_t *folder_table(const struct folder *folder, const char *table)
{
    return json_object_get(json_object_get(folder->manifest, "tables"), table);
}

uint64_t folder_rows(const struct folder *folder, const char *table)
{
    json_int_t rows =
        json_integer_value(json_object_get(folder_table(folder, table), "rows"));
    return rows > 0 ? (uint64_t)rows : 0;
}

void folder_scan_open(struct folder_scan *scan, const struct folder *folder,
                      const char *table, const char *const *names)
{
    *scan = (struct folder_scan){.folder = folder, .names = names};
    scan->files = json_object_get(folder_table(folder, table), "files");
    while (names[scan->column_count] && scan->column_count < FOLDER_COLUMNS_MOST) {
        scan->column_count++;
    }
}

static void close_part(struct folder_scan *scan)
{
    if (scan->part) {
        parquet_file_close(scan->part);
        scan->part = NULL;
    }
    bytes_clear(&scan->data);
    scan->row = scan->rows = 0;
}

static int open_part(struct folder_scan *scan, struct fail *fail)
{
    const json_t *about = json_array_get(scan->files, scan->file++);
    const char *name = json_string_value(json_object_get(about, "path"));
    int code = folder_read(scan->folder, name ? name : "", &scan->data, fail);
    if (code == 0) {
        code = parquet_file_open(&scan->part, scan->data.data, scan->data.size, 0, fail);
    }
    scan->rows = code == 0 ? parquet_file_rows(scan->part) : 0;
    for (size_t i = 0; code == 0 && i < scan->column_count; i++) {
        scan->columns[i] = parquet_file_find(scan->part, scan->names[i]);
        if (scan->rows > 0 && scan->columns[i] < parquet_file_columns(scan->part)) {
            code = parquet_file_load(scan->part, scan->columns[i], fail);
        }
    }
    return code < 0 ? fail_wrap(fail, "%.200s", name ? name : "a file without path") : 0;
}

int folder_scan_next(struct folder_scan *scan, struct fail *fail)
{
    scan->row++;
    while (!scan->part || scan->row >= scan->rows) {
        close_part(scan);
        if (scan->file >= json_array_size(scan->files)) {
            return 0;
        }
        int code = open_part(scan, fail);
        if (code < 0) {
            return code;
        }
    }
    return 1;
}

struct parquet_value folder_scan_value(const struct folder_scan *scan, size_t place)
{
    size_t column = scan->columns[place];
    if (column >= parquet_file_columns(scan->part)) {
        return (struct parquet_value){.null = true};
    }
    return parquet_file_value(scan->part, column, scan->row);
}

void folder_scan_close(struct folder_scan *scan)
{
    close_part(scan);
    bytes_close(&scan->data);
}

bool folder_text_is(const struct parquet_value *value, const char *text)
{
    size_t size = strlen(text);
    return !value->null && value->size == size && memcmp(value->data, text, size) == 0;
}
