/* SPDX-License-Identifier: Apache-2.0 */
/* The names of bits in ETSI data elements (TS 102 894-2, ISO 14823), first bit on the wire
 * first. In: a type name of our modules. Out: its names. */
#include <string.h>

#include "asn1/its/its_state.h"

static const char *const acceleration_control[] = {"brakePedalEngaged",
                                                   "gasPedalEngaged",
                                                   "emergencyBrakeEngaged",
                                                   "collisionWarningEngaged",
                                                   "accEngaged",
                                                   "cruiseControlEngaged",
                                                   "speedLimiterEngaged",
                                                   NULL};
static const char *const emergency_priority[] = {
    "requestForRightOfWay", "requestForFreeCrossingAtATrafficLight", NULL};
static const char *const energy_storage_type[] = {
    "hydrogenStorage",  "electricEnergyStorage",
    "liquidPropaneGas", "compressedNaturalGas",
    "diesel",           "gasoline",
    "ammonia",          NULL};
static const char *const exterior_lights[] = {
    "lowBeamHeadlightsOn", "highBeamHeadlightsOn",   "leftTurnSignalOn",
    "rightTurnSignalOn",   "daytimeRunningLightsOn", "reverseLightOn",
    "fogLightOn",          "parkingLightsOn",        NULL};
static const char *const light_bar_siren_in_use[] = {"lightBarActivated", "sirenActivated",
                                                     NULL};
static const char *const matrix_components[] = {"xPosition",
                                                "yPosition",
                                                "zPosition",
                                                "xVelocityOrVelocityMagnitude",
                                                "yVelocityOrVelocityDirection",
                                                "zSpeed",
                                                "xAccelOrAccelMagnitude",
                                                "yAccelOrAccelDirection",
                                                "zAcceleration",
                                                "zAngle",
                                                "yAngle",
                                                "xAngle",
                                                "zAngularVelocity",
                                                NULL};
static const char *const position_of_occupants[] = {
    "row1LeftOccupied",  "row1RightOccupied", "row1MidOccupied",
    "row1NotDetectable", "row1NotPresent",    "row2LeftOccupied",
    "row2RightOccupied", "row2MidOccupied",   "row2NotDetectable",
    "row2NotPresent",    "row3LeftOccupied",  "row3RightOccupied",
    "row3MidOccupied",   "row3NotDetectable", "row3NotPresent",
    "row4LeftOccupied",  "row4RightOccupied", "row4MidOccupied",
    "row4NotDetectable", "row4NotPresent",    NULL};
static const char *const sensor_types[] = {
    "undefined",        "radar",           "lidar",      "monovideo",
    "stereovision",     "nightvision",     "ultrasonic", "pmd",
    "inductionLoop",    "sphericalCamera", "uwb",        "acoustic",
    "localAggregation", "itsAggregation",  NULL};
static const char *const sign_day_types[] = {"national-holiday", "even-days", "odd-days",
                                             "market-day", NULL};
static const char *const sign_days_of_week[] = {"unused",    "monday",   "tuesday",
                                                "wednesday", "thursday", "friday",
                                                "saturday",  "sunday",   NULL};
static const char *const special_transport_type[] = {"heavyLoad", "excessWidth",
                                                     "excessLength", "excessHeight", NULL};
static const char *const stored_information_type[] = {"undefined",  "staticDb", "dynamicDb",
                                                      "realTimeDb", "map",      NULL};
static const char *const vru_cluster_profiles[] = {"pedestrian", "bicyclist",
                                                   "motorcyclist", "animal", NULL};
static const char *const vru_specific_exterior_lights[] = {
    "unavailable", "backFlashLight", "helmetLight", "armLight",
    "legLight",    "wheelLight",     NULL};

static const struct {
    const char *type;
    const char *const *names;
} rows[] = {
    {"ItsAccelerationControl", acceleration_control},
    {"ItsEmergencyPriority", emergency_priority},
    {"ItsEnergyStorageType", energy_storage_type},
    {"ItsExteriorLights", exterior_lights},
    {"ItsLightBarSirenInUse", light_bar_siren_in_use},
    {"ItsMatrixComponents", matrix_components},
    {"ItsPositionOfOccupants", position_of_occupants},
    {"ItsSensorTypes", sensor_types},
    {"ItsSignDayTypes", sign_day_types},
    {"ItsSignDaysOfWeek", sign_days_of_week},
    {"ItsSpecialTransportType", special_transport_type},
    {"ItsStoredInformationType", stored_information_type},
    {"ItsVruClusterProfiles", vru_cluster_profiles},
    {"ItsVruSpecificExteriorLights", vru_specific_exterior_lights},
};

const char *const *its_bit_names(const char *type)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(type, rows[i].type) == 0) {
            return rows[i].names;
        }
    }
    return NULL;
}
