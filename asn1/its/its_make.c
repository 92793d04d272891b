/* SPDX-License-Identifier: Apache-2.0 */
/* Plain values to CAM, DENM and VAM of the newest editions. In: a claim. Out: asn1c's
 * structure in the turn arena, whose size its lists bound far below the arena's. */
#include <ItsCam.h>
#include <ItsDenm.h>
#include <ItsVam.h>

#include "asn1/families.h"
#include "asn1/its/its_state.h"
#include "asn1/its/its_wire.h"

/* What a simulated station says of its own accuracy besides the ellipse: nothing. */
enum {
    HEADING_CONFIDENCE_NONE = 127,
    SPEED_CONFIDENCE_NONE = 127,
    ACCEL_CONFIDENCE_NONE = 102,
    STEERING_CONFIDENCE_NONE = 127,
};

static bool has(const struct its_claim *claim, uint32_t bit)
{
    return (claim->known & bit) != 0;
}

static void make_position(const struct its_claim *claim, ItsReferencePosition_t *p)
{
    p->latitude = its_wire_raw(ITS_WIRE_LAT, has(claim, ITS_LAT), claim->lat_deg);
    p->longitude = its_wire_raw(ITS_WIRE_LON, has(claim, ITS_LON), claim->lon_deg);
    p->positionConfidenceEllipse.semiMajorConfidence =
        its_wire_raw(ITS_WIRE_SEMI_AXIS, has(claim, ITS_SEMI_MAJOR), claim->semi_major_m);
    p->positionConfidenceEllipse.semiMinorConfidence =
        its_wire_raw(ITS_WIRE_SEMI_AXIS, has(claim, ITS_SEMI_MINOR), claim->semi_minor_m);
    p->positionConfidenceEllipse.semiMajorOrientation =
        its_wire_angle(has(claim, ITS_ORIENTATION), claim->orientation_deg);
    p->altitude.altitudeValue =
        its_wire_raw(ITS_WIRE_ALTITUDE, has(claim, ITS_ELEV), claim->elev_m);
    p->altitude.altitudeConfidence = ItsAltitudeConfidence_unavailable;
}

static void make_path(const struct its_claim *claim, ItsPathHistory_t *path)
{
    for (int i = 0; i < claim->crumb_count && i < ITS_CRUMBS_MAX; i++) {
        const struct its_crumb *c = &claim->crumbs[i];
        ItsPathPoint_t *point = build_take(sizeof *point);
        ItsDeltaReferencePosition_t *p = &point->pathPosition;
        p->deltaLatitude =
            its_wire_raw(ITS_WIRE_DELTA_LL, c->known & ITS_LAT, c->lat_offset_deg);
        p->deltaLongitude =
            its_wire_raw(ITS_WIRE_DELTA_LL, c->known & ITS_LON, c->lon_offset_deg);
        p->deltaAltitude =
            its_wire_raw(ITS_WIRE_DELTA_ALTITUDE, c->known & ITS_ELEV, c->elev_offset_m);
        if (c->known & ITS_AGE) {
            point->pathDeltaTime =
                build_long(its_wire_raw(ITS_WIRE_PATH_TIME, true, c->age_s));
        }
        build_add(path, point);
    }
}

static void make_acceleration(const struct its_claim *claim,
                              ItsLongitudinalAcceleration_t *a)
{
    a->longitudinalAccelerationValue =
        its_wire_raw(ITS_WIRE_ACCEL, has(claim, ITS_ACCEL_LONG), claim->accel_long_mps2);
    a->longitudinalAccelerationConfidence = ACCEL_CONFIDENCE_NONE;
}

static ItsLateralAcceleration_t *make_lateral(const struct its_claim *claim)
{
    if (!has(claim, ITS_ACCEL_LAT)) {
        return NULL;
    }
    ItsLateralAcceleration_t *a = build_take(sizeof *a);
    a->lateralAccelerationValue = its_wire_raw(ITS_WIRE_ACCEL, true, claim->accel_lat_mps2);
    a->lateralAccelerationConfidence = ACCEL_CONFIDENCE_NONE;
    return a;
}

