/* SPDX-License-Identifier: Apache-2.0 */
/* The command `v2x encode`: lines of JSON as decode prints them in; hex or a capture out.
 */
#pragma once

#include "tools/v2x/args.h"

extern const struct args_command encode_command;
