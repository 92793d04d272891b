/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x decode`: recorded octets in, a line of JSON per message out. */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command decode_command;