static void make_yaw_rate(const struct its_claim *claim, ItsYawRate_t *y)
{
    y->yawRateValue =
        its_wire_raw(ITS_WIRE_YAW_RATE, has(claim, ITS_YAW_RATE), claim->yaw_rate_dps);
    y->yawRateConfidence = ItsYawRateConfidence_unavailable;
}

static void make_curvature(const struct its_claim *claim, ItsCurvature_t *c)
{
    c->curvatureValue =
        its_wire_raw(ITS_WIRE_CURVATURE, has(claim, ITS_CURVATURE), claim->curvature_per_m);
    c->curvatureConfidence = ItsCurvatureConfidence_unavailable;
}

static void make_speed(const struct its_claim *claim, ItsSpeed_t *s)
{
    s->speedValue = its_wire_raw(ITS_WIRE_SPEED, has(claim, ITS_SPEED), claim->speed_mps);
    s->speedConfidence = SPEED_CONFIDENCE_NONE;
}

static void make_vehicle(const struct its_claim *claim, ItsBasicVehicleHighFrequency_t *v)
{
    v->heading.headingValue = its_wire_angle(has(claim, ITS_HEADING), claim->heading_deg);
    v->heading.headingConfidence = HEADING_CONFIDENCE_NONE;
    make_speed(claim, &v->speed);
    v->driveDirection = !has(claim, ITS_REVERSE) ? ItsDriveDirection_unavailable
                        : claim->reverse         ? ItsDriveDirection_backward
                                                 : ItsDriveDirection_forward;
    v->vehicleLength.vehicleLengthValue =
        its_wire_raw(ITS_WIRE_LENGTH, has(claim, ITS_LENGTH), claim->length_m);
    v->vehicleLength.vehicleLengthConfidenceIndication =
        ItsVehicleLengthConfidenceIndication_unavailable;
    v->vehicleWidth = its_wire_raw(ITS_WIRE_WIDTH, has(claim, ITS_WIDTH), claim->width_m);
    make_acceleration(claim, &v->longitudinalAcceleration);
    make_curvature(claim, &v->curvature);
    v->curvatureCalculationMode = has(claim, ITS_CURVATURE)
                                      ? ItsCurvatureCalculationMode_yawRateUsed
                                      : ItsCurvatureCalculationMode_unavailable;
    make_yaw_rate(claim, &v->yawRate);
    v->lateralAcceleration = make_lateral(claim);
    if (has(claim, ITS_STEERING)) {
        v->steeringWheelAngle = build_take(sizeof *v->steeringWheelAngle);
        v->steeringWheelAngle->steeringWheelAngleValue =
            its_wire_raw(ITS_WIRE_STEERING, true, claim->steering_deg);
        v->steeringWheelAngle->steeringWheelAngleConfidence = STEERING_CONFIDENCE_NONE;
    }
}

static void make_cam(const struct its_claim *claim, ItsCam_t *pdu)
{
    ItsCamParameters_t *cam = &pdu->cam.camParameters;
    pdu->header.protocolVersion = 2;
    pdu->header.messageID = 2;
    pdu->header.stationID = claim->station_id;
    pdu->cam.generationDeltaTime = claim->generation_delta_ms;
    cam->basicContainer.stationType = claim->station_type;
    make_position(claim, &cam->basicContainer.referencePosition);
    ItsHighFrequencyContainer_t *hf = &cam->highFrequencyContainer;
    if (claim->station_type == 15) {
        hf->present = ItsHighFrequencyContainer_PR_rsuContainerHighFrequency;
        return;
    }
    hf->present = ItsHighFrequencyContainer_PR_basicVehicleContainerHighFrequency;
    make_vehicle(claim, &hf->choice.basicVehicleContainerHighFrequency);
    if (has(claim, ITS_LIGHTS)) {
        cam->lowFrequencyContainer = build_take(sizeof *cam->lowFrequencyContainer);
        cam->lowFrequencyContainer->present =
            ItsLowFrequencyContainer_PR_basicVehicleContainerLowFrequency;
        ItsBasicVehicleLowFrequency_t *lf =
            &cam->lowFrequencyContainer->choice.basicVehicleContainerLowFrequency;
        lf->vehicleRole = claim->role;
        build_bits(&lf->exteriorLights, claim->lights, 8);
        make_path(claim, &lf->pathHistory);
    }
}

