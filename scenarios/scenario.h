/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario: what a YAML file says, checked, sampled and resolved, as plain values.
 *
 * In: a file, overrides, a seed. Out: struct scenario, or every problem of the file. The
 * shape is the table of fields (fields.h, docs/scenario.md). Only set-up code calls this; a
 * scenario is then only read. All memory belongs to the scenario's arena. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/geo.h"
#include "base/result.h"
#include "base/time.h"
#include "model/air_config.h"
#include "model/frame.h"
#include "model/walls.h"

#define SCENARIO_AGENTS_MOST   4096 /* with infrastructure */
#define SCENARIO_NOTICES_MOST  32   /* of one station */
#define SCENARIO_NOTICE_LANES  16   /* regions of a TIM */
#define SCENARIO_EGO_ANY       UINT32_MAX
#define CONTROLLER_NONE        UINT32_MAX
#define CONTROLLER_STAGES_MOST 64
#define SCENARIO_PROBLEMS_MOST 200 /* kept; more are only counted */

struct map;
struct yaml_node;

/* One problem: "file:line:column: error: agents[3].speed_mps = 900: at most 83". Lines and
 * columns count from 1; 0 where no place applies (an override, an unreadable file). */
struct scenario_problem {
    int line, column;
    char text[400];
};
struct scenario_problems {
    struct scenario_problem *all; /* owned; scenario_problems_close */
    uint32_t count;               /* kept, in order of the file */
    uint32_t total;               /* found */
};
void scenario_problems_close(struct scenario_problems *problems);

enum scenario_when { WHEN_START, WHEN_TIME, WHEN_EGO_TTC, WHEN_PLACE, WHEN_SEES, WHEN_TTC };

/* When something begins: at once, at a scenario time, when an ego is so far (in seconds, at
 * its present speed) from the crossing of both paths, when an agent comes near a point, or
 * a reaction time after it first sees another one move, or when that one is so many seconds
 * away. */
struct scenario_trigger {
    enum scenario_when when;
    double time_s;
    double ttc_s;
    double at_m[2], within_m;
    uint32_t agent; /* whose approach counts */
};

enum scenario_do { DO_BRAKE, DO_SPEED, DO_HAZARD, DO_STOP, DO_SHIFT, DO_LANE };

/* One thing an agent does on a trigger: brake with a deceleration to a speed and hold it,
 * take another wish speed, switch the hazard lights on, come to rest a margin before a
 * place or another's way, move sideways within its lane's frame, or go over to the lane
 * beside. */
struct scenario_action {
    enum scenario_do what;
    struct scenario_trigger trigger;
    double decel_mps2, to_mps, hold_s;
    double to_m, over_s; /* sideways, left positive, and how long that takes */
    double margin_m;     /* between the front at rest and the place */
    double place_m[2];
    uint32_t before; /* whose way it stops before; AGENT_NONE: the place counts */
    uint32_t lane;   /* of the map */
};

enum scenario_behaviour {
    BEHAVE_NORMAL,
    BEHAVE_RESPONSIVE, /* brakes for what it hears over V2X */
    BEHAVE_RUNS_RED,   /* does not look at signals */
    BEHAVE_BLIND,      /* keeps its speed whatever stands ahead */
};

/* Bits: to what a responsive driver responds. ETSI's messages count as their counterparts.
 */
enum scenario_responds {
    RESPONDS_BSM = 1 << 0,
    RESPONDS_PSM = 1 << 1,
    RESPONDS_SPAT = 1 << 2,
    RESPONDS_TIM = 1 << 3,
    RESPONDS_RSA = 1 << 4,
    RESPONDS_DENM = 1 << 5,
    RESPONDS_ALL = (1 << 6) - 1
};

enum scenario_course {
    COURSE_ROUTE,
    COURSE_PATH,
    COURSE_TRAJECTORY,
    COURSE_STANDS,
    COURSE_TOWED, /* behind another, along its course */
};

/* What is wrong with the SPAT of a roadside unit, in the order of ROAD_FAULT_TABLE. */
enum scenario_mast_fault {
    MAST_SOUND,
#define X(name, text) MAST_##name,
    ROAD_FAULT_TABLE(X)
#undef X
};

