/* SPDX-License-Identifier: Apache-2.0 */
/* Damaged PDUs of every message: cut at every octet, one bit flipped at a time. Each gives
 * a clean result: an error with a place inside the octets, or values that encode again. The
 * PDUs are one of ours and the shared vectors, if they are there. */
#include "test_its_help.h"

enum { FLIP_MAX = 200 };

static const struct its_claim car = {
    .kind = ITS_CAM,
    .station_id = 1,
    .station_type = 5,
    .known = ITS_LAT | ITS_LON | ITS_SPEED | ITS_HEADING | ITS_LIGHTS | ITS_ACCEL_LAT,
    .lat_deg = -33.4489,
    .lon_deg = -70.6693,
    .speed_mps = 13.89,
    .crumb_count = 2,
    .crumbs = {{ITS_LAT | ITS_LON | ITS_AGE, 1e-4, -2e-4, 0, 0.5}},
};

static void expect_clean(struct kit *k, const uint8_t *pdu, size_t size)
{
    bool ok = kit_decode(k, pdu, size);
    if (!ok) {
        assert_true(k->report.error[0]);
        assert_true(k->report.offset <= size);
    } else if (k->report.decoded) {
        assert_true(k->report.consumed == size);
        bytes_clear(&k->out);
        if (its_encode_json(k->its, (const char *)k->jer.data, &k->out, &k->fail)) {
            fail_msg("decoded but not encodable: %s", k->fail.text);
        }
    }
    assert_int_equal(its_decode_message(k->its, pdu, size, &k->claim, &k->report), ok);
}

static void try_pdu(struct kit *k, bool flips)
{
    uint8_t pdu[ITS_TEST_MAX];
    memcpy(pdu, k->pdu, k->size);
    for (size_t cut = 0; cut < k->size; cut++) {
        assert_false(kit_decode(k, pdu, cut));
        assert_true(k->report.error[0]);
    }
    for (size_t bit = 0; flips && bit < k->size * 8; bit++) {
        pdu[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        expect_clean(k, pdu, k->size);
        pdu[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
}

static void gives_a_clean_result_for_any_cut_or_flip(void **state)
{
    struct kit *k = *state;
    int seen[256] = {0};
    json_t *vector;
    assert_int_equal(
        its_encode_message(k->its, &car, k->pdu, sizeof k->pdu, &k->size, &k->fail), 0);
    try_pdu(k, true);
    while ((vector = kit_next(k, "uper-")) != NULL) {
        k->size = unhex(json_string_value(json_object_get(vector, "hex")), k->pdu);
        k->pdu[1] = k->pdu[1] == 255 ? 14 : k->pdu[1];
        json_decref(vector);
        try_pdu(k, k->size <= FLIP_MAX && seen[k->pdu[1]]++ < 3);
    }
}

int main(void)
{
    const struct CMUnitTest its_hostile[] = {
        cmocka_unit_test(gives_a_clean_result_for_any_cut_or_flip),
    };
    return cmocka_run_group_tests(its_hostile, kit_open, kit_close);
}
