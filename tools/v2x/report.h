/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x report`: one page, self-contained, that draws a dataset. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command report_command;
