/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated sensors. In: truth at the instant that simulated_next names. Out: the frame.
 * Streams wait in a heap by their next instant; everything random is a keyed draw. */
#include "sensors/simulated.h"

#include <assert.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/fmath.h"
#include "sensors/measure.h"
#include "sensors/sight.h"
#include "sensors/tracker.h"

#define TRACK_LOST_S  1.0 /* unseen so long: a new track */
#define POSE_KNOT_NS  (10 * TIME_NS_PER_S)
#define POSE_STREAM   31    /* stands for the ego's own pose among its streams */
#define STAMP_SIGMA_S 0.002 /* a sensor's clock before correction */
#define DRAWS_A_FRAME 16    /* per (stream, object) */

struct sim_stream {
    const struct sensor_spec *spec;
    uint32_t ego;
    uint16_t index;
    uint64_t rate_mhz;
    int64_t phase_ns;
    int64_t span_ns; /* exposure, dwell or scan: the middle is half of it later */
    uint64_t k;
    int64_t t_mid_ns;    /* of frame k, true */
    int64_t residual_ns; /* corrected minus true */
    int64_t stamp_ns;    /* stamped minus corrected */
    struct tracker *tracker;
};

struct simulated {
    struct simulated_config config;
    const struct walls *walls;
    struct sim_stream *streams; /* a heap: [0] is next */
    size_t stream_count;
    struct sight_box *boxes;
    uint64_t detect_key, noise_key, latency_key;
    struct detection found[OBJECTS_PER_FRAME_MOST];
    double found_m[OBJECTS_PER_FRAME_MOST]; /* distances */
    uint32_t found_count;
};

struct simulated_config simulated_defaults(uint64_t seed, struct tai start,
                                           uint32_t agents_most)
{
    return (struct simulated_config){
        .seed = seed,
        .start = start,
        .agents_most = agents_most,
        .drop_probability = 0.002,
        .ghost_probability = 0.002,
        .clock_sigma_ns = 1e5,
        .pose_sigma_m = 0.3,
        .pose_sigma_yaw_rad = 0.3 * FM_PI / 180,
        .pose_sigma_speed_mps = 0.05,
    };
}

enum convention simulated_convention(enum modality modality)
{
    switch (modality) {
    case MODALITY_CAMERA:
        return CONVENTION_TRIGGER;
    case MODALITY_LIDAR:
        return CONVENTION_START;
    case MODALITY_RADAR:
    case MODALITY_COUNT:
    default:
        return CONVENTION_MID;
    }
}

/* A stream's name among all draws: 23 bits of ego, 5 of stream. */
static uint64_t stream_key(uint32_t ego, uint16_t stream)
{
    return (uint64_t)ego << 5 | stream;
}

/* k / rate in nanoseconds, split so that it neither overflows nor drifts. */
static int64_t cycles_ns(uint64_t k, uint64_t rate_mhz)
{
    uint64_t unit = UINT64_C(1000000000000); /* ns per s, times mHz per Hz */
    return (int64_t)(k / rate_mhz * unit + k % rate_mhz * unit / rate_mhz);
}

static void set_mid(const struct simulated *sim, struct sim_stream *s)
{
    s->t_mid_ns =
        sim->config.start.ns + s->phase_ns + cycles_ns(s->k, s->rate_mhz) + s->span_ns / 2;
}

static bool stream_before(const struct sim_stream *a, const struct sim_stream *b)
{
    if (a->t_mid_ns != b->t_mid_ns) {
        return a->t_mid_ns < b->t_mid_ns;
    }
    return a->ego != b->ego ? a->ego < b->ego : a->index < b->index;
}

static void sift(struct simulated *sim, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= sim->stream_count) {
            return;
        }
        if (child + 1 < sim->stream_count &&
            stream_before(&sim->streams[child + 1], &sim->streams[child])) {
            child++;
        }
        if (!stream_before(&sim->streams[child], &sim->streams[at])) {
            return;
        }
        struct sim_stream swapped = sim->streams[at];
        sim->streams[at] = sim->streams[child];
        sim->streams[child] = swapped;
        at = child;
    }
}

