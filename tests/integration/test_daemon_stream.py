#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The stream of a whole run as a reader of its own sees it: pyzmq sockets, Google's Protobuf from
the descriptor in hello, numpy for fates. It proves completeness and compares with the tables."""
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import unittest

from daemon import CROSSING, SOURCE, Case, captures, ended, main, manifest, np, nulls, rows, running, table, texts, until, whole

try:
    import zmq
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError as error:
    print(f"skipped: {error} (python3-zmq and python3-protobuf are needed)")
    sys.exit(77)

# The fate record as docs/stream.md and the public contract lay it out, typed here by hand.
FATE = np.dtype({
    "names": ["msg_uid", "t_gen_ns", "t_tx_ns", "t_rx_ns", "t_avail_ns", "sender_idx", "receiver_idx", "blocker_idx",
              "burst_id", "access_ms", "injected_ms", "distance_m", "rssi_dbm", "sinr_db", "cbr", "sender_speed_mps",
              "shift_m", "shift_true_m", "sigma_along_m", "sigma_across_m", "claimed_error_m", "burst_pos", "seq_gap",
              "com_tim", "com_ord", "com_fate", "flags", "scenario_idx", "sender_kind", "msg_type", "technology",
              "tier", "fate", "cause", "los", "copies", "valid"],
    "formats": ["<u8"] + ["<i8"] * 4 + ["<u4"] * 4 + ["<f4"] * 12 + ["<u2"] * 7 + ["u1"] * 8 + ["<u2"],
    "offsets": [0, 8, 16, 24, 32, 40, 44, 48, 52] + list(range(56, 104, 4)) + list(range(104, 118, 2))
               + list(range(118, 126)) + [126],
    "itemsize": 128})
FLOATS = FATE.names[9:21]
STAMPS = ("t_gen_ns", "t_tx_ns", "t_rx_ns", "t_avail_ns")
ENVELOPE = struct.Struct("<4sHHQqqII")


class Heard:
    """Everything of one run, by topic."""

    def __init__(self):
        self.last, self.count, self.kinds = {}, {}, {}
        self.raw = []
        self.broken = []
        self.classes = self.names = self.hello = self.end = None
        self.stats = []

    def take(self, frames):
        topic, envelope, payload = frames
        topic = topic.decode()
        magic, major, minor, sequence, t_event, t_publish, schema, flags = ENVELOPE.unpack(envelope)
        if (magic, major) != (b"V2X1", 1) or len(topic.split(".")) != 3:
            self.broken.append((topic, magic, major))
        # hello and stat go on while nobody is there yet; all else begins with the run
        joined = topic not in self.last and topic.startswith(("hello.", "stat."))
        if sequence != self.last.get(topic, -1) + 1 and not joined:
            self.broken.append((topic, "after", self.last.get(topic, -1), "came", sequence))
        self.last[topic] = sequence
        self.count[topic] = self.count.get(topic, 0) + 1
        self.raw.append((topic, t_event, schema, flags, payload))
        if topic.startswith("hello.") and self.classes is None:
            self.learn(payload)
        return topic.startswith("end.")

    def learn(self, payload):
        file = descriptor_pb2.FileDescriptorProto(name="boot.proto", package="boot", syntax="proto2")
        file.message_type.add(name="Hello").field.extend(
            [descriptor_pb2.FieldDescriptorProto(name="schema", number=1, label=1, type=12),
             descriptor_pb2.FieldDescriptorProto(name="dictionaries", number=3, label=1, type=9)])
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        boot = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("boot.Hello"))
        first = boot.FromString(payload)
        self.names = json.loads(first.dictionaries)
        pool = descriptor_pool.DescriptorPool()
        files = descriptor_pb2.FileDescriptorSet.FromString(first.schema).file
        for each in files:
            pool.Add(each)
        self.classes = {
            kind.name: message_factory.MessageFactory(pool).GetPrototype(
                pool.FindMessageTypeByName(f"{each.package}.{kind.name}"))
            for each in files for kind in each.message_type}
        self.hello = self.classes["Hello"].FromString(payload)

    def of(self, kind):
        return [entry for entry in self.raw if entry[0].startswith(kind + ".")]

    def decoded(self, kind, name):
        return [(topic, self.classes[name].FromString(payload)) for topic, _, _, _, payload in self.of(kind)]

    def fates(self):
        parts = [np.frombuffer(payload, FATE) for _, _, _, _, payload in self.of("fate")]
        return np.concatenate(parts) if parts else np.empty(0, FATE)


class Reader:
    """A subscriber in a thread, until `end` comes."""

    def __init__(self, endpoint, topics=("",)):
        self.heard = Heard()
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.set_hwm(100000)
        for topic in topics:
            self.socket.subscribe(topic)
        self.socket.connect(endpoint)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.socket.poll(100) and self.heard.take(self.socket.recv_multipart()):
                return

    def done(self):
        self.thread.join(70)
        self.socket.close(0)
        self.context.term()
        return self.heard


class Streamed(Case):
    """One lossless run with a subscriber and a dataset, shared by the tests of this class."""

    TRUTH = True
    made = None

    @classmethod
    def setUpClass(cls):
        import tempfile
        cls.home = tempfile.TemporaryDirectory(prefix="v2xd-test-")
        cls.out = os.path.join(cls.home.name, "out")
        endpoint = f"ipc://{cls.home.name}/s"
        reader = Reader(endpoint)
        more = [] if cls.TRUTH else ["--no-truth"]
        with running("run", CROSSING, "--tier", "d4", "--out", cls.out, "--publish", endpoint, "--speed", "max",
                     "--wait-subscribers", "1", "--lossless", "--lossless-timeout", "20", *more) as child:
            ran = ended(child)
        assert ran.code == 0, ran
        cls.heard = reader.done()
        cls.got = table(cls.out, "receptions")

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()


class Complete(Streamed):
    def test_no_sequence_is_missing_and_every_envelope_is_ours(self):
        self.assertEqual(self.heard.broken, [])
        schema = {entry[2] for entry in self.heard.raw}
        self.assertEqual(len(schema), 1)

    def test_end_totals_prove_that_everything_came(self):
        (_, end), = self.heard.decoded("end", "End")
        topics = json.loads(end.topics)
        self.assertEqual(end.reason, "done")
        self.assertEqual(end.dropped, 0)
        told = {topic: ends[0] for topic, ends in topics.items() if not topic.startswith(("hello.", "stat.", "end."))}
        ours = {topic: count for topic, count in self.heard.count.items()
                if not topic.startswith(("hello.", "stat.", "end."))}
        self.assertEqual(ours, {topic: count for topic, count in told.items() if count})
        self.assertEqual(end.messages, sum(ours.values()))
        self.assertEqual(end.run_epoch, self.heard.hello.run_epoch)

    def test_the_end_summary_is_the_ledger_of_the_manifest(self):
        (_, end), = self.heard.decoded("end", "End")
        summary = json.loads(end.summary)
        for key, value in manifest(self.out)["ledger"].items():
            self.assertEqual(summary[key], value, key)

    def test_schema_id_is_the_hash_of_the_descriptor_set(self):
        import hashlib
        want = int.from_bytes(hashlib.sha256(self.heard.hello.schema).digest()[:4], "little")
        self.assertEqual({entry[2] for entry in self.heard.raw}, {want})

    def test_every_message_decodes_and_has_no_unknown_fields(self):
        maps = self.heard.names["messages"]
        for topic, _, _, flags, payload in self.heard.raw:
            kind, _, detail = topic.split(".")
            if kind == "fate":
                self.assertTrue(flags & 1)
                continue
            name = maps.get(f"{kind}.{detail}") or maps.get(kind) or kind.capitalize()
            message = self.heard.classes[name].FromString(payload)
            self.assertEqual(message.ByteSize(), len(payload), topic)
            self.no_unknown(message)

    def no_unknown(self, message):
        self.assertEqual(len(message.UnknownFields()), 0, message.DESCRIPTOR.name)
        for field, value in message.ListFields():
            if field.type == field.TYPE_MESSAGE:
                for each in value if field.label == field.LABEL_REPEATED else [value]:
                    self.no_unknown(each)


class Fates(Streamed):
    def test_fates_are_the_receptions_row_by_row(self):
        fates, got, names = self.heard.fates(), self.got, self.heard.names
        self.assertEqual(len(fates), rows(got))
        agents = names["agents"]
        receiver = [agents[index] for index in fates["receiver_idx"]]
        where = {key: index for index, key in enumerate(zip(map(int, fates["msg_uid"]), receiver))}
        self.assertEqual(len(where), len(fates), "one record per message and receiver")
        order = np.array([where[key] for key in zip(map(int, whole(got["msg_uid"])), got["receiver"])])
        fates = fates[order]

        def named(column, dictionary):
            return [names[dictionary].get(str(value)) for value in fates[column]]
        self.assertEqual([agents[index] for index in fates["sender_idx"]], got["sender"])
        for column in ("fate", "cause", "los", "msg_type", "technology", "tier", "sender_kind"):
            self.assertEqual(named(column, column), got[column], column)
        for column in ("com_tim", "com_ord", "com_fate"):
            self.assertEqual(named(column, "leaves"), got[column], column)
        for bit, column in enumerate(STAMPS, 12):
            known = fates["valid"] >> bit & 1 == 1
            self.assertTrue((known == ~nulls(got[column])).all(), column)
            self.assertTrue((fates[column][known] == np.ma.getdata(got[column])[known]).all(), column)
            self.assertTrue((fates[column][~known] == 0).all(), f"{column}: invalid is 0")
        for bit, column in enumerate(FLOATS):
            known = fates["valid"] >> bit & 1 == 1
            self.assertTrue((known == ~nulls(got[column])).all(), column)
            self.assertTrue((fates[column][known] == np.ma.getdata(got[column])[known]).all(), column)
            self.assertTrue((fates[column][~known] == 0).all(), f"{column}: invalid is 0, never NaN")
        for bit, column in enumerate(("reordered", "duplicate", "late", "altered", "clock_unverified",
                                      "distance_from_claims", "within_range")):
            there = fates["flags"] >> bit & 1 == 1
            self.assertTrue((there == np.ma.filled(got[column], False)).all(), column)
        for column, null in (("burst_id", 0xFFFFFFFF),):
            known = fates[column] != null
            self.assertTrue((known == ~nulls(got[column])).all(), column)
            self.assertTrue((fates[column][known] == np.ma.getdata(got[column])[known]).all(), column)
        self.assertEqual([None if index == 0xFFFFFFFF else index for index in fates["blocker_idx"]].count(None),
                         sum(value is None for value in got["blocker"]))

    def test_what_was_heard_is_what_was_delivered_with_the_octets_sent(self):
        sent = table(self.out, "transmissions", ["msg_uid", "payload"])
        octets = dict(zip(map(int, whole(sent["msg_uid"])), sent["payload"]))
        got = self.got
        want = {(int(uid), receiver): int(at) for uid, receiver, at, fate in zip(
            whole(got["msg_uid"]), got["receiver"], np.ma.getdata(got["t_avail_ns"]), got["fate"])
            if fate == "delivered"}
        have, at_before = {}, 0
        for topic, rx in self.heard.decoded("rx", "Rx"):
            self.assertEqual(topic.split(".")[1], rx.receiver)
            have[int(rx.msg_uid), rx.receiver] = rx.t_avail_ns
            self.assertEqual(rx.payload, octets[rx.msg_uid])
            self.assertGreaterEqual(rx.t_avail_ns, at_before, "in the order in which it becomes usable")
            at_before = rx.t_avail_ns
        self.assertEqual(have, want)

    def test_a_reader_of_one_receiver_gets_no_truth(self):
        fields = {field.name for field in self.heard.classes["Rx"].DESCRIPTOR.fields}
        self.assertFalse([name for name in fields if name.startswith(("gt_", "inj_"))])
        for name in ("sender", "t_gen_ns", "t_tx_ns", "cause", "injected_ms", "distance_m"):
            self.assertNotIn(name, fields)

    def test_every_table_of_moments_is_streamed_whole(self):
        self.assertEqual(len(self.heard.of("scene")), rows(table(self.out, "scenes")))
        self.assertEqual(len(self.heard.of("truth")), rows(table(self.out, "agents")))
        for kind, detail, name in (("signal", "phase", "signals"), ("signal", "advice", "advice"),
                                   ("event", "encounter", "encounters"), ("event", "sequence", "sequences")):
            told = [entry for entry in self.heard.of(kind) if entry[0].endswith("." + detail)]
            self.assertEqual(len(told), rows(table(self.out, name)), detail)
        self.assertEqual(len(self.heard.of("frame")), rows(table(self.out, "frames")))
        self.assertEqual(len(self.heard.of("sync")), rows(table(self.out, "sync")))
        self.assertEqual(len(self.heard.of("clock")), rows(table(self.out, "clocks")))
        tracks = sum(len(sample.tracks) for _, sample in self.heard.decoded("frame", "Sample"))
        objects = sum(len(sample.objects) for _, sample in self.heard.decoded("frame", "Sample"))
        self.assertEqual(tracks, rows(table(self.out, "tracks")))
        self.assertEqual(objects, rows(table(self.out, "objects")))
        transmitted = sum(value is None or value == "none"
                          for value in table(self.out, "transmissions")["suppressed_by"])
        self.assertIn(len(self.heard.of("tx")), (transmitted, rows(table(self.out, "transmissions"))))


class NoTruth(Streamed):
    TRUTH = False

    def test_topics_of_truth_are_silent(self):
        self.assertEqual(self.heard.of("truth") + self.heard.of("tx"), [])
        self.assertEqual(self.heard.broken, [])

    def test_fields_of_truth_are_absent_everywhere(self):
        maps = self.heard.names["messages"]
        known = {}
        folder = os.path.join(self.out, "tables")
        import v2xd_parquet
        for part in os.listdir(folder):
            notes = v2xd_parquet.metadata(os.path.join(folder, part))
            known[part.split("-")[0]] = {key.split(".", 1)[1] for key, value in notes.items()
                                         if key.startswith("knowledge.") and value in ("gt", "inj")}
        hidden = {"Scene": known["scenes"], "Frame": known["frames"], "Track": known["tracks"],
                  "Object": known["objects"], "Sync": known["sync"], "Gap": known["gaps"], "Label": known["labels"],
                  "Clock": known["clocks"]}
        self.assertIn("gt_error_m", hidden["Track"])

        def look(message):
            for field, value in message.ListFields():
                self.assertNotIn(field.name, hidden.get(message.DESCRIPTOR.name, ()), message.DESCRIPTOR.name)
                self.assertFalse(field.name.startswith(("gt_", "inj_")), field.name)
                if field.type == field.TYPE_MESSAGE:
                    for each in value if field.label == field.LABEL_REPEATED else [value]:
                        look(each)
        count = 0
        for topic, _, _, _, payload in self.heard.raw:
            kind, _, detail = topic.split(".")
            if kind in ("fate", "hello", "stat", "end"):
                continue
            name = maps.get(f"{kind}.{detail}") or maps.get(kind)
            look(self.heard.classes[name].FromString(payload))
            count += 1
        self.assertGreater(count, 1000)

    def test_fates_tell_only_what_the_receiver_could_know(self):
        fates = self.heard.fates()
        self.assertEqual(len(fates), sum(value == "delivered" for value in self.got["fate"]))
        for column in ("t_gen_ns", "t_tx_ns", "injected_ms", "distance_m", "shift_m", "shift_true_m",
                       "sender_speed_mps", "claimed_error_m", "access_ms", "sinr_db", "burst_pos", "com_tim",
                       "com_fate", "sender_kind", "cause", "los"):
            self.assertFalse(fates[column].any(), column)
        for column in ("sender_idx", "blocker_idx", "burst_id"):
            self.assertTrue((fates[column] == 0xFFFFFFFF).all(), column)
        self.assertFalse((fates["flags"] & (1 << 2 | 1 << 3 | 1 << 6)).any(), "late, altered, within_range")

    def test_the_end_tells_no_ledger(self):
        (_, end), = self.heard.decoded("end", "End")
        self.assertNotIn("lost", json.loads(end.summary or "{}"))


class Control(Case):
    def ask(self, words):
        self.socket.send_string(words)
        if not self.socket.poll(5000):
            self.fail(f"no answer to {words}")
        frames = self.socket.recv_multipart()
        self.extra = frames[1:]
        return json.loads(frames[0])

    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.term)
        self.socket = self.context.socket(zmq.REQ)
        self.addCleanup(self.socket.close, 0)

    def daemon(self, *more):
        endpoint = f"ipc://{self.path('s')}"
        child = running("run", CROSSING, "--tier", "d1", "--out", self.path("out"), "--publish", endpoint,
                        "--speed", "4", *more)
        self.socket.connect(endpoint + ".ctl")
        return child

    def test_pause_holds_and_resume_goes_on(self):
        with self.daemon() as child:
            self.assertTrue(self.ask("status")["ok"])
            self.assertTrue(self.ask("pause")["ok"])
            status = self.ask("status")
            self.assertTrue(status["paused"])
            held = status["scenario_s"]
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                now = self.ask("status")["scenario_s"]
            self.assertLessEqual(now - held, 0.05)
            self.assertTrue(self.ask("resume")["ok"])
            self.assertTrue(self.ask("speed max")["ok"])
            ran = ended(child, 30)
        self.assertEqual(ran.code, 0, ran)
        self.assertEqual(manifest(self.path("out"))["ledger"]["opportunities"], 2020)

    def test_a_tier_changes_midway_and_is_journalled(self):
        with self.daemon() as child:
            self.assertEqual(self.ask("tier d5")["ok"], True)
            for _ in range(100):
                if self.ask("status")["tier"] == "d5":
                    break
            self.assertTrue(self.ask("speed max")["ok"])
            ran = ended(child, 30)
        self.assertEqual(ran.code, 0, ran)
        facts = manifest(self.path("out"))
        self.assertIn("d5", json.dumps(facts["timeline"]))
        tiers = set(table(self.path("out"), "receptions")["tier"])
        self.assertIn("d5", tiers)

    def test_the_config_carries_out_live_commands_again(self):
        profile = "schema: 1\nname: mine\nlatency_median_ms: 33\nlatency_sigma: 0.4\nloss_p: %s\nloss_r: 0.5\n"
        air = self.write("mine.yaml", profile % 0.1)
        endpoint = f"ipc://{self.path('s')}"

        def entries(count):
            return until(lambda: (self.ask("manifest")["manifest"].get("timeline", []) + [None] * count)[count - 1],
                         f"{count} commands are journalled")
        with running("run", CROSSING, "--air", air, "--out", self.path("out"), "--publish", endpoint, "--speed",
                     "4") as child:
            self.socket.connect(endpoint + ".ctl")
            until(lambda: self.ask("status")["scenario_s"] > 0.5, "it runs")
            self.assertTrue(self.ask("fault loss=0.5 link=v2v for=3")["ok"])
            entries(1)
            self.write("mine.yaml", profile % 0.4)
            child.send_signal(signal.SIGHUP)
            entries(2)
            self.assertTrue(self.ask("tier d5")["ok"])
            entries(3)
            self.assertTrue(self.ask("speed max")["ok"])
            self.assertEqual(ended(child, 30).code, 0)
        facts = manifest(self.path("out"))
        self.assertEqual([entry["command"] for entry in facts["timeline"]], ["fault", "air", "tier"])
        self.good("run", self.path("out", "config.yaml"), "--out", self.path("again"))
        self.assertEqual(manifest(self.path("again"))["timeline"], facts["timeline"])
        self.assertEqual(manifest(self.path("again"))["dataset_sha256"], facts["dataset_sha256"])

    def test_stop_flushes_and_ends_with_0(self):
        with self.daemon() as child:
            for _ in range(200):
                if self.ask("status")["scenario_s"] > 1:
                    break
                time.sleep(0.01)
            self.assertTrue(self.ask("stop")["ok"])
            ran = ended(child, 20)
        self.assertEqual(ran.code, 0, ran)
        facts = manifest(self.path("out"))
        self.assertEqual(facts["ledger"]["intended"], rows(table(self.path("out"), "receptions")))
        self.assertLess(facts["ledger"]["opportunities"], 2020)

    def test_schema_and_manifest_are_given_while_it_runs(self):
        with self.daemon():
            self.assertTrue(self.ask("schema")["ok"])
            files = descriptor_pb2.FileDescriptorSet.FromString(self.extra[0])
            self.assertEqual(files.file[0].name, "v2xd.proto")
            for _ in range(200):
                self.assertEqual(self.ask("manifest")["manifest"]["scenario_id"], "blind-crossing")

    def test_a_replay_tells_the_names_of_whom_it_meets(self):
        endpoint = f"ipc://{self.path('s')}"
        reader = Reader(endpoint)
        capture = os.path.join(captures(), "obu-logs/rxMsg_BSM_and_TIM.gz")
        with running("replay", capture, "--tier", "d2", "--out", self.path("out"), "--publish", endpoint, "--speed",
                     "max", "--wait-subscribers", "1", "--lossless", "--lossless-timeout", "20") as child:
            self.assertEqual(ended(child).code, 0)
        heard = reader.done()
        heard.learn(heard.of("hello")[-1][4])
        fates, got, agents = heard.fates(), table(self.path("out"), "receptions"), heard.names["agents"]
        have = sorted((int(uid), agents[index]) for uid, index in zip(fates["msg_uid"], fates["sender_idx"]))
        self.assertEqual(have, sorted(zip(map(int, whole(got["msg_uid"])), got["sender"])))

    def test_nonsense_is_answered_and_changes_nothing(self):
        with self.daemon() as child:
            for words in ("", "dance", "speed", "speed -1", "tier d9", "tier", "{}", '{"cmd":"stop","x":1}', "stop now",
                          "\x00", "status " * 100):
                with self.subTest(words=words[:20]):
                    answer = self.ask(words)
                    self.assertFalse(answer["ok"])
                    self.assertEqual(answer["kind"], "usage")
            self.assertIsNone(child.poll())

    def test_our_subscriber_in_python_follows_to_the_end(self):
        endpoint = f"ipc://{self.path('s')}"
        reader = subprocess.Popen([sys.executable, os.path.join(SOURCE, "tools/python/v2xd_subscribe.py"), endpoint],
                                  stdout=subprocess.PIPE, text=True)
        with running("run", CROSSING, "--tier", "d3", "--publish", endpoint, "--speed", "max", "--wait-subscribers",
                     "1", "--lossless", "--lossless-timeout", "20", "--summary", self.path("s.json")) as child:
            ran = ended(child)
        out, _ = reader.communicate(timeout=20)
        self.assertEqual(ran.code, 0, ran)
        last = json.loads(out.splitlines()[-1])
        with open(self.path("s.json")) as file:
            s = json.load(file)
        self.assertEqual((last["gaps"], last["fates"], last["delivered"]), (0, s["intended"], s["delivered"]))

    def test_the_first_reader_of_twenty_lines_gets_what_was_delivered(self):
        endpoint = f"ipc://{self.path('s')}"
        program = os.path.join(SOURCE, "tools/python/v2xd_first.py")
        with open(program) as file:
            code = [line for line in file.read().split('"""')[2].splitlines() if line.strip()]
        self.assertLessEqual(len(code), 20)
        with open(self.path("heard"), "w") as heard, subprocess.Popen([sys.executable, program, endpoint],
                                                                     stdout=heard) as reader:
            self.addCleanup(reader.kill)
            s = self.good("run", CROSSING, "--tier", "d3", "--publish", endpoint, "--speed", "max",
                          "--wait-subscribers", "1", "--lossless", "--lossless-timeout", "20")
            self.assertEqual(reader.wait(20), 0)
        with open(self.path("heard")) as file:
            out = file.read()
        self.assertEqual(out.splitlines()[-1], f"{s['delivered']} heard; {sum(s['lost'].values())} of {s['intended']} lost")


def load_tests(loader, _, __):
    cases = (Complete, Fates, NoTruth, Control)
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


if __name__ == "__main__":
    main()
