/* SPDX-License-Identifier: Apache-2.0 */
/* Claims become agents: who sent what was captured, across temporary-id changes, gaps,
 * counter wraps and several captures of the same traffic.
 *
 * In: one sighting per captured message, in order of capture. Out: the agent it belongs to,
 * and whether this very transmission was sighted before. Identities:
 *  - a station id (temporary id, stationID) that is known belongs to its agent;
 *  - a new station id joins the agent that fell silent within TRACKS_SILENCE_S, if the
 * claim lies within a gate of where that agent would be now, heads the same way and is of
 * the same family; several candidates: the nearest, ties by agent index;
 *  - a message without station id belongs to its key (intersection, source address,
 * signer). Bounded: TRACKS_AGENTS_MOST agents; more are refused and counted (agent
 * AGENT_NONE). Plain values in and out; deterministic. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "model/emission.h"
#include "model/state.h"

#define TRACKS_AGENTS_MOST 65536
#define TRACKS_SILENCE_S   3.0
#define TRACKS_GATE_M      6.0 /* plus 1.5 m per second of silence */
#define TRACKS_GATE_RAD    0.6
#define TRACKS_MEMORY_S    60.0 /* a station id unheard for so long may be anybody's */

struct tracks;

struct tracks_sighting {
    uint8_t msg_type;
    uint32_t heard_by; /* receiver, AGENT_NONE for a sender-side record */
    struct tai t_heard;
    const struct claim *claim;
    uint64_t key;         /* for messages without station id */
    uint64_t fingerprint; /* of the message's octets */
    uint32_t
        own_station; /* sender-side record: the station that sent it; else AGENT_NONE */
};

struct tracks_verdict {
    uint32_t agent; /* AGENT_NONE: refused */
    uint32_t k;     /* opportunity number of (agent, type) */
    uint32_t tx_index;
    bool repeated; /* another receiver's record of a transmission already numbered */
    bool rotated;  /* its station id changed with this message */
};

MUST_USE int tracks_new(struct tracks **tracks, struct fail *fail);

/* A capturing station is an agent too; call before the first sighting. id is borrowed for
 * the run. */
MUST_USE int tracks_station(struct tracks *tracks, const char *id, uint32_t *agent,
                            struct fail *fail);

struct tracks_verdict tracks_sight(struct tracks *tracks,
                                   const struct tracks_sighting *sighting);

/* All agents so far; grows, identities never move. */
const struct agent *tracks_agents(const struct tracks *tracks, size_t *count);

/* A loop begins anew: who is who stays, silence and repeats are forgotten. */
void tracks_restart(struct tracks *tracks);
uint64_t tracks_refused(const struct tracks *tracks);
void tracks_free(struct tracks *tracks);
