#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""v2x decode and v2x encode as their users call them.

usage: test_v2x_decode.py V2X SOURCE_DIR SHARED_DATA

Expected values: the BSM below was put together by hand from the tables of SAE J2735; the
capture's are in the list beside it, written by another program; the vectors', where they
are at hand, come from an independent codec.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import zlib

V2X, SOURCE, SHARED = sys.argv[1:4]
del sys.argv[1:]

CAPTURE = os.path.join(SOURCE, "tests/captures/two-cars-radiotap.pcap")

# msgCnt 0, id 1A2B3C00, 42.298982 N 83.6996287 W, 260 m, 12 m/s, heading 90 degrees
BSM = "00142500068ACF000000276D9C7E1CB322A00D1414140000212C1C207E7D07D07F7FFF02AA5A0E10"
HEAD = ["ok", "index", "t_ns", "offset", "length", "layers", "psid", "standard", "type", "message_id",
        "hex", "jer", "si"]


def run(*args, data=b"", env=None):
    if isinstance(data, str):
        data = data.encode()
    return subprocess.run([V2X, *args], input=data, capture_output=True, timeout=120, env=env)


def octets(path):
    with open(path, "rb") as f:
        return f.read()


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def decode(*args, data=b""):
    done = run("decode", *args, data=data)
    assert done.returncode == 0, done.stderr
    return lines(done)


