/* SPDX-License-Identifier: Apache-2.0 */
/* `v2x air`: what a radio profile does, as CSV. */
#pragma once

/* argv[0] is the command's name; returns the exit code. */
int v2x_air_main(int argc, char **argv);
