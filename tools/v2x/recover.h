/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x recover`: a dataset whose writer was killed, made whole again. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command recover_command;