static void make_management(const struct its_claim *claim, ItsDenmManagement_t *m)
{
    m->actionID.originatingStationID = claim->originating_station;
    m->actionID.sequenceNumber = claim->sequence;
    m->detectionTime = claim->detection.ns / TIME_NS_PER_MS;
    m->referenceTime = claim->reference.ns / TIME_NS_PER_MS;
    if (has(claim, ITS_TERMINATION)) {
        m->termination = build_long(claim->negation ? ItsTermination_isNegation
                                                    : ItsTermination_isCancellation);
    }
    make_position(claim, &m->eventPosition);
    m->validityDuration = build_long(claim->validity_s);
    m->stationType = claim->station_type;
}

static void make_denm(const struct its_claim *claim, ItsDenm_t *pdu)
{
    pdu->header.protocolVersion = 2;
    pdu->header.messageID = 1;
    pdu->header.stationID = claim->station_id;
    make_management(claim, &pdu->denm.management);
    if (has(claim, ITS_EVENT)) {
        ItsDenmSituation_t *s = build_take(sizeof *s);
        s->informationQuality = claim->quality;
        s->eventType.causeCode = claim->cause;
        s->eventType.subCauseCode = claim->sub_cause;
        pdu->denm.situation = s;
    }
    if (has(claim, ITS_SPEED | ITS_HEADING) || claim->crumb_count > 0) {
        ItsDenmLocation_t *location = build_take(sizeof *location);
        if (has(claim, ITS_SPEED)) {
            location->eventSpeed = build_take(sizeof *location->eventSpeed);
            make_speed(claim, location->eventSpeed);
        }
        if (has(claim, ITS_HEADING)) {
            location->eventPositionHeading =
                build_take(sizeof *location->eventPositionHeading);
            location->eventPositionHeading->headingValue =
                its_wire_angle(true, claim->heading_deg);
            location->eventPositionHeading->headingConfidence = HEADING_CONFIDENCE_NONE;
        }
        ItsPathHistory_t *path = build_take(sizeof *path);
        make_path(claim, path);
        build_add(&location->traces, path);
        pdu->denm.location = location;
    }
}

static void make_vru_movement(const struct its_claim *claim, ItsVruHighFrequency_t *v)
{
    v->heading.value = its_wire_angle(has(claim, ITS_HEADING), claim->heading_deg);
    v->heading.confidence = HEADING_CONFIDENCE_NONE;
    make_speed(claim, &v->speed);
    make_acceleration(claim, &v->longitudinalAcceleration);
    if (has(claim, ITS_CURVATURE)) {
        v->curvature = build_take(sizeof *v->curvature);
        make_curvature(claim, v->curvature);
    }
    if (has(claim, ITS_YAW_RATE)) {
        v->yawRate = build_take(sizeof *v->yawRate);
        make_yaw_rate(claim, v->yawRate);
    }
    v->lateralAcceleration = make_lateral(claim);
    if (has(claim, ITS_DEVICE_USAGE)) {
        v->deviceUsage = build_long(claim->device_usage);
    }
}

static ItsVruLowFrequency_t *make_vru_description(const struct its_claim *claim)
{
    if (!has(claim, ITS_PROFILE)) {
        return NULL;
    }
    ItsVruLowFrequency_t *lf = build_take(sizeof *lf);
    lf->profileAndSubprofile.present =
        (ItsVruProfile_PR)(ItsVruProfile_PR_pedestrian + claim->profile);
    lf->profileAndSubprofile.choice.pedestrian = claim->subprofile;
    if (has(claim, ITS_SIZE_CLASS)) {
        lf->sizeClass = build_long(claim->size_class);
    }
    if (has(claim, ITS_LIGHTS)) {
        lf->exteriorLights = build_take(sizeof *lf->exteriorLights);
        build_bits(&lf->exteriorLights->vehicular, claim->lights, 8);
        build_bits(&lf->exteriorLights->vruSpecific, 0, 8);
    }
    return lf;
}

