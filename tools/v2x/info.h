/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x info`: what is in a capture or in a dataset. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command info_command;