static int stream_init(struct simulated *sim, const struct simulated_ego *ego,
                       uint16_t index, struct fail *fail)
{
    const struct sensor_spec *spec = &ego->specs[index];
    if (!(spec->rate_hz >= 0.01 && spec->rate_hz <= 1000) || !(spec->range_m > 0) ||
        !(spec->fov_deg > 0) || !(spec->latency_ms >= 0)) {
        return fail_set(fail, RESULT_USAGE,
                        "sensor %s: rate %g Hz (0.01 to 1000), range %g m, field of view "
                        "%g degrees (both above 0), latency %g ms (at least 0)",
                        spec->name, spec->rate_hz, spec->range_m, spec->fov_deg,
                        spec->latency_ms);
    }
    struct sim_stream *s = &sim->streams[sim->stream_count];
    s->spec = spec;
    s->ego = ego->agent;
    s->index = index;
    s->rate_mhz = (uint64_t)fm_round(spec->rate_hz * 1000);
    s->tracker = malloc(sizeof *s->tracker);
    if (!s->tracker) {
        return fail_set(fail, RESULT_MEMORY, "no memory for sensor %s", spec->name);
    }
    sim->stream_count++;
    tracker_init(s->tracker);
    uint64_t key = draw_key(sim->config.seed, DRAW_SENSOR_PHASE);
    uint64_t who = stream_key(ego->agent, index);
    int64_t period = cycles_ns(1, s->rate_mhz);
    int64_t span = span_from_s(measure_traits(spec->modality)->exposure_s).ns;
    s->span_ns = span == 0 || span > period ? period : span;
    s->phase_ns = (int64_t)(draw_uniform(draw_bits(key, who, 0)) * (double)period);
    double residual = draw_normal(draw_bits(key, who, 1)) * sim->config.clock_sigma_ns;
    double stamp = draw_normal(draw_bits(key, who, 2)) * STAMP_SIGMA_S * 1e9;
    s->residual_ns = (int64_t)fm_round(residual);
    s->stamp_ns = (int64_t)fm_round(stamp);
    set_mid(sim, s);
    return 0;
}

int simulated_new(struct simulated **out, const struct simulated_ego *egos,
                  size_t ego_count, const struct walls *walls,
                  const struct simulated_config *config, struct fail *fail)
{
    struct simulated *sim = calloc(1, sizeof *sim);
    size_t streams = 1;
    for (size_t i = 0; i < ego_count; i++) {
        streams += egos[i].spec_count;
    }
    if (sim) {
        sim->config = *config;
        sim->walls = walls;
        sim->streams = calloc(streams, sizeof *sim->streams);
        sim->boxes = calloc(config->agents_most + 1u, sizeof *sim->boxes);
    }
    if (!sim || !sim->streams || !sim->boxes) {
        simulated_free(sim);
        return fail_set(fail, RESULT_MEMORY, "no memory for %zu sensors", streams - 1);
    }
    sim->detect_key = draw_key(config->seed, DRAW_SENSOR_DETECT);
    sim->noise_key = draw_key(config->seed, DRAW_SENSOR_NOISE);
    sim->latency_key = draw_key(config->seed, DRAW_SENSOR_LATENCY);
    for (size_t i = 0; i < ego_count; i++) {
        if (egos[i].spec_count > SENSORS_PER_EGO_MOST) {
            simulated_free(sim);
            return fail_set(fail, RESULT_USAGE, "%u sensors on one ego: at most %d",
                            egos[i].spec_count, SENSORS_PER_EGO_MOST);
        }
        for (uint16_t k = 0; k < egos[i].spec_count; k++) {
            int result = stream_init(sim, &egos[i], k, fail);
            if (result < 0) {
                simulated_free(sim);
                return result;
            }
        }
    }
    for (size_t i = sim->stream_count / 2 + 1; i-- > 0;) {
        sift(sim, i);
    }
    *out = sim;
    return 0;
}

