/* SPDX-License-Identifier: Apache-2.0 */
/* What egos know. In: delivered messages. Out: the newest of each sender as of an instant.
 * Per ego a pool of senders, a map from sender to pool slot and a sorted list of the
 * senders known. */
#include "receiver/knowledge.h"

#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

struct sender {
    uint32_t sender_idx;
    uint32_t heard;
    struct tai last_avail;
    uint8_t count, at;
    struct known ring[KNOWLEDGE_DEPTH];
};

struct ego {
    uint32_t agent;
    uint32_t *slot_of; /* by sender index */
    uint32_t *sorted;  /* known senders in order of index */
    uint32_t count;
    struct sender *senders;
};

struct knowledge {
    struct ego *egos;
    size_t ego_count;
    uint32_t *ego_of; /* by agent index */
    uint32_t agents_most, senders_most;
    uint64_t forgotten;
};

static int ego_init(struct knowledge *k, struct ego *ego, uint32_t agent)
{
    ego->agent = agent;
    ego->slot_of = malloc(k->agents_most * sizeof *ego->slot_of);
    ego->sorted = malloc(k->senders_most * sizeof *ego->sorted);
    ego->senders = malloc(k->senders_most * sizeof *ego->senders);
    if (!ego->slot_of || !ego->sorted || !ego->senders) {
        return -1;
    }
    memset(ego->slot_of, 0xFF, k->agents_most * sizeof *ego->slot_of);
    return 0;
}

int knowledge_new(struct knowledge **out, const struct knowledge_config *config,
                  struct fail *fail)
{
    if (config->agents_most == 0 || config->senders_most == 0) {
        return fail_set(fail, RESULT_USAGE, "agents_most and senders_most are at least 1");
    }
    struct knowledge *k = calloc(1, sizeof *k);
    if (!k) {
        return fail_set(fail, RESULT_MEMORY, "no memory for what egos know");
    }
    k->agents_most = config->agents_most;
    k->senders_most = config->senders_most < config->agents_most ? config->senders_most
                                                                 : config->agents_most;
    k->ego_of = malloc(k->agents_most * sizeof *k->ego_of);
    k->egos = calloc(config->ego_count + 1, sizeof *k->egos);
    bool ok = k->ego_of && k->egos;
    if (ok) {
        memset(k->ego_of, 0xFF, k->agents_most * sizeof *k->ego_of);
    }
    for (size_t i = 0; ok && i < config->ego_count; i++) {
        k->ego_count = i + 1;
        if (config->egos[i] >= k->agents_most || k->ego_of[config->egos[i]] != NOBODY) {
            uint32_t bad = config->egos[i];
            knowledge_free(k);
            return fail_set(fail, RESULT_USAGE, "ego %u: twice, or not below %u", bad,
                            config->agents_most);
        }
        k->ego_of[config->egos[i]] = (uint32_t)i;
        ok = ego_init(k, &k->egos[i], config->egos[i]) == 0;
    }
    if (!ok) {
        knowledge_free(k);
        return fail_set(fail, RESULT_MEMORY, "no memory for what %zu egos know",
                        config->ego_count);
    }
    *out = k;
    return 0;
}

bool knowledge_makes_track(uint8_t msg_type)
{
    return msg_type == MSG_BSM || msg_type == MSG_PSM || msg_type == MSG_CAM ||
           msg_type == MSG_VAM;
}

/* First place in the sorted list whose sender is not below. */
static uint32_t sorted_at(const struct ego *ego, uint32_t sender_idx)
{
    uint32_t low = 0;
    uint32_t high = ego->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (ego->sorted[middle] < sender_idx) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Gives up the sender heard longest ago; returns its slot. */
static uint32_t forget(struct knowledge *k, struct ego *ego)
{
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < ego->count; i++) {
        const struct sender *a = &ego->senders[ego->slot_of[ego->sorted[i]]];
        const struct sender *b = &ego->senders[ego->slot_of[ego->sorted[oldest]]];
        oldest = tai_before(a->last_avail, b->last_avail) ? i : oldest;
    }
    uint32_t slot = ego->slot_of[ego->sorted[oldest]];
    ego->slot_of[ego->sorted[oldest]] = NOBODY;
    memmove(&ego->sorted[oldest], &ego->sorted[oldest + 1],
            (ego->count - oldest - 1) * sizeof *ego->sorted);
    ego->count--;
    k->forgotten++;
    return slot;
}

