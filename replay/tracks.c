/* SPDX-License-Identifier: Apache-2.0 */
/* Who sent what was captured: station ids joined over their rotation, sightings numbered.
 *
 * An open-addressed table maps (family, station id or key) to an agent; each agent keeps
 * its last claim for the gate and its last few fingerprints per type for repeats. */
#include "replay/tracks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/fmath.h"

#define SLOTS   (TRACKS_AGENTS_MOST * 4)
#define REPEATS 16 /* fingerprints remembered per agent: 1.6 s of one type at 10 Hz */

#define HEARERS 8 /* receivers remembered per transmission */

/* Families of senders: a phone's PSM never continues a car's BSM. */
enum family { FAMILY_VEHICLE, FAMILY_PERSON, FAMILY_ROADSIDE };

struct slot {
    uint64_t key; /* 0: free */
    uint32_t agent;
    struct tai last;
};

struct repeat {
    uint64_t fingerprint;
    struct tai t;
    uint32_t k, tx_index;
    uint32_t heard_by[HEARERS]; /* so far; AGENT_NONE: a sender-side record */
    uint8_t hearers;
    uint8_t msg_type;
};

struct track {
    enum family family;
    bool has_claim;
    struct claim claim;
    struct tai last;
    uint32_t station_id;
    uint32_t sent; /* transmissions of any type */
    uint32_t count[256];
    struct repeat repeats[REPEATS];
    uint8_t next_repeat;
    char id[16];
};

struct tracks {
    struct agent agents[TRACKS_AGENTS_MOST];
    struct track *tracks[TRACKS_AGENTS_MOST];
    size_t count;
    uint32_t named[3]; /* agents of each family so far */
    uint64_t refused;
    struct slot slots[SLOTS];
};

int tracks_new(struct tracks **out, struct fail *fail)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : fail_set(fail, RESULT_MEMORY, "no memory for tracks");
}

static enum family family_of(uint8_t msg_type)
{
    switch (msg_type) {
    case MSG_PSM:
    case MSG_VAM:
        return FAMILY_PERSON;
    case MSG_BSM:
    case MSG_CAM:
    case MSG_EVA:
    case MSG_SRM:
    case MSG_SREM:
    case MSG_PVD:
    case MSG_ICA:
        return FAMILY_VEHICLE;
    default:
        return FAMILY_ROADSIDE;
    }
}

static uint32_t add_agent(struct tracks *t, const char *id, enum family family,
                          enum sender_kind kind)
{
    static const char *const prefixes[] = {"veh", "vru", "rsu"};
    if (t->count == TRACKS_AGENTS_MOST) {
        return AGENT_NONE;
    }
    struct track *track = calloc(1, sizeof *track);
    if (!track) {
        return AGENT_NONE;
    }
    uint32_t index = (uint32_t)t->count++;
    track->family = family;
    if (!id) {
        (void)snprintf(track->id, sizeof track->id, "%s-%u", prefixes[family],
                       ++t->named[family]);
        id = track->id;
    }
    struct kinds_size size = kinds_size(kind);
    t->tracks[index] = track;
    t->agents[index] = (struct agent){
        .id = id,
        .kind = kind,
        .length_m = size.length_m,
        .width_m = size.width_m,
        .height_m = size.height_m,
        .mass_kg = size.mass_kg,
        .technologies = 1u << TECH_CAPTURED,
        .antenna_height_m = 1.5,
    };
    return index;
}

int tracks_station(struct tracks *t, const char *id, uint32_t *agent, struct fail *fail)
{
    *agent = add_agent(t, id, FAMILY_VEHICLE, KIND_STATION);
    if (*agent == AGENT_NONE) {
        return fail_set(fail, RESULT_MEMORY, "%s: no memory for the station", id);
    }
    t->agents[*agent].receives = true;
    return 0;
}

static struct slot *slot_of(struct tracks *t, uint64_t key)
{
    key = key ? key : 1;
    size_t at = draw_mix(key) % SLOTS;
    for (size_t probe = 0; probe < SLOTS; probe++) {
        struct slot *slot = &t->slots[(at + probe) % SLOTS];
        if (slot->key == key || slot->key == 0) {
            return slot;
        }
    }
    return NULL;
}

