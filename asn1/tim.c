/* SPDX-License-Identifier: Apache-2.0 */
/* TravelerInformation in SI units: the first data frame, paths in XY offsets. In: asn1c's
 * structure or ours. Out: the other. */
#include <ExitService-item.h>
#include <GenericSignage-item.h>
#include <GeographicalPath.h>
#include <ITIScodesAndText-item.h>
#include <NodeXY.h>
#include <OffsetSystem.h>
#include <SpeedLimit-item.h>
#include <TravelerDataFrame.h>
#include <WorkZone-item.h>

#include "asn1/families.h"
#include "asn1/wire.h"

enum { TIM_SLICES = 16, TIM_FOREVER_MIN = 32000 };

/* The five lists of codes are five types of asn1c with the same members. X(our name, its
 * member, its item). */
#define CONTENTS(X)                                                                        \
    X(ADVISORY, advisory, ITIScodesAndText_item)                                           \
    X(WORK_ZONE, workZone, WorkZone_item)                                                  \
    X(GENERIC_SIGN, genericSign, GenericSignage_item)                                      \
    X(SPEED_LIMIT, speedLimit, SpeedLimit_item)                                            \
    X(EXIT_SERVICE, exitService, ExitService_item)

static void read_codes(const TravelerDataFrame_content_t *content, struct message_tim *tim)
{
    switch (content->present) {
#define X(name, member, Item)                                                              \
    case TravelerDataFrame_content_PR_##member:                                            \
        tim->content = MESSAGE_##name;                                                     \
        for (int i = 0; i < content->choice.member.list.count; i++) {                      \
            const struct Item *item = content->choice.member.list.array[i];                \
            if (item->item.present == Item##_item_PR_itis &&                               \
                tim->itis_count < MESSAGE_ITIS_MAX) {                                      \
                tim->itis[tim->itis_count++] = (uint16_t)item->item.choice.itis;           \
            }                                                                              \
        }                                                                                  \
        break;
        CONTENTS(X)
#undef X
    case TravelerDataFrame_content_PR_NOTHING:
        break;
    }
}

static void make_codes(const struct message_tim *tim, TravelerDataFrame_content_t *content)
{
    switch ((enum message_content)tim->content) {
#define X(name, member, Item)                                                              \
    case MESSAGE_##name:                                                                   \
        content->present = TravelerDataFrame_content_PR_##member;                          \
        for (uint8_t i = 0; i < tim->itis_count; i++) {                                    \
            struct Item *item = build_take(sizeof *item);                                  \
            item->item.present = Item##_item_PR_itis;                                      \
            item->item.choice.itis = tim->itis[i];                                         \
            build_add(&content->choice.member, item);                                      \
        }                                                                                  \
        break;
        CONTENTS(X)
#undef X
    }
}

static void read_anchor(const Position3D_t *p, uint32_t *known, double *lat_deg,
                        double *lon_deg, double *elev_m)
{
    *lat_deg = wire_si(WIRE_LAT, p->lat, known, MESSAGE_LAT);
    *lon_deg = wire_si(WIRE_LON, p->Long, known, MESSAGE_LON);
    if (p->elevation) {
        *elev_m = wire_si(WIRE_ELEV, *p->elevation, known, MESSAGE_ELEV);
    }
}

static void make_anchor(uint32_t known, double lat_deg, double lon_deg, double elev_m,
                        Position3D_t *p)
{
    p->lat = wire_raw(WIRE_LAT, known & MESSAGE_LAT, lat_deg);
    p->Long = wire_raw(WIRE_LON, known & MESSAGE_LON, lon_deg);
    if (known & MESSAGE_ELEV) {
        p->elevation = build_long(wire_raw(WIRE_ELEV, true, elev_m));
    }
}

