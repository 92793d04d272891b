/* SPDX-License-Identifier: Apache-2.0 */
/* The gate on sensor streams: each way in which stamps can be unsure is told apart. */
#define FOLDER BUILD_DIR "/tests/v2x_streams"
#include "test_v2x_kit.h"

/* What a second stream beside a good LiDAR of 10 Hz suffers. */
struct stream_plan {
    double sigma_ms; /* < 0: nobody said */
    int missing;     /* of 200 */
    bool back;       /* one stamp runs back */
    double delta_ms; /* to its anchor, of at most 25 */
};

static void put_streams(struct kit *kit, const void *context)
{
    const struct stream_plan *plan = context;
    static const char *const names[] = {"lidar", "other"};
    for (uint32_t k = 0; k < 200; k++) {
        for (int i = 0; i < 2; i++) {
            bool missing = i == 1 && k < (uint32_t)plan->missing;
            int64_t t = start_ns + k * 100 * MS + (i == 1 ? 3 * MS : 0);
            double sigma_ms = i == 0 ? 0.1 : plan->sigma_ms;
            struct row_frame frame = {.scenario_id = "s",
                                      .world_id = "w",
                                      .frame_uid = k * 2 + (uint32_t)i,
                                      .ego = "ego",
                                      .stream = names[i],
                                      .seq = k,
                                      .t_mid_ns = t,
                                      .sync_quality = "syn.q.ok",
                                      .missing = missing};
            if (!missing) {
                ROW_SET(&frame, frame, t_stamped_ns,
                        t - (i == 1 && plan->back && k == 100 ? 150 * MS : 0));
            }
            if (!missing && sigma_ms >= 0) {
                ROW_SET(&frame, frame, sigma_ms, sigma_ms);
            }
            put_row(kit, &table_frame, &frame);
        }
        struct row_sync sync = {.scenario_id = "s",
                                .world_id = "w",
                                .frame_uid = k * 2,
                                .ego = "ego",
                                .stream = "other",
                                .bound_ms = 25,
                                .status = "ok",
                                .quality = "ok"};
        ROW_SET(&sync, sync, delta_ns, (int64_t)(plan->delta_ms * 1e6));
        if (plan->sigma_ms >= 0) {
            ROW_SET(&sync, sync, sigma_ms, plan->sigma_ms);
        }
        put_row(kit, &table_sync, &sync);
    }
}

static struct gate judged(struct stream_plan plan)
{
    static struct gates gates;
    char sha256[DIGEST_HEX_SIZE];
    struct folder folder;
    struct fail fail;
    memset(&gates, 0, sizeof gates);
    kit_write(put_streams, &plan, NULL, sha256);
    assert_int_equal(folder_open(&folder, FOLDER, &fail), 0);
    gates_streams(&gates, &folder);
    folder_close(&folder);
    return *gates_find(&gates, "sync_streams");
}

static void expect(struct stream_plan plan, enum gate_status status, const char *says)
{
    struct gate gate = judged(plan);
    if (gate.status != status || !strstr(gate.text, says)) {
        fail_msg("%s: %s", gates_status_text(gate.status), gate.text);
    }
}

static void sure_stamps_pass_however_far_apart_their_frames_are(void **state)
{
    (void)state;
    expect((struct stream_plan){.sigma_ms = 0.3, .delta_ms = 24.9}, GATE_PASS,
           "2 streams ok, 0 degraded");
}

static void unsure_stamps_and_gaps_degrade(void **state)
{
    (void)state;
    expect((struct stream_plan){.sigma_ms = 3}, GATE_PASS, "worst ego/other (degraded)");
    expect((struct stream_plan){.sigma_ms = 0.3, .missing = 4}, GATE_PASS,
           "1 streams ok, 1 degraded"); /* 2 % of 200 */
    expect((struct stream_plan){.sigma_ms = 0.3, .missing = 2}, GATE_PASS,
           "2 streams ok, 0 degraded");
}

static void what_cannot_be_in_step_fails(void **state)
{
    (void)state;
    expect((struct stream_plan){.sigma_ms = 6}, GATE_FAIL, "p95 of uncertainty 6.000 ms");
    expect((struct stream_plan){.sigma_ms = 0.3, .back = true}, GATE_FAIL, "1 stamps back");
    expect((struct stream_plan){.sigma_ms = 0.3, .delta_ms = 32}, GATE_FAIL,
           "200 beyond its bound"); /* as if 7 ms were added to the largest */
}

static void without_a_stated_bar_nothing_is_verified_but_it_can_be_refuted(void **state)
{
    (void)state;
    expect((struct stream_plan){.sigma_ms = -1}, GATE_UNVERIFIED, "1 unverified, 0 fail");
    expect((struct stream_plan){.sigma_ms = -1, .back = true}, GATE_FAIL, "1 fail");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sure_stamps_pass_however_far_apart_their_frames_are),
        cmocka_unit_test(unsure_stamps_and_gaps_degrade),
        cmocka_unit_test(what_cannot_be_in_step_fails),
        cmocka_unit_test(without_a_stated_bar_nothing_is_verified_but_it_can_be_refuted),
    };
    return cmocka_run_group_tests_name("v2x_streams", tests, NULL, NULL);
}
