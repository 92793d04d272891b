/* SPDX-License-Identifier: Apache-2.0 */
/* Record: what is published, one struct per table. The last noun of the road.
 *
 * Each table is one list below: X(type, name, need, knowledge, unit, quantum, names,
 * sentence). `need` is REQ (never null) or OPT (null unless set). The list makes the
 * struct, the null bits and the column table; a column's Protobuf number is its place plus
 * one, so columns are only ever appended. Stamps are Unix UTC nanoseconds. Lists stay under
 * 64 columns (one null bit each). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/kinds.h"
#include "model/table.h"

#define RECORD_RUN_KEYS(X)                                                                 \
    X(TEXT, scenario_id, REQ, KEY, "", 0, , "scenario this row belongs to")                \
    X(TEXT, world_id, REQ, KEY, "", 0, ,                                                   \
      "world: everything but the air; pairs rows over tiers")

// clang-format off
#define TRANSMISSION_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, msg_uid, REQ, KEY, "", 0, , "sender index (23 bits), message type (8), k (32)") \
    X(TEXT, sender_id, REQ, GT, "", 0, , "agent that sends; the claimed station is station_id") \
    X(U8_NAME, sender_kind, REQ, GT, "", 0, kinds_sender, "what the sender truly is") \
    X(U8_NAME, msg_type, REQ, KEY, "", 0, kinds_msg_type, "message type") \
    X(U32, k, REQ, KEY, "", 0, , "opportunity number of this sender and type") \
    X(U32, tx_index, OPT, KEY, "", 0, , "transmitted messages of this sender before this one") \
    X(U8_NAME, suppressed_by, OPT, INJ, "", 0, kinds_suppressed, "why it was not sent; null: transmitted") \
    X(U8_NAME, technology, REQ, INJ, "", 0, kinds_technology, "radio") \
    X(I64, t_gen_ns, REQ, GT, "ns", 0, , "instant the content is valid for, true time") \
    X(I64, t_tx_ns, OPT, GT, "ns", 0, , "handed to the radio, true time") \
    X(I64, t_gen_stamped_ns, OPT, OBS, "ns", 0, , "t_gen by the sender's own clock") \
    X(I64, t_gen_claimed_ns, OPT, OBS, "ns", 0, , "what the message says") \
    X(U32, station_id, OPT, OBS, "", 0, , "temporary or station id on the air") \
    X(I32, msg_cnt, OPT, OBS, "", 0, , "message count on the air") \
    X(U32, size_bytes, OPT, OBS, "B", 0, , "size of the message frame") \
    X(F64, lat_deg, OPT, OBS, "deg", 1e-7, , "claimed latitude") \
    X(F64, lon_deg, OPT, OBS, "deg", 1e-7, , "claimed longitude") \
    X(F64, elev_m, OPT, OBS, "m", 0.1, , "claimed elevation above the ellipsoid") \
    X(F64, x_m, OPT, OBS, "m", 0.001, , "claimed position, east of the origin") \
    X(F64, y_m, OPT, OBS, "m", 0.001, , "claimed position, north of the origin") \
    X(F64, speed_mps, OPT, OBS, "m/s", 0.02, , "claimed speed") \
    X(F64, yaw_rad, OPT, OBS, "rad", 1e-6, , "claimed heading, counter-clockwise from east") \
    X(F64, accel_mps2, OPT, OBS, "m/s2", 0.01, , "claimed acceleration along the heading") \
    X(F64, sigma_m, OPT, OBS, "m", 0.05, , "claimed 1-sigma of the position") \
    X(U32, event_flags, OPT, OBS, "", 0, , "J2735 VehicleEventFlags, bit i = 1 << i") \
    X(F64, gt_x_m, OPT, GT, "m", 0.001, , "true position east at t_gen") \
    X(F64, gt_y_m, OPT, GT, "m", 0.001, , "true position north at t_gen") \
    X(F64, gt_yaw_rad, OPT, GT, "rad", 1e-6, , "true heading at t_gen") \
    X(F64, gt_speed_mps, OPT, GT, "m/s", 0.001, , "true speed at t_gen") \
    X(F64, gt_accel_mps2, OPT, GT, "m/s2", 0.001, , "true acceleration at t_gen") \
    X(F64, claimed_error_m, OPT, GT, "m", 0.001, , "claimed against true position at t_gen") \
    X(F64, inj_position_sigma_m, OPT, INJ, "m", 0.001, , "injected position error, one sigma per axis") \
    X(F64, inj_clock_error_ms, OPT, INJ, "ms", 0.001, , "sender's clock minus true time") \
    X(U8_NAME, inj_fault, OPT, INJ, "", 0, kinds_fault, "injected sender fault") \
    X(U64, input_frame, OPT, OBS, "", 0, , "replay: frame or record number of the input") \
    X(BOOL, altered, REQ, INJ, "", 0, , "octets differ from what was captured") \
    X(BLOB, payload, OPT, OBS, "", 0, , "message frame as sent") \
    X(I64, signed_gen_ns, OPT, OBS, "ns", 0, , "replay: generation time of a signed message's envelope, as claimed, not verified") \
    X(TEXT, signer, OPT, OBS, "", 0, , "replay: digest of the certificate that signed (16 hex digits), certificate if it came whole, self; null: not signed")

#define RECEPTION_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, msg_uid, REQ, KEY, "", 0, , "which transmission") \
    X(TEXT, sender, REQ, GT, "", 0, , "agent that sent") \
    X(TEXT, receiver, REQ, KEY, "", 0, , "agent that should have heard") \
    X(U8_NAME, sender_kind, REQ, GT, "", 0, kinds_sender, "what the sender truly is") \
    X(U8_NAME, msg_type, REQ, KEY, "", 0, kinds_msg_type, "message type") \
    X(U8_NAME, technology, REQ, INJ, "", 0, kinds_technology, "radio") \
    X(U8_NAME, tier, REQ, INJ, "", 0, kinds_tier, "degradation tier") \
    X(U8_NAME, fate, REQ, INJ, "", 0, kinds_fate, "delivered or lost") \
    X(U8_NAME, cause, REQ, INJ, "", 0, kinds_cause, "first cause of the loss; none if delivered") \
    X(U8_NAME, los, REQ, GT, "", 0, kinds_los, "line of sight between the antennas") \
    X(TEXT, blocker, OPT, GT, "", 0, , "what stood in between") \
    X(I64, t_gen_ns, OPT, GT, "ns", 0, , "instant the content is valid for, true time") \
    X(I64, t_tx_ns, OPT, GT, "ns", 0, , "handed to the radio; replay: null unless captured at the sender") \
    X(I64, t_rx_ns, OPT, OBS, "ns", 0, , "frame complete at the receiver, true time") \
    X(I64, t_avail_ns, OPT, OBS, "ns", 0, , "decoded and usable, true time") \
    X(I64, t_gen_claimed_ns, OPT, OBS, "ns", 0, , "what the message says") \
    X(I64, t_known_ns, REQ, KEY, "ns", 0, , "earliest instant an ideal observer could know this row") \
    X(F64, latency_ms, OPT, GT, "ms", 1e-6, , "t_rx - t_tx: the air, injected part included") \
    X(F64, age_ms, OPT, GT, "ms", 1e-6, , "t_avail - t_gen") \
    X(F32, access_ms, OPT, GT, "ms", 0, , "waiting for the medium") \
    X(F32, injected_ms, OPT, INJ, "ms", 0, , "latency added by the tier and impairments") \
    X(F32, distance_m, OPT, GT, "m", 0, , "between the antennas at transmission") \
    X(F32, rssi_dbm, OPT, OBS, "dBm", 0, , "received power") \
    X(F32, sinr_db, OPT, GT, "dB", 0, , "signal to interference and noise") \
    X(F32, cbr, OPT, OBS, "", 0, , "channel busy ratio at the receiver") \
    X(F32, sender_speed_mps, OPT, GT, "m/s", 0, , "true speed of the sender at t_gen (replay: claimed)") \
    X(F32, shift_m, OPT, GT, "m", 0, , "sender speed times age: how far off the raw position is") \
    X(F32, shift_true_m, OPT, GT, "m", 0, , "how far the sender truly moved during the age") \
    X(F32, sigma_along_m, OPT, OBS, "m", 0, , "1-sigma along the heading after extrapolation") \
    X(F32, sigma_across_m, OPT, OBS, "m", 0, , "1-sigma across the heading after extrapolation") \
    X(F32, claimed_error_m, OPT, GT, "m", 0, , "claimed against true position at t_gen") \
    X(U32, burst_id, OPT, INJ, "", 0, , "which loss burst of this link") \
    X(I32, burst_pos, OPT, INJ, "", 0, , "place within the burst, from 0") \
    X(I32, seq_gap, OPT, OBS, "", 0, , "messages missing before this one by its counter") \
    X(BOOL, reordered, REQ, OBS, "", 0, , "older than what was already known") \
    X(BOOL, duplicate, REQ, OBS, "", 0, , "known already") \
    X(BOOL, late, REQ, GT, "", 0, , "t_rx - t_tx above the deadline") \
    X(BOOL, altered, REQ, INJ, "", 0, , "octets were changed on the way") \
    X(BOOL, clock_unverified, REQ, OBS, "", 0, , "the sender's clock has no common reference") \
    X(BOOL, distance_from_claims, REQ, OBS, "", 0, , "distance is computed from claimed positions") \
    X(BOOL, within_range, OPT, GT, "", 0, , "within the intended range at transmission; null unknown") \
    X(I32, copies, REQ, INJ, "", 0, , "copies sent of this message") \
    X(U32, obs_station_id, OPT, OBS, "", 0, , "temporary or station id as heard") \
    X(I32, obs_msg_cnt, OPT, OBS, "", 0, , "message count as heard") \
    X(TEXT, com_tim, REQ, GT, "", 0, , "label: timeliness") \
    X(TEXT, com_ord, REQ, OBS, "", 0, , "label: order") \
    X(TEXT, com_fate, REQ, INJ, "", 0, , "label: fate") \
    X(TEXT, com_tim_obs, OPT, OBS, "", 0, , "label: timeliness by what the receiver could know") \
    X(F64, obs_age_ms, OPT, OBS, "ms", 1e-6, , "t_avail minus what the message says; null where its clock is at fault") \
    X(F64, obs_shift_m, OPT, OBS, "m", 0.001, , "claimed speed times obs_age: metres of shift by what the receiver could know") \
    X(BOOL, real, REQ, OBS, "", 0, , "a loss seen between two captures, not injected") \
    X(F64, obs_age_sigma_ms, OPT, OBS, "ms", 1e-6, , "1-sigma of obs_age, both clocks; null: unverified") \
    X(TEXT, com_cbr, OPT, OBS, "", 0, , "label: channel load as the receiver measured it; null: not measured")

#define GAP_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(TEXT, receiver, REQ, KEY, "", 0, , "who missed something") \
    X(TEXT, sender, REQ, OBS, "", 0, , "whose counter jumped") \
    X(U32, station_id, OPT, OBS, "", 0, , "its id after the gap") \
    X(U8_NAME, msg_type, REQ, KEY, "", 0, kinds_msg_type, "message type") \
    X(I64, t_from_ns, REQ, OBS, "ns", 0, , "last message before the gap") \
    X(I64, t_to_ns, REQ, OBS, "ns", 0, , "first message after it") \
    X(I32, cnt_from, OPT, OBS, "", 0, , "counter before") \
    X(I32, cnt_to, OPT, OBS, "", 0, , "counter after") \
    X(I32, missed, REQ, OBS, "", 0, , "messages missed, modulo 128") \
    X(BOOL, resolved, REQ, OBS, "", 0, , "false: the time says more than 127 were missed, the count is a lower bound")

#define FRAME_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, frame_uid, REQ, KEY, "", 0, , "ego (24 bits), stream (8), sequence (32)") \
    X(TEXT, ego, REQ, KEY, "", 0, , "whose sensors") \
    X(TEXT, stream, REQ, KEY, "", 0, , "sensor stream") \
    X(U8_NAME, modality, REQ, KEY, "", 0, kinds_modality, "camera, lidar, radar") \
    X(U32, seq, REQ, KEY, "", 0, , "frame number of the stream") \
    X(BOOL, anchor, REQ, KEY, "", 0, , "the synchronized view is made at this frame") \
    X(I64, t_start_ns, OPT, OBS, "ns", 0, , "measurement begins, corrected") \
    X(I64, t_mid_ns, REQ, OBS, "ns", 0, , "reference for association, corrected") \
    X(I64, t_end_ns, OPT, OBS, "ns", 0, , "measurement ends, corrected") \
    X(I64, t_avail_ns, OPT, OBS, "ns", 0, , "usable") \
    X(I64, t_stamped_ns, OPT, OBS, "ns", 0, , "as the sensor stamped it") \
    X(U8_NAME, convention, REQ, OBS, "", 0, kinds_convention, "what the stamp means") \
    X(U8_NAME, clock, REQ, OBS, "", 0, kinds_clock, "whose clock stamped it") \
    X(F64, sigma_ms, OPT, OBS, "ms", 1e-6, , "1-sigma of t_mid; null: unverified") \
    X(TEXT, sync_quality, REQ, OBS, "", 0, , "label syn.q: ok, degraded, fail, unverified") \
    X(BOOL, missing, REQ, OBS, "", 0, , "expected, never came") \
    X(TEXT, missing_cause, OPT, OBS, "", 0, , "idle, dropped or late") \
    X(I32, objects, REQ, OBS, "", 0, , "detected objects") \
    X(I32, senders_known, OPT, OBS, "", 0, , "senders heard so far (anchor frames)") \
    X(I32, senders_fresh, OPT, OBS, "", 0, , "of these, link fresh or aged") \
    X(TEXT, int_mode, OPT, OBS, "", 0, , "label: cooperation mode (anchor frames)") \
    X(F64, ego_x_m, OPT, OBS, "m", 0.001, , "ego position by its own sensors") \
    X(F64, ego_y_m, OPT, OBS, "m", 0.001, , "") \
    X(F64, ego_yaw_rad, OPT, OBS, "rad", 1e-6, , "") \
    X(F64, ego_speed_mps, OPT, OBS, "m/s", 0.001, , "") \
    X(F64, ego_sigma_m, OPT, OBS, "m", 0.001, , "its 1-sigma") \
    X(F64, gt_ego_x_m, OPT, GT, "m", 0.001, , "true ego position") \
    X(F64, gt_ego_y_m, OPT, GT, "m", 0.001, , "") \
    X(F64, gt_ego_yaw_rad, OPT, GT, "rad", 1e-6, , "") \
    X(F64, gt_ego_speed_mps, OPT, GT, "m/s", 0.001, , "") \
    X(TEXT, uri, OPT, OBS, "", 0, , "the user's own image or cloud") \
    X(I32, revision, REQ, OBS, "", 0, , "0 at first; one more for each late arrival that changed it")

#define SYNC_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, frame_uid, REQ, KEY, "", 0, , "anchor frame") \
    X(TEXT, ego, REQ, KEY, "", 0, , "whose frame") \
    X(TEXT, stream, REQ, KEY, "", 0, , "member stream") \
    X(U64, member_uid, OPT, KEY, "", 0, , "frame of that stream that was joined; null: missing") \
    X(I64, delta_ns, OPT, OBS, "ns", 0, , "member t_mid minus anchor t_mid") \
    X(F64, sigma_ms, OPT, OBS, "ms", 1e-6, , "1-sigma of delta; null: unverified") \
    X(F64, bound_ms, REQ, OBS, "ms", 1e-6, , "largest delta that free-running streams allow") \
    X(TEXT, status, REQ, OBS, "", 0, , "ok, missing, out_of_bound") \
    X(TEXT, quality, REQ, OBS, "", 0, , "ok, degraded, fail, unverified")

#define TRACK_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, frame_uid, REQ, KEY, "", 0, , "anchor frame of the ego") \
    X(TEXT, ego, REQ, KEY, "", 0, , "whose knowledge") \
    X(TEXT, sender, REQ, OBS, "", 0, , "about whom, as the ego calls it: v2x-STATION_ID, in replay the tracked station") \
    X(U32, station_id, OPT, OBS, "", 0, , "the id it was heard under last") \
    X(U8_NAME, kind, REQ, OBS, "", 0, kinds_sender, "as claimed") \
    X(I64, t_frame_ns, REQ, OBS, "ns", 0, , "instant the view is for (t_mid of the anchor)") \
    X(I64, t_decide_ns, REQ, OBS, "ns", 0, , "only what was available by then is in the view") \
    X(U64, msg_uid, OPT, OBS, "", 0, , "newest message used; null: never heard") \
    X(I64, t_msg_claimed_ns, OPT, OBS, "ns", 0, , "instant that message speaks of, laid back where its clock is known to be ahead") \
    X(F64, aoi_ms, OPT, OBS, "ms", 1e-6, , "age of information at t_frame by the claimed instant") \
    X(F64, offset_ms, OPT, OBS, "ms", 1e-6, , "t_gen_claimed - t_frame") \
    X(F64, offset_sigma_ms, OPT, OBS, "ms", 1e-6, , "its 1-sigma (both clocks)") \
    X(F64, raw_x_m, OPT, OBS, "m", 0.001, , "position as claimed") \
    X(F64, raw_y_m, OPT, OBS, "m", 0.001, , "") \
    X(F64, x_m, OPT, OBS, "m", 0.001, , "position extrapolated to t_frame") \
    X(F64, y_m, OPT, OBS, "m", 0.001, , "") \
    X(F64, yaw_rad, OPT, OBS, "rad", 1e-6, , "heading extrapolated to t_frame") \
    X(F64, speed_mps, OPT, OBS, "m/s", 0.001, , "speed extrapolated to t_frame") \
    X(F64, shift_m, OPT, OBS, "m", 0.001, , "claimed speed times age of information") \
    X(F64, sigma_along_raw_m, OPT, OBS, "m", 0.001, , "1-sigma along, not extrapolated") \
    X(F64, sigma_along_m, OPT, OBS, "m", 0.001, , "1-sigma along, extrapolated") \
    X(F64, sigma_across_m, OPT, OBS, "m", 0.001, , "1-sigma across, extrapolated") \
    X(TEXT, com_link, REQ, OBS, "", 0, , "label: state of the link as the ego can tell it") \
    X(TEXT, int_src, REQ, OBS, "", 0, , "label: who reports this object, as the ego can tell it") \
    X(BOOL, sensed, REQ, OBS, "", 0, , "a sensor of the ego reports it in this frame set") \
    X(F64, sensed_x_m, OPT, OBS, "m", 0.001, , "where the sensor puts it, moved to t_frame") \
    X(F64, sensed_y_m, OPT, OBS, "m", 0.001, , "") \
    X(F64, distance_m, OPT, OBS, "m", 0.001, , "ego to extrapolated position") \
    X(F64, ttc_s, OPT, OBS, "s", 0.001, , "time to contact of the boxes on what the ego knows") \
    X(TEXT, ttc_status, REQ, OBS, "", 0, , "VALID, NO_CONFLICT, OVERLAP, NOT_APPLICABLE, UNKNOWN") \
    X(F64, gt_aoi_ms, OPT, GT, "ms", 1e-6, , "age of information by the true t_gen") \
    X(F64, gt_x_m, OPT, GT, "m", 0.001, , "true position at t_frame") \
    X(F64, gt_y_m, OPT, GT, "m", 0.001, , "") \
    X(F64, gt_yaw_rad, OPT, GT, "rad", 1e-6, , "") \
    X(F64, gt_speed_mps, OPT, GT, "m/s", 0.001, , "") \
    X(F64, gt_error_raw_m, OPT, GT, "m", 0.001, , "claimed position against truth at t_frame") \
    X(F64, gt_error_m, OPT, GT, "m", 0.001, , "extrapolated position against truth at t_frame") \
    X(F64, gt_distance_m, OPT, GT, "m", 0.001, , "true distance of the centres") \
    X(F64, gt_ttc_s, OPT, GT, "s", 0.001, , "time to contact on truth") \
    X(TEXT, gt_ttc_status, REQ, GT, "", 0, , "") \
    X(U8_NAME, gt_los, REQ, GT, "", 0, kinds_los, "line of sight from the ego") \
    X(U8_NAME, gt_kind, REQ, GT, "", 0, kinds_sender, "what it truly is") \
    X(I64, t_last_good_ns, OPT, OBS, "ns", 0, , "t_avail of the last message") \
    X(TEXT, gt_sender, OPT, GT, "", 0, , "the agent behind it") \
    X(TEXT, gt_com_link, OPT, GT, "", 0, , "label: state of the link on truth (departed, out of range)") \
    X(TEXT, gt_int_src, OPT, GT, "", 0, , "label: who reports this object on truth (line of sight, equipment)") \
    X(TEXT, int_agree, REQ, OBS, "", 0, , "label: does it agree with the sensors") \
    X(F64, residual_x_m, OPT, OBS, "m", 0.001, , "extrapolated position minus the sensor's, east") \
    X(F64, residual_y_m, OPT, OBS, "m", 0.001, , "north") \
    X(F64, agree_d2, OPT, OBS, "", 0.001, , "squared Mahalanobis distance of the residual") \
    X(TEXT, gt_int_agree, OPT, GT, "", 0, , "label: the same with the detections that truly are of this sender") \
    X(F64, gt_oracle_x_m, OPT, GT, "m", 0.001, , "claimed position at t_frame between the messages around it, arrived or not") \
    X(F64, gt_oracle_y_m, OPT, GT, "m", 0.001, , "") \
    X(F64, gt_oracle_error_m, OPT, GT, "m", 0.001, , "that against truth: what a perfect air would have left")

#define OBJECT_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, frame_uid, REQ, KEY, "", 0, , "frame it was measured in") \
    X(TEXT, ego, REQ, KEY, "", 0, , "whose sensor") \
    X(TEXT, stream, REQ, KEY, "", 0, , "which sensor") \
    X(U32, track, REQ, OBS, "", 0, , "the sensor's own track id") \
    X(U8_NAME, kind, REQ, OBS, "", 0, kinds_sender, "class as measured") \
    X(I64, t_obj_ns, REQ, OBS, "ns", 0, , "instant of the measurement of this object") \
    X(F64, x_m, REQ, OBS, "m", 0.001, , "centre, east of the origin") \
    X(F64, y_m, REQ, OBS, "m", 0.001, , "centre, north of the origin") \
    X(F64, yaw_rad, OPT, OBS, "rad", 1e-6, , "") \
    X(F64, vx_mps, OPT, OBS, "m/s", 0.001, , "velocity east") \
    X(F64, vy_mps, OPT, OBS, "m/s", 0.001, , "velocity north") \
    X(F64, length_m, OPT, OBS, "m", 0.01, , "") \
    X(F64, width_m, OPT, OBS, "m", 0.01, , "") \
    X(F64, height_m, OPT, OBS, "m", 0.01, , "") \
    X(F64, sigma_x_m, OPT, OBS, "m", 0.001, , "1-sigma east") \
    X(F64, sigma_y_m, OPT, OBS, "m", 0.001, , "1-sigma north") \
    X(TEXT, gt_agent, OPT, GT, "", 0, , "whose it truly is; null: ghost or unknown") \
    X(F64, gt_visible, OPT, GT, "", 0.001, , "share of the object not occluded")

#define AGENT_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant") \
    X(TEXT, agent, REQ, KEY, "", 0, , "agent") \
    X(U8_NAME, kind, REQ, GT, "", 0, kinds_sender, "what it is") \
    X(BOOL, ego, REQ, KEY, "", 0, , "it has sensors that are recorded") \
    X(BOOL, equipped, REQ, GT, "", 0, , "it has a radio") \
    X(F64, length_m, REQ, GT, "m", 0.01, , "") \
    X(F64, width_m, REQ, GT, "m", 0.01, , "") \
    X(F64, height_m, REQ, GT, "m", 0.01, , "") \
    X(F64, gt_x_m, OPT, GT, "m", 0.001, , "true position (replay: null)") \
    X(F64, gt_y_m, OPT, GT, "m", 0.001, , "") \
    X(F64, gt_z_m, OPT, GT, "m", 0.001, , "") \
    X(F64, gt_yaw_rad, OPT, GT, "rad", 1e-6, , "") \
    X(F64, gt_speed_mps, OPT, GT, "m/s", 0.001, , "") \
    X(F64, gt_accel_mps2, OPT, GT, "m/s2", 0.001, , "") \
    X(F64, gt_yaw_rate_radps, OPT, GT, "rad/s", 1e-6, , "") \
    X(F64, lat_deg, OPT, GT, "deg", 1e-9, , "of the true position (replay: claimed)") \
    X(F64, lon_deg, OPT, GT, "deg", 1e-9, , "") \
    X(F64, claimed_x_m, OPT, OBS, "m", 0.001, , "newest claimed position by then, any receiver") \
    X(F64, claimed_y_m, OPT, OBS, "m", 0.001, , "") \
    X(F64, claimed_speed_mps, OPT, OBS, "m/s", 0.001, , "") \
    X(TEXT, act_lon, OPT, GT, "", 0, , "label: longitudinal action") \
    X(TEXT, act_lat, OPT, GT, "", 0, , "label: what it does across its way") \
    X(TEXT, act_vru, OPT, GT, "", 0, , "label: what it does as a vulnerable road user") \
    X(TEXT, vru_type, OPT, GT, "", 0, , "label: kind of vulnerable road user") \
    X(TEXT, veh_type, OPT, GT, "", 0, , "label: kind of vehicle") \
    X(TEXT, int_fault, REQ, INJ, "", 0, , "label: fault injected into its messages")

#define SCENE_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant, each 100 ms") \
    X(U32, scene_idx, REQ, KEY, "", 0, , "from 0") \
    X(TEXT, pattern, REQ, OBS, "", 0, , "relations of the four most pressing agents, most pressing ego") \
    X(TEXT, caption, REQ, OBS, "", 0, , "one sentence made from the same fields") \
    X(TEXT, n_conflicts, REQ, OBS, "", 0, , "label: conflicts that the egos know of") \
    X(I32, egos, REQ, OBS, "", 0, , "egos in the scene") \
    X(I32, gt_agents, REQ, GT, "", 0, , "agents in the world") \
    X(F64, min_ttc_s, OPT, OBS, "s", 0.001, , "smallest time to contact any ego knows of") \
    X(F64, gt_min_ttc_s, OPT, GT, "s", 0.001, , "smallest true time to contact of any ego") \
    X(TEXT, egos_json, REQ, OBS, "", 0, , "per ego: state, mode, decision, relations with observed states") \
    X(TEXT, gt_pairs_json, REQ, GT, "", 0, , "true relations of every ego") \
    X(TEXT, gt_pattern, REQ, GT, "", 0, , "the pattern on truth")

#define PAIR_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant, each 100 ms") \
    X(TEXT, ego, REQ, KEY, "", 0, , "from whom") \
    X(TEXT, other, OPT, OBS, "", 0, , "to whom, as the ego calls it: v2x-STATION_ID or STREAM-TRACK; null: it knows nothing of it") \
    X(TEXT, rel_pos, OPT, OBS, "", 0, , "label: where the other is, by V2X and sensors") \
    X(TEXT, rel_conf, OPT, OBS, "", 0, , "label: kind of conflict") \
    X(TEXT, rel_risk, OPT, OBS, "", 0, , "label: risk") \
    X(F64, obs_ttc_s, OPT, OBS, "s", 0.001, , "") \
    X(TEXT, obs_ttc_status, REQ, OBS, "", 0, , "") \
    X(F64, obs_a_req_mps2, OPT, OBS, "m/s2", 0.001, , "deceleration the ego needs") \
    X(TEXT, gt_rel_pos, OPT, GT, "", 0, , "") \
    X(TEXT, gt_rel_conf, OPT, GT, "", 0, , "") \
    X(TEXT, gt_rel_risk, OPT, GT, "", 0, , "") \
    X(F64, gt_ttc_s, OPT, GT, "s", 0.001, , "") \
    X(TEXT, gt_ttc_status, REQ, GT, "", 0, , "") \
    X(F64, gt_a_req_mps2, OPT, GT, "m/s2", 0.001, , "") \
    X(F64, gt_clearance_m, OPT, GT, "m", 0.001, , "between the boxes") \
    X(F64, gt_dcpa_m, OPT, GT, "m", 0.001, , "distance of the centres at the closest approach") \
    X(F64, gt_tcpa_s, OPT, GT, "s", 0.001, , "") \
    X(TEXT, gt_other, OPT, GT, "", 0, , "who it truly is; null: a ghost, or replay") \
    X(F64, obs_clearance_m, OPT, OBS, "m", 0.001, , "between the boxes, as known") \
    X(F64, obs_dcpa_m, OPT, OBS, "m", 0.001, , "") \
    X(F64, obs_tcpa_s, OPT, OBS, "s", 0.001, , "") \
    X(F64, obs_ttc_pess_s, OPT, OBS, "s", 0.001, , "time to contact with both boxes grown by 2 sigma") \
    X(TEXT, obs_ttc_pess_status, REQ, OBS, "", 0, , "") \
    X(F64, obs_ttc_opt_s, OPT, OBS, "s", 0.001, , "with both shrunk by 2 sigma") \
    X(TEXT, obs_ttc_opt_status, REQ, OBS, "", 0, , "") \
    X(F64, obs_mttc_s, OPT, OBS, "s", 0.001, , "of the one behind in the same lane, with both accelerations") \
    X(TEXT, obs_mttc_status, REQ, OBS, "", 0, , "") \
    X(TEXT, obs_crossing_status, REQ, OBS, "", 0, , "of the crossing of the two straight ways") \
    X(F64, obs_ego_ttcp_s, OPT, OBS, "s", 0.001, , "until the ego is there") \
    X(F64, obs_other_ttcp_s, OPT, OBS, "s", 0.001, , "until the other is there") \
    X(F64, obs_gap_s, OPT, OBS, "s", 0.001, , "later entry minus first exit; negative: at once") \
    X(F64, gt_ttc_pess_s, OPT, GT, "s", 0.001, , "time to contact with both boxes grown by 2 sigma") \
    X(TEXT, gt_ttc_pess_status, REQ, GT, "", 0, , "") \
    X(F64, gt_ttc_opt_s, OPT, GT, "s", 0.001, , "with both shrunk by 2 sigma") \
    X(TEXT, gt_ttc_opt_status, REQ, GT, "", 0, , "") \
    X(F64, gt_mttc_s, OPT, GT, "s", 0.001, , "of the one behind in the same lane, with both accelerations") \
    X(TEXT, gt_mttc_status, REQ, GT, "", 0, , "") \
    X(TEXT, gt_crossing_status, REQ, GT, "", 0, , "of the crossing of the two straight ways") \
    X(F64, gt_ego_ttcp_s, OPT, GT, "s", 0.001, , "until the ego is there") \
    X(F64, gt_other_ttcp_s, OPT, GT, "s", 0.001, , "until the other is there") \
    X(F64, gt_gap_s, OPT, GT, "s", 0.001, , "later entry minus first exit; negative: at once") \
    X(TEXT, app_eebl, OPT, OBS, "", 0, , "label: emergency electronic brake light") \
    X(TEXT, app_fcw, OPT, OBS, "", 0, , "label: forward collision warning") \
    X(TEXT, app_bsw, OPT, OBS, "", 0, , "label: blind spot warning") \
    X(TEXT, app_lcw, OPT, OBS, "", 0, , "label: lane change warning") \
    X(TEXT, app_dnpw, OPT, OBS, "", 0, , "label: do not pass warning") \
    X(TEXT, app_ima, OPT, OBS, "", 0, , "label: intersection movement assist") \
    X(TEXT, app_lta, OPT, OBS, "", 0, , "label: left turn assist") \
    X(TEXT, app_clw, OPT, OBS, "", 0, , "label: control loss warning") \
    X(TEXT, app_pcw, OPT, OBS, "", 0, , "label: pedestrian collision warning") \
    X(TEXT, gt_app_eebl, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_fcw, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_bsw, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_lcw, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_dnpw, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_ima, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_lta, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_clw, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_pcw, OPT, GT, "", 0, , "")

#define DECISION_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant, each 100 ms") \
    X(TEXT, ego, REQ, KEY, "", 0, , "who decides") \
    X(TEXT, gt_act, REQ, GT, "", 0, , "label dec.act on truth") \
    X(TEXT, sensors_act, REQ, OBS, "", 0, , "on sensors alone") \
    X(TEXT, v2x_act, REQ, OBS, "", 0, , "on V2X alone") \
    X(TEXT, fused_act, REQ, OBS, "", 0, , "on both") \
    X(TEXT, basis, REQ, GT, "", 0, , "label dec.basis") \
    X(F64, gt_a_req_mps2, OPT, GT, "m/s2", 0.001, , "") \
    X(F64, fused_a_req_mps2, OPT, OBS, "m/s2", 0.001, , "") \
    X(I64, gt_decide_by_ns, OPT, GT, "ns", 0, , "last instant at which braking with 6 m/s2 avoids contact") \
    X(TEXT, because_of, OPT, OBS, "", 0, , "whom the fused decision is for, as the ego calls it") \
    X(TEXT, gt_because_of, OPT, GT, "", 0, , "agent behind the true decision") \
    X(TEXT, dec_lane, REQ, OBS, "", 0, , "label: lane changes that would raise the need to brake, on both sources") \
    X(TEXT, dec_hold, REQ, OBS, "", 0, , "label: a standing ego should stay") \
    X(TEXT, dec_degrade, REQ, OBS, "", 0, , "label: widen the headway, V2X is gone") \
    X(TEXT, gt_dec_lane, REQ, GT, "", 0, , "") \
    X(TEXT, gt_dec_hold, REQ, GT, "", 0, , "") \
    X(F64, time_gain_ms, OPT, OBS, "ms", 1e-6, , "once per need to brake: how much earlier both sources asked for it than the sensors alone; negative: later")

#define ENCOUNTER_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, enc_id, REQ, KEY, "", 0, , "encounter") \
    X(TEXT, ego, REQ, KEY, "", 0, , "") \
    X(TEXT, other, REQ, GT, "", 0, , "") \
    X(I64, t_start_ns, REQ, GT, "ns", 0, , "") \
    X(I64, t_end_ns, REQ, GT, "ns", 0, , "") \
    X(TEXT, outcome, REQ, GT, "", 0, , "label enc.out") \
    X(F64, min_ttc_s, OPT, GT, "s", 0.001, , "") \
    X(I64, t_min_ttc_ns, OPT, GT, "ns", 0, , "") \
    X(F64, pet_s, OPT, GT, "s", 0.001, , "post-encroachment time") \
    X(F64, min_clearance_m, OPT, GT, "m", 0.001, , "") \
    X(F64, max_a_req_mps2, OPT, GT, "m/s2", 0.001, , "") \
    X(I64, t_contact_ns, OPT, GT, "ns", 0, , "sub-tick instant of contact") \
    X(F64, impact_speed_mps, OPT, GT, "m/s", 0.001, , "") \
    X(TEXT, evasive, REQ, GT, "", 0, , "label enc.evasive") \
    X(BOOL, censored, REQ, GT, "", 0, , "the recording ended first") \
    X(TEXT, pcs, REQ, GT, "", 0, , "label enc.pcs: pre-crash scenario of NHTSA") \
    X(I32, pcs_number, OPT, GT, "", 0, , "its number in pcs_scheme") \
    X(TEXT, pcs_scheme, REQ, GT, "", 0, , "NHTSA-2007-37") \
    X(TEXT, ncap, REQ, GT, "", 0, , "label enc.ncap: Euro NCAP test it is like")

#define SEQUENCE_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, seq_uid, REQ, KEY, "", 0, , "window; the same in every tier of a world: rows of other tiers with another outcome are its counterfactuals") \
    X(TEXT, ego, REQ, KEY, "", 0, , "whose history") \
    X(I64, t_from_ns, REQ, KEY, "ns", 0, , "the window is open here ...") \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "... and closed here: nothing later is in it") \
    X(U8_NAME, tier, REQ, KEY, "", 0, kinds_tier, "") \
    X(U32, messages, REQ, OBS, "", 0, , "messages that became usable in the window") \
    X(U32, senders, REQ, OBS, "", 0, , "of so many senders") \
    X(U32, cut, REQ, OBS, "", 0, , "messages that found no room in sequence_messages") \
    X(F64, speed_mps, OPT, OBS, "m/s", 0.001, , "of the ego at the end, by its own sensors") \
    X(TEXT, gt_seq_out, OPT, GT, "", 0, , "label: what followed; null in replay") \
    X(F64, gt_time_to_event_ms, OPT, GT, "ms", 0.001, , "from the end of the window") \
    X(I64, gt_t_event_ns, OPT, GT, "ns", 0, , "") \
    X(I64, gt_t_known_ns, OPT, GT, "ns", 0, , "earliest instant at which the label could be known") \
    X(U64, gt_enc_id, OPT, GT, "", 0, , "encounter behind it") \
    X(TEXT, gt_other, OPT, GT, "", 0, , "with whom") \
    X(I32, gt_near, OPT, GT, "", 0, , "agents around at the end") \
    X(U64, gt_matched_uid, OPT, GT, "", 0, , "window that nothing followed, of about the same speed and company, same tier and road") \
    X(U64, gt_matched2_uid, OPT, GT, "", 0, , "another one")

#define SEQUENCE_MESSAGE_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, seq_uid, REQ, KEY, "", 0, , "window") \
    X(U64, msg_uid, REQ, KEY, "", 0, , "message that became usable in it") \
    X(I64, t_avail_ns, REQ, OBS, "ns", 0, , "when")

#define SIGNAL_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant, each 100 ms") \
    X(TEXT, signal, REQ, KEY, "", 0, , "signal group of the map") \
    X(I32, signal_group, REQ, KEY, "", 0, , "J2735 SignalGroupID") \
    X(U8_NAME, gt_phase, REQ, GT, "", 0, kinds_phase, "true phase") \
    X(F64, gt_min_end_s, OPT, GT, "s", 0.1, , "from now") \
    X(F64, gt_max_end_s, OPT, GT, "s", 0.1, , "from now")

#define ADVICE_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant, each 100 ms of an approach or a warning") \
    X(TEXT, ego, REQ, KEY, "", 0, , "who is advised") \
    X(TEXT, v2i_sig, REQ, OBS, "", 0, , "label: what the signal ahead requires, by SPaT and MAP as heard") \
    X(TEXT, v2i_spd, REQ, OBS, "", 0, , "label: what the speed advice requires") \
    X(TEXT, v2i_haz, OPT, OBS, "", 0, , "label: what a hazard warning asks for") \
    X(TEXT, hazard_of, OPT, OBS, "", 0, , "who warns of it, as the ego calls it") \
    X(TEXT, app_rlvw, REQ, OBS, "", 0, , "label: red light violation warning") \
    X(TEXT, app_glosa, REQ, OBS, "", 0, , "label: green light optimal speed advice") \
    X(TEXT, app_csw, REQ, OBS, "", 0, , "label: speed zone warning") \
    X(I32, signal_group, OPT, OBS, "", 0, , "of the ego's lane; null: no MAP heard") \
    X(F64, distance_m, OPT, OBS, "m", 0.001, , "front bumper to the stop line") \
    X(F64, speed_mps, OPT, OBS, "m/s", 0.001, , "") \
    X(F64, stop_mps2, OPT, OBS, "m/s2", 0.001, , "deceleration that a stop at the line takes") \
    X(U8_NAME, phase, OPT, OBS, "", 0, kinds_phase, "as told by the newest SPaT") \
    X(F64, min_left_s, OPT, OBS, "s", 0.001, , "until the phase ends, at least") \
    X(F64, max_left_s, OPT, OBS, "s", 0.001, , "and at most") \
    X(U64, spat_msg_uid, OPT, OBS, "", 0, , "that SPaT") \
    X(F64, spat_age_ms, OPT, OBS, "ms", 1e-6, , "its age") \
    X(F64, advice_mps, OPT, OBS, "m/s", 0.001, , "advised speed: SPaT's own, else of its end times; 0: stop") \
    X(TEXT, glosa_status, REQ, OBS, "", 0, , "VALID, OVERLAP (no speed arrives on green), UNKNOWN") \
    X(TEXT, gt_v2i_sig, OPT, GT, "", 0, , "label: by the true signal and pose") \
    X(TEXT, gt_v2i_spd, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_rlvw, OPT, GT, "", 0, , "") \
    X(TEXT, gt_app_glosa, OPT, GT, "", 0, , "") \
    X(I32, gt_signal_group, OPT, GT, "", 0, , "") \
    X(F64, gt_distance_m, OPT, GT, "m", 0.001, , "") \
    X(U8_NAME, gt_phase, OPT, GT, "", 0, kinds_phase, "") \
    X(F64, gt_speed_mps, OPT, GT, "m/s", 0.001, , "") \
    X(F64, gt_accel_mps2, OPT, GT, "m/s2", 0.001, , "what it does") \
    X(TEXT, gt_act_lon, OPT, GT, "", 0, , "label: what it does") \
    X(F64, gt_stop_mps2, OPT, GT, "m/s2", 0.001, , "what a stop takes")

#define TAXONOMY_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(I32, label_id, REQ, KEY, "", 0, , "leaf number, never reused") \
    X(TEXT, code, REQ, KEY, "", 0, , "axis.group.leaf") \
    X(TEXT, axis, REQ, KEY, "", 0, , "") \
    X(TEXT, leaf, REQ, KEY, "", 0, , "the code without its axis") \
    X(TEXT, label_ver, REQ, KEY, "", 0, , "version of the rule") \
    X(TEXT, tax_ver, REQ, KEY, "", 0, , "version of the taxonomy") \
    X(TEXT, subject, REQ, KEY, "", 0, , "of one label of the axis") \
    X(TEXT, unit, OPT, KEY, "", 0, , "of its value") \
    X(I32, rule, REQ, KEY, "", 0, , "place in the decision list of the axis, from 1") \
    X(TEXT, rule_text, REQ, KEY, "", 0, , "the rule") \
    X(TEXT, params_sha, REQ, KEY, "", 0, , "SHA-256 of the axis' parameters") \
    X(BOOL, computed, REQ, KEY, "", 0, , "some rule of this program gives it")

#define LABEL_COLUMNS(X) RECORD_RUN_KEYS(X) \
    X(U64, label_uid, REQ, KEY, "", 0, , "same in every run of the same seed") \
    X(I32, label_id, REQ, KEY, "", 0, , "leaf number, never reused") \
    X(TEXT, code, REQ, KEY, "", 0, , "axis.group.leaf") \
    X(TEXT, label_ver, REQ, KEY, "", 0, , "version of the leaf's rule") \
    X(TEXT, tax_ver, REQ, KEY, "", 0, , "version of the taxonomy") \
    X(TEXT, subject, REQ, KEY, "", 0, , "rx, slot, link, object, pair, agent, scene, signal, encounter, window, frame, scenario") \
    X(U64, frame_uid, OPT, KEY, "", 0, , "") \
    X(TEXT, ego, OPT, KEY, "", 0, , "") \
    X(TEXT, agent, OPT, KEY, "", 0, , "") \
    X(TEXT, other, OPT, KEY, "", 0, , "") \
    X(U64, msg_uid, OPT, KEY, "", 0, , "") \
    X(U64, enc_id, OPT, KEY, "", 0, , "") \
    X(I64, t_start_ns, REQ, KEY, "ns", 0, , "closed-open interval") \
    X(I64, t_end_ns, REQ, KEY, "ns", 0, , "") \
    X(I64, t_known_ns, REQ, KEY, "ns", 0, , "earliest instant an ideal online observer could know it") \
    X(F64, value, OPT, KEY, "", 0, , "the deciding quantity") \
    X(TEXT, unit, OPT, KEY, "", 0, , "of value") \
    X(F64, margin, OPT, KEY, "", 0, , "signed distance of value to the nearest threshold") \
    X(F64, value_sigma, OPT, KEY, "", 0, , "1-sigma of value") \
    X(F64, confidence, OPT, KEY, "", 0, , "probability that the leaf holds under value_sigma") \
    X(TEXT, provenance, REQ, KEY, "", 0, , "injected, rule_gt, rule_obs, imported, human") \
    X(TEXT, rule_id, REQ, KEY, "", 0, , "which rule") \
    X(TEXT, params_sha, REQ, KEY, "", 0, , "which parameters") \
    X(U32, flags, REQ, KEY, "", 0, , "1 clock unverified, 2 extrapolated, 4 boundary, 8 clipped") \
    X(I32, sg_id, OPT, KEY, "", 0, , "signal group")
// clang-format on

#define CLOCK_COLUMNS(X)                                                                   \
    RECORD_RUN_KEYS(X)                                                                     \
    X(I64, t_ns, REQ, KEY, "ns", 0, , "instant, each second")                              \
    X(TEXT, ego, REQ, KEY, "", 0, , "who estimates")                                       \
    X(TEXT, sender, REQ, GT, "", 0, , "whose clock")                                       \
    X(U32, station_id, OPT, OBS, "", 0, , "the id it was heard under last")                \
    X(U8_NAME, msg_type, REQ, KEY, "", 0, kinds_msg_type,                                  \
      "from the stamps of these messages")                                                 \
    X(TEXT, state, REQ, OBS, "", 0, , "unsync, acquiring (under 20 s), locked, holdover")  \
    X(I64, messages, REQ, OBS, "", 0, , "heard so far")                                    \
    X(F64, offset_ms, OPT, OBS, "ms", 1e-6, ,                                              \
      "arrival minus claim along the lower hull: clock offset plus the path's smallest "   \
      "delay")                                                                             \
    X(F64, offset_sigma_ms, OPT, OBS, "ms", 1e-6, ,                                        \
      "1-sigma of that sum; one way cannot part it")                                       \
    X(F64, skew_ppm, OPT, OBS, "", 1e-6, ,                                                 \
      "growth of offset_ms, in microseconds a second")                                     \
    X(F64, skew_sigma_ppm, OPT, OBS, "", 1e-6, , "its 1-sigma")                            \
    X(F64, residual_p50_ms, OPT, OBS, "ms", 1e-6, ,                                        \
      "arrivals over the hull in the last minute, median")                                 \
    X(F64, residual_p95_ms, OPT, OBS, "ms", 1e-6, , "")                                    \
    X(F64, residual_p99_ms, OPT, OBS, "ms", 1e-6, , "")                                    \
    X(F64, residual_max_ms, OPT, OBS, "ms", 1e-6, , "")                                    \
    X(I32, steps, REQ, OBS, "", 0, ,                                                       \
      "times the estimate began anew because the clock jumped")                            \
    X(I32, backward, REQ, OBS, "", 0, , "of these, jumps back by over a second")           \
    X(TEXT, fault, REQ, OBS, "", 0, ,                                                      \
      "label int.fault of this clock as heard: unknown, none, clock_leap, clock_step, "    \
      "clock_drift")                                                                       \
    X(I32, leap_s, OPT, OBS, "s", 0, ,                                                     \
      "clock_leap: 5, 18, 19 or 37; negative: the clock is behind")                        \
    X(F64, gt_offset_ms, OPT, GT, "ms", 1e-6, ,                                            \
      "true instant minus claim of the newest message")

#define RECORD_CTYPE_BOOL     bool
#define RECORD_CTYPE_U8_NAME  uint8_t
#define RECORD_CTYPE_U16_NAME uint16_t
#define RECORD_CTYPE_I32      int32_t
#define RECORD_CTYPE_U32      uint32_t
#define RECORD_CTYPE_I64      int64_t
#define RECORD_CTYPE_U64      uint64_t
#define RECORD_CTYPE_F32      float
#define RECORD_CTYPE_F64      double
#define RECORD_CTYPE_TEXT     const char *
#define RECORD_CTYPE_BLOB     struct column_blob

#define RECORD_FIELD(type, name, need, know, unit, quantum, names, sentence)               \
    RECORD_CTYPE_##type name;

/* record, LIST, table name, Protobuf message name, sentence */
#define RECORD_TABLES(X)                                                                   \
    X(transmission, TRANSMISSION_COLUMNS, "transmissions", "Transmission",                 \
      "one row per opportunity: transmitted, or suppressed and why")                       \
    X(reception, RECEPTION_COLUMNS, "receptions", "Reception",                             \
      "one row per transmitted message and intended receiver, lost ones included")         \
    X(gap, GAP_COLUMNS, "gaps", "Gap", "replay: counter jumps, outside the ledger")        \
    X(frame, FRAME_COLUMNS, "frames", "Frame", "one row per sensor frame of an ego")       \
    X(sync, SYNC_COLUMNS, "sync", "Sync", "one row per anchor frame and member stream")    \
    X(track, TRACK_COLUMNS, "tracks", "Track",                                             \
      "what an ego knows of each sender as of an anchor frame, beside the truth")          \
    X(object, OBJECT_COLUMNS, "objects", "Object", "one row per detected object")          \
    X(agent, AGENT_COLUMNS, "agents", "Agent", "every agent each 100 ms")                  \
    X(scene, SCENE_COLUMNS, "scenes", "Scene", "each 100 ms: all egos together")           \
    X(pair, PAIR_COLUMNS, "pairs", "Pair", "each 100 ms: ego and other, known and true")   \
    X(decision, DECISION_COLUMNS, "decisions", "Decision",                                 \
      "each 100 ms and ego: what to do on truth, sensors, V2X and both")                   \
    X(encounter, ENCOUNTER_COLUMNS, "encounters", "Encounter",                             \
      "one row per approach of two agents, with its outcome")                              \
    X(sequence, SEQUENCE_COLUMNS, "sequences", "Sequence",                                 \
      "history of an ego, each second, labelled by what followed")                         \
    X(sequence_message, SEQUENCE_MESSAGE_COLUMNS, "sequence_messages", "SequenceMessage",  \
      "which messages are in which window")                                                \
    X(signal, SIGNAL_COLUMNS, "signals", "Signal", "every signal group each 100 ms")       \
    X(advice, ADVICE_COLUMNS, "advice", "Advice",                                          \
      "each 100 ms and ego: what signal, advice and warnings require, and what it does")   \
    X(taxonomy, TAXONOMY_COLUMNS, "taxonomy", "Taxonomy",                                  \
      "every leaf of every axis, once")                                                    \
    X(label, LABEL_COLUMNS, "labels", "Label", "labels that are no column elsewhere")      \
    X(clock, CLOCK_COLUMNS, "clocks", "Clock",                                             \
      "each second: the clock of each sender that an ego hears, with its error bar")

