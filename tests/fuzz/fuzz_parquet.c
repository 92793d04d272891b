/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as a Parquet part: opened, every column loaded and hashed. */
#include <stdint.h>

#include "publish/parquet_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parquet_file *file = NULL;
    struct fail fail;
    struct digest hash;
    if (parquet_file_open(&file, data, size, 1 << 20, &fail) == 0) {
        for (size_t i = 0; i < parquet_file_columns(file); i++) {
            int rc = parquet_file_load(file, i, &fail);
            (void)rc;
        }
        (void)parquet_file_note(file, "knowledge.x_m");
        digest_init(&hash);
        int rc = parquet_file_hash(file, &hash, &fail);
        (void)rc;
    }
    parquet_file_close(file);
    return 0;
}
