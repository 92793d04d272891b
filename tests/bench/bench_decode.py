#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""v2x decode against tshark -T json on the same capture, in the same run.

usage: bench_decode.py V2X MAKE_CAPTURE [--frames N] [--runs N]

Prints one JSON line: name, ours and baseline in frames per second (best of the runs, wall
clock), ratio, limit, pass. Exits 77 if there is no tshark.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

LIMIT = 10.0


def best(command, runs):
    times = []
    for _ in range(runs):
        begin = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        times.append(time.monotonic() - begin)
    return min(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("v2x")
    parser.add_argument("make_capture")
    parser.add_argument("--frames", type=int, default=100000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not shutil.which("tshark"):
        sys.stderr.write("bench_decode: no tshark to compare with\n")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bench.pcapng")
        subprocess.run([options.make_capture, str(options.frames), path], check=True)
        ours = options.frames / best([options.v2x, "decode", path], options.runs)
        baseline = options.frames / best(["tshark", "-T", "json", "-r", path], options.runs)
    ratio = ours / baseline
    print(json.dumps({"name": "decode", "ours": round(ours), "baseline": round(baseline), "unit": "frames/s",
                      "ratio": round(ratio, 2), "limit": LIMIT, "pass": ratio >= LIMIT}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
