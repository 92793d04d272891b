#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""v2x air as its users call it: usage: test_v2x_air.py V2X. The curves themselves are held against
published ones by validate_air; here: shares add up, distance costs, refusals are clear."""
import csv
import io
import subprocess
import sys
import unittest

V2X = sys.argv[1]
del sys.argv[1:]


def run(*args):
    return subprocess.run([V2X, "air", *args], capture_output=True, timeout=120, text=True)


def lines(*args):
    done = run(*args)
    assert done.returncode == 0, done.stderr
    return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(done.stdout))]


class Air(unittest.TestCase):
    def test_delivered_and_every_cause_add_up_to_one(self):
        for technology in ("dsrc", "its-g5", "lte-v2x", "nr-v2x", "uu"):
            for row in lines("--technology", technology, "--seconds", "1"):
                causes = [v for k, v in row.items()
                          if k not in ("distance_m", "pdr", "cbr") and not k.startswith("latency")]
                self.assertAlmostEqual(row["pdr"] + sum(causes), 1, delta=1e-4, msg=f"{technology} {row}")

    def test_delivery_falls_with_distance_and_with_density(self):
        thin = lines("--technology", "dsrc", "--density", "0.01", "--seconds", "2")
        dense = lines("--technology", "dsrc", "--density", "0.3", "--seconds", "1")
        self.assertGreater(thin[2]["pdr"], thin[-1]["pdr"])
        self.assertGreater(thin[8]["pdr"], dense[8]["pdr"])
        self.assertGreater(dense[0]["cbr"], thin[0]["cbr"])

    def test_bad_options_are_refused_with_what_is_possible(self):
        for args, says in ((("--technology", "nope"), "lte-v2x"), ((), "--technology is missing"),
                           (("--technology", "dsrc", "--density", "-1"), "--density"),
                           (("--technology", "nr-v2x", "--analytic"), "--event"),
                           (("--technology", "dsrc", "--set", "nonsense=1"), "nonsense")):
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stdout, "")
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertIn(says, done.stderr)


if __name__ == "__main__":
    unittest.main()
