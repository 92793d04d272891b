/* SPDX-License-Identifier: Apache-2.0 */
/* What a run says of itself: the manifest's facts, the summary, status, hello. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/fmath.h"
#include "edge/run_inside.h"
#include "edge/stat_records.h"
#include "edge/stream_schema.h"
#include "edge/version.h"
#include "label/leaf.h"
#include "publish/proto.h"
#include "publish/schema.h"

static json_t *decimal(int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    return json_string(text);
}

static json_t *counts(const char *const *names, const uint64_t *values, int count,
                      int first)
{
    json_t *object = json_object();
    for (int i = first; i < count; i++) {
        if (values[i] > 0) {
            json_object_set_new(object, names[i], json_integer((json_int_t)values[i]));
        }
    }
    return object;
}

static void set_count(json_t *object, const char *name, uint64_t value)
{
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static double rounded(double value)
{
    return fm_round(value * 1e6) / 1e6;
}

static json_t *ledger_json(const struct engine_totals *t)
{
    json_t *object = json_object();
    set_count(object, "opportunities", t->opportunities);
    set_count(object, "transmitted", t->transmitted);
    json_object_set_new(object, "suppressed",
                        counts(kinds_suppressed, t->suppressed, SUPPRESSED_COUNT, 1));
    set_count(object, "intended", t->intended);
    set_count(object, "delivered", t->delivered);
    json_object_set_new(object, "lost", counts(kinds_cause, t->lost, CAUSE_COUNT, 1));
    set_count(object, "late", t->late);
    return object;
}

static void replay_json(const struct run *run, const struct engine_totals *t,
                        json_t *object)
{
    const struct replay_counts *c = replay_counts(run->replay);
    json_t *skipped = json_object();
    for (int i = 1; i < REASON_COUNT; i++) {
        if (c->skipped[i] > 0) {
            set_count(skipped, reason_key((enum reason)i), c->skipped[i]);
        }
    }
    set_count(object, "frames", c->frames);
    set_count(object, "messages", c->messages);
    json_object_set_new(object, "skipped", skipped);
    set_count(object, "gaps", t->gaps);
    set_count(object, "gap_messages", t->gap_messages);
    set_count(object, "repeated", t->repeated);
    set_count(object, "outside", c->outside);
    set_count(object, "stamps_back", c->stamps_back);
    set_count(object, "idle_skips", c->idle_skips);
    json_object_set_new(object, "idle_s", json_real(rounded(span_s(c->idle))));
    set_count(object, "undecodable", t->undecodable);
    set_count(object, "known_not_decoded", t->carried);
    set_count(object, "senders_refused", c->refused);
    set_count(object, "loops", c->loops);
}

static json_t *sync_json(const struct engine_totals *t)
{
    static const char *const names[] = {"ok", "degraded", "fail", "unverified"};
    json_t *object = json_object();
    for (int i = 0; i < 4; i++) {
        set_count(object, names[i], t->quality[i]);
    }
    json_object_set_new(object, "sigma_p95_ms",
                        t->sync_sigma_p95_ms >= 0 ? json_real(rounded(t->sync_sigma_p95_ms))
                                                  : json_null());
    return object;
}

static json_t *achieved_json(const struct engine_totals *t)
{
    static const char *const names[] = {"latency_median_ms", "latency_p95_ms",
                                        "latency_p99_ms"};
    json_t *object = json_pack("{s:f}", "loss", rounded(t->achieved_loss));
    for (int i = 0; i < 3; i++) {
        json_object_set_new(object, names[i],
                            t->achieved_latency_ms[i] >= 0
                                ? json_real(rounded(t->achieved_latency_ms[i]))
                                : json_null());
    }
    return object;
}

static json_t *requested_json(const struct tier *tier)
{
    double loss = tier->loss_p > 0 ? tier->loss_p / (tier->loss_p + tier->loss_r) : 0;
    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "latency_median_ms",
                     tier->latency_median_ms, "latency_sigma", tier->latency_sigma, "loss",
                     rounded(loss), "loss_mean_burst",
                     tier->loss_r > 0 ? rounded(1 / tier->loss_r) : 0.0, "position_sigma_m",
                     tier->position_sigma_max_m, "clock_sigma_ms", tier->clock_sigma_ms,
                     "equipped_share", tier->equipped_share, "fault_share",
                     tier->fault_share);
}

static void put_reals(json_t *object, const char *key, const double *values, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++) {
        json_array_append_new(list, json_real(values[i]));
    }
    if (count > 0) {
        json_object_set(object, key, list);
    }
    json_decref(list);
}

#define X(name, text) text,
static const char *const congestions[] = {CONGESTION_TABLE(X)};
static const char *const laws[] = {LATENCY_LAW_TABLE(X)};
#undef X

static json_t *air_json(const struct run *run, const struct engine_totals *t)
{
    const struct air_config *air = &run->air;
    json_t *impairments = json_array();
    for (int i = 0; i < air->impairment_count; i++) {
        const struct impairment *im = &air->impairments[i];
        json_t *window = json_pack(
            "{s:f, s:f, s:s, s:b, s:f, s:f, s:f}", "from_s", im->from_s, "to_s", im->to_s,
            "link", kinds_link[im->link], "dropout", im->dropout, "loss", im->loss,
            "latency_ms", im->latency_ms, "latency_jitter_ms", im->latency_jitter_ms);
        json_object_set_new(window, "latency", json_string(laws[im->latency_law]));
        if (im->agent < run->agent_count) {
            json_object_set_new(window, "agent", json_string(run->agents[im->agent].id));
        }
        put_reals(window, "bursts",
                  (double[]){im->burst_p, im->burst_r, im->burst_pass, im->burst_gap_loss},
                  im->burst_p > 0 ? 4 : 0);
        put_reals(window, "loss_states", im->states,
                  im->states[0] > 0 || im->states[4] > 0 ? IMPAIR_STATES : 0);
        put_reals(window, "area_m", &im->area_m[0][0], 2 * im->area_count);
        json_array_append_new(impairments, window);
    }
    json_t *radio = json_object();
    for (int i = 0; i < air->radio_set_count; i++) {
        json_object_set_new(radio, air->radio_sets[i].key,
                            json_string(air->radio_sets[i].value));
    }
    const char *tier = kinds_tier[air->tier_index];
    return json_pack("{s:s, s:o, s:s, s:s, s:s, s:f, s:f, s:o, s:o, s:o}", "technology",
                     kinds_technology[air->technology], "radio", radio, "congestion",
                     congestions[air->congestion], "tier", tier ? tier : "custom",
                     "profile", air->tier.name, "intended_range_m", air->intended_range_m,
                     "deadline_ms", air->deadline_ms, "requested",
                     requested_json(&air->tier), "achieved", achieved_json(t),
                     "impairments", impairments);
}

static json_t *time_json(const struct run *run)
{
    struct utc start = utc_from_tai(run->start);
    struct utc end = utc_from_tai(engine_now(run->engine));
    struct time_calendar expiry = time_calendar(time_leap_expiry());
    char date[16];
    (void)snprintf(date, sizeof date, "%04d-%02d-%02d", expiry.year, expiry.month,
                   expiry.day);
    return json_pack("{s:o, s:o, s:i, s:s}", "start_ns", decimal(start.ns), "end_ns",
                     decimal(end.ns), "tai_minus_utc_s", time_leap_seconds(start),
                     "leap_table_until", date);
}

static json_t *names_of_egos(const struct run *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->ego_count; i++) {
        json_array_append_new(list, json_string(run->agents[run->egos[i].agent].id));
    }
    return list;
}

json_t *run_facts(struct run *run)
{
    struct engine_totals t = engine_totals(run->engine);
    struct geo_origin origin = engine_origin(run->engine);
    json_t *facts = json_object();
    json_object_set_new(facts, "schema", json_integer(1));
    json_object_set_new(facts, "name", json_string(run->scenario_id));
    json_object_set_new(facts, "kind",
                        json_string(run->replaying ? "replay" : "synthetic"));
    json_object_set_new(facts, "scenario_id", json_string(run->scenario_id));
    json_object_set_new(facts, "world_id", json_string(run->world_id));
    char seed[24];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
    json_object_set_new(facts, "seed", json_string(seed));
    json_object_set_new(facts, "generator", version_json());
    json_object_set(facts, "inputs", run->inputs);
    json_object_set_new(facts, "taxonomy",
                        json_pack("{s:s, s:s}", "version", leaf_taxonomy_version, "sha256",
                                  leaf_taxonomy_sha256));
    json_object_set_new(facts, "origin",
                        engine_origin_known(run->engine)
                            ? json_pack("{s:f, s:f, s:f}", "lat_deg", origin.lat_deg,
                                        "lon_deg", origin.lon_deg, "elev_m", origin.elev_m)
                            : json_null());
    json_object_set_new(facts, "time", time_json(run));
    json_object_set_new(facts, "air", air_json(run, &t));
    json_object_set_new(facts, "ledger", ledger_json(&t));
    json_object_set_new(facts, "sync", sync_json(&t));
    json_object_set_new(facts, "egos", names_of_egos(run));
    if (json_array_size(run->timeline) > 0) {
        json_object_set(facts, "timeline", run->timeline);
    }
    if (run->replaying) {
        json_t *object = json_object();
        replay_json(run, &t, object);
        json_object_set_new(facts, "replay", object);
    }
    return facts;
}

static double real_time_factor(const struct run *run)
{
    struct span passed = tai_since(engine_now(run->engine), run->start);
    double played_s = span_s(span_ns(passed.ns - engine_skipped(run->engine).ns));
    return run->wall_s > 0 ? played_s / run->wall_s : 0;
}

json_t *run_volatile(struct run *run)
{
    struct utsname host;
    bool known = uname(&host) == 0;
    return json_pack("{s:f, s:f, s:i, s:f, s:s, s:s, s:O}", "wall_s", run->wall_s,
                     "real_time_factor", real_time_factor(run), "threads",
                     run->options->threads, "speed", run->options->speed, "system",
                     known ? host.sysname : "", "machine", known ? host.machine : "",
                     "inputs", run->places);
}

json_t *run_summary(struct run *run)
{
    struct engine_totals t = engine_totals(run->engine);
    json_t *s = ledger_json(&t);
    json_object_set_new(s, "scenario_id", json_string(run->scenario_id));
    json_object_set_new(s, "world_id", json_string(run->world_id));
    json_object_set_new(s, "tier",
                        json_string(kinds_tier[run->air.tier_index]
                                        ? kinds_tier[run->air.tier_index]
                                        : "custom"));
    if (run->replaying) {
        replay_json(run, &t, s);
    }
    json_object_set_new(s, "achieved", achieved_json(&t));
    json_object_set_new(s, "sync", sync_json(&t));
    set_count(s, "sensor_frames", t.frames);
    set_count(s, "views", t.views);
    set_count(s, "scenes", t.scenes);
    set_count(s, "labels", t.labels);
    set_count(s, "encounters", t.encounters);
    json_t *bounded = json_object();
    set_count(bounded, "octets_forgotten", t.octets_forgotten);
    set_count(bounded, "knowledge_forgotten", t.knowledge_forgotten);
    set_count(bounded, "flows_forgotten", t.flows_forgotten);
    set_count(bounded, "clocks_forgotten", t.clocks_forgotten);
    set_count(bounded, "pairs_left_out", t.pairs_left_out);
    json_object_set_new(s, "forgotten", bounded);
    if (run->stream) {
        struct stream_totals p;
        stream_read(run->stream, &p);
        json_object_set_new(s, "published",
                            json_pack("{s:I, s:I, s:I, s:I}", "sent", (json_int_t)p.sent,
                                      "sent_bytes", (json_int_t)p.sent_bytes, "dropped",
                                      (json_int_t)p.dropped, "retries",
                                      (json_int_t)p.retries));
    }
    struct pacer_state state;
    pacer_read(run->pacer, &state);
    if (state.lateness.total > 0) {
        struct bytes text = {0};
        pace_lateness_json(&state.lateness, &text);
        json_error_t error;
        json_t *lateness = json_loadb((const char *)text.data, text.size, 0, &error);
        json_object_set_new(s, "lateness", lateness ? lateness : json_null());
        bytes_close(&text);
    }
    json_object_set_new(
        s, "scenario_s",
        json_real(rounded(span_s(tai_since(engine_now(run->engine), run->start)))));
    json_object_set_new(s, "wall_s", json_real(rounded(run->wall_s)));
    json_object_set_new(s, "real_time_factor", json_real(rounded(real_time_factor(run))));
    json_object_set_new(s, "dataset_sha256",
                        run->dataset_sha256[0] ? json_string(run->dataset_sha256)
                                               : json_null());
    return s;
}

static void print_value(const char *name, json_t *value, int depth)
{
    if (json_is_object(value)) {
        const char *key;
        json_t *member;
        printf("%*s%s:%s\n", depth * 2, "", name,
               json_object_size(value) == 0 ? " none" : "");
        json_object_foreach(value, key, member)
        {
            if (strcmp(key, "le_us") != 0) {
                print_value(key, member, depth + 1);
            }
        }
        return;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    size_t length = text ? strlen(text) : 0;
    bool quoted = length > 1 && text[0] == '"';
    printf("%*s%s: %.*s\n", depth * 2, "", name, (int)(quoted ? length - 2 : length),
           text ? text + quoted : "");
    free(text);
}

void run_print_summary(json_t *summary)
{
    const char *key;
    json_t *value;
    json_object_foreach(summary, key, value)
    {
        print_value(key, value, 0);
    }
    (void)fflush(stdout);
}

static json_t *names_json(const char *const *names, int count)
{
    json_t *object = json_object();
    for (int i = 0; i < count; i++) {
        if (names[i]) {
            char index[8];
            (void)snprintf(index, sizeof index, "%d", i);
            json_object_set_new(object, index, json_string(names[i]));
        }
    }
    return object;
}

static char *dictionaries(struct run *run)
{
    json_t *agents = json_array();
    (void)pthread_mutex_lock(&run->facts_lock);
    size_t count = run->names ? run->name_count : run->agent_count;
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(agents,
                              json_string(run->names ? run->names[i] : run->agents[i].id));
    }
    (void)pthread_mutex_unlock(&run->facts_lock);
    json_t *leaves = json_object();
    for (int i = 0; i < LEAF_COUNT; i++) {
        char index[8];
        (void)snprintf(index, sizeof index, "%u", leaf_table[i].id);
        json_object_set_new(leaves, index, json_string(leaf_table[i].code));
    }
    json_t *scenarios = json_array();
    json_array_append_new(scenarios, json_string(run->scenario_id));
    json_t *all = json_object();
    json_object_set_new(all, "agents", agents);
    json_object_set_new(all, "leaves", leaves);
    json_object_set_new(all, "scenarios", scenarios);
    json_object_set_new(all, "sender_kind", names_json(kinds_sender, KIND_COUNT));
    json_object_set_new(all, "msg_type", names_json(kinds_msg_type, 256));
    json_object_set_new(all, "technology", names_json(kinds_technology, TECH_COUNT));
    json_object_set_new(all, "tier", names_json(kinds_tier, 256));
    json_object_set_new(all, "fate", names_json(kinds_fate, FATE_COUNT));
    json_object_set_new(all, "cause", names_json(kinds_cause, CAUSE_COUNT));
    json_object_set_new(all, "los", names_json(kinds_los, LOS_COUNT));
    /* which message a topic carries: kind.detail before kind */
    static const char *const messages[][2] = {
        {"tx", "Tx"},
        {"rx", "Rx"},
        {"frame", "Sample"},
        {"truth", "Agent"},
        {"signal", "Signal"},
        {"signal.advice", "Advice"},
        {"sync", "Sync"},
        {"clock", "Clock"},
        {"scene", "Scene"},
        {"event.label", "Label"},
        {"event.encounter", "Encounter"},
        {"event.sequence", "Sequence"},
        {"event.gap", "Gap"},
    };
    json_t *carries = json_object();
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        json_object_set_new(carries, messages[i][0], json_string(messages[i][1]));
    }
    json_object_set_new(all, "messages", carries);
    char *text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    return text;
}

