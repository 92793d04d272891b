/* SPDX-License-Identifier: Apache-2.0 */
/* The captures of this tree against the lists beside them, written by what built them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/input.h"
#include "test_frames_kit.h"

#include <jansson.h>
#include <zlib.h>

#define CAPTURES SOURCE_DIR "/tests/captures/"

static struct frames_result r;

static void check(const json_t *want, const struct input_frame *f)
{
    const json_t *layers = json_object_get(want, "layers");
    assert_true(input_walk(f, &r));
    assert_int_equal(f->number, json_integer_value(json_object_get(want, "frame")));
    assert_int_equal(f->utc.ns,
                     strtoll(json_string_value(json_object_get(want, "t_ns")), NULL, 10));
    assert_int_equal(r.layer_count, json_array_size(layers));
    for (uint8_t i = 0; i < r.layer_count; i++) {
        assert_string_equal(layer_name((enum layer)r.layers[i]),
                            json_string_value(json_array_get(layers, i)));
    }
    assert_int_equal(r.payload_offset, json_integer_value(json_object_get(want, "offset")));
    assert_int_equal(r.payload_size, json_integer_value(json_object_get(want, "length")));
    assert_int_equal(frames_message_id(&r),
                     json_integer_value(json_object_get(want, "message_id")));
    assert_int_equal(crc32(0, r.payload, (unsigned)r.payload_size),
                     strtoul(json_string_value(json_object_get(want, "crc32")), NULL, 16));
}

static void two_cars_are_heard_as_the_list_says(void **state)
{
    (void)state;
    static char line[4096];
    FILE *list = fopen(CAPTURES "two-cars-radiotap.jsonl", "r");
    struct input *in;
    struct input_frame f;
    struct fail fail = {0};
    int frames = 0;
    assert_non_null(list);
    assert_int_equal(input_open(&in, CAPTURES "two-cars-radiotap.pcap", NULL, &fail), 0);
    while (fgets(line, sizeof line, list)) {
        json_t *want = json_loads(line, 0, NULL);
        assert_int_equal(input_next(in, &f, &fail), 1);
        check(want, &f);
        json_decref(want);
        frames++;
        /* Claimed when it was sent, captured 0.412345 ms later. */
        struct tai claimed;
        if (r.spdu.content == SPDU_SIGNED) {
            assert_true(spdu_time(r.spdu.generation_us, &claimed));
            assert_int_equal(f.utc.ns - utc_from_tai(claimed).ns, 412345);
        }
    }
    assert_int_equal(input_next(in, &f, &fail), 0);
    assert_int_equal(frames, 60);
    input_close(in);
    (void)fclose(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_cars_are_heard_as_the_list_says),
    };
    return cmocka_run_group_tests_name("frames_captures", tests, NULL, NULL);
}
