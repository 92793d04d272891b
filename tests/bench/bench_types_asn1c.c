/* SPDX-License-Identifier: Apache-2.0 */
/* asn1c alone for bench_types.c: its output for our modules, its runtime, the heap. Open
 * types are decoded one level deep, as its users do by hand. */
#include "bench_types.h"

#include <stdlib.h>

#include <BasicSafetyMessage.h>
#include <CommonSafetyRequest.h>
#include <EmergencyVehicleAlert.h>
#include <IntersectionCollision.h>
#include <ItsCam.h>
#include <ItsCamV1.h>
#include <ItsCpm.h>
#include <ItsCpmBare.h>
#include <ItsCpmContainer.h>
#include <ItsCpmV1.h>
#include <ItsDenm.h>
#include <ItsDenmV1.h>
#include <ItsIvim.h>
#include <ItsMapem.h>
#include <ItsRtcmem.h>
#include <ItsSpatem.h>
#include <ItsSrem.h>
#include <ItsSsem.h>
#include <ItsVam.h>
#include <MapData.h>
#include <MessageFrame.h>
#include <NMEAcorrections.h>
#include <OriginatingRsuContainer.h>
#include <OriginatingVehicleContainer.h>
#include <PerceivedObjectContainer.h>
#include <PerceptionRegionContainer.h>
#include <PersonalSafetyMessage.h>
#include <ProbeDataManagement.h>
#include <ProbeVehicleData.h>
#include <RTCMcorrections.h>
#include <RoadSafetyMessage.h>
#include <RoadSideAlert.h>
#include <SPAT.h>
#include <SensorDataSharingMessage.h>
#include <SensorInformationContainer.h>
#include <SignalRequestMessage.h>
#include <SignalStatusMessage.h>
#include <SpecialVehicleExtensions.h>
#include <SupplementalVehicleExtensions.h>
#include <TravelerInformation.h>
#include <VehicleSafetyExtensions.h>

struct bench_decoder {
    int unused;
};

static asn_TYPE_descriptor_t *const frames[] = {
    [18] = &asn_DEF_MapData,
    [19] = &asn_DEF_SPAT,
    [20] = &asn_DEF_BasicSafetyMessage,
    [21] = &asn_DEF_CommonSafetyRequest,
    [22] = &asn_DEF_EmergencyVehicleAlert,
    [23] = &asn_DEF_IntersectionCollision,
    [24] = &asn_DEF_NMEAcorrections,
    [25] = &asn_DEF_ProbeDataManagement,
    [26] = &asn_DEF_ProbeVehicleData,
    [27] = &asn_DEF_RoadSideAlert,
    [28] = &asn_DEF_RTCMcorrections,
    [29] = &asn_DEF_SignalRequestMessage,
    [30] = &asn_DEF_SignalStatusMessage,
    [31] = &asn_DEF_TravelerInformation,
    [32] = &asn_DEF_PersonalSafetyMessage,
    [33] = &asn_DEF_RoadSafetyMessage,
    [41] = &asn_DEF_SensorDataSharingMessage,
};

static asn_TYPE_descriptor_t *const parts[] = {&asn_DEF_VehicleSafetyExtensions,
                                               &asn_DEF_SpecialVehicleExtensions,
                                               &asn_DEF_SupplementalVehicleExtensions};

static asn_TYPE_descriptor_t *const cpm_parts[] = {
    &asn_DEF_OriginatingVehicleContainer, &asn_DEF_OriginatingRsuContainer,
    &asn_DEF_SensorInformationContainer, &asn_DEF_PerceptionRegionContainer,
    &asn_DEF_PerceivedObjectContainer};

