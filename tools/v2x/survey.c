/* SPDX-License-Identifier: Apache-2.0 */
/* Tallies of traffic, see survey.h. */
#include "tools/v2x/survey.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/bsm_fast.h"
#include "asn1/its/its.h"
#include "base/time.h"
#include "tools/v2x/who.h"

#define BIN_NS (100 * TIME_NS_PER_MS)

/* Who sent under a row; also, with row -1, the counter of a BSM sender. */
struct sender {
    uint64_t key; /* 0: free */
    int row;
    struct who who;
    uint64_t messages;
    bool stamped;
    int64_t first_ns, last_ns;
    uint8_t msg_cnt;
};

struct survey {
    struct codec *codec;
    struct codec_report report;
    struct its *its;
    struct its_report its_report;
    struct frames_result walk;
    struct survey_row rows[SURVEY_ROWS];
    size_t row_count;
    uint64_t frames, messages, bad, more_rows, more_senders;
    uint64_t skipped[REASON_COUNT];
    struct sender senders[2 * SURVEY_SENDERS];
    size_t sender_count;
    bool stamped;
    int64_t first_ns, last_ns, newest_ns, silence_ns;
    uint64_t stamps_back, jumps, missed;
    struct survey_clock clocks[SURVEY_CLOCKS];
};

int survey_new(struct survey **out, struct fail *fail)
{
    struct survey *s = calloc(1, sizeof *s);
    if (s) {
        s->codec = codec_new();
        s->its = its_new();
    }
    if (!s || !s->codec || !s->its) {
        survey_free(s);
        return fail_set(fail, RESULT_MEMORY, "out of memory");
    }
    s->clocks[SURVEY_SIGNED].source = "1609.2 generationTime";
    s->clocks[SURVEY_SECMARK].source = "BSM secMark";
    s->clocks[SURVEY_SECMARK].modulus_ns = 60 * TIME_NS_PER_S;
    s->clocks[SURVEY_GN].source = "GeoNetworking timestamp";
    s->clocks[SURVEY_GN].modulus_ns = (INT64_C(1) << 32) * TIME_NS_PER_MS;
    *out = s;
    return 0;
}

void survey_free(struct survey *s)
{
    if (s) {
        codec_free(s->codec);
        its_free(s->its);
        free(s);
    }
}

static void take_stamp(struct survey *s, struct utc utc)
{
    if (!s->stamped) {
        s->first_ns = s->newest_ns = s->last_ns = utc.ns;
        s->stamped = true;
        return;
    }
    s->stamps_back += utc.ns < s->last_ns;
    s->last_ns = utc.ns;
    if (utc.ns > s->newest_ns) {
        int64_t silence = utc.ns - s->newest_ns;
        s->silence_ns = silence > s->silence_ns ? silence : s->silence_ns;
        s->newest_ns = utc.ns;
    }
    s->first_ns = utc.ns < s->first_ns ? utc.ns : s->first_ns;
}

/* The place of a sender, made if it is new (then *fresh); NULL: the bound is reached. */
static struct sender *sender_of(struct survey *s, uint64_t key, bool *fresh)
{
    size_t most = sizeof s->senders / sizeof s->senders[0];
    size_t at = (size_t)(key % most);
    *fresh = false;
    while (s->senders[at].key && s->senders[at].key != key) {
        at = (at + 1) % most;
    }
    if (!s->senders[at].key) {
        if (s->sender_count == SURVEY_SENDERS) {
            s->more_senders++;
            return NULL;
        }
        s->sender_count++;
        s->senders[at] = (struct sender){.key = key, .row = -1};
        *fresh = true;
    }
    return &s->senders[at];
}

static const char *security_of(const struct frames_result *w)
{
    static const char *const signers[] = {"signed", "signed by digest",
                                          "signed by certificate", "signed by itself"};
    if (frames_has(w, LAYER_TS103097)) {
        return "ts103097";
    }
    if (!w->has_spdu) {
        return "none";
    }
    return w->spdu.content == SPDU_SIGNED ? signers[w->spdu.signer] : "unsecured";
}

static const char *link_of(const struct frames_result *w)
{
    return w->has_link && w->layer_count ? layer_name((enum layer)w->layers[0]) : "bare";
}

