/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x verify`: a dataset against its promises. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command verify_command;
