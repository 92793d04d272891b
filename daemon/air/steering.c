/* SPDX-License-Identifier: Apache-2.0 */
/* Stations under congestion control. In: what each of them measures. Out: its limits. */
#include "air/steering.h"

#include <stdlib.h>
#include <string.h>

#include "air/air.h"
#include "air/congestion.h"
#include "air/per.h"
#include "air/radio.h"
#include "base/draw.h"
#include "base/fmath.h"
#include "model/ports.h"

#define STEERING_STEP      10    /* ticks: each station is stepped each 100 ms */
#define STEERING_SECOND    100   /* ticks: vPERSubInterval */
#define STEERING_NEAR_M    100.0 /* vPERRange */
#define STEERING_SECONDS   5     /* vPERInterval over vPERSubInterval */
#define STEERING_PER_MOST  0.3   /* vPERMax */
#define STEERING_LOST_MOST 3     /* vMaxSuccessiveFail */
#define STEERING_POWER_DBM 20.0  /* vRPMax: the profile's power stands for it */
#define STEERING_HEARD     256 /* places for neighbours; beyond 150 the limits do not move */

/* Where the others believe a station to be: its last message that is assumed received. */
struct believed {
    struct tai t;
    double x_m, y_m, vx_mps, vy_mps;
    bool known;
};

struct steered {
    struct congestion_j2945 j2945;
    enum congestion_state reactive;
    struct congestion_adaptive adaptive;
    float cbr_before; /* 100 ms ago */
    float on_ms;      /* of its last frame */
    float resources;  /* PC5: of its last message, in sub-channels and slots */
    uint32_t near;    /* vehicles heard within 100 m in the last whole second */
    uint16_t expected[STEERING_SECONDS], missed[STEERING_SECONDS];
    uint8_t assumed_lost; /* in a row */
    uint8_t heard_count;
    struct believed believed;
};

struct steering {
    enum congestion_control kind;
    struct radio radio;
    uint64_t key;
    uint32_t agents_most;
    struct tai start;
    int64_t tick;
    int second; /* that is being counted, 0..STEERING_SECONDS-1 */
    struct steered *stations;
    struct send_limit *limits;
    uint32_t (*heard)[STEERING_HEARD]; /* sender + 1 by hash; J2945/1 only */
};

void steering_free(struct steering *c)
{
    if (c) {
        free(c->stations);
        free(c->limits);
        free(c->heard);
        free(c);
    }
}

int steering_new(struct steering **out, const struct steering_setup *setup,
                 struct fail *fail)
{
    struct steering *c = calloc(1, sizeof *c);
    size_t most = setup->agents_most > 0 ? setup->agents_most : 1;
    bool counts = setup->kind == CONGESTION_J2945;
    if (c) {
        c->stations = calloc(most, sizeof *c->stations);
        c->limits = calloc(most, sizeof *c->limits);
        c->heard = counts ? calloc(most, sizeof *c->heard) : NULL;
    }
    if (!c || !c->stations || !c->limits || (counts && !c->heard)) {
        steering_free(c);
        return fail_set(fail, RESULT_MEMORY, "no memory to steer %u stations",
                        setup->agents_most);
    }
    c->kind = setup->kind;
    c->radio = *setup->radio;
    c->key = draw_key(setup->seed, DRAW_AIR_CONTROL);
    c->agents_most = setup->agents_most;
    c->start = setup->start;
    for (size_t i = 0; i < most; i++) {
        c->stations[i].j2945 = congestion_j2945_init();
        c->stations[i].adaptive = congestion_adaptive_init();
    }
    *out = c;
    return 0;
}

const struct send_limit *steering_limits(const struct steering *c)
{
    return c->limits;
}

double steering_power_db(const struct steering *c, uint32_t agent)
{
    return c->kind == CONGESTION_J2945
               ? c->stations[agent].j2945.power_dbm - STEERING_POWER_DBM
               : 0;
}

static double share_missed(const struct steered *s)
{
    uint32_t expected = 0;
    uint32_t missed = 0;
    for (int i = 0; i < STEERING_SECONDS; i++) {
        expected += s->expected[i];
        missed += s->missed[i];
    }
    double share = expected > 0 ? (double)missed / expected : 0;
    return share < STEERING_PER_MOST ? share : STEERING_PER_MOST;
}

void steering_sent(struct steering *c, const struct emission *e, double octets)
{
    const struct radio *r = &c->radio;
    struct steered *s = &c->stations[e->sender_idx];
    if (r->access == RADIO_CSMA) {
        uint32_t psdu = (uint32_t)(octets + r->mac_octets);
        int rate = per_rate_find(r->rate_mbps);
        s->on_ms = (float)((double)per_airtime_ns((enum per_rate)rate, psdu) * 1e-6);
    } else {
        double subs = radio_subchannels(r, radio_blocks(r, octets));
        s->resources = (float)(subs * (1 + r->copies));
        s->on_ms = (float)(r->subframe_ms * (double)s->resources / r->subchannels);
    }
    /* Each message is assumed lost by the channel quality, but not too often in a row. */
    uint64_t bits = draw_bits(c->key, (uint64_t)e->sender_idx << 1, e->tx_index);
    if (s->assumed_lost < STEERING_LOST_MOST && draw_uniform(bits) < share_missed(s)) {
        s->assumed_lost++;
        return;
    }
    s->assumed_lost = 0;
    s->believed = (struct believed){.t = e->t_gen,
                                    .x_m = e->truth.x_m,
                                    .y_m = e->truth.y_m,
                                    .vx_mps = e->truth.speed_mps * fm_cos(e->truth.yaw_rad),
                                    .vy_mps = e->truth.speed_mps * fm_sin(e->truth.yaw_rad),
                                    .known = true};
}

