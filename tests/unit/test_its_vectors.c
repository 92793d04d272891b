/* SPDX-License-Identifier: Apache-2.0 */
/* Every ETSI vector of the shared data: decoded to the stated values, and encoded again
 * from its own JSON, raw and in SI, to the same octets. Without the shared data the tests
 * are skipped; test_its_codec stands alone. */
#include "test_its_help.h"

static void check_vector(struct kit *k, const json_t *vector)
{
    const char *id = json_string_value(json_object_get(vector, "id"));
    if (!kit_decode_hex(k, json_string_value(json_object_get(vector, "hex")))) {
        fail_msg("%s: %s (octet %zu bit %d)", id, k->report.error, k->report.offset,
                 k->report.bit);
    }
    assert_true(k->report.decoded);
    assert_int_equal(k->report.unknown_count, 0);
    json_t *got = json_loads((const char *)k->jer.data, 0, NULL);
    assert_non_null(got);
    if (!json_object_get(json_object_get(vector, "decoded"), "note") &&
        !same_values(json_object_get(vector, "decoded"), got, id)) {
        fail_msg("%s: other values", id);
    }
    json_decref(got);
    if (!kit_same(k, (const char *)k->jer.data, false)) {
        fail_msg("%s: other octets", id);
    }
    if (!kit_same(k, (const char *)k->si.data, true)) {
        fail_msg("%s: other octets from SI", id);
    }
}

static void check_kind(void **state, const char *kind, int at_least)
{
    struct kit *k = *state;
    json_t *vector;
    int count = 0;
    if (!k->vectors) {
        skip();
    }
    rewind(k->vectors);
    while ((vector = kit_next(k, kind)) != NULL) {
        check_vector(k, vector);
        json_decref(vector);
        count++;
    }
    assert_true(count >= at_least);
}

static void cam_says_what_is_stated(void **state)
{
    check_kind(state, "uper-cam-pv2", 23);
}

static void cam_of_version_one_says_what_is_stated(void **state)
{
    check_kind(state, "uper-cam-pv1", 0);
}

static void denm_says_what_is_stated(void **state)
{
    check_kind(state, "uper-denm-pv2", 28);
}

static void vam_says_what_is_stated(void **state)
{
    check_kind(state, "uper-vam-pv3", 21);
}

static void spatem_says_what_is_stated(void **state)
{
    check_kind(state, "uper-spatem", 10);
}

static void mapem_says_what_is_stated(void **state)
{
    check_kind(state, "uper-mapem", 16);
}

static void srem_says_what_is_stated(void **state)
{
    check_kind(state, "uper-srem", 12);
}

static void ssem_says_what_is_stated(void **state)
{
    check_kind(state, "uper-ssem", 8);
}

static void ivim_says_what_is_stated(void **state)
{
    check_kind(state, "uper-ivim", 11);
}

static void cpm_says_what_is_stated(void **state)
{
    check_kind(state, "uper-cpm-pv2", 8);
}

static void cpm_of_version_one_is_read_whole(void **state)
{
    check_kind(state, "uper-cpm-pv1", 1);
}

/* The value of a name anywhere below, depth first. */
static const json_t *find(const json_t *json, const char *name)
{
    const json_t *found = json_object_get(json, name);
    const char *key;
    json_t *value;
    size_t i;
    json_object_foreach((json_t *)json, key, value)
    {
        found = found ? found : find(value, name);
    }
    json_array_foreach((json_t *)json, i, value)
    {
        found = found ? found : find(value, name);
    }
    return found;
}

/* Their message id is a placeholder (255); CPM has 14. Stated: single values, pairs of
 * value and confidence, one number of an enumeration. */
static void draft_cpm_says_what_is_stated(void **state)
{
    struct kit *k = *state;
    json_t *vector;
    if (!k->vectors) {
        skip();
    }
    rewind(k->vectors);
    while ((vector = kit_next(k, "uper-cpm-draft")) != NULL) {
        const json_t *decoded = json_object_get(vector, "decoded");
        const json_t *stated = json_object_get(decoded, "cpm");
        stated = stated ? stated : json_object_get(decoded, "perceivedObject");
        k->size = unhex(json_string_value(json_object_get(vector, "hex")), k->pdu);
        k->pdu[1] = 14;
        assert_true(kit_decode(k, k->pdu, k->size));
        json_t *got = json_loads((const char *)k->jer.data, 0, NULL);
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)stated, key, value)
        {
            const json_t *ours = find(got, key);
            if (strcmp(key, "altitudeConfidence") == 0) {
                assert_string_equal(json_string_value(ours), "unavailable");
            } else if (json_is_array(value)) {
                assert_true(
                    json_equal(json_array_get(value, 0), json_object_get(ours, "value")));
                assert_true(json_equal(json_array_get(value, 1),
                                       json_object_get(ours, "confidence")));
            } else if (!json_equal(value, ours)) {
                fail_msg("%s", key);
            }
        }
        json_decref(got);
        assert_true(kit_same(k, (const char *)k->jer.data, false));
        json_decref(vector);
    }
}

int main(void)
{
    const struct CMUnitTest its_vectors[] = {
        cmocka_unit_test(cam_says_what_is_stated),
        cmocka_unit_test(cam_of_version_one_says_what_is_stated),
        cmocka_unit_test(denm_says_what_is_stated),
        cmocka_unit_test(vam_says_what_is_stated),
        cmocka_unit_test(spatem_says_what_is_stated),
        cmocka_unit_test(mapem_says_what_is_stated),
        cmocka_unit_test(srem_says_what_is_stated),
        cmocka_unit_test(ssem_says_what_is_stated),
        cmocka_unit_test(ivim_says_what_is_stated),
        cmocka_unit_test(cpm_says_what_is_stated),
        cmocka_unit_test(cpm_of_version_one_is_read_whole),
        cmocka_unit_test(draft_cpm_says_what_is_stated),
    };
    return cmocka_run_group_tests(its_vectors, kit_open, kit_close);
}
