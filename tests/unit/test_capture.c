/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files, and the way back: what we write is read by libpcap and by tshark. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/capture.h"
#include "replay/input.h"
#include "replay/pcapng.h"
#include "replay/wrap.h"
#include "test_frames_kit.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ETHERNET "ffffffffffff 020000000001 88dc" KIT_WSMP

static int open_octets(struct capture **c, struct bytes *file, const char *filter,
                       struct fail *fail)
{
    FILE *stream = fmemopen(file->data, file->size, "rb");
    assert_non_null(stream);
    return capture_open_stream(c, stream, "x.pcap", filter, fail);
}

/* A classic file header and frames one second apart. */
static struct bytes classic(uint32_t magic, uint32_t fraction, int dlt, int frames)
{
    struct bytes out = {0}, frame = kit(ETHERNET);
    bytes_le(&out, magic, 4);
    bytes_le(&out, 2, 2);
    bytes_le(&out, 4, 2);
    bytes_le(&out, 0, 8);
    bytes_le(&out, 65535, 4);
    bytes_le(&out, (uint64_t)dlt, 4);
    for (int i = 0; i < frames; i++) {
        bytes_le(&out, 1700000000u + (uint32_t)i, 4);
        bytes_le(&out, fraction, 4);
        bytes_le(&out, frame.size, 4);
        bytes_le(&out, frame.size + 10, 4);
        bytes_put(&out, frame.data, frame.size);
    }
    bytes_close(&frame);
    return out;
}

static void stamps_keep_their_nanoseconds(void **state)
{
    (void)state;
    static const uint32_t magic[2] = {0xa1b23c4d, 0xa1b2c3d4};
    for (int i = 0; i < 2; i++) {
        struct capture *c;
        struct capture_frame f;
        struct fail fail = {0};
        struct bytes file = classic(magic[i], 123456, LINK_ETHERNET, 2);
        assert_int_equal(open_octets(&c, &file, NULL, &fail), 0);
        assert_int_equal(capture_next(c, &f, &fail), 1);
        assert_int_equal(f.number, 1);
        assert_int_equal(f.dlt, LINK_ETHERNET);
        assert_int_equal(f.utc.ns,
                         INT64_C(1700000000000000000) + (i == 0 ? 123456 : 123456000));
        assert_int_equal(f.original_size, f.size + 10);
        assert_int_equal(capture_next(c, &f, &fail), 1);
        assert_int_equal(f.number, 2);
        assert_int_equal(capture_next(c, &f, &fail), 0);
        assert_int_equal(capture_descriptor(c), -1);
        capture_close(c);
        bytes_close(&file);
    }
}

static void a_torn_file_gives_what_came_before(void **state)
{
    (void)state;
    struct bytes file = classic(0xa1b23c4d, 0, LINK_ETHERNET, 2);
    size_t first = 24 + (file.size - 24) / 2;
    for (size_t cut = first + 1; cut < file.size; cut++) {
        struct capture *c;
        struct capture_frame f;
        struct fail fail = {0};
        struct bytes part = {.data = file.data, .size = cut};
        assert_int_equal(open_octets(&c, &part, NULL, &fail), 0);
        assert_int_equal(capture_next(c, &f, &fail), 1);
        assert_int_equal(capture_next(c, &f, &fail), RESULT_TORN);
        assert_memory_equal(fail.text, "x.pcap: frame 2, octet ", 23);
        capture_close(c);
    }
    bytes_close(&file);
}

static void a_filter_leaves_the_numbers_of_frames_alone(void **state)
{
    (void)state;
    struct capture *c;
    struct capture_frame f;
    struct fail fail = {0};
    struct bytes file = classic(0xa1b23c4d, 0, LINK_ETHERNET, 3);
    file.data[24 + (file.size - 24) / 3 + 16 + 11] = 9; /* source of the second frame */
    assert_int_equal(open_octets(&c, &file, "ether src 02:00:00:00:00:01", &fail), 0);
    assert_int_equal(capture_next(c, &f, &fail), 1);
    assert_int_equal(capture_next(c, &f, &fail), 1);
    assert_int_equal(f.number, 3);
    assert_int_equal(capture_next(c, &f, &fail), 0);
    capture_close(c);
    assert_int_equal(open_octets(&c, &file, "no such filter", &fail), RESULT_USAGE);
    assert_memory_equal(fail.text, "filter \"no such filter\": ", 25);
    bytes_close(&file);
}

