/* SPDX-License-Identifier: Apache-2.0 */
/* Which protocol version and message id is which message of which edition. In: the first
 * two octets of a PDU. Out: a type, a name. */
#include <ItsCam.h>
#include <ItsCamV1.h>
#include <ItsCpm.h>
#include <ItsCpmBare.h>
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

#include "asn1/its/its_state.h"

/* clang-format off */
static const struct its_row rows[] = {
    {1,  1, &asn_DEF_ItsDenmV1, "EN 302 637-3 V1.2.2", NULL, NULL},
    {1,  2, &asn_DEF_ItsCamV1,  "EN 302 637-2 V1.3.2", NULL, NULL},
    {1,  4, &asn_DEF_ItsSpatem, "TS 103 301", NULL, NULL},
    {1,  5, &asn_DEF_ItsMapem,  "TS 103 301", NULL, NULL},
    {1,  6, &asn_DEF_ItsIvim,   "TS 103 301", NULL, NULL},
    {1,  9, &asn_DEF_ItsSrem,   "TS 103 301", NULL, NULL},
    {1, 10, &asn_DEF_ItsSsem,   "TS 103 301", NULL, NULL},
    {1, 13, &asn_DEF_ItsRtcmem, "TS 103 301", NULL, NULL},
    {1, 14, &asn_DEF_ItsCpmV1,  "TR 103 562 V2.1.1", NULL, NULL},
    {2,  1, &asn_DEF_ItsDenm,   "EN 302 637-3 V1.3.1", NULL, NULL},
    {2,  2, &asn_DEF_ItsCam,    "EN 302 637-2 V1.4.1", NULL, NULL},
    {2,  4, &asn_DEF_ItsSpatem, "TS 103 301", NULL, NULL},
    {2,  5, &asn_DEF_ItsMapem,  "TS 103 301", NULL, NULL},
    {2,  6, &asn_DEF_ItsIvim,   "TS 103 301", NULL, NULL},
    {2,  9, &asn_DEF_ItsSrem,   "TS 103 301", NULL, NULL},
    {2, 10, &asn_DEF_ItsSsem,   "TS 103 301", NULL, NULL},
    {2, 13, &asn_DEF_ItsRtcmem, "TS 103 301", NULL, NULL},
    {2, 14, &asn_DEF_ItsCpm,    "TS 103 324 V2.1.1", &asn_DEF_ItsCpmBare,
     "TS 103 324 V2.1.1, the list of containers without its extension bit"},
    {3, 16, &asn_DEF_ItsVam,    "TS 103 300-3 V2.2.1", NULL, NULL},
};

/* TS 102 894-2 V2, MessageId; ids 7, 8 and 18 and above as first assigned. */
static const char *const names[] = {
    "", "DENM", "CAM", "POIM", "SPATEM", "MAPEM", "IVIM", "EV-RSR", "TISTPG", "SREM", "SSEM",
    "EVCSN", "SAEM", "RTCMEM", "CPM", "IMZM", "VAM", "DSM", "MIM", "MVM", "MCM", "PIM",
};
/* clang-format on */

const struct its_row *its_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const struct its_row *its_row_of(int protocol_version, int message_id)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].protocol_version == protocol_version &&
            rows[i].message_id == message_id) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *its_name_of(int message_id)
{
    return message_id > 0 && (size_t)message_id < sizeof names / sizeof names[0]
               ? names[message_id]
               : "";
}