/* Place, type and name of each field of the fate record, as docs/stream.md has it. */
static const char fate_layout[] =
    "[[0,\"u64\",\"msg_uid\"],[8,\"i64\",\"t_gen_ns\"],[16,\"i64\",\"t_tx_ns\"],"
    "[24,\"i64\",\"t_rx_ns\"],[32,\"i64\",\"t_avail_ns\"],[40,\"u32\",\"sender_idx\"],"
    "[44,\"u32\",\"receiver_idx\"],[48,\"u32\",\"blocker_idx\"],[52,\"u32\",\"burst_id\"],"
    "[56,\"f32\",\"access_ms\"],[60,\"f32\",\"injected_ms\"],[64,\"f32\",\"distance_m\"],"
    "[68,\"f32\",\"rssi_dbm\"],[72,\"f32\",\"sinr_db\"],[76,\"f32\",\"cbr\"],"
    "[80,\"f32\",\"sender_speed_mps\"],[84,\"f32\",\"shift_m\"],[88,\"f32\",\"shift_true_"
    "m\"],"
    "[92,\"f32\",\"sigma_along_m\"],[96,\"f32\",\"sigma_across_m\"],"
    "[100,\"f32\",\"claimed_error_m\"],[104,\"u16\",\"burst_pos\"],[106,\"u16\",\"seq_"
    "gap\"],"
    "[108,\"u16\",\"com_tim\"],[110,\"u16\",\"com_ord\"],[112,\"u16\",\"com_fate\"],"
    "[114,\"u16\",\"flags\"],[116,\"u16\",\"scenario_idx\"],[118,\"u8\",\"sender_kind\"],"
    "[119,\"u8\",\"msg_type\"],[120,\"u8\",\"technology\"],[121,\"u8\",\"tier\"],"
    "[122,\"u8\",\"fate\"],[123,\"u8\",\"cause\"],[124,\"u8\",\"los\"],[125,\"u8\","
    "\"copies\"],"
    "[126,\"u16\",\"valid\"]]";

