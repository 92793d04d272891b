/* SPDX-License-Identifier: Apache-2.0 */
/* CAM, DENM and VAM to plain values. In: asn1c's structure of a decoded PDU. Out: a claim.
 */
#include <ItsCam.h>
#include <ItsCamV1.h>
#include <ItsDenm.h>
#include <ItsDenmV1.h>
#include <ItsVam.h>

#include "asn1/families.h"
#include "asn1/its/its_state.h"
#include "asn1/its/its_wire.h"

static void read_place(long latitude, long longitude, long altitude,
                       struct its_claim *claim)
{
    uint32_t *known = &claim->known;
    claim->lat_deg = its_wire_si(ITS_WIRE_LAT, latitude, known, ITS_LAT);
    claim->lon_deg = its_wire_si(ITS_WIRE_LON, longitude, known, ITS_LON);
    claim->elev_m = its_wire_si(ITS_WIRE_ALTITUDE, altitude, known, ITS_ELEV);
}

static void read_ellipse(long major, long minor, long orientation, struct its_claim *claim)
{
    uint32_t *known = &claim->known;
    claim->semi_major_m = its_wire_si(ITS_WIRE_SEMI_AXIS, major, known, ITS_SEMI_MAJOR);
    claim->semi_minor_m = its_wire_si(ITS_WIRE_SEMI_AXIS, minor, known, ITS_SEMI_MINOR);
    claim->orientation_deg = its_wire_angle_deg(orientation, known, ITS_ORIENTATION);
}

static void read_position(const ItsReferencePosition_t *p, struct its_claim *claim)
{
    read_place(p->latitude, p->longitude, p->altitude.altitudeValue, claim);
    read_ellipse(p->positionConfidenceEllipse.semiMajorConfidence,
                 p->positionConfidenceEllipse.semiMinorConfidence,
                 p->positionConfidenceEllipse.semiMajorOrientation, claim);
}

static void read_path(const ItsPathHistory_t *path, struct its_claim *claim)
{
    for (int i = 0; i < path->list.count && i < ITS_CRUMBS_MAX; i++) {
        const ItsPathPoint_t *point = path->list.array[i];
        const ItsDeltaReferencePosition_t *p = &point->pathPosition;
        struct its_crumb *c = &claim->crumbs[i];
        *c = (struct its_crumb){0};
        c->lat_offset_deg =
            its_wire_si(ITS_WIRE_DELTA_LL, p->deltaLatitude, &c->known, ITS_LAT);
        c->lon_offset_deg =
            its_wire_si(ITS_WIRE_DELTA_LL, p->deltaLongitude, &c->known, ITS_LON);
        c->elev_offset_m =
            its_wire_si(ITS_WIRE_DELTA_ALTITUDE, p->deltaAltitude, &c->known, ITS_ELEV);
        /* Extended values may be negative, and mean nothing. */
        if (point->pathDeltaTime && *point->pathDeltaTime > 0) {
            c->age_s =
                its_wire_si(ITS_WIRE_PATH_TIME, *point->pathDeltaTime, &c->known, ITS_AGE);
        }
        claim->crumb_count = (uint8_t)(i + 1);
    }
}

/* What both editions of the vehicle's high-frequency container hold in types of their own.
 */
struct movement {
    long heading, speed, direction, length, width, accel, yaw_rate;
    const ItsLateralAcceleration_t *lateral;
    const ItsSteeringWheelAngle_t *steering;
};

