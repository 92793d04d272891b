/* SPDX-License-Identifier: Apache-2.0 */
/* Emissions and receptions as rows: nothing is decided here, everything is spelled out. */
#include "engine/claims.h"
#include "engine/inside.h"
#include "label/leaf.h"

static void claim_columns(struct row_transmission *row, const struct claim *c)
{
    if (c->known & CLAIM_TIME) {
        ROW_SET(row, transmission, t_gen_claimed_ns, engine_utc(c->t_gen));
    }
    if (c->known & CLAIM_ID) {
        ROW_SET(row, transmission, station_id, c->station_id);
    }
    if (c->known & CLAIM_MSG_CNT) {
        ROW_SET(row, transmission, msg_cnt, c->msg_cnt);
    }
    if (c->known & CLAIM_POSITION) {
        ROW_SET(row, transmission, lat_deg, c->lat_deg);
        ROW_SET(row, transmission, lon_deg, c->lon_deg);
        ROW_SET(row, transmission, x_m, c->x_m);
        ROW_SET(row, transmission, y_m, c->y_m);
    }
    if (c->known & CLAIM_ELEVATION) {
        ROW_SET(row, transmission, elev_m, c->elev_m);
    }
    if (c->known & CLAIM_SPEED) {
        ROW_SET(row, transmission, speed_mps, c->speed_mps);
    }
    if (c->known & CLAIM_YAW) {
        ROW_SET(row, transmission, yaw_rad, c->yaw_rad);
    }
    if (c->known & CLAIM_ACCEL) {
        ROW_SET(row, transmission, accel_mps2, c->accel_mps2);
    }
    if (c->known & CLAIM_ACCURACY) {
        ROW_SET(row, transmission, sigma_m, c->sigma_m);
    }
    if (c->known & CLAIM_EVENTS) {
        ROW_SET(row, transmission, event_flags, c->event_flags);
    }
}

static void truth_columns(struct row_transmission *row, const struct emission *em)
{
    if (!em->truth_known) {
        return;
    }
    ROW_SET(row, transmission, gt_x_m, em->truth.x_m);
    ROW_SET(row, transmission, gt_y_m, em->truth.y_m);
    ROW_SET(row, transmission, gt_yaw_rad, em->truth.yaw_rad);
    ROW_SET(row, transmission, gt_speed_mps, em->truth.speed_mps);
    ROW_SET(row, transmission, gt_accel_mps2, em->truth.accel_mps2);
    ROW_SET(row, transmission, inj_fault, em->fault);
    if (em->suppressed_by == SUPPRESSED_NONE) {
        ROW_SET(row, transmission, inj_position_sigma_m, em->position_sigma_m);
        ROW_SET(row, transmission, inj_clock_error_ms,
                (double)(em->t_gen_stamped.ns - em->t_gen.ns) / 1e6);
        ROW_SET(row, transmission, t_gen_stamped_ns,
                engine_utc((struct tai){em->t_gen_stamped.ns}));
        if (em->claim.known & CLAIM_POSITION) {
            double dx = em->claim.x_m - em->truth.x_m;
            double dy = em->claim.y_m - em->truth.y_m;
            ROW_SET(row, transmission, claimed_error_m, __builtin_sqrt(dx * dx + dy * dy));
        }
    }
}

