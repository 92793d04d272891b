#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""v2x sub, v2x ctl and the Python subscriber against a publisher that shares no code with ours:
pyzmq sockets, envelopes by struct, payloads by Google's Protobuf."""
import json, os, signal, struct, subprocess, sys, tempfile, time

try:
    import zmq
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

PROGRAM = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "../../tools/python/v2xd_subscribe.py")
context = zmq.Context()


def schema():
    file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="t", syntax="proto2")
    part = file.message_type.add(name="Part")
    part.field.add(name="x_m", number=1, label=1, type=1)
    hello = file.message_type.add(name="Hello")
    hello.field.add(name="schema", number=1, label=1, type=12)
    hello.field.add(name="run_epoch", number=2, label=1, type=9)
    hello.field.add(name="dictionaries", number=3, label=1, type=9)
    heard = file.message_type.add(name="Heard")
    heard.field.add(name="msg_uid", number=1, label=1, type=4)
    heard.field.add(name="text", number=2, label=1, type=9)
    heard.field.add(name="t_ns", number=3, label=1, type=3)
    heard.field.add(name="rssi", number=4, label=1, type=2)
    heard.field.add(name="flag", number=5, label=1, type=8)
    heard.field.add(name="octets", number=6, label=1, type=12)
    heard.field.add(name="level", number=7, label=1, type=17)
    heard.field.add(name="counts", number=8, label=3, type=5).options.packed = True
    heard.field.add(name="parts", number=20, label=3, type=11, type_name=".t.Part")
    file.message_type.add(name="End").field.add(name="sent", number=2, label=1, type=4)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return (descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString(),
            {name: factory.GetPrototype(pool.FindMessageTypeByName("t." + name))
             for name in ("Hello", "Heard", "End")})


SET, CLASSES = schema()
NAMES = {"leaves": {"3": "com.fate.lost"}, "messages": {"rx.bsm": "t.Heard", "rx": "t.Part"}, "agents": ["ego", "ped-1"], "msg_type": {"20": "BSM"},
         "fate": ["delivered", "lost"]}
HELLO = CLASSES["Hello"](schema=SET, run_epoch="e", dictionaries=json.dumps(NAMES)).SerializeToString()
HEARD = CLASSES["Heard"](msg_uid=2**64 - 1, text="a \"ü\"", t_ns=-5, rssi=-81.5, flag=True, octets=b"\x00\xff",
                         level=-3, counts=[1, -2, 3], parts=[{"x_m": 1.5}, {}]).SerializeToString()
END = CLASSES["End"](sent=3).SerializeToString()
# One fate record by docs/stream.md: only t_gen (bit 12) and distance (bit 2) are valid.
FATE = (struct.pack("<Q4q4I12f7H8BH", 7, 1780315200100000000, 0, 0, 0, 0, 1, 2**32 - 1, 2**32 - 1,
                    0, 0, 25.5, *[0] * 9, 0, 0, 1, 2, 3, 64, 0, 1, 20, 0, 255, 1, 0, 0, 1, 1 << 12 | 1 << 2))
assert len(FATE) == 128


def envelope(sequence, flags=0):
    return struct.pack("<4sHHQqqII", b"V2X1", 1, 0, sequence, 1780315200100000000, time.time_ns(), 0x01020304, flags)


class Publisher:
    def __init__(self):
        self.socket = context.socket(zmq.XPUB)
        self.socket.linger = 0
        port = self.socket.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = f"tcp://127.0.0.1:{port}"
        self.counts = {}

    def wait(self, n):
        for _ in range(n):
            assert self.socket.poll(20000), "nobody subscribed"
            self.socket.recv()

    def send(self, topic, payload, flags=0, skip=0):
        sequence = self.counts.get(topic, 0) + skip
        self.counts[topic] = sequence + 1
        self.socket.send_multipart([topic.encode(), envelope(sequence, flags), payload])

    def run(self):
        self.send("rx.ego.bsm", HEARD)  # before hello: held back
        self.send("hello.all.schema", HELLO)
        self.socket.send_multipart([b"rx.foreign", b"short", b""])
        self.socket.send_multipart([b"one frame"])
        self.send("rx.ego.bsm", HEARD[:-1], skip=2)  # torn, after a gap of two
        self.send("fate.all.batch", FATE + FATE, 1)
        self.send("end.all.run", END)


def start(arguments, **options):
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def sub(publisher, *options, subscriptions=1):
    process = start([PROGRAM, "sub", publisher.endpoint, *options])
    publisher.wait(subscriptions)
    publisher.run()
    out, err = process.communicate(timeout=30)
    publisher.socket.close()
    return process.returncode, out, err


