/* SPDX-License-Identifier: Apache-2.0 */
/* One pair of functions per message that the engine makes or hears: asn1c's structure to
 * our plain one and back. Structures are made in the turn arena; their sizes are bounded by
 * model/message.h, far below the arena's, so taking cannot fail. */
#pragma once

#include "asn1/pdu.h"
#include "base/result.h"
#include "model/message.h"

#include <BasicSafetyMessage.h>
#include <MapData.h>
#include <PersonalSafetyMessage.h>
#include <RoadSideAlert.h>
#include <SPAT.h>
#include <TravelerInformation.h>

struct bsm_core;

/* bsm.c */
void bsm_from_core(const struct bsm_core *core, struct message_bsm *bsm);
void bsm_from_part_ii(const BasicSafetyMessage_t *pdu, const struct trace *trace,
                      struct message_bsm *bsm);
/* A whole frame, Part II included. */
MUST_USE int bsm_encode(const struct message_bsm *bsm, uint8_t *out, size_t room,
                        size_t *size, struct fail *fail);

/* safety.c: what BSM and PSM share */
struct PathHistory *safety_make_history(uint8_t count, const struct message_crumb *crumbs);
uint8_t safety_read_history(const struct PathHistory *pdu, struct message_crumb *crumbs);
struct PathPrediction *safety_make_prediction(const struct message_prediction *prediction);
void safety_read_prediction(const struct PathPrediction *pdu,
                            struct message_prediction *prediction);

/* psm.c, spat.c, mapdata.c, tim.c, rsa.c */
void psm_read(const PersonalSafetyMessage_t *pdu, struct message_psm *psm);
MUST_USE int psm_make(const struct message_psm *psm, PersonalSafetyMessage_t *pdu,
                      struct fail *fail);
void spat_read(const SPAT_t *pdu, struct message_spat *spat);
MUST_USE int spat_make(const struct message_spat *spat, SPAT_t *pdu, struct fail *fail);
void mapdata_read(const MapData_t *pdu, struct message_map *map);
MUST_USE int mapdata_make(const struct message_map *map, MapData_t *pdu, struct fail *fail);
/* A step of at most 327.67 m each way. */
void mapdata_make_node(const struct message_node *node, struct NodeSetXY *nodes);
bool mapdata_node_fits(const struct message_node *node);
void tim_read(const TravelerInformation_t *pdu, struct message_tim *tim);
MUST_USE int tim_make(const struct message_tim *tim, TravelerInformation_t *pdu,
                      struct fail *fail);
void rsa_read(const RoadSideAlert_t *pdu, struct message_rsa *rsa);
MUST_USE int rsa_make(const struct message_rsa *rsa, RoadSideAlert_t *pdu,
                      struct fail *fail);

/* build.c: pieces of asn1c structures */
void *build_take(size_t size); /* zeroed, never NULL */
long *build_long(long value);
void build_add(void *list, void *item);
/* Bit n of `flags` is bit n on the wire. */
void build_bits(BIT_STRING_t *bits, uint32_t flags, size_t length);
uint32_t build_read_bits(const BIT_STRING_t *bits);
void build_octets(OCTET_STRING_t *octets, uint32_t value); /* four, big endian */
uint32_t build_read_octets(const OCTET_STRING_t *octets);