int rows_transmission(struct engine *e, const struct emission *em, struct fail *fail)
{
    struct row_transmission row = {
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .msg_uid = em->msg_uid,
        .sender_id = engine_id(e, em->sender_idx),
        .sender_kind = em->sender_kind,
        .msg_type = em->msg_type,
        .k = em->k,
        .technology = em->technology,
        .t_gen_ns = engine_utc(em->t_gen),
        .altered = em->altered,
    };
    if (em->suppressed_by == SUPPRESSED_NONE) {
        ROW_SET(&row, transmission, tx_index, em->tx_index);
        ROW_SET(&row, transmission, size_bytes, em->size);
        row.payload = (struct column_blob){em->octets, em->size};
        if (!e->setup.replay || em->sent_by != AGENT_NONE) {
            ROW_SET(&row, transmission, t_tx_ns, engine_utc(em->t_tx));
        }
        claim_columns(&row, &em->claim);
    } else {
        ROW_SET(&row, transmission, suppressed_by, em->suppressed_by);
    }
    truth_columns(&row, em);
    if (e->setup.replay) {
        ROW_SET(&row, transmission, input_frame, em->input_frame);
        row.signer = em->signer[0] ? em->signer : NULL;
        if (em->has_signed_time) {
            ROW_SET(&row, transmission, signed_gen_ns, engine_utc(em->t_signed));
        }
    }
    return engine_row(e, &table_transmission, &row, fail);
}

#define COPY_F32(row, fate, column, bit)                                                   \
    do {                                                                                   \
        if ((fate)->valid & (bit)) {                                                       \
            ROW_SET(row, reception, column, (fate)->column);                               \
        }                                                                                  \
    } while (0)

static void fate_columns(struct row_reception *row, const struct fate *f)
{
    COPY_F32(row, f, access_ms, FATE_HAS_ACCESS);
    COPY_F32(row, f, injected_ms, FATE_HAS_INJECTED);
    COPY_F32(row, f, distance_m, FATE_HAS_DISTANCE);
    COPY_F32(row, f, rssi_dbm, FATE_HAS_RSSI);
    COPY_F32(row, f, sinr_db, FATE_HAS_SINR);
    COPY_F32(row, f, cbr, FATE_HAS_CBR);
    COPY_F32(row, f, sender_speed_mps, FATE_HAS_SPEED);
    COPY_F32(row, f, shift_m, FATE_HAS_SHIFT);
    COPY_F32(row, f, shift_true_m, FATE_HAS_SHIFT_TRUE);
    COPY_F32(row, f, sigma_along_m, FATE_HAS_SIGMA_ALONG);
    COPY_F32(row, f, sigma_across_m, FATE_HAS_SIGMA_ACROSS);
    COPY_F32(row, f, claimed_error_m, FATE_HAS_CLAIMED_ERROR);
    if (f->valid & FATE_HAS_T_GEN) {
        ROW_SET(row, reception, t_gen_ns, f->t_gen_ns);
    }
    if (f->valid & FATE_HAS_T_TX) {
        ROW_SET(row, reception, t_tx_ns, f->t_tx_ns);
    }
    if (f->valid & FATE_HAS_T_RX) {
        ROW_SET(row, reception, t_rx_ns, f->t_rx_ns);
    }
    if (f->valid & FATE_HAS_T_AVAIL) {
        ROW_SET(row, reception, t_avail_ns, f->t_avail_ns);
    }
    if ((f->valid & FATE_HAS_T_TX) && (f->valid & FATE_HAS_T_RX)) {
        ROW_SET(row, reception, latency_ms, (double)(f->t_rx_ns - f->t_tx_ns) / 1e6);
    }
    if ((f->valid & FATE_HAS_T_GEN) && (f->valid & FATE_HAS_T_AVAIL)) {
        ROW_SET(row, reception, age_ms, (double)(f->t_avail_ns - f->t_gen_ns) / 1e6);
    }
    if (f->burst_id != FATE_U32_NULL) {
        ROW_SET(row, reception, burst_id, f->burst_id);
        ROW_SET(row, reception, burst_pos, f->burst_pos);
    }
}

/* What the receiver can tell of the age: by the claimed instant, with the sigma of both
 * clocks. An age below zero says that a clock is ahead, and is no age. */