bool simulated_next(const struct simulated *sim, struct simulated_due *due)
{
    if (sim->stream_count == 0) {
        return false;
    }
    const struct sim_stream *s = &sim->streams[0];
    *due = (struct simulated_due){s->ego, s->index, {s->t_mid_ns}};
    return true;
}

/* A unit normal that wanders: independent at knots ten seconds apart, blended between. */
static double wander(const struct simulated *sim, uint32_t ego, struct tai t,
                     uint32_t channel)
{
    int64_t since = tai_since(t, sim->config.start).ns;
    int64_t knot = since / POSE_KNOT_NS - (since % POSE_KNOT_NS < 0);
    double f = (double)(since - knot * POSE_KNOT_NS) / (double)POSE_KNOT_NS;
    uint64_t who = draw_pair(stream_key(ego, POSE_STREAM), channel);
    double a = draw_normal(draw_bits(sim->noise_key, who, (uint64_t)knot));
    double b = draw_normal(draw_bits(sim->noise_key, who, (uint64_t)(knot + 1)));
    return (a * (1 - f) + b * f) / fm_sqrt((1 - f) * (1 - f) + f * f);
}

struct state simulated_pose(const struct simulated *sim, uint32_t ego, struct tai t,
                            const struct state *truth, double *sigma_m)
{
    const struct simulated_config *c = &sim->config;
    struct state pose = *truth;
    pose.x_m += wander(sim, ego, t, 0) * c->pose_sigma_m;
    pose.y_m += wander(sim, ego, t, 1) * c->pose_sigma_m;
    pose.yaw_rad =
        fm_wrap_angle(pose.yaw_rad + wander(sim, ego, t, 2) * c->pose_sigma_yaw_rad);
    pose.speed_mps += wander(sim, ego, t, 3) * c->pose_sigma_speed_mps;
    *sigma_m = c->pose_sigma_m;
    return pose;
}

/* Keeps the nearest OBJECTS_PER_FRAME_MOST. */
static void keep(struct simulated *sim, const struct detection *d, double distance_m)
{
    uint32_t at = sim->found_count;
    if (at == OBJECTS_PER_FRAME_MOST) {
        at = 0;
        for (uint32_t i = 1; i < OBJECTS_PER_FRAME_MOST; i++) {
            at = sim->found_m[i] > sim->found_m[at] ? i : at;
        }
        if (sim->found_m[at] <= distance_m) {
            return;
        }
    } else {
        sim->found_count++;
    }
    sim->found[at] = *d;
    sim->found_m[at] = distance_m;
}

/* When in its scan a LiDAR meets this bearing; other sensors see all at once. */
static int64_t object_offset_ns(const struct sim_stream *s, const struct sight_from *from,
                                const struct state *at)
{
    if (s->spec->modality != MODALITY_LIDAR) {
        return 0;
    }
    double fov = from->fov_rad < 2 * FM_PI ? from->fov_rad : 2 * FM_PI;
    double share = sight_bearing(from, at->x_m, at->y_m) / fov;
    share = share < -0.5 ? -0.5 : share > 0.5 ? 0.5 : share;
    return (int64_t)fm_round(share * (double)s->span_ns);
}

static struct measure_pose_error pose_error(const struct simulated *sim, uint32_t ego,
                                            struct tai t, const struct state *truth)
{
    double sigma_m;
    struct state pose = simulated_pose(sim, ego, t, truth, &sigma_m);
    return (struct measure_pose_error){
        .x_m = pose.x_m - truth->x_m,
        .y_m = pose.y_m - truth->y_m,
        .yaw_rad = fm_wrap_angle(pose.yaw_rad - truth->yaw_rad),
        .sigma_m = sigma_m,
        .sigma_yaw_rad = sim->config.pose_sigma_yaw_rad,
    };
}

