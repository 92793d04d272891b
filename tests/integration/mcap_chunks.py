# SPDX-License-Identifier: Apache-2.0
"""A plain reader of MCAP (mcap.dev/spec) for tests: streams records from the beginning, shares no
code with the writer. A file that was cut gives what stands in its whole chunks."""
import collections
import struct
import zlib

import zstandard

MAGIC = b"\x89MCAP0\r\n"
SCHEMA, CHANNEL, MESSAGE, CHUNK, DATA_END, FOOTER = 3, 4, 5, 6, 15, 2


class Read:
    """messages, chunks, times (topic -> log times), payloads (topic -> octets), finished."""

    def __init__(self):
        self.messages = self.chunks = 0
        self.finished = False
        self.topics, self.schemas = {}, {}
        self.times = collections.defaultdict(list)
        self.payloads = collections.defaultdict(list)


class McapTorn(Exception):
    """The file ends within a record; has what a Read has."""

    def __init__(self, read, offset):
        super().__init__(f"torn at octet {offset} after {read.messages} messages")
        self.__dict__.update(read.__dict__)
        self.offset = offset


def _text(octets, at):
    (size,) = struct.unpack_from("<I", octets, at)
    return octets[at + 4:at + 4 + size].decode(), at + 4 + size


def _record(read, code, body):
    if code == SCHEMA:
        number = struct.unpack_from("<H", body)[0]
        name, at = _text(body, 2)
        encoding, at = _text(body, at)
        (size,) = struct.unpack_from("<I", body, at)
        read.schemas[number] = (name, encoding, body[at + 4:at + 4 + size])
    elif code == CHANNEL:
        number, schema = struct.unpack_from("<HH", body)
        assert schema == 0 or schema in read.schemas, "a channel before its schema"
        read.topics[number] = _text(body, 4)[0]
    elif code == MESSAGE:
        channel, _, log_ns, _ = struct.unpack_from("<HIQQ", body)
        topic = read.topics[channel]
        read.messages += 1
        read.times[topic].append(log_ns)
        read.payloads[topic].append(body[22:])


def _chunk(read, body):
    start, end, size, crc = struct.unpack_from("<QQQI", body)
    compression, at = _text(body, 28)
    (packed,) = struct.unpack_from("<Q", body, at)
    data = body[at + 8:at + 8 + packed]
    assert len(data) == packed, "a chunk that is shorter than it says"
    if compression == "zstd":
        data = zstandard.ZstdDecompressor().decompress(data, max_output_size=size)
    else:
        assert compression == "", compression
    assert len(data) == size
    assert crc == 0 or zlib.crc32(data) == crc, "the chunk's CRC"
    at = 0
    while at < len(data):
        code, length = struct.unpack_from("<BQ", data, at)
        if code == MESSAGE:
            log_ns = struct.unpack_from("<Q", data, at + 9 + 6)[0]
            assert start <= log_ns <= end, "a message outside its chunk's times"
        _record(read, code, data[at + 9:at + 9 + length])
        at += 9 + length
    read.chunks += 1


def chunks(path):
    with open(path, "rb") as file:
        octets = file.read()
    read = Read()
    if octets[:8] != MAGIC[:len(octets[:8])]:
        raise AssertionError(f"{path}: no MCAP")
    at = 8
    while True:
        if octets[at:] == MAGIC:
            return read
        if at + 9 > len(octets):
            raise McapTorn(read, at)
        code, size = struct.unpack_from("<BQ", octets, at)
        body = octets[at + 9:at + 9 + size]
        if len(body) < size:
            raise McapTorn(read, at)
        if code == CHUNK:
            _chunk(read, body)
        elif code == FOOTER:
            read.finished = True
        elif not read.finished:
            _record(read, code, body)
        at += 9 + size
