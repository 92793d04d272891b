/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to topics. What belongs to one frame (members, tracks, objects, labels) is gathered
 * until the frame's row comes, and goes out as one Sample. */
#include "edge/sink_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/stream.h"
#include "edge/stream_schema.h"
#include "engine/engine.h"
#include "model/records.h"
#include "publish/proto.h"

#define SAMPLES_MOST 128
#define FLUSH_NS     (20 * TIME_NS_PER_MS)

struct sample {
    uint64_t frame_uid;
    uint64_t used; /* turn of the last use; the oldest gives way */
    struct bytes parts;
};

struct streamer {
    struct streamer_options options;
    unsigned knowledge;
    uint32_t fate_topic, scene_topic;
    struct queue_block *block;
    size_t block_size;
    struct tai now, release, flushed; /* release: now on the axis of the pace */
    struct sample samples[SAMPLES_MOST];
    uint64_t turn;
    struct bytes payload;
};

int streamer_new(struct streamer **out, const struct streamer_options *options,
                 struct fail *fail)
{
    struct streamer *s = calloc(1, sizeof *s);
    if (!s) {
        return fail_set(fail, RESULT_MEMORY, "no memory for the stream");
    }
    s->options = *options;
    s->knowledge = options->no_truth ? PROTO_OBS : PROTO_ALL;
    s->fate_topic = queue_topic(options->queue, "fate.all.batch");
    s->scene_topic = queue_topic(options->queue, "scene.all.tick");
    *out = s;
    return 0;
}

void streamer_engine(struct streamer *streamer, const struct engine *engine)
{
    streamer->options.engine = engine;
}

static struct queue_stamp stamp(const struct streamer *s, int64_t t_event_ns,
                                uint32_t flags)
{
    return (struct queue_stamp){
        .release = s->release, .t_event_ns = t_event_ns, .flags = flags};
}

void streamer_flush(struct streamer *s)
{
    if (s->block && s->block_size > 0) {
        struct queue_stamp st = stamp(s, utc_from_tai(s->now).ns, STREAM_RAW);
        (void)queue_put_block(s->options.queue, s->fate_topic, &st, s->block,
                              s->block_size);
        s->block = NULL;
    }
    s->block_size = 0;
    s->flushed = s->now;
}

/* A record as the wire has it; truth withheld if asked. Hosts of other byte order are
 * refused at configure time. */
static void put_fate(struct streamer *s, const struct fate *fate)
{
    if (!s->block) {
        s->block = queue_block_take(s->options.queue);
        s->block_size = 0;
        if (!s->block) {
            queue_miss(s->options.queue, s->fate_topic);
            return;
        }
    }
    struct fate *out = (struct fate *)(void *)(s->block->data + s->block_size);
    *out = *fate;
    if (s->options.no_truth) {
        out->sender_idx = out->blocker_idx = out->burst_id = FATE_U32_NULL;
        out->t_gen_ns = out->t_tx_ns = 0;
        out->injected_ms = out->distance_m = out->sinr_db = out->shift_true_m = 0;
        out->claimed_error_m = out->shift_m = out->sender_speed_mps = out->access_ms = 0;
        out->sender_kind = out->cause = out->los = out->technology = out->copies = 0;
        out->tier = TIER_CUSTOM;
        out->burst_pos = out->com_tim = out->com_fate = 0;
        out->flags &= FATE_REORDERED | FATE_DUPLICATE | FATE_CLOCK_UNVERIFIED |
                      FATE_DISTANCE_FROM_CLAIMS;
        out->valid &= FATE_HAS_RSSI | FATE_HAS_CBR | FATE_HAS_SIGMA_ALONG |
                      FATE_HAS_SIGMA_ACROSS | FATE_HAS_T_RX | FATE_HAS_T_AVAIL;
    }
    s->block_size += sizeof *fate;
    if (s->block_size + sizeof *fate > QUEUE_BLOCK_SIZE) {
        streamer_flush(s);
    }
}

static int put_fates(void *self, const struct reception *receptions, size_t count,
                     struct fail *fail)
{
    struct streamer *s = self;
    (void)fail;
    for (size_t i = 0; i < count; i++) {
        bool hidden = s->options.no_truth && receptions[i].fate.fate == FATE_LOST;
        if (!hidden) {
            put_fate(s, &receptions[i].fate);
        }
    }
    return 0;
}

static void send(struct streamer *s, const char *kind, const char *subject,
                 const char *detail, int64_t t_event_ns, uint32_t flags)
{
    char topic[QUEUE_TOPIC_MOST + 1];
    (void)snprintf(topic, sizeof topic, "%s.%s.%s", kind, subject ? subject : "all",
                   detail ? detail : "all");
    struct queue_stamp st = stamp(s, t_event_ns, flags);
    uint32_t id = queue_topic(s->options.queue, topic);
    if (id != QUEUE_NO_TOPIC) {
        (void)queue_put(s->options.queue, id, &st, s->payload.data, s->payload.size);
    }
}