static struct survey_row *row_of(struct survey *s, const char *type)
{
    const char *link = link_of(&s->walk);
    const char *security = security_of(&s->walk);
    for (size_t i = 0; i < s->row_count; i++) {
        struct survey_row *row = &s->rows[i];
        if (row->link == link && row->security == security &&
            strcmp(row->type, type) == 0) {
            return row;
        }
    }
    if (s->row_count == SURVEY_ROWS) {
        s->more_rows++;
        return NULL;
    }
    struct survey_row *row = &s->rows[s->row_count++];
    *row = (struct survey_row){.link = link, .security = security};
    (void)snprintf(row->type, sizeof row->type, "%s", type);
    return row;
}

static void take_residual(struct survey_clock *clock, int64_t residual_ns)
{
    if (clock->modulus_ns) {
        int64_t half = clock->modulus_ns / 2;
        residual_ns %= clock->modulus_ns;
        residual_ns += residual_ns < -half ? clock->modulus_ns : 0;
        residual_ns -= residual_ns >= half ? clock->modulus_ns : 0;
    }
    clock->samples++;
    int64_t least = -(int64_t)SURVEY_BINS / 2 * BIN_NS;
    if (residual_ns < least || residual_ns >= -least) {
        clock->outside++;
    } else {
        clock->bins[(residual_ns - least) / BIN_NS]++;
    }
}

static void take_clocks(struct survey *s, struct utc utc, const struct bsm_core *core)
{
    const struct frames_result *w = &s->walk;
    struct tai claimed;
    if (w->has_spdu && w->spdu.has_generation_time &&
        spdu_time(w->spdu.generation_us, &claimed)) {
        take_residual(&s->clocks[SURVEY_SIGNED], utc.ns - utc_from_tai(claimed).ns);
    }
    if (core && core->sec_mark < 60000) {
        int64_t in_minute = utc.ns % (60 * TIME_NS_PER_S);
        take_residual(&s->clocks[SURVEY_SECMARK],
                      in_minute - core->sec_mark * TIME_NS_PER_MS);
    }
    if (w->has_gn && w->gn.has_source) {
        int64_t ms = tai_from_utc(utc).ns / TIME_NS_PER_MS % (INT64_C(1) << 32);
        take_residual(&s->clocks[SURVEY_GN],
                      (ms - (int64_t)w->gn.source.timestamp_ms) * TIME_NS_PER_MS);
    }
}

/* Keys of one sender for different purposes. */
static uint64_t purposed(uint64_t key, uint64_t purpose)
{
    return (key ^ purpose * UINT64_C(0x9e3779b97f4a7c15)) | 1;
}

static void count_sender(struct sender *sender, const struct decode_record *record)
{
    sender->messages++;
    if (record->has_utc) {
        int64_t ns = record->utc.ns;
        sender->first_ns =
            !sender->stamped || ns < sender->first_ns ? ns : sender->first_ns;
        sender->last_ns = !sender->stamped || ns > sender->last_ns ? ns : sender->last_ns;
        sender->stamped = true;
    }
}

static void take_sender(struct survey *s, struct survey_row *row,
                        const struct decode_record *record, const struct bsm_core *core)
{
    bool fresh;
    struct who who = who_of(&s->walk, core);
    uint64_t key = who_key(&who);
    int place = (int)(row - s->rows);
    struct sender *sender =
        key ? sender_of(s, purposed(key, (uint64_t)place + 16), &fresh) : NULL;
    if (sender) {
        row->senders += fresh;
        sender->row = place;
        sender->who = who;
        count_sender(sender, record);
    }
    struct sender *counter = core ? sender_of(s, purposed(key, 8), &fresh) : NULL;
    if (!counter) {
        return;
    }
    unsigned step = (core->msg_cnt - counter->msg_cnt) & 127u;
    if (!fresh && step > 1) {
        s->jumps++;
        s->missed += step - 1;
    }
    counter->msg_cnt = core->msg_cnt;
}

static const char *type_of(struct survey *s, const struct bsm_core **core,
                           struct bsm_core *room)
{
    const struct frames_result *w = &s->walk;
    if (w->family == FRAMES_ITS) {
        if (!its_decode_json(s->its, w->payload, w->payload_size, NULL, NULL,
                             &s->its_report)) {
            return NULL;
        }
        return s->its_report.info.name[0] ? s->its_report.info.name : "?";
    }
    if (w->family != FRAMES_J2735) {
        return "?";
    }
    bool ok =
        codec_decode_json(s->codec, w->payload, w->payload_size, NULL, NULL, &s->report);
    if (!ok || s->report.extra > 0) {
        return NULL;
    }
    size_t body_size;
    size_t bit;
    struct bsm_preamble preamble;
    const uint8_t *body = bsm_fast_body(w->payload, w->payload_size, &body_size);
    if (body && bsm_fast_decode(body, body_size, room, &preamble, &bit)) {
        *core = room;
    }
    return s->report.info.name[0] ? s->report.info.name : "?";
}

