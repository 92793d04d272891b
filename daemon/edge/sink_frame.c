/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of transmissions. In: an emission with its octets. Out: an Ethernet frame. */
#include "edge/sink_frame.h"

#include "base/fmath.h"
#include "base/geo.h"
#include "replay/wrap.h"

#define AREA_M        1000  /* of a GeoBroadcast around the event */
#define HOPS          10    /* EN 302 636-4-1, default */
#define SHORT_LIFE_MS 1000  /* of what is sent again within a second */
#define LONG_LIFE_MS  60000 /* EN 302 636-4-1, default */
#define DEGREE        1e7
#define CLASS_DENM    1 /* DP1 */
#define CLASS_OTHER   2 /* DP2 */

static struct link_facts link_of(const struct emission *em, uint16_t ethertype)
{
    struct link_facts link = {.has_src = true, .ethertype = ethertype};
    link.src[0] = 2; /* locally administered */
    for (int i = 0; i < 4; i++) {
        link.src[2 + i] = (uint8_t)(em->sender_idx >> (24 - 8 * i));
    }
    return link;
}

static bool put_wsmp(struct bytes *packet, const struct emission *em)
{
    uint32_t psid = em->psid;
    if (psid == 0 && !wrap_psid(em->msg_type, &psid)) {
        return false;
    }
    struct wrap_wsmp_facts wsmp = {.psid = psid};
    struct bytes dot2 = {0};
    bool ok = wrap_dot2(&dot2, em->octets, em->size) &&
              wrap_wsmp(packet, &wsmp, dot2.data, dot2.size);
    bytes_close(&dot2);
    return ok;
}

static struct gn_position position_of(const struct emission *em, const uint8_t mac[6])
{
    const struct own_state *own = &em->own;
    double speed = own->speed_mps * 100;
    return (struct gn_position){
        .address =
            wrap_gn_address(kinds_station_type((enum sender_kind)em->sender_kind), mac),
        .timestamp_ms = (uint32_t)(em->t_gen_stamped.ns / TIME_NS_PER_MS),
        .latitude = (int32_t)fm_round(own->lat_deg * DEGREE),
        .longitude = (int32_t)fm_round(own->lon_deg * DEGREE),
        .accurate = true,
        .speed_cmps = (int16_t)fm_round(speed > 16383 ? 16383 : speed),
        .heading_ddeg =
            (uint16_t)((int)fm_round(geo_heading_from_yaw(own->yaw_rad) * 10) % 3600)};
}

static bool put_gn(struct bytes *packet, const struct emission *em,
                   const struct link_facts *link)
{
    uint16_t port = wrap_btp_port(em->msg_type - MSG_ITS_FIRST);
    bool event = em->msg_type == MSG_DENM;
    struct wrap_gn_facts gn = {.source = position_of(em, link->src),
                               .mobile = em->sender_kind != KIND_RSU &&
                                         em->sender_kind != KIND_CENTRE,
                               .traffic_class = event ? CLASS_DENM : CLASS_OTHER,
                               .lifetime_ms = event ? LONG_LIFE_MS : SHORT_LIFE_MS,
                               .area_given = event,
                               .hop_limit = HOPS,
                               .sequence = (uint16_t)em->k};
    gn.area = (struct gn_area){.latitude = (int32_t)fm_round(em->claim.lat_deg * DEGREE),
                               .longitude = (int32_t)fm_round(em->claim.lon_deg * DEGREE),
                               .distance_a_m = AREA_M};
    struct bytes btp = {0};
    bool ok = port != 0 && wrap_btp(&btp, port, 0, em->octets, em->size) &&
              wrap_gn(packet, &gn, btp.data, btp.size);
    bytes_close(&btp);
    return ok;
}

bool sink_frame_put(struct bytes *frame, const struct emission *em)
{
    bool its = em->msg_type >= MSG_ITS_FIRST;
    struct link_facts link = link_of(em, its ? LINK_TYPE_GN : LINK_TYPE_WSMP);
    struct bytes packet = {0};
    bool ok = (its ? put_gn(&packet, em, &link) : put_wsmp(&packet, em)) &&
              wrap_link(frame, LINK_ETHERNET, &link, packet.data, packet.size);
    bytes_close(&packet);
    return ok;
}
