/* SPDX-License-Identifier: Apache-2.0 */
/* Link types, IP, forwarding and recognition by content, on frames made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test_frames_kit.h"

static struct frames_result r;

/* UDP 5398 -> 46800 around the 47 octets of a WSM. */
#define UDP_WSMP "1516 b6d0 0037 0000" KIT_WSMP
#define IPV4     "4500 004b 00000000 4011 0000 0a000001 0a000002"
#define IPV6                                                                               \
    "60000000 0037 11 40 00000000000000000000000000000001 "                                \
    "20010db8000000000001000000000002"

static const struct {
    const char *what;
    int dlt;
    const char *hex;
    const char *layers;
} good[] = {
    {"Ethernet", LINK_ETHERNET, "ffffffffffff 020000000001 88dc" KIT_WSMP,
     "ethernet:wsmp:1609.2:j2735"},
    {"802.1Q", LINK_ETHERNET, "ffffffffffff 020000000001 8100 a005 88dc" KIT_WSMP,
     "ethernet:vlan:wsmp:1609.2:j2735"},
    {"802.1ad", LINK_ETHERNET,
     "ffffffffffff 020000000001 88a8 a005 8100 0007 88dc" KIT_WSMP,
     "ethernet:vlan:vlan:wsmp:1609.2:j2735"},
    {"802.3 with SNAP", LINK_ETHERNET, "ffffffffffff 020000000001 0037" KIT_SNAP KIT_WSMP,
     "ethernet:llc:wsmp:1609.2:j2735"},
    {"802.11", LINK_DOT11, KIT_DOT11 KIT_SNAP KIT_WSMP, "802.11:llc:wsmp:1609.2:j2735"},
    {"802.11 EPD", LINK_DOT11, KIT_DOT11 "88dc" KIT_WSMP, "802.11:epd:wsmp:1609.2:j2735"},
    {"802.11 without QoS", LINK_DOT11,
     "0800 0000 ffffffffffff 020000000001 ffffffffffff 0000" KIT_SNAP KIT_WSMP,
     "802.11:llc:wsmp:1609.2:j2735"},
    {"802.11 with four addresses", LINK_DOT11,
     "0803 0000 020000000009 020000000008 ffffffffffff 0000 020000000001" KIT_SNAP KIT_WSMP,
     "802.11:llc:wsmp:1609.2:j2735"},
    {"802.11 with HT control", LINK_DOT11,
     "8880 0000 ffffffffffff 020000000001 ffffffffffff 0000 2500 00000000" KIT_SNAP
         KIT_WSMP,
     "802.11:llc:wsmp:1609.2:j2735"},
    {"smallest radiotap", LINK_RADIOTAP, "0000 0800 00000000" KIT_DOT11 KIT_SNAP KIT_WSMP,
     "radiotap:802.11:llc:wsmp:1609.2:j2735"},
    {"radiotap, two present words", LINK_RADIOTAP,
     "0000 1000 02000080 00000000 00 000000" KIT_DOT11 KIT_SNAP KIT_WSMP,
     "radiotap:802.11:llc:wsmp:1609.2:j2735"},
    {"radiotap with header padding", LINK_RADIOTAP,
     "0000 0900 02000000 20" KIT_DOT11 "0000" KIT_SNAP KIT_WSMP,
     "radiotap:802.11:llc:wsmp:1609.2:j2735"},
    {"PPI", LINK_PPI, "0000 0800 69000000" KIT_DOT11 KIT_SNAP KIT_WSMP,
     "ppi:802.11:llc:wsmp:1609.2:j2735"},
    {"PPI around Ethernet", LINK_PPI,
     "0000 0800 01000000 ffffffffffff 020000000001 88dc" KIT_WSMP,
     "ppi:ethernet:wsmp:1609.2:j2735"},
    {"Prism", LINK_PRISM,
     "44000000 18000000 00000000000000000000000000000000" KIT_DOT11 KIT_SNAP KIT_WSMP,
     "prism:802.11:llc:wsmp:1609.2:j2735"},
    {"AVS", LINK_AVS,
     "80211001 0000001c 0000000000000000000000000000000000000000" KIT_DOT11 KIT_SNAP
         KIT_WSMP,
     "avs:802.11:llc:wsmp:1609.2:j2735"},
    {"Linux cooked", LINK_SLL, "0000 0001 0006 020000000001 0000 88dc" KIT_WSMP,
     "sll:wsmp:1609.2:j2735"},
    {"Linux cooked, LLC", LINK_SLL,
     "0000 0001 0006 020000000001 0000 0004" KIT_SNAP KIT_WSMP,
     "sll:llc:wsmp:1609.2:j2735"},
    {"Linux cooked 2", LINK_SLL2,
     "88dc 0000 00000003 0001 01 06 020000000001 0000" KIT_WSMP, "sll2:wsmp:1609.2:j2735"},
    {"raw IPv4", LINK_RAW, IPV4 UDP_WSMP, "ipv4:udp:wsmp:1609.2:j2735"},
    {"raw IPv6", LINK_IPV6, IPV6 UDP_WSMP, "ipv6:udp:wsmp:1609.2:j2735"},
    {"IPv6 with hop-by-hop options", LINK_RAW,
     "60000000 003f 00 40 00000000000000000000000000000001 20010db8000000000001000000000002"
     "1100 010400000000" UDP_WSMP,
     "ipv6:udp:wsmp:1609.2:j2735"},
    {"loopback, little-endian", LINK_NULL, "02000000" IPV4 UDP_WSMP,
     "null:ipv4:udp:wsmp:1609.2:j2735"},
    {"loopback, big-endian", LINK_LOOP, "00000018" IPV6 UDP_WSMP,
     "null:ipv6:udp:wsmp:1609.2:j2735"},
    {"UDP, envelope alone", LINK_RAW,
     "4500 0047 00000000 4011 0000 0a000001 0a000002 9c40 c350 0033 0000" KIT_UNSECURED,
     "ipv4:udp:1609.2:j2735"},
    {"UDP, bare frame on a port nobody knows", LINK_RAW,
     "4500 0044 00000000 4011 0000 0a000001 0a000002 9c40 c350 0030 0000" KIT_BSM,
     "ipv4:udp:j2735"},
    {"UDP, PC5 family and WSMP", LINK_RAW,
     "4500 004c 00000000 4011 0000 0a000001 0a000002 9c40 04d2 0038 0000 01" KIT_WSMP,
     "ipv4:udp:pc5:wsmp:1609.2:j2735"},
    {"user link type, WSMP", LINK_USER0, KIT_WSMP, "wsmp:1609.2:j2735"},
    {"user link type, envelope", LINK_USER15, KIT_UNSECURED, "1609.2:j2735"},
    {"user link type, frame", LINK_USER0, KIT_BSM, "j2735"},
    {"user link type, CAM", LINK_USER0, "0202 00000001 0000000000", "its"},
    {"no link, WSMP", -1, KIT_WSMP, "wsmp:1609.2:j2735"},
};