static void observed_columns(struct engine *e, const struct reception *r,
                             const struct claim *claim, struct row_reception *row)
{
    struct clocking_age age = clocking_age(e, r, claim, r->fate.msg_type);
    struct com_tim_subject subject = {
        .t_gen_known = age.known,
        .age_ns = age.age.ns,
        .sigma_s = age.sigma_s,
        .clock_unverified = age.unverified,
    };
    uint16_t leaf = com_tim(&subject).leaf;
    row->com_tim_obs = leaf_code(leaf);
    row->clock_unverified = age.unverified;
    if (!age.known || leaf == LEAF_COM_TIM_FUTURE) {
        return;
    }
    double age_ms = age.age.ns > 0 ? (double)age.age.ns / 1e6 : 0;
    ROW_SET(row, reception, obs_age_ms, age_ms);
    if (!age.unverified) {
        ROW_SET(row, reception, obs_age_sigma_ms, age.sigma_s * 1e3);
    }
    if (claim->known & CLAIM_SPEED) {
        ROW_SET(row, reception, obs_shift_m, claim->speed_mps * age_ms / 1e3);
    }
}

int rows_reception(struct engine *e, const struct reception *r, const struct claim *claim,
                   struct fail *fail)
{
    const struct fate *f = &r->fate;
    bool lost = f->fate == FATE_LOST;
    struct row_reception row = {
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .msg_uid = f->msg_uid,
        .sender = engine_id(e, f->sender_idx),
        .receiver = engine_id(e, f->receiver_idx),
        .sender_kind = f->sender_kind,
        .msg_type = f->msg_type,
        .technology = f->technology,
        .tier = f->tier,
        .fate = f->fate,
        .cause = f->cause,
        .los = f->los,
        .reordered = (f->flags & FATE_REORDERED) != 0,
        .duplicate = (f->flags & FATE_DUPLICATE) != 0,
        .late = (f->flags & FATE_LATE) != 0,
        .altered = (f->flags & FATE_ALTERED) != 0,
        .clock_unverified = (f->flags & FATE_CLOCK_UNVERIFIED) != 0,
        .distance_from_claims = (f->flags & FATE_DISTANCE_FROM_CLAIMS) != 0,
        .copies = f->copies,
        .real = lost && f->cause == CAUSE_UNKNOWN,
        .com_tim = leaf_code(f->com_tim),
        .com_ord = leaf_code(f->com_ord),
        .com_fate = leaf_code(f->com_fate),
        .t_known_ns = lost ? f->t_gen_ns + TIME_NS_PER_S : f->t_avail_ns,
    };
    if (lost && e->setup.replay) {
        row.t_known_ns = engine_utc(r->t_rx) + TIME_NS_PER_S;
    }
    fate_columns(&row, f);
    if (f->valid & FATE_HAS_CBR) {
        row.com_cbr = leaf_code(com_cbr((double)f->cbr, NULL).leaf);
    }
    if (f->blocker_idx != FATE_U32_NULL) {
        uint32_t index = f->blocker_idx & ~AIR_BLOCKER_AGENT;
        if (f->blocker_idx & AIR_BLOCKER_AGENT) {
            row.blocker = engine_id(e, index);
        } else if (e->setup.walls && index < e->setup.walls->count) {
            row.blocker = e->setup.walls->all[index].id;
        }
    }
    if (!e->setup.replay || (f->flags & FATE_WITHIN_RANGE)) {
        ROW_SET(&row, reception, within_range, (f->flags & FATE_WITHIN_RANGE) != 0);
    }
    if (!lost) {
        if (claim->known & CLAIM_ID) {
            ROW_SET(&row, reception, obs_station_id, claim->station_id);
        }
        if (claim->known & CLAIM_MSG_CNT) {
            ROW_SET(&row, reception, obs_msg_cnt, claim->msg_cnt);
        }
        if (claim->known & CLAIM_TIME) {
            ROW_SET(&row, reception, t_gen_claimed_ns, engine_utc(claim->t_gen));
        }
        observed_columns(e, r, claim, &row);
        ROW_SET(&row, reception, seq_gap, f->seq_gap);
    }
    return engine_row(e, &table_reception, &row, fail);
}