static struct sight_from sensor_place(const struct sensor_spec *spec,
                                      const struct state *ego)
{
    double c = fm_cos(ego->yaw_rad);
    double s = fm_sin(ego->yaw_rad);
    return (struct sight_from){
        .x_m = ego->x_m + spec->mount_x_m * c - spec->mount_y_m * s,
        .y_m = ego->y_m + spec->mount_x_m * s + spec->mount_y_m * c,
        .z_m = spec->mount_z_m,
        .yaw_rad = ego->yaw_rad + spec->mount_yaw_rad,
        .fov_rad = spec->fov_deg * FM_PI / 180 + (spec->fov_deg >= 360 ? 1 : 0),
        .range_m = spec->range_m,
    };
}

/* What a stream looks at: boxes[0..count) of the simulation, and whose they are. */
struct scene {
    struct sight_from from;
    struct measure_pose_error error;
    const struct agent *agents;
    const struct state *states;
    size_t count;
};

/* Everything with a body within range of the sensor, the ego itself left out. */
static size_t gather(struct simulated *sim, const struct sim_stream *s,
                     const struct scene *scene, size_t agent_count)
{
    const struct sight_from *from = &scene->from;
    const struct agent *agents = scene->agents;
    const struct state *states = scene->states;
    size_t count = 0;
    for (uint32_t i = 0; i < agent_count; i++) {
        bool has_body = agents[i].kind != KIND_RSU && agents[i].kind != KIND_CENTRE &&
                        agents[i].length_m > 0 && agents[i].width_m > 0;
        double dx = states[i].x_m - from->x_m;
        double dy = states[i].y_m - from->y_m;
        double reach = from->range_m + agents[i].length_m + agents[i].width_m;
        if (i != s->ego && states[i].present && has_body &&
            dx * dx + dy * dy <= reach * reach) {
            sim->boxes[count++] = sight_box(&agents[i], i, &states[i]);
        }
    }
    return count;
}

static void look_at(struct simulated *sim, struct sim_stream *s, const struct scene *scene,
                    size_t at)
{
    const struct measure_traits *traits = measure_traits(s->spec->modality);
    const struct sight_from *from = &scene->from;
    double distance_m = sight_distance(from, &sim->boxes[at]);
    if (distance_m > from->range_m) {
        return;
    }
    double visible = sight_visible(from, sim->walls, sim->boxes, scene->count, at);
    uint32_t index = sim->boxes[at].agent;
    const struct agent *agent = &scene->agents[index];
    uint64_t who = draw_pair(stream_key(s->ego, s->index), index);
    double p = measure_notice(traits, visible, distance_m, from->range_m, agent->kind) *
               measure_light(traits, sim->config.light, agent->kind);
    if (draw_uniform(draw_bits(sim->detect_key, who, s->k)) >= p) {
        return;
    }
    struct state then = scene->states[index];
    int64_t offset_ns = object_offset_ns(s, from, &then);
    double way_m = then.speed_mps * (double)offset_ns * 1e-9;
    then.x_m += way_m * fm_cos(then.yaw_rad);
    then.y_m += way_m * fm_sin(then.yaw_rad);
    struct measure_luck luck = {sim->noise_key, who, s->k * DRAWS_A_FRAME};
    struct detection d = measure_object(traits, from, agent, &then, &scene->error, luck);
    d.track =
        tracker_number(s->tracker, index, (uint32_t)s->k, TRACK_LOST_S * s->spec->rate_hz);
    d.gt_agent = index;
    d.t = (struct tai){s->t_mid_ns + s->residual_ns + offset_ns};
    d.visible = (float)visible;
    keep(sim, &d, distance_m);
}