static void make_vam(const struct its_claim *claim, ItsVam_t *pdu)
{
    ItsVamParameters_t *vam = &pdu->vam.vamParameters;
    ItsReferencePosition2_t *p = &vam->basicContainer.referencePosition;
    ItsReferencePosition_t same = {0};
    pdu->header.protocolVersion = 3;
    pdu->header.messageId = 16;
    pdu->header.stationId = claim->station_id;
    pdu->vam.generationDeltaTime = claim->generation_delta_ms;
    vam->basicContainer.stationType = claim->station_type;
    make_position(claim, &same);
    p->latitude = same.latitude;
    p->longitude = same.longitude;
    p->positionConfidenceEllipse.semiMajorAxisLength =
        same.positionConfidenceEllipse.semiMajorConfidence;
    p->positionConfidenceEllipse.semiMinorAxisLength =
        same.positionConfidenceEllipse.semiMinorConfidence;
    p->positionConfidenceEllipse.semiMajorAxisOrientation =
        same.positionConfidenceEllipse.semiMajorOrientation;
    p->altitude.altitudeValue = same.altitude.altitudeValue;
    p->altitude.altitudeConfidence = same.altitude.altitudeConfidence;
    make_vru_movement(claim, &vam->vruHighFrequencyContainer);
    vam->vruLowFrequencyContainer = make_vru_description(claim);
    if (has(claim, ITS_CLUSTER)) {
        vam->vruClusterInformationContainer =
            build_take(sizeof *vam->vruClusterInformationContainer);
        vam->vruClusterInformationContainer->vruClusterInformation.clusterCardinalitySize =
            claim->cluster_size;
    }
    if (claim->crumb_count > 0) {
        ItsVruMotionPrediction_t *motion = build_take(sizeof *motion);
        motion->pathHistory = build_take(sizeof *motion->pathHistory);
        make_path(claim, motion->pathHistory);
        vam->vruMotionPredictionContainer = motion;
    }
}

/* Numbers that go to the wire as they are. */
static int check(const struct its_claim *claim, struct fail *fail)
{
    static const int64_t last_ns = INT64_C(4398046511103) * TIME_NS_PER_MS;
    const struct {
        const char *name;
        int64_t value, high;
    } rules[] = {
        {"role", claim->role, 15},
        {"profile", claim->profile, ITS_ANIMAL},
        {"subprofile", claim->subprofile, 15},
        {"size_class", claim->size_class, 15},
        {"device_usage", claim->device_usage, 15},
        {"quality", claim->quality, 7},
        {"validity_s", claim->validity_s, 86400},
        {"crumb_count", claim->crumb_count, ITS_CRUMBS_MAX},
        {"detection", claim->detection.ns, last_ns},
        {"reference", claim->reference.ns, last_ns},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].value < 0 || rules[i].value > rules[i].high) {
            return fail_set(fail, RESULT_USAGE, "%s = %lld: at least 0, at most %lld",
                            rules[i].name, (long long)rules[i].value,
                            (long long)rules[i].high);
        }
    }
    return 0;
}

int its_make(const struct its_claim *claim, asn_TYPE_descriptor_t **type, void **pdu,
             struct fail *fail)
{
    int code = check(claim, fail);
    if (code) {
        return code;
    }
    switch (claim->kind) {
    case ITS_CAM:
        *type = &asn_DEF_ItsCam;
        *pdu = build_take(sizeof(ItsCam_t));
        make_cam(claim, *pdu);
        return 0;
    case ITS_DENM:
        *type = &asn_DEF_ItsDenm;
        *pdu = build_take(sizeof(ItsDenm_t));
        make_denm(claim, *pdu);
        return 0;
    case ITS_VAM:
        *type = &asn_DEF_ItsVam;
        *pdu = build_take(sizeof(ItsVam_t));
        make_vam(claim, *pdu);
        return 0;
    case ITS_NONE:
        break;
    }
    return fail_set(fail, RESULT_USAGE, "message kind %d has no encoding", claim->kind);
}
