/* SPDX-License-Identifier: Apache-2.0 */
/* OBU logs: which layout, which kind, and how a damaged file ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/input.h"
#include "replay/obulog.h"
#include "test_frames_kit.h"

#include <unistd.h>
#include <zlib.h>

/* 40.5657881 N, 105.0316411 W, 1497.5 m, 0.22 m/s, 205.975 degrees,
 * 2018-05-01T16:04:10.894Z */
#define STATE  "19d92d18 857165c1 7f3a0000 0b00 5e40 fa8fe85a 7e03"
#define NO_FIX "00000000 00000000 00000000 0000 0000 fa8fe85a 7e03"
#define BSM    "2b00" KIT_UNSECURED
#define WSM    "2f00" KIT_WSMP

static int open_hex(struct obulog **log, const char *hex, const char *name, bool torn,
                    struct fail *fail)
{
    struct bytes octets = kit(hex);
    return obulog_open(log, &octets, name, torn, fail);
}

static void every_layout_is_found_by_reading_to_the_last_octet(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum obulog_kind kind;
        int records;
        bool first, status;
    } rows[] = {
        {"00" STATE "00" BSM "01" STATE "00" BSM, OBULOG_OWN, 2, true, true},
        {"00" STATE "01" WSM "0a 00" STATE "01" WSM "0a", OBULOG_OWN, 2, true, true},
        {"02" STATE "00" BSM "03" STATE "00" BSM, OBULOG_RECEIVED, 2, true, true},
        {"02" NO_FIX "00" BSM, OBULOG_RECEIVED, 1, true, true},
        {STATE "00" BSM, OBULOG_DISTRESS, 1, false, true},
        {STATE "00" BSM "0a" STATE "00" BSM "0a", OBULOG_DISTRESS, 2, false, true},
        {STATE "0300 494357" STATE "0300 494357", OBULOG_ALERT, 2, false, false},
        {STATE "0300 494357 0a", OBULOG_ALERT, 1, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct obulog *log;
        struct obulog_record r;
        struct fail fail = {0};
        assert_int_equal(open_hex(&log, rows[i].hex, "some.log", false, &fail), 0);
        assert_int_equal(obulog_kind(log), rows[i].kind);
        assert_false(obulog_ambiguous(log));
        for (int n = 0; n < rows[i].records; n++) {
            assert_int_equal(obulog_next(log, &r, &fail), 1);
            assert_int_equal(r.number, n + 1);
            assert_int_equal(r.has_first, rows[i].first);
            assert_int_equal(r.has_status, rows[i].status);
            assert_int_equal(r.utc.ns, INT64_C(1525190650894000000));
        }
        assert_int_equal(obulog_next(log, &r, &fail), 0);
        obulog_close(log);
    }
}

static void the_name_decides_between_own_and_received(void **state)
{
    (void)state;
    struct obulog *log;
    struct fail fail = {0};
    static const char one[] = "00" STATE "00" BSM;
    assert_int_equal(open_hex(&log, one, "x/rxMsg_1.gz", false, &fail), 0);
    assert_int_equal(obulog_kind(log), OBULOG_RECEIVED);
    assert_false(obulog_kind_guessed(log));
    obulog_close(log);
    assert_int_equal(open_hex(&log, one, "x/bsmTx.gz", false, &fail), 0);
    assert_int_equal(obulog_kind(log), OBULOG_OWN);
    obulog_close(log);
    assert_int_equal(open_hex(&log, one, "x/log", false, &fail), 0);
    assert_true(obulog_kind_guessed(log));
    obulog_close(log);
    /* A traveler message cannot be the unit's own. */
    assert_int_equal(
        open_hex(&log, "00" STATE "00 0800 0380 05 001f020000", "x/log", false, &fail), 0);
    assert_int_equal(obulog_kind(log), OBULOG_RECEIVED);
    obulog_close(log);
}