/* Now and then something is reported where nothing is. */
static void haunt(struct simulated *sim, struct sim_stream *s,
                  const struct sight_from *from)
{
    uint64_t who = draw_pair(stream_key(s->ego, s->index), AGENT_NONE);
    uint64_t k = s->k * DRAWS_A_FRAME;
    if (draw_uniform(draw_bits(sim->detect_key, who, k)) >= sim->config.ghost_probability) {
        return;
    }
    double fov = from->fov_rad < 2 * FM_PI ? from->fov_rad : 2 * FM_PI;
    double bearing =
        from->yaw_rad + fov * (draw_uniform(draw_bits(sim->noise_key, who, k)) - 0.5);
    double d = from->range_m * draw_uniform(draw_bits(sim->noise_key, who, k + 1));
    struct kinds_size size = kinds_size(KIND_CAR);
    struct detection ghost = {
        .track = ++s->tracker->last,
        .gt_agent = AGENT_NONE,
        .kind = measure_traits(s->spec->modality)->tells_kind ? KIND_CAR : KIND_UNKNOWN,
        .x_m = from->x_m + d * fm_cos(bearing),
        .y_m = from->y_m + d * fm_sin(bearing),
        .yaw_rad = fm_wrap_angle(bearing),
        .length_m = size.length_m,
        .width_m = size.width_m,
        .height_m = size.height_m,
        .sigma_x_m = 0.5,
        .sigma_y_m = 0.5,
        .t = {s->t_mid_ns + s->residual_ns},
        .visible = -1,
    };
    keep(sim, &ghost, d);
}

static void fill_stamps(const struct simulated *sim, const struct sim_stream *s,
                        struct sensor_frame *out)
{
    uint64_t who = stream_key(s->ego, s->index);
    double more = fm_abs(draw_normal(draw_bits(sim->latency_key, who, s->k))) * 0.1;
    int64_t latency =
        (int64_t)fm_round(s->spec->latency_ms * (1 + more) * (double)TIME_NS_PER_MS);
    int64_t mid = s->t_mid_ns + s->residual_ns;
    out->t_mid = (struct tai){mid};
    out->t_start = (struct tai){mid - s->span_ns / 2};
    out->t_end = (struct tai){out->t_start.ns + s->span_ns};
    out->t_avail = (struct tai){mid + latency};
    if (tai_before(out->t_avail, out->t_end)) {
        out->t_avail = out->t_end;
    }
    bool stamps_mid = simulated_convention(s->spec->modality) == CONVENTION_MID;
    int64_t corrected = stamps_mid ? mid : out->t_start.ns;
    out->t_stamp = (struct rxtime){corrected + s->stamp_ns};
    out->sigma_ns = sim->config.clock_sigma_ns;
}

void simulated_make(struct simulated *sim, const struct agent *agents,
                    const struct state *states, size_t agent_count,
                    struct sensor_frame *out)
{
    assert(sim->stream_count > 0);
    struct sim_stream *s = &sim->streams[0];
    agent_count =
        agent_count < sim->config.agents_most ? agent_count : sim->config.agents_most;
    *out = (struct sensor_frame){.ego = s->ego, .stream = s->index, .seq = (uint32_t)s->k};
    fill_stamps(sim, s, out);
    uint64_t who = stream_key(s->ego, s->index);
    uint64_t drop = draw_bits(sim->latency_key, draw_pair(who, 1), s->k);
    out->dropped = draw_uniform(drop) < sim->config.drop_probability ||
                   s->ego >= agent_count || !states[s->ego].present;
    sim->found_count = 0;
    if (!out->dropped) {
        const struct state *ego = &states[s->ego];
        struct scene scene = {
            .from = sensor_place(s->spec, ego),
            .error = pose_error(sim, s->ego, (struct tai){s->t_mid_ns}, ego),
            .agents = agents,
            .states = states,
        };
        scene.count = gather(sim, s, &scene, agent_count);
        for (size_t i = 0; i < scene.count; i++) {
            look_at(sim, s, &scene, i);
        }
        haunt(sim, s, &scene.from);
    }
    out->detections = sim->found;
    out->detection_count = sim->found_count;
    s->k++;
    set_mid(sim, s);
    sift(sim, 0);
}

size_t simulated_memory(const struct simulated *sim)
{
    return sizeof *sim + sim->config.agents_most * sizeof *sim->boxes +
           sim->stream_count * (sizeof *sim->streams + sizeof(struct tracker));
}

void simulated_free(struct simulated *sim)
{
    for (size_t i = 0; sim && sim->streams && i < sim->stream_count; i++) {
        free(sim->streams[i].tracker);
    }
    if (sim) {
        free(sim->streams);
        free(sim->boxes);
    }
    free(sim);
}
