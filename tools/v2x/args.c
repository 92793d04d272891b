/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines, see args.h. */
#include "tools/v2x/args.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile sig_atomic_t interrupted;

struct args args_init(const struct args_command *command, int argc, char **argv)
{
    return (struct args){.command = command, .argc = argc, .argv = argv, .at = 1};
}

static int unknown_option(const struct args *args, const char *word, struct fail *fail)
{
    return fail_set(fail, RESULT_USAGE, "unknown option %s; see v2x %s --help", word,
                    args->command->name);
}

static int take_option(struct args *args, const char *word, const char **value,
                       struct fail *fail)
{
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    const struct args_command *command = args->command;
    for (size_t i = 0; i < command->option_count; i++) {
        const struct args_option *option = &command->options[i];
        if (strlen(option->name) != length || strncmp(option->name, name, length) != 0) {
            continue;
        }
        bool given = name[length] == '=';
        if (!option->value) {
            *value = NULL;
            return given ? fail_set(fail, RESULT_USAGE, "--%s takes no value", option->name)
                         : (int)i;
        }
        if (!given && args->at >= args->argc) {
            return fail_set(fail, RESULT_USAGE, "--%s needs a value: %s", option->name,
                            option->value);
        }
        *value = given ? name + length + 1 : args->argv[args->at++];
        return (int)i;
    }
    return unknown_option(args, word, fail);
}

int args_next(struct args *args, const char **value, struct fail *fail)
{
    *value = NULL;
    if (args->at >= args->argc) {
        return ARGS_END;
    }
    const char *word = args->argv[args->at++];
    if (args->only_operands || word[0] != '-' || strcmp(word, "-") == 0) {
        *value = word;
        return ARGS_OPERAND;
    }
    if (strcmp(word, "--") == 0) {
        args->only_operands = true;
        return args_next(args, value, fail);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        return ARGS_HELP;
    }
    return word[1] == '-' ? take_option(args, word, value, fail)
                          : unknown_option(args, word, fail);
}

int args_word(const char *option, const char *text, const char *const *words, int *place,
              struct fail *fail)
{
    char list[200] = "";
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            *place = i;
            return 0;
        }
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i]);
    }
    return fail_set(fail, RESULT_USAGE, "--%s %s: one of %s", option, text, list);
}

static void print_option(const struct args_option *option)
{
    char head[60];
    (void)snprintf(head, sizeof head, "--%s%s%s", option->name, option->value ? " " : "",
                   option->value ? option->value : "");
    printf("  %-26s ", head);
    for (const char *p = option->sentence; *p; p++) {
        (void)putchar(*p);
        if (*p == '\n') {
            printf("%29s", "");
        }
    }
    (void)putchar('\n');
}

void args_help(const struct args_command *command)
{
    printf("v2x %s: %s\n\nusage: v2x %s%s%s%s\n", command->name, command->sentence,
           command->name, command->option_count ? " [options]" : "",
           command->operands[0] ? " " : "", command->operands);
    if (command->text[0]) {
        printf("\n%s", command->text);
    }
    if (command->examples[0]) {
        printf("\nexamples:\n%s", command->examples);
    }
    if (command->option_count) {
        printf("\noptions:\n");
    }
    for (size_t i = 0; i < command->option_count; i++) {
        print_option(&command->options[i]);
    }
    printf("\nexit codes: 0 done, 1 something outside failed midway, 2 usage or bad input, "
           "3 a quality gate failed, 130 interrupted\n");
}

int args_failed(const struct args_command *command, const struct fail *fail)
{
    (void)fprintf(stderr, "v2x %s: %s\n", command->name, fail->text);
    return result_exit_code(fail->code);
}

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

void args_catch(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
}

bool args_interrupted(void)
{
    return interrupted != 0;
}