void run_hello(struct run *run, struct bytes *payload)
{
    struct bytes schema = {0};
    size_t count;
    const struct proto_message *messages = stream_schema_messages(&count);
    schema_descriptor_set(&schema, messages, count);
    char *names = dictionaries(run);
    char clock[160];
    (void)snprintf(clock, sizeof clock, "{\"start_ns\":\"%lld\",\"speed\":%g}",
                   (long long)utc_from_tai(run->start).ns,
                   run->options->has_speed ? run->options->speed : 1.0);
    struct row_hello row = {.schema = {schema.data, (uint32_t)schema.size},
                            .run_epoch = run->epoch,
                            .dictionaries = names,
                            .clock = clock,
                            .control = run->control ? run->control_endpoint : "",
                            .version = version_program(),
                            .fate_layout = fate_layout};
    struct fail ignored;
    (void)!proto_row(payload, &table_hello, &row, PROTO_ALL, &ignored);
    free(names);
    bytes_close(&schema);
}

double run_scenario_s(const struct run *run, const struct pacer_state *pace)
{
    struct span pulled = tai_since(pace->pulled, run->start);
    pulled.ns += atomic_load(&run->skipped_ns);
    return pace->started ? rounded(span_s(pulled)) : 0;
}

void run_status(struct run *run, struct bytes *json)
{
    struct pacer_state state;
    pacer_read(run->pacer, &state);
    const char *tier = kinds_tier[run_air_now(run).tier_index];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:b, s:b, s:f, s:f}", "scenario_id", run->scenario_id,
                  "run_epoch", run->epoch, "tier", tier ? tier : "custom", "paused",
                  state.paused, "finished", atomic_load(&run->finished) ? 1 : 0, "speed",
                  state.speed, "scenario_s", run_scenario_s(run, &state));
    if (run->stream) {
        struct stream_totals p;
        stream_read(run->stream, &p);
        json_object_set_new(object, "sent", json_integer((json_int_t)p.sent));
        json_object_set_new(object, "dropped", json_integer((json_int_t)p.dropped));
        json_object_set_new(object, "connections", json_integer(p.connections));
    }
    if (run->world) {
        struct geo_origin origin = world_origin(run->world);
        json_object_set_new(object, "origin",
                            json_pack("{s:f, s:f, s:f}", "lat_deg", origin.lat_deg,
                                      "lon_deg", origin.lon_deg, "elev_m", origin.elev_m));
    }
    char *text = json_dumps(object, JSON_COMPACT);
    bytes_text(json, text ? text : "{}");
    free(text);
    json_decref(object);
}
