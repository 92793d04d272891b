# SPDX-License-Identifier: Apache-2.0
"""Small captures for tests: the frames of a run of our own, as classic pcap files written here, so
that a test can tear, foul or fill them octet by octet."""
import struct

from daemon import CROSSING

ETHERNET, WSMP = 1, 0x88DC


def frames_of_pcapng(octets):
    """(seconds as ns, frame) of each enhanced packet block of a little-endian pcapng file."""
    at, out, unit = 0, [], 1000
    while at + 12 <= len(octets):
        kind, size = struct.unpack_from("<II", octets, at)
        body = octets[at + 8:at + size - 4]
        if kind == 1:
            option = 8
            while option + 4 <= len(body):
                code, length = struct.unpack_from("<HH", body, option)
                if code == 9:
                    unit = 10 ** (9 - body[option + 4])
                option += 4 + (length + 3) // 4 * 4
                if code == 0:
                    break
        elif kind == 6:
            _, high, low, caught, _ = struct.unpack_from("<IIIII", body)
            out.append(((high << 32 | low) * unit, body[20:20 + caught]))
        at += size
    return out


def of_the_crossing(case, seconds):
    """(ns, frame) of everything sent in the first seconds of the shipped scenario."""
    out = case.path("crossing")
    case.good("run", CROSSING, "--tier", "d0", "--duration", seconds, "--outputs", "pcapng", "--out", out, "--force")
    with open(case.path("crossing", "capture.pcapng"), "rb") as file:
        return frames_of_pcapng(file.read())


def pcap(frames, link=ETHERNET):
    """Nanosecond pcap of (ns, frame)."""
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, link)]
    for ns, frame in frames:
        out.append(struct.pack("<IIII", ns // 10 ** 9, ns % 10 ** 9, len(frame), len(frame)) + frame)
    return b"".join(out)


def ethernet(payload, ethertype=WSMP):
    return b"\xff" * 6 + b"\x02\0\0\0\0\x01" + struct.pack(">H", ethertype) + payload
