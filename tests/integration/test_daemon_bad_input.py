#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around the daemon: one clear line each, the right exit code, what was good is
kept."""
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import unittest

import captured
from daemon import (CROSSING, SOURCE, V2XD, Case, captures, files, ledger, main, manifest, np,
                    parquet, rows, run, running, ended, table, until)
from mcap_chunks import McapTorn, chunks


class OwnCapture(Case):
    """A capture of our own: two seconds of the shipped scenario."""

    frames = None

    def setUp(self):
        super().setUp()
        if OwnCapture.frames is None:
            OwnCapture.frames = captured.of_the_crossing(self, 2)
        self.assertGreater(len(self.frames), 100)


class BadCaptures(OwnCapture):
    def test_a_capture_that_is_whole_is_replayed_to_its_end(self):
        path = self.write("good.pcap", captured.pcap(self.frames))
        s = self.good("replay", path, "--tier", "d0")
        self.assertEqual((s["frames"], s["messages"]), (len(self.frames),) * 2)

    def test_a_torn_capture_keeps_what_was_good_and_names_the_frame(self):
        octets = captured.pcap(self.frames)
        for cut in (1, 9, len(self.frames[-1][1]), len(self.frames[-1][1]) + 15):
            with self.subTest(octets_missing=cut):
                path = self.write("torn.pcap", octets[:-cut])
                out = self.path(f"out{cut}")
                ran = self.refused(1, "replay", path, "--tier", "d2", "--out", out, says="torn.pcap")
                self.assertRegex(ran.err, rf"(frame|record) \D*{len(self.frames)}\b")
                facts = manifest(out)
                self.assertEqual(facts["replay"]["frames"], len(self.frames) - 1)
                self.assertEqual(rows(table(out, "transmissions")), len(self.frames) - 1)
                self.assertEqual(rows(table(out, "receptions")), facts["ledger"]["intended"])

    def test_the_torn_record_is_found_at_every_octet(self):
        few = self.frames[:4]
        octets = captured.pcap(few)
        last = len(octets) - 16 - len(few[-1][1])
        for size in range(last + 1, len(octets), 7):
            path = self.write("torn.pcap", octets[:size])
            ran = run("replay", path)
            self.assertEqual(ran.code, 1, f"{size} octets\n{ran}")
            self.assertIn("intended: 3", ran.out)
        path = self.write("torn.pcap", octets[:last])
        self.assertEqual(run("replay", path).code, 0, "cut between records is whole")

    def test_a_torn_log_keeps_what_was_good(self):
        source = os.path.join(captures(), "obu-logs/rxMsg_BSM_and_TIM.gz")
        with open(source, "rb") as file:
            path = self.write("torn.gz", file.read()[:20000])
        out = self.path("out")
        self.refused(1, "replay", path, "--tier", "d1", "--out", out, says="torn.gz")
        facts = manifest(out)
        self.assertGreater(facts["replay"]["messages"], 50)
        self.assertEqual(rows(table(out, "receptions")), facts["ledger"]["intended"])

    def test_a_foreign_link_type_is_refused(self):
        path = self.write("can.pcap", captured.pcap(self.frames[:3], link=227))
        self.refused(2, "replay", path, says=("can.pcap", "227"))

    def test_what_is_no_capture_is_refused(self):
        for name, octets in (("text.txt", b"hello\n" * 20), ("empty.pcap", b""), ("short.pcap", b"\xd4\xc3"),
                             ("zero.pcap", bytes(100)), ("noise.gz", b"\x1f\x8b" + bytes(40))):
            with self.subTest(name):
                self.refused(2, "replay", self.write(name, octets), says=name)

    def test_a_missing_file_and_a_folder_are_refused(self):
        self.refused(2, "replay", self.path("nothing.pcap"), says=("nothing.pcap", "No such file"))
        self.refused(2, "replay", self.folder, says=self.folder)

    def test_garbage_frames_are_counted_and_do_not_end_the_run(self):
        luck = random.Random(20260601)
        mixed, garbage = [], 0
        for index, (ns, frame) in enumerate(self.frames[:120]):
            mixed.append((ns, frame))
            if index % 3 == 0:
                noise = luck.randbytes(luck.randrange(0, 300))
                mixed.append((ns, captured.ethernet(noise) if index % 2 else captured.ethernet(noise, 0x0800)))
                garbage += 1
        mixed.append((mixed[-1][0], b""))
        mixed.append((mixed[-1][0], b"\xff" * 9))
        path = self.write("mixed.pcap", captured.pcap(mixed))
        out = self.path("out")
        s = self.good("replay", path, "--tier", "d0", "--out", out)
        self.assertEqual(s["frames"], len(mixed))
        self.assertEqual(s["messages"] + sum(s["skipped"].values()), s["frames"])
        self.assertEqual(sum(s["skipped"].values()), garbage + 2)
        ledger(self, s)

    def test_mutated_captures_never_crash_and_every_frame_is_counted(self):
        luck = random.Random(7)
        for turn in range(40):
            fouled = []
            for ns, frame in self.frames[:150]:
                octets = bytearray(frame)
                for _ in range(max(1, len(octets) // 50)):
                    octets[luck.randrange(len(octets))] = luck.randrange(256)
                fouled.append((ns, bytes(octets)))
            path = self.write("fouled.pcap", captured.pcap(fouled))
            s = self.good("replay", path, "--tier", "d3")
            with self.subTest(turn=turn, seed=7):
                self.assertEqual(s["messages"] + sum(s["skipped"].values()), len(fouled))
                ledger(self, s)

    def test_a_capture_with_no_message_ends_well(self):
        path = self.write("none.pcap", captured.pcap([(10 ** 18, captured.ethernet(b"", 0x0806))]))
        s = self.good("replay", path, "--out", self.path("out"))
        self.assertEqual((s["frames"], s["messages"], s["intended"]), (1, 0, 0))


class BadConfigs(OwnCapture):
    def test_what_a_replay_config_cannot_mean_is_told_with_its_place(self):
        self.write("a.pcap", captured.pcap(self.frames))
        self.good("replay", self.path("a.pcap"), "--out", self.path("out"), "--outputs", "tables")
        with open(self.path("out", "config.yaml")) as file:
            text = file.read()
        ns = self.frames[0][0]
        timeline = "timeline:\n  - {t_ns: %d, command: %s, value: \"%s\"}\n"
        cases = (
            (("duration_s: 0", "duration_s: fast"), "fast"),
            (("loops: 1", "loops: 0"), "loops"),
            (("start_s", "strat_s"), "strat_s"),
            (("technology: ideal", "technology: captured"), "technology"),
            (("tier: d0", "tier: {name: x, loss_p: 2}"), "loss_p"),
            (("seed: 1", "seed: -1"), "seed"),
            (("seed: 1", "seed: 1\nagents: []"), "agents"),
            (("impairments: []", "impairments: [{agent: nobody, loss: 1}]"), "nobody"),
            (("sha256: \"", "sha256: \"0"), "a.pcap"),
            (("seed: 1", timeline % (ns, "tier", "d9") + "seed: 1"), "d9"),
            (("seed: 1", timeline % (ns, "fault", "rain") + "seed: 1"), "rain"),
            (("seed: 1", timeline % (ns, "dance", "d1") + "seed: 1"), "dance"),
            (("seed: 1", timeline % (ns, "tier", "d1") + (timeline % (ns - 1, "tier", "d1")).split("\n", 1)[1]
              + "seed: 1"), "earlier"),
            (("loops: 1", "loops: 1\n  receivers: nobody"), "nobody"),
            (("loops: 1", "loops: 1\n  sensors: {name: none.csv}"), "none.csv"),
            (("loops: 1", "loops: 1\n  clock_maps: front"), "clock_maps"),
            (("seed: 1", "run: {egos: x}\nseed: 1"), "run"),
        )
        for (old, new), word in cases:
            with self.subTest(new=new):
                self.assertIn(old, text)
                ran = self.refused(2, "replay", self.write("config.yaml", text.replace(old, new, 1)), says=word)
                if word != "nobody":
                    self.assertRegex(ran.err, r"config\.yaml:\d+")
        for shape in ("- 1\n", "schema: 1\n", "schema: 1\nreplay: {inputs: []}\n"):
            with self.subTest(shape=shape):
                self.refused(2, "replay", self.write("config.yaml", shape), says="config.yaml")


class BadScenarios(Case):
    def crossing(self):
        with open(CROSSING) as file:
            return file.read().replace("maps/", os.path.join(SOURCE, "scenarios/library/maps/"))

    def test_each_mutation_is_told_with_its_place(self):
        text = self.crossing()
        keys = [(number, line) for number, line in enumerate(text.splitlines(), 1)
                if re.match(r"^[a-z_]+: |^    [a-z_]+: ", line)]
        told = 0
        for number, line in keys:
            lines = text.splitlines()
            key = line.strip().split(":")[0]
            lines[number - 1] = line.replace(key, key[:-1] + "qx", 1)
            path = self.write("mutated.yaml", "\n".join(lines) + "\n")
            ran = run("run", path)
            with self.subTest(line=number, key=key):
                self.assertEqual(ran.code, 2, ran)
                self.assertIn(f"mutated.yaml:{number}:", ran.err)
                told += 1
        self.assertGreater(told, 10)

    def test_wrong_values_are_told_with_line_column_and_limit(self):
        cases = (
            ("speed_mps: 12\n", "speed_mps: 900\n", "900"),
            ("speed_mps: 12\n", "speed_mps: fast\n", "fast"),
            ("duration_s: 20", "duration_s: .nan", "duration_s"),
            ("duration_s: 20", "duration_s: -1", "-1"),
            ("schema: 1", "schema: 7", "7"),
            ("tier: d3", "tier: d9", "d9"),
            ("kind: truck", "kind: spaceship", "spaceship"),
            ("route: [w_in, e_out]", "route: [w_in, nowhere]", "nowhere"),
            ("seed: 7\n", "seed: 7\nseed: 8\n", "seed"),
            ("name: blind-crossing", "name: [a, b]", "name"),
            ("name: blind-crossing", "\tname: blind-crossing", "mutated.yaml"),
            ("maps/four-way.yaml", "maps/none.yaml", "none.yaml"),
        )
        text = self.crossing()
        for old, new, word in cases:
            with self.subTest(new=new.strip()):
                self.assertIn(old, text)
                path = self.write("mutated.yaml", text.replace(old, new, 1))
                ran = run("run", path)
                self.assertEqual(ran.code, 2, ran)
                self.assertRegex(ran.err, r"\.yaml:\d+:\d+")
                self.assertIn(word, ran.err)

    def test_bad_encodings_and_shapes_are_refused(self):
        for name, octets in (("utf8.yaml", b"schema: 1\nname: \xff\xfe\xff\n"), ("empty.yaml", b""),
                             ("list.yaml", b"- 1\n- 2\n"), ("deep.yaml", b"[" * 5000),
                             ("cycle.yaml", b"&a [*a]\n"), ("binary.yaml", bytes(range(256)))):
            with self.subTest(name):
                self.refused(2, "run", self.write(name, octets), says=name)

    def test_all_errors_of_a_file_come_in_one_check(self):
        text = self.crossing().replace("kind: truck", "kind: spaceship").replace("duration_s: 20", "duration_s: -3")
        ran = run("check", self.write("two.yaml", text))
        self.assertEqual(ran.code, 2, ran)
        self.assertIn("spaceship", ran.err)
        self.assertIn("duration_s", ran.err)

    def test_an_air_that_cannot_be_is_refused_by_check_as_by_run(self):
        for radio in ("nonsense: 3", "sigma_db: -1"):
            path = self.write("air.yaml", self.crossing().replace(
                "air: {technology: ideal", "air: {technology: dsrc, radio: {%s}" % radio))
            for command in (("check", path), ("run", path, "--out", self.path("no"))):
                ran = run(*command)
                self.assertEqual(ran.code, 2, ran)
                self.assertIn("air.radio", ran.err)

    def test_a_good_file_is_good_and_a_missing_one_is_not(self):
        self.assertEqual(run("check", CROSSING).code, 0)
        self.refused(2, "run", self.path("none.yaml"), says="none.yaml")


class BadCommands(Case):
    def test_values_that_cannot_be_are_refused(self):
        for word, value in (("--tier", "d6"), ("--tier", ""), ("--loss", "1.5"), ("--loss", "-0.1"), ("--loss", "x"),
                            ("--loss", "nan"), ("--latency", "-5"), ("--latency", "10+-"), ("--latency", "abc"),
                            ("--latency", "inf"), ("--seed", "-1"), ("--seed", "18446744073709551616"),
                            ("--seed", "1x"), ("--threads", "0"), ("--threads", "1.5"), ("--speed", "0"),
                            ("--speed", "fast"), ("--technology", "pigeon"), ("--outputs", "tables,floppy"),
                            ("--outputs", ""), ("--ego", "nobody"), ("--receivers", "nobody"),
                            ("--duration", "-1"), ("--set", "air.technology=captured"), ("--set", "nonsense"), ("--set", "no=1"),
                            ("--air", "/no/such/profile.yaml"), ("--wait-subscribers", "-1")):
            with self.subTest(f"{word} {value}"):
                ran = self.refused(2, "run", CROSSING, word, value)
                self.assertTrue(word.strip("-") in ran.err or value.split("=")[0] in ran.err, ran)

    def test_the_largest_and_smallest_values_are_taken(self):
        self.good("run", CROSSING, "--duration", "0.5", "--seed", "18446744073709551615", "--loss", "1")
        s = self.good("run", CROSSING, "--duration", "0.5", "--loss", "0", "--latency", "0", "--tier", "d0")
        self.assertEqual(s["lost"], {})

    def test_unknown_words_are_refused(self):
        self.refused(2, "run", CROSSING, "--frobnicate", says="--frobnicate")
        self.refused(2, "walk", CROSSING, says="walk")
        self.refused(2, says="command")
        self.refused(2, "run", says="scenario")
        self.refused(2, "replay", says="capture")
        self.refused(2, "run", CROSSING, CROSSING, says="one")
        self.refused(2, "run", CROSSING, "--out", says="--out")
        self.refused(2, "run", CROSSING, "--tier", "d1", "--air", "x.yaml", says="--tier")

    def test_an_occupied_folder_is_refused_unless_forced(self):
        out = self.path("out")
        self.good("run", CROSSING, "--duration", "1", "--out", out)
        before = files(out)
        ran = self.refused(2, "run", CROSSING, "--duration", "2", "--out", out, says=(out, "--force"))
        self.assertNotIn("opportunities", ran.out)
        self.assertEqual(files(out), before, "nothing was touched")
        stranger = self.path("out", "notes.txt")
        with open(stranger, "w") as file:
            file.write("mine")
        self.good("run", CROSSING, "--duration", "0.5", "--out", out, "--force")
        self.assertTrue(os.path.exists(stranger), "what is not ours stays")
        fresh = self.path("fresh")
        self.good("run", CROSSING, "--duration", "0.5", "--out", fresh)
        again = {name: octets for name, octets in files(out).items() if name != "notes.txt"}
        self.assertEqual(set(again), set(files(fresh)))
        self.assertEqual(again["tables/receptions-00000.parquet"], files(fresh)["tables/receptions-00000.parquet"])

    def test_an_out_that_cannot_be_a_folder_is_refused(self):
        path = self.write("file", "x")
        ran = run("run", CROSSING, "--out", path)
        self.assertEqual(ran.code, 2, ran)
        self.assertIn(path, ran.err)
        ran = run("run", CROSSING, "--out", os.path.join(path, "below"))
        self.assertIn(ran.code, (1, 2), ran)

    def test_a_port_in_use_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            endpoint = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
            out = self.path("out")
            self.refused(1, "run", CROSSING, "--publish", endpoint, "--out", out, says=endpoint)

    def test_endpoints_that_cannot_be_are_refused(self):
        for endpoint in ("nonsense", "tcp://", "tcp://127.0.0.1:99999", "smoke://signal", "tcp://no.such.host.invalid:5"):
            with self.subTest(endpoint):
                self.refused(2, "run", CROSSING, "--publish", endpoint, says=endpoint)
        self.refused(2, "run", CROSSING, "--control", "nonsense", says="nonsense")

    def test_an_ipc_path_that_is_an_ordinary_file_is_left_alone(self):
        path = self.write("precious", "data")
        ran = run("run", CROSSING, "--publish", f"ipc://{path}")
        self.assertIn(ran.code, (1, 2), ran)
        with open(path) as file:
            self.assertEqual(file.read(), "data")


def whole_parts(case, out):
    """Every Parquet part under its final name can be read."""
    total = 0
    folder = os.path.join(out, "tables")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".parquet"):
            total += rows(parquet.read(os.path.join(folder, name), knowledge=parquet.ALL))
    return total


class FullDisk(Case):
    def kept(self, out, limit):
        whole_parts(self, out)
        journal = os.path.join(out, "scenario.mcap")
        if os.path.exists(journal):
            try:
                chunks(journal)
            except McapTorn as torn:
                self.assertGreaterEqual(torn.messages, 0)
        self.assertFalse(os.path.exists(os.path.join(out, "manifest.json")) and limit < 100_000)

    def test_a_size_limit_ends_the_run_with_one_line(self):
        """As on a full disk, for whoever may not mount one: writes beyond the limit fail."""
        for limit in (2_000, 60_000, 400_000):
            def limited(limit=limit):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            with self.subTest(limit=limit):
                out = self.path(f"out{limit}")
                self.refused(1, "run", CROSSING, "--tier", "d1", "--out", out, says=(out, "File too large"),
                             preexec_fn=limited)
                self.kept(out, limit)

    def test_a_full_disk_ends_the_run_with_one_line(self):
        disk = self.path("disk")
        os.mkdir(disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], stderr=subprocess.DEVNULL)
        if mounted.returncode != 0:
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", disk], check=False)
        out = os.path.join(disk, "out")
        ran = self.refused(1, "run", CROSSING, "--tier", "d1", "--out", out, says=(out, "No space left on device"))
        self.assertIn("opportunities", ran.out, "what was done is told")
        self.kept(out, 512 * 1024)

    def test_a_summary_that_cannot_be_written_is_told(self):
        self.refused(1, "run", CROSSING, "--duration", "0.5", "--summary", "/proc/nowhere/s.json", says="s.json")

    def test_no_descriptors_left_is_told(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
        ran = run("run", CROSSING, "--duration", "0.5", "--out", self.path("out"), preexec_fn=few)
        self.assertEqual(ran.code, 1, ran)
        self.assertEqual(len(ran.err.strip().splitlines()), 1, ran)


class Ended(Case):
    """Killed and interrupted runs. They are paced so that there is time to end them."""

    def journal(self):
        return self.path("out", "scenario.mcap")

    def started(self, *more, **options):
        return running("run", CROSSING, "--tier", "d2", "--out", self.path("out"), "--speed", "8", *more, **options)

    def grown(self, octets):
        return until(lambda: os.path.exists(self.journal()) and os.path.getsize(self.journal()) > octets,
                     "the journal grows")

    def test_a_killed_run_leaves_whole_chunks_and_whole_parts(self):
        for octets in (1, 150_000, 400_000):
            with self.subTest(octets=octets), self.started("--force") as child:
                self.grown(octets)
                child.kill()
                child.wait()
                try:
                    read = chunks(self.journal())
                except McapTorn as torn:
                    read = torn
                self.assertGreater(read.messages, 0 if octets > 1 else -1)
                whole_parts(self, self.path("out"))
                self.assertFalse(os.path.exists(self.path("out", "manifest.json")))
                left = [name for name in files(self.path("out")) if name.endswith(".part")]
                self.assertLessEqual(len(left), 1)

    def test_a_killed_run_lost_at_most_the_last_second(self):
        with self.started() as child:
            self.grown(300_000)
            child.send_signal(signal.SIGSTOP)
            child.kill()
            child.wait()
        try:
            read = chunks(self.journal())
        except McapTorn as torn:
            read = torn
        agents = read.times["/v2xd/agents"]
        steps = sorted(set(agents))
        gaps = np.diff(np.array(steps, dtype=np.int64))
        self.assertTrue((gaps == 100_000_000).all(), "each 100 ms up to the last chunk")
        self.assertGreater(len(steps), 10)

    def of_signal(self, number, code):
        out = self.path("out")
        with self.started("--summary", self.path("s.json")) as child:
            self.grown(100_000)
            child.send_signal(number)
            ran = ended(child, 20)
        self.assertEqual(ran.code, code, ran)
        self.assertIn("opportunities", ran.out)
        facts = manifest(out)
        self.assertEqual(facts["ledger"]["intended"], rows(table(out, "receptions")))
        self.assertEqual(facts["ledger"]["opportunities"], rows(table(out, "transmissions")))
        self.assertGreater(facts["ledger"]["opportunities"], 0)
        self.assertLess(facts["ledger"]["opportunities"], 2020, "it was ended before its end")
        self.assertTrue(chunks(self.journal()).finished)

    def test_sigterm_flushes_and_ends_with_0(self):
        self.of_signal(signal.SIGTERM, 0)

    def test_sigint_flushes_and_ends_with_130(self):
        self.of_signal(signal.SIGINT, 130)

    def test_a_service_manager_hears_when_it_is_ready_and_when_it_stops(self):
        for name in (self.path("n"), f"@v2xd-test-{os.getpid()}"):
            with self.subTest(name=name[:1]), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(name.replace("@", "\0"))
                manager.settimeout(30)
                with self.started("--force", "--publish", f"ipc://{self.path('s')}",
                                  env=dict(os.environ, NOTIFY_SOCKET=name)) as child:
                    self.assertEqual(manager.recv(100), b"READY=1")
                    self.assertTrue(os.path.exists(self.path("s")), "its sockets are there")
                    child.send_signal(signal.SIGTERM)
                    self.assertEqual(manager.recv(100), b"STOPPING=1")
                    self.assertEqual(ended(child, 20).code, 0)

    def test_the_unit_is_one_that_systemd_takes(self):
        tool = shutil.which("systemd-analyze")
        if not tool:
            self.skipTest("systemd-analyze is missing")
        with open(os.path.join(SOURCE, "tools/systemd/v2xd@.service")) as file:
            text = file.read()
        self.assertIn("Type=notify", text)
        unit = self.write("v2xd@.service", text.replace("/usr/bin/v2xd", V2XD))
        ran = subprocess.run([tool, "--man=no", "verify", unit.replace("@", "@x")], capture_output=True, text=True)
        about = [line for line in ran.stderr.splitlines() if "v2xd@" in line]
        self.assertEqual(about, [], ran.stderr)

    def test_sighup_does_not_end_it(self):
        with self.started("--duration", "6") as child:
            self.grown(50_000)
            child.send_signal(signal.SIGHUP)
            ran = ended(child, 20)
        self.assertEqual(ran.code, 0, ran)


if __name__ == "__main__":
    main()
