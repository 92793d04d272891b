/* SPDX-License-Identifier: Apache-2.0 */
/* One agent on its map in; what it does across its way, what it does as a vulnerable road
 * user, and what it is, out. */
#include "base/fmath.h"
#include "label/axes_act.h"

#define CHILD_M        1.4 /* Euro NCAP */
#define STRAIGHT_RADPS 0.05
#define STRAIGHT_S     0.5

void act_bend_step(struct act_bend *bend, double yaw_rate_radps, double dt_s)
{
    bool straight = fm_abs(yaw_rate_radps) < STRAIGHT_RADPS;
    bool back = bend->turned_rad * yaw_rate_radps < 0 && !straight;
    bend->straight_s = straight ? bend->straight_s + dt_s : 0;
    if (bend->straight_s >= STRAIGHT_S || back) {
        bend->turned_rad = 0;
    }
    bend->turned_rad += yaw_rate_radps * dt_s;
}

struct label act_lat(const struct act_lat_subject *s)
{
    const struct rules *r = s->rules;
    double turn = leaf_param(r, PARAM_ACT_LAT_TURN_DEG) * (FM_PI / 180);
    double about = leaf_param(r, PARAM_ACT_LAT_UTURN_DEG) * (FM_PI / 180);
    double lane = leaf_param(r, PARAM_ACT_LAT_LANE_CHANGE_M);
    double swerve = leaf_param(r, PARAM_ACT_LAT_SWERVE_MPS2);
    uint16_t leaf = LEAF_ACT_LAT_KEEP;
    if (!s->known) {
        return label_plain(LEAF_ACT_LAT_UNKNOWN, KNOWN_AT_SUBJECT);
    }
    if (s->vehicle && s->map && !s->on_road) {
        leaf = LEAF_ACT_LAT_OFF_ROAD;
    } else if (s->turn == 2 || fm_abs(s->turned_rad) > about) {
        leaf = LEAF_ACT_LAT_UTURN;
    } else if (s->turn == 1 || (!s->lane && s->turned_rad > turn)) {
        leaf = LEAF_ACT_LAT_TURN_LEFT;
    } else if (s->turn == -1 || (!s->lane && s->turned_rad < -turn)) {
        leaf = LEAF_ACT_LAT_TURN_RIGHT;
    } else if (s->moves_aside_m >= lane) {
        leaf = LEAF_ACT_LAT_LANE_CHANGE_LEFT;
    } else if (s->moves_aside_m <= -lane) {
        leaf = LEAF_ACT_LAT_LANE_CHANGE_RIGHT;
    } else if (fm_abs(s->lateral_mps2) > swerve) {
        leaf = LEAF_ACT_LAT_SWERVE;
    }
    if (leaf != LEAF_ACT_LAT_SWERVE && leaf != LEAF_ACT_LAT_KEEP) {
        return label_plain(leaf, KNOWN_AT_SUBJECT); /* not sideways acceleration decided */
    }
    double a = fm_abs(s->lateral_mps2);
    return label_valued(leaf, KNOWN_AT_SUBJECT, a, a - swerve, swerve);
}

/* On the carriageway and moving. */
static uint16_t on_carriageway(const struct act_vru_subject *s)
{
    const struct rules *r = s->rules;
    double off = fm_abs(s->along_rad), quarter = FM_PI / 4;
    bool across = off > quarter && off < FM_PI - quarter;
    if (s->hidden_s >= 0 && s->hidden_s < leaf_param(r, PARAM_ACT_VRU_HIDDEN_S)) {
        return LEAF_ACT_VRU_EMERGING_OCCLUDED;
    }
    if (across && !s->rides && s->speed_mps > leaf_param(r, PARAM_ACT_VRU_RUN_MPS)) {
        return LEAF_ACT_VRU_RUNNING_CROSSING;
    }
    if (across && s->on_crosswalk) {
        return LEAF_ACT_VRU_CROSSING_MARKED;
    }
    if (across) {
        return s->rides ? LEAF_ACT_VRU_RIDING_CROSSING : LEAF_ACT_VRU_CROSSING_UNMARKED;
    }
    if (s->rides) {
        return off > FM_PI / 2 ? LEAF_ACT_VRU_WRONG_WAY : LEAF_ACT_VRU_RIDING_ALONG;
    }
    return LEAF_ACT_VRU_WALKING_ALONG;
}