static void every_link_type_leads_to_the_message(void **state)
{
    (void)state;
    struct bytes bsm = kit(KIT_BSM);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct bytes f = kit(good[i].hex);
        bool ok = good[i].dlt < 0 ? frames_walk_payload(f.data, f.size, FRAMES_AUTO, &r)
                                  : frames_walk(f.data, f.size, good[i].dlt, &r);
        if (!ok) {
            fail_msg("%s: %s in %s at %zu", good[i].what, reason_key(r.fault.reason),
                     layer_name(r.fault.layer), r.fault.offset);
        }
        assert_string_equal(kit_layers(&r), good[i].layers);
        if (r.family == FRAMES_J2735) {
            assert_int_equal(r.payload_size, bsm.size);
            assert_memory_equal(r.payload, bsm.data, bsm.size);
            assert_int_equal(r.payload_offset, f.size - bsm.size);
            assert_int_equal(frames_message_id(&r), 20);
        }
        if (r.has_link && r.link.has_src) {
            assert_memory_equal(r.link.src, "\x02\0\0\0\0\1", 6);
        }
        bytes_close(&f);
    }
    bytes_close(&bsm);
}

/* Cut anywhere, a frame gives a reason and an offset inside it, never a message. */
static void a_frame_cut_at_any_octet_gives_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct bytes f = kit(good[i].hex);
        for (size_t n = 0; n < f.size; n++) {
            bool ok = kit_walk_exact(f.data, n, good[i].dlt, &r);
            /* An ITS PDU names no length: cut behind its header it is still one. */
            if (ok && !(r.family == FRAMES_ITS && n > 6) &&
                !(good[i].dlt == LINK_USER0 && r.family == FRAMES_J2735)) {
                fail_msg("%s cut at %zu was taken for a message", good[i].what, n);
            }
            assert_true(ok || (r.fault.reason != REASON_NONE && r.fault.offset <= n));
        }
        bytes_close(&f);
    }
}

