/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders, with errors that say which and why. Whole files appear under their
 * name only when they are complete (temporary name, fsync, rename). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/result.h"

/* Takes up to `most` octets of a file. RESULT_WORLD: cannot be read; RESULT_USAGE: too
 * large. */
MUST_USE int files_read(const char *path, size_t most, struct bytes *out,
                        struct fail *fail);

/* Writes a whole file, or nothing under that name. */
MUST_USE int files_write(const char *path, const void *data, size_t size,
                         struct fail *fail);

/* Makes a folder; its parents too. */
MUST_USE int files_folder(const char *path, struct fail *fail);

/* 1 if the folder holds anything, 0 if it is empty or not there, negative: RESULT_. */
int files_occupied(const char *path, struct fail *fail);

/* An open file that only grows; every put reaches the kernel before it returns. */
struct files_log {
    int fd;
    char path[1024];
    struct fail fail; /* of the last put */
};
MUST_USE int files_log_open(struct files_log *log, const char *path, struct fail *fail);
/* 0, or -1 with log->fail set. The signature is that of struct mcap_sink. */
int files_log_put(void *log, const void *data, size_t size);
MUST_USE int files_log_close(struct files_log *log, struct fail *fail);

/* SHA-256 of a file as 64 hex digits and its size. */
MUST_USE int files_sha256(const char *path, char hex[65], unsigned long long *size,
                          struct fail *fail);
