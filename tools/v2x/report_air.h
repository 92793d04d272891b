/* SPDX-License-Identifier: Apache-2.0 */
/* What the report draws of messages and instants. In: an open dataset. Out: figures. */
#pragma once

#include "tools/v2x/folder.h"

/* Delivery and causes over distance, latency, age, shift (table receptions). */
MUST_USE int report_receptions(struct bytes *out, const struct folder *folder,
                               struct fail *fail);
/* Age of information over time, of the first six pairs of ego and sender (table tracks). */
MUST_USE int report_aoi(struct bytes *out, const struct folder *folder, struct fail *fail);
/* Members' distances from their anchors, and clocks (tables sync, clocks). */
MUST_USE int report_sync(struct bytes *out, const struct folder *folder, struct fail *fail);
