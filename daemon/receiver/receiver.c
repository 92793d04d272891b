/* SPDX-License-Identifier: Apache-2.0 */
/* Order as each receiver sees it. In: delivered messages, per receiver in order of t_avail.
 * Out: duplicate, out of order, gap, in order. Flows live in a chained hash table per shard
 * with a list from the longest silent to the newest. */
#include "receiver/receiver.h"

#include <assert.h>
#include <stdlib.h>

#include "base/draw.h"

#define NOBODY  UINT32_MAX
#define RECENT  8
#define NO_TIME INT64_MIN

/* A counter that jumps further back than this, modulo 128, went back; it did not lose. */
#define COUNT_BACKWARD 64

/* A sender whose clock went back by more than a second would be out of order for ever:
 * after so many such messages in a row, each newer than the one before, its time starts
 * anew. */
#define RESTART_AFTER 5
#define RESTART_NS    TIME_NS_PER_S

struct flow {
    uint64_t key;
    uint32_t next_in_bucket;
    uint32_t older, newer; /* list by last message */
    uint32_t station_id;
    uint32_t messages;
    uint8_t cnt;
    bool cnt_known;
    bool id_known;
    uint8_t recent_count;
    uint8_t recent_at;
    uint8_t older_run;
    uint8_t recent_cnt[RECENT];
    int64_t older_gen_ns; /* newest of that run */
    int64_t recent_gen_ns[RECENT];
    int64_t newest_gen_ns; /* NO_TIME: no claimed instant yet */
    int64_t newest_avail_ns;
};

struct shard {
    uint32_t *buckets;
    struct flow *flows;
    uint32_t used;
    uint32_t oldest, newest;
    struct receiver_counters counters;
};

struct receiver {
    struct shard shards[RECEIVER_SHARDS];
    uint32_t flows_each;
    uint32_t bucket_mask;
};

unsigned receiver_shard(uint32_t receiver_idx)
{
    return receiver_idx % RECEIVER_SHARDS;
}

uint32_t receiver_interval_ms(uint8_t msg_type)
{
    switch (msg_type) {
    case MSG_MAP:
    case MSG_TIM:
    case MSG_RSA:
    case MSG_MAPEM:
    case MSG_IVIM:
        return 1000;
    default:
        return 100;
    }
}

int receiver_new(struct receiver **bank, const struct receiver_config *config,
                 struct fail *fail)
{
    if (config->flows_most < RECEIVER_SHARDS) {
        return fail_set(fail, RESULT_USAGE, "flows_most = %u: at least %d",
                        config->flows_most, RECEIVER_SHARDS);
    }
    struct receiver *made = calloc(1, sizeof *made);
    if (!made) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the receivers");
    }
    made->flows_each = config->flows_most / RECEIVER_SHARDS;
    uint32_t buckets = 1;
    while (buckets < made->flows_each) {
        buckets *= 2;
    }
    made->bucket_mask = buckets - 1;
    for (unsigned i = 0; i < RECEIVER_SHARDS; i++) {
        struct shard *shard = &made->shards[i];
        shard->oldest = shard->newest = NOBODY;
        shard->buckets = malloc(buckets * sizeof *shard->buckets);
        shard->flows = malloc(made->flows_each * sizeof *shard->flows);
        if (!shard->buckets || !shard->flows) {
            receiver_free(made);
            return fail_set(fail, RESULT_MEMORY, "no memory for %u flows",
                            config->flows_most);
        }
        for (uint32_t b = 0; b < buckets; b++) {
            shard->buckets[b] = NOBODY;
        }
    }
    *bank = made;
    return 0;
}

static void unlist(struct shard *shard, uint32_t at)
{
    struct flow *flow = &shard->flows[at];
    if (flow->older == NOBODY) {
        shard->oldest = flow->newer;
    } else {
        shard->flows[flow->older].newer = flow->newer;
    }
    if (flow->newer == NOBODY) {
        shard->newest = flow->older;
    } else {
        shard->flows[flow->newer].older = flow->older;
    }
}

static void list_newest(struct shard *shard, uint32_t at)
{
    struct flow *flow = &shard->flows[at];
    flow->older = shard->newest;
    flow->newer = NOBODY;
    if (shard->newest == NOBODY) {
        shard->oldest = at;
    } else {
        shard->flows[shard->newest].newer = at;
    }
    shard->newest = at;
}

