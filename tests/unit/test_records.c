/* SPDX-License-Identifier: Apache-2.0 */
/* The published tables keep the promises of their header and of the public contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/records.h"

static const struct column *find(const struct table *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return &table->columns[i];
        }
    }
    return NULL;
}

static void columns_are_unique_inside_their_row_and_described(void **state)
{
    (void)state;
    for (int t = 0; t < records_table_count; t++) {
        const struct table *table = records_tables[t];
        for (int i = 0; i < table->column_count; i++) {
            const struct column *c = &table->columns[i];
            assert_ptr_equal(find(table, c->name), c);
            assert_int_equal(c->number, i + 1);
            assert_true(c->offset >= sizeof(uint64_t) && c->offset < table->row_size);
            assert_true((c->type == COLUMN_U8_NAME) == (c->names != NULL));
        }
    }
}

static void truth_columns_bear_their_prefix_where_the_contract_asks(void **state)
{
    (void)state;
    const char *tables[] = {"tracks", "frames", "objects", "scenes"};
    for (int t = 0; t < records_table_count; t++) {
        for (int k = 0; k < 4; k++) {
            if (strcmp(records_tables[t]->name, tables[k]) != 0) {
                continue;
            }
            for (int i = 0; i < records_tables[t]->column_count; i++) {
                const struct column *c = &records_tables[t]->columns[i];
                bool named =
                    strncmp(c->name, "gt_", 3) == 0 || strncmp(c->name, "inj_", 4) == 0;
                bool hidden = c->knowledge == KNOW_GT || c->knowledge == KNOW_INJ;
                /* a label keeps its axis name, and an agent its id */
                bool excused = strcmp(c->name, "int_src") == 0 ||
                               strcmp(c->name, "sender") == 0 ||
                               strcmp(c->name, "agents") == 0;
                assert_true(named == hidden || excused);
            }
        }
    }
}

static void receptions_hold_every_column_of_the_contract(void **state)
{
    (void)state;
    const char *names[] = {"scenario_id",
                           "world_id",
                           "latency_ms",
                           "age_ms",
                           "obs_station_id",
                           "obs_msg_cnt",
                           "t_gen_claimed_ns",
                           "t_known_ns",
                           "msg_uid",
                           "t_gen_ns",
                           "t_tx_ns",
                           "t_rx_ns",
                           "t_avail_ns",
                           "access_ms",
                           "injected_ms",
                           "distance_m",
                           "rssi_dbm",
                           "sinr_db",
                           "cbr",
                           "sender_speed_mps",
                           "shift_m",
                           "shift_true_m",
                           "sigma_along_m",
                           "sigma_across_m",
                           "claimed_error_m",
                           "burst_pos",
                           "seq_gap",
                           "fate",
                           "cause",
                           "los",
                           "tier",
                           "technology",
                           "com_tim",
                           "com_ord",
                           "com_fate",
                           "copies",
                           "within_range",
                           "late"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_non_null(find(&table_reception, names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_unique_inside_their_row_and_described),
        cmocka_unit_test(truth_columns_bear_their_prefix_where_the_contract_asks),
        cmocka_unit_test(receptions_hold_every_column_of_the_contract),
    };
    return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