static double seconds_between(struct tai later, struct tai earlier)
{
    return span_s(tai_since(later, earlier));
}

/* How far the claim lies from where the track would be now; negative: not the same. */
static double continuation_m(const struct track *track, const struct tracks_sighting *s)
{
    const struct claim *now = s->claim;
    const struct claim *then = &track->claim;
    uint32_t both = now->known & then->known;
    double silence_s = seconds_between(s->t_heard, track->last);
    if (!track->has_claim || !(both & CLAIM_POSITION) || silence_s <= 0 ||
        silence_s > TRACKS_SILENCE_S) {
        return -1;
    }
    double x = then->x_m;
    double y = then->y_m;
    double speed_mps = (then->known & CLAIM_SPEED) ? then->speed_mps : 0;
    if (then->known & CLAIM_YAW) {
        x += fm_cos(then->yaw_rad) * speed_mps * silence_s;
        y += fm_sin(then->yaw_rad) * speed_mps * silence_s;
    }
    double off_m = fm_hypot(now->x_m - x, now->y_m - y);
    bool moves = speed_mps > 2 && (both & CLAIM_SPEED) && now->speed_mps > 2;
    if (moves && (both & CLAIM_YAW) &&
        fm_abs(fm_wrap_angle(now->yaw_rad - then->yaw_rad)) > TRACKS_GATE_RAD) {
        return -1;
    }
    return off_m <= TRACKS_GATE_M + 1.5 * silence_s ? off_m : -1;
}

static uint32_t silent_candidate(const struct tracks *t, enum family family,
                                 const struct tracks_sighting *s)
{
    uint32_t best = AGENT_NONE;
    double best_m = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct track *track = t->tracks[i];
        if (track->family != family || t->agents[i].kind == KIND_STATION) {
            continue;
        }
        double off_m = continuation_m(track, s);
        if (off_m >= 0 && (best == AGENT_NONE || off_m < best_m)) {
            best = (uint32_t)i;
            best_m = off_m;
        }
    }
    return best;
}

static uint64_t station_key(enum family family, uint32_t station_id)
{
    return (uint64_t)(family + 1) << 60 | station_id;
}

/* An id is heard again after another was taken for its successor: part the two. */
static void part_impostor(struct tracks *t, uint32_t agent, enum family family,
                          const struct tracks_sighting *s)
{
    struct track *track = t->tracks[agent];
    if (track->station_id == s->claim->station_id) {
        return;
    }
    struct slot *taken = slot_of(t, station_key(family, track->station_id));
    if (taken && taken->key != 0 && taken->agent == agent) {
        uint32_t other = add_agent(t, NULL, family, t->agents[agent].kind);
        if (other != AGENT_NONE) {
            t->tracks[other]->station_id = track->station_id;
            taken->agent = other;
        }
    }
    track->station_id = s->claim->station_id;
}

static uint32_t find_agent(struct tracks *t, const struct tracks_sighting *s, bool *rotated)
{
    enum family family = family_of(s->msg_type);
    bool has_id = (s->claim->known & CLAIM_ID) && family != FAMILY_ROADSIDE;
    uint64_t key = has_id ? station_key(family, s->claim->station_id)
                          : UINT64_C(15) << 60 | draw_mix(s->key) >> 4;
    struct slot *slot = slot_of(t, key);
    if (!slot) {
        return AGENT_NONE;
    }
    bool fresh =
        slot->key != 0 && seconds_between(s->t_heard, slot->last) < TRACKS_MEMORY_S;
    if (fresh || (slot->key != 0 && !has_id)) {
        slot->last = s->t_heard;
        if (has_id) {
            part_impostor(t, slot->agent, family, s);
        }
        return slot->agent;
    }
    uint32_t agent = has_id ? silent_candidate(t, family, s) : AGENT_NONE;
    *rotated = agent != AGENT_NONE;
    if (agent == AGENT_NONE) {
        uint8_t kind = s->claim->kind;
        if (kind == KIND_UNKNOWN) {
            static const uint8_t kinds[] = {KIND_CAR, KIND_PEDESTRIAN, KIND_RSU};
            kind = kinds[family];
        }
        agent = add_agent(t, NULL, family, (enum sender_kind)kind);
    }
    if (agent != AGENT_NONE) {
        t->tracks[agent]->station_id = s->claim->station_id;
        *slot = (struct slot){.key = key ? key : 1, .agent = agent, .last = s->t_heard};
    }
    return agent;
}

