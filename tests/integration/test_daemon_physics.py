#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The numbers of a data set against physics and against what was asked: the age in metres, the
tiers' statistics, error bars, and labels that follow from the row they stand in."""
import math
import os
import re
import tempfile
import unittest

from daemon import CROSSING, Case, ledger, main, manifest, np, nulls, parquet, rows, run, table, texts, whole

TIERS = ("d0", "d1", "d2", "d3", "d4", "d5")
# The tiers of the public tables: median latency (ms), sigma of its logarithm, loss, mean burst.
ASKED = {"d0": (0, 0, 0, 1), "d1": (20, 0.557, 0.01, 1), "d2": (50, 0.421, 0.05, 2),
         "d3": (100, 0.421, 0.15, 3), "d4": (200, 0.421, 0.30, 5), "d5": (400, 0.557, 0.70, 10)}
SECOND = 1_000_000_000


def data(column):
    return np.ma.getdata(column)


class Tiers(Case):
    """The shipped scenario in all tiers, made once."""

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory(prefix="v2xd-test-")
        cls.out = {}
        for tier in TIERS:
            cls.out[tier] = os.path.join(cls.home.name, tier)
            ran = run("run", CROSSING, "--tier", tier, "--out", cls.out[tier])
            assert ran.code == 0, ran

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    def each(self, name):
        for tier in TIERS:
            yield tier, table(self.out[tier], name)

    def test_shift_is_speed_times_age_in_every_delivered_row(self):
        for _, got in self.each("receptions"):
            there = texts(got["fate"]) == "delivered"
            age_s = data(got["age_ms"])[there] / 1e3
            want = data(got["sender_speed_mps"])[there].astype(float) * age_s
            self.assertLess(np.abs(data(got["shift_m"])[there] - want).max(), 1e-4 + 2e-7 * want.max())
            stamps = (data(got["t_avail_ns"])[there] - data(got["t_gen_ns"])[there]) / 1e9
            self.assertLess(np.abs(stamps - age_s).max(), 2e-9)
            latency = (data(got["t_rx_ns"])[there] - data(got["t_tx_ns"])[there]) / 1e6
            self.assertLess(np.abs(latency - data(got["latency_ms"])[there]).max(), 2e-6)
            self.assertTrue((age_s >= 0).all())

    def test_true_shift_is_not_longer_than_the_fastest_agent_allows(self):
        for _, got in self.each("receptions"):
            there = ~nulls(got["shift_true_m"])
            age_s = data(got["age_ms"])[there] / 1e3
            self.assertTrue((data(got["shift_true_m"])[there] <= 14.5 * age_s + 0.01).all())

    def test_lost_rows_carry_nulls_and_a_cause(self):
        for _, got in self.each("receptions"):
            lost = texts(got["fate"]) == "lost"
            for name in ("t_rx_ns", "t_avail_ns", "latency_ms", "age_ms", "shift_m", "injected_ms"):
                self.assertTrue(nulls(got[name])[lost].all(), name)
            self.assertNotIn("none", set(texts(got["cause"])[lost]))
            self.assertEqual(set(texts(got["cause"])[~lost]), {"none"})

    def test_late_is_latency_above_the_deadline(self):
        for _, got in self.each("receptions"):
            there = texts(got["fate"]) == "delivered"
            late = data(got["latency_ms"])[there] > 100
            self.assertTrue((whole(got["late"])[there] == late).all())
            self.assertFalse(whole(got["late"])[~there].any())

    def test_nothing_is_known_before_it_is_available(self):
        for _, got in self.each("receptions"):
            there = ~nulls(got["t_avail_ns"])
            self.assertTrue((whole(got["t_known_ns"])[there] >= data(got["t_avail_ns"])[there]).all())
            self.assertTrue((data(got["t_avail_ns"])[there] >= data(got["t_rx_ns"])[there]).all())
            self.assertTrue((data(got["t_rx_ns"])[there] >= data(got["t_tx_ns"])[there]).all())
            self.assertTrue((data(got["t_tx_ns"])[there] >= data(got["t_gen_ns"])[there]).all())
        for _, labels in self.each("labels"):
            self.assertTrue((whole(labels["t_end_ns"]) >= whole(labels["t_start_ns"])).all())
            self.assertTrue((whole(labels["t_known_ns"]) >= whole(labels["t_start_ns"])).all())

    def test_every_axis_column_has_exactly_one_leaf_of_its_axis(self):
        leaves = {"com_tim": set(), "com_ord": set(), "com_fate": set()}
        for _, got in self.each("receptions"):
            for name, seen in leaves.items():
                axis = name.replace("_", ".") + "."
                self.assertTrue(all(value.startswith(axis) for value in got[name]), name)
                seen.update(got[name])
            lost = texts(got["fate"]) == "lost"
            self.assertEqual(set(texts(got["com_fate"])[~lost]), {"com.fate.delivered"})
            self.assertNotIn("com.fate.delivered", set(texts(got["com_fate"])[lost]))
        for name, seen in leaves.items():
            self.assertGreaterEqual(len(seen), 2, name)

    def test_timeliness_is_ordered_by_age(self):
        """Every leaf of com.tim covers an interval of age; no two leaves overlap."""
        for tier, got in self.each("receptions"):
            there = texts(got["fate"]) == "delivered"
            ages = data(got["age_ms"])[there]
            leaves = texts(got["com_tim"])[there]
            types = texts(got["msg_type"])[there]
            for kind in set(types):
                spans = sorted((ages[(leaves == leaf) & (types == kind)].min(),
                                ages[(leaves == leaf) & (types == kind)].max(), leaf)
                               for leaf in set(leaves[types == kind]))
                for (_, high, _), (low, _, leaf) in zip(spans, spans[1:]):
                    self.assertGreater(low, high, f"{tier} {kind} {leaf}")

    def test_the_age_of_information_is_frame_minus_claim(self):
        for _, tracks in self.each("tracks"):
            there = ~nulls(tracks["aoi_ms"])
            want = (whole(tracks["t_frame_ns"])[there] - data(tracks["t_msg_claimed_ns"])[there]) / 1e6
            self.assertGreater(len(want), 20)
            self.assertLess(np.abs(data(tracks["aoi_ms"])[there] - want).max(), 2e-6)
            shift = data(tracks["shift_m"])[there & ~nulls(tracks["shift_m"])]
            self.assertTrue(np.isfinite(shift).all())

    def test_no_view_uses_what_came_after_its_decision(self):
        for tier, tracks in self.each("tracks"):
            got = table(self.out[tier], "receptions")
            available = {(int(uid), receiver): int(at) for uid, receiver, at in zip(
                whole(got["msg_uid"]), got["receiver"], data(got["t_avail_ns"])) if at}
            used = ~nulls(tracks["msg_uid"])
            for uid, ego, by in zip(data(tracks["msg_uid"])[used], np.array(tracks["ego"], object)[used],
                                    whole(tracks["t_decide_ns"])[used]):
                self.assertLessEqual(available[int(uid), ego], int(by))

    def test_what_an_ego_knows_bears_no_true_name(self):
        """Whoever reads only what could be known meets the names an ego can give: of a station id or of a
        sensor's track, in no text of any table of its knowledge that of the agent behind."""
        for tier in self.out:
            truth = table(self.out[tier], "agents")
            names = set(texts(truth["agent"])) - set(texts(truth["agent"])[np.array(truth["ego"], bool)])
            names -= {"oncoming"}  # the taxonomy's word too
            self.assertGreater(len(names), 3)
            whole_word = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(names)))
            for name in ("tracks", "pairs", "decisions", "scenes"):
                known = parquet.read_table(os.path.join(self.out[tier], "tables"), name)
                met = [f"{name}.{column}: {text}" for column, values in known.items() if isinstance(values, list)
                       for text in values if isinstance(text, str) and whole_word.search(text)]
                self.assertEqual(met[:3], [], tier)
            pairs = table(self.out[tier], "pairs")
            self.assertTrue(any(re.fullmatch(r"v2x-[0-9A-F]{8}", other or "") for other in pairs["other"]))

    def test_errors_stay_within_their_bars(self):
        """At least 98 % within 3 sigma. A sender whose fault was injected claims a bar that is wrong on
        purpose, and somebody who brakes hard after his last word is judged by his age."""
        for tier, tracks in self.each("tracks"):
            sent = table(self.out[tier], "transmissions")
            faulty = {sender for sender, fault in zip(sent["sender_id"], sent["inj_fault"])
                      if fault not in (None, "none")}
            there = ~nulls(tracks["gt_error_m"]) & ~nulls(tracks["sigma_along_m"])
            there &= np.array([sender not in faulty for sender in tracks["gt_sender"]])
            sigma = np.hypot(data(tracks["sigma_along_m"])[there], data(tracks["sigma_across_m"])[there])
            within = data(tracks["gt_error_m"])[there] <= 3 * sigma + 0.002
            self.assertGreater(int(there.sum()), 20)
            self.assertGreaterEqual(within.mean(), 0.98)

    def test_the_worst_tier_falls_back_on_sensors(self):
        frames = table(self.out["d5"], "frames")
        self.assertIn("int.mode.sensor_only", set(frames["int_mode"]))
        codes = set(table(self.out["d5"], "labels")["code"])
        self.assertTrue(any("sensor_only" in code for code in codes), sorted(codes)[:50])

    def test_ages_grow_with_the_tier(self):
        medians = []
        for _, got in self.each("receptions"):
            medians.append(float(np.ma.median(got["age_ms"])))
        self.assertEqual(medians, sorted(medians))

    def test_label_uids_are_unique_and_leaves_are_of_the_taxonomy(self):
        for _, labels in self.each("labels"):
            uids = whole(labels["label_uid"])
            self.assertEqual(len(np.unique(uids)), len(uids))
            self.assertTrue(all(code.count(".") >= 2 for code in labels["code"]))

    def test_no_number_is_nan_or_infinite(self):
        for name in manifest(self.out["d5"])["tables"]:
            for column, values in table(self.out["d5"], name).items():
                if isinstance(values, np.ndarray) and values.dtype.kind == "f":
                    self.assertTrue(np.isfinite(data(values)).all(), f"{name}.{column}")


