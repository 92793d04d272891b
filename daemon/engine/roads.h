/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine keeps of intersections; inside.h and roads.c only. */
#pragma once

#include "model/message.h"
#include "model/ports.h"

#define ROADS_MOST 8
#define SPATS_MOST 256 /* contents kept until their receptions have come */

/* An ingress lane of a MAP, from its stop line outwards. */
struct road_lane {
    uint8_t id, point_count, group; /* the signal group of the way straight on */
    bool groups;                    /* some way from here has a signal */
    double points_m[MESSAGE_NODES_MAX][2];
};

struct road {
    bool used;
    uint16_t region, id;
    uint8_t revision;
    uint64_t map_uid; /* newest MAP of it */
    double limit_mps, width_m;
    uint16_t lane_count;
    struct road_lane lanes[MESSAGE_LANES_MAX];
};

/* One intersection of one SPAT. */
struct spat {
    uint64_t msg_uid;
    uint8_t road, revision, count;
    struct message_movement movements[MESSAGE_MOVEMENTS_MAX];
};

#define NOTICES_MOST 128 /* contents kept until their receptions have come */
#define NOTICES_HELD 16  /* by an ego, newest */

/* A warning of a place by TIM, RSA or DENM. */
struct notice {
    uint64_t msg_uid;
    double x_m, y_m;
    uint8_t hazard;    /* enum v2i_hazard */
    double advice_mps; /* <= 0: none */
    bool over;         /* it is taken back */
    struct tai t;      /* heard; of an ego's own list */
};

/* What an ego was told of an intersection. */
struct told {
    bool map, spat;
    uint8_t map_revision;
    struct spat msg;
    struct tai t_gen, t_avail;
};

/* What an ego does about one signal, until it is at the line. */
struct response {
    bool open;
    int road;
    uint8_t group;
    struct tai t_begin, t_due;
    bool due, required, impossible, began, stopped;
    double distance_m, speed_mps, speed_due_mps, decide_by_s, reaction_s;
};