/* A path that is told otherwise, scaled, or longer than we keep has no nodes. */
static void read_path(const OffsetSystem_t *path, struct message_region *region)
{
    if (path->offset.present != OffsetSystem_offset_PR_xy ||
        path->offset.choice.xy.present != NodeListXY_PR_nodes ||
        (path->scale && *path->scale != 0)) {
        return;
    }
    const NodeSetXY_t *nodes = &path->offset.choice.xy.choice.nodes;
    for (int i = 0; i < nodes->list.count; i++) {
        const NodeOffsetPointXY_t *delta = &nodes->list.array[i]->delta;
        if (i == MESSAGE_TIM_NODES_MAX || delta->present == NodeOffsetPointXY_PR_regional ||
            delta->present == NodeOffsetPointXY_PR_node_LatLon) {
            region->node_count = 0;
            return;
        }
        /* The six sizes of offsets are one struct to asn1c: two longs. */
        region->nodes[region->node_count++] = (struct message_node){
            (int32_t)delta->choice.node_XY6.x, (int32_t)delta->choice.node_XY6.y};
    }
}

static void read_region(const GeographicalPath_t *pdu, struct message_region *region)
{
    if (pdu->anchor) {
        read_anchor(pdu->anchor, &region->known, &region->lat_deg, &region->lon_deg,
                    &region->elev_m);
    }
    if (pdu->laneWidth) {
        region->width_m =
            wire_si(WIRE_LANE_WIDTH, *pdu->laneWidth, &region->known, MESSAGE_WIDTH);
    }
    region->directionality = pdu->directionality ? (uint8_t)*pdu->directionality : 0;
    region->direction = pdu->direction ? (uint16_t)build_read_bits(pdu->direction) : 0;
    if (pdu->description &&
        pdu->description->present == GeographicalPath_description_PR_path) {
        read_path(&pdu->description->choice.path, region);
    }
}

static void read_frame(const struct TravelerDataFrame *frame, struct message_tim *tim)
{
    tim->frame_type = (uint8_t)frame->frameType;
    if (frame->msgId.present == TravelerDataFrame_msgId_PR_roadSignID) {
        const RoadSignID_t *sign = &frame->msgId.choice.roadSignID;
        read_anchor(&sign->position, &tim->known, &tim->lat_deg, &tim->lon_deg,
                    &tim->elev_m);
        tim->view_angle = (uint16_t)build_read_bits(&sign->viewAngle);
        tim->mutcd = sign->mutcdCode ? (uint8_t)*sign->mutcdCode : 0;
    }
    tim->year = frame->startYear ? (uint16_t)*frame->startYear : 0;
    tim->start_minute = (int32_t)frame->startTime;
    tim->duration_min = (uint16_t)frame->durationTime;
    tim->priority = (uint8_t)frame->priority;
    read_codes(&frame->content, tim);
    for (int i = 0; i < frame->regions.list.count && i < MESSAGE_REGIONS_MAX; i++) {
        read_region(frame->regions.list.array[i], &tim->regions[tim->region_count++]);
    }
}

void tim_read(const TravelerInformation_t *pdu, struct message_tim *tim)
{
    tim->msg_cnt = (uint8_t)pdu->msgCnt;
    if (pdu->timeStamp && *pdu->timeStamp < 527040) {
        tim->minute_of_year = (int32_t)*pdu->timeStamp;
        tim->known |= MESSAGE_MINUTE;
    }
    tim->frame_total = (uint8_t)pdu->dataFrames.list.count;
    read_frame(pdu->dataFrames.list.array[0], tim);
}

static BIT_STRING_t *make_slices(uint16_t direction)
{
    BIT_STRING_t *bits = build_take(sizeof *bits);
    build_bits(bits, direction, TIM_SLICES);
    return bits;
}

