/* SPDX-License-Identifier: Apache-2.0 */
/* The companion program: finds the command and runs it. */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zmq.h>
#include <zstd.h>

#include "tools/v2x/commands.h"

static void print_version(void)
{
    int major;
    int minor;
    int patch;
    zmq_version(&major, &minor, &patch);
    printf("v2x %s\njansson %s\nlibsodium %s\nlibzmq %d.%d.%d\nzlib %s\nzstd %s\n",
           V2X_VERSION, jansson_version_str(), sodium_version_string(), major, minor, patch,
           zlibVersion(), ZSTD_versionString());
}

static void print_help(void)
{
    printf("v2x: look into, make, check and repair V2X messages, captures and datasets\n\n"
           "usage: v2x COMMAND [options] ...\n\ncommands:\n");
    for (size_t i = 0; i < commands_count; i++) {
        printf("  %-10s %s\n", commands[i]->name, commands[i]->sentence);
    }
    printf("\n`v2x COMMAND --help` explains one; `v2x --version` lists the libraries.\n"
           "Data goes to standard output, messages to standard error, `-` is standard "
           "input.\nexit codes: 0 done, 1 something outside failed midway, 2 usage or bad "
           "input,\n            3 a quality gate failed, 130 interrupted\n");
}

static const struct args_command *find(const char *name)
{
    for (size_t i = 0; i < commands_count; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "v2x: a command is missing; v2x --help lists them\n");
        return 2;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        const struct args_command *about = argc > 2 ? find(argv[2]) : NULL;
        if (about && about->option_count) {
            args_help(about);
        } else {
            print_help();
        }
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        print_version();
        return 0;
    }
    const struct args_command *command = find(argv[1]);
    if (!command) {
        (void)fprintf(stderr, "v2x: unknown command %s; v2x --help lists them\n", argv[1]);
        return 2;
    }
    return command->run(argc - 1, argv + 1);
}