class Decode(unittest.TestCase):
    def test_a_hand_made_bsm_has_the_contracts_fields_in_order(self):
        line = run("decode", data=BSM).stdout
        pairs = json.loads(line, object_pairs_hook=lambda p: p)
        self.assertEqual([name for name, _ in pairs], HEAD + ["edition"])
        got = json.loads(line)
        self.assertEqual((got["ok"], got["index"], got["t_ns"], got["offset"], got["length"]),
                         (True, 0, None, 0, 40))
        self.assertEqual((got["standard"], got["type"], got["message_id"]), ("SAE J2735", "BSM", 20))
        self.assertEqual((got["layers"], got["psid"], got["hex"]), (["j2735"], None, BSM))
        self.assertEqual(got["edition"], "2016")
        core = got["jer"]["value"]["BasicSafetyMessage"]["coreData"]
        self.assertEqual((core["id"], core["lat"], core["long"], core["speed"], core["heading"]),
                         ("1A2B3C00", 422989820, -836996287, 600, 7200))
        self.assertEqual(core["brakes"]["wheelBrakes"], "00")
        si = got["si"]["value"]["BasicSafetyMessage"]["coreData"]
        self.assertEqual((si["lat_deg"], si["elev_m"], si["speed_mps"], si["heading_deg"]),
                         (42.298982, 260, 12, 90))

    def test_hex_may_hold_blanks_comments_and_either_case(self):
        text = "# a comment\n\n  0x" + " ".join(BSM[i:i + 4] for i in range(0, 80, 4)).lower() + " # end\r\n" + BSM
        got = decode(data=text)
        self.assertEqual([(g["ok"], g["index"], g["hex"]) for g in got], [(True, 0, BSM), (True, 1, BSM)])

    def test_a_bad_line_is_told_and_does_not_end_the_run(self):
        text = "\n".join([BSM[:40], "zz", "0", BSM + "00", "FFFF00", "03", BSM])
        got = decode(data=text)
        self.assertEqual([g["ok"] for g in got], [False] * 6 + [True])
        for bad in got[:6]:
            self.assertEqual(list(bad), ["ok", "index", "offset", "bit", "layers", "error", "hex"])
            self.assertTrue(bad["error"])
        self.assertIn("column 1", got[1]["error"])
        self.assertEqual((got[3]["offset"], got[3]["bit"]), (40, 0))
        self.assertIn("left over", got[3]["error"])

    def test_a_value_out_of_range_is_told_with_its_bit(self):
        # latitude stands at bits 16+8+3+7+32+16 = 82 to 112; all ones is above its range
        bits = bin(int(BSM, 16))[2:].zfill(320)
        start = 16 + 8 + 3 + 7 + 32 + 16
        broken = bits[:start] + "1" * 31 + bits[start + 31:]
        got = decode(data="%080X" % int(broken, 2))[0]
        self.assertFalse(got["ok"])
        self.assertTrue(start <= got["offset"] * 8 + got["bit"] <= start + 31)

    def test_octets_are_told_from_hex_and_split_into_frames(self):
        with tempfile.NamedTemporaryFile() as f:
            f.write(bytes.fromhex(BSM) * 3)
            f.flush()
            self.assertEqual([g["hex"] for g in decode(f.name)], [BSM] * 3)
            self.assertEqual([g["hex"] for g in decode("--from", "bin", f.name)], [BSM] * 3)
        self.assertEqual([g["hex"] for g in decode(data=bytes.fromhex(BSM))], [BSM])

    def test_the_capture_gives_what_its_list_says(self):
        with open(CAPTURE.replace(".pcap", ".jsonl")) as f:
            want = [json.loads(line) for line in f]
        for got in (decode(CAPTURE), decode("-", data=octets(CAPTURE))):
            self.assertEqual(len(got), len(want))
            for g, w in zip(got, want):
                self.assertTrue(g["ok"])
                self.assertEqual((g["index"] + 1, g["t_ns"], g["layers"], g["offset"], g["length"], g["message_id"]),
                                 (w["frame"], w["t_ns"], w["layers"], w["offset"], w["length"], w["message_id"]))
                self.assertEqual("%08x" % zlib.crc32(bytes.fromhex(g["hex"])), w["crc32"])
                self.assertEqual(g["psid"], 32)

    def test_output_is_the_same_through_a_pipe_and_from_a_file(self):
        piped = run("decode", data=octets(CAPTURE))
        self.assertEqual(piped.stdout, run("decode", CAPTURE).stdout)

    def test_output_does_not_depend_on_the_locale(self):
        env = dict(os.environ, LC_ALL="de_DE.UTF-8")
        self.assertEqual(run("decode", CAPTURE, env=env).stdout, run("decode", CAPTURE).stdout)

    def test_a_torn_capture_gives_what_was_good_and_exits_1(self):
        data = octets(CAPTURE)
        done = run("decode", data=data[:len(data) - 10])
        self.assertEqual((done.returncode, len(lines(done))), (1, 59))
        self.assertTrue(done.stderr)

    def test_a_type_that_is_not_decoded_keeps_its_octets(self):
        got = decode(data="00F0020101")[0]
        self.assertEqual((got["ok"], got["decoded"], got["type"], got["hex"]), (True, False, "TestMessage00", "00F0020101"))

    def test_an_etsi_pdu_is_named(self):
        # protocolVersion 2, messageID 99: no such message, so that nothing decodes it
        got = decode("--as", "its", data="0263000000010000")[0]
        self.assertEqual((got["ok"], got["decoded"], got["standard"], got["type"], got["message_id"]),
                         (True, False, "ETSI ITS", None, 99))

    def test_a_certificate_is_shown_with_what_it_claims(self):
        # signed BSM; header: PSID 32, time; explicit certificate named rsu, country 840,
        # assurance level 7, applications 32 and 131, valid 168 h from 2004-01-01 + 2^29 s TAI
        point = "82" + "00" * 32
        key = "80" + "80" + point
        signature = "80" + "80" + "00" * 64
        validity = "20000000" + "8400A8"
        country = "83" + "0101" + "80" + "0348"
        applications = "0102" + "00" + "0120" + "00" + "0183"
        certificate = ("80" + "03" + "00" + "80" + "0001020304050607" + "70" + "81" + "03727375" + "000001" + "0002"
                       + validity + country + "E0" + applications + key + signature)
        head = "0381" + "00" + "40" + "0380" + "28" + BSM + "40" + "0120" + "0002362DB93EA078" + "81" + "0101"
        spdu = head + certificate + signature
        got = decode("--as", "1609dot2", data=spdu)[0]
        self.assertTrue(got["ok"], got)
        self.assertEqual(got["spdu"]["certificate"], {
            "type": "explicit", "issuer": "0001020304050607", "id": {"name": "rsu"},
            "valid_from_ns": "1609786107000000000", "valid_s": 604800, "region": "identified",
            "assurance_level": 7, "psids": [32, 131], "key": "p256",
            "offset": len(head) // 2, "length": len(certificate) // 2})

    def test_nothing_in_gives_nothing_out(self):
        self.assertEqual(decode(data=""), [])


class Encode(unittest.TestCase):
    def roundtrip(self, hexes):
        decoded = decode(data="\n".join(hexes))
        for keep in ("jer", "si"):
            text = "\n".join(json.dumps({keep: d[keep]} if keep in d else {"hex": d["hex"]}) for d in decoded)
            done = run("encode", data=text)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.decode().split(), hexes)

    def test_what_was_decoded_encodes_to_the_same_octets(self):
        self.roundtrip([d["hex"] for d in decode(CAPTURE)])

    def test_every_vector_encodes_to_the_same_octets(self):
        path = os.path.join(SHARED, "j2735/vectors.jsonl")
        if not os.path.exists(path):
            self.skipTest("the shared vectors are not at hand")
        with open(path) as f:
            vectors = [json.loads(line) for line in f]
        got = decode(data="\n".join(v["hex"] for v in vectors))
        for g, v in zip(got, vectors):
            self.assertTrue(g["ok"], v["id"])
            self.assertEqual((g["message_id"], g["hex"]), (v["messageId"], v["hex"].upper()))
            if g.get("decoded", True):
                self.assertEqual(g["jer"], v["decoded"], v["id"])
        self.assertEqual(len(got), len(vectors))
        self.roundtrip([v["hex"].upper() for v in vectors])

    def test_every_etsi_vector_encodes_to_the_same_octets(self):
        path = os.path.join(SHARED, "etsi/vectors.jsonl")
        if not os.path.exists(path):
            self.skipTest("the shared vectors are not at hand")
        with open(path) as f:
            hexes = [v["hex"].upper() for v in map(json.loads, f) if v["kind"].startswith("uper-")]
        got = decode("--as", "its", data="\n".join(hexes))
        self.assertEqual([(g["ok"], g["hex"], g["standard"]) for g in got], [(True, h, "ETSI ITS") for h in hexes])
        for keep in ("jer", "si"):
            text = "\n".join(json.dumps({keep: g[keep]} if keep in g else {"hex": g["hex"]}) for g in got)
            self.assertEqual(run("encode", data=text).stdout.decode().split(), hexes)
        # two draft messages with id 255 have no BTP port
        made = run("encode", "--wrap", "gn", "--to", "pcapng", data="\n".join(map(json.dumps, got)))
        again = decode(data=made.stdout)
        self.assertEqual([a["hex"] for a in again], [h for h in hexes if h[2:4] != "FF"])
        self.assertTrue(all(a["layers"] == ["ethernet", "gn", "btp", "its"] for a in again))

    def test_whole_decoded_lines_encode_to_the_same_octets(self):
        done = run("encode", data=run("decode", CAPTURE).stdout)
        self.assertEqual(done.stdout.decode().split(), [d["hex"] for d in decode(CAPTURE)])

    def test_a_capture_made_of_lines_decodes_to_the_same_messages_and_stamps(self):
        text = run("decode", CAPTURE).stdout
        want = [(d["hex"], d["t_ns"], d["psid"]) for d in decode(CAPTURE)]
        for wrap, layers in (("wsmp", ["ethernet", "wsmp", "1609.2", "j2735"]),
                             ("1609dot2", ["1609.2", "j2735"]), ("none", ["j2735"])):
            made = run("encode", "--wrap", wrap, "--to", "pcapng", data=text)
            self.assertEqual(made.returncode, 0, made.stderr)
            got = decode(data=made.stdout)
            self.assertEqual([(d["hex"], d["t_ns"]) for d in got], [w[:2] for w in want])
            self.assertEqual(got[0]["layers"], layers)
            if wrap == "wsmp":
                self.assertEqual([d["psid"] for d in got], [w[2] for w in want])

    def test_wrapped_hex_is_told_by_its_content(self):
        for wrap in ("1609dot2", "wsmp", "pc5"):
            made = run("encode", "--wrap", wrap, data=run("decode", data=BSM).stdout)
            self.assertEqual([d["hex"] for d in decode(data=made.stdout)], [BSM])

    def test_a_forward_text_says_what_a_road_side_unit_wants_to_know(self):
        made = run("encode", "--wrap", "forward", "--to", "udp:127.0.0.1:9", data='{"hex":"' + BSM + '"}')
        self.assertEqual((made.returncode, made.stdout), (0, b""))
        line = {"hex": BSM, "psid": 0x204097, "forward": {"channel": 180, "priority": 3}}
        made = run("encode", "--wrap", "forward", data=json.dumps(line))
        text = bytes.fromhex(made.stdout.decode())
        self.assertEqual(text.decode().splitlines(), [
            "Version=0.7", "Type=BSM", "PSID=0xE0000017", "Priority=3", "TxMode=CONT", "TxChannel=180",
            "TxInterval=0", "DeliveryStart=", "DeliveryStop=", "Signature=False", "Encryption=False",
            "Payload=" + BSM])
        got = decode(data=text)[0]
        self.assertEqual((got["hex"], got["psid"], got["forward"]),
                         (BSM, 0x204097, {"type": "BSM", "psid": 0x204097, "channel": 180, "priority": 3}))

    def test_captures_of_radio_proxies_and_forwards_are_datagrams(self):
        text = run("decode", CAPTURE).stdout
        want = [(d["hex"], d["t_ns"]) for d in decode(CAPTURE)]
        for wrap, layers in (("pc5", ["ethernet", "ipv4", "udp", "pc5", "wsmp", "1609.2", "j2735"]),
                             ("forward", ["ethernet", "ipv4", "udp", "rsu-forward", "j2735"])):
            made = run("encode", "--wrap", wrap, "--to", "pcapng", data=text)
            self.assertEqual(made.returncode, 0, made.stderr)
            got = decode(data=made.stdout)
            self.assertEqual([(d["hex"], d["t_ns"]) for d in got], want)
            self.assertEqual(got[0]["layers"], layers)

    def test_each_line_is_a_datagram(self):
        lines_in = run("decode", data=BSM + "\n" + "00F0020101").stdout.decode().splitlines()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.settimeout(60)
            to = "udp:127.0.0.1:%d" % listener.getsockname()[1]
            for wrap, good in (("none", 2), ("1609dot2", 2), ("pc5", 1)):
                done = run("encode", "--wrap", wrap, "--to", to, "--speed", "1000000",
                           data="\n".join(lines_in))
                self.assertEqual((done.returncode, done.stdout), (0 if good == 2 else 2, b""), done.stderr)
                got = [listener.recv(65536) for _ in range(good)]
                want = run("encode", "--wrap", wrap, data="\n".join(lines_in[:good])).stdout.decode().split()
                self.assertEqual([g.hex().upper() for g in got], want)

    def test_an_address_that_is_none_is_bad_usage(self):
        for to in ("udp:", "udp:127.0.0.1", "udp::5", "udp:127.0.0.1:port", "udp:[::1:5", "tcp:127.0.0.1:5"):
            self.assertEqual(run("encode", "--to", to, data=BSM).returncode, 2, to)
        self.assertEqual(run("encode", "--to", "udp:127.0.0.1:9", "--speed", "0", data=BSM).returncode, 2)

    DENM = {"header": {"protocolVersion": 2, "messageID": 1, "stationID": 7}, "denm": {"management": {
        "actionID": {"originatingStationID": 7, "sequenceNumber": 33}, "detectionTime": 700000000000,
        "referenceTime": 700000000000, "eventPosition": {
            "latitude": 481234567, "longitude": 115678901,
            "positionConfidenceEllipse": {"semiMajorConfidence": 4095, "semiMinorConfidence": 4095,
                                          "semiMajorOrientation": 3601},
            "altitude": {"altitudeValue": 800001, "altitudeConfidence": "unavailable"}},
        "relevanceDistance": "lessThan500m", "stationType": 5}}}

    def test_a_denm_goes_to_the_area_of_its_event(self):
        made = run("encode", "--wrap", "gn", data=json.dumps(self.DENM))
        self.assertEqual(made.returncode, 0, made.stderr)
        got = decode(data=made.stdout)[0]
        self.assertEqual((got["type"], got["gn"]["type"], got["gn"]["sequence"], got["gn"]["traffic_class"]),
                         ("DENM", "gbc", 33, 1))
        self.assertEqual(got["gn"]["area"],
                         {"shape": "circle", "lat_deg": 48.1234567, "lon_deg": 11.5678901, "a_m": 500})

    def test_the_geonetworking_header_of_a_line_is_kept(self):
        made = run("encode", "--wrap", "gn", data=json.dumps(self.DENM))
        line = decode(data=made.stdout)[0]
        line["gn"].update(traffic_class=3, lifetime_ms=5000, hop_limit=4, sequence=77, source="3C00020304050607",
                          source_timestamp_ms=123456, source_speed_mps=-1.5, source_heading_deg=271.5, mobile=True,
                          area={"shape": "rectangle", "lat_deg": -33.5, "lon_deg": -70.25, "a_m": 200, "b_m": 50,
                                "angle_deg": 45})
        again = decode(data=run("encode", "--wrap", "gn", data=json.dumps(line)).stdout)[0]
        self.assertEqual(again["gn"], line["gn"])
        self.assertEqual(again["hex"], line["hex"])

    def test_a_bad_line_is_left_out_and_the_exit_code_is_2(self):
        good = run("decode", data=BSM).stdout.decode()
        wrong = json.loads(good)
        wrong["jer"]["value"]["BasicSafetyMessage"]["coreData"]["lat"] = 900000002
        done = run("encode", data="{\n" + good + json.dumps(wrong) + "\n" + '{"jer":[]}\n' + "[]\n")
        self.assertEqual((done.returncode, done.stdout.decode().split()), (2, [BSM]))
        self.assertEqual(len(done.stderr.splitlines()), 4)
        self.assertIn(b"line 3", done.stderr)

    def test_geonetworking_refuses_j2735(self):
        done = run("encode", "--wrap", "gn", data=run("decode", data=BSM).stdout)
        self.assertEqual((done.returncode, done.stdout), (2, b""))


class Program(unittest.TestCase):
    def test_every_command_explains_itself(self):
        listed = run("--help").stdout.decode()
        for command in ("decode", "encode", "info", "verify", "recover", "diff", "export"):
            self.assertIn("\n  " + command, listed)
            done = run(command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"usage: v2x " + command.encode(), done.stdout)

    def test_the_version_names_its_libraries(self):
        done = run("--version")
        self.assertEqual(done.returncode, 0)
        for word in (b"v2x ", b"jansson ", b"libzmq ", b"zstd "):
            self.assertIn(word, done.stdout)

    def test_bad_usage_exits_2_and_says_why_on_standard_error(self):
        for args in ((), ("nonsense",), ("decode", "--nonsense"), ("decode", "--from", "xml"), ("decode", "--from"),
                     ("decode", "a", "b"), ("decode", "/nonexistent"), ("decode", "/"), ("encode", "/nonexistent"),
                     ("info",), ("info", "/nonexistent"), ("verify",), ("verify", "/nonexistent"),
                     ("recover", "/nonexistent"), ("diff", "a"), ("export", "a"), ("decode", "--from", "pcap", V2X)):
            done = run(*args)
            self.assertEqual((done.returncode, done.stdout), (2, b""), args)
            self.assertTrue(done.stderr, args)

    def test_an_interrupt_ends_with_130_after_what_was_read(self):
        p = subprocess.Popen([V2X, "decode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write((BSM + "\n").encode())
        p.stdin.flush()
        self.assertTrue(json.loads(p.stdout.readline())["ok"])
        p.send_signal(signal.SIGINT)
        self.assertEqual(p.wait(20), 130)
        p.stdin.close()
        p.stdout.close()

    def test_a_full_disk_exits_1(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([V2X, "decode", CAPTURE], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr)


class Verify(unittest.TestCase):
    def verify(self, manifest, *args):
        with tempfile.TemporaryDirectory() as folder:
            if manifest is not None:
                with open(os.path.join(folder, "manifest.json"), "w") as f:
                    f.write(manifest)
            return run("verify", "--json", folder, *args)

    def test_a_directory_without_manifest_fails_with_3(self):
        for manifest in (None, "{", "[]", "{}"):
            done = self.verify(manifest)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(lines(done)[0]["status"], "fail")
            self.assertEqual(lines(done)[0]["gate"], "manifest")

    def test_a_file_outside_the_directory_is_not_read(self):
        manifest = json.dumps({"tables": {}, "files": {"../../etc/passwd": {"bytes": 1, "sha256": "00"}}})
        gates = {g["gate"]: g for g in lines(self.verify(manifest))}
        self.assertEqual(gates["files"]["status"], "fail")
        self.assertIn("not a file of the dataset", gates["files"]["figure"])

    def test_limits_that_are_none_are_bad_input(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write('{"no_such_gate": "off"}')
            f.flush()
            self.assertEqual(self.verify('{"tables":{}}', "--gates", f.name).returncode, 2)


class Info(unittest.TestCase):
    def test_the_capture_is_counted_by_type_link_and_security(self):
        got = json.loads(run("info", "--json", CAPTURE).stdout)
        self.assertEqual((got["frames"], got["messages"], got["skipped"]), (60, 60, {}))
        rows = {(r["type"], r["link"], r["security"]): (r["messages"], r["senders"]) for r in got["rows"]}
        self.assertEqual(rows, {("BSM", "radiotap", "signed by digest"): (30, 1),
                                ("BSM", "radiotap", "unsecured"): (30, 1)})
        self.assertEqual(got["gaps"], {"jumps": 0, "missed": 0})
        self.assertTrue(all(c["suspicion"] is None for c in got["clocks"]))

    def test_each_sender_has_its_messages_and_its_rate(self):
        # two cars at 10 Hz for 3 s, as the capture's text says; the ids are those of its BSMs
        got = json.loads(run("info", "--json", CAPTURE).stdout)["senders"]
        self.assertEqual([(s["id"], s["by"], s["type"], s["security"], s["messages"]) for s in got],
                         [("1A2B3C00", "temporary_id", "BSM", "signed by digest", 30),
                          ("1A2B3C01", "temporary_id", "BSM", "unsecured", 30)])
        for sender in got:
            self.assertAlmostEqual(sender["rate_hz"], 10, 2)
        text = run("info", CAPTURE).stdout.decode()
        self.assertIn("1A2B3C01           BSM      radiotap   unsecured                     30      10.00", text)

    def test_etsi_stations_are_told_by_their_number(self):
        lines_in = "".join(json.dumps({"jer": {"header": {"protocolVersion": 2, "messageID": 1, "stationID": n},
                                               "denm": Encode.DENM["denm"]}, "t_ns": str(t * 10**9)}) + "\n"
                           for t, n in enumerate((4294967295, 7, 4294967295)))
        made = run("encode", "--wrap", "gn", "--to", "pcapng", data=lines_in)
        with tempfile.NamedTemporaryFile(suffix=".pcapng") as capture:
            capture.write(made.stdout)
            capture.flush()
            got = json.loads(run("info", "--json", capture.name).stdout)
        self.assertEqual([(s["id"], s["by"], s["type"], s["messages"], s["rate_hz"]) for s in got["senders"]],
                         [("4294967295", "station_id", "DENM", 2, 0.5), ("7", "station_id", "DENM", 1, None)])

    def test_a_missing_message_is_a_gap(self):
        text = run("decode", CAPTURE).stdout.splitlines()
        made = run("encode", "--wrap", "wsmp", "--to", "pcapng", data=b"\n".join(text[:20] + text[22:]))
        got = json.loads(run("info", "--json", "-", data=made.stdout).stdout)
        self.assertEqual(got["gaps"], {"jumps": 2, "missed": 2})

    def test_a_sender_on_gps_time_is_suspected(self):
        moved = []
        for line in run("decode", CAPTURE).stdout.splitlines():
            d = json.loads(line)
            d["t_ns"] = str(int(d["t_ns"]) + 18 * 10**9)
            moved.append(json.dumps(d))
        made = run("encode", "--wrap", "wsmp", "--to", "pcapng", data="\n".join(moved))
        clocks = json.loads(run("info", "--json", "-", data=made.stdout).stdout)["clocks"]
        self.assertEqual([c["suspicion"][:4] for c in clocks], ["18 s"])
        self.assertIn(b"suspicious: 18 s", run("info", "-", data=made.stdout).stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