static void read_movement(const struct movement *m, struct its_claim *claim)
{
    uint32_t *known = &claim->known;
    claim->heading_deg = its_wire_angle_deg(m->heading, known, ITS_HEADING);
    claim->speed_mps = its_wire_si(ITS_WIRE_SPEED, m->speed, known, ITS_SPEED);
    claim->reverse = m->direction == ItsDriveDirection_backward;
    *known |= m->direction != ItsDriveDirection_unavailable ? ITS_REVERSE : 0;
    claim->length_m = its_wire_si(ITS_WIRE_LENGTH, m->length, known, ITS_LENGTH);
    claim->width_m = its_wire_si(ITS_WIRE_WIDTH, m->width, known, ITS_WIDTH);
    claim->accel_long_mps2 = its_wire_si(ITS_WIRE_ACCEL, m->accel, known, ITS_ACCEL_LONG);
    claim->yaw_rate_dps = its_wire_si(ITS_WIRE_YAW_RATE, m->yaw_rate, known, ITS_YAW_RATE);
    if (m->lateral) {
        claim->accel_lat_mps2 = its_wire_si(
            ITS_WIRE_ACCEL, m->lateral->lateralAccelerationValue, known, ITS_ACCEL_LAT);
    }
    if (m->steering) {
        claim->steering_deg = its_wire_si(
            ITS_WIRE_STEERING, m->steering->steeringWheelAngleValue, known, ITS_STEERING);
    }
}

static void read_low_frequency(const ItsLowFrequencyContainer_t *container,
                               struct its_claim *claim)
{
    if (container && container->present ==
                         ItsLowFrequencyContainer_PR_basicVehicleContainerLowFrequency) {
        const ItsBasicVehicleLowFrequency_t *lf =
            &container->choice.basicVehicleContainerLowFrequency;
        claim->known |= ITS_LIGHTS;
        claim->role = (uint8_t)lf->vehicleRole;
        claim->lights = (uint16_t)build_read_bits(&lf->exteriorLights);
        read_path(&lf->pathHistory, claim);
    }
}

static void read_cam(const ItsCam_t *pdu, struct its_claim *claim)
{
    const ItsCamParameters_t *cam = &pdu->cam.camParameters;
    const ItsHighFrequencyContainer_t *hf = &cam->highFrequencyContainer;
    claim->generation_delta_ms = (uint16_t)pdu->cam.generationDeltaTime;
    claim->station_type = (uint8_t)cam->basicContainer.stationType;
    read_position(&cam->basicContainer.referencePosition, claim);
    if (hf->present == ItsHighFrequencyContainer_PR_basicVehicleContainerHighFrequency) {
        const ItsBasicVehicleHighFrequency_t *v =
            &hf->choice.basicVehicleContainerHighFrequency;
        read_movement(
            &(struct movement){
                .heading = v->heading.headingValue,
                .speed = v->speed.speedValue,
                .direction = v->driveDirection,
                .length = v->vehicleLength.vehicleLengthValue,
                .width = v->vehicleWidth,
                .accel = v->longitudinalAcceleration.longitudinalAccelerationValue,
                .yaw_rate = v->yawRate.yawRateValue,
                .lateral = v->lateralAcceleration,
                .steering = v->steeringWheelAngle,
            },
            claim);
        claim->curvature_per_m = its_wire_si(
            ITS_WIRE_CURVATURE, v->curvature.curvatureValue, &claim->known, ITS_CURVATURE);
    }
    read_low_frequency(cam->lowFrequencyContainer, claim);
}

static void read_cam_v1(const ItsCamV1_t *pdu, struct its_claim *claim)
{
    const ItsCamParametersV1_t *cam = &pdu->cam.camParameters;
    const ItsHighFrequencyContainerV1_t *hf = &cam->highFrequencyContainer;
    claim->generation_delta_ms = (uint16_t)pdu->cam.generationDeltaTime;
    claim->station_type = (uint8_t)cam->basicContainer.stationType;
    read_position(&cam->basicContainer.referencePosition, claim);
    if (hf->present == ItsHighFrequencyContainerV1_PR_basicVehicleContainerHighFrequency) {
        const ItsBasicVehicleHighFrequencyV1_t *v =
            &hf->choice.basicVehicleContainerHighFrequency;
        read_movement(
            &(struct movement){
                .heading = v->heading.headingValue,
                .speed = v->speed.speedValue,
                .direction = v->driveDirection,
                .length = v->vehicleLength.vehicleLengthValue,
                .width = v->vehicleWidth,
                .accel = v->longitudinalAcceleration.longitudinalAccelerationValue,
                .yaw_rate = v->yawRate.yawRateValue,
                .lateral = v->lateralAcceleration,
                .steering = v->steeringWheelAngle,
            },
            claim);
        claim->curvature_per_m =
            its_wire_si(ITS_WIRE_CURVATURE_V1, v->curvature.curvatureValue, &claim->known,
                        ITS_CURVATURE);
    }
    read_low_frequency(cam->lowFrequencyContainer, claim);
}