/* Bits: whose messages a station speaks. */
enum scenario_standard { STANDARD_SAE = 1, STANDARD_ETSI = 2 };

/* Bits: what infrastructure sends, by the standards that it speaks. */
enum scenario_sends {
    SENDS_SPAT = 1 << 0, /* and SPATEM */
    SENDS_MAP = 1 << 1,  /* and MAPEM */
    SENDS_CAM = 1 << 2,
    SENDS_TIM = 1 << 3, /* of its notices, as the next two */
    SENDS_RSA = 1 << 4,
    SENDS_DENM = 1 << 5,
};

enum scenario_about { ABOUT_WORK_ZONE, ABOUT_CURVE, ABOUT_QUEUE, ABOUT_STALLED };

/* Something of which infrastructure tells: a stretch of lanes of the map, and how far
 * before it the warning holds. */
struct scenario_notice {
    const char *id;
    uint32_t by; /* agent */
    enum scenario_about about;
    const uint32_t *lanes; /* of the map, side by side or one after the other */
    uint32_t lane_count;
    double from_m, to_m; /* of the stretch, along each lane; to_m < 0: its end */
    double lead_m;
    double speed_mps; /* advised; < 0: none */
    bool closed;      /* these lanes are, there */
    double begin_s, end_s;
};

/* Around a phone; GNSS_TIER: its errors are those of the tier, as a vehicle's are. */
enum scenario_gnss { GNSS_TIER, GNSS_OPEN_SKY, GNSS_SUBURBAN, GNSS_CANYON };
/* Whence a phone has its time. */
enum scenario_clock { CLOCK_TIER, CLOCK_GNSS, CLOCK_NTP };

enum scenario_placement { PLACE_NONE, PLACE_HAND, PLACE_POCKET, PLACE_BAG };

struct scenario_agent {
    const char *id;
    enum sender_kind kind;
    bool ego;
    bool appears_on_trigger; /* else it stands there, waiting */
    enum scenario_behaviour behaviour;
    uint32_t responds; /* bits of enum scenario_responds */
    enum scenario_course course;
    const uint32_t *route; /* lanes of the map, in order */
    uint32_t route_count;
    const double (*points_m)[2]; /* path, or trajectory */
    const double *times_s;       /* of the trajectory */
    uint32_t point_count;
    double start_m;     /* along its course */
    double speed_mps;   /* wish */
    double initial_mps; /* at the start */
    double reaction_s, accept_gap_s, headway_s;
    double length_m, width_m, height_m, mass_kg;
    uint32_t radios; /* bit per enum technology; 0: no radio */
    enum scenario_placement phone;
    enum scenario_gnss gnss;
    enum scenario_clock clock;
    double duty_cycle; /* share of seconds in which the phone transmits */
    bool saves;        /* has a battery saver, on from that scenario time */
    double saver_from_s;
    const uint16_t *sensors; /* indexes into scenario.sensors */
    uint32_t sensor_count;
    struct scenario_trigger start;
    const struct scenario_action *actions;
    uint32_t action_count;
    double yaw_rad;  /* of one that stands */
    double at_m[2];  /* where one stands */
    double offset_m; /* sideways of its course, left positive */
    uint32_t towed_by;
    bool smooth; /* the trajectory */
    bool changes_lanes;
    enum sender_fault fault; /* on request, whatever the tier says */
    double fault_from_s;
    uint32_t standards; /* bits of enum scenario_standard */
    uint32_t sends;     /* bits of enum scenario_sends */
    enum scenario_mast_fault mast_fault;
};

/* One phase of a fixed plan; they follow each other and repeat. */
struct scenario_phase {
    enum phase phase;
    double duration_s;
};
struct scenario_signal {
    const char *id;
    uint8_t group; /* J2735 SignalGroupID */
    double offset_s, cycle_s;
    const struct scenario_phase *phases; /* of a fixed plan */
    uint32_t phase_count;
    bool actuated;
    uint32_t controller, slot; /* of an actuated one; its place in `shown` */
};

