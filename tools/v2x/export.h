/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x export`: a dataset's tables in forms that other tools read. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command export_command;
