/* SPDX-License-Identifier: Apache-2.0 */
/* Captures of many kinds, frame by frame against tshark's reading of the same files: link
 * addresses, radio values, ports, PSIDs, GeoNetworking, BTP and 1609.2 fields, and the
 * header of the ITS PDU inside. Skipped without tshark or without the captures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay/input.h"
#include "test_frames_kit.h"

#define ETSI  SHARED_DATA "/etsi/captures/"
#define SAE   SHARED_DATA "/captures/synthetic/"
#define USER0 "-o 'uat:user_dlts:\"User 0 (DLT=147)\",\"gnw\",\"0\",\"\",\"0\",\"\"' "

/* messages: frames that carry one. */
static const struct {
    const char *path, *options;
    int frames, messages;
} files[] = {
    {ETSI "built/links_80211_dlt105.pcap", "", 3, 3},
    {ETSI "built/links_c2p_udp7943.pcap", "", 1, 0},
    {ETSI "built/links_eth_vlan.pcap", "", 1, 1},
    {ETSI "built/links_gn_headers_eth.pcap", "", 10, 7},
    {ETSI "built/links_ppi_dlt192.pcap", "", 2, 2},
    {ETSI "built/links_prism_dlt119.pcap", "", 1, 1},
    {ETSI "built/links_radiotap_dlt127.pcap", "", 4, 4},
    {ETSI "built/links_sll2_dlt276.pcap", "", 1, 1},
    {ETSI "built/links_sll_dlt113.pcap", "", 1, 1},
    {ETSI "built/links_user0_gn_dlt147.pcap", USER0, 1, 1},
    {ETSI "built/wsmp-real-payloads_80211-epd.pcap", "", 2, 2},
    {ETSI "built/wsmp-real-payloads_80211-snap.pcap", "", 2, 2},
    {ETSI "built/wsmp-real-payloads_eth.pcap", "", 3, 3},
    {ETSI "built/wsmp-real-payloads_sll.pcap", "", 2, 2},
    {ETSI "real/c-its-parser_cam_cohda-radiotap.pcap", "", 1, 1},
    {ETSI "real/ms-van3t_cam+cpm_eth.pcapng", "", 929, 929},
    {ETSI "real/scapy-etsi-its_secured-cam_eth.pcapng", "", 9, 9},
    {SAE "dot11_nofcs_llcsnap_wsmp.pcap", "", 56, 56},
    {SAE "eth_88dc_wsmp.pcap", "", 56, 56},
    {SAE "radiotap_ocb_epd_wsmp.pcap", "", 56, 56},
    {SAE "radiotap_ocb_llcsnap_wsmp.pcap", "", 56, 56},
    {SAE "udp_rsu_forward_mixed.pcap", "", 56, 56},
    {SAE "udp_1516_immediate_forward_text.pcap", "", 22, 22},
};

static struct frames_result r;

enum kind { NUMBER, MAC, OCTETS };

/* What we have for each tshark field, as tshark would print it; empty if not there. */
static const struct {
    const char *field;
    enum kind kind;
} fields[] = {
    {"frame.time_epoch", OCTETS},
    {"eth.src", MAC},
    {"wlan.sa", MAC},
    {"vlan.id", NUMBER},
    {"radiotap.channel.freq", NUMBER},
    {"radiotap.dbm_antsignal", NUMBER},
    {"udp.srcport", NUMBER},
    {"udp.dstport", NUMBER},
    {"wsmp.psid", NUMBER},
    {"wsmp.version_v3", NUMBER},
    {"geonw.ch.htype", NUMBER},
    {"geonw.ch.plength", NUMBER},
    {"geonw.bh.rhl", NUMBER},
    {"geonw.src_pos.tst", NUMBER},
    {"geonw.src_pos.lat", NUMBER},
    {"geonw.src_pos.long", NUMBER},
    {"geonw.seq_num", NUMBER},
    {"geonw.gxc.latitude", NUMBER},
    {"btpb.dstport", NUMBER},
    {"btpa.dstport", NUMBER},
    {"its.protocolVersion", NUMBER},
    {"its.messageID", NUMBER},
    {"its.stationID", NUMBER},
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Values in the order of the table; false where this frame has none. */
static bool ours(int field, const struct input_frame *f, char text[64])
{
    const uint8_t *m = r.link.src;
    bool gn = r.has_gn && r.gn.has_source;
    bool its = r.ok && r.family == FRAMES_ITS;
    long long n = 0;
    bool has = true;
    switch (field) {
    case 0:
        (void)snprintf(text, 64, "%lld.%09lld", (long long)(f->utc.ns / 1000000000),
                       (long long)(f->utc.ns % 1000000000));
        return true;
    case 1:
    case 2:
        (void)snprintf(text, 64, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
                       m[4], m[5]);
        return frames_has(&r, field == 1 ? LAYER_ETHERNET : LAYER_DOT11);
    case 3:
        n = r.link.vlan;
        has = r.link.has_vlan;
        break;
    case 4:
        n = r.link.channel_mhz;
        has = r.link.has_channel && frames_has(&r, LAYER_RADIOTAP);
        break;
    case 5:
        n = r.link.rssi_dbm;
        has = r.link.has_rssi && frames_has(&r, LAYER_RADIOTAP);
        break;
    case 6:
    case 7:
        n = field == 6 ? r.ip.src_port : r.ip.dst_port;
        has = frames_has(&r, LAYER_UDP);
        break;
    case 8:
        n = r.wsmp.psid;
        has = r.has_wsmp && !r.has_ip;
        break;
    case 9:
        n = 3;
        has = r.has_wsmp && !r.has_ip;
        break;
    case 10:
        n = (long long)r.gn.type << 4 | r.gn.subtype;
        has = gn;
        break;
    case 11:
        n = r.gn.payload_length;
        has = gn;
        break;
    case 12:
        n = r.gn.hop_limit;
        has = r.has_gn;
        break;
    case 13:
        n = r.gn.source.timestamp_ms;
        has = gn;
        break;
    case 14:
        n = r.gn.source.latitude;
        has = gn;
        break;
    case 15:
        n = r.gn.source.longitude;
        has = gn;
        break;
    case 16:
        n = r.gn.sequence;
        has = r.gn.has_sequence;
        break;
    case 17:
        n = r.gn.area.latitude;
        has = r.gn.has_area;
        break;
    case 18:
    case 19:
        n = r.gn.dst_port;
        has = r.gn.has_btp && r.gn.btp_a == (field == 19);
        break;
    case 20:
    case 21:
        n = its ? r.payload[field - 20] : 0;
        has = its;
        break;
    default:
        for (int i = 2; its && i < 6; i++) {
            n = n << 8 | r.payload[i];
        }
        has = its;
        break;
    }
    (void)snprintf(text, 64, "%lld", n);
    return has;
}

static bool agree(int field, const char *theirs, const char *text)
{
    if (fields[field].kind != NUMBER) {
        return strcmp(theirs, text) == 0;
    }
    return strtoll(theirs, NULL, 0) == strtoll(text, NULL, 0);
}

static void check_frame(const char *path, const struct input_frame *f, char *line)
{
    char text[64];
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < FIELDS; i++) {
        char *end = strchr(line, '|');
        if (end) {
            *end = 0;
        }
        bool has = ours(i, f, text);
        if (has != (line[0] != 0) || (has && !agree(i, line, text))) {
            fail_msg("%s frame %llu: %s is \"%s\", walked \"%s\"", path,
                     (unsigned long long)f->number, fields[i].field, line, has ? text : "");
        }
        line = end ? end + 1 : line + strlen(line);
    }
}

