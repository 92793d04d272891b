/* SPDX-License-Identifier: Apache-2.0 */
/* Four messages of one car to three receivers, and what a test may spoil in them. */
#pragma once

#include "test_v2x_kit.h"

enum { SENT = 4, RECEIVERS = 3 };

/* What a test may spoil before the dataset is written. */
struct spoil {
    bool twice, back, early, unknown_label, sync_fails;
    bool only_first;      /* receiver b loses everything, too */
    int ledger_delivered; /* added to the manifest's count */
};

static void put_transmissions(struct kit *kit)
{
    for (uint32_t k = 0; k <= SENT; k++) {
        struct row_transmission row = {.scenario_id = "s",
                                       .world_id = "w",
                                       .msg_uid = 1000 + k,
                                       .sender_id = "car",
                                       .sender_kind = KIND_CAR,
                                       .msg_type = MSG_BSM,
                                       .k = k,
                                       .t_gen_ns = start_ns + k * 100 * MS};
        if (k == SENT) {
            ROW_SET(&row, transmission, suppressed_by, SUPPRESSED_INTERVAL);
        } else {
            ROW_SET(&row, transmission, t_tx_ns, row.t_gen_ns + MS);
            ROW_SET(&row, transmission, lat_deg, 42.5);
        }
        put_row(kit, &table_transmission, &row);
    }
}

/* The third receiver loses everything; one delivery is late. */
static void put_reception(struct kit *kit, const struct spoil *spoil, uint32_t k,
                          uint32_t r)
{
    static const char *const names[RECEIVERS] = {"a", "b", "c"};
    bool delivered = r < (spoil->only_first ? 1 : 2);
    int64_t gen = start_ns + k * 100 * MS;
    int64_t rx = gen + (k == 1 && r == 0 ? 150 : 20) * MS;
    struct row_reception row = {.scenario_id = "s",
                                .world_id = "w",
                                .msg_uid = 1000 + k,
                                .sender = "car",
                                .receiver = names[r],
                                .msg_type = MSG_BSM,
                                .fate = delivered ? FATE_DELIVERED : FATE_LOST,
                                .cause = delivered ? CAUSE_NONE : CAUSE_RANDOM,
                                .late = k == 1 && r == 0,
                                .t_known_ns = rx + 2 * MS,
                                .com_tim = "com.tim.fresh",
                                .com_ord = "com.ord.in_order",
                                .com_fate = "com.fate.delivered"};
    ROW_SET(&row, reception, t_gen_ns, gen);
    ROW_SET(&row, reception, t_tx_ns, gen + MS);
    if (delivered) {
        ROW_SET(&row, reception, t_rx_ns, spoil->back ? gen : rx);
        ROW_SET(&row, reception, t_avail_ns, rx + MS + (spoil->early ? 2 * MS : 0));
        ROW_SET(&row, reception, latency_ms, (double)(rx - gen - MS) / 1e6);
    }
    put_row(kit, &table_reception, &row);
}

static void put_others(struct kit *kit, const struct spoil *spoil)
{
    struct row_frame frame = {.scenario_id = "s",
                              .world_id = "w",
                              .ego = "a",
                              .stream = "front",
                              .t_mid_ns = start_ns,
                              .sync_quality = spoil->sync_fails ? "fail" : "ok"};
    const struct leaf_info *leaf = &leaf_table[0];
    struct row_label label = {.scenario_id = "s",
                              .world_id = "w",
                              .label_id = leaf->id,
                              .code = spoil->unknown_label ? "no.such.leaf" : leaf->code,
                              .label_ver = leaf->version,
                              .tax_ver = leaf_taxonomy_version,
                              .subject = "rx",
                              .t_start_ns = start_ns,
                              .t_end_ns = start_ns + MS,
                              .t_known_ns = start_ns,
                              .provenance = "rule_gt",
                              .rule_id = leaf->rule_id,
                              .params_sha = ""};
    put_row(kit, &table_frame, &frame);
    put_row(kit, &table_label, &label);
}

static void put_all(struct kit *kit, const void *context)
{
    const struct spoil *spoil = context;
    put_transmissions(kit);
    for (uint32_t k = 0; k < SENT; k++) {
        for (uint32_t r = 0; r < RECEIVERS; r++) {
            put_reception(kit, spoil, k, r);
        }
    }
    if (spoil->twice) {
        put_reception(kit, spoil, 0, 0);
    }
    put_others(kit, spoil);
}

static void write_dataset(struct spoil spoil, char sha256[DIGEST_HEX_SIZE])
{
    /* By hand: 4 sent to 3 receivers, the third hears nothing, one is late. */
    kit_write(put_all, &spoil,
              json_pack("{s:i, s:i, s:{s:i}, s:i, s:i, s:{s:i}, s:i}", "opportunities", 5,
                        "transmitted", 4, "suppressed", "interval", 1, "intended", 12,
                        "delivered", 8 + spoil.ledger_delivered, "lost", "random", 4,
                        "late", 1),
              sha256);
}

static struct gates judge(void)
{
    static struct gates gates;
    struct folder folder;
    struct fail fail;
    memset(&gates, 0, sizeof gates);
    assert_int_equal(folder_open(&folder, FOLDER, &fail), 0);
    gates_files(&gates, &folder);
    gates_rows(&gates, &folder);
    folder_close(&folder);
    return gates;
}

/* Exactly the named gates fail. */
static void expect_failing(const struct gates *gates, const char *const *names)
{
    for (size_t i = 0; i < gates->count; i++) {
        bool wanted = false;
        for (int k = 0; names[k]; k++) {
            wanted = wanted || strcmp(names[k], gates->list[i].name) == 0;
        }
        bool fails = gates->list[i].status == GATE_FAIL;
        if (fails != wanted) {
            fail_msg("%s: %s (%s)", gates->list[i].name,
                     gates_status_text(gates->list[i].status), gates->list[i].text);
        }
    }
}