/* A free slot: unused, or that of the flow that was silent longest. */
static uint32_t slot_take(struct receiver *bank, struct shard *shard)
{
    if (shard->used < bank->flows_each) {
        return shard->used++;
    }
    uint32_t at = shard->oldest;
    uint32_t *link = &shard->buckets[draw_mix(shard->flows[at].key) & bank->bucket_mask];
    while (*link != at) {
        link = &shard->flows[*link].next_in_bucket;
    }
    *link = shard->flows[at].next_in_bucket;
    unlist(shard, at);
    shard->counters.forgotten++;
    return at;
}

/* The flow of a key, made if it is new, and now the newest of its shard. */
static struct flow *flow_touch(struct receiver *bank, struct shard *shard, uint64_t key)
{
    uint64_t bucket = draw_mix(key) & bank->bucket_mask;
    uint32_t at = shard->buckets[bucket];
    while (at != NOBODY && shard->flows[at].key != key) {
        at = shard->flows[at].next_in_bucket;
    }
    if (at == NOBODY) {
        at = slot_take(bank, shard);
        shard->flows[at] = (struct flow){
            .key = key,
            .next_in_bucket = shard->buckets[bucket],
            .newest_gen_ns = NO_TIME,
        };
        shard->buckets[bucket] = at;
    } else {
        unlist(shard, at);
    }
    list_newest(shard, at);
    return &shard->flows[at];
}

static bool seen_recently(const struct flow *flow, int64_t gen_ns, uint8_t cnt)
{
    for (uint8_t i = 0; i < flow->recent_count; i++) {
        if (flow->recent_gen_ns[i] == gen_ns && flow->recent_cnt[i] == cnt) {
            return true;
        }
    }
    return false;
}

static void remember(struct flow *flow, int64_t gen_ns, uint8_t cnt)
{
    flow->recent_gen_ns[flow->recent_at] = gen_ns;
    flow->recent_cnt[flow->recent_at] = cnt;
    flow->recent_at = (uint8_t)((flow->recent_at + 1) % RECENT);
    if (flow->recent_count < RECENT) {
        flow->recent_count++;
    }
}

/* Decides between gap, in order and (without a claimed instant) older, by the count. */
static enum receiver_order judge_count(const struct flow *flow, const struct claim *claim,
                                       int64_t gen_ns, int64_t avail_ns, uint8_t msg_type,
                                       struct receiver_heard *out)
{
    bool timed = gen_ns != NO_TIME && flow->newest_gen_ns != NO_TIME;
    int64_t elapsed_ns =
        timed ? gen_ns - flow->newest_gen_ns : avail_ns - flow->newest_avail_ns;
    int64_t interval_ns = receiver_interval_ms(msg_type) * TIME_NS_PER_MS;
    unsigned ahead = (claim->msg_cnt + 128u - flow->cnt) & 127u;
    out->seq_gap_known = true;
    out->cnt_before = flow->cnt;
    out->gap_resolved = elapsed_ns <= 127 * interval_ns;
    if (!timed && ahead == 0) {
        return RECEIVER_DUPLICATE;
    }
    if (!timed && ahead > COUNT_BACKWARD) {
        return RECEIVER_OUT_OF_ORDER;
    }
    if (ahead == 0 && elapsed_ns < 64 * interval_ns) {
        return RECEIVER_IN_ORDER; /* the count stands still: same content, sent again */
    }
    out->seq_gap = (uint16_t)((ahead + 127u) & 127u);
    return out->seq_gap > 0 ? RECEIVER_GAP_BEFORE : RECEIVER_IN_ORDER;
}

/* Counts messages that are far too old; true when they are too many to be stragglers. */
static bool starts_anew(struct flow *flow, int64_t gen_ns)
{
    bool run = flow->newest_gen_ns - gen_ns > RESTART_NS &&
               (flow->older_run == 0 || gen_ns > flow->older_gen_ns);
    flow->older_run = (uint8_t)(run ? flow->older_run + 1 : 0);
    flow->older_gen_ns = gen_ns;
    return flow->older_run >= RESTART_AFTER;
}

static enum receiver_order judge(struct flow *flow, const struct claim *claim,
                                 int64_t gen_ns, int64_t avail_ns, uint8_t msg_type,
                                 struct receiver_heard *out)
{
    bool counted = claim->known & CLAIM_MSG_CNT;
    if (gen_ns != NO_TIME && seen_recently(flow, gen_ns, claim->msg_cnt)) {
        return RECEIVER_DUPLICATE;
    }
    if (gen_ns != NO_TIME && flow->newest_gen_ns != NO_TIME &&
        gen_ns < flow->newest_gen_ns) {
        out->restarted = starts_anew(flow, gen_ns);
        if (!out->restarted) {
            return RECEIVER_OUT_OF_ORDER;
        }
    }
    flow->older_run = 0;
    if (!counted) {
        return RECEIVER_UNKNOWN;
    }
    if (out->first || out->id_changed || out->restarted || !flow->cnt_known) {
        return RECEIVER_IN_ORDER;
    }
    return judge_count(flow, claim, gen_ns, avail_ns, msg_type, out);
}

