/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine's own files share; nobody else includes it. */
#pragma once

#include "air/air.h"
#include "asn1/codec.h"
#include "asn1/its/its.h"
#include "base/pool.h"
#include "engine/engine.h"
#include "engine/flight.h"
#include "engine/roads.h"
#include "label/axes_act.h"
#include "label/axes_com.h"
#include "label/axes_int.h"
#include "label/axes_v2i.h"
#include "label/encounter.h"
#include "label/label.h"
#include "label/scene.h"
#include "label/window.h"
#include "model/message.h"
#include "model/records.h"
#include "receiver/knowledge.h"
#include "receiver/receiver.h"
#include "sensors/recorded.h"
#include "sensors/sight.h"
#include "sensors/simulated.h"
#include "sync/associate.h"
#include "sync/clocks.h"
#include "sync/view.h"

#define SCENE_TICK_NS (100 * TIME_NS_PER_MS)
#define SENT_DEPTH    32 /* true instants kept per sender: 3.2 s at 10 Hz */
#define PENDING_ROWS  64
#define TRUTH_TICKS   64 /* 640 ms: longer than a view can wait */
#define VIEW_OBJECTS  (SENSORS_PER_EGO_MOST * OBJECTS_PER_FRAME_MOST)

#define MIND_MOST  (VIEW_TRACKS_MOST + OBJECTS_PER_FRAME_MOST * 4)
#define MIND_NAME  32
#define TRACK_RING 1024 /* track numbers of a stream whose truth is remembered */

/* One object as the ego has it after the last view, for scenes. */
struct seen_object {
    struct known_agent agent; /* its id is `name`, or the tracked station of a replay */
    char name[MIND_NAME];
    struct tai t;
    bool v2x, sensed;
};

#define AGREE_SENDERS 1024 /* compared with sensors, per ego */
#define AGREE_D2_MOST 1e6  /* further apart than any error bar tells */

/* V2X of one sender against an ego's sensors, from view to view. */
struct agree {
    uint32_t sender;
    struct int_agree_slope slope;
    struct tai odd_since; /* claimed and measured braking differ */
    bool odd;
    uint8_t missed, gt_missed; /* views in a row: expected and not detected */
};

#define HEARD_MOST 8192 /* messages of one window that are kept, per ego */

/* A message that became usable. */
struct heard {
    struct tai t;
    uint64_t msg_uid;
    uint32_t sender;
};

/* An ego between its frames. */
struct ego {
    uint32_t agent;
    const struct sensor_spec *specs;
    uint16_t stream_count;
    const char *stream_names[SENSORS_PER_EGO_MOST];
    uint8_t modality[SENSORS_PER_EGO_MOST];
    uint8_t convention[SENSORS_PER_EGO_MOST];
    uint8_t clock[SENSORS_PER_EGO_MOST];
    uint32_t objects_in[SENSORS_PER_EGO_MOST];
    struct row_frame pending[PENDING_ROWS]; /* frames whose view is not made yet */
    int64_t pending_mid_ns[PENDING_ROWS];
    int pending_count;
    struct int_mode_state mode;
    uint16_t mode_leaf;
    struct state pose; /* as it measures itself */
    struct tai pose_t;
    double pose_sigma_m;
    bool pose_known;
    struct state own; /* replay: newest own position of a log */
    struct tai own_t;
    bool own_known;
    struct seen_object *seen; /* of the last view */
    size_t seen_count;
    struct agree *agree; /* by sender modulo agree_count */
    uint32_t agree_count;
    struct heard *heard; /* a ring */
    uint64_t heard_count;
    struct tai here_since;
    bool here;
    struct told *told; /* by intersection */
    struct notice notices[NOTICES_HELD];
    uint32_t notice_count;
    struct response response;
    struct gain {
        bool open, told; /* a need to brake; its time gain stands in a row */
        bool fused, sensors;
        struct tai t_fused, t_sensors, t_last;
    } gain;
    uint32_t links_good;   /* of the view being made */
    uint32_t *gt_of_track; /* (stream, track) -> agent: a small ring per stream */
};

