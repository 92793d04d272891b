/* SPDX-License-Identifier: Apache-2.0 */
/* One message and one of its receivers. In: what the radio did. Out: the row, with tier and
 * impairments on top. */
#include "air/inside.h"
#include "base/draw.h"

void message_init(const struct air *air, const struct emission *e, struct tai t,
                  struct message *m)
{
    m->emission = e;
    row_message_init(&m->row, e, &air->run, &air->clock);
    m->impaired = (struct impair_case){.message = e->msg_uid & AIR_MESSAGE_BITS,
                                       .sender = e->sender_idx,
                                       .tx_index = e->tx_index,
                                       .t_ns = tai_since(t, air->impair.start).ns};
    if (air->impair.has_areas && e->sender_idx < air->agents_most) {
        m->impaired.areas = air->areas[e->sender_idx];
    }
    m->windows = impair_open_windows(&air->impair, m->impaired.t_ns);
    m->antenna_m =
        e->sender_idx < air->stations.count ? air->stations.antenna_m[e->sender_idx] : 0;
}

struct impair_case message_case(const struct message *m, uint32_t receiver, uint8_t kind)
{
    struct impair_case c = m->impaired;
    c.receiver = receiver;
    c.link = draw_pair(c.sender, receiver);
    c.class = impair_link_class(m->emission->sender_kind, kind);
    return c;
}

void ledger_count(struct air_ledger *ledger, const struct fate *f)
{
    ledger->intended++;
    ledger->delivered += f->fate == FATE_DELIVERED;
    ledger->late += (f->flags & FATE_LATE) != 0;
    ledger->lost[f->cause] += f->fate == FATE_LOST;
}

bool message_row(const struct air *air, const struct message *m, uint32_t receiver,
                 double distance_m, const struct channel_verdict *radio,
                 struct reception *out)
{
    struct impair_case c = message_case(m, receiver, air->stations.kinds[receiver]);
    c.areas |= air->areas[receiver];
    struct impair_verdict on_top = {.cause = radio->cause, .burst_id = FATE_U32_NULL};
    if (radio->cause == CAUSE_NONE) {
        on_top = impair_judge(&air->impair, &c, m->windows, &air->outages[receiver]);
    }
    bool within = distance_m <= air->intended_m;
    if (on_top.cause != CAUSE_NONE) {
        if (!within) {
            return false;
        }
        row_lost(&m->row, receiver, (uint8_t)on_top.cause, out);
    } else {
        struct tai sent = tai_add(m->emission->t_tx, span_ns(radio->airtime_ns));
        row_delivered(&m->row, receiver, sent, radio->access_ns,
                      impair_latency_ns(&air->impair, &c, m->windows), out);
    }
    struct fate *f = &out->fate;
    f->distance_m = (float)distance_m;
    f->rssi_dbm = radio->rssi_dbm;
    f->sinr_db = radio->sinr_db;
    f->cbr = radio->cbr;
    f->valid |= (uint16_t)(FATE_HAS_DISTANCE | radio->valid);
    f->flags |= within ? FATE_WITHIN_RANGE : 0;
    f->blocker_idx = radio->blocker;
    f->los = radio->los;
    f->burst_id = on_top.burst_id;
    f->burst_pos = on_top.burst_pos;
    return true;
}