/* The flow after a message that was newer than all before. */
static void advance(struct flow *flow, const struct claim *claim, int64_t gen_ns,
                    int64_t avail_ns)
{
    flow->cnt_known = claim->known & CLAIM_MSG_CNT;
    flow->cnt = claim->msg_cnt;
    flow->newest_avail_ns = avail_ns;
    if (gen_ns != NO_TIME) {
        flow->newest_gen_ns = gen_ns;
    }
    if (claim->known & CLAIM_ID) {
        flow->id_known = true;
        flow->station_id = claim->station_id;
    }
}

static void count(struct receiver_counters *c, const struct receiver_heard *heard)
{
    c->messages++;
    c->duplicates += heard->duplicate;
    c->out_of_order += heard->order == RECEIVER_OUT_OF_ORDER;
    c->gaps += heard->order == RECEIVER_GAP_BEFORE;
    c->missed += heard->seq_gap;
    c->id_changes += heard->id_changed;
}

enum receiver_order receiver_put(struct receiver *bank, const struct reception *reception,
                                 const struct claim *claim, uint8_t msg_type,
                                 struct receiver_heard *out)
{
    uint32_t receiver_idx = reception->fate.receiver_idx;
    uint32_t sender_idx = reception->fate.sender_idx;
    assert(receiver_idx < 1u << 23 && sender_idx < 1u << 23);
    struct shard *shard = &bank->shards[receiver_shard(receiver_idx)];
    uint64_t key = (uint64_t)receiver_idx << 31 | (uint64_t)sender_idx << 8 | msg_type;
    struct flow *flow = flow_touch(bank, shard, key);
    /* a DENM has the time of its event, which a repetition does not change */
    bool timed = (claim->known & CLAIM_TIME) && msg_type != MSG_DENM;
    int64_t gen_ns = timed ? claim->t_gen.ns : NO_TIME;
    int64_t avail_ns = reception->t_avail.ns;
    *out = (struct receiver_heard){
        .first = flow->messages == 0,
        .id_changed = flow->id_known && (claim->known & CLAIM_ID) &&
                      claim->station_id != flow->station_id,
        .gap_resolved = true,
        .t_before = {flow->newest_avail_ns},
    };
    out->order = judge(flow, claim, gen_ns, avail_ns, msg_type, out);
    out->duplicate = out->order == RECEIVER_DUPLICATE;
    out->reordered = out->order == RECEIVER_OUT_OF_ORDER;
    if (out->duplicate || out->reordered) {
        out->id_changed = false; /* a straggler under the former id is no change */
    } else {
        advance(flow, claim, gen_ns, avail_ns);
    }
    if (!out->duplicate) {
        flow->messages++;
        if (gen_ns != NO_TIME) {
            remember(flow, gen_ns, claim->msg_cnt);
        }
    }
    out->messages = flow->messages;
    count(&shard->counters, out);
    return out->order;
}

struct receiver_counters receiver_counters(const struct receiver *bank)
{
    struct receiver_counters sum = {0};
    for (unsigned i = 0; i < RECEIVER_SHARDS; i++) {
        const struct receiver_counters *c = &bank->shards[i].counters;
        sum.messages += c->messages;
        sum.duplicates += c->duplicates;
        sum.out_of_order += c->out_of_order;
        sum.gaps += c->gaps;
        sum.missed += c->missed;
        sum.id_changes += c->id_changes;
        sum.forgotten += c->forgotten;
        sum.flows += bank->shards[i].used;
    }
    return sum;
}

size_t receiver_memory(const struct receiver *bank)
{
    return sizeof *bank +
           RECEIVER_SHARDS * (bank->flows_each * sizeof(struct flow) +
                              (bank->bucket_mask + (size_t)1) * sizeof(uint32_t));
}

void receiver_free(struct receiver *bank)
{
    for (unsigned i = 0; bank && i < RECEIVER_SHARDS; i++) {
        free(bank->shards[i].buckets);
        free(bank->shards[i].flows);
    }
    free(bank);
}