static void a_log_that_breaks_off_gives_what_came_before(void **state)
{
    (void)state;
    struct bytes whole = kit("00" STATE "00" BSM "01" STATE "00" BSM);
    size_t one = whole.size / 2;
    for (size_t n = one + 1; n < whole.size; n++) {
        struct obulog *log;
        struct obulog_record r;
        struct fail fail = {0};
        struct bytes part = {0};
        bytes_put(&part, whole.data, n);
        assert_int_equal(obulog_open(&log, &part, "cut", false, &fail), 0);
        assert_int_equal(obulog_next(log, &r, &fail), 1);
        assert_int_equal(obulog_next(log, &r, &fail), RESULT_TORN);
        assert_non_null(strstr(fail.text, "cut: record 2, octet 69"));
        obulog_close(log);
    }
    bytes_close(&whole);
}

static void nonsense_in_the_middle_ends_the_log_there(void **state)
{
    (void)state;
    struct obulog *log;
    struct obulog_record r;
    struct fail fail = {0};
    assert_int_equal(
        open_hex(&log,
                 "00" STATE "00" BSM "00" STATE "00" BSM
                 "ff ffffffff ffffffff ffffffff ffff ffff ffffffff ffff 00 0100 00",
                 "bad", false, &fail),
        0);
    assert_int_equal(obulog_next(log, &r, &fail), 1);
    assert_int_equal(obulog_next(log, &r, &fail), 1);
    assert_int_equal(obulog_next(log, &r, &fail), RESULT_TORN);
    assert_string_equal(fail.text, "bad: record 3, octet 138: no record that makes sense");
    obulog_rewind(log);
    assert_int_equal(obulog_next(log, &r, &fail), 1);
    obulog_close(log);
}

static void foreign_files_are_refused_in_one_line(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "A letter, and not a log of any unit.\n",
                                        "{\"metadata\":{\"recordType\":\"bsmTx\"}}\n"};
    for (size_t i = 0; i < 3; i++) {
        struct obulog *log;
        struct fail fail = {0};
        struct bytes octets = {0};
        bytes_put(&octets, texts[i], strlen(texts[i]));
        assert_int_equal(obulog_open(&log, &octets, "f", false, &fail), RESULT_USAGE);
        assert_string_equal(fail.text,
                            i == 0 ? "f: empty file"
                                   : "f: neither a pcap or pcapng capture nor an OBU log");
    }
}

static void scratch(char path[300], const char *name)
{
    (void)snprintf(path, 300, "%s/test_obulog_%ld_%s", BUILD_DIR, (long)getpid(), name);
}

static void a_gzipped_log_is_read_as_the_plain_one(void **state)
{
    (void)state;
    char path[300];
    struct bytes log = kit("00" STATE "00" BSM "01" NO_FIX "00" BSM);
    scratch(path, "bsmTx.gz");
    for (int packed = 0; packed < 2; packed++) {
        struct input *in;
        struct input_frame f;
        struct frames_result r;
        struct fail fail = {0};
        gzFile file = gzopen(path, packed ? "wb" : "wbT");
        assert_int_equal(gzwrite(file, log.data, (unsigned)log.size), log.size);
        assert_int_equal(gzclose(file), Z_OK);
        assert_int_equal(input_open(&in, path, NULL, &fail), 0);
        assert_int_equal(input_kind(in), INPUT_LOG);
        assert_int_equal(input_next(in, &f, &fail), 1);
        assert_int_equal(f.dlt, INPUT_OBULOG);
        assert_true(f.own.has_position && f.own.has_speed && f.own.has_heading);
        assert_true(f.own.lat_deg > 40.5657 && f.own.lat_deg < 40.5658);
        assert_true(f.own.lon_deg < -105.0316 && f.own.lon_deg > -105.0317);
        assert_true(f.own.elev_m > 1497.4 && f.own.elev_m < 1497.6);
        assert_true(f.own.speed_mps > 0.219 && f.own.speed_mps < 0.221);
        assert_true(f.own.heading_deg > 205.97 && f.own.heading_deg < 205.98);
        assert_true(input_walk(&f, &r));
        assert_int_equal(frames_message_id(&r), 20);
        assert_int_equal(input_next(in, &f, &fail), 1);
        assert_false(f.own.has_position || f.own.has_speed);
        assert_int_equal(input_next(in, &f, &fail), 0);
        assert_int_equal(input_rewind(in, &fail), 0);
        assert_int_equal(input_next(in, &f, &fail), 1);
        assert_int_equal(f.number, 1);
        input_close(in);
        assert_int_equal(input_open(&in, path, "udp", &fail), RESULT_USAGE);
    }
    (void)unlink(path);
    bytes_close(&log);
}

