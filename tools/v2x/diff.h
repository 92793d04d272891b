/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x diff`: two datasets of one world, opportunity by opportunity. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command diff_command;
