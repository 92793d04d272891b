/* SPDX-License-Identifier: Apache-2.0 */
/* The units of ETSI data elements, by the names of our modules, sorted: TS 102 894-2, for
 * names in V1 TS 102 894-2 V1.2.1 and TR 103 562. In: a type name. Out: its row. Timestamps
 * (TAI milliseconds since 2004) stay whole numbers. */
#include <string.h>

#include "asn1/its/its_state.h"
#include "asn1/si.h"

/* clang-format off */
static const struct si_unit units[] = {
    /* type                              suffix      mul       div  add  none */
    {"ItsAccelerationConfidence",        "_mps2",      1,        10, 0, 102, SI_LINEAR},
    {"ItsAccelerationMagnitudeValue",    "_mps2",      1,        10, 0, 161, SI_LINEAR},
    {"ItsAccelerationValue",             "_mps2",      1,        10, 0, 161, SI_LINEAR},
    {"ItsAltitudeValue",                 "_m",         1,       100, 0, 800001, SI_LINEAR},
    {"ItsAngleConfidence",               "_deg",       1,        10, 0, 127, SI_LINEAR},
    {"ItsAngleValue",                    "_deg",       1,        10, 0, 3601, SI_LINEAR},
    {"ItsAngularVelocityValue",          "_dps",       1,         1, 0, 256, SI_LINEAR},
    {"ItsConfidenceLevel",               "_percent",   1,         1, 0, 101, SI_LINEAR},
    {"ItsCoordinate",                    "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsCoordinateConfidence",          "_m",         1,       100, 0, 4096, SI_LINEAR},
    {"ItsCoordinateLarge",               "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsCoordinateSmall",               "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsCurvatureValue",                "_per_m",     1,     10000, 0, 1023, SI_LINEAR},
    {"ItsCurvatureValueV1",              "_per_m",     1,     30000, 0, 30001, SI_LINEAR},
    {"ItsDeltaAltitude",                 "_m",         1,       100, 0, 12800, SI_LINEAR},
    {"ItsDeltaLatitude",                 "_deg",       1,  10000000, 0, 131072, SI_LINEAR},
    {"ItsDeltaLongitude",                "_deg",       1,  10000000, 0, 131072, SI_LINEAR},
    {"ItsDeltaTimeQuarterSecond",        "_s",        32,       125, 0, 255, SI_LINEAR},
    {"ItsDeltaTimeTen",                  "_s",        10,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsDeltaTimeTenth",                "_s",         1,        10, 0, 127, SI_LINEAR},
    {"ItsDistanceConfidenceV1",          "_m",         1,       100, 0, 102, SI_LINEAR},
    {"ItsDistanceValueV1",               "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsFrontOverhangV1",               "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsGenerationDeltaTime",           "_ms",        1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsHeadingConfidence",             "_deg",       1,        10, 0, 127, SI_LINEAR},
    {"ItsHeadingValue",                  "_deg",       1,        10, 0, 3601, SI_LINEAR},
    {"ItsHeightLonCarr",                 "_m",         1,       100, 0, 100, SI_LINEAR},
    {"ItsHitchPointOffsetV1",            "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsInterceptionProbability",       "_percent",   2,         1, 0, 63, SI_LINEAR},
    {"ItsIviLaneWidth",                  "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsLaneValueV1",                   "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsLatitude",                      "_deg",       1,  10000000, 0, 900000001, SI_LINEAR},
    {"ItsLength12b",                     "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsLength1B",                      "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsLength9b",                      "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsLongitude",                     "_deg",       1,  10000000, 0, 1800000001, SI_LINEAR},
    {"ItsLongitudinalLaneConfidence",    "_m",         1,        10, 0, 1023, SI_LINEAR},
    {"ItsLongitudinalLaneValue",         "_m",         1,        10, 0, 32767, SI_LINEAR},
    {"ItsMeasurementDeltaTime",          "_ms",        1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsObjectAge",                     "_ms",        1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsObjectAgeV1",                   "_ms",        1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsObjectDimensionConfidence",     "_m",         1,        10, 0, 32, SI_LINEAR},
    {"ItsObjectDimensionValue",          "_m",         1,        10, 0, 256, SI_LINEAR},
    {"ItsObjectDimensionValueV1",        "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsPathDeltaTime",                 "_s",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsPercentV1",                     "_percent",   1,         1, 0, 101, SI_LINEAR},
    {"ItsPosCentMass",                   "_m",         1,        10, 0, 63, SI_LINEAR},
    {"ItsPosFrontAx",                    "_m",         1,        10, 0, 20, SI_LINEAR},
    {"ItsPosLonCarr",                    "_m",         1,       100, 0, 127, SI_LINEAR},
    {"ItsPosPillar",                     "_m",         1,        10, 0, 30, SI_LINEAR},
    {"ItsProtectedZoneRadius",           "_m",         1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsRangeV1",                       "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsRearOverhangV1",                "_m",         1,        10, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsSemiAxisLength",                "_m",         1,       100, 0, 4095, SI_LINEAR},
    {"ItsSensorHeightV1",                "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsSignIncline",                   "_percent",   1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsSpeedConfidence",               "_mps",       1,       100, 0, 127, SI_LINEAR},
    {"ItsSpeedLimit",                    "_kmh",       1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsSpeedValue",                    "_mps",       1,       100, 0, 16383, SI_LINEAR},
    {"ItsSpeedValueV1",                  "_mps",       1,       100, 0, 16383, SI_LINEAR},
    {"ItsStabilityLossProbability",      "_percent",   2,         1, 0, 63, SI_LINEAR},
    {"ItsSteeringWheelAngleConfidence",  "_deg",       3,         2, 0, 127, SI_LINEAR},
    {"ItsSteeringWheelAngleValue",       "_deg",       3,         2, 0, 512, SI_LINEAR},
    {"ItsTemperature",                   "_degc",      1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsTimeOfMeasurementV1",           "_ms",        1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsTransmissionInterval",          "_ms",        1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsTurningRadius",                 "_m",         2,         5, 0, 255, SI_LINEAR},
    {"ItsValidityDuration",              "_s",         1,         1, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsVehicleLengthValue",            "_m",         1,        10, 0, 1023, SI_LINEAR},
    {"ItsVehicleMass",                   "_kg",      100,         1, 0, 1024, SI_LINEAR},
    {"ItsVehicleWidth",                  "_m",         1,        10, 0, 62, SI_LINEAR},
    {"ItsVelocityValue",                 "_mps",       1,       100, 0, 16383, SI_LINEAR},
    {"ItsWheelBaseVehicle",              "_m",         1,        10, 0, 127, SI_LINEAR},
    {"ItsXSensorOffsetV1",               "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsYSensorOffsetV1",               "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
    {"ItsYawRateValue",                  "_dps",       1,       100, 0, 32767, SI_LINEAR},
    {"ItsZSensorOffsetV1",               "_m",         1,       100, 0, SI_NO_SENTINEL, SI_LINEAR},
};
/* clang-format on */

const struct si_unit *its_unit_of(const char *type)
{
    size_t low = 0;
    size_t high = sizeof units / sizeof units[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(type, units[middle].type);
        if (order == 0) {
            return &units[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
