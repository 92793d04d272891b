/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an air configuration is possible at all: air_check's rules as a table. */
#pragma once

#include "base/result.h"
#include "model/air_config.h"

MUST_USE int check_config(const struct air_config *config, struct fail *fail);