static void a_gzip_stream_that_breaks_off_is_torn(void **state)
{
    (void)state;
    char path[300];
    struct bytes log = {0};
    for (int i = 0; i < 200; i++) {
        kit_hex(&log, "00" STATE "00" BSM);
    }
    scratch(path, "rxMsg_torn.gz");
    gzFile file = gzopen(path, "wb0"); /* stored, so that a cut keeps what came before */
    assert_int_equal(gzwrite(file, log.data, (unsigned)log.size), log.size);
    assert_int_equal(gzclose(file), Z_OK);
    assert_int_equal(truncate(path, 9000), 0);
    struct input *in;
    struct input_frame f;
    struct fail fail = {0};
    int code, records = 0;
    assert_int_equal(input_open(&in, path, NULL, &fail), 0);
    while ((code = input_next(in, &f, &fail)) == 1) {
        records++;
    }
    assert_int_equal(code, RESULT_TORN);
    assert_true(records > 100);
    input_close(in);
    (void)unlink(path);
    bytes_close(&log);
}

/* Whatever octet is damaged: records, a torn end or a refusal, and no harm. */
static void a_damaged_gzip_file_does_no_harm(void **state)
{
    (void)state;
    char path[300];
    struct bytes log = {0};
    for (int i = 0; i < 20; i++) {
        kit_hex(&log, "00" STATE "00" BSM);
    }
    scratch(path, "damaged.gz");
    gzFile file = gzopen(path, "wb");
    assert_int_equal(gzwrite(file, log.data, (unsigned)log.size), log.size);
    assert_int_equal(gzclose(file), Z_OK);
    static uint8_t packed[4096];
    FILE *in_file = fopen(path, "rb");
    size_t size = fread(packed, 1, sizeof packed, in_file);
    (void)fclose(in_file);
    assert_true(size > 20 && size < sizeof packed);
    for (size_t i = 0; i < size * 3; i++) {
        struct input *in;
        struct input_frame f;
        struct fail fail = {0};
        uint8_t mask = (uint8_t[]){0x01, 0x80, 0xff}[i % 3];
        packed[i / 3] ^= mask;
        FILE *out = fopen(path, "wb");
        assert_int_equal(fwrite(packed, 1, size, out), size);
        (void)fclose(out);
        packed[i / 3] ^= mask;
        int code = input_open(&in, path, NULL, &fail);
        if (code == 0) {
            while ((code = input_next(in, &f, &fail)) == 1) {
            }
            assert_true(code == 0 || code == RESULT_TORN);
            input_close(in);
        } else {
            assert_int_equal(code, RESULT_USAGE);
        }
    }
    (void)unlink(path);
    bytes_close(&log);
}

static void a_missing_file_is_said_to_be_missing(void **state)
{
    (void)state;
    struct input *in;
    struct fail fail = {0};
    assert_int_equal(input_open(&in, "/nowhere/at/all", NULL, &fail), RESULT_USAGE);
    assert_string_equal(fail.text, "/nowhere/at/all: No such file or directory");
    assert_int_equal(input_open(&in, "/", NULL, &fail), RESULT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_is_found_by_reading_to_the_last_octet),
        cmocka_unit_test(the_name_decides_between_own_and_received),
        cmocka_unit_test(a_log_that_breaks_off_gives_what_came_before),
        cmocka_unit_test(nonsense_in_the_middle_ends_the_log_there),
        cmocka_unit_test(foreign_files_are_refused_in_one_line),
        cmocka_unit_test(a_gzipped_log_is_read_as_the_plain_one),
        cmocka_unit_test(a_gzip_stream_that_breaks_off_is_torn),
        cmocka_unit_test(a_damaged_gzip_file_does_no_harm),
        cmocka_unit_test(a_missing_file_is_said_to_be_missing),
    };
    return cmocka_run_group_tests_name("obulog", tests, NULL, NULL);
}
