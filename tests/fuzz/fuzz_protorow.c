/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: Protobuf messages back to rows, of the table that the first octet names;
 * what is read must be a row that can be written again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/records.h"
#include "publish/proto.h"
#include "tools/v2x/protorow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fail fail;
    struct bytes again = {0};
    if (size == 0) {
        return 0;
    }
    const struct table *table = records_tables[data[0] % records_table_count];
    struct protorow *reader = calloc(1, sizeof *reader);
    uint8_t *copy = malloc(size);
    if (reader && copy) {
        memcpy(copy, data + 1, size - 1);
        if (protorow_read(reader, table, copy, size - 1, &fail) == 0) {
            (void)!proto_row(&again, table, reader->row, PROTO_ALL, &fail);
        }
    }
    if (reader) {
        protorow_close(reader);
    }
    bytes_close(&again);
    free(copy);
    free(reader);
    return 0;
}