static void check_file(const char *path, const char *options, int frames, int messages)
{
    char command[3000], line[2000];
    size_t at = (size_t)snprintf(
        command, sizeof command,
        "tshark -r '%s' %s-T fields -E separator='|' -E occurrence=f ", path, options);
    for (int i = 0; i < FIELDS; i++) {
        at +=
            (size_t)snprintf(command + at, sizeof command - at, "-e %s ", fields[i].field);
    }
    (void)snprintf(command + at, sizeof command - at, "2>/dev/null");
    FILE *pipe = popen(command, "r");
    struct input *in;
    struct input_frame f;
    struct fail fail = {0};
    int code, count = 0, good = 0;
    assert_non_null(pipe);
    assert_int_equal(input_open(&in, path, NULL, &fail), 0);
    while ((code = input_next(in, &f, &fail)) == 1) {
        count++;
        good += input_walk(&f, &r);
        assert_non_null(fgets(line, sizeof line, pipe));
        check_frame(path, &f, line);
    }
    assert_int_equal(code, 0);
    assert_int_equal(count, frames);
    assert_int_equal(good, messages);
    (void)pclose(pipe);
    input_close(in);
}

static void outer_layers_agree_with_tshark(void **state)
{
    (void)state;
    FILE *there = fopen(files[0].path, "rb");
    if (!there || system("tshark --version >/dev/null 2>&1") != 0) {
        if (there) {
            (void)fclose(there);
        }
        skip();
    }
    (void)fclose(there);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        check_file(files[i].path, files[i].options, files[i].frames, files[i].messages);
    }
}

/* Files of a draft of 2013 and of hostile frames: no message, and a reason for each. */
static void frames_of_before_the_standard_are_dropped_with_a_reason(void **state)
{
    (void)state;
    static const char *const old[] = {ETSI "legacy/tcpdump_geonet_v0_and_calm_fast.pcap",
                                      ETSI "legacy/td_cve-2014-8768-Geonet.pcap",
                                      ETSI "legacy/td_geonet-mac-lookup-heapoverflow.pcap"};
    int drafts = 0;
    for (size_t i = 0; i < 3; i++) {
        struct input *in;
        struct input_frame f;
        struct fail fail = {0};
        FILE *there = fopen(old[i], "rb");
        if (!there) {
            skip();
        }
        (void)fclose(there);
        assert_int_equal(input_open(&in, old[i], NULL, &fail), 0);
        int code;
        while ((code = input_next(in, &f, &fail)) == 1) {
            assert_false(input_walk(&f, &r));
            drafts += r.fault.reason == REASON_GN_LEGACY;
        }
        assert_int_equal(code, 0);
        input_close(in);
    }
    assert_true(drafts >= 86);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outer_layers_agree_with_tshark),
        cmocka_unit_test(frames_of_before_the_standard_are_dropped_with_a_reason),
    };
    return cmocka_run_group_tests_name("frames_tshark", tests, NULL, NULL);
}
