/* SPDX-License-Identifier: Apache-2.0 */
/* J2735 message ids and their names. */
#pragma once

#include <stdbool.h>

struct message_name {
    int id;
    const char *type; /* ASN.1 name: BasicSafetyMessage */
    const char *name; /* short name: BSM */
    bool decodable;
};

/* NULL: an id that no edition assigns. */
const struct message_name *names_of_id(int id);
