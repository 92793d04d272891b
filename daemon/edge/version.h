/* SPDX-License-Identifier: Apache-2.0 */
/* What this program is made of. */
#pragma once

#include <jansson.h>

#include "base/bytes.h"

/* Version of the program, "0.1.0". */
const char *version_program(void);
/* Several lines: program, libraries, taxonomy, leap table. */
void version_text(struct bytes *out);
/* The same as an object, for manifests: the libraries that can change a byte. */
json_t *version_json(void);