static const struct {
    uint8_t version, id;
    asn_TYPE_descriptor_t *type, *otherwise;
} pdus[] = {
    {1, 1, &asn_DEF_ItsDenmV1, NULL},  {1, 2, &asn_DEF_ItsCamV1, NULL},
    {1, 14, &asn_DEF_ItsCpmV1, NULL},  {2, 1, &asn_DEF_ItsDenm, NULL},
    {2, 2, &asn_DEF_ItsCam, NULL},     {2, 4, &asn_DEF_ItsSpatem, NULL},
    {2, 5, &asn_DEF_ItsMapem, NULL},   {2, 6, &asn_DEF_ItsIvim, NULL},
    {2, 9, &asn_DEF_ItsSrem, NULL},    {2, 10, &asn_DEF_ItsSsem, NULL},
    {2, 13, &asn_DEF_ItsRtcmem, NULL}, {2, 14, &asn_DEF_ItsCpm, &asn_DEF_ItsCpmBare},
    {3, 16, &asn_DEF_ItsVam, NULL},
};

struct bench_decoder *bench_decoder_new(void)
{
    return calloc(1, sizeof(struct bench_decoder));
}

static void *decode(asn_TYPE_descriptor_t *type, const void *octets, size_t size)
{
    void *value = NULL;
    asn_dec_rval_t rv = uper_decode_complete(NULL, type, &value, octets, size);
    if (rv.code != RC_OK) {
        type->free_struct(type, value, 0);
        return NULL;
    }
    return value;
}

static void part_ii(const BasicSafetyMessage_t *bsm)
{
    for (int i = 0; bsm->partII && i < bsm->partII->list.count; i++) {
        const PartIIcontent_t *part = bsm->partII->list.array[i];
        if (part->partII_Id < 3) {
            asn_TYPE_descriptor_t *type = parts[part->partII_Id];
            void *value =
                decode(type, part->partII_Value.buf, (size_t)part->partII_Value.size);
            type->free_struct(type, value, 0);
        }
    }
}

static bool run_frame(const uint8_t *octets, size_t size)
{
    MessageFrame_t *frame = decode(&asn_DEF_MessageFrame, octets, size);
    if (!frame) {
        return false;
    }
    asn_TYPE_descriptor_t *type = frames[frame->messageId];
    void *value = decode(type, frame->value.buf, (size_t)frame->value.size);
    if (value && frame->messageId == 20) {
        part_ii(value);
    }
    type->free_struct(type, value, 0);
    asn_DEF_MessageFrame.free_struct(&asn_DEF_MessageFrame, frame, 0);
    return value != NULL;
}

static void containers(ItsCpmContainer_t *const *list, int count)
{
    for (int i = 0; i < count; i++) {
        if (list[i]->containerId <= 5) {
            asn_TYPE_descriptor_t *type = cpm_parts[list[i]->containerId - 1];
            void *value = decode(type, list[i]->containerData.buf,
                                 (size_t)list[i]->containerData.size);
            type->free_struct(type, value, 0);
        }
    }
}

static bool run_pdu(const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < sizeof pdus / sizeof pdus[0]; i++) {
        if (pdus[i].version != octets[0] || pdus[i].id != octets[1]) {
            continue;
        }
        asn_TYPE_descriptor_t *type = pdus[i].type;
        void *value = decode(type, octets, size);
        if (!value && pdus[i].otherwise) {
            type = pdus[i].otherwise;
            value = decode(type, octets, size);
        }
        if (type == &asn_DEF_ItsCpm && value) {
            const ItsCpm_t *cpm = value;
            containers(cpm->payload.cpmContainers.list.array,
                       cpm->payload.cpmContainers.list.count);
        } else if (type == &asn_DEF_ItsCpmBare && value) {
            const ItsCpmBare_t *cpm = value;
            containers(cpm->payload.cpmContainers.list.array,
                       cpm->payload.cpmContainers.list.count);
        }
        type->free_struct(type, value, 0);
        return value != NULL;
    }
    return false;
}

bool bench_decoder_run(struct bench_decoder *d, bool its, const uint8_t *octets,
                       size_t size)
{
    (void)d;
    return its ? run_pdu(octets, size) : run_frame(octets, size);
}

void bench_decoder_free(struct bench_decoder *d)
{
    free(d);
}
