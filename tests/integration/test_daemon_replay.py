#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every shared capture through `v2xd replay --tier d3`, against counts that were made by another
program (index.jsonl beside the captures)."""
import collections
import json
import os
import unittest

from captured import of_the_crossing, pcap
from daemon import Case, captures, ledger, main, manifest, np, nulls, rows, run, table, texts, whole

NAMES = {18: "MAP", 19: "SPAT", 20: "BSM", 31: "TIM"}


def index():
    """File -> its lines."""
    lines = collections.defaultdict(list)
    with open(os.path.join(captures(), "index.jsonl")) as file:
        for line in file:
            entry = json.loads(line)
            lines[entry["file"]].append(entry)
    return lines


def heard(name, entry):
    """Was this record received by the station that kept the log? (0 of `first`: its own BSM in a
    log during an event; logs named after transmission and distress hold what was sent.)"""
    base = os.path.basename(name)
    if base.startswith(("bsmTx", "dnMsg")):
        return False
    if base.startswith("bsmLogDuringEvent"):
        return entry["first"] == 1
    return True


class EveryCapture(Case):
    def one(self, name, entries):
        out = self.path(os.path.basename(name))
        s = self.good("replay", os.path.join(captures(), name), "--tier", "d3", "--out", out)
        messages = [entry for entry in entries if entry.get("messageId") is not None]
        alerts = sum(1 for entry in entries if "text" in entry)
        ledger(self, s)
        self.assertEqual(s["frames"], len(entries))
        self.assertEqual(s["messages"], len(messages))
        self.assertEqual(s["skipped"], {"driver_alert": alerts} if alerts else {})
        self.assertEqual(s["messages"] + sum(s["skipped"].values()), s["frames"])
        self.assertEqual(s["opportunities"], len(messages))
        self.assertEqual(s["transmitted"], len(messages))
        self.assertEqual(s["intended"], sum(heard(name, entry) for entry in messages))
        self.assertEqual(s["undecodable"], 0)

        sent = table(out, "transmissions")
        self.of_signers(sent, messages)
        got = table(out, "receptions")
        self.assertEqual(rows(sent), s["opportunities"])
        self.assertEqual(rows(got), s["intended"])
        facts = manifest(out)
        self.assertEqual(facts["dataset_sha256"], s["dataset_sha256"])
        for key in ("opportunities", "transmitted", "intended", "delivered", "lost", "late"):
            self.assertEqual(facts["ledger"][key], s[key])
        for of, entry in facts["tables"].items():
            self.assertEqual(entry["rows"], rows(table(out, of)), of)
        self.of_types(sent, messages)
        self.of_rows(sent, got, s)

    def of_types(self, sent, messages):
        """The same message types, sizes and frame numbers as the index has, one for one."""
        want = collections.Counter((NAMES[entry["messageId"]], entry["frameBytes"]) for entry in messages)
        have = collections.Counter(zip(sent["msg_type"], map(int, whole(sent["size_bytes"]))))
        self.assertEqual(have, want)
        self.assertEqual(len(set(map(int, whole(sent["input_frame"])))), len(messages))
        self.assertEqual(len(set(map(int, whole(sent["msg_uid"])))), len(messages))

    def of_signers(self, sent, messages):
        """Generation times and signers as the index has them (TAI microseconds since 2004; these captures are of
        years in which TAI was 5 s further from UTC than then)."""
        want = collections.Counter()
        for entry in messages:
            spdu = entry.get("spdu") or {}
            made = spdu.get("generationTime")
            who = {"digest": spdu.get("digest", "").upper(), "cert": "certificate"}.get(spdu.get("signer"), "")
            want[(made + (1072915200 - 5) * 10**6) * 1000 if made else None, who] += 1
        have = collections.Counter(
            (None if none else int(ns), who) for ns, none, who in
            zip(np.ma.getdata(sent["signed_gen_ns"]), nulls(sent["signed_gen_ns"]), texts(sent["signer"])))
        self.assertEqual(have, want)

    def of_rows(self, sent, got, s):
        pairs = list(zip(map(int, whole(got["msg_uid"])), got["receiver"]))
        self.assertEqual(len(set(pairs)), len(pairs), "one row per message and receiver")
        self.assertLessEqual(set(map(int, whole(got["msg_uid"]))), set(map(int, whole(sent["msg_uid"]))))
        self.assertTrue(nulls(got["t_tx_ns"]).all(), "nobody captured at the sender")
        delivered = texts(got["fate"]) == "delivered"
        self.assertEqual(int(delivered.sum()), s["delivered"])
        self.assertTrue((nulls(got["t_rx_ns"]) == ~delivered).all())
        self.assertTrue((nulls(got["age_ms"]) >= ~delivered).all(), "lost rows carry nulls")
        causes = collections.Counter(texts(got["cause"])[~delivered])
        self.assertEqual(dict(causes), s["lost"])
        self.assertEqual(set(texts(got["cause"])[delivered]) - {"none"}, set())
        for name in ("gt_x_m", "gt_y_m", "gt_yaw_rad", "gt_speed_mps", "gt_accel_mps2", "claimed_error_m"):
            self.assertTrue(nulls(sent[name]).all(), f"transmissions.{name} is truth nobody has")
        for name in ("shift_true_m", "claimed_error_m"):
            self.assertTrue(nulls(got[name]).all(), f"receptions.{name} is truth nobody has")
        self.assertEqual(set(got["blocker"]) - {None}, set())
        placed = ~nulls(got["distance_m"])
        self.assertTrue(whole(got["distance_from_claims"])[placed].all())


def add_tests():
    try:
        lines = index()
    except unittest.SkipTest as error:
        EveryCapture.test_without_the_shared_captures = unittest.skip(str(error))(lambda self: None)
        return
    for name in sorted(lines):
        def test(self, name=name):
            self.one(name, lines[name])
        stem = os.path.basename(name).split(".")[0]
        setattr(EveryCapture, f"test_closes_the_ledger_of_{stem}", test)


class Replay(Case):
    def capture(self, name="synthetic/eth_88dc_wsmp.pcap"):
        return os.path.join(captures(), name)

    def test_d0_delivers_all_with_the_stamps_of_the_capture(self):
        out = self.path("out")
        s = self.good("replay", self.capture(), "--tier", "d0", "--latency", "40", "--out", out)
        self.assertEqual((s["delivered"], s["lost"]), (s["intended"], {}))
        stamps = [entry["ts"] for entry in index()["synthetic/eth_88dc_wsmp.pcap"]]
        want = sorted(round(float(stamp) * 1e9) + 40_000_000 for stamp in stamps)
        have = np.sort(whole(table(out, "receptions")["t_rx_ns"]))
        # the index prints seconds with 6 to 9 digits; a double holds them within 256 ns
        self.assertLess(np.abs(have - np.array(want)).max(), 1000)

    def test_octets_are_those_of_the_capture(self):
        import zlib
        out = self.path("out")
        self.good("replay", self.capture(), "--tier", "d5", "--out", out)
        want = collections.Counter(entry["frameCrc32"] for entry in index()["synthetic/eth_88dc_wsmp.pcap"])
        sent = table(out, "transmissions", ["payload", "altered"])
        self.assertEqual(collections.Counter(f"{zlib.crc32(octets):08x}" for octets in sent["payload"]), want)
        self.assertFalse(whole(sent["altered"]).any())

    def test_loops_keep_time_monotonic_and_count_twice(self):
        out = self.path("out")
        one = self.good("replay", self.capture(), "--tier", "d0")
        two = self.good("replay", self.capture(), "--tier", "d0", "--loop", "2", "--out", out)
        self.assertEqual((two["frames"], two["delivered"]), (2 * one["frames"], 2 * one["delivered"]))
        heard_at = whole(table(out, "receptions")["t_rx_ns"])
        self.assertGreater(heard_at[one["delivered"]:].min(), heard_at[:one["delivered"]].max())

    def test_two_captures_of_one_traffic_meet_in_one_ledger(self):
        s = self.good("replay", self.capture() + "@north",
                      self.capture("synthetic/radiotap_ocb_llcsnap_wsmp.pcap") + "@south", "--tier", "d2",
                      "--out", self.path("out"))
        ledger(self, s)
        self.assertEqual(s["frames"], 112)
        self.assertEqual(s["intended"], 112)
        self.assertEqual(set(table(self.path("out"), "receptions")["receiver"]), {"north", "south"})

    def test_start_and_duration_leave_the_rest_outside(self):
        name = "obu-logs/rxMsg_BSM_and_TIM.gz"
        stamps = [entry["utc"] + entry["msec"] / 1000 for entry in index()[name]]
        after = [stamp - min(stamps) for stamp in stamps]
        begin, length = sorted(after)[100] + 0.0005, 30
        inside = sum(begin <= at < begin + length for at in after)
        s = self.good("replay", self.capture(name), "--start", f"{begin:.4f}", "--duration", length)
        self.assertEqual((s["frames"], s["outside"]), (inside, len(stamps) - inside))
        self.assertEqual(s["messages"] + sum(s["skipped"].values()), s["frames"])
        ledger(self, s)

    def quiet_hour(self):
        """Two seconds of traffic, an hour of nothing, the same two seconds again."""
        frames = of_the_crossing(self, 2)
        hour = 3600 * 10**9
        return self.write("quiet.pcap", pcap(frames + [(ns + hour, frame) for ns, frame in frames])), len(frames)

    def test_what_a_silence_has_beyond_ten_seconds_is_left_out_at_every_pace(self):
        capture, frames = self.quiet_hour()
        hashes = set()
        # waited out, the hour would take six minutes at this pace: more than a run is given
        for name, pace in (("max", ()), ("paced", ("--speed", "10")),
                           ("published", ("--speed", "20", "--publish", f"ipc://{self.path('s')}"))):
            s = self.good("replay", capture, "--tier", "d2", "--out", self.path(name), *pace, timeout=60)
            hashes.add(s["dataset_sha256"])
            self.assertEqual((s["frames"], s["idle_skips"]), (2 * frames, 1))
            self.assertLess(abs(s["scenario_s"] - 3602), 1.5)
            self.assertLess(abs(s["idle_s"] - (3598 - 10)), 1.5)
            self.assertLess(s.get("lateness", {}).get("most_ms", 0), 30_000, "nobody waited for the hour")
        self.assertEqual(len(hashes), 1)

    def test_what_was_in_flight_lands_and_links_grow_stale_before_a_silence_is_cut(self):
        capture, frames = self.quiet_hour()
        out = self.path("out")
        s = self.good("replay", capture, "--tier", "d0", "--latency", "100", "--out", out)
        self.assertEqual(s["delivered"], 2 * frames)
        got, tracks = table(out, "receptions"), table(out, "tracks")
        waited = whole(got["t_avail_ns"]) - whole(got["t_rx_ns"])
        self.assertLess(waited.max(), 10**9, "nothing waited for the silence to end")
        begin = int(whole(got["t_rx_ns"]).min())
        links = [((int(ns) - begin) / 1e9, link) for ns, link in zip(whole(tracks["t_frame_ns"]), texts(tracks["com_link"]))]
        self.assertIn("com.link.fresh", {link for at, link in links if at < 2})
        self.assertEqual({link for at, link in links if 5 < at < 11}, {"com.link.dropout"})
        self.assertGreater(sum(5 < at < 11 for at, _ in links), 50)

    def test_sensor_frames_in_a_silence_are_all_there_and_the_rest_of_it_is_still_left_out(self):
        capture, frames = self.quiet_hour()
        probe = self.good("replay", capture + "@car", "--out", self.path("probe"))
        begin = int(whole(table(self.path("probe"), "receptions")["t_rx_ns"]).min())
        shots = [begin + 1800 * 10**9 + i * 10**8 for i in range(200)]
        sensors = self.write("sensors.csv", "ego,stream,modality,seq,t_ns,clock,convention,exposure_ns,period_ns,uri\n" + "".join(
            f"car,front,lidar,{i},{ns},utc,mid,,100000000,\n" for i, ns in enumerate(shots)))
        s = self.good("replay", capture + "@car", "--sensors", sensors, "--ego", "car", "--out", self.path("out"))
        self.assertEqual(probe["frames"], s["frames"])
        got = set(whole(table(self.path("out"), "frames")["t_mid_ns"]).tolist())
        self.assertEqual([ns for ns in shots if ns not in got], [])
        self.assertEqual(s["idle_skips"], 2)
        # an hour less: ten seconds, the sensors' twenty seconds (the second ten of them count as the wait)
        self.assertLess(abs(s["idle_s"] - (3598 - 10 - 20)), 1.5)

    def test_help_and_version_are_told(self):
        self.assertEqual(run("--help").code, 0)
        self.assertEqual(run("replay", "--help").code, 0)
        self.assertIn("zeromq", run("--version").out.lower().replace("libzmq", "zeromq"))


if __name__ == "__main__":
    add_tests()
    main()
