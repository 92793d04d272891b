/* SPDX-License-Identifier: Apache-2.0 */
/* The message ids of SAE J2735 (2024), also those that we do not decode. In: an id. Out:
 * its names. */
#include "asn1/names.h"

#include <stddef.h>

/* clang-format off */
static const struct message_name names[] = {
    {18, "MapData", "MAP", true},
    {19, "SPAT", "SPAT", true},
    {20, "BasicSafetyMessage", "BSM", true},
    {21, "CommonSafetyRequest", "CSR", true},
    {22, "EmergencyVehicleAlert", "EVA", true},
    {23, "IntersectionCollision", "ICA", true},
    {24, "NMEAcorrections", "NMEA", true},
    {25, "ProbeDataManagement", "PDM", true},
    {26, "ProbeVehicleData", "PVD", true},
    {27, "RoadSideAlert", "RSA", true},
    {28, "RTCMcorrections", "RTCM", true},
    {29, "SignalRequestMessage", "SRM", true},
    {30, "SignalStatusMessage", "SSM", true},
    {31, "TravelerInformation", "TIM", true},
    {32, "PersonalSafetyMessage", "PSM", true},
    {33, "RoadSafetyMessage", "RSM", true},
    {34, "RoadWeatherMessage", "RWM", false},
    {35, "ProbeDataConfigMessage", "PDC", false},
    {36, "ProbeDataReportMessage", "PDR", false},
    {37, "TollAdvertisementMessage", "TAM", false},
    {38, "TollUsageMessage", "TUM", false},
    {39, "TollUsageAckMessage", "TUMack", false},
    {40, "CooperativeControlMessage", "CCM", false},
    {41, "SensorDataSharingMessage", "SDSM", true},
    {42, "ManeuverSharingAndCoordinatingMessage", "MSCM", false},
    {43, "RoadGeometryAndAttributes", "RGA", false},
    {44, "PersonalSafetyMessage2", "PSM2", false},
    {45, "TrafficSignalPhaseAndTiming", "TSPaT", false},
    {46, "SignalControlAndPrioritizationRequest", "SCPR", false},
    {47, "SignalControlAndPrioritizationStatus", "SCPS", false},
    {48, "RoadUserChargingConfigMessage", "RUCC", false},
    {49, "RoadUserChargingReportMessage", "RUCR", false},
    {50, "TrafficLightStatusMessage", "TLSM", false},
    {240, "TestMessage00", "TestMessage00", false},
    {241, "TestMessage01", "TestMessage01", false},
    {242, "TestMessage02", "TestMessage02", false},
    {243, "TestMessage03", "TestMessage03", false},
    {244, "TestMessage04", "TestMessage04", false},
    {245, "TestMessage05", "TestMessage05", false},
    {246, "TestMessage06", "TestMessage06", false},
    {247, "TestMessage07", "TestMessage07", false},
    {248, "TestMessage08", "TestMessage08", false},
    {249, "TestMessage09", "TestMessage09", false},
    {250, "TestMessage10", "TestMessage10", false},
    {251, "TestMessage11", "TestMessage11", false},
    {252, "TestMessage12", "TestMessage12", false},
    {253, "TestMessage13", "TestMessage13", false},
    {254, "TestMessage14", "TestMessage14", false},
    {255, "TestMessage15", "TestMessage15", false},
};
/* clang-format on */

const struct message_name *names_of_id(int id)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].id == id) {
            return &names[i];
        }
    }
    return NULL;
}
