/* SPDX-License-Identifier: Apache-2.0 */
/* What is put on top of the radio: the tier's latency, loss and outages, and the
 * impairments of a time window, a class of link or an agent. In: one message on one link.
 * Out: the cause of its loss, or the latency added. Same draws in every tier, so that tiers
 * can be compared pair by pair. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "air/fourstate.h"
#include "air/gilbert.h"
#include "air/outage.h"
#include "air/quantile.h"
#include "base/result.h"
#include "base/time.h"
#include "model/air_config.h"
#include "model/fate.h"
#include "model/kinds.h"
#include "model/state.h"

/* A jitter draw stays within this many sigmas (and never makes the latency negative). */
#define IMPAIR_JITTER_SIGMAS 3.0

struct impair_window {
    int64_t from_ns, to_ns; /* of scenario time, [from, to) by t_tx */
    enum link_class link;
    uint32_t agent;
    bool dropout, shadow; /* shadow: a dropout of coverage */
    double survive;       /* 1 - loss */
    double burst_pass, burst_gap_loss;
    struct gilbert burst; /* not active: none */
    struct fourstate states;
    bool has_states;
    double latency_ms;          /* fixed, where there is no table */
    struct quantile *latencies; /* NULL: fixed */
    double correlation;
    const struct impairment *from; /* of the configuration */
};

struct impair {
    struct tai start;
    uint64_t latency_key, loss_key;
    bool has_latency;
    struct quantile latency_ms; /* of the tier */
    struct gilbert gilbert;
    struct outage outage;
    struct impair_window windows[AIR_IMPAIRMENTS_MOST];
    int window_count;
    bool has_areas;
    struct impairment *sources; /* what the windows were made of: their areas */
};

/* One message at one receiver, before the verdict. */
struct impair_case {
    uint64_t link;    /* draw_pair(sender, receiver) */
    uint64_t message; /* type and opportunity number: the low 40 bits of msg_uid */
    uint32_t sender, receiver;
    enum link_class class;
    uint32_t tx_index;
    int64_t t_ns;   /* scenario time of t_tx (replay: of the hearing) */
    uint64_t areas; /* bits of the windows whose area an end is in */
};

struct impair_verdict {
    enum cause cause;  /* CAUSE_NONE: passes */
    uint32_t burst_id; /* tx_index at which the burst began; FATE_U32_NULL: no burst */
    uint16_t burst_pos;
};

/* The configuration has passed air_check. */
MUST_USE int impair_init(struct impair *impair, const struct air_config *config,
                         uint64_t seed, struct tai start, struct fail *fail);
void impair_close(struct impair *impair);

/* Bits of the windows that hold at a place. */
uint64_t impair_areas(const struct impair *impair, double x_m, double y_m);

/* Bits of the windows that are open at t for this sender and any receiver. */
uint64_t impair_open_windows(const struct impair *impair, int64_t t_ns);

/* out: the receiver's outage cursor, moved only locally. windows: impair_open_windows. */
struct impair_verdict impair_judge(const struct impair *impair, const struct impair_case *c,
                                   uint64_t windows, const struct outage_span *out);

/* Latency added to a delivered message, nanoseconds >= 0. */
int64_t impair_latency_ns(const struct impair *impair, const struct impair_case *c,
                          uint64_t windows);

/* V2P if an end is a vulnerable road user, else V2I if an end is an RSU or a centre, else
 * V2V. */
enum link_class impair_link_class(enum sender_kind a, enum sender_kind b);
