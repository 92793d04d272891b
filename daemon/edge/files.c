/* SPDX-License-Identifier: Apache-2.0 */
/* The file system, wrapped so that every failure names the file and the reason. */
#include "edge/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "publish/canonical.h"

#define BLOCK (1 << 16)

int files_read(const char *path, size_t most, struct bytes *out, struct fail *fail)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return fail_set(fail, RESULT_USAGE, "%s: %s", path, strerror(errno));
    }
    char block[4096];
    size_t got;
    int code = 0;
    while (code == 0 && (got = fread(block, 1, sizeof block, file)) > 0) {
        bytes_put(out, block, got);
        if (out->size > most) {
            code = fail_set(fail, RESULT_USAGE, "%s: larger than %zu octets", path, most);
        }
    }
    if (code == 0 && ferror(file)) {
        code = fail_set(fail, RESULT_WORLD, "%s: %s", path, strerror(errno));
    }
    if (code == 0 && out->failed) {
        code = fail_set(fail, RESULT_MEMORY, "%s: no memory to read it", path);
    }
    (void)fclose(file);
    return code;
}

static int write_all(int fd, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return -1;
        }
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

int files_write(const char *path, const void *data, size_t size, struct fail *fail)
{
    char temporary[1100];
    (void)snprintf(temporary, sizeof temporary, "%s.part", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return fail_set(fail, RESULT_WORLD, "cannot write %s: %s", path, strerror(errno));
    }
    int bad = write_all(fd, data, size) < 0 || fsync(fd) < 0;
    int reason = errno;
    bad = close(fd) < 0 || bad;
    if (bad || rename(temporary, path) < 0) {
        reason = bad ? reason : errno;
        (void)unlink(temporary);
        return fail_set(fail, RESULT_WORLD, "cannot write %s (%zu octets): %s", path, size,
                        strerror(reason));
    }
    return 0;
}

int files_folder(const char *path, struct fail *fail)
{
    char partial[1024];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof partial) {
        return fail_set(fail, RESULT_USAGE, "the name of a folder has 1 to 1023 octets");
    }
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) {
            continue;
        }
        memcpy(partial, path, i);
        partial[i] = 0;
        if (mkdir(partial, 0755) < 0 && errno != EEXIST) {
            return fail_set(fail, RESULT_WORLD, "cannot make the folder %s: %s", partial,
                            strerror(errno));
        }
    }
    struct stat info;
    if (stat(path, &info) < 0 || !S_ISDIR(info.st_mode)) {
        return fail_set(fail, RESULT_USAGE, "%s is not a folder", path);
    }
    return 0;
}

int files_occupied(const char *path, struct fail *fail)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return errno == ENOENT
                   ? 0
                   : fail_set(fail, RESULT_USAGE, "%s: %s", path, strerror(errno));
    }
    int found = 0;
    struct dirent *entry;
    while (!found && (entry = readdir(dir)) != NULL) {
        found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    (void)closedir(dir);
    return found;
}

int files_log_open(struct files_log *log, const char *path, struct fail *fail)
{
    *log = (struct files_log){.fd = -1};
    (void)snprintf(log->path, sizeof log->path, "%s", path);
    log->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (log->fd < 0) {
        return fail_set(fail, RESULT_WORLD, "cannot write %s: %s", path, strerror(errno));
    }
    return 0;
}

int files_log_put(void *self, const void *data, size_t size)
{
    struct files_log *log = self;
    if (write_all(log->fd, data, size) < 0) {
        (void)fail_set(&log->fail, RESULT_WORLD, "cannot write %s: %s", log->path,
                       strerror(errno));
        return -1;
    }
    return 0;
}

int files_log_close(struct files_log *log, struct fail *fail)
{
    int bad = 0;
    if (log->fd >= 0) {
        bad = fsync(log->fd) < 0;
        bad = close(log->fd) < 0 || bad;
        log->fd = -1;
    }
    return bad ? fail_set(fail, RESULT_WORLD, "cannot write %s: %s", log->path,
                          strerror(errno))
               : 0;
}

int files_sha256(const char *path, char hex[65], unsigned long long *size,
                 struct fail *fail)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return fail_set(fail, RESULT_WORLD, "%s: %s", path, strerror(errno));
    }
    struct digest digest;
    digest_init(&digest);
    unsigned char block[BLOCK];
    size_t got;
    *size = 0;
    while ((got = fread(block, 1, sizeof block, file)) > 0) {
        digest_put(&digest, block, got);
        *size += got;
    }
    int bad = ferror(file);
    (void)fclose(file);
    if (bad) {
        return fail_set(fail, RESULT_WORLD, "%s: cannot be read", path);
    }
    uint8_t sum[DIGEST_SIZE];
    digest_finish(&digest, sum);
    digest_hex(sum, hex);
    return 0;
}
