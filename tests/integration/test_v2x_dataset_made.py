#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The companion on datasets that the daemon made: verify, report, relabel.

V2X names the companion (else it is beside the daemon)."""
import html.parser
import json
import os
import re
import subprocess

from daemon import CROSSING, SOURCE, V2XD, Case, main, manifest, table

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

    def taxonomy(self, version="1.1.0", causes=None, **values):
        """The shipped file with other numbers, AXIS__PARAM=VALUE, the axis' dot as an underscore."""
        with open(os.path.join(SOURCE, "scenarios/taxonomy/v2xd-1.0.0.json"), encoding="utf-8") as file:
            tax = json.load(file)
        tax["version"] = version
        for axis in tax["axes"]:
            for param in axis["params"]:
                param["value"] = values.pop(axis["code"].replace(".", "_") + "__" + param["name"], param["value"])
            for leaf in axis["leaves"]:
                if causes and "causes" in leaf:
                    leaf["causes"] = [c for c in leaf["causes"] if c not in causes]
                    leaf["causes"] += [c for c, to in causes.items() if to == leaf["leaf"]]
        self.assertEqual(values, {})
        return self.write("taxonomy.json", json.dumps(tax))

    def test_relabelling_moves_exactly_what_the_changed_rules_say(self):
        out, to = self.made(), self.path("to")
        tax = self.taxonomy(com_tim__LATE_L1_S=0.15, com_link__GAP_T=4, rel_risk__IMMINENT_S=0.6,
                            causes={"BURST": "lost_random"})
        report = json.loads(v2x("relabel", out, "--taxonomy", tax, "--out", to, "--json").stdout)
        old, new = table(out, "receptions"), table(to, "receptions")
        moved = 0
        for i, age in enumerate(old["age_ms"]):
            delivered = old["fate"][i] == "delivered"
            between = delivered and 100 < age <= 150
            self.assertEqual(new["com_tim"][i], "com.tim.ontime" if between else old["com_tim"][i])
            burst = old["cause"][i] == "burst"
            self.assertEqual(new["com_fate"][i], "com.fate.lost_random" if burst else old["com_fate"][i])
            moved += between
        self.assertGreater(moved, 50)
        told = {(c["table"], c["column"], c["from"], c["to"]): c["rows"] for c in report["changes"]}
        self.assertEqual(told["receptions", "com_tim", "com.tim.late.l1", "com.tim.ontime"], moved)
        self.assertEqual(report["left"], 0)
        for name in ("agents", "transmissions", "pairs", "encounters"):
            self.assertEqual(manifest(out)["tables"][name], manifest(to)["tables"][name], name)
        # rows of `labels` follow their subjects, and all of a changed axis bear its next version
        before, after = table(out, "labels"), table(to, "labels")
        received = {(u, r): leaf for u, r, leaf in zip(new["msg_uid"], new["receiver"], new["com_tim"])}
        changed = 0
        for i, code in enumerate(after["code"]):
            self.assertEqual(after["label_uid"][i], before["label_uid"][i])
            self.assertEqual(after["tax_ver"][i], "1.1.0")
            if code.startswith("com.tim."):
                self.assertEqual(code, received[after["msg_uid"][i], after["ego"][i]])
                self.assertEqual(after["label_ver"][i], "2.0")
                changed += code != before["code"][i]
            elif code.startswith(("rel.", "com.ord.", "int.")):
                self.assertEqual((code, after["label_ver"][i]), (before["code"][i], before["label_ver"][i]))
        self.assertGreater(changed, 10)
        self.assertEqual({a["axis"]: a["recomputed"] for a in report["axes"]},
                         {"com.tim": True, "com.fate": True, "com.link": True, "rel.risk": False})
        gates = [json.loads(line) for line in v2x("verify", "--json", to).stdout.splitlines()]
        self.assertEqual([g for g in gates if g["status"] == "fail"], [])
        self.assertEqual(manifest(to)["parents"][0]["dataset_sha256"], manifest(out)["dataset_sha256"])

    def test_relabelling_by_the_same_rules_gives_the_same_dataset(self):
        out, to = self.made(), self.path("to")
        v2x("relabel", out, "--taxonomy", self.taxonomy("1.0.0"), "--out", to)
        self.assertEqual(manifest(out)["dataset_sha256"], manifest(to)["dataset_sha256"])

    def test_relabelling_refuses_what_it_cannot_do_with_one_line(self):
        out = self.made()
        tax = self.taxonomy("1.0.0", com_tim__STALE_S=0.7)
        self.assertIn("version of its own", v2x("relabel", out, "--taxonomy", tax, "--out", self.path("to"), code=2).stderr)
        tax = self.taxonomy(com_tim__STALE_S=0.7)
        self.assertIn("already", v2x("relabel", out, "--taxonomy", tax, "--out", out, code=2).stderr)
        v2x("relabel", out, "--taxonomy", tax, "--out", self.path("to"))
        self.assertIn("whose rules", v2x("relabel", self.path("to"), "--taxonomy", tax, "--out", self.path("x"),
                                         code=2).stderr)


if __name__ == "__main__":
    main()
