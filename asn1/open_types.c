/* SPDX-License-Identifier: Apache-2.0 */
/* The table of open types, and their decoding in place. In: a container just read. Out: an
 * entry in the trace that joins the octets with the value they hold. */
#include "asn1/open_types.h"

#include "asn1/dialect.h"
#include "asn1/turn.h"

#include <per_support.h>

#include <BasicSafetyMessage.h>
#include <CommonSafetyRequest.h>
#include <EmergencyVehicleAlert.h>
#include <IntersectionCollision.h>
#include <MapData.h>
#include <MessageFrame.h>
#include <NMEAcorrections.h>
#include <PersonalSafetyMessage.h>
#include <ProbeDataManagement.h>
#include <ProbeVehicleData.h>
#include <RTCMcorrections.h>
#include <RoadSafetyMessage.h>
#include <RoadSideAlert.h>
#include <SPAT.h>
#include <SensorDataSharingMessage.h>
#include <SignalRequestMessage.h>
#include <SignalStatusMessage.h>
#include <SpecialVehicleExtensions.h>
#include <SupplementalVehicleExtensions.h>
#include <TravelerInformation.h>
#include <VehicleSafetyExtensions.h>

static const struct open_row rows[] = {
    {&asn_DEF_MessageFrame, 18, &asn_DEF_MapData},
    {&asn_DEF_MessageFrame, 19, &asn_DEF_SPAT},
    {&asn_DEF_MessageFrame, 20, &asn_DEF_BasicSafetyMessage},
    {&asn_DEF_MessageFrame, 21, &asn_DEF_CommonSafetyRequest},
    {&asn_DEF_MessageFrame, 22, &asn_DEF_EmergencyVehicleAlert},
    {&asn_DEF_MessageFrame, 23, &asn_DEF_IntersectionCollision},
    {&asn_DEF_MessageFrame, 24, &asn_DEF_NMEAcorrections},
    {&asn_DEF_MessageFrame, 25, &asn_DEF_ProbeDataManagement},
    {&asn_DEF_MessageFrame, 26, &asn_DEF_ProbeVehicleData},
    {&asn_DEF_MessageFrame, 27, &asn_DEF_RoadSideAlert},
    {&asn_DEF_MessageFrame, 28, &asn_DEF_RTCMcorrections},
    {&asn_DEF_MessageFrame, 29, &asn_DEF_SignalRequestMessage},
    {&asn_DEF_MessageFrame, 30, &asn_DEF_SignalStatusMessage},
    {&asn_DEF_MessageFrame, 31, &asn_DEF_TravelerInformation},
    {&asn_DEF_MessageFrame, 32, &asn_DEF_PersonalSafetyMessage},
    {&asn_DEF_MessageFrame, 33, &asn_DEF_RoadSafetyMessage},
    {&asn_DEF_MessageFrame, 41, &asn_DEF_SensorDataSharingMessage},
    {&asn_DEF_PartIIcontent, 0, &asn_DEF_VehicleSafetyExtensions},
    {&asn_DEF_PartIIcontent, 1, &asn_DEF_SpecialVehicleExtensions},
    {&asn_DEF_PartIIcontent, 2, &asn_DEF_SupplementalVehicleExtensions},
};

/* The rows of the turn's dialect, or J2735's. */
static const struct open_row *rows_now(size_t *count)
{
    const struct turn *turn = turn_current();
    const struct dialect *dialect = turn ? turn->dialect : NULL;
    *count = dialect ? dialect->row_count : sizeof rows / sizeof rows[0];
    return dialect ? dialect->rows : rows;
}

bool open_type_of(const asn_TYPE_descriptor_t *td, struct open_type *open)
{
    size_t count;
    const struct open_row *all = rows_now(&count);
    if (td->elements_count != 2) { /* an id and the octets: most types are told by this */
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (all[i].container == td) {
            *open = (struct open_type){td, &td->elements[0], &td->elements[1]};
            return true;
        }
    }
    return false;
}

asn_TYPE_descriptor_t *open_type_for(const struct open_type *open, long id)
{
    size_t count;
    const struct open_row *all = rows_now(&count);
    for (size_t i = 0; i < count; i++) {
        if (all[i].container == open->container && all[i].id == id) {
            return all[i].type;
        }
    }
    return NULL;
}

bool open_types_decode(asn_codec_ctx_t *context, const asn_TYPE_descriptor_t *td,
                       void *value, const asn_per_data_t *bits, struct trace *trace)
{
    struct open_type open;
    if (!open_type_of(td, &open)) {
        return true;
    }
    const long *id = pdu_member(open.id, value);
    const OCTET_STRING_t *octets = pdu_member(open.value, value);
    asn_TYPE_descriptor_t *type = open_type_for(&open, *id);
    if (!type) {
        return true;
    }
    size_t size = (size_t)octets->size * 8;
    asn_per_data_t inner = {
        .buffer = octets->buf, .nbits = size, .moved = bits->moved - size};
    size_t end = bits->moved;
    void *opened = NULL;
    trace_push(trace, open.value->name, NULL, NULL);
    trace_push(trace, type->name, NULL, NULL);
    asn_dec_rval_t rv = type->uper_decoder(context, type, NULL, &opened, &inner);
    bool fine = rv.code == RC_OK;
    if (fine && end - inner.moved >= 8) {
        trace_fail(trace, inner.moved, "has octets left over behind it");
        fine = false;
    }
    trace_pop(trace);
    trace_pop(trace);
    if (fine && trace->open_count < TRACE_OPEN_MAX) {
        trace->open[trace->open_count++] = (struct trace_open){octets, type, opened};
    }
    return fine;
}

const struct trace_open *open_type_find(const struct trace *trace, const void *octets)
{
    for (size_t i = 0; trace && i < trace->open_count; i++) {
        if (trace->open[i].octets == octets) {
            return &trace->open[i];
        }
    }
    return NULL;
}