static const struct {
    const char *what;
    int dlt;
    const char *hex;
    enum reason reason;
    enum layer layer;
    size_t offset;
} bad[] = {
    {"ARP", LINK_ETHERNET, "ffffffffffff 020000000001 0806 0001", REASON_FOREIGN_ETHERTYPE,
     LAYER_ETHERNET, 14},
    {"spanning tree", LINK_ETHERNET,
     "0180c2000000 020000000001 0026 424203 0000000000 000000000000000000000000000000000000"
     "0000000000000000000000000000",
     REASON_LLC_HEADER, LAYER_LLC, 14},
    {"beacon", LINK_DOT11, "8000 0000 ffffffffffff 020000000001 ffffffffffff 0000",
     REASON_NOT_DATA, LAYER_DOT11, 0},
    {"acknowledgement", LINK_DOT11, "d400 0000 020000000001", REASON_NOT_DATA, LAYER_DOT11,
     0},
    {"null function", LINK_DOT11,
     "c800 0000 ffffffffffff 020000000001 ffffffffffff 0000 0000", REASON_NOT_DATA,
     LAYER_DOT11, 0},
    {"encrypted WLAN", LINK_DOT11,
     "8841 0000 ffffffffffff 020000000001 ffffffffffff 0000 0000 0102030405060708",
     REASON_PROTECTED_LINK, LAYER_DOT11, 1},
    {"second fragment", LINK_DOT11,
     "8800 0000 ffffffffffff 020000000001 ffffffffffff 0100 0000" KIT_SNAP KIT_WSMP,
     REASON_FRAGMENT, LAYER_DOT11, 0},
    {"A-MSDU", LINK_DOT11,
     "8800 0000 ffffffffffff 020000000001 ffffffffffff 0000 8000" KIT_SNAP KIT_WSMP,
     REASON_AGGREGATE, LAYER_DOT11, 0},
    {"radiotap of another version", LINK_RADIOTAP, "0100 0800 00000000",
     REASON_RADIO_HEADER, LAYER_RADIOTAP, 0},
    {"radiotap whose fields do not fit", LINK_RADIOTAP, "0000 0900 0f000000 00",
     REASON_RADIO_HEADER, LAYER_RADIOTAP, 8},
    {"TCP", LINK_RAW,
     "4500 0028 00000000 4006 0000 0a000001 0a000002"
     "0000000000000000000000000000000000000000",
     REASON_FOREIGN_PROTOCOL, LAYER_IPV4, 20},
    {"IPv4 fragment", LINK_RAW,
     "4500 001c 0000 2000 4011 0000 0a000001 0a000002"
     "0000000000000000",
     REASON_IP_FRAGMENT, LAYER_IPV4, 6},
    {"IPv6 fragment", LINK_RAW,
     "60000000 0008 2c 40 00000000000000000000000000000001 00000000000000000000000000000002"
     "1100000000000001",
     REASON_IP_FRAGMENT, LAYER_IPV6, 40},
    {"IPv4 header shorter than itself", LINK_RAW,
     "4400 001c 00000000 4011 0000 0a000001 0a000002 0000000000000000", REASON_IP_HEADER,
     LAYER_IPV4, 0},
    {"UDP length below its header", LINK_RAW,
     "4500 001c 00000000 4011 0000 0a000001 0a000002 0001 0002 0007 0000", REASON_IP_HEADER,
     LAYER_UDP, 24},
    {"name service", LINK_RAW,
     "4500 0028 00000000 4011 0000 0a000001 0a000002 0035 d431 0014 0000"
     "a1b2 8180 0001 0001 0000 0000",
     REASON_FOREIGN_UDP, LAYER_UDP, 28},
    {"WSMP version 2", LINK_ETHERNET, "ffffffffffff 020000000001 88dc 02 0020 0400",
     REASON_WSMP_VERSION, LAYER_WSMP, 14},
    {"encrypted message", LINK_ETHERNET,
     "ffffffffffff 020000000001 88dc 03 00 20 04 03820100", REASON_ENCRYPTED, LAYER_DOT2,
     19},
    {"empty WSM", LINK_ETHERNET, "ffffffffffff 020000000001 88dc 03 00 20 00",
     REASON_NO_PAYLOAD, LAYER_WSMP, 18},
    {"unread link type", 42, "00", REASON_LINK_TYPE, LAYER_ETHERNET, 0},
    {"noise", LINK_USER0, "deadbeef", REASON_FOREIGN_CONTENT, LAYER_ETHERNET, 0},
};