static void read_management(const ItsDenmManagement_t *m, struct its_claim *claim)
{
    claim->station_type = (uint8_t)m->stationType;
    claim->originating_station = (uint32_t)m->actionID.originatingStationID;
    claim->sequence = (uint16_t)m->actionID.sequenceNumber;
    claim->detection.ns = m->detectionTime * TIME_NS_PER_MS;
    claim->reference.ns = m->referenceTime * TIME_NS_PER_MS;
    claim->validity_s = m->validityDuration ? (uint32_t)*m->validityDuration : 600;
    if (m->termination) {
        claim->known |= ITS_TERMINATION;
        claim->negation = *m->termination == ItsTermination_isNegation;
    }
    read_position(&m->eventPosition, claim);
}

static void read_event(long cause, long sub_cause, long quality, struct its_claim *claim)
{
    claim->known |= ITS_EVENT;
    claim->cause = (uint8_t)cause;
    claim->sub_cause = (uint8_t)sub_cause;
    claim->quality = (uint8_t)quality;
}

/* The first trace is the way that leads to the event. */
static void read_location(const ItsDenmLocation_t *location, struct its_claim *claim)
{
    if (!location) {
        return;
    }
    if (location->eventSpeed) {
        claim->speed_mps = its_wire_si(ITS_WIRE_SPEED, location->eventSpeed->speedValue,
                                       &claim->known, ITS_SPEED);
    }
    if (location->eventPositionHeading) {
        claim->heading_deg = its_wire_angle_deg(
            location->eventPositionHeading->headingValue, &claim->known, ITS_HEADING);
    }
    if (location->traces.list.count > 0) {
        read_path(location->traces.list.array[0], claim);
    }
}

static void read_denm(const ItsDenm_t *pdu, struct its_claim *claim)
{
    const ItsDenmSituation_t *s = pdu->denm.situation;
    read_management(&pdu->denm.management, claim);
    if (s) {
        read_event(s->eventType.causeCode, s->eventType.subCauseCode, s->informationQuality,
                   claim);
    }
    read_location(pdu->denm.location, claim);
}

static void read_denm_v1(const ItsDenmV1_t *pdu, struct its_claim *claim)
{
    const ItsDenmSituationV1_t *s = pdu->denm.situation;
    read_management(&pdu->denm.management, claim);
    if (s) {
        read_event(s->eventType.causeCode, s->eventType.subCauseCode, s->informationQuality,
                   claim);
    }
    read_location(pdu->denm.location, claim);
}

static void read_vru_movement(const ItsVruHighFrequency_t *v, struct its_claim *claim)
{
    uint32_t *known = &claim->known;
    claim->heading_deg = its_wire_angle_deg(v->heading.value, known, ITS_HEADING);
    claim->speed_mps = its_wire_si(ITS_WIRE_SPEED, v->speed.speedValue, known, ITS_SPEED);
    claim->accel_long_mps2 = its_wire_si(
        ITS_WIRE_ACCEL, v->longitudinalAcceleration.longitudinalAccelerationValue, known,
        ITS_ACCEL_LONG);
    if (v->curvature) {
        claim->curvature_per_m = its_wire_si(
            ITS_WIRE_CURVATURE, v->curvature->curvatureValue, known, ITS_CURVATURE);
    }
    if (v->yawRate) {
        claim->yaw_rate_dps =
            its_wire_si(ITS_WIRE_YAW_RATE, v->yawRate->yawRateValue, known, ITS_YAW_RATE);
    }
    if (v->lateralAcceleration) {
        claim->accel_lat_mps2 =
            its_wire_si(ITS_WIRE_ACCEL, v->lateralAcceleration->lateralAccelerationValue,
                        known, ITS_ACCEL_LAT);
    }
    if (v->deviceUsage) {
        claim->device_usage = (uint8_t)*v->deviceUsage;
        *known |= ITS_DEVICE_USAGE;
    }
}

