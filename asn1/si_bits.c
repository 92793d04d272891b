/* SPDX-License-Identifier: Apache-2.0 */
/* The names of bits, SAE J2735 spelling (2024 edition), first bit on the wire first. In: a
 * type name. Out: its names. */
#include <string.h>

#include "asn1/dialect.h"
#include "asn1/si.h"
#include "asn1/turn.h"

static const char *const allowed_maneuvers[] = {"maneuverStraightAllowed",
                                                "maneuverLeftAllowed",
                                                "maneuverRightAllowed",
                                                "maneuverUTurnAllowed",
                                                "maneuverLeftTurnOnRedAllowed",
                                                "maneuverRightTurnOnRedAllowed",
                                                "maneuverLaneChangeAllowed",
                                                "maneuverNoStoppingAllowed",
                                                "yieldAllwaysRequired",
                                                "goWithHalt",
                                                "caution",
                                                "reserved1",
                                                NULL};
static const char *const brake_applied_status[] = {"unavailable", "leftFront", "leftRear",
                                                   "rightFront",  "rightRear", NULL};
static const char *const exterior_lights[] = {
    "lowBeamHeadlightsOn",    "highBeamHeadlightsOn",
    "leftTurnSignalOn",       "rightTurnSignalOn",
    "hazardSignalOn",         "automaticLightControlOn",
    "daytimeRunningLightsOn", "fogLightOn",
    "parkingLightsOn",        NULL};
static const char *const gnss_status[] = {"unavailable",
                                          "isHealthy",
                                          "isMonitored",
                                          "baseStationType",
                                          "aPDOPofUnder5",
                                          "inViewOfUnder5",
                                          "localCorrectionsPresent",
                                          "networkCorrectionsPresent",
                                          NULL};
static const char *const heading_slice[] = {"from000-0to022-5degrees",
                                            "from022-5to045-0degrees",
                                            "from045-0to067-5degrees",
                                            "from067-5to090-0degrees",
                                            "from090-0to112-5degrees",
                                            "from112-5to135-0degrees",
                                            "from135-0to157-5degrees",
                                            "from157-5to180-0degrees",
                                            "from180-0to202-5degrees",
                                            "from202-5to225-0degrees",
                                            "from225-0to247-5degrees",
                                            "from247-5to270-0degrees",
                                            "from270-0to292-5degrees",
                                            "from292-5to315-0degrees",
                                            "from315-0to337-5degrees",
                                            "from337-5to360-0degrees",
                                            NULL};
static const char *const intersection_status_object[] = {
    "manualControlIsEnabled",
    "stopTimeIsActivated",
    "failureFlash",
    "preemptIsActive",
    "signalPriorityIsActive",
    "fixedTimeOperation",
    "trafficDependentOperation",
    "standbyOperation",
    "failureMode",
    "off",
    "recentMAPmessageUpdate",
    "recentChangeInMAPassignedLanesIDsUsed",
    "noValidMAPisAvailableAtThisTime",
    "noValidSPATisAvailableAtThisTime",
    NULL};
static const char *const lane_attributes_barrier[] = {"median-RevocableLane",
                                                      "median",
                                                      "whiteLineHashing",
                                                      "stripedLines",
                                                      "doubleStripedLines",
                                                      "trafficCones",
                                                      "constructionBarrier",
                                                      "trafficChannels",
                                                      "lowCurbs",
                                                      "highCurbs",
                                                      NULL};
static const char *const lane_attributes_bike[] = {
    "bikeRevocableLane",           "pedestrianUseAllowed",
    "isBikeFlyOverLane",           "fixedCycleTime",
    "biDirectionalCycleTimes",     "isolatedByBarrier",
    "unsignalizedSegmentsPresent", NULL};
static const char *const lane_attributes_crosswalk[] = {"crosswalkRevocableLane",
                                                        "bicyleUseAllowed",
                                                        "isXwalkFlyOverLane",
                                                        "fixedCycleTime",
                                                        "biDirectionalCycleTimes",
                                                        "hasPushToWalkButton",
                                                        "audioSupport",
                                                        "rfSignalRequestPresent",
                                                        "unsignalizedSegmentsPresent",
                                                        NULL};
static const char *const lane_attributes_parking[] = {
    "parkingRevocableLane", "parallelParkingInUse", "headInParkingInUse", "doNotParkZone",
    "parkingForBusUse",     "parkingForTaxiUse",    "noPublicParkingUse", NULL};
static const char *const lane_attributes_sidewalk[] = {
    "sidewalk-RevocableLane", "bicyleUseAllowed", "isSidewalkFlyOverLane", "walkBikes",
    NULL};
static const char *const lane_attributes_striping[] = {
    "stripeToConnectingLanesRevocableLane",
    "stripeDrawOnLeft",
    "stripeDrawOnRight",
    "stripeToConnectingLanesLeft",
    "stripeToConnectingLanesRight",
    "stripeToConnectingLanesAhead",
    NULL};
static const char *const lane_attributes_tracked_vehicle[] = {
    "spec-RevocableLane",      "spec-commuterRailRoadTrack", "spec-lightRailRoadTrack",
    "spec-heavyRailRoadTrack", "spec-otherRailType",         NULL};