static void what_cannot_be_read_is_said_in_one_line(void **state)
{
    (void)state;
    struct capture *c;
    struct fail fail = {0};
    struct bytes file = classic(0xa1b23c4d, 0, 187, 1);
    assert_int_equal(open_octets(&c, &file, NULL, &fail), RESULT_USAGE);
    assert_memory_equal(fail.text, "x.pcap: link type 187 (BLUETOOTH_HCI_H4): not one of",
                        52);
    bytes_close(&file);
    file = kit("00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617");
    assert_int_equal(open_octets(&c, &file, NULL, &fail), RESULT_USAGE);
    assert_memory_equal(fail.text, "x.pcap: not a capture", 21);
    bytes_close(&file);
    assert_int_equal(capture_open(&c, "/nowhere/x.pcap", NULL, &fail), RESULT_USAGE);
}

static void interfaces_of_different_link_types_are_told(void **state)
{
    (void)state;
    struct capture *c;
    struct capture_frame f;
    struct fail fail = {0};
    struct bytes file = {0}, frame = kit(ETHERNET);
    pcapng_begin(&file);
    pcapng_interface(&file, LINK_ETHERNET, NULL);
    pcapng_packet(&file, 0, (struct utc){1}, frame.data, frame.size, NULL);
    pcapng_interface(&file, LINK_RADIOTAP, NULL);
    pcapng_packet(&file, 1, (struct utc){2}, frame.data, frame.size, NULL);
    assert_int_equal(open_octets(&c, &file, NULL, &fail), 0);
    assert_int_equal(capture_next(c, &f, &fail), 1);
    assert_int_equal(capture_next(c, &f, &fail), RESULT_USAGE);
    assert_non_null(strstr(fail.text, "different link types"));
    capture_close(c);
    bytes_close(&file);
    bytes_close(&frame);
}

static const struct link_facts radio = {.has_src = true,
                                        .src = {2, 0, 0, 0, 0, 1},
                                        .ethertype = LINK_TYPE_WSMP,
                                        .has_priority = true,
                                        .priority = 5,
                                        .has_channel = true,
                                        .channel_mhz = 5890,
                                        .has_rate = true,
                                        .rate_kbps = 6000,
                                        .has_rssi = true,
                                        .rssi_dbm = -61};

/* A BSM in envelope, WSMP and a link frame; then a CAM in BTP and GeoNetworking. */
static struct bytes written(int dlt)
{
    struct bytes file = {0}, bsm = kit(KIT_BSM), dot2 = {0}, wsm = {0}, frame = {0};
    struct wrap_wsmp_facts wsmp = {.psid = 0x20, .has_power = true, .power_dbm = 20};
    assert_true(wrap_dot2(&dot2, bsm.data, bsm.size));
    assert_true(wrap_wsmp(&wsm, &wsmp, dot2.data, dot2.size));
    assert_true(wrap_link(&frame, dlt, &radio, wsm.data, wsm.size));
    pcapng_begin(&file);
    pcapng_interface(&file, dlt, "radio0");
    pcapng_packet(&file, 0, (struct utc){INT64_C(1700000000123456789)}, frame.data,
                  frame.size, "first");
    struct bytes btp = {0}, gn = {0}, cam = kit("0202 000007e3 00000000000000000000");
    struct wrap_gn_facts facts = {.source = {.address = UINT64_C(0x1400020000000001),
                                             .timestamp_ms = 5,
                                             .latitude = -335200000,
                                             .longitude = -704050000,
                                             .speed_cmps = 1389,
                                             .heading_ddeg = 900},
                                  .lifetime_ms = 1000};
    struct link_facts link = radio;
    link.ethertype = LINK_TYPE_GN;
    assert_true(wrap_btp(&btp, wrap_btp_port(2), 0, cam.data, cam.size));
    assert_true(wrap_gn(&gn, &facts, btp.data, btp.size));
    bytes_clear(&frame);
    assert_true(wrap_link(&frame, dlt, &link, gn.data, gn.size));
    pcapng_packet(&file, 0, (struct utc){INT64_C(1700000001000000001)}, frame.data,
                  frame.size, NULL);
    bytes_close(&bsm);
    bytes_close(&dot2);
    bytes_close(&wsm);
    bytes_close(&frame);
    bytes_close(&btp);
    bytes_close(&gn);
    bytes_close(&cam);
    return file;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const int links[] = {LINK_ETHERNET, LINK_DOT11, LINK_RADIOTAP};
    static struct frames_result r;
    for (size_t i = 0; i < 3; i++) {
        struct capture *c;
        struct capture_frame f;
        struct fail fail = {0};
        struct bytes file = written(links[i]);
        assert_int_equal(open_octets(&c, &file, NULL, &fail), 0);
        assert_int_equal(capture_next(c, &f, &fail), 1);
        assert_int_equal(f.utc.ns, INT64_C(1700000000123456789));
        assert_true(frames_walk(f.octets, f.size, f.dlt, &r));
        assert_int_equal(frames_message_id(&r), 20);
        assert_int_equal(r.wsmp.power_dbm, 20);
        assert_int_equal(r.wsmp.trailing, 0);
        if (links[i] == LINK_RADIOTAP) {
            assert_int_equal(r.link.channel_mhz, 5890);
            assert_int_equal(r.link.rate_kbps, 6000);
            assert_int_equal(r.link.rssi_dbm, -61);
            assert_int_equal(r.link.priority, 5);
        }
        assert_int_equal(capture_next(c, &f, &fail), 1);
        assert_true(frames_walk(f.octets, f.size, f.dlt, &r));
        assert_int_equal(r.family, FRAMES_ITS);
        assert_int_equal(r.gn.source.latitude, -335200000);
        assert_int_equal(capture_next(c, &f, &fail), 0);
        capture_close(c);
        bytes_close(&file);
    }
}