void survey_take(struct survey *s, const struct decode_record *record)
{
    struct bsm_core room;
    const struct bsm_core *core = NULL;
    bool walked =
        !record->bad_text && record->refused == REASON_NONE &&
        (record->dlt == DECODE_BARE
             ? frames_walk_payload(record->octets, record->size, record->start, &s->walk)
             : frames_walk(record->octets, record->size, record->dlt, &s->walk));
    s->frames++;
    if (record->has_utc) {
        take_stamp(s, record->utc);
    }
    if (!walked) {
        bool known = record->bad_text || record->refused != REASON_NONE;
        enum reason why = record->bad_text ? REASON_FOREIGN_CONTENT : record->refused;
        s->skipped[known ? why : s->walk.fault.reason]++;
        return;
    }
    const char *type = type_of(s, &core, &room);
    if (!type) {
        s->bad++;
        return;
    }
    s->messages++;
    struct survey_row *row = row_of(s, type);
    if (row) {
        row->messages++;
        take_sender(s, row, record, core);
    }
    if (record->has_utc) {
        take_clocks(s, record->utc, core);
    }
}

static json_t *decimal(int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    return json_string(text);
}

static double span_of(const struct survey *s)
{
    return s->stamped ? (double)(s->newest_ns - s->first_ns) / 1e9 : 0;
}

static json_t *rows_json(const struct survey *s)
{
    json_t *list = json_array();
    double span_s = span_of(s);
    for (size_t i = 0; i < s->row_count; i++) {
        const struct survey_row *row = &s->rows[i];
        json_t *one =
            json_pack("{s:s, s:s, s:s, s:I, s:I}", "type", row->type, "link", row->link,
                      "security", row->security, "messages", (json_int_t)row->messages,
                      "senders", (json_int_t)row->senders);
        json_object_set_new(one, "rate_hz",
                            span_s > 0 ? json_real((double)row->messages / span_s)
                                       : json_null());
        json_array_append_new(list, one);
    }
    return list;
}

static int more_messages(const void *a, const void *b)
{
    const struct sender *x = *(const struct sender *const *)a;
    const struct sender *y = *(const struct sender *const *)b;
    if (x->messages != y->messages) {
        return x->messages < y->messages ? 1 : -1;
    }
    return x->row != y->row ? x->row - y->row
                            : memcmp(x->who.octets, y->who.octets, sizeof x->who.octets);
}

/* The busiest first. */
static json_t *senders_json(const struct survey *s)
{
    json_t *list = json_array();
    const struct sender *found[SURVEY_SENDERS];
    size_t count = 0;
    for (size_t i = 0; i < sizeof s->senders / sizeof s->senders[0]; i++) {
        const struct sender *sender = &s->senders[i];
        if (sender->key && sender->row >= 0 && count < SURVEY_SENDERS) {
            found[count++] = sender;
        }
    }
    qsort(found, count, sizeof found[0], more_messages);
    for (size_t i = 0; i < count; i++) {
        const struct sender *sender = found[i];
        const struct survey_row *row = &s->rows[sender->row];
        char id[WHO_TEXT_MAX];
        who_text(&sender->who, id);
        double span_s = (double)(sender->last_ns - sender->first_ns) / 1e9;
        json_t *one =
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "id", id, "by",
                      who_kind_name(sender->who.kind), "type", row->type, "link", row->link,
                      "security", row->security, "messages", (json_int_t)sender->messages);
        bool paced = sender->messages > 1 && span_s > 0;
        json_object_set_new(one, "rate_hz",
                            paced ? json_real((double)(sender->messages - 1) / span_s)
                                  : json_null());
        json_object_set_new(one, "t_first_ns",
                            sender->stamped ? decimal(sender->first_ns) : json_null());
        json_object_set_new(one, "t_last_ns",
                            sender->stamped ? decimal(sender->last_ns) : json_null());
        json_array_append_new(list, one);
    }
    return list;
}