static int rx_label(struct engine *e, const struct reception *r, const struct claim *claim,
                    const struct label *label, enum label_provenance provenance,
                    struct fail *fail)
{
    char name[MIND_NAME];
    bool lost = r->fate.fate == FATE_LOST;
    /* a claim ahead of its own arrival (replay) cannot begin what is known by then */
    struct tai start = !lost && tai_before(r->t_avail, r->t_gen) ? r->t_avail : r->t_gen;
    struct tai end = tai_add(start, lost ? span_ms(1000) : tai_since(r->t_avail, start));
    end = tai_before(start, end) ? end : tai_add(start, span_ns(1));
    const char *sender = provenance == PROVENANCE_RULE_OBS
                             ? mind_sender_name(e, r->fate.sender_idx, claim, name)
                             : engine_id(e, r->fate.sender_idx);
    struct label_key key =
        sight_key(e, engine_id(e, r->fate.receiver_idx), sender, start, end);
    key.has_msg = true;
    key.msg_uid = r->fate.msg_uid;
    key.subject_key = label_subject(r->fate.msg_uid, r->fate.receiver_idx);
    key.t_avail = lost ? end : r->t_avail;
    key.provenance = provenance;
    return sight_label(e, label, &key, fail);
}

int rows_labels(struct engine *e, const struct reception *r, const struct claim *claim,
                const struct receiver_heard *heard, struct fail *fail)
{
    const struct fate *f = &r->fate;
    bool lost = f->fate == FATE_LOST;
    struct com_tim_subject tim = {
        .lost = lost,
        .t_gen_known = (f->valid & FATE_HAS_T_GEN) != 0,
        .clock_unverified = (f->flags & FATE_CLOCK_UNVERIFIED) != 0,
        .age_ns = r->t_avail.ns - r->t_gen.ns,
    };
    struct com_ord_subject ord = {
        .available = !lost,
        .has_counter = claims_ordered(claim, emission_uid_type(f->msg_uid)),
        .duplicate = (f->flags & FATE_DUPLICATE) != 0,
        .older = (f->flags & FATE_REORDERED) != 0,
        .id_rotated = heard && heard->id_changed,
        .gap = f->seq_gap,
    };
    struct com_fate_subject fate = {
        .known = f->cause != CAUSE_UNKNOWN, .fate = f->fate, .cause = f->cause};
    struct label label = com_tim(&tim);
    int code = rx_label(e, r, claim, &label,
                        e->setup.replay ? PROVENANCE_RULE_OBS : PROVENANCE_RULE_GT, fail);
    label = com_ord(&ord);
    code = code < 0 ? code : rx_label(e, r, claim, &label, PROVENANCE_RULE_OBS, fail);
    label = com_fate(&fate);
    return code < 0 ? code : rx_label(e, r, claim, &label, PROVENANCE_INJECTED, fail);
}

int rows_gap(struct engine *e, const struct reception *r, const struct claim *claim,
             const struct receiver_heard *heard, struct fail *fail)
{
    struct row_gap row = {
        .scenario_id = e->setup.scenario_id,
        .world_id = e->setup.world_id,
        .receiver = engine_id(e, r->fate.receiver_idx),
        .sender = engine_id(e, r->fate.sender_idx),
        .msg_type = r->fate.msg_type,
        .t_from_ns = engine_utc(heard->t_before),
        .t_to_ns = engine_utc(r->t_avail),
        .missed = heard->seq_gap,
        .resolved = heard->gap_resolved,
    };
    if (claim->known & CLAIM_ID) {
        ROW_SET(&row, gap, station_id, claim->station_id);
    }
    ROW_SET(&row, gap, cnt_from, heard->cnt_before);
    ROW_SET(&row, gap, cnt_to, claim->msg_cnt);
    e->totals.gaps++;
    e->totals.gap_messages += heard->seq_gap;
    return engine_row(e, &table_gap, &row, fail);
}