static struct GeographicalPath *make_region(const struct message_region *region)
{
    struct GeographicalPath *pdu = build_take(sizeof *pdu);
    if (region->known & MESSAGE_LAT) {
        pdu->anchor = build_take(sizeof *pdu->anchor);
        make_anchor(region->known, region->lat_deg, region->lon_deg, region->elev_m,
                    pdu->anchor);
    }
    if (region->known & MESSAGE_WIDTH) {
        pdu->laneWidth = build_long(wire_raw(WIRE_LANE_WIDTH, true, region->width_m));
    }
    pdu->directionality = build_long(region->directionality);
    pdu->direction = make_slices(region->direction);
    if (region->node_count > 0) {
        pdu->description = build_take(sizeof *pdu->description);
        pdu->description->present = GeographicalPath_description_PR_path;
        OffsetSystem_t *path = &pdu->description->choice.path;
        path->offset.present = OffsetSystem_offset_PR_xy;
        path->offset.choice.xy.present = NodeListXY_PR_nodes;
        for (uint8_t i = 0; i < region->node_count; i++) {
            mapdata_make_node(&region->nodes[i], &path->offset.choice.xy.choice.nodes);
        }
    }
    return pdu;
}

static const char *flaw_of(const struct message_tim *tim)
{
    if (tim->msg_cnt > 127 || tim->priority > 7 || tim->frame_type > 3 || tim->mutcd > 6 ||
        tim->content > MESSAGE_EXIT_SERVICE || tim->year > 4095 ||
        tim->duration_min > TIM_FOREVER_MIN || tim->start_minute < 0 ||
        tim->start_minute > 527040 || tim->minute_of_year < 0 ||
        tim->minute_of_year > 527040) {
        return "every number in its range";
    }
    if (tim->itis_count < 1 || tim->itis_count > MESSAGE_ITIS_MAX) {
        return "1 to 16 ITIS codes";
    }
    if (tim->region_count < 1 || tim->region_count > MESSAGE_REGIONS_MAX) {
        return "1 to 16 regions";
    }
    for (uint8_t i = 0; i < tim->region_count; i++) {
        const struct message_region *r = &tim->regions[i];
        if (r->node_count == 1 || r->node_count > MESSAGE_TIM_NODES_MAX ||
            r->directionality > 3) {
            return "regions of 2 to 24 nodes and a direction of use";
        }
        for (uint8_t n = 0; n < r->node_count; n++) {
            if (!mapdata_node_fits(&r->nodes[n])) {
                return "steps of at most 327.67 m";
            }
        }
    }
    return NULL;
}

static struct TravelerDataFrame *make_frame(const struct message_tim *tim)
{
    struct TravelerDataFrame *frame = build_take(sizeof *frame);
    RoadSignID_t *sign = &frame->msgId.choice.roadSignID;
    frame->frameType = tim->frame_type;
    frame->msgId.present = TravelerDataFrame_msgId_PR_roadSignID;
    make_anchor(tim->known, tim->lat_deg, tim->lon_deg, tim->elev_m, &sign->position);
    build_bits(&sign->viewAngle, tim->view_angle, TIM_SLICES);
    sign->mutcdCode = build_long(tim->mutcd);
    frame->startYear = tim->year ? build_long(tim->year) : NULL;
    frame->startTime = tim->start_minute;
    frame->durationTime = tim->duration_min;
    frame->priority = tim->priority;
    make_codes(tim, &frame->content);
    for (uint8_t i = 0; i < tim->region_count; i++) {
        build_add(&frame->regions, make_region(&tim->regions[i]));
    }
    return frame;
}

int tim_make(const struct message_tim *tim, TravelerInformation_t *pdu, struct fail *fail)
{
    const char *flaw = flaw_of(tim);
    if (flaw) {
        return fail_set(fail, RESULT_USAGE, "TIM: needs %s", flaw);
    }
    pdu->msgCnt = tim->msg_cnt;
    pdu->timeStamp = tim->known & MESSAGE_MINUTE ? build_long(tim->minute_of_year) : NULL;
    build_add(&pdu->dataFrames, make_frame(tim));
    return 0;
}
