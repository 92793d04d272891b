/* SPDX-License-Identifier: Apache-2.0 */
/* Runs SUMO. In: a .sumocfg. Out: floating car data, piece by piece, or what SUMO says is
 * wrong. */
#include "edge/sumo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/sumocfg.h"

#define DATA_FD 3 /* of SUMO: its own output may hold other words */

extern char **environ;

struct sumo {
    const char *config;
    char roads[1024];
    pid_t pid; /* 0: not running */
    int data, words;
    char said[300]; /* the first error, cut */
    char line[300]; /* that is being read */
    size_t line_size;
};

static int refuse(const struct sumo *s, struct fail *fail, const char *why)
{
    return fail_set(fail, RESULT_USAGE, "%.150s: %s", s->config, why);
}

/* Keeps the first line that begins with "Error:". */
static void listen(struct sumo *s, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') {
            s->line[s->line_size] = '\0';
            if (s->said[0] == '\0' && strncmp(s->line, "Error:", 6) == 0) {
                memcpy(s->said, s->line, s->line_size + 1);
            }
            s->line_size = 0;
        } else if (s->line_size + 1 < sizeof s->line) {
            s->line[s->line_size++] = text[i] >= ' ' ? text[i] : ' ';
        }
    }
}

static int read_roads(struct sumo *s, struct fail *fail)
{
    struct bytes text = {0};
    int result = scenario_read_file(NULL, s->config, &text, fail);
    if (result == 0) {
        result =
            sumocfg_roads(s->config, text.data, text.size, s->roads, sizeof s->roads, fail);
    }
    bytes_close(&text);
    return result;
}

static int spawn(struct sumo *s, char *const *arguments, int data, int words)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    /* the pipes close on exec by themselves; what is copied stays */
    error = posix_spawn_file_actions_adddup2(&actions, words, STDERR_FILENO);
    error = error ? error
                  : posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
                                                     O_WRONLY, 0);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, data, DATA_FD);
    error =
        error ? error : posix_spawnp(&s->pid, "sumo", &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        s->pid = 0;
    }
    return error;
}

/* A pipe whose ends are closed on exec and lie above those that SUMO gets. */
static bool make_pipe(int ends[2])
{
    int low[2];
    if (pipe(low) != 0) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, DATA_FD + 1);
        (void)close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static int start(struct sumo *s, const uint64_t *seed, struct fail *fail)
{
    char number[24];
    char *arguments[40] = {"sumo",
                           "-c",
                           (char *)(uintptr_t)s->config,
                           "--fcd-output",
                           "/dev/fd/3",
                           "--fcd-output.geo",
                           "false",
                           "--precision",
                           "3",
                           "--no-step-log",
                           "true",
                           "--verbose",
                           "false",
                           "--no-warnings",
                           "true",
                           "--duration-log.disable",
                           "true",
                           "--xml-validation",
                           "never",
                           "--xml-validation.net",
                           "never",
                           "--xml-validation.routes",
                           "never"};
    int data[2] = {-1, -1};
    int words[2] = {-1, -1};
    if (seed) { /* SUMO's seeds are ints */
        size_t n = 0;
        (void)snprintf(number, sizeof number, "%u", (unsigned)(*seed & 0x7FFFFFFF));
        while (arguments[n]) {
            n++;
        }
        arguments[n] = "--seed";
        arguments[n + 1] = number;
    }
    bool piped = make_pipe(data) && make_pipe(words);
    int error = piped ? spawn(s, arguments, data[1], words[1]) : errno;
    s->data = data[0];
    s->words = words[0];
    (void)(data[1] < 0 || close(data[1]));
    (void)(words[1] < 0 || close(words[1]));
    if (error == ENOENT) {
        return refuse(
            s, fail,
            "the program sumo is not installed (Debian: apt-get install sumo); or "
            "give the traffic itself, made elsewhere by sumo --fcd-output");
    }
    return error ? fail_set(fail, RESULT_WORLD, "%.150s: sumo cannot be started: %s",
                            s->config, strerror(error))
                 : 0;
}

int sumo_open(struct sumo **sumo, const char *config, const uint64_t *seed,
              struct fail *fail)
{
    struct sumo *s = calloc(1, sizeof *s);
    *sumo = NULL;
    if (!s) {
        return fail_set(fail, RESULT_MEMORY, "%.300s: no memory", config);
    }
    s->config = config;
    s->data = s->words = -1;
    int result = read_roads(s, fail);
    result = result != 0 ? result : start(s, seed, fail);
    if (result != 0) {
        sumo_close(s);
        return result;
    }
    *sumo = s;
    return 0;
}

/* Both pipes are read as they fill: SUMO never waits for us while we wait for it. */
static ssize_t read_some(struct sumo *s, void *room, size_t size)
{
    char words[512];
    for (;;) {
        struct pollfd both[2] = {{.fd = s->data, .events = POLLIN},
                                 {.fd = s->words, .events = POLLIN}};
        if (poll(both, 2, -1) < 0 && errno != EINTR) {
            return -1;
        }
        if (both[1].revents) {
            ssize_t n = read(s->words, words, sizeof words);
            if (n > 0) {
                listen(s, words, (size_t)n);
            } else {
                (void)close(s->words);
                s->words = -1; /* poll leaves it out from now on */
            }
        }
        if (both[0].revents) {
            ssize_t n = read(s->data, room, size);
            if (n > 0 || s->words < 0) {
                return n;
            }
            (void)close(s->data); /* the words may still come */
            s->data = -1;
        } else if (s->data < 0 && s->words < 0) {
            return 0;
        }
    }
}

static int next(void *self, void *room, size_t size, size_t *got, struct fail *fail)
{
    struct sumo *s = self;
    int status = 0;
    ssize_t n = s->data >= 0 ? read_some(s, room, size) : 0;
    *got = n > 0 ? (size_t)n : 0;
    if (n > 0) {
        return 0;
    }
    if (n < 0) {
        return fail_set(fail, RESULT_WORLD, "%.150s: sumo: %s", s->config, strerror(errno));
    }
    while (s->pid > 0 && waitpid(s->pid, &status, 0) < 0 && errno == EINTR) {
    }
    s->pid = 0;
    if (status != 0) {
        char why[340];
        (void)snprintf(why, sizeof why, "sumo gave up: %s",
                       s->said[0] ? s->said : "it does not say why");
        return refuse(s, fail, why);
    }
    return 0;
}

struct scenario_traffic sumo_traffic(struct sumo *s)
{
    return (struct scenario_traffic){
        .self = s, .next = next, .roads = s->roads[0] ? s->roads : NULL};
}

void sumo_close(struct sumo *s)
{
    if (s) {
        (void)(s->data < 0 || close(s->data));
        (void)(s->words < 0 || close(s->words));
        if (s->pid > 0) {
            (void)kill(s->pid, SIGTERM);
            while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR) {
            }
        }
        free(s);
    }
}

int sumo_load(const char *path, const struct scenario_options *options,
              struct scenario **scenario, struct scenario_problems *problems,
              struct fail *fail)
{
    size_t length = strlen(path);
    struct sumo *sumo = NULL;
    if (length < 9 || strcmp(path + length - 8, ".sumocfg") != 0) {
        return scenario_load(path, options, scenario, problems, fail);
    }
    int result = sumo_open(&sumo, path, options->seed, fail);
    if (result != 0) {
        return result;
    }
    struct scenario_traffic traffic = sumo_traffic(sumo);
    struct scenario_options with = *options;
    with.traffic = &traffic;
    result = scenario_load(path, &with, scenario, problems, fail);
    sumo_close(sumo);
    return result;
}