static void know_station(struct tracks *t, const struct tracks_sighting *s)
{
    enum family family = family_of(s->msg_type);
    if (!(s->claim->known & CLAIM_ID) || family == FAMILY_ROADSIDE) {
        return;
    }
    uint64_t key = station_key(family, s->claim->station_id);
    struct slot *slot = slot_of(t, key);
    if (slot) {
        *slot = (struct slot){.key = key, .agent = s->own_station, .last = s->t_heard};
        t->tracks[s->own_station]->station_id = s->claim->station_id;
    }
}

static bool heard_before(const struct repeat *r, uint32_t heard_by)
{
    for (int i = 0; i < r->hearers; i++) {
        if (r->heard_by[i] == heard_by) {
            return true;
        }
    }
    return false;
}

struct tracks_verdict tracks_sight(struct tracks *t, const struct tracks_sighting *s)
{
    struct tracks_verdict verdict = {.agent = s->own_station};
    if (verdict.agent == AGENT_NONE) {
        verdict.agent = find_agent(t, s, &verdict.rotated);
    } else {
        know_station(t, s); /* so that others' records of it find the same agent */
    }
    if (verdict.agent == AGENT_NONE) {
        t->refused++;
        return verdict;
    }
    struct track *track = t->tracks[verdict.agent];
    for (int i = 0; i < REPEATS; i++) {
        struct repeat *r = &track->repeats[i];
        bool same = r->fingerprint == s->fingerprint && r->msg_type == s->msg_type &&
                    fm_abs(seconds_between(s->t_heard, r->t)) < 1.0;
        /* the same octets at the same receiver again are sent again (MAP, TIM) */
        if (same && !heard_before(r, s->heard_by)) {
            verdict.repeated = true;
            verdict.k = r->k;
            verdict.tx_index = r->tx_index;
            if (r->hearers < HEARERS) {
                r->heard_by[r->hearers++] = s->heard_by;
            }
            break;
        }
    }
    if (!verdict.repeated) {
        verdict.k = track->count[s->msg_type]++;
        verdict.tx_index = track->sent++;
        track->repeats[track->next_repeat] = (struct repeat){.fingerprint = s->fingerprint,
                                                             .t = s->t_heard,
                                                             .k = verdict.k,
                                                             .tx_index = verdict.tx_index,
                                                             .heard_by = {s->heard_by},
                                                             .hearers = 1,
                                                             .msg_type = s->msg_type};
        track->next_repeat = (uint8_t)((track->next_repeat + 1) % REPEATS);
    }
    if (s->claim->known & CLAIM_POSITION) {
        track->claim = *s->claim;
        track->has_claim = true;
        if (s->claim->known & CLAIM_SIZE) {
            t->agents[verdict.agent].length_m = s->claim->length_m;
            t->agents[verdict.agent].width_m = s->claim->width_m;
        }
    }
    track->last = s->t_heard;
    return verdict;
}

const struct agent *tracks_agents(const struct tracks *t, size_t *count)
{
    *count = t->count;
    return t->agents;
}

void tracks_restart(struct tracks *t)
{
    for (size_t i = 0; i < t->count; i++) {
        t->tracks[i]->has_claim = false;
        for (int r = 0; r < REPEATS; r++) {
            t->tracks[i]->repeats[r].msg_type = 0;
            t->tracks[i]->repeats[r].fingerprint = 0;
        }
    }
}

uint64_t tracks_refused(const struct tracks *t)
{
    return t->refused;
}

void tracks_free(struct tracks *t)
{
    for (size_t i = 0; t && i < t->count; i++) {
        free(t->tracks[i]);
    }
    free(t);
}