static void note_neighbour(struct steering *c, uint32_t receiver, uint32_t sender)
{
    struct steered *s = &c->stations[receiver];
    uint32_t *heard = c->heard[receiver];
    uint32_t at = sender * 0x9E3779B1u >> 24;
    while (heard[at] != 0 && heard[at] != sender + 1) {
        at = (at + 1) % STEERING_HEARD;
    }
    if (heard[at] == 0 && s->heard_count < STEERING_HEARD - 1) {
        heard[at] = sender + 1;
        s->heard_count++;
    }
}

void steering_heard(struct steering *c, const struct reception *rows, size_t count)
{
    if (c->kind != CONGESTION_J2945) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct fate *f = &rows[i].fate;
        if ((double)f->distance_m > STEERING_NEAR_M) {
            continue;
        }
        struct steered *s = &c->stations[f->receiver_idx];
        if (s->expected[c->second] < UINT16_MAX) {
            s->expected[c->second]++;
            if (f->fate != FATE_DELIVERED) {
                s->missed[c->second]++;
            }
        }
        if (f->fate == FATE_DELIVERED) {
            note_neighbour(c, f->receiver_idx, f->sender_idx);
        }
    }
}

/* A sub-interval is over: who was heard in it counts, the oldest one is forgotten. */
static void next_second(struct steering *c)
{
    c->second = (c->second + 1) % STEERING_SECONDS;
    for (uint32_t i = 0; i < c->agents_most; i++) {
        struct steered *s = &c->stations[i];
        s->near = s->heard_count;
        s->heard_count = 0;
        s->expected[c->second] = s->missed[c->second] = 0;
    }
    if (c->heard) {
        memset(c->heard, 0, c->agents_most * sizeof *c->heard);
    }
}

/* How far the others' extrapolation of a station is off by now. */
static double tracking_error_m(const struct steered *s, const struct air_stations *at,
                               uint32_t agent)
{
    if (!s->believed.known) {
        return 0;
    }
    double age_s = span_s(tai_since(at->t, s->believed.t));
    double dx = at->x_m[agent] - s->believed.x_m - s->believed.vx_mps * age_s;
    double dy = at->y_m[agent] - s->believed.y_m - s->believed.vy_mps * age_s;
    return fm_sqrt(dx * dx + dy * dy);
}

static struct send_limit steer_j2945(struct steering *c, const struct air_stations *at,
                                     uint32_t agent, double cbr)
{
    struct steered *s = &c->stations[agent];
    uint64_t bits = draw_bits(c->key, (uint64_t)agent << 1 | 1, (uint64_t)c->tick);
    double p = congestion_j2945_error_p(tracking_error_m(s, at, agent));
    bool urgent = draw_uniform(bits) < p;
    congestion_j2945_step(&s->j2945, cbr, s->near, urgent);
    return (struct send_limit){(float)congestion_j2945_interval_ms(&s->j2945), urgent};
}

static double steer_reactive(struct steered *s, double cbr)
{
    bool short_frames = s->on_ms <= 0.5F;
    s->reactive = congestion_reactive_step(s->reactive, cbr, short_frames);
    return congestion_reactive_off_ms(s->reactive, short_frames);
}

static double steer_adaptive(const struct steering *c, struct steered *s, double cbr)
{
    if (c->tick / STEERING_STEP % 2 == 0) {
        s->adaptive.cbr_before = (double)s->cbr_before;
        congestion_adaptive_step(&s->adaptive, cbr);
    }
    return congestion_adaptive_off_ms(&s->adaptive, (double)s->on_ms);
}

static double steer_cr(const struct steering *c, const struct steered *s, double cbr)
{
    double limit = congestion_limit_cr(cbr);
    double resources_per_ms = c->radio.subchannels / c->radio.subframe_ms;
    return limit < 1 ? (double)s->resources / (limit * resources_per_ms) : 0;
}

static struct send_limit steer(struct steering *c, const struct air_stations *at,
                               uint32_t agent, double cbr)
{
    struct steered *s = &c->stations[agent];
    double ms = 0;
    double smooth = cbr;
    switch (c->kind) {
    case CONGESTION_OFF:
        return (struct send_limit){0};
    case CONGESTION_J2945:
        return steer_j2945(c, at, agent, cbr);
    case CONGESTION_ETSI_REACTIVE:
        ms = steer_reactive(s, cbr);
        smooth = 0.5 * (cbr + (double)s->cbr_before);
        break;
    case CONGESTION_ETSI_ADAPTIVE:
        ms = steer_adaptive(c, s, cbr);
        smooth = s->adaptive.cbr_its;
        break;
    case CONGESTION_CR_LIMIT:
        return (struct send_limit){(float)steer_cr(c, s, cbr), false};
    }
    s->cbr_before = (float)cbr;
    double least_ms = congestion_limit_interval_ms(smooth, (double)s->on_ms);
    return (struct send_limit){(float)(ms > least_ms ? ms : least_ms), false};
}

void steering_tick(struct steering *c, const struct air_stations *at, const float *cbr)
{
    int64_t tick = tai_since(at->t, c->start).ns / WORLD_TICK_NS;
    if (tick == c->tick) {
        return;
    }
    c->tick = tick;
    if (tick % STEERING_SECOND == 0) {
        next_second(c);
    }
    for (uint32_t i = (uint32_t)(tick % STEERING_STEP); i < at->count; i += STEERING_STEP) {
        c->limits[i] = steer(c, at, i, (double)cbr[i]);
    }
}
