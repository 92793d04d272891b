/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x relabel`: labels anew from recorded facts, by another taxonomy. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command relabel_command;
