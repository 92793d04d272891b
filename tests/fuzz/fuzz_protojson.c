/* SPDX-License-Identifier: Apache-2.0 */
/* Two octets of length, a descriptor set, a message: garbage in either gives false, never
 * broken JSON. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "protojson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    size_t set = (size_t)data[0] | (size_t)data[1] << 8;
    set = set < size - 2 ? set : size - 2;
    struct protojson *schema;
    struct fail fail = {0};
    if (protojson_new(&schema, data + 2, set, &fail) != 0) {
        return 0;
    }
    struct bytes json = {0};
    if (protojson_print(schema, 0, data + 2 + set, size - 2 - set, &json)) {
        json_t *value = json_loadb((const char *)json.data, json.size, 0, NULL);
        (void)value; /* field names are the publisher's and may be no UTF-8 */
        json_decref(value);
    } else {
        assert(json.size == 0);
    }
    bytes_close(&json);
    protojson_free(schema);
    return 0;
}
