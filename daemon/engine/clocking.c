/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of others as each ego hears them. In: messages as they become usable. Out: a
 * row per clock and second, and what is to be thought of a claimed instant: how old a
 * message is, with its bar, and by how much its clock is off. */
#include "base/fmath.h"
#include "engine/inside.h"
#include "label/leaf.h"

#define CLOCKS_MOST 4096
#define SENDERS_GUESSED                                                                    \
    128 /* clocks per ego for which room is taken, if there may be more */
#define ROW_NS TIME_NS_PER_S
#define STATED_SIGMA_S                                                                     \
    0.001 /* a claimed instant, if its clock is as good as it should be */
#define LAID_PATH_SIGMA_S                                                                  \
    0.02 /* the smallest delay of the path is in what was estimated                        \
          */

int clocking_open(struct engine *e, struct fail *fail)
{
    uint64_t senders =
        e->setup.agents_most < SENDERS_GUESSED ? e->setup.agents_most : SENDERS_GUESSED;
    uint64_t most = e->ego_count * senders * 2; /* a road-side unit sends SPAT and MAP */
    return clocks_new(&e->clocks, (uint32_t)(most < CLOCKS_MOST ? most : CLOCKS_MOST),
                      fail);
}

/* DSecond wraps with the minute, generationDeltaTime with 65536 ms. */
static int64_t modulus_ns(uint8_t msg_type)
{
    switch (msg_type) {
    case MSG_BSM:
    case MSG_PSM:
        return 60 * TIME_NS_PER_S;
    case MSG_CAM:
    case MSG_VAM:
        return 65536 * TIME_NS_PER_MS;
    default:
        return 0;
    }
}

void clocking_heard(struct engine *e, const struct reception *r, const struct claim *claim,
                    uint8_t msg_type)
{
    if (!(claim->known & CLAIM_TIME) || !sight_ego(e, r->fate.receiver_idx) ||
        msg_type ==
            MSG_DENM) { /* says when its event was last changed, not when it was sent */
        return;
    }
    struct clocks_heard heard = {
        .listener = r->fate.receiver_idx,
        .sender = r->fate.sender_idx,
        .msg_type = msg_type,
        .modulus_ns = modulus_ns(msg_type),
        .stamp = {claim->t_gen.ns},
        .arrival = r->t_avail,
    };
    (void)clocks_put(e->clocks, &heard);
    if (e->truth && (r->fate.valid & FATE_HAS_T_GEN)) {
        e->clock_error[r->fate.sender_idx] = tai_since(r->t_gen, claim->t_gen);
    }
}

struct clocking_age clocking_age(const struct engine *e, const struct reception *r,
                                 const struct claim *claim, uint8_t msg_type)
{
    struct clocks_estimate c;
    struct clocking_age age = {
        .known = (claim->known & CLAIM_TIME) != 0,
        .age = tai_since(r->t_avail, claim->t_gen),
        .sigma_s = STATED_SIGMA_S,
        .unverified = (r->fate.flags & FATE_CLOCK_UNVERIFIED) != 0,
    };
    if (clocks_of(e->clocks, r->fate.receiver_idx, r->fate.sender_idx, msg_type, &c) &&
        c.fault == CLOCKS_FAULT_LEAP) {
        age.unverified = true;
        age.known = age.known && age.age.ns < 0; /* behind: it only looks old */
    }
    return age;
}

/* Clearly ahead: by more than three bars and a rounded millisecond. */
static bool is_ahead(const struct clocks_estimate *c)
{
    return c->offset.ns < -3 * c->sigma.ns - TIME_NS_PER_MS;
}

double clocking_place(const struct engine *e, uint32_t ego, struct known *known)
{
    struct clocks_estimate c;
    if (!clocks_of(e->clocks, ego, known->sender_idx, known->msg_type, &c) || !c.known ||
        !(known->claim.known & CLAIM_TIME) ||
        (!is_ahead(&c) && c.fault != CLOCKS_FAULT_LEAP)) {
        return 0;
    }
    known->claim.t_gen = tai_add(known->claim.t_gen, c.offset);
    return fm_hypot(span_s(c.sigma), LAID_PATH_SIGMA_S);
}

static const char *fault_code(enum clocks_fault fault)
{
    static const uint16_t leaves[] = {
        [CLOCKS_FAULT_UNKNOWN] = LEAF_INT_FAULT_UNKNOWN,
        [CLOCKS_FAULT_NONE] = LEAF_INT_FAULT_NONE,
        [CLOCKS_FAULT_LEAP] = LEAF_INT_FAULT_CLOCK_LEAP,
        [CLOCKS_FAULT_STEP] = LEAF_INT_FAULT_CLOCK_STEP,
        [CLOCKS_FAULT_DRIFT] = LEAF_INT_FAULT_CLOCK_DRIFT,
    };
    return leaf_code(leaves[fault]);
}

static int publish(struct engine *e, const struct clocks_estimate *c, struct fail *fail)
{
    static const char *const states[] = {"unsync", "fixed", "acquiring", "locked",
                                         "holdover"};
    struct row_clock row = {
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .t_ns = engine_utc(e->now),
        .ego = engine_id(e, c->listener),
        .sender = engine_id(e, c->sender),
        .msg_type = c->msg_type,
        .state = states[c->state],
        .messages = (int64_t)c->messages,
        .steps = (int32_t)c->steps,
        .backward = (int32_t)c->backward,
        .fault = fault_code(c->fault),
    };
    if (e->last_claim[c->sender].known & CLAIM_ID) {
        ROW_SET(&row, clock, station_id, e->last_claim[c->sender].station_id);
    }
    if (c->known) {
        ROW_SET(&row, clock, offset_ms, (double)c->offset.ns / 1e6);
        ROW_SET(&row, clock, offset_sigma_ms, (double)c->sigma.ns / 1e6);
        ROW_SET(&row, clock, skew_ppm, c->skew_ppm);
        ROW_SET(&row, clock, skew_sigma_ppm, c->skew_sigma_ppm);
        ROW_SET(&row, clock, residual_p50_ms, (double)c->residuals[0].ns / 1e6);
        ROW_SET(&row, clock, residual_p95_ms, (double)c->residuals[1].ns / 1e6);
        ROW_SET(&row, clock, residual_p99_ms, (double)c->residuals[2].ns / 1e6);
        ROW_SET(&row, clock, residual_max_ms, (double)c->residuals[3].ns / 1e6);
    }
    if (c->leap_s != 0) {
        ROW_SET(&row, clock, leap_s, c->leap_s);
    }
    if (e->truth) {
        ROW_SET(&row, clock, gt_offset_ms, (double)e->clock_error[c->sender].ns / 1e6);
    }
    return engine_row(e, &table_clock, &row, fail);
}

/* Those heard since the last rows. */
int clocking_tick(struct engine *e, struct fail *fail)
{
    int64_t since_ns = e->now.ns - e->setup.start.ns;
    int code = 0;
    if (since_ns / ROW_NS == (e->before.ns - e->setup.start.ns) / ROW_NS) {
        return 0;
    }
    struct tai since = tai_add(e->now, span_ns(-ROW_NS));
    struct clocks_estimate c;
    size_t place = 0;
    while (code == 0 && clocks_next(e->clocks, since, &place, &c)) {
        code = publish(e, &c, fail);
    }
    return code;
}
