/* SPDX-License-Identifier: Apache-2.0 */
/* The streams of all stations: which message types each sends by its equipment, and when
 * the slots of each type lie.
 *
 * In: a scenario, a seed. Out: one stream per station and type. Slots and their jitter
 * depend on the seed alone. A slot of SAE's sends unless something keeps it; one of a CAM,
 * VAM or DENM is an instant at which its rules are asked. */
#pragma once

#include "scenarios/alarm.h"
#include "scenarios/intruders.h"

/* Of BSM, PSM and SPAT; of ETSI's, how often the rules are asked. */
#define STREAMS_INTERVAL_NS (100 * TIME_NS_PER_MS)
/* A flooding sender is that many times as fast. */
#define STREAMS_FLOOD 10

/* One message type of one station: its slots on the run's time line. */
struct stream {
    uint32_t station;
    uint8_t type;
    int64_t interval_ns, phase_ns, jitter_ns;
    uint32_t k;      /* next slot */
    int64_t next_ns; /* run time of it */
    struct send_pace pace;
    uint8_t msg_cnt;
    uint64_t id_epoch;    /* of the temporary id under which msg_cnt counts */
    struct its_side *its; /* NULL: SAE's, or infrastructure */
    uint32_t notices;     /* of infrastructure, told in turn: each once a second */
    struct message *message;
};

/* What the generation rules of a CAM, VAM or DENM remember. */
struct its_side {
    struct its_when when;
    struct intruders inside; /* at the last VAM */
    bool low_frequency;      /* container of the message under way */
    struct alarms alarms;
    struct alarm_told told; /* by the DENM under way */
};

struct streams {
    const struct scenario *scenario;
    uint64_t seed, jitter_key;
    struct stream *all;
    uint32_t count;
    struct its_side *its;
    uint32_t its_count;
};

/* Memory is the arena's. */
MUST_USE int streams_init(struct streams *streams, const struct scenario *scenario,
                          uint64_t seed, struct arena *arena, struct fail *fail);

/* Run time of a stream's slot k. */
int64_t streams_slot(const struct streams *streams, const struct stream *stream,
                     uint32_t k);
