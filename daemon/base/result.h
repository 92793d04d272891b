/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong, and where: the one error type of the house.
 *
 * Every function that can fail because of the outside world returns an int, 0 or a negative
 * RESULT_ code, and fills the caller's struct fail. The layer that failed says what; each
 * layer above prepends where ("city.yaml:12:7: agents[3].speed_mps = 900: at most 83").
 * main prints the text once and exits with result_exit_code. Bad input from the air is
 * data, not a fail. */
#pragma once

#include <stdarg.h>

#define MUST_USE __attribute__((warn_unused_result))

/* code, name, exit code of the program, sentence */
#define RESULT_TABLE(X)                                                                    \
    X(-1, USAGE, 2, "bad usage or bad input")                                              \
    X(-2, WORLD, 1, "something outside failed")                                            \
    X(-3, TORN, 1, "an input ended in the middle; what came before was kept")              \
    X(-4, GATE, 3, "a quality gate failed")                                                \
    X(-5, MEMORY, 1, "out of memory")

enum {
#define X(code, name, exit_code, sentence) RESULT_##name = (code),
    RESULT_TABLE(X)
#undef X
};

struct fail {
    int code;       /* 0 or RESULT_ */
    char text[480]; /* one line, no newline */
};

/* Sets code and text; returns code, so that a caller can write `return fail_set(...)`. */
int fail_set(struct fail *fail, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prepends "where: " to the text; returns the code that was there. */
int fail_wrap(struct fail *fail, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The exit code that a RESULT_ code asks for; 0 for 0. */
int result_exit_code(int code);
