/* SPDX-License-Identifier: Apache-2.0 */
/* What the network commands of the companion share: connecting, and SIGINT. */
#pragma once

#include <stdbool.h>

#include "base/result.h"

int v2x_sub_main(int argc, char **argv); /* argv[0] is "sub" */
int v2x_ctl_main(int argc, char **argv); /* argv[0] is "ctl" */

/* USAGE if it is no endpoint. Lingers for nothing. */
MUST_USE int v2x_net_connect(void *socket, const char *endpoint, struct fail *fail);
/* Prints "v2x: text" on stderr; gives the exit code. */
int v2x_net_fail(const struct fail *fail);
/* From now on SIGINT and SIGTERM only set what v2x_net_interrupted reads: 0 or the signal.
 */
void v2x_net_catch(void);
int v2x_net_interrupted(void);
/* A positive number of at most `most`; false if the text is none. */
bool v2x_net_number(const char *text, double most, double *number);
