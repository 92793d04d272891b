/* SPDX-License-Identifier: Apache-2.0 */
/* Files appear whole or not at all, and every failure names the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/files.h"

static char home[] = "v2xd-files-XXXXXX"; /* in the folder of the test run */
static struct fail fail;

static const char *path_of(const char *name)
{
    static char path[4][256];
    static int turn;
    char *p = path[turn++ % 4];
    (void)snprintf(p, sizeof path[0], "%s/%s", home, name);
    return p;
}

static int make_home(void **state)
{
    (void)state;
    return mkdtemp(home) ? 0 : -1;
}

static int remove_home(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "small", "log", "one/two", "one", "empty"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)remove(path_of(names[i]));
    }
    return rmdir(home);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct bytes text = {0};
    assert_int_equal(files_write(path_of("a"), "hello", 5, &fail), 0);
    assert_int_equal(files_read(path_of("a"), 100, &text, &fail), 0);
    assert_int_equal(text.size, 5);
    assert_memory_equal(text.data, "hello", 5);
    bytes_close(&text);
    assert_int_equal(files_read(path_of("a"), 4, &text, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "larger than 4"));
    bytes_close(&text);
}

static void a_digest_is_that_of_the_standard(void **state)
{
    (void)state;
    char hex[65];
    unsigned long long size;
    assert_int_equal(files_write(path_of("a"), "abc", 3, &fail), 0);
    assert_int_equal(files_sha256(path_of("a"), hex, &size, &fail), 0);
    /* FIPS 180-4, example for "abc" */
    assert_string_equal(hex,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(size, 3);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct bytes text = {0};
    assert_int_equal(files_read(path_of("none"), 10, &text, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "none: No such file"));
    assert_int_equal(files_write(path_of("none/x"), "x", 1, &fail), RESULT_WORLD);
    assert_non_null(strstr(fail.text, "none/x"));
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(files_folder(path_of("one/two"), &fail), 0);
    assert_int_equal(files_folder(path_of("one/two"), &fail), 0);
    assert_int_equal(stat(path_of("one/two"), &info), 0);
    assert_true(S_ISDIR(info.st_mode));
    assert_int_equal(files_occupied(path_of("one"), &fail), 1);
    assert_int_equal(files_occupied(path_of("one/two"), &fail), 0);
    assert_int_equal(files_occupied(path_of("nowhere"), &fail), 0);
    assert_int_equal(files_write(path_of("a"), "x", 1, &fail), 0);
    assert_true(files_folder(path_of("a"), &fail) < 0);
    assert_int_equal(files_occupied(path_of("a"), &fail), RESULT_USAGE);
    assert_int_equal(files_folder("", &fail), RESULT_USAGE);
}

static void a_file_that_cannot_be_finished_does_not_appear(void **state)
{
    (void)state;
    static char large[8192];
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 4096;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int code = files_write(path_of("small"), large, sizeof large, &fail);
    struct files_log log;
    struct fail closing;
    int opened = files_log_open(&log, path_of("log"), &closing);
    int first = files_log_put(&log, large, 4000);
    int second = files_log_put(&log, large, 4000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(code, RESULT_WORLD);
    assert_non_null(strstr(fail.text, "File too large"));
    assert_int_equal(access(path_of("small"), F_OK), -1);
    assert_int_equal(access(path_of("small.part"), F_OK), -1);
    assert_int_equal(opened, 0);
    assert_int_equal(first, 0);
    assert_int_equal(second, -1);
    assert_int_equal(log.fail.code, RESULT_WORLD);
    assert_non_null(strstr(log.fail.text, "log: File too large"));
    assert_int_equal(files_log_close(&log, &closing), 0);
}

int main(void)
{
    const struct CMUnitTest files[] = {
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(a_digest_is_that_of_the_standard),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(folders_are_made_with_their_parents),
        cmocka_unit_test(a_file_that_cannot_be_finished_does_not_appear),
    };
    return cmocka_run_group_tests_name("files", files, make_home, remove_home);
}