static const char *const lane_attributes_vehicle[] = {
    "isVehicleRevocableLane", "isVehicleFlyOverLane", "hovLaneUseOnly",
    "restrictedToBusUse",     "restrictedToTaxiUse",  "restrictedFromPublicUse",
    "hasIRbeaconCoverage",    "permissionOnRequest",  NULL};
static const char *const lane_direction[] = {"ingressPath", "egressPath", NULL};
static const char *const lane_sharing[] = {"overlappingLaneDescriptionProvided",
                                           "multipleLanesTreatedAsOneLane",
                                           "otherNonMotorizedTrafficTypes",
                                           "individualMotorizedVehicleTraffic",
                                           "busVehicleTraffic",
                                           "taxiVehicleTraffic",
                                           "pedestriansTraffic",
                                           "cyclistVehicleTraffic",
                                           "trackedVehicleTraffic",
                                           "reserved",
                                           NULL};
static const char *const personal_assistive[] = {
    "unavailable", "otherType", "vision", "hearing", "movement", "cognition", NULL};
static const char *const personal_device_usage_state[] = {
    "unavailable", "other",        "idle",    "listeningToAudio", "typing",
    "calling",     "playingGames", "reading", "viewing",          NULL};
static const char *const privileged_event_flags[] = {"peUnavailable",
                                                     "peEmergencyResponse",
                                                     "peEmergencyLightsActive",
                                                     "peEmergencySoundActive",
                                                     "peNonEmergencyLightsActive",
                                                     "peNonEmergencySoundActive",
                                                     NULL};
static const char *const public_safety_and_road_worker_activity[] = {"unavailable",
                                                                     "workingOnRoad",
                                                                     "settingUpClosures",
                                                                     "respondingToEvents",
                                                                     "directingTraffic",
                                                                     "otherActivities",
                                                                     NULL};
static const char *const public_safety_directing_traffic_sub_type[] = {
    "unavailable",
    "policeAndTrafficOfficers",
    "trafficControlPersons",
    "railroadCrossingGuards",
    "civilDefenseNationalGuardMilitaryPolice",
    "emergencyOrganizationPersonnel",
    "highwayServiceVehiclePersonnel",
    NULL};
static const char *const transit_vehicle_status[] = {
    "loading", "anADAuse", "aBikeLoad", "doorOpen", "charging", "atStopLine", NULL};
static const char *const user_size_and_behaviour[] = {
    "unavailable", "smallStature", "largeStature", "erraticMoving", "slowMoving", NULL};
static const char *const vehicle_event_flags[] = {"eventHazardLights",
                                                  "eventStopLineViolation",
                                                  "eventABSactivated",
                                                  "eventTractionControlLoss",
                                                  "eventStabilityControlactivated",
                                                  "eventHazardousMaterials",
                                                  "eventReserved1",
                                                  "eventHardBraking",
                                                  "eventLightsChanged",
                                                  "eventWipersChanged",
                                                  "eventFlatTire",
                                                  "eventDisabledVehicle",
                                                  "eventAirBagDeployment",
                                                  "eventJackKnife",
                                                  NULL};
static const char *const vertical_acceleration_threshold[] = {
    "notEquipped", "leftFront", "leftRear", "rightFront", "rightRear", NULL};

static const struct {
    const char *type;
    const char *const *names;
} rows[] = {
    {"AllowedManeuvers", allowed_maneuvers},
    {"BrakeAppliedStatus", brake_applied_status},
    {"ExteriorLights", exterior_lights},
    {"GNSSstatus", gnss_status},
    {"HeadingSlice", heading_slice},
    {"IntersectionStatusObject", intersection_status_object},
    {"LaneAttributes-Barrier", lane_attributes_barrier},
    {"LaneAttributes-Bike", lane_attributes_bike},
    {"LaneAttributes-Crosswalk", lane_attributes_crosswalk},
    {"LaneAttributes-Parking", lane_attributes_parking},
    {"LaneAttributes-Sidewalk", lane_attributes_sidewalk},
    {"LaneAttributes-Striping", lane_attributes_striping},
    {"LaneAttributes-TrackedVehicle", lane_attributes_tracked_vehicle},
    {"LaneAttributes-Vehicle", lane_attributes_vehicle},
    {"LaneDirection", lane_direction},
    {"LaneSharing", lane_sharing},
    {"PersonalAssistive", personal_assistive},
    {"PersonalDeviceUsageState", personal_device_usage_state},
    {"PrivilegedEventFlags", privileged_event_flags},
    {"PublicSafetyAndRoadWorkerActivity", public_safety_and_road_worker_activity},
    {"PublicSafetyDirectingTrafficSubType", public_safety_directing_traffic_sub_type},
    {"TransitVehicleStatus", transit_vehicle_status},
    {"UserSizeAndBehaviour", user_size_and_behaviour},
    {"VehicleEventFlags", vehicle_event_flags},
    {"VerticalAccelerationThreshold", vertical_acceleration_threshold},
};

const char *const *si_bit_names(const char *type)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(type, rows[i].type) == 0) {
            return rows[i].names;
        }
    }
    const struct turn *turn = turn_current();
    return turn && turn->dialect ? turn->dialect->bit_names(type) : NULL;
}
