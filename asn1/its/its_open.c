/* SPDX-License-Identifier: Apache-2.0 */
/* The ETSI dialect: which types stand in open types, and where its units and bit names are.
 * TS 103 324 V2.1.1, CpmContainers; TS 103 301, addGrpC (region 3). */
#include <ConnectionManeuverAssist-addGrpC.h>
#include <ConnectionTrajectory-addGrpC.h>
#include <IntersectionState-addGrpC.h>
#include <ItsCpmContainer.h>
#include <ItsRegConnectionManeuverAssist.h>
#include <ItsRegGenericLane.h>
#include <ItsRegIntersectionState.h>
#include <ItsRegLaneAttributes.h>
#include <ItsRegMapData.h>
#include <ItsRegMovementEvent.h>
#include <ItsRegNodeAttributeSet.h>
#include <ItsRegPosition3D.h>
#include <ItsRegRequestorDescription.h>
#include <ItsRegRestrictionUserType.h>
#include <ItsRegSignalStatusPackage.h>
#include <LaneAttributes-addGrpC.h>
#include <MapData-addGrpC.h>
#include <MovementEvent-addGrpC.h>
#include <NodeAttributeSet-addGrpC.h>
#include <OriginatingRsuContainer.h>
#include <OriginatingVehicleContainer.h>
#include <PerceivedObjectContainer.h>
#include <PerceptionRegionContainer.h>
#include <Position3D-addGrpC.h>
#include <RequestorDescription-addGrpC.h>
#include <RestrictionUserType-addGrpC.h>
#include <SensorInformationContainer.h>
#include <SignalStatusPackage-addGrpC.h>

#include "asn1/its/its_state.h"

static const struct open_row rows[] = {
    {&asn_DEF_ItsCpmContainer, 1, &asn_DEF_OriginatingVehicleContainer},
    {&asn_DEF_ItsCpmContainer, 2, &asn_DEF_OriginatingRsuContainer},
    {&asn_DEF_ItsCpmContainer, 3, &asn_DEF_SensorInformationContainer},
    {&asn_DEF_ItsCpmContainer, 4, &asn_DEF_PerceptionRegionContainer},
    {&asn_DEF_ItsCpmContainer, 5, &asn_DEF_PerceivedObjectContainer},
    {&asn_DEF_ItsRegConnectionManeuverAssist, 3, &asn_DEF_ConnectionManeuverAssist_addGrpC},
    {&asn_DEF_ItsRegGenericLane, 3, &asn_DEF_ConnectionTrajectory_addGrpC},
    {&asn_DEF_ItsRegIntersectionState, 3, &asn_DEF_IntersectionState_addGrpC},
    {&asn_DEF_ItsRegLaneAttributes, 3, &asn_DEF_LaneAttributes_addGrpC},
    {&asn_DEF_ItsRegMapData, 3, &asn_DEF_MapData_addGrpC},
    {&asn_DEF_ItsRegMovementEvent, 3, &asn_DEF_MovementEvent_addGrpC},
    {&asn_DEF_ItsRegNodeAttributeSet, 3, &asn_DEF_NodeAttributeSet_addGrpC},
    {&asn_DEF_ItsRegPosition3D, 3, &asn_DEF_Position3D_addGrpC},
    {&asn_DEF_ItsRegRequestorDescription, 3, &asn_DEF_RequestorDescription_addGrpC},
    {&asn_DEF_ItsRegRestrictionUserType, 3, &asn_DEF_RestrictionUserType_addGrpC},
    {&asn_DEF_ItsRegSignalStatusPackage, 3, &asn_DEF_SignalStatusPackage_addGrpC},
};

const struct dialect its_dialect = {
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .unit_of = its_unit_of,
    .bit_names = its_bit_names,
};