struct label act_vru(const struct act_vru_subject *s)
{
    const struct rules *r = s->rules;
    bool stands = s->speed_mps < leaf_param(r, PARAM_ACT_VRU_STANDING_MPS);
    double soon = leaf_param(r, PARAM_ACT_VRU_KERB_S);
    uint16_t leaf = s->rides ? LEAF_ACT_VRU_RIDING_ALONG : LEAF_ACT_VRU_WALKING_ALONG;
    if (!s->vru) {
        leaf = LEAF_ACT_VRU_NA;
    } else if (!stands && s->map && s->kerb_m < 0) {
        leaf = on_carriageway(s);
    } else if (!stands && s->map && s->kerb_mps > 0.1 && s->kerb_m < s->kerb_mps * soon) {
        leaf = LEAF_ACT_VRU_APPROACHING_KERB;
    } else if (stands) {
        bool waits =
            s->map && s->kerb_m >= 0 && s->kerb_m <= leaf_param(r, PARAM_ACT_VRU_KERB_M);
        leaf = waits ? LEAF_ACT_VRU_WAITING_KERB : LEAF_ACT_VRU_STANDING;
    }
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label vru_type(const struct kind_subject *s)
{
    static const uint16_t leaves[KIND_COUNT] = {
        [KIND_PEDESTRIAN] = LEAF_VRU_TYPE_PED_ADULT,
        [KIND_CHILD] = LEAF_VRU_TYPE_PED_CHILD,
        [KIND_ROAD_WORKER] = LEAF_VRU_TYPE_PED_ROADWORKER,
        [KIND_WHEELCHAIR] = LEAF_VRU_TYPE_PED_WHEELCHAIR,
        [KIND_CYCLIST] = LEAF_VRU_TYPE_CYCLIST,
        [KIND_EBIKE] = LEAF_VRU_TYPE_EBIKE,
        [KIND_ESCOOTER] = LEAF_VRU_TYPE_ESCOOTER,
        [KIND_MOTORCYCLE] = LEAF_VRU_TYPE_PTW,
        [KIND_ANIMAL] = LEAF_VRU_TYPE_ANIMAL,
    };
    double fast = leaf_param(s->rules, PARAM_VRU_TYPE_SCOOTER_MPS);
    double long_m = leaf_param(s->rules, PARAM_VRU_TYPE_SCOOTER_M);
    bool valid = s->kind < KIND_COUNT;
    uint16_t leaf = valid ? leaves[s->kind] : LEAF_NONE;
    if (valid && kinds_is_vru(s->kind) && s->other_device) {
        leaf = LEAF_VRU_TYPE_PMD_OTHER;
    } else if (leaf == LEAF_VRU_TYPE_PED_ADULT && s->height_m > 0 &&
               s->height_m < CHILD_M) {
        leaf = LEAF_VRU_TYPE_PED_CHILD;
    } else if (leaf == LEAF_VRU_TYPE_ESCOOTER && s->speed_mps > fast &&
               s->length_m >= long_m) {
        leaf = LEAF_VRU_TYPE_PTW; /* a moped */
    } else if (!valid || s->kind == KIND_UNKNOWN || s->kind == KIND_STATION) {
        leaf = LEAF_VRU_TYPE_UNKNOWN;
    } else if (leaf == LEAF_NONE) {
        leaf = LEAF_VRU_TYPE_NA;
    }
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}

struct label veh_type(const struct kind_subject *s)
{
    static const uint16_t leaves[KIND_COUNT] = {
        [KIND_CAR] = LEAF_VEH_TYPE_CAR,
        [KIND_TRUCK] = LEAF_VEH_TYPE_TRUCK,
        [KIND_BUS] = LEAF_VEH_TYPE_BUS,
        [KIND_VAN] = LEAF_VEH_TYPE_VAN,
        [KIND_EMERGENCY] = LEAF_VEH_TYPE_EMERGENCY,
        [KIND_MOTORCYCLE] = LEAF_VEH_TYPE_MOTORCYCLE,
        [KIND_RAIL] = LEAF_VEH_TYPE_RAIL,
        [KIND_TRAILER] = LEAF_VEH_TYPE_OTHER,
    };
    bool valid = s->kind < KIND_COUNT && s->kind != KIND_UNKNOWN && s->kind != KIND_STATION;
    uint16_t leaf = !valid                         ? LEAF_VEH_TYPE_UNKNOWN
                    : leaves[s->kind] != LEAF_NONE ? leaves[s->kind]
                                                   : LEAF_VEH_TYPE_NA;
    return label_plain(leaf, KNOWN_AT_SUBJECT);
}