static struct sender *sender_of(struct knowledge *k, struct ego *ego, uint32_t sender_idx)
{
    uint32_t slot = ego->slot_of[sender_idx];
    if (slot != NOBODY) {
        return &ego->senders[slot];
    }
    slot = ego->count < k->senders_most ? ego->count : forget(k, ego);
    uint32_t at = sorted_at(ego, sender_idx);
    memmove(&ego->sorted[at + 1], &ego->sorted[at],
            (ego->count - at) * sizeof *ego->sorted);
    ego->sorted[at] = sender_idx;
    ego->count++;
    ego->slot_of[sender_idx] = slot;
    struct sender *sender = &ego->senders[slot];
    sender->sender_idx = sender_idx;
    sender->heard = 0;
    sender->count = sender->at = 0;
    sender->last_avail = (struct tai){INT64_MIN};
    return sender;
}

void knowledge_put(struct knowledge *k, const struct reception *reception,
                   const struct claim *claim, uint8_t msg_type)
{
    uint32_t receiver = reception->fate.receiver_idx;
    uint32_t sender_idx = reception->fate.sender_idx;
    if (receiver >= k->agents_most || k->ego_of[receiver] == NOBODY ||
        sender_idx >= k->agents_most || !knowledge_makes_track(msg_type) ||
        !(claim->known & CLAIM_POSITION)) {
        return;
    }
    struct ego *ego = &k->egos[k->ego_of[receiver]];
    struct sender *sender = sender_of(k, ego, sender_idx);
    sender->heard++;
    if (tai_before(sender->last_avail, reception->t_avail)) {
        sender->last_avail = reception->t_avail;
    }
    struct known *known = &sender->ring[sender->at];
    sender->at = (uint8_t)((sender->at + 1) % KNOWLEDGE_DEPTH);
    if (sender->count < KNOWLEDGE_DEPTH) {
        sender->count++;
    }
    *known = (struct known){
        .sender_idx = sender_idx,
        .msg_type = msg_type,
        .msg_uid = reception->fate.msg_uid,
        .t_avail = reception->t_avail,
        .claim = *claim,
        .heard = sender->heard,
    };
}

/* The instant a message speaks of; one that does not say was made before it was heard. */
static int64_t speaks_of_ns(const struct known *known)
{
    return known->claim.known & CLAIM_TIME ? known->claim.t_gen.ns : known->t_avail.ns;
}

static const struct known *newest_as_of(const struct sender *sender, struct tai t_decide)
{
    const struct known *best = NULL;
    for (uint8_t i = 0; i < sender->count; i++) {
        const struct known *known = &sender->ring[i];
        if (tai_before(t_decide, known->t_avail)) {
            continue;
        }
        bool newer =
            !best || speaks_of_ns(known) > speaks_of_ns(best) ||
            (speaks_of_ns(known) == speaks_of_ns(best) &&
             (known->t_avail.ns < best->t_avail.ns ||
              (known->t_avail.ns == best->t_avail.ns && known->msg_uid < best->msg_uid)));
        best = newer ? known : best;
    }
    return best;
}

size_t knowledge_as_of(const struct knowledge *k, uint32_t ego_agent, struct tai t_decide,
                       struct known *out, size_t most)
{
    if (ego_agent >= k->agents_most || k->ego_of[ego_agent] == NOBODY) {
        return 0;
    }
    const struct ego *ego = &k->egos[k->ego_of[ego_agent]];
    size_t count = 0;
    for (uint32_t i = 0; i < ego->count && count < most; i++) {
        const struct sender *sender = &ego->senders[ego->slot_of[ego->sorted[i]]];
        const struct known *known = newest_as_of(sender, t_decide);
        if (known) {
            out[count++] = *known;
        }
    }
    return count;
}

uint64_t knowledge_forgotten(const struct knowledge *k)
{
    return k->forgotten;
}

size_t knowledge_memory(const struct knowledge *k)
{
    size_t each = k->agents_most * sizeof(uint32_t) +
                  k->senders_most * (sizeof(struct sender) + sizeof(uint32_t)) +
                  sizeof(struct ego);
    return sizeof *k + k->agents_most * sizeof(uint32_t) + k->ego_count * each;
}

void knowledge_free(struct knowledge *k)
{
    for (size_t i = 0; k && k->egos && i < k->ego_count; i++) {
        free(k->egos[i].slot_of);
        free(k->egos[i].sorted);
        free(k->egos[i].senders);
    }
    if (k) {
        free(k->egos);
        free(k->ego_of);
    }
    free(k);
}
