#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the stream of v2xd with Debian's python3-zmq, python3-protobuf and python3-numpy.

usage: v2xd_subscribe.py ENDPOINT [TOPIC...]     prints a line per second, ends with the run
"""
import json, struct, sys, time
import numpy, zmq
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ENVELOPE = struct.Struct("<4sHHQqqII")  # magic major minor sequence t_event t_publish schema flags
FATE = numpy.dtype(  # docs/stream.md, 128 octets
    [("msg_uid", "<u8")]
    + [(name, "<i8") for name in ("t_gen_ns", "t_tx_ns", "t_rx_ns", "t_avail_ns")]
    + [(name, "<u4") for name in ("sender_idx", "receiver_idx", "blocker_idx", "burst_id")]
    + [(name, "<f4") for name in (
        "access_ms", "injected_ms", "distance_m", "rssi_dbm", "sinr_db", "cbr", "sender_speed_mps",
        "shift_m", "shift_true_m", "sigma_along_m", "sigma_across_m", "claimed_error_m")]
    + [(name, "<u2") for name in (
        "burst_pos", "seq_gap", "com_tim", "com_ord", "com_fate", "flags", "scenario_idx")]
    + [(name, "u1") for name in (
        "sender_kind", "msg_type", "technology", "tier", "fate", "cause", "los", "copies")]
    + [("valid", "<u2")])
# Field 1 of hello is the FileDescriptorSet, field 3 the dictionaries: enough to read hello itself.
HELLO = descriptor_pb2.FileDescriptorProto(name="hello_bootstrap.proto", package="bootstrap", syntax="proto2")
HELLO.message_type.add(name="Hello").field.extend(
    [descriptor_pb2.FieldDescriptorProto(name="schema", number=1, label=1, type=12),
     descriptor_pb2.FieldDescriptorProto(name="dictionaries", number=3, label=1, type=9)])


def messages_of(pool, files):
    for file in files:
        for kind in file.message_type:
            name = f"{file.package}.{kind.name}" if file.package else kind.name
            yield kind.name, message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(name))


def learn(payload):
    """hello -> ({message name: class}, dictionaries)"""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(HELLO)
    hello = dict(messages_of(pool, [HELLO]))["Hello"].FromString(payload)
    files = descriptor_pb2.FileDescriptorSet.FromString(hello.schema).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    return dict(messages_of(pool, files)), json.loads(hello.dictionaries or "{}")


def subscribe(endpoint, topics=()):
    """Yields (topic, sequence, t_event_ns, payload): numpy records for fate, else a message."""
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.set_hwm(100000)
    for topic in list(topics) + ["hello.", "end."] if topics else [""]:
        socket.subscribe(topic)
    socket.connect(endpoint)
    classes, names = {}, {}
    while True:
        topic, envelope, payload = socket.recv_multipart()
        magic, major, _, sequence, t_event_ns, _, _, _ = ENVELOPE.unpack(envelope)
        if magic != b"V2X1" or major != 1:
            continue
        topic, kind = topic.decode(), topic.decode().split(".")[0]
        if kind == "hello":
            classes, names = learn(payload)
        detail, known = topic.split(".")[-1], names.get("messages", {})
        name = known.get(f"{kind}.{detail}") or known.get(kind) or ""
        by_name = {each.lower(): each for each in classes}
        cls = classes.get(name.split(".")[-1] or by_name.get(kind) or by_name.get(detail))
        if kind == "fate":
            payload = numpy.frombuffer(payload, FATE)
        elif cls:
            payload = cls.FromString(payload)
        yield topic, sequence, t_event_ns, payload
        if kind == "end":
            return


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    counts, following, gaps, due = {}, {}, 0, time.monotonic() + 1
    fates, delivered = 0, 0
    for topic, sequence, _, payload in subscribe(sys.argv[1], sys.argv[2:]):
        gaps += max(0, sequence - following.get(topic, sequence))
        following[topic] = sequence + 1
        kind = topic.split(".")[0]
        counts[kind] = counts.get(kind, 0) + 1
        if kind == "fate":
            fates += len(payload)
            delivered += int((payload["fate"] == 0).sum())
        if time.monotonic() >= due or kind == "end":
            due = time.monotonic() + 1
            print(json.dumps({"received": counts, "gaps": gaps, "fates": fates, "delivered": delivered}), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
