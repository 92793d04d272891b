/* SPDX-License-Identifier: Apache-2.0 */
/* The table of units: SAE J2735 data elements by name, sorted. In: a type name. Out: its
 * row. Elements whose unit depends on another member (Radius-B12, OffsetLL-B16) have none.
 */
#include "asn1/dialect.h"
#include "asn1/si.h"
#include "asn1/turn.h"

/* clang-format off */
static const struct si_unit units[] = {
    /* type                            suffix      mul      div add none          rule */
    {"Acceleration",                  "_mps2",         1,      100,   0, 2001, SI_LINEAR},
    {"AmbientAirPressure",            "_hpa",          2,        1, 580, 0, SI_LINEAR},
    {"AmbientAirTemperature",         "_degc",         1,        1, -40, 191, SI_LINEAR},
    {"Angle",                         "_deg",          1,       80,   0, 28800, SI_LINEAR},
    {"AttachmentRadius",              "_m",            1,       10,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"AxleWeight",                    "_kg",           1,        2,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"BumperHeight",                  "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"CargoWeight",                   "_kg",           2,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"ClassificationConfidence",      "_percent",     1,        1,   0, 101, SI_LINEAR},
    {"CoarseHeading",                 "_deg",          3,        2,   0, 240, SI_LINEAR},
    {"CoefficientOfFriction",         "_ratio",        1,       50,   0, 0, SI_LINEAR},
    {"Confidence",                    "_percent",      1,        2,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"DOffset",                       "_min",          1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"DSecond",                       "_ms",           1,        1,   0, 65535, SI_LINEAR},
    {"DeltaAngle",                    "_deg",          1,        1,   0, -150, SI_LINEAR},
    {"DeltaTime",                     "_s",           10,        1,   0, -122, SI_LINEAR},
    {"DrivenLineOffsetLg",            "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"DrivenLineOffsetSm",            "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"DrivingWheelAngle",             "_deg",          1,        3,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Elevation",                     "_m",            1,       10,   0, -4096, SI_LINEAR},
    {"ElevationOffset-B10",           "_m",            1,       10,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"EssMobileFriction",             "_percent",      1,        1,   0, 101, SI_LINEAR},
    {"GrossDistance",                 "_m",            1,        1,   0, 1023, SI_LINEAR},
    {"GrossSpeed",                    "_mps",          1,        1,   0, 31, SI_LINEAR},
    {"Heading",                       "_deg",          1,       80,   0, 28800, SI_LINEAR},
    {"HeadingDeg",                    "_deg",         1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"LaneWidth",                     "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Latitude",                      "_deg",          1, 10000000,   0, 900000001, SI_LINEAR},
    {"Longitude",                     "_deg",          1, 10000000,   0, 1800000001, SI_LINEAR},
    {"MeasurementTimeOffset",         "_ms",          1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"MergeDivergeNodeAngle",         "_deg",          3,        2,   0, -180, SI_LINEAR},
    {"MinuteOfTheYear",               "_min",          1,        1,   0, 527040, SI_LINEAR},
    {"MinutesDuration",               "_min",          1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"NTCIPEssVisibility",            "_m",           1,       10,   0, 1000001, SI_LINEAR},
    {"ObjectDistance",                "_m",           1,       10,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"ObstacleDirection",             "_deg",          1,       80,   0, 28800, SI_LINEAR},
    {"ObstacleDistance",              "_m",            1,        1,   0, 32767, SI_LINEAR},
    {"Offset-B09",                    "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Offset-B10",                    "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Offset-B11",                    "_m",            1,      100,   0, -1024, SI_LINEAR},
    {"Offset-B12",                    "_m",            1,      100,   0, -2048, SI_LINEAR},
    {"Offset-B13",                    "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Offset-B14",                    "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Offset-B16",                    "_m",            1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"OffsetLL-B12",                  "_deg",          1, 10000000,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"OffsetLL-B14",                  "_deg",          1, 10000000,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"OffsetLL-B18",                  "_deg",          1, 10000000,   0, -131072, SI_LINEAR},
    {"OffsetLL-B22",                  "_deg",          1, 10000000,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"OffsetLL-B24",                  "_deg",          1, 10000000,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"PersonalClusterRadius",         "_m",            1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"PitchDetected",                 "_deg",         1,       80,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"PitchRate",                     "_dps",         1,      100,   0, 32767, SI_LINEAR},
    {"RadiusOfCurvature",             "_m",            1,       10,   0, 32767, SI_LINEAR},
    {"RoadwayCrownAngle",             "_deg",          3,       10,   0, -128, SI_LINEAR},
    {"RollDetected",                  "_deg",         1,       80,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"RollRate",                      "_dps",         1,      100,   0, 32767, SI_LINEAR},
    {"Scale-B12",                     "_percent",      1,       20,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"SecondOfTime",                  "_s",            1,        1,   0, 61, SI_LINEAR},
    {"SemiMajorAxisAccuracy",         "_m",            1,       20,   0, 255, SI_LINEAR},
    {"SemiMajorAxisOrientation",      "_deg",        360,    65535,   0, 65535, SI_LINEAR},
    {"SemiMinorAxisAccuracy",         "_m",            1,       20,   0, 255, SI_LINEAR},
    {"SizeValue",                     "_m",           1,       10,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"Speed",                         "_mps",          1,       50,   0, 8191, SI_LINEAR},
    {"SpeedAdvice",                   "_mps",          1,       10,   0, 500, SI_LINEAR},
    {"SpeedProfileMeasurement",       "_mps",          1,        1,   0, 31, SI_LINEAR},
    {"SteeringWheelAngle",            "_deg",          3,        2,   0, 127, SI_LINEAR},
    {"SteeringWheelAngleRateOfChange", "_dps",          3,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"TermDistance",                  "_m",            1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"TermTime",                      "_s",            1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"ThrottlePosition",              "_percent",      1,        2,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"TimeIntervalConfidence",        "_percent",      1,        1,   0, SI_NO_SENTINEL, SI_PERCENT_TABLE},
    {"TimeMark",                      "_s",            1,       10,   0, 36111, SI_LINEAR},
    {"TimeOffset",                    "_s",            1,      100,   0, 65535, SI_LINEAR},
    {"Tolerance",                     "_deg",         1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"TrailerMass",                   "_kg",         500,        1,   0, 0, SI_LINEAR},
    {"TrailerWeight",                 "_kg",           2,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"VehicleData-leanAngle",         "_deg",          1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"VehicleHeight",                 "_m",            1,       20,   0, 0, SI_LINEAR},
    {"VehicleLength",                 "_m",            1,      100,   0, 0, SI_LINEAR},
    {"VehicleMass",                   "_kg",           1,        1,   0, 255, SI_MASS},
    {"VehicleWidth",                  "_m",            1,      100,   0, 0, SI_LINEAR},
    {"Velocity",                      "_mps",          1,       50,   0, 8191, SI_LINEAR},
    {"VertOffset-B07",                "_m",            1,       10,   0, -64, SI_LINEAR},
    {"VertOffset-B12",                "_m",            1,       10,   0, -2048, SI_LINEAR},
    {"VerticalAcceleration",          "_mps2",    196133,  1000000,   0, -127, SI_LINEAR},
    {"WiperRate",                     "_per_min",      1,        1,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"YawDetected",                   "_deg",         1,       80,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"YawRate",                       "_dps",          1,      100,   0, SI_NO_SENTINEL, SI_LINEAR},
    {"ZoneLength",                    "_m",            1,        1,   0, 0, SI_LINEAR},
};
/* clang-format on */

const struct si_unit *si_unit_of(const char *type)
{
    const struct si_unit *unit = si_unit_find(units, sizeof units / sizeof units[0], type);
    if (unit) {
        return unit;
    }
    const struct turn *turn = turn_current();
    return turn && turn->dialect ? turn->dialect->unit_of(type) : NULL;
}
