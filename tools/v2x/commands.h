/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of the companion, in the order in which the help lists them. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command *const commands[];
extern const size_t commands_count;