struct engine {
    struct engine_setup setup;
    struct source source;
    struct codec *codec;
    struct its *its;
    struct air *air;
    struct pool *pool;
    struct receiver *bank;
    struct knowledge *knowledge;
    struct simulated *simulated;
    struct synchronizer *sync;
    struct clocks *clocks;
    struct flight *flight;
    struct scene *scene;
    struct encounters *encounters;
    struct windows *windows;
    struct roads *roads;
    struct notice notices[NOTICES_MOST]; /* newest contents, by count */
    uint64_t notice_count;
    struct geo_origin origin;
    bool origin_known;
    uint64_t run_key;
    struct tai now, before;
    struct span skipped; /* by the source, so far */
    bool ended;
    /* agents and truth of this tick and the one before */
    const struct agent *agents;
    size_t agent_count;
    const struct state *truth;
    struct state *history; /* TRUTH_TICKS ticks of agents_most states, a ring */
    struct tai history_t[TRUTH_TICKS];
    uint64_t history_count; /* ticks put so far */
    struct state *truth_between;
    const char **ids;
    uint16_t *act_leaf;
    struct act_lon_state *act;
    struct act_more {
        struct act_bend bend;
        struct tai t, t_hidden; /* last step; last hidden from the nearest ego */
        double kerb_m;
        bool stepped, was_hidden, changed_lane, drifts;
        struct tai t_lane;          /* last moving to another lane */
        struct tai t_signal, t_red; /* last before a stop line; last over one on red */
        bool near_line, at_red, had_signal, ran_red;
        double line_m, line_mps;
        uint8_t fault;        /* enum sender_fault of its last message */
    } * act_more;             /* per agent */
    struct claim *last_claim; /* per agent, any receiver: replay's agents table */
    struct tai *last_claim_t;
    struct sent {
        uint64_t msg_uid;
        struct tai t_gen;
        bool placed; /* it says where its sender is */
        double x_m, y_m;
    } * sent;                 /* SENT_DEPTH per agent: the true instants behind messages */
    bool *equipped;           /* per agent: it transmitted or may */
    struct span *clock_error; /* per agent: true instant minus claim, newest heard */
    /* stations as the air wants them */
    struct air_box *boxes;
    double *x_m, *y_m, *vx_mps, *vy_mps, *antenna_m;
    uint8_t *kinds;
    bool *receives;
    /* work space */
    struct reception *receptions;
    size_t reception_room;
    uint8_t encoded[CODEC_FRAME_MAX];
    struct message message; /* decoded last */
    uint64_t read_uid;      /* read_known: whose it is, for those who are told of it next */
    bool read_known, read_ok;
    struct codec_report report;
    struct its_report its_report;
    uint8_t *tick_octets;
    size_t tick_octets_room;
    uint32_t *slots;
    size_t slot_room;
    struct known *known;
    struct view_message *view_messages;
    struct sight_box *sight_boxes; /* of one look at a place */
    bool *met;                     /* senders within one window */
    uint32_t *ego_of;              /* per agent: its place in egos, or AGENT_NONE */
    struct known_agent *scene_truth, *scene_known;
    struct scene_ego *scene_egos;
    uint32_t *ego_places;
    struct ego *egos;
    size_t ego_count;
    uint16_t *label_scratch;
    uint32_t scene_index;
    bool wants_receptions, told_taxonomy;
    struct surroundings {
        uint64_t seconds; /* of egos that are there */
        double agents;    /* around them, summed */
        double limit_mps;
        bool map, lane, signals, junction;
    } surroundings;
    struct several *several; /* NULL: one station only */
    struct engine_totals totals;
    struct air_ledger past; /* of airs before the present one */
    struct air_setup air_setup;
    uint64_t *latency_bins;
    double *sync_sigmas_ms; /* of anchor views, for the percentile */
    size_t sync_sigma_count;
};

