# SPDX-License-Identifier: Apache-2.0
"""What the daemon's tests share: running v2xd as its users do, and reading what it wrote.

In: the environment V2XD (the program), SOURCE_DIR, SHARED_DATA (captures; may be absent).
Out: helpers on unittest. A package or a data set that is missing skips what needs it, said
aloud (exit code 77 if nothing is left).
"""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("SOURCE_DIR", os.path.dirname(os.path.dirname(HERE)))
V2XD = os.environ.get("V2XD", os.path.join(SOURCE, "build/bin/v2xd"))
SHARED = os.environ.get("SHARED_DATA", os.path.join(SOURCE, "../shared/data"))
CROSSING = os.path.join(SOURCE, "scenarios/library/blind-crossing.yaml")
sys.path.insert(0, os.path.join(SOURCE, "tools/python"))

try:
    import numpy as np
    import v2xd_parquet as parquet
except ImportError as error:
    print(f"skipped: {error} (python3-numpy and python3-zstandard are needed)")
    sys.exit(77)


def captures():
    """Path of the shared captures, or a skip."""
    folder = os.path.join(SHARED, "captures")
    if not os.path.isdir(folder):
        raise unittest.SkipTest(f"no shared captures at {folder}")
    return folder


class Ran:
    """What a run gave: code, out, err (text)."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def start(*args, **options):
    """The daemon as a child that the caller ends."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen([V2XD, *map(str, args)], text=True, **options)


def ended(child, timeout=60):
    """Waits for a child; a hang is killed and fails."""
    try:
        out, err = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
        raise AssertionError(f"v2xd did not end in {timeout} s\n{Ran(None, out, err)}")
    return Ran(child.returncode, out, err)


def run(*args, timeout=60, **options):
    return ended(start(*args, **options), timeout)


@contextlib.contextmanager
def running(*args, **options):
    """A child that is gone when the block ends, whatever happened in it."""
    child = start(*args, **options)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()
        child.wait()


def until(condition, what, seconds=30):
    """Polls; the daemon has no other way to say that a file has grown."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what}: not within {seconds} s")


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = 4000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="v2xd-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        with open(self.path(name), "wb" if isinstance(text, bytes) else "w") as file:
            file.write(text)
        return self.path(name)

    def good(self, *args, **options):
        """Runs, demands exit 0, returns the summary."""
        summary = self.path("summary.json")
        ran = run(*args, "--summary", summary, **options)
        self.assertEqual(ran.code, 0, ran)
        with open(summary) as file:
            return json.load(file)

    def refused(self, code, *args, says=(), **options):
        """Runs, demands that exit code and one clear line on stderr. Returns the run."""
        ran = run(*args, **options)
        self.assertEqual(ran.code, code, ran)
        lines = [line for line in ran.err.splitlines() if line.startswith("v2xd: ")]
        self.assertEqual(len(lines), 1, f"one line is told, not {len(lines)}\n{ran}")
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, ran.err, ran)
        return ran


def ledger(case, s):
    """The two sums of the contract."""
    case.assertEqual(s["opportunities"], s["transmitted"] + sum(s["suppressed"].values()))
    case.assertEqual(s["intended"], s["delivered"] + sum(s["lost"].values()))
    case.assertNotIn("none", s["lost"])
    case.assertNotIn("none", s["suppressed"])
    case.assertLessEqual(s["late"], s["delivered"])


def table(folder, name, columns=None):
    """A whole table, truth included."""
    return parquet.read_table(os.path.join(folder, "tables"), name, columns, parquet.ALL)


def rows(columns):
    return len(next(iter(columns.values())))


def whole(column):
    """A column without nulls as a plain array; fails if one is null."""
    if isinstance(column, np.ma.MaskedArray):
        if np.ma.getmaskarray(column).any():
            raise AssertionError("a null where none may be")
        return column.data
    return np.asarray(column)


def nulls(column):
    """Where a column is null."""
    if isinstance(column, list):
        return np.array([value is None for value in column], bool)
    return np.ma.getmaskarray(column)


def texts(column):
    return np.array([value if value is not None else "" for value in column], object)


def files(folder):
    """Relative path -> octets, of every file beneath."""
    out = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                out[os.path.relpath(path, folder)] = file.read()
    return out


def manifest(folder):
    with open(os.path.join(folder, "manifest.json")) as file:
        return json.load(file)


def main():
    if not os.access(V2XD, os.X_OK):
        print(f"skipped: no program at {V2XD}")
        sys.exit(77)
    unittest.main(verbosity=2)