/* Differences of time scales: TAI-UTC now and since 2004, GPS-UTC, TAI-GPS; a claim that
 * wraps at a minute shows 37 as 23. */
static const char *suspicion(double modal_s, int64_t modulus_ns)
{
    static const struct {
        double s;
        const char *text;
    } known[] = {
        {5, "5 s: leap seconds since 2004 are left out on one side"},
        {18, "18 s: GPS time on one side, UTC on the other"},
        {19, "19 s: TAI on one side, GPS time on the other"},
        {37, "37 s: TAI on one side, UTC on the other"},
    };
    const char *text = NULL;
    double nearest = 0.75;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double wrapped = modulus_ns == 60 * TIME_NS_PER_S && known[i].s > 30
                             ? 60 - known[i].s
                             : known[i].s;
        double off = fabs(fabs(modal_s) - wrapped);
        if (off < nearest) {
            nearest = off;
            text = known[i].text;
        }
    }
    if (text) {
        return text;
    }
    return fabs(modal_s) > 2 ? "clocks differ, by no time scale's offset" : NULL;
}

static json_t *clock_json(const struct survey_clock *clock)
{
    size_t mode = 0;
    for (size_t i = 1; i < SURVEY_BINS; i++) {
        mode = clock->bins[i] > clock->bins[mode] ? i : mode;
    }
    uint64_t near = clock->bins[mode] + (mode ? clock->bins[mode - 1] : 0) +
                    (mode + 1 < SURVEY_BINS ? clock->bins[mode + 1] : 0);
    bool usual = clock->outside * 2 < clock->samples;
    double modal_s =
        ((double)mode - SURVEY_BINS / 2.0 + 0.5) * (double)BIN_NS / (double)TIME_NS_PER_S;
    const char *text =
        usual ? suspicion(modal_s, clock->modulus_ns) : "more than 70 s apart";
    json_t *object = json_pack("{s:s, s:I}", "source", clock->source, "samples",
                               (json_int_t)clock->samples);
    json_object_set_new(object, "modal_s", usual ? json_real(modal_s) : json_null());
    json_object_set_new(
        object, "share",
        json_real((double)(usual ? near : clock->outside) / (double)clock->samples));
    json_object_set_new(object, "suspicion", text ? json_string(text) : json_null());
    return object;
}

json_t *survey_json(const struct survey *s)
{
    json_t *skipped = json_object();
    json_t *clocks = json_array();
    for (int i = 0; i < REASON_COUNT; i++) {
        if (s->skipped[i] > 0) {
            json_object_set_new(skipped, reason_key((enum reason)i),
                                json_integer((json_int_t)s->skipped[i]));
        }
    }
    if (s->bad > 0) {
        json_object_set_new(skipped, "undecodable", json_integer((json_int_t)s->bad));
    }
    for (int i = 0; i < SURVEY_CLOCKS; i++) {
        if (s->clocks[i].samples > 0) {
            json_array_append_new(clocks, clock_json(&s->clocks[i]));
        }
    }
    json_t *object = json_pack("{s:I, s:I, s:o, s:o, s:o}", "frames", (json_int_t)s->frames,
                               "messages", (json_int_t)s->messages, "skipped", skipped,
                               "rows", rows_json(s), "clocks", clocks);
    json_object_set_new(object, "senders", senders_json(s));
    json_object_set_new(object, "t_first_ns",
                        s->stamped ? decimal(s->first_ns) : json_null());
    json_object_set_new(object, "t_last_ns",
                        s->stamped ? decimal(s->newest_ns) : json_null());
    json_object_set_new(object, "span_s", json_real(span_of(s)));
    json_object_set_new(object, "longest_silence_s",
                        json_real((double)s->silence_ns / 1e9));
    json_object_set_new(object, "stamps_back", json_integer((json_int_t)s->stamps_back));
    json_object_set_new(object, "gaps",
                        json_pack("{s:I, s:I}", "jumps", (json_int_t)s->jumps, "missed",
                                  (json_int_t)s->missed));
    if (s->more_rows > 0 || s->more_senders > 0) {
        json_object_set_new(object, "more",
                            json_pack("{s:I, s:I}", "rows", (json_int_t)s->more_rows,
                                      "senders", (json_int_t)s->more_senders));
    }
    return object;
}
