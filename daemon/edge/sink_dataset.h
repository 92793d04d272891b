/* SPDX-License-Identifier: Apache-2.0 */
/* The dataset directory as a sink: Parquet part files, the MCAP journal, the manifest.
 *
 * In: rows of the engine, in event order. Out: tables/NAME-00000.parquet (each part
 * complete or not there), scenario.mcap (readable up to the last second after a kill), and
 * at the end manifest.json and run.json. What went wrong on disk ends the run with
 * RESULT_WORLD; what was written stands. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "model/ports.h"

struct dataset;

enum dataset_output {
    DATASET_TABLES = 1 << 0,
    DATASET_MCAP = 1 << 1,
    DATASET_PCAPNG = 1 << 2,
    DATASET_CROISSANT = 1 << 3,
};

/* "tables,mcap" to bits; RESULT_USAGE names the bad word and the good ones. */
MUST_USE int dataset_outputs(const char *list, unsigned *outputs, struct fail *fail);

struct dataset_options {
    const char *folder;
    bool force;          /* an occupied folder is cleared of what we write */
    unsigned outputs;    /* DATASET_ bits */
    const char *version; /* of the program, for the files' metadata */
};

/* RESULT_USAGE: the folder is occupied (unless forced). */
MUST_USE int dataset_open(struct dataset **dataset, const struct dataset_options *options,
                          struct fail *fail);
struct sink dataset_sink(struct dataset *dataset);

/* A further file of the dataset (config.yaml, map.geojson), or its new content; hashed if
 * `hashed`. */
MUST_USE int dataset_file(struct dataset *dataset, const char *name, const void *data,
                          size_t size, bool hashed, struct fail *fail);

/* Closes all parts, then writes the manifest: `facts` (an object of lineage, no wall clock)
 * joined by tables, files, counts and dataset_sha256 (64 hex digits, given back); and
 * run.json from `volatile_facts`. Both objects are borrowed. */
MUST_USE int dataset_finish(struct dataset *dataset, json_t *facts, json_t *volatile_facts,
                            char sha256[65], struct fail *fail);

uint64_t dataset_rows(const struct dataset *dataset);
void dataset_free(struct dataset *dataset);
