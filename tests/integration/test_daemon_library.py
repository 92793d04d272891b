#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Labels of the whole scenario library: each ends as its file promises, is of the kind its file says, and of no axis
is more than one label in twenty unknown. The three largest worlds run for a few seconds, for the last check only."""
import collections
import glob
import os
import shutil
import sys

from daemon import SOURCE, Case, main, run, table

try:
    import yaml
except ImportError as error:
    print(f"skipped: {error} (python3-yaml is needed)")
    sys.exit(77)

LIBRARY = os.path.join(SOURCE, "scenarios/library")
LARGE = {"motorway-1000": "1.5", "stadium-crowd": "2.5", "urban-grid-300": "2.5"}
LADDER = ["collision", "near_miss_severe", "near_miss", "conflict", "interaction", "none"]
# Columns that hold codes of one axis; `obs` versions of the source of an object and of the age are apart: what a
# receiver alone cannot tell is unknown to it.
TABLES = ("receptions", "tracks", "frames", "agents", "pairs", "scenes", "decisions", "encounters", "sequences", "advice")
APART = {("tracks", "int_src"), ("receptions", "com_tim_obs")}
AXES = ("com.", "int.", "act.", "vru.", "veh.", "rel.", "scn.", "dec.", "v2i.", "enc.", "seq.", "app.")


class Library(Case):
    @classmethod
    def setUpClass(cls):
        cls.unknown = collections.defaultdict(lambda: [0, 0])
        cls.worst, cls.kinds, cls.files = {}, {}, {}
        for path in sorted(glob.glob(os.path.join(LIBRARY, "*.yaml"))):
            name = os.path.basename(path)[:-5]
            with open(path, encoding="utf-8") as file:
                cls.files[name] = yaml.safe_load(file)
            out = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"v2xd-library-{os.getpid()}")
            short = ["--duration", LARGE[name]] if name in LARGE else []
            ran = run("run", path, "--tier", "d1", "--outputs", "tables", *short, "--out", out, "--force", timeout=300)
            assert ran.code == 0, ran
            cls.count(out)
            if name not in LARGE:
                cls.judge(name, out)
            shutil.rmtree(out)

    @classmethod
    def count(cls, out):
        for name in TABLES:
            if not glob.glob(os.path.join(out, f"tables/{name}-*")):
                continue
            for column, values in table(out, name).items():
                codes = collections.Counter(text for text in values if isinstance(text, str) and text.startswith(AXES)
                                            ) if isinstance(values, list) else {}
                for code, count in codes.items():
                    share = cls.unknown[name, column, ".".join(code.split(".")[:2])]
                    share[0] += count * code.endswith(".unknown")
                    share[1] += count

    @classmethod
    def judge(cls, name, out):
        expect = cls.files[name].get("expect") or {}
        who = {expect.get("ego"), expect.get("other")} - {None}
        worst, kinds = len(LADDER), set()
        if glob.glob(os.path.join(out, "tables/encounters-*")):
            rows = table(out, "encounters")
            for ego, other, outcome, ncap in zip(rows["ego"], rows["other"], rows["outcome"], rows["ncap"]):
                leaf = outcome.split(".")[2]
                if who <= {ego, other} and leaf in LADDER:
                    worst = min(worst, LADDER.index(leaf))
                    kinds.add(ncap.split(".")[2])
        cls.worst[name], cls.kinds[name] = worst, kinds

    def test_every_scenario_ends_as_it_promises(self):
        for name, worst in self.worst.items():
            expect = self.files[name].get("expect") or {}
            with self.subTest(name):
                if expect.get("outcome"):
                    self.assertEqual(LADDER[min(worst, 5)], expect["outcome"].lower())
                if expect.get("at_most"):
                    self.assertGreaterEqual(worst, LADDER.index(expect["at_most"].lower()))

    def test_tests_with_vulnerable_road_users_are_known_for_what_they_are(self):
        known = 0
        for name, kinds in self.kinds.items():
            tags = (self.files[name].get("tags") or {}).get("euro_ncap") or []
            if len(tags) == 1 and name.startswith(("cp", "cb", "cs", "night-walker")) and name == name.split("-warned")[0]:
                with self.subTest(name):
                    self.assertIn(tags[0].lower().replace(".", "_"), kinds)
                    known += 1
        self.assertGreaterEqual(known, 15)

    def test_of_no_axis_more_than_one_label_in_twenty_is_unknown(self):
        self.assertGreater(len(self.unknown), 60)
        shares = {key: unknown / total for key, (unknown, total) in self.unknown.items() if key[:2] not in APART}
        self.assertEqual({key: round(share, 3) for key, share in shares.items() if share > 0.05}, {})


if __name__ == "__main__":
    main()