/* The same file by an independent reader. */
static void what_is_written_is_read_by_tshark(void **state)
{
    (void)state;
    static const struct {
        int dlt;
        const char *want[2];
    } rows[] = {
        {LINK_ETHERNET,
         {"1700000000.123456789|02:00:00:00:00:01||||0x00000020||||\n",
          "1700000001.000000001|02:00:00:00:00:01|||||2001|-335200000|2|2019\n"}},
        {LINK_RADIOTAP,
         {"1700000000.123456789||02:00:00:00:00:01|5890|-61|0x00000020||||\n",
          "1700000001.000000001||02:00:00:00:00:01|5890|-61||2001|-335200000|2|2019\n"}},
    };
    if (system("tshark --version >/dev/null 2>&1") != 0) {
        skip();
    }
    for (size_t i = 0; i < 2; i++) {
        char path[300], command[1200], line[400];
        struct bytes bytes = written(rows[i].dlt);
        (void)snprintf(path, sizeof path, "%s/test_capture_%ld.pcapng", BUILD_DIR,
                       (long)getpid());
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
        assert_int_equal(fclose(file), 0);
        (void)snprintf(command, sizeof command,
                       "tshark -r '%s' -T fields -E separator='|' -e frame.time_epoch "
                       "-e eth.src -e wlan.sa -e radiotap.channel.freq "
                       "-e radiotap.dbm_antsignal -e wsmp.psid -e btpb.dstport "
                       "-e geonw.src_pos.lat -e its.messageID -e its.stationID 2>/dev/null",
                       path);
        FILE *pipe = popen(command, "r");
        assert_non_null(pipe);
        for (int n = 0; n < 2; n++) {
            assert_non_null(fgets(line, sizeof line, pipe));
            assert_string_equal(line, rows[i].want[n]);
        }
        (void)pclose(pipe);
        (void)unlink(path);
        bytes_close(&bytes);
    }
}

static void usual_psids_are_those_of_the_field(void **state)
{
    (void)state;
    uint32_t psid = 0;
    assert_true(wrap_psid(20, &psid) && psid == 32);
    assert_true(wrap_psid(19, &psid) && psid == 130);
    assert_true(wrap_psid(18, &psid) && psid == 2113687);
    assert_true(wrap_psid(31, &psid) && psid == 131);
    assert_true(wrap_psid(32, &psid) && psid == 39);
    assert_true(wrap_psid(29, &psid) && psid == 2113686);
    assert_true(wrap_psid(30, &psid) && psid == 2113685);
    assert_true(wrap_psid(41, &psid) && psid == 144);
    assert_false(wrap_psid(240, &psid));
}