#define X(record, LIST, plural, message, sentence)                                         \
    struct row_##record {                                                                  \
        uint64_t valid;                                                                    \
        LIST(RECORD_FIELD)                                                                 \
    };                                                                                     \
    extern const struct table table_##record;
RECORD_TABLES(X)
#undef X

/* Null bits: record_<record>_<column>. */
#define RECORD_BITS_OF(record, LIST)                                                       \
    enum record_bits_##record                                                              \
    {                                                                                      \
        LIST(RECORD_BIT_##record) record_##record##_count                                  \
    }

#define RECORD_BIT_transmission(t, n, ...)         record_transmission_##n,
#define RECORD_BIT_reception(t, n, ...)            record_reception_##n,
#define RECORD_BIT_gap(t, n, ...)                  record_gap_##n,
#define RECORD_BIT_frame(t, n, ...)                record_frame_##n,
#define RECORD_BIT_sync(t, n, ...)                 record_sync_##n,
#define RECORD_BIT_track(t, n, ...)                record_track_##n,
#define RECORD_BIT_object(t, n, ...)               record_object_##n,
#define RECORD_BIT_agent(t, n, ...)                record_agent_##n,
#define RECORD_BIT_scene(t, n, ...)                record_scene_##n,
#define RECORD_BIT_pair(t, n, ...)                 record_pair_##n,
#define RECORD_BIT_decision(t, n, ...)             record_decision_##n,
#define RECORD_BIT_encounter(t, n, ...)            record_encounter_##n,
#define RECORD_BIT_sequence(t, n, ...)             record_sequence_##n,
#define RECORD_BIT_sequence_message(t, n, ...)     record_sequence_message_##n,
#define RECORD_BIT_signal(t, n, ...)               record_signal_##n,
#define RECORD_BIT_advice(t, n, ...)               record_advice_##n,
#define RECORD_BIT_taxonomy(t, n, ...)             record_taxonomy_##n,
#define RECORD_BIT_label(t, n, ...)                record_label_##n,
#define RECORD_BIT_clock(t, n, ...)                record_clock_##n,
#define X(record, LIST, plural, message, sentence) RECORD_BITS_OF(record, LIST);
RECORD_TABLES(X)
#undef X

/* Sets a nullable column: ROW_SET(&row, track, aoi_ms, 12.5). */
#define ROW_SET(row, record, column, value)                                                \
    ((void)((row)->column = (value)),                                                      \
     (void)((row)->valid |= UINT64_C(1) << record_##record##_##column))
#define ROW_HAS(row, record, column) (((row)->valid >> record_##record##_##column & 1) != 0)

/* Every table, in the order of RECORD_TABLES. */
extern const struct table *const records_tables[];
extern const int records_table_count;