#define SYNC_SIGMAS_MOST 100000
#define LATENCY_BINS     8192

/* Hands a row to every sink. */
int engine_row(struct engine *e, const struct table *table, const void *row,
               struct fail *fail);

/* One fate is final; heard is NULL for a lost one. */
int engine_final(struct engine *e, struct reception *reception, const struct claim *claim,
                 const struct receiver_heard *heard, struct fail *fail);

static inline int64_t engine_utc(struct tai t)
{
    return utc_from_tai(t).ns;
}

/* The id of an agent, NULL for AGENT_NONE. */
const char *engine_id(const struct engine *e, uint32_t agent);

/* totals.c: counts an injected latency for the achieved quantiles. */
void totals_latency(struct engine *e, const struct fate *fate);

/* rows.c: transmissions, receptions, gaps. */
int rows_transmission(struct engine *e, const struct emission *emission, struct fail *fail);
int rows_reception(struct engine *e, const struct reception *reception,
                   const struct claim *claim, struct fail *fail);
/* com.* as labels, for receivers that are egos; heard is NULL for a lost one. */
int rows_labels(struct engine *e, const struct reception *reception,
                const struct claim *claim, const struct receiver_heard *heard,
                struct fail *fail);
int rows_gap(struct engine *e, const struct reception *reception, const struct claim *claim,
             const struct receiver_heard *heard, struct fail *fail);

/* clocking.c: other stations' clocks. */
int clocking_open(struct engine *e, struct fail *fail);
void clocking_heard(struct engine *e, const struct reception *reception,
                    const struct claim *claim, uint8_t msg_type);
/* How old a delivered message is by its claim. */
struct clocking_age {
    bool known; /* false: no claimed instant, or one that only looks old */
    struct span age;
    double sigma_s;
    bool unverified;
};
struct clocking_age clocking_age(const struct engine *e, const struct reception *reception,
                                 const struct claim *claim, uint8_t msg_type);
/* Lays a claimed instant back by what its clock is clearly ahead, or by a difference of
 * time scales; returns the sigma of that clock in seconds, 0 if nothing was done. */
double clocking_place(const struct engine *e, uint32_t ego, struct known *known);
int clocking_tick(struct engine *e, struct fail *fail);

/* oracle.c: where the messages around t_frame put a sender, whether they arrived or not. */
void oracle_columns(const struct engine *e, uint32_t sender, struct tai t_frame,
                    struct row_track *row);

/* octets.c: a sent message gets its octets (after the first *used of the tick) and its
 * claim; a heard one its claim; the origin of a replay is the first position known. */
int octets_sent(struct engine *e, struct emission *em, size_t *used, struct fail *fail);
void octets_heard(struct engine *e, struct emission *em);
void octets_origin(struct engine *e, double lat_deg, double lon_deg, double elev_m);
/* Into e->message what a driver reads beyond the claim, once for all whom it reaches one
 * after the other; false: nothing to read. */
bool octets_read(struct engine *e, const struct flight_message *m, uint64_t msg_uid);

/* several.c: replay: one traffic seen by several stations, the sender's among them. */
int several_open(struct engine *e, struct fail *fail);
/* Notes a record; *t_tx is the sender's stamp if it is known. */
bool several_note(struct engine *e, const struct emission *emission, struct tai *t_tx);
/* Transmissions older than a second that a listening station did not hear are its losses.
 */
int several_settle(struct engine *e, struct tai until, struct fail *fail);

/* sight.c: sensors up to now, and views that are complete. */
int sight_open(struct engine *e, struct fail *fail);
int sight_tick(struct engine *e, const struct source_tick *tick, struct fail *fail);
int sight_finish(struct engine *e, struct fail *fail);
struct ego *sight_ego(struct engine *e, uint32_t agent);
int sight_label(struct engine *e, const struct label *label, const struct label_key *key,
                struct fail *fail);