static int send_row(struct streamer *s, const struct table *table, const void *row,
                    const char *kind, const char *subject, const char *detail,
                    int64_t t_event_ns, struct fail *fail)
{
    bytes_clear(&s->payload);
    int code = proto_row(&s->payload, table, row, s->knowledge, fail);
    if (code == 0) {
        send(s, kind, subject, detail, t_event_ns, 0);
    }
    return code;
}

/* The gathering place of a frame; the longest unused one gives way. */
static struct sample *sample_of(struct streamer *s, uint64_t frame_uid)
{
    struct sample *oldest = &s->samples[0];
    for (int i = 0; i < SAMPLES_MOST; i++) {
        struct sample *sample = &s->samples[i];
        if (sample->used && sample->frame_uid == frame_uid) {
            sample->used = ++s->turn;
            return sample;
        }
        oldest = sample->used < oldest->used ? sample : oldest;
    }
    oldest->frame_uid = frame_uid;
    oldest->used = ++s->turn;
    bytes_clear(&oldest->parts);
    return oldest;
}

static int gather(struct streamer *s, uint64_t frame_uid, uint32_t field,
                  const struct table *table, const void *row, struct fail *fail)
{
    return proto_row_in(&sample_of(s, frame_uid)->parts, field, table, row, s->knowledge,
                        fail);
}

static int send_sample(struct streamer *s, const struct row_frame *row, struct fail *fail)
{
    struct sample *sample = sample_of(s, row->frame_uid);
    bytes_clear(&s->payload);
    int code =
        proto_row_in(&s->payload, SAMPLE_FRAME, &table_frame, row, s->knowledge, fail);
    bytes_put(&s->payload, sample->parts.data, sample->parts.size);
    sample->used = 0;
    bytes_clear(&sample->parts);
    if (code == 0) {
        send(s, "frame", row->ego, row->stream, row->t_mid_ns,
             row->revision > 0 ? STREAM_REVISION : 0);
    }
    return code;
}

static int put_label(struct streamer *s, const struct row_label *row, struct fail *fail)
{
    bool event = !ROW_HAS(row, label, frame_uid) && !ROW_HAS(row, label, msg_uid);
    if (event && !(s->options.no_truth && strcmp(row->provenance, "rule_obs") != 0)) {
        return send_row(s, &table_label, row, "event", row->ego, "label", row->t_start_ns,
                        fail);
    }
    if (!ROW_HAS(row, label, frame_uid) ||
        (s->options.no_truth && strcmp(row->provenance, "rule_obs") != 0)) {
        return 0;
    }
    return gather(s, row->frame_uid, SAMPLE_LABELS, &table_label, row, fail);
}

static int put_row(void *self, const struct table *table, const void *row,
                   struct fail *fail)
{
    struct streamer *s = self;
    if (table == &table_frame) {
        return send_sample(s, row, fail);
    }
    if (table == &table_track) {
        const struct row_track *r = row;
        return gather(s, r->frame_uid, SAMPLE_TRACKS, table, row, fail);
    }
    if (table == &table_object) {
        const struct row_object *r = row;
        return gather(s, r->frame_uid, SAMPLE_OBJECTS, table, row, fail);
    }
    if (table == &table_sync) {
        const struct row_sync *r = row;
        int code = gather(s, r->frame_uid, SAMPLE_MEMBERS, table, row, fail);
        return code < 0 ? code
                        : send_row(s, table, row, "sync", r->ego, r->stream,
                                   utc_from_tai(s->now).ns, fail);
    }
    if (table == &table_clock) {
        const struct row_clock *r = row;
        return send_row(s, table, row, "clock", r->ego, kinds_msg_type[r->msg_type],
                        r->t_ns, fail);
    }
    if (table == &table_scene) {
        const struct row_scene *r = row;
        return send_row(s, table, row, "scene", "all", "tick", r->t_ns, fail);
    }
    if (table == &table_agent && !s->options.no_truth) {
        const struct row_agent *r = row;
        return send_row(s, table, row, "truth", r->agent, "state", r->t_ns, fail);
    }
    if (table == &table_signal && !s->options.no_truth) {
        const struct row_signal *r = row;
        return send_row(s, table, row, "signal", r->signal, "phase", r->t_ns, fail);
    }
    if (table == &table_advice) {
        const struct row_advice *r = row;
        return send_row(s, table, row, "signal", r->ego, "advice", r->t_ns, fail);
    }
    if (table == &table_encounter && !s->options.no_truth) {
        const struct row_encounter *r = row;
        return send_row(s, table, row, "event", r->ego, "encounter", r->t_end_ns, fail);
    }
    if (table == &table_sequence && !s->options.no_truth) {
        const struct row_sequence *r = row;
        return send_row(s, table, row, "event", r->ego, "sequence", r->t_ns, fail);
    }
    if (table == &table_gap) {
        const struct row_gap *r = row;
        return send_row(s, table, row, "event", r->receiver, "gap", r->t_to_ns, fail);
    }
    return table == &table_label ? put_label(s, row, fail) : 0;
}

