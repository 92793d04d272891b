#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Who may know whom: includes obey the floors, the core has no libm, each file says its licence.

usage: layers.py SOURCE_DIR [LIBRARY.a ...]      prints each breach; exit code 1 if there is one
"""
import os
import re
import subprocess
import sys

ROOMS = ("air", "receiver", "sensors", "sync", "label", "publish", "scenarios", "replay", "asn1")
FLOORS = {"base": 1, "model": 2, **{room: 3 for room in ROOMS}, "engine": 4, "edge": 5, "main": 6, "tools": 6}
OWN = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
FOREIGN = re.compile(r"^\s*#\s*include\s+<([^>]+)>", re.M)
# Who may include what of other people's.
ONLY = {
    "uv.h": ("daemon/edge/", "tools/v2x/"),
    "zmq.h": ("daemon/edge/", "tools/v2x/"),
    "pcap.h": ("replay/capture.c",),
    "pcap/pcap.h": ("replay/capture.c", "daemon/edge/version.c"),
    "yaml.h": ("scenarios/", "daemon/edge/version.c"),
    "pthread.h": ("daemon/edge/", "daemon/base/pool.c", "asn1/pdu.c", "asn1/its/its.c", "tools/v2x/"),
    "sys/socket.h": ("daemon/edge/", "tools/v2x/"),
}
# The functions whose last bit depends on the machine; the macros of math.h are none.
LIBM = re.compile(r"^(a?(sin|cos|tan)h?|atan2|exp2?|expm1|log(10|1p|2|b)?|pow|cbrt|hypot|fmod|remainder|remquo|"
                  r"l?l?round|l?l?rint|nearbyint|trunc|ceil|floor|frexp|ldexp|modf|scalbl?n|erfc?|[lt]gamma|fma|"
                  r"fdim|fmax|fmin|fabs|copysign|nan|nextafter|sincos)[fl]?$")
UNFINISHED = re.compile(r"\bTO[D]O\b|\bFIX[M]E\b")


def room_of(path):
    """daemon/air/air.c -> air; None: outside the house's floors (tests)."""
    parts = path.split("/")
    if parts[0] == "daemon":
        return "main" if len(parts) == 2 else parts[1]
    return parts[0] if parts[0] in FLOORS else None


def target_room(name):
    """The room an include belongs to; None where the folder is not one."""
    first = name.split("/")[0]
    return first if "/" in name and first in FLOORS else None


def sources(source):
    for top in ("daemon", "asn1", "scenarios", "replay", "tools", "tests"):
        for where, folders, names in os.walk(os.path.join(source, top)):
            folders[:] = sorted(each for each in folders if each not in ("node_modules", "__pycache__"))
            for name in sorted(names):
                if name.endswith((".c", ".h", ".py")):
                    yield os.path.relpath(os.path.join(where, name), source)


def of_includes(path, text):
    room = room_of(path)
    for name in OWN.findall(text) if room else ():
        other = target_room(name)
        if other is None or other == room:
            continue
        if FLOORS[other] >= FLOORS[room]:
            word = "brother" if FLOORS[other] == FLOORS[room] else "floor above"
            yield f'{path}: includes "{name}" of its {word} ({room} -> {other})'
    for name in FOREIGN.findall(text):
        allowed = ONLY.get(name)
        if room and allowed is not None and not path.startswith(allowed):
            yield f"{path}: includes <{name}>, which only {', '.join(allowed) or 'tests'} may"


def of_text(path, text):
    if path.endswith((".c", ".h", ".py")) and "SPDX-License-Identifier: Apache-2.0" not in text[:200]:
        yield f"{path}: no licence line at its top"
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"{path}:{number}: unfinished work is noted in an issue, not in the code"


def of_library(path):
    listed = subprocess.run(["nm", "-u", path], capture_output=True, text=True)
    if listed.returncode != 0:
        yield f"{path}: nm cannot read it"
    for line in listed.stdout.splitlines():
        symbol = line.split()[-1] if line.split() else ""
        if LIBM.match(symbol):
            yield f"{os.path.basename(path)}: uses {symbol} of libm"


def main():
    source, libraries = sys.argv[1], sys.argv[2:]
    breaches, files = [], 0
    for path in sources(source):
        with open(os.path.join(source, path), encoding="utf-8") as file:
            text = file.read()
        files += 1
        breaches += of_includes(path, text)
        breaches += of_text(path, text)
    for library in libraries:
        breaches += of_library(library)
    print("\n".join(breaches + [f"{files} files, {len(libraries)} libraries, {len(breaches)} breaches"]))
    return 1 if breaches or files < 50 else 0


sys.exit(main())