struct label_key sight_key(const struct engine *e, const char *ego, const char *agent,
                           struct tai start, struct tai end);

/* mind.c: what an ego has in mind between its views. The name is how the ego itself can
 * call a sender it heard; true names never stand in what it knows. */
const char *mind_sender_name(const struct engine *e, uint32_t sender,
                             const struct claim *claim, char name[MIND_NAME]);
/* The agent an object truly is, AGENT_NONE for a ghost or without truth. */
uint32_t mind_object_truth(const struct ego *ego, const struct view_object *object);
/* A track, an object, or a track that is also sensed. */
void mind_take(const struct engine *e, struct ego *ego, struct tai t,
               const struct view_track *track, const struct view_object *object);
/* The objects that no track explains, each once whatever sensors saw it. */
void mind_take_objects(const struct engine *e, struct ego *ego, const struct view *view);

/* agree.c: does V2X agree with the sensors about a track? Sets the row's columns. */
int agree_open(struct engine *e, struct fail *fail);
struct label agree_known(struct engine *e, struct ego *ego, const struct view *view,
                         uint32_t track, bool link_good, struct row_track *row);
struct label agree_true(struct engine *e, struct ego *ego, const struct view *view,
                        uint32_t track, bool link_good, struct row_track *row);

/* views.c: one synchronized view to rows and labels. */
int views_publish(struct engine *e, struct ego *ego, const struct view *view,
                  struct fail *fail);

/* history.c: windows of what egos went through, and what followed. */
int history_open(struct engine *e, struct fail *fail);
void history_heard(struct engine *e, const struct reception *r);
void history_event(struct engine *e, const struct encounter_event *event);
int history_tick(struct engine *e, struct fail *fail);
int history_finish(struct engine *e, struct fail *fail);
uint32_t history_agents_near(const struct engine *e, uint32_t ego);

/* surroundings.c: labels of the whole run. */
void surroundings_second(struct engine *e);
int surroundings_finish(struct engine *e, struct fail *fail);

/* roads.c: signals ahead, what they require and what egos do. */
int roads_open(struct engine *e, struct fail *fail);
void roads_close(struct engine *e);
void roads_sent(struct engine *e, const struct emission *em, const struct message *m);
void roads_heard(struct engine *e, const struct reception *r, uint8_t msg_type);
int roads_tick(struct engine *e, const struct source_tick *tick, struct fail *fail);
int roads_finish(struct engine *e, struct fail *fail);
/* notices.c: warnings of places. */
void notices_sent(struct engine *e, const struct emission *em, const struct message *m);
void notices_heard(struct engine *e, struct ego *ego, const struct reception *r,
                   uint8_t msg_type);
/* A notice ahead that is told still: how far, and how far aside; < 0: none of the ego's. */
double notices_ahead_m(const struct engine *e, const struct notice *n,
                       const struct known_agent *self, double *aside_m);
/* The nearest speed advice of one. */
struct v2i_spd_subject notices_advice(const struct engine *e, const struct ego *ego,
                                      const struct known_agent *self);
/* Who crosses a stop line on red. */
void roads_watch(struct engine *e, const struct source_tick *tick);

/* scenes.c: agents, signals, scene, pairs, decisions, encounters each 100 ms. */
int scenes_open(struct engine *e, struct fail *fail);
int scenes_tick(struct engine *e, const struct source_tick *tick, struct fail *fail);
int scenes_finish(struct engine *e, struct fail *fail);
/* acts.c: what an agent does and is, into its row. */
void acts_columns(struct engine *e, uint32_t agent, struct row_agent *row);
struct known_agent scenes_true_agent(const struct engine *e, uint32_t index);
/* As the ego measures itself, moved on to now; false: not known, or too long ago. */
bool scenes_own_state(const struct engine *e, const struct ego *ego,
                      struct known_agent *self);