static void what_is_not_a_message_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bytes f = kit(bad[i].hex);
        assert_false(frames_walk(f.data, f.size, bad[i].dlt, &r));
        if (r.fault.reason != bad[i].reason || r.fault.offset != bad[i].offset ||
            r.fault.layer != bad[i].layer) {
            fail_msg("%s: %s in %s at %zu", bad[i].what, reason_key(r.fault.reason),
                     layer_name(r.fault.layer), r.fault.offset);
        }
        assert_null(r.payload);
        bytes_close(&f);
    }
}

/* Fields in the order and alignment of radiotap.org: TSFT, flags, rate, channel, signal,
 * noise, and lock quality (aligned to 2) before transmit power. */
static void radiotap_tells_rate_channel_power_and_fcs(void **state)
{
    (void)state;
    struct bytes f = kit("0000 1e00 ef040000 0102030405060708 10 0c 1417 4001 ce a1 0000 17"
                         "000000" KIT_DOT11 KIT_SNAP KIT_WSMP "01020304");
    assert_true(frames_walk(f.data, f.size, LINK_RADIOTAP, &r));
    assert_true(r.link.has_rate && r.link.has_channel && r.link.has_rssi &&
                r.link.has_noise);
    assert_int_equal(r.link.rate_kbps, 6000);
    assert_int_equal(r.link.channel_mhz, 5908);
    assert_int_equal(r.link.rssi_dbm, -50);
    assert_int_equal(r.link.noise_dbm, -95);
    assert_int_equal(r.link.power_dbm, 23);
    assert_true(r.link.fcs_announced);
    assert_int_equal(r.wsmp.trailing, 0);
    assert_int_equal(r.link.priority, 5);
    bytes_close(&f);
}

static void an_fcs_that_nothing_announces_is_left_behind_the_message(void **state)
{
    (void)state;
    struct bytes f = kit(KIT_DOT11 KIT_SNAP KIT_WSMP "01020304");
    assert_true(frames_walk(f.data, f.size, LINK_DOT11, &r));
    assert_int_equal(r.wsmp.trailing, 4);
    assert_int_equal(r.payload_size, 40);
    bytes_close(&f);
}

