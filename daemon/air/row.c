/* SPDX-License-Identifier: Apache-2.0 */
/* One row per decision. In: a message, a receiver, a delay or a cause. Out: the filled
 * record. Formulas: docs/air.md, "Age in metres". */
#include "air/row.h"

#include <assert.h>

#include "air/air.h"
#include "base/fmath.h"

#define ROW_CLOCK_BEFORE_S 60
#define ROW_CLOCK_AFTER_S  3600

struct row_clock row_clock_at(struct tai t)
{
    struct row_clock clock = {.from_ns = t.ns - ROW_CLOCK_BEFORE_S * TIME_NS_PER_S,
                              .to_ns = t.ns + ROW_CLOCK_AFTER_S * TIME_NS_PER_S};
    int64_t before = utc_from_tai((struct tai){clock.from_ns}).ns - clock.from_ns;
    int64_t after = utc_from_tai((struct tai){clock.to_ns}).ns - clock.to_ns;
    clock.utc_minus_tai_ns = before;
    clock.to_ns = before == after ? clock.to_ns : clock.from_ns;
    return clock;
}

static inline int64_t utc_ns(const struct row_clock *clock, struct tai t)
{
    return t.ns >= clock->from_ns && t.ns < clock->to_ns ? t.ns + clock->utc_minus_tai_ns
                                                         : utc_from_tai(t).ns;
}

struct row_run row_run_init(const struct air_config *config, uint16_t scenario_idx)
{
    const struct tier *tier = &config->tier;
    return (struct row_run){
        .technology = (uint8_t)config->technology,
        .tier = config->tier_index,
        .scenario_idx = scenario_idx,
        .deadline_ns = (int64_t)(config->deadline_ms * 1e6 + 0.5),
        .position_sigma_m = (tier->position_sigma_min_m + tier->position_sigma_max_m) / 2,
        .heading_sigma_rad = tier->heading_sigma_deg * (FM_PI / 180),
        .clock_sigma_s = tier->clock_sigma_ms / 1000,
    };
}

/* sin(h) / h */
static double sinc(double h)
{
    if (h > -0.5 && h < 0.5) {
        double q = h * h;
        return 1 - q * (1.0 / 6) * (1 - q * (1.0 / 20) * (1 - q * (1.0 / 42)));
    }
    return fm_abs(h) < 1e5 ? fm_sin(h) / h : 0;
}

/* Length of the way, signed like the speed. */
static double way_m(double speed_mps, double accel_mps2, double age_s)
{
    if (speed_mps * accel_mps2 < 0 && fm_abs(accel_mps2) * age_s >= fm_abs(speed_mps)) {
        return -speed_mps * speed_mps / (2 * accel_mps2);
    }
    return (speed_mps + 0.5 * accel_mps2 * age_s) * age_s;
}

double row_moved_m(double speed_mps, double accel_mps2, double yaw_rate_radps, double age_s)
{
    /* The chord of an arc of length s and angle 2h is s sin(h) / h. */
    double way = way_m(speed_mps, accel_mps2, age_s);
    return fm_abs(way * sinc(0.5 * yaw_rate_radps * age_s));
}

static void place_sender(struct row_message *m, const struct state *truth)
{
    double age_s = span_s(tai_since(m->t_tx, m->t_gen));
    double half_turn = 0.5 * truth->yaw_rate_radps * age_s;
    double chord = way_m(truth->speed_mps, truth->accel_mps2, age_s) * sinc(half_turn);
    double towards = fm_wrap_angle(truth->yaw_rad + half_turn);
    m->x_m = truth->x_m + chord * fm_cos(towards);
    m->y_m = truth->y_m + chord * fm_sin(towards);
}

/* What a receiver would reckon with: everything here is in the message or is a constant of
 * the tier, nothing is truth. */
static void sigma_terms(struct row_message *m, const struct claim *claim)
{
    uint32_t needed = CLAIM_POSITION | CLAIM_SPEED | CLAIM_TIME;
    m->sigma_known = (claim->known & needed) == needed;
    if (!m->sigma_known) {
        return;
    }
    const struct row_run *run = m->run;
    double v = claim->speed_mps;
    double position_m =
        claim->known & CLAIM_ACCURACY ? claim->sigma_m : run->position_sigma_m;
    double clock_m = v * run->clock_sigma_s;
    double accel = 0.5 * AIR_SIGMA_ACCEL_MPS2;
    double heading = v * run->heading_sigma_rad;
    double turn = 0.5 * v * AIR_SIGMA_YAW_RATE_RADPS;
    m->along[0] = position_m * position_m + clock_m * clock_m;
    m->along[1] = AIR_SIGMA_SPEED_MPS * AIR_SIGMA_SPEED_MPS;
    m->along[2] = accel * accel;
    m->across[0] = position_m * position_m;
    m->across[1] = heading * heading;
    m->across[2] = turn * turn;
}

