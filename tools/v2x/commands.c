/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: a new one is a file and a row here. */
#include "tools/v2x/commands.h"

#include "tools/v2x/decode.h"
#include "tools/v2x/diff.h"
#include "tools/v2x/encode.h"
#include "tools/v2x/export.h"
#include "tools/v2x/info.h"
#include "tools/v2x/recover.h"
#include "tools/v2x/relabel.h"
#include "tools/v2x/report.h"
#include "tools/v2x/v2x_air.h"
#include "tools/v2x/verify.h"

static const struct args_command air_command = {
    .name = "air",
    .sentence = "delivery over distance of any radio profile, as CSV",
    .run = v2x_air_main,
};

#if defined(V2X_NETWORK)
#include "tools/v2x/v2x_net.h"

static const struct args_command sub_command = {
    .name = "sub",
    .sentence = "subscribe to a running daemon's stream",
    .run = v2x_sub_main,
};
static const struct args_command ctl_command = {
    .name = "ctl",
    .sentence = "look at and steer a running daemon",
    .run = v2x_ctl_main,
};
#define NETWORK_ROWS &sub_command, &ctl_command
#else
#define NETWORK_ROWS
#endif

// clang-format off
const struct args_command *const commands[] = {
    &decode_command,
    &encode_command,
    &info_command,
    &verify_command,
    &report_command,
    &relabel_command,
    &diff_command,
    &export_command,
    &recover_command,
    &air_command,
    NETWORK_ROWS
};
// clang-format on
const size_t commands_count = sizeof commands / sizeof commands[0];
