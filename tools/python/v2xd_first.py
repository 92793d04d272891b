#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A first reader of the stream, in twenty lines: what was heard, and how much was lost. usage: v2xd_first.py ENDPOINT"""
import sys, numpy, zmq
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, wrappers_pb2
FATE = numpy.dtype({"names": ["fate"], "formats": ["u1"], "offsets": [122], "itemsize": 128})  # docs/stream.md has all fields
socket, Rx, topic, heard, pairs, lost = zmq.Context().socket(zmq.SUB), None, "", 0, 0, 0
for kind in ("hello.", "rx.", "fate.", "end."):
    socket.subscribe(kind)
socket.connect(sys.argv[1])
while not topic.startswith("end."):
    topic, envelope, payload = socket.recv_multipart()
    topic = topic.decode()
    if topic.startswith("hello."):  # its field 1 describes every message of the stream
        pool = descriptor_pool.DescriptorPool()
        pool.Add(descriptor_pb2.FileDescriptorSet.FromString(wrappers_pb2.BytesValue.FromString(payload).value).file[0])
        Rx = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("v2xd.Rx"))
    elif topic.startswith("rx.") and Rx:
        message, heard = Rx.FromString(payload), heard + 1
        print(message.receiver, message.msg_type, f"{message.lat_deg:.7f} {message.lon_deg:.7f} {message.speed_mps:.1f} m/s")
    elif topic.startswith("fate."):
        pairs, lost = pairs + len(payload) // 128, lost + int(numpy.frombuffer(payload, FATE)["fate"].sum())
print(f"{heard} heard; {lost} of {pairs} lost")