/* RFC 1071: with the checksum in its place the words of a sound block add up to ffff. */
static unsigned ones_sum(const uint8_t *p, size_t size, unsigned sum)
{
    for (size_t i = 0; i < size; i++) {
        sum += i % 2 ? p[i] : (unsigned)p[i] << 8;
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

static void datagrams_have_sound_headers(void **state)
{
    (void)state;
    for (size_t size = 1; size < 40; size++) {
        uint8_t data[40];
        struct bytes b = {0};
        for (size_t i = 0; i < size; i++) {
            data[i] = (uint8_t)(251 * i + size);
        }
        bytes_u8(&b, 0xee); /* what stands in front does not count */
        assert_true(wrap_udp(&b, 1516, data, size));
        assert_int_equal(b.size, 1 + 20 + 8 + size);
        const uint8_t *ip = b.data + 1;
        assert_int_equal(ones_sum(ip, 20, 0), 0xffff);
        /* addresses, protocol and length stand in front of UDP for this */
        assert_int_equal(
            ones_sum(ip + 20, 8 + size, ones_sum(ip + 12, 8, 0) + 17 + 8 + (unsigned)size),
            0xffff);
        assert_memory_equal(ip + 28, data, size);
        bytes_close(&b);
    }
    uint8_t huge[1] = {0};
    struct bytes b = {0};
    assert_false(wrap_udp(&b, 1, huge, 65508));
    bytes_close(&b);
}

static void a_file_is_opened_by_its_content_whatever_its_name(void **state)
{
    (void)state;
    char path[300], text[100];
    struct input *in;
    struct input_frame f;
    struct fail fail = {0};
    struct bytes file = classic(0xa1b23c4d, 0, LINK_ETHERNET, 2);
    (void)snprintf(path, sizeof path, "%s/test_capture_%ld.log", BUILD_DIR, (long)getpid());
    FILE *out = fopen(path, "wb");
    assert_int_equal(fwrite(file.data, 1, file.size, out), file.size);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(input_open(&in, path, "", &fail), 0);
    assert_int_equal(input_kind(in), INPUT_CAPTURE);
    input_describe(in, text, sizeof text);
    assert_string_equal(text, "capture, link type 1 (EN10MB)");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(input_next(in, &f, &fail), 1);
        assert_int_equal(f.number, 1);
        assert_int_equal(f.direction, INPUT_HEARD);
        assert_int_equal(input_next(in, &f, &fail), 1);
        assert_int_equal(input_next(in, &f, &fail), 0);
        assert_int_equal(input_rewind(in, &fail), 0);
    }
    input_close(in);
    (void)unlink(path);
    bytes_close(&file);
}

/* Loopback needs a privilege that a test may not have. */
static void a_live_interface_is_read_without_waiting(void **state)
{
    (void)state;
    struct capture *c;
    struct capture_frame f;
    struct fail fail = {0};
    static struct frames_result r;
    assert_int_equal(capture_open_live(&c, "no-such-if0", NULL, &fail), RESULT_WORLD);
    assert_memory_equal(fail.text, "no-such-if0: ", 13);
    if (capture_open_live(&c, "lo", "udp dst port 46801", &fail) != 0) {
        skip();
    }
    assert_true(capture_descriptor(c) >= 0);
    assert_int_equal(capture_next(c, &f, &fail), 0);
    struct bytes wsm = kit(KIT_WSMP);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(46801),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    bool sent = sendto(s, wsm.data, wsm.size, 0, (struct sockaddr *)&to, sizeof to) > 0;
    struct pollfd p = {.fd = capture_descriptor(c), .events = POLLIN};
    int code = 0;
    for (int i = 0; sent && code == 0 && i < 10 && poll(&p, 1, 500) > 0; i++) {
        code = capture_next(c, &f, &fail);
    }
    if (sent) {
        assert_int_equal(code, 1);
        assert_true(frames_walk(f.octets, f.size, f.dlt, &r));
        assert_int_equal(frames_message_id(&r), 20);
    }
    (void)close(s);
    capture_close(c);
    bytes_close(&wsm);
}

/* A child process reads what the shell puts into its standard input. */
static void standard_input_is_read_whatever_kind_it_is(void **state)
{
    (void)state;
    struct bytes pcap = classic(0xa1b23c4d, 0, LINK_ETHERNET, 2);
    struct bytes log = kit("00 19d92d18 857165c1 7f3a0000 0b00 5e40 fa8fe85a 7e03 00"
                           "2b00" KIT_UNSECURED);
    const struct bytes *both[] = {&pcap, &log};
    for (int i = 0; i < 2; i++) {
        int ends[2], status = 0;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            struct input *in;
            struct input_frame f;
            struct fail fail = {0};
            int frames = 0;
            (void)dup2(ends[0], STDIN_FILENO);
            (void)close(ends[1]);
            if (input_open(&in, "-", NULL, &fail) != 0) {
                _exit(100);
            }
            while (input_next(in, &f, &fail) == 1) {
                frames++;
            }
            bool refused = input_rewind(in, &fail) == RESULT_USAGE;
            _exit(frames * 10 + refused);
        }
        (void)close(ends[0]);
        assert_int_equal(write(ends[1], both[i]->data, both[i]->size), both[i]->size);
        (void)close(ends[1]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(WEXITSTATUS(status), i == 0 ? 21 : 10);
    }
    bytes_close(&pcap);
    bytes_close(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_keep_their_nanoseconds),
        cmocka_unit_test(a_torn_file_gives_what_came_before),
        cmocka_unit_test(a_filter_leaves_the_numbers_of_frames_alone),
        cmocka_unit_test(what_cannot_be_read_is_said_in_one_line),
        cmocka_unit_test(interfaces_of_different_link_types_are_told),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_written_is_read_by_tshark),
        cmocka_unit_test(usual_psids_are_those_of_the_field),
        cmocka_unit_test(datagrams_have_sound_headers),
        cmocka_unit_test(a_live_interface_is_read_without_waiting),
        cmocka_unit_test(standard_input_is_read_whatever_kind_it_is),
        cmocka_unit_test(a_file_is_opened_by_its_content_whatever_its_name),
    };
    return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