static void share(struct row_message *m, const struct emission *e)
{
    struct fate *f = &m->shared;
    *f = (struct fate){.msg_uid = e->msg_uid,
                       .sender_idx = e->sender_idx,
                       .blocker_idx = FATE_U32_NULL,
                       .burst_id = FATE_U32_NULL,
                       .flags = e->altered ? FATE_ALTERED : 0,
                       .scenario_idx = m->run->scenario_idx,
                       .sender_kind = e->sender_kind,
                       .msg_type = e->msg_type,
                       .technology = m->run->technology,
                       .tier = m->run->tier,
                       .copies = 1};
    if (m->truth_known || e->claim.known & CLAIM_TIME) {
        f->t_gen_ns = utc_ns(m->clock, m->t_gen);
        f->valid |= FATE_HAS_T_GEN;
    }
    if (m->truth_known) {
        f->t_tx_ns = utc_ns(m->clock, m->t_tx);
        f->valid |= FATE_HAS_T_TX;
    }
    if (m->truth_known || e->claim.known & CLAIM_SPEED) {
        f->sender_speed_mps = (float)m->speed_mps;
        f->valid |= FATE_HAS_SPEED;
    }
    if (m->truth_known && e->claim.known & CLAIM_POSITION) {
        double dx = e->claim.x_m - e->truth.x_m;
        double dy = e->claim.y_m - e->truth.y_m;
        f->claimed_error_m = (float)fm_sqrt(dx * dx + dy * dy);
        f->valid |= FATE_HAS_CLAIMED_ERROR;
    }
}

void row_message_init(struct row_message *m, const struct emission *emission,
                      const struct row_run *run, const struct row_clock *clock)
{
    *m = (struct row_message){.run = run,
                              .clock = clock,
                              .t_gen = emission->t_gen,
                              .t_tx = emission->t_tx,
                              .t_gen_claimed = emission->claim.t_gen,
                              .truth_known = emission->truth_known};
    if (emission->truth_known) {
        m->speed_mps = emission->truth.speed_mps;
        m->accel_mps2 = emission->truth.accel_mps2;
        m->yaw_rate_radps = emission->truth.yaw_rate_radps;
        place_sender(m, &emission->truth);
    } else if (emission->claim.known & CLAIM_SPEED) {
        m->speed_mps = emission->claim.speed_mps;
    }
    sigma_terms(m, &emission->claim);
    share(m, emission);
}

static void begin(const struct row_message *m, uint32_t receiver, struct reception *out)
{
    out->fate = m->shared;
    out->fate.receiver_idx = receiver;
    out->emission = 0;
    out->t_gen = m->t_gen;
    out->t_tx = m->t_tx;
}

void row_lost(const struct row_message *m, uint32_t receiver, uint8_t cause,
              struct reception *out)
{
    assert(cause != CAUSE_NONE);
    begin(m, receiver, out);
    out->fate.fate = FATE_LOST;
    out->fate.cause = cause;
    out->t_rx = (struct tai){0};
    out->t_avail = (struct tai){0};
}

static void measure_age(const struct row_message *m, struct reception *out)
{
    struct fate *f = &out->fate;
    double age_s = span_s(tai_since(out->t_avail, m->t_gen));
    uint16_t needed = FATE_HAS_T_GEN | FATE_HAS_SPEED;
    /* A claimed instant may lie after the hearing: then there is no age. */
    if ((f->valid & needed) == needed && age_s >= 0) {
        f->shift_m = (float)(fm_abs(m->speed_mps) * age_s);
        f->valid |= FATE_HAS_SHIFT;
    }
    if (m->truth_known) {
        f->shift_true_m =
            (float)row_moved_m(m->speed_mps, m->accel_mps2, m->yaw_rate_radps, age_s);
        f->valid |= FATE_HAS_SHIFT_TRUE;
    }
    if (m->sigma_known) {
        double d = span_s(tai_since(out->t_avail, m->t_gen_claimed));
        double d2 = d > 0 ? d * d : 0;
        const double *a = m->along;
        const double *c = m->across;
        f->sigma_along_m = (float)fm_sqrt(a[0] + d2 * (a[1] + d2 * a[2]));
        f->sigma_across_m = (float)fm_sqrt(c[0] + d2 * (c[1] + d2 * c[2]));
        f->valid |= FATE_HAS_SIGMA_ALONG | FATE_HAS_SIGMA_ACROSS;
    }
}

void row_delivered(const struct row_message *m, uint32_t receiver, struct tai heard,
                   int64_t access_ns, int64_t injected_ns, struct reception *out)
{
    begin(m, receiver, out);
    struct fate *f = &out->fate;
    f->fate = FATE_DELIVERED;
    f->cause = CAUSE_NONE;
    out->t_rx = tai_add(heard, span_ns(access_ns + injected_ns));
    out->t_avail = out->t_rx;
    f->t_rx_ns = utc_ns(m->clock, out->t_rx);
    f->t_avail_ns = utc_ns(m->clock, out->t_avail);
    f->injected_ms = (float)((double)injected_ns * 1e-6);
    f->valid |= FATE_HAS_T_RX | FATE_HAS_T_AVAIL | FATE_HAS_INJECTED;
    if (m->truth_known) {
        f->access_ms = (float)((double)access_ns * 1e-6);
        f->valid |= FATE_HAS_ACCESS;
    }
    /* Where t_tx is unknown the injected part alone can already be too long. */
    int64_t taken_ns = m->truth_known ? tai_since(out->t_rx, m->t_tx).ns : injected_ns;
    if (taken_ns > m->run->deadline_ns) {
        f->flags |= FATE_LATE;
    }
    measure_age(m, out);
}
