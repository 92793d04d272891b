/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting and being interrupted. */
#include "v2x_net.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

/* A handler can reach nothing but a global. */
static volatile sig_atomic_t caught;

static void on_signal(int signum)
{
    caught = signum;
}

void v2x_net_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN; /* a closed pipe shows as a failed write */
    (void)sigaction(SIGPIPE, &action, NULL);
}

int v2x_net_interrupted(void)
{
    return caught;
}

bool v2x_net_number(const char *text, double most, double *number)
{
    char *end;
    errno = 0;
    *number = strtod(text, &end);
    return end != text && *end == 0 && errno == 0 && *number > 0 && *number <= most;
}

static bool is_endpoint(const char *endpoint)
{
    if (strncmp(endpoint, "ipc://", 6) == 0) {
        return endpoint[6] != 0;
    }
    const char *colon = strrchr(endpoint, ':');
    double port;
    return strncmp(endpoint, "tcp://", 6) == 0 && colon > endpoint + 6 &&
           v2x_net_number(colon + 1, UINT16_MAX, &port);
}

int v2x_net_connect(void *socket, const char *endpoint, struct fail *fail)
{
    int none = 0;
    (void)zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    if (!is_endpoint(endpoint) || zmq_connect(socket, endpoint) != 0) {
        return fail_set(fail, RESULT_USAGE,
                        "%s: not an endpoint (tcp://ADDR:PORT or ipc://PATH)", endpoint);
    }
    return 0;
}

int v2x_net_fail(const struct fail *fail)
{
    (void)fprintf(stderr, "v2x: %s\n", fail->text);
    return result_exit_code(fail->code);
}