/* One stage of an actuated plan. */
struct scenario_stage {
    double least_s, most_s;
    const uint8_t *shown; /* enum phase per signal of the controller */
};
struct scenario_controller {
    const char *id;
    double gap_s, detector_s;
    const struct scenario_stage *stages;
    uint32_t stage_count, signal_count;
};

struct scenario {
    struct arena arena;
    const char *file;
    const char *name, *caption;
    const char *weather, *light_told; /* of conditions */
    struct geo_origin origin;
    struct utc start;
    double duration_s;
    uint64_t seed;
    double traffic_begin_s; /* second 0 in the time of imported traffic */
    struct map *map;        /* never NULL; may be empty */
    struct walls walls;
    enum light light;
    struct sensor_spec *sensors;
    uint32_t sensor_count;
    struct scenario_agent *agents; /* agents of the file, then infrastructure */
    uint32_t agent_count;
    struct scenario_signal *signals;
    uint32_t signal_count;
    struct scenario_controller *controllers;
    uint32_t controller_count;
    struct scenario_notice *notices;
    uint32_t notice_count;
    const char *expect_outcome;        /* NULL: not said */
    const char *expect_most;           /* no worse than that; NULL: not said */
    uint32_t expect_ego, expect_other; /* SCENARIO_EGO_ANY: not said */
    struct air_config air;             /* impairment.agent is an index into agents */
    struct yaml_node *tree;            /* resolved */
};

/* Floating car data that comes from elsewhere than the scenario's file, piece by piece. */
struct scenario_traffic {
    void *self;
    /* Up to `size` octets; *got 0: the end. */
    int (*next)(void *self, void *room, size_t size, size_t *got, struct fail *fail);
    const char *roads; /* the .net.xml under it, relative to the file; NULL: none */
};

/* Overrides are "a.b.c=VALUE", applied before sampling; VALUE is YAML flow text. */
struct scenario_options {
    const char *const *overrides;
    size_t override_count;
    const uint64_t *seed;                   /* NULL: from the file, else 1 */
    const struct scenario_traffic *traffic; /* NULL: none */
};

/* How a file gets in, so that all but the default can be fed from memory. Fills `text`. */
struct scenario_reader {
    void *self;
    int (*read)(void *self, const char *path, struct bytes *text, struct fail *fail);
};

/* The reader of scenario_load: the file system. `self` is not used. */
MUST_USE int scenario_read_file(void *self, const char *path, struct bytes *text,
                                struct fail *fail);

/* 0 and a scenario that scenario_free takes back, or a negative code, the first problem in
 * fail, and every problem in `problems` (may be NULL). RESULT_WORLD: the file cannot be
 * read; RESULT_USAGE: it says something wrong. Map paths are relative to the file. */
MUST_USE int scenario_load(const char *path, const struct scenario_options *options,
                           struct scenario **scenario, struct scenario_problems *problems,
                           struct fail *fail);
MUST_USE int scenario_load_from(const struct scenario_reader *reader, const char *path,
                                const struct scenario_options *options,
                                struct scenario **scenario,
                                struct scenario_problems *problems, struct fail *fail);
void scenario_free(struct scenario *scenario);

/* The resolved config.yaml: samples drawn, map and custom tier written out, defaults filled
 * in. Loading it gives the same scenario again. */
void scenario_config(const struct scenario *scenario, struct bytes *yaml);

/* 32 hex digits over everything but the air, the labels and the words about it, with the
 * seed. */
void scenario_world_id(const struct scenario *scenario, uint64_t seed, char id[33]);

/* Index of the agent with that id, or AGENT_NONE. */
uint32_t scenario_agent_index(const struct scenario *scenario, const char *id);

/* What a key means, as text: "agents[].speed_mps", also written agents.speed_mps or
 * agents[3].speed_mps; with `nearest` in the fail if there is no such key. */
MUST_USE int scenario_explain(const char *key, struct bytes *text, struct fail *fail);
void scenario_explain_list(struct bytes *text); /* a line a key */
void scenario_explain_page(struct bytes *text); /* docs/scenario.md */