def test_json_decodes_by_the_schema_of_hello():
    code, out, err = sub(Publisher(), "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and "none of ours" in err, (code, err)
    assert [line["topic"] for line in lines] == [
        "rx.ego.bsm", "hello.all.schema", "rx.ego.bsm", "fate.all.batch", "end.all.run"], lines
    assert lines[0]["payload"] == {
        "msg_uid": str(2**64 - 1), "text": "a \"ü\"", "t_ns": "-5", "rssi": -81.5, "flag": True, "octets": "00FF",
        "level": -3, "counts": [1, -2, 3], "parts": [{"x_m": 1.5}, {}]}, lines[0]
    assert lines[0]["t_event_ns"] == "1780315200100000000" and lines[0]["schema_id"] == 0x01020304
    assert lines[2]["payload"] is None and lines[2]["hex"] == HEARD[:-1].hex().upper() and lines[2]["sequence"] == 3
    assert lines[4]["payload"] == {"sent": "3"}
    fate = lines[3]["payload"]
    assert len(fate) == 2 and fate[0] == fate[1]
    expected = {"msg_uid": "7", "t_gen_ns": "1780315200100000000", "t_rx_ns": None, "sender_idx": "ego",
                "receiver_idx": "ped-1", "blocker_idx": None, "distance_m": 25.5, "rssi_dbm": None, "flags": 64,
                "com_fate": "com.fate.lost", "com_ord": 2, "msg_type": "BSM", "tier": 255, "fate": "lost", "copies": 1}
    assert {key: fate[0][key] for key in expected} == expected, fate[0]


def test_topics_and_count():
    code, out, _ = sub(Publisher(), "--topic", "fate.", "--count", "1", subscriptions=3)
    assert code == 0 and json.loads(out)["topic"] == "fate.all.batch"


def test_hex():
    code, out, _ = sub(Publisher(), "--hex")
    topic, head, payload = out.splitlines()[0].split(" ")
    assert code == 0 and topic == "rx.ego.bsm" and len(head) == 80 and payload == HEARD.hex().upper()


def test_stats_sees_the_gap():
    code, out, _ = sub(Publisher(), "--stats")
    line = [line for line in out.splitlines() if line.startswith("rx.ego.bsm")][0]
    assert code == 0 and "received 2" in line and "gaps 2" in line and "latency" in line, out


def test_interrupt_is_130():
    publisher = Publisher()
    process = start([PROGRAM, "sub", publisher.endpoint])
    publisher.wait(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_bad_usage_is_2():
    for arguments in (["sub"], ["sub", "nonsense"], ["sub", "tcp://127.0.0.1:99999"], ["sub", "tcp://1:1", "--count", "x"],
                      ["sub", "--unknown"], ["ctl"], ["ctl", "nonsense", "status"], ["ctl", "tcp://127.0.0.1:1"]):
        process = start([PROGRAM, *arguments])
        _, err = process.communicate(timeout=30)
        assert process.returncode == 2 and len(err.splitlines()) == 1, (arguments, process.returncode, err)


def test_python_subscriber():
    publisher = Publisher()
    process = start(["/usr/bin/python3", PYTHON, publisher.endpoint])
    publisher.wait(1)
    publisher.send("hello.all.schema", HELLO)
    publisher.send("rx.ego.bsm", HEARD)
    publisher.send("rx.ego.bsm", HEARD, skip=3)
    publisher.send("fate.all.batch", FATE * 5, 1)
    publisher.send("end.all.run", END)
    out, err = process.communicate(timeout=60)
    last = json.loads(out.splitlines()[-1])
    assert process.returncode == 0, err
    assert last == {"received": {"hello": 1, "rx": 2, "fate": 1, "end": 1}, "gaps": 3, "fates": 5, "delivered": 0}, last
    publisher.socket.close()


def test_ctl():
    router = context.socket(zmq.ROUTER)
    router.linger = 0
    endpoint = f"tcp://127.0.0.1:{router.bind_to_random_port('tcp://127.0.0.1')}"
    replies = [([b'{"ok":true}'], 0), ([b'{"ok":false,"kind":"usage","error":"e"}'], 2),
               ([b'{"ok":false,"kind":"world","error":"e"}'], 1), ([b'{"ok":true}', b"\x01\x02"], 0)]
    for frames, code in replies:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "set")
            process = start([PROGRAM, "ctl", "--out", path, endpoint, "fault", "a", "b"])
            assert router.poll(20000)
            identity, empty, request = router.recv_multipart()
            assert (empty, request) == (b"", b"fault a b")
            router.send_multipart([identity, empty, *frames])
            out, _ = process.communicate(timeout=30)
            assert process.returncode == code and out.encode() == frames[0] + b"\n", (process.returncode, out)
            assert len(frames) == 1 or open(path, "rb").read() == frames[1]
    process = start([PROGRAM, "ctl", "--timeout", "0.2", endpoint, "status"])
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1 and "no answer" in err
    router.close()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print("ok", name[5:])
