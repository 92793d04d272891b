/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a run reads. In: their paths. Out: name and hash for the manifest, where
 * they lay for run.json, and a file found again from the name and hash that config.yaml has
 * of it.
 *
 * A dataset's bytes do not say where its inputs lay. So a file is looked for, in this
 * order: as named, from the configuration's folder; where the run.json beside it says it
 * lay; one folder up; in the current folder. The first with the right hash is taken. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/files.h"
#include "edge/run_inside.h"

/* A path that still holds from another folder. */
static void note_place(struct run *run, const char *name, const char *path)
{
    char folder[1024];
    char whole[2100];
    bool absolute = path[0] == '/';
    if (!absolute && !getcwd(folder, sizeof folder)) {
        return;
    }
    (void)snprintf(whole, sizeof whole, "%s%s%s", absolute ? "" : folder,
                   absolute ? "" : "/", path);
    json_array_append_new(run->places,
                          json_pack("{s:s, s:s}", "name", name, "path", whole));
}

int run_note_input(struct run *run, const char *path, const char *as, struct fail *fail)
{
    char hex[65];
    unsigned long long size = 0;
    struct stat what;
    if (strcmp(path, "-") == 0 || (stat(path, &what) == 0 && S_ISFIFO(what.st_mode))) {
        return 0; /* what has flowed by cannot be read again; config.yaml has it all */
    }
    int code = files_sha256(path, hex, &size, fail);
    if (code < 0) {
        fail->code = RESULT_USAGE; /* a missing file is bad input */
        return RESULT_USAGE;
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    json_array_append_new(run->inputs,
                          json_pack("{s:s, s:s, s:s, s:I}", "name", name, "as", as,
                                    "sha256", hex, "bytes", (json_int_t)size));
    note_place(run, name, path);
    return 0;
}

struct search {
    const char *sha256; /* NULL or "": any file will do */
    char *path;         /* the place being tried; the answer */
    size_t size;
    bool other; /* a file of that name has another hash */
};

/* 1: this is it; 0: it is not; negative: it cannot be read. */
static int try_path(struct search *s, struct fail *fail)
{
    char hex[65];
    unsigned long long size;
    if (access(s->path, R_OK) != 0) {
        return 0;
    }
    if (!s->sha256 || !s->sha256[0]) {
        return 1;
    }
    int code = files_sha256(s->path, hex, &size, fail);
    bool same = code == 0 && strcmp(s->sha256, hex) == 0;
    s->other = s->other || (code == 0 && !same);
    return code < 0 ? code : same;
}

/* Where the run.json of that folder says a file of the name lay. */
static int try_noted(struct search *s, const char *folder, const char *name,
                     struct fail *fail)
{
    (void)snprintf(s->path, s->size, "%s/run.json", folder);
    json_t *facts = json_load_file(s->path, 0, NULL);
    size_t i;
    json_t *place;
    int found = 0;
    json_array_foreach(json_object_get(facts, "inputs"), i, place)
    {
        const char *noted = json_string_value(json_object_get(place, "name"));
        const char *path = json_string_value(json_object_get(place, "path"));
        if (found == 0 && noted && path && strcmp(noted, name) == 0) {
            (void)snprintf(s->path, s->size, "%s", path);
            found = try_path(s, fail);
        }
    }
    json_decref(facts);
    return found;
}

int run_find_input(const char *config, const char *name, const char *sha256, char *path,
                   size_t size, struct fail *fail)
{
    struct search s = {.sha256 = sha256, .path = path, .size = size};
    const char *slash = strrchr(config, '/');
    char folder[1024];
    (void)snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - config) : 1,
                   slash ? config : ".");
    bool absolute = name[0] == '/';
    (void)snprintf(path, size, "%s%s%s", absolute ? "" : folder, absolute ? "" : "/", name);
    int found = try_path(&s, fail);
    if (found == 0 && !absolute) {
        found = try_noted(&s, folder, name, fail);
    }
    if (found == 0 && !absolute) {
        (void)snprintf(path, size, "%s/../%s", folder, name);
        found = try_path(&s, fail);
    }
    if (found == 0 && !absolute) {
        (void)snprintf(path, size, "%s", name);
        found = try_path(&s, fail);
    }
    if (found != 0) {
        return found < 0 ? found : 0;
    }
    return fail_set(fail, RESULT_USAGE, "%s: %s", name,
                    s.other    ? "the file of that name is not the one that was used then"
                    : absolute ? "no such file"
                               : "found neither from this file's folder, nor where it was "
                                 "then, nor in the current folder");
}