static void ppi_tells_channel_and_power(void **state)
{
    (void)state;
    struct bytes f = kit("0000 2000 69000000 0200 1400 0000000000000000 0100 0c00 1417 4001"
                         "0000 ce a1" KIT_DOT11 KIT_SNAP KIT_WSMP "01020304");
    assert_true(frames_walk(f.data, f.size, LINK_PPI, &r));
    assert_int_equal(r.link.channel_mhz, 5908);
    assert_int_equal(r.link.rate_kbps, 6000);
    assert_int_equal(r.link.rssi_dbm, -50);
    assert_int_equal(r.link.noise_dbm, -95);
    assert_int_equal(r.wsmp.trailing, 0);
    bytes_close(&f);
}

static void vlan_tag_and_addresses_are_kept(void **state)
{
    (void)state;
    struct bytes f = kit(good[1].hex);
    assert_true(frames_walk(f.data, f.size, LINK_ETHERNET, &r));
    assert_int_equal(r.link.vlan, 5);
    assert_int_equal(r.link.priority, 5);
    assert_memory_equal(r.link.dst, "\xff\xff\xff\xff\xff\xff", 6);
    bytes_close(&f);
}

static void ip_addresses_read_as_people_write_them(void **state)
{
    (void)state;
    char text[IP_TEXT_MAX];
    struct bytes f = kit(IPV6 UDP_WSMP);
    assert_true(frames_walk(f.data, f.size, LINK_RAW, &r));
    ip_text(6, r.ip.src, text);
    assert_string_equal(text, "::1");
    ip_text(6, r.ip.dst, text);
    assert_string_equal(text, "2001:db8::1:0:0:2");
    assert_int_equal(r.ip.src_port, 5398);
    assert_int_equal(r.ip.dst_port, 46800);
    bytes_close(&f);
    static const struct {
        const char *hex, *text;
    } six[] = {
        {"00000000000000000000000000000000", "::"},
        {"20010db8000000000000000000000000", "2001:db8::"},
        {"20010db8000100020003000400050006", "2001:db8:1:2:3:4:5:6"},
        {"20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"},
    };
    for (size_t i = 0; i < 4; i++) {
        f = kit(six[i].hex);
        ip_text(6, f.data, text);
        assert_string_equal(text, six[i].text);
        bytes_close(&f);
    }
    static const uint8_t four[16] = {192, 168, 1, 254};
    ip_text(4, four, text);
    assert_string_equal(text, "192.168.1.254");
}

/* RSU specification 4.1, appendix: with the quirks that are met. */
static void immediate_forward_text_is_read_with_its_quirks(void **state)
{
    (void)state;
    const char *text = "# sent by a hub\r\n"
                       "  Version=0.7\r\n"
                       "  Type=SPAT\r\n"
                       "  PSID=0xE0000017\r\n"
                       "  priority = 7\r\n"
                       "  TxMode=CONT\n"
                       "  TxChannel=CCH\n"
                       "  DeliveryStart=\n"
                       "  Signature=True\n"
                       "  Encryption=False\n"
                       "  Payload=0013 04 0001 02Ff \n\n";
    assert_true(frames_walk_payload((const uint8_t *)text, strlen(text), FRAMES_AUTO, &r));
    assert_string_equal(kit_layers(&r), "rsu-forward:j2735");
    assert_string_equal(r.forward.type, "SPAT");
    assert_true(r.forward.has_psid);
    assert_int_equal(r.forward.psid, 0x204097);
    assert_int_equal(r.forward.priority, 7);
    assert_true(r.forward.has_channel);
    assert_int_equal(r.forward.channel, 0);
    assert_true(r.forward.sign);
    assert_false(r.forward.encrypt);
    assert_true(r.from_text);
    assert_int_equal(r.payload_size, 7);
    assert_memory_equal(r.payload, "\0\x13\4\0\1\2\xff", 7);
    assert_int_equal(r.payload_offset, strstr(text, "0013 ") - text);
}