class Statistics(Case):
    """Requested against achieved, over many worlds so that an interval is narrow."""

    def gathered(self, tier, seeds=8):
        latency, fates = [], []
        for seed in range(1, seeds + 1):
            out = self.path(f"{tier}-{seed}")
            self.good("run", CROSSING, "--tier", tier, "--seed", seed, "--out", out, "--set", "air.impairments=[]")
            got = table(out, "receptions", ["fate", "injected_ms", "cause"])
            there = texts(got["fate"]) == "delivered"
            latency.append(data(got["injected_ms"])[there].astype(float))
            fates.append((int((~there).sum()), len(there)))
        return np.concatenate(latency), fates

    def test_latency_and_loss_are_those_of_the_tier(self):
        for tier in TIERS:
            median, sigma, loss, burst = ASKED[tier]
            latency, fates = self.gathered(tier)
            with self.subTest(tier=tier):
                lost, total = (sum(pair[i] for pair in fates) for i in (0, 1))
                share = lost / total
                # bursts make neighbours alike: the variance grows by about 2 bursts; outages come on top in d5
                spread = math.sqrt(loss * (1 - loss) / total * max(1, 2 * burst)) if loss else 0
                self.assertGreaterEqual(share, loss - 4 * spread - 1e-9)
                self.assertLessEqual(share, loss + 4 * spread + (0.1 if tier == "d5" else 1e-9))
                if median == 0:
                    self.assertEqual(float(latency.max()), 0)
                    continue
                logs = np.log(latency / median)
                bar = 5 * sigma * math.sqrt(10 / len(logs))  # draws of one link are correlated
                self.assertLess(abs(float(np.median(logs))), bar + 0.02)
                self.assertLess(abs(float(np.quantile(logs, 0.95)) - 1.6449 * sigma), 2 * bar + 0.04)

    def test_a_loss_and_a_latency_asked_for_are_got(self):
        out = self.path("out")
        s = self.good("run", CROSSING, "--tier", "d0", "--loss", "0.25", "--latency", "120+-10", "--out", out,
                      "--set", "air.impairments=[]")
        ledger(self, s)
        share = sum(s["lost"].values()) / s["intended"]
        self.assertEqual(set(s["lost"]), {"random"})
        self.assertLess(abs(share - 0.25), 4 * math.sqrt(0.25 * 0.75 / s["intended"]))
        got = table(out, "receptions")
        injected = data(got["injected_ms"])[texts(got["fate"]) == "delivered"]
        self.assertLess(abs(float(injected.mean()) - 120), 1)
        self.assertLess(abs(float(injected.std()) - 10), 1)

    def test_100_kmh_and_200_ms_are_5_56_m(self):
        """The example of the public contract, on a straight road."""
        path = self.write("straight.yaml", """schema: 1
name: straight
caption: Two cars on one road.
origin: {lat_deg: 48.0, lon_deg: 11.0, elev_m: 500}
start: 2026-06-01T12:00:00Z
duration_s: 10
agents:
  - {id: fast, kind: car, path_m: [[-150, 0], [450, 0]], speed_mps: 27.7777778}
  - {id: ego, kind: car, ego: true, path_m: [[0, 20], [300, 20]], speed_mps: 10}
air: {technology: ideal, tier: d0, intended_range_m: 300}
""")
        out = self.path("out")
        self.good("run", path, "--latency", "200", "--out", out)
        got = table(out, "receptions")
        mine = [i for i, (sender, receiver) in enumerate(zip(got["sender"], got["receiver"]))
                if (sender, receiver) == ("fast", "ego")]
        self.assertGreater(len(mine), 50)
        latency = data(got["latency_ms"])[mine]
        self.assertTrue((np.abs(latency - 200) < 1e-6).all())
        moving = np.abs(data(got["sender_speed_mps"])[mine] - 27.7778) < 0.01
        self.assertGreater(int(moving.sum()), 40)
        age = data(got["age_ms"])[mine][moving]
        want = 27.7777778 * age / 1e3
        self.assertTrue((np.abs(data(got["shift_m"])[mine][moving] - want) < 0.003).all())
        exact = 27.7777778 * 0.2
        self.assertEqual(round(exact, 2), 5.56)
        self.assertLess(abs(float(np.median(data(got["shift_m"])[mine][moving])) - exact),
                        27.7777778 * float(np.median(age) - 200) / 1e3 + 0.005)


if __name__ == "__main__":
    main()