static void read_vru_description(const ItsVruLowFrequency_t *lf, struct its_claim *claim)
{
    const ItsVruProfile_t *profile = &lf->profileAndSubprofile;
    if (profile->present != ItsVruProfile_PR_NOTHING) {
        claim->known |= ITS_PROFILE;
        claim->profile = (uint8_t)(profile->present - ItsVruProfile_PR_pedestrian);
        /* All four are the same type at the same place. */
        claim->subprofile = (uint8_t)profile->choice.pedestrian;
    }
    if (lf->sizeClass) {
        claim->known |= ITS_SIZE_CLASS;
        claim->size_class = (uint8_t)*lf->sizeClass;
    }
    if (lf->exteriorLights) {
        claim->known |= ITS_LIGHTS;
        claim->lights = (uint16_t)build_read_bits(&lf->exteriorLights->vehicular);
    }
}

static void read_vam(const ItsVam_t *pdu, struct its_claim *claim)
{
    const ItsVamParameters_t *vam = &pdu->vam.vamParameters;
    const ItsReferencePosition2_t *p = &vam->basicContainer.referencePosition;
    claim->generation_delta_ms = (uint16_t)pdu->vam.generationDeltaTime;
    claim->station_type = (uint8_t)vam->basicContainer.stationType;
    read_place(p->latitude, p->longitude, p->altitude.altitudeValue, claim);
    read_ellipse(p->positionConfidenceEllipse.semiMajorAxisLength,
                 p->positionConfidenceEllipse.semiMinorAxisLength,
                 p->positionConfidenceEllipse.semiMajorAxisOrientation, claim);
    read_vru_movement(&vam->vruHighFrequencyContainer, claim);
    if (vam->vruLowFrequencyContainer) {
        read_vru_description(vam->vruLowFrequencyContainer, claim);
    }
    if (vam->vruClusterInformationContainer) {
        claim->known |= ITS_CLUSTER;
        claim->cluster_size = (uint8_t)vam->vruClusterInformationContainer
                                  ->vruClusterInformation.clusterCardinalitySize;
    }
    if (vam->vruMotionPredictionContainer &&
        vam->vruMotionPredictionContainer->pathHistory) {
        read_path(vam->vruMotionPredictionContainer->pathHistory, claim);
    }
}

void its_read(const asn_TYPE_descriptor_t *type, void *pdu, struct its_claim *claim)
{
    /* Every PDU begins with the same three numbers. */
    const ItsPduHeader_t *header = pdu;
    claim->protocol_version = (uint8_t)header->protocolVersion;
    claim->station_id = (uint32_t)header->stationID;
    if (type == &asn_DEF_ItsCam) {
        claim->kind = ITS_CAM;
        read_cam(pdu, claim);
    } else if (type == &asn_DEF_ItsCamV1) {
        claim->kind = ITS_CAM;
        read_cam_v1(pdu, claim);
    } else if (type == &asn_DEF_ItsDenm) {
        claim->kind = ITS_DENM;
        read_denm(pdu, claim);
    } else if (type == &asn_DEF_ItsDenmV1) {
        claim->kind = ITS_DENM;
        read_denm_v1(pdu, claim);
    } else if (type == &asn_DEF_ItsVam) {
        claim->kind = ITS_VAM;
        read_vam(pdu, claim);
    }
}