static const char *agent_id(const struct streamer *s, uint32_t index)
{
    size_t count;
    const struct agent *agents = engine_agents(s->options.engine, &count);
    return index < count ? agents[index].id : NULL;
}

static int put_sent(void *self, const struct emission *em, struct fail *fail)
{
    struct streamer *s = self;
    if (s->options.no_truth) {
        return 0;
    }
    int64_t t_tx_ns = utc_from_tai(em->t_tx).ns;
    struct row_tx row = {.msg_uid = em->msg_uid,
                         .sender = agent_id(s, em->sender_idx),
                         .msg_type = em->msg_type,
                         .t_gen_ns = utc_from_tai(em->t_gen).ns,
                         .payload = {em->octets, em->size}};
    if (em->truth_known) {
        STREAM_SET(&row, TX, t_tx_ns, t_tx_ns);
    }
    return send_row(s, &table_tx, &row, "tx", row.sender, kinds_msg_type[em->msg_type],
                    t_tx_ns, fail);
}

static void rx_claim(struct row_rx *row, const struct claim *c)
{
    if (c->known & CLAIM_TIME) {
        STREAM_SET(row, RX, t_gen_claimed_ns, utc_from_tai(c->t_gen).ns);
    }
    if (c->known & CLAIM_ID) {
        STREAM_SET(row, RX, station_id, c->station_id);
    }
    if (c->known & CLAIM_MSG_CNT) {
        STREAM_SET(row, RX, msg_cnt, c->msg_cnt);
    }
    if (c->known & CLAIM_POSITION) {
        STREAM_SET(row, RX, lat_deg, c->lat_deg);
        STREAM_SET(row, RX, lon_deg, c->lon_deg);
        STREAM_SET(row, RX, x_m, c->x_m);
        STREAM_SET(row, RX, y_m, c->y_m);
    }
    if (c->known & CLAIM_ELEVATION) {
        STREAM_SET(row, RX, elev_m, c->elev_m);
    }
    if (c->known & CLAIM_SPEED) {
        STREAM_SET(row, RX, speed_mps, c->speed_mps);
    }
    if (c->known & CLAIM_YAW) {
        STREAM_SET(row, RX, yaw_rad, c->yaw_rad);
    }
    if (c->known & CLAIM_ACCEL) {
        STREAM_SET(row, RX, accel_mps2, c->accel_mps2);
    }
    if (c->known & CLAIM_ACCURACY) {
        STREAM_SET(row, RX, sigma_m, c->sigma_m);
    }
    if (c->known & CLAIM_EVENTS) {
        STREAM_SET(row, RX, event_flags, c->event_flags);
    }
}

static int put_heard(void *self, const struct hearing *hearing, struct fail *fail)
{
    struct streamer *s = self;
    const struct fate *f = &hearing->reception->fate;
    struct row_rx row = {.msg_uid = f->msg_uid,
                         .receiver = agent_id(s, f->receiver_idx),
                         .msg_type = f->msg_type,
                         .t_avail_ns = f->t_avail_ns,
                         .reordered = (f->flags & FATE_REORDERED) != 0,
                         .duplicate = (f->flags & FATE_DUPLICATE) != 0,
                         .seq_gap = f->seq_gap};
    if (hearing->octets) {
        struct column_blob octets = {hearing->octets, hearing->size};
        STREAM_SET(&row, RX, payload, octets);
    }
    rx_claim(&row, hearing->claim);
    return send_row(s, &table_rx, &row, "rx", row.receiver, kinds_msg_type[f->msg_type],
                    f->t_avail_ns, fail);
}

static void begin_tick(void *self, struct tai t)
{
    struct streamer *s = self;
    s->now = t;
    s->release = tai_add(t, span_ns(-engine_skipped(s->options.engine).ns));
}

static int put_tick(void *self, struct tai t, struct fail *fail)
{
    struct streamer *s = self;
    (void)fail;
    if (t.ns - s->flushed.ns >= FLUSH_NS) {
        streamer_flush(s);
    }
    return 0;
}

struct sink streamer_sink(struct streamer *streamer)
{
    return (struct sink){.self = streamer,
                         .begin = begin_tick,
                         .row = put_row,
                         .fates = put_fates,
                         .sent = put_sent,
                         .heard = put_heard,
                         .tick = put_tick};
}

void streamer_free(struct streamer *s)
{
    if (!s) {
        return;
    }
    if (s->block) {
        queue_block_give(s->block);
    }
    for (int i = 0; i < SAMPLES_MOST; i++) {
        bytes_close(&s->samples[i].parts);
    }
    bytes_close(&s->payload);
    free(s);
}
