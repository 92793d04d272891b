/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets in the wall: what the engine asks of a source, a channel, a sensor and a
 * sink. A port is a struct of functions beside the `self` they are called with; whoever
 * made it owns self. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/emission.h"
#include "model/fate.h"
#include "model/frame.h"
#include "model/send_limit.h"
#include "model/state.h"
#include "model/table.h"

/* The world advances in ticks of 10 ms, whatever the slice: that is when percepts go back.
 */
#define WORLD_TICK_NS (10 * TIME_NS_PER_MS)

/* One signal group as it stands now. */
struct signal_state {
    const char *id;
    uint8_t signal_group; /* J2735 SignalGroupID */
    enum phase phase;
    double min_end_s, max_end_s; /* from now; < 0 unknown */
};

/* What the map says of the place where an agent is, and of the way it means to take. */
enum ground_turn { GROUND_STRAIGHT, GROUND_LEFT, GROUND_RIGHT, GROUND_U };
struct ground {
    bool known;                     /* there is a map */
    bool lane;                      /* it drives on a lane of it */
    double lane_width_m, limit_mps; /* of that lane */
    double lane_yaw_rad;            /* of that lane, or of the nearest one */
    double aside_m, aside_mps;      /* from the middle of the lane, left positive */
    double moves_aside_m;           /* by how much it is moving aside, 0: it is not */
    enum ground_turn turn;          /* its way through the next junction ... */
    double turn_in_m;               /* ... which is so far; 0: in it; < 0: none */
    bool on_road, on_crosswalk, on_sidewalk;
    double kerb_m; /* to the edge of the carriageway, negative on it; at most 15 */
};

/* Where a station says it is itself (a log's own position, a pose file). */
struct own_pose {
    uint32_t agent;
    struct tai t;
    double lat_deg, lon_deg, elev_m;
    double yaw_rad, speed_mps;
    bool has_yaw, has_speed;
};

/* What happened in (t - tick, t]. All pointers live until the next call. */
struct source_tick {
    struct tai t;
    const struct state *truth; /* per agent at t; NULL: no truth (replay) */
    const struct agent *agents;
    size_t agent_count; /* may grow between ticks, never shrinks or moves identity */
    struct emission *emissions; /* ordered by (t_tx, sequence); suppressed ones included */
    size_t emission_count;
    const struct signal_state *signals;
    size_t signal_count;
    const struct own_pose *poses; /* replay */
    size_t pose_count;
    struct span skipped; /* replay: silence that was left out right before t; then the tick
                            brings no emissions */
};

struct message;

/* What an agent came to know in the last tick: one delivered message. */
struct percept {
    uint32_t receiver_idx, sender_idx;
    uint8_t msg_type;
    struct tai t_avail;
    const struct claim *claim;
    /* What was received of infrastructure and of events (SPAT, SPATEM, TIM, RSA, DENM), for
     * the call; NULL: not told. */
    const struct message *message;
};

struct source {
    void *self;
    /* 1: a tick; 0: the end; negative: RESULT_ (what came before stands). */
    int (*tick)(void *self, struct source_tick *tick, struct fail *fail);
    /* Replay: the engine has decoded the claim of an emission; the source says who it was
     * and numbers it (sender_idx, k, tx_index, msg_uid). NULL in synthetic sources. */
    void (*identify)(void *self, struct emission *emission);
    /* The way back: what agents with behaviour v2x_responsive learned. NULL: nobody
     * listens. */
    void (*percept)(void *self, const struct percept *percepts, size_t count);
    /* The way back from congestion control, after each tick: limits by agent, borrowed
     * until the next tick has been asked for. NULL: senders that know no congestion. */
    void (*limit)(void *self, const struct send_limit *limits);
    /* Replay: did that station's capture run at t? NULL: never asked. */
    bool (*listened)(void *self, uint32_t station, struct tai t);
    /* After a tick: the place of an agent. NULL: no map. */
    struct ground (*ground)(void *self, uint32_t agent);
    /* Back to the start with time going on (loops). NULL: cannot. */
    int (*rewind)(void *self, struct fail *fail);
};

/* One delivered message as its receiver has it: for whoever passes on what was heard. */
struct hearing {
    const struct reception *reception;
    const struct claim *claim;
    const uint8_t *octets; /* NULL: in flight longer than octets are kept */
    uint32_t size;
};

/* Where records go. Calls come from the engine's thread, in event order; everything is
 * borrowed. Functions that a sink does not need are NULL. */
struct sink {
    void *self;
    bool wants_receptions; /* rows of table_reception are made only for those who want them
                            */
    void (*begin)(void *self, struct tai t); /* a tick that ends at t begins */
    int (*row)(void *self, const struct table *table, const void *row, struct fail *fail);
    /* Final fates of intended pairs, in event order. */
    int (*fates)(void *self, const struct reception *receptions, size_t count,
                 struct fail *fail);
    int (*sent)(void *self, const struct emission *emission, struct fail *fail);
    int (*heard)(void *self, const struct hearing *hearing, struct fail *fail);
    /* A tick is complete up to t; everything of it has been handed over. */
    int (*tick)(void *self, struct tai t, struct fail *fail);
};
