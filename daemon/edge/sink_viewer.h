/* SPDX-License-Identifier: Apache-2.0 */
/* What robotics viewers (Foxglove, Lichtblick) draw, as channels of the journal: /world
 * (foxglove.SceneUpdate), /tf (foxglove.FrameTransform), /ego/fix (foxglove.LocationFix),
 * JSON.
 *
 * In: agent rows of one instant after the other. Out: one message per instant and channel.
 */
#pragma once

#include "base/result.h"
#include "model/records.h"

struct mcap;
struct viewer;

/* The journal is borrowed and outlives the viewer. */
MUST_USE int viewer_new(struct viewer **viewer, struct mcap *mcap, struct fail *fail);
/* Rows of one instant come together; the first of the next one closes it. */
MUST_USE int viewer_agent(struct viewer *viewer, const struct row_agent *row,
                          struct fail *fail);
MUST_USE int viewer_finish(struct viewer *viewer, struct fail *fail);
void viewer_free(struct viewer *viewer);
