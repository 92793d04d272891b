#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The companion on datasets that the daemon made: verify, report, relabel.

V2X names the companion (else it is beside the daemon)."""
import html.parser
import json
import os
import re
import subprocess

from daemon import CROSSING, V2XD, Case, main

V2X = os.environ.get("V2X", os.path.join(os.path.dirname(V2XD), "v2x"))


def v2x(*args, code=0):
    ran = subprocess.run([V2X, *map(str, args)], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == code, f"exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    return ran


class Well(html.parser.HTMLParser):
    """Tags that are closed as they were opened, and what the page would fetch."""

    EMPTY = {"meta", "br", "line", "rect", "polyline", "polygon", "img", "link"}

    def __init__(self):
        super().__init__()
        self.open, self.fetched, self.titles = [], [], []

    def handle_starttag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in ("src", "href", "xlink:href")]
        if tag not in self.EMPTY or tag == "rect":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_data(self, data):
        if self.open and self.open[-1] == "title":
            self.titles.append(data)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Dataset(Case):
    def made(self, *more):
        out = self.path("d")
        self.good("run", CROSSING, "--tier", "d3", "--duration", "12", "--out", out, *more)
        return out

    def test_every_gate_of_a_fresh_dataset_passes_or_does_not_apply(self):
        gates = [json.loads(line) for line in v2x("verify", "--json", self.made()).stdout.splitlines()]
        names = [gate["gate"] for gate in gates]
        self.assertEqual(len(names), len(set(names)))
        for name in ("mece", "no_future", "unknown_share", "balance", "stability", "leakage", "rule_clock_fault"):
            self.assertIn(name, names)
        self.assertEqual([g for g in gates if g["status"] not in ("pass", "not_applicable")], [])

    def test_each_leaf_is_told_with_its_interval_and_shares_sum_to_one(self):
        shares = {}
        for line in v2x("verify", "--json", "--leaves", self.made()).stdout.splitlines():
            entry = json.loads(line)
            if "leaf" in entry:
                self.assertLessEqual(entry["low"], entry["share"] + 1e-9)
                self.assertGreaterEqual(entry["high"], entry["share"] - 1e-9)
                axis = ".".join(entry["leaf"].split(".")[:2])
                shares[entry["source"], axis] = shares.get((entry["source"], axis), 0) + entry["share"]
        self.assertGreater(len(shares), 20)
        for key, share in shares.items():
            self.assertAlmostEqual(share, 1, delta=1e-4, msg=key)

    def test_the_report_is_one_page_that_fetches_nothing_and_is_the_same_each_time(self):
        out = self.made()
        before = v2x("verify", out).stdout
        v2x("report", out)
        with open(os.path.join(out, "report.html"), encoding="utf-8") as file:
            page = file.read()
        well = Well()
        well.feed(page)
        self.assertEqual(well.open, [])
        self.assertEqual(well.fetched, [])
        self.assertNotIn("url(", page)
        self.assertNotIn("<script", page)
        self.assertIsNone(re.search(r"\b(nan|inf)\b", page))
        for figure in ("Packet delivery ratio", "Causes of loss", "cumulative", "Age when usable", "Raw shift",
                       "Age of information", "to its anchor", "over the hull"):
            self.assertTrue(any(figure in title for title in well.titles), figure)
        for part in ("Confusion", "Balance", "Worst leaves", "Gates"):
            self.assertIn(f"<h2>{part}</h2>", page)
        os.mkdir(self.path("again"))
        v2x("report", out, "--out", self.path("again"))
        for name in ("report.html", "quality.json"):
            with open(os.path.join(out, name), "rb") as one, open(self.path("again", name), "rb") as two:
                self.assertEqual(one.read(), two.read(), name)
        self.assertEqual(v2x("verify", out).stdout, before)
        with open(os.path.join(out, "quality.json"), encoding="utf-8") as file:
            quality = json.load(file)
        self.assertEqual({gate["gate"] for gate in quality["gates"] if gate["status"] == "fail"}, set())
        self.assertGreater(len(quality["rules"]), 5)


if __name__ == "__main__":
    main()