static void forward_text_without_usable_payload_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Version=0.7\nType=SPAT\n",
        "Version=0.7\nPayload=\n",
        "Version=0.7\nPayload=00130\n",
        "Version=0.7\nPayload=00xx\n",
        "Version=0.7\nPayload=deadbeef\n",
        "Version=0.7\nPayload=00130100\nPayload=00130100\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t n = strlen(texts[i]);
        assert_false(frames_walk_payload((const uint8_t *)texts[i], n, FRAMES_AUTO, &r));
        assert_int_equal(r.fault.reason, REASON_FORWARD_TEXT);
        assert_int_equal(r.fault.layer, LAYER_FORWARD);
    }
}

static void a_known_port_lets_a_damaged_frame_through_to_the_decoder(void **state)
{
    (void)state;
    struct bytes f =
        kit("4500 0022 00000000 4011 0000 0a000001 0a000002 9c40 b6d0 000e 0000"
            "001425 000102");
    assert_true(frames_walk(f.data, f.size, LINK_RAW, &r));
    assert_int_equal(r.family, FRAMES_J2735);
    f.data[22] = 0;
    assert_false(frames_walk(f.data, f.size, LINK_RAW, &r));
    assert_int_equal(r.fault.reason, REASON_FOREIGN_UDP);
    bytes_close(&f);
}

static void a_walk_may_begin_where_the_caller_says(void **state)
{
    (void)state;
    struct bytes f = kit("0123 45 6789");
    assert_true(frames_walk_payload(f.data, f.size, FRAMES_AT_J2735, &r));
    assert_int_equal(frames_message_id(&r), 0x123);
    assert_false(frames_walk_payload(f.data, f.size, FRAMES_AT_ITS, &r));
    assert_int_equal(r.fault.reason, REASON_SHORT_PDU);
    assert_false(frames_walk_payload(f.data, f.size, FRAMES_AT_WSMP, &r));
    assert_int_equal(r.fault.reason, REASON_WSMP_VERSION);
    assert_false(frames_walk_payload(f.data, f.size, FRAMES_AT_GN, &r));
    assert_false(frames_walk_payload(f.data, f.size, FRAMES_AT_DOT2, &r));
    assert_false(frames_refuse(9, REASON_DRIVER_ALERT, &r));
    assert_string_equal(reason_key(r.fault.reason), "driver_alert");
    bytes_close(&f);
}

static void vlan_tags_without_end_are_too_deep(void **state)
{
    (void)state;
    struct bytes f = kit("ffffffffffff 020000000001");
    for (int i = 0; i < 40; i++) {
        kit_hex(&f, "8100 0001");
    }
    assert_false(frames_walk(f.data, f.size, LINK_ETHERNET, &r));
    assert_int_equal(r.fault.reason, REASON_TOO_DEEP);
    bytes_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_type_leads_to_the_message),
        cmocka_unit_test(a_frame_cut_at_any_octet_gives_a_reason),
        cmocka_unit_test(what_is_not_a_message_is_named),
        cmocka_unit_test(radiotap_tells_rate_channel_power_and_fcs),
        cmocka_unit_test(an_fcs_that_nothing_announces_is_left_behind_the_message),
        cmocka_unit_test(ppi_tells_channel_and_power),
        cmocka_unit_test(vlan_tag_and_addresses_are_kept),
        cmocka_unit_test(ip_addresses_read_as_people_write_them),
        cmocka_unit_test(immediate_forward_text_is_read_with_its_quirks),
        cmocka_unit_test(forward_text_without_usable_payload_is_refused),
        cmocka_unit_test(a_known_port_lets_a_damaged_frame_through_to_the_decoder),
        cmocka_unit_test(a_walk_may_begin_where_the_caller_says),
        cmocka_unit_test(vlan_tags_without_end_are_too_deep),
    };
    return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
