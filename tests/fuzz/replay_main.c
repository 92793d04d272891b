/* SPDX-License-Identifier: Apache-2.0 */
/* Plays every file of the folders given to a fuzz target: saved seeds and past crashes, in
 * the ordinary build. Missing folders are empty folders. Each input sits in a heap block of
 * its exact size, so that a read past its end is caught. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int play(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return -1;
    }
    (void)fseek(file, 0, SEEK_END);
    long size = ftell(file);
    (void)fseek(file, 0, SEEK_SET);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    size_t got = data ? fread(data, 1, (size_t)size, file) : 0;
    (void)fclose(file);
    if (data) {
        (void)LLVMFuzzerTestOneInput(data, got);
    }
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    size_t played = 0;
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        struct dirent *entry;
        while (dir && (entry = readdir(dir)) != NULL) {
            char path[4096];
            if (entry->d_name[0] == '.') {
                continue;
            }
            (void)snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            played += play(path) == 0;
        }
        if (dir) {
            (void)closedir(dir);
        }
    }
    printf("%zu inputs played\n", played);
    return played > 0 ? 0 : 1;
}
