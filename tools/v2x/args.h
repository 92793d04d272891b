/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of one command: a table of options makes the parsing and the help.
 *
 * In: argv, argv[0] being the command's name. Out: one option or operand after the other.
 * `--name VALUE` and `--name=VALUE` are equal, `--` ends the options, `-` is an operand.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"

struct args_option {
    const char *name;     /* without the dashes */
    const char *value;    /* what stands for the value in the help; NULL: a flag */
    const char *sentence; /* may hold newlines */
};

struct args_command {
    const char *name;
    const char *operands; /* "[FILE|-]" */
    const char *sentence; /* for the list of commands */
    const char *text;     /* for the command's own help */
    const struct args_option *options;
    size_t option_count;
    const char *examples;
    int (*run)(int argc, char **argv); /* gives the exit code */
};

struct args {
    const struct args_command *command;
    int argc;
    char **argv;
    int at;
    bool only_operands;
};

enum { ARGS_END = -100, ARGS_OPERAND = -101, ARGS_HELP = -102 };

struct args args_init(const struct args_command *command, int argc, char **argv);

/* The place of an option in the table, ARGS_OPERAND, ARGS_HELP, ARGS_END, or RESULT_USAGE.
 */
int args_next(struct args *args, const char **value, struct fail *fail);

/* The place of text in words, which end with NULL; RESULT_USAGE names the good ones. */
MUST_USE int args_word(const char *option, const char *text, const char *const *words,
                       int *place, struct fail *fail);

void args_help(const struct args_command *command);

/* Says what failed on standard error; returns the exit code. */
int args_failed(const struct args_command *command, const struct fail *fail);

/* True once SIGINT came; args_catch makes it so. Then the exit code is 130. */
void args_catch(void);
bool args_interrupted(void);
enum { ARGS_EXIT_INTERRUPTED = 130 };
