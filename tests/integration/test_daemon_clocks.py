#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What egos find out about other stations' clocks, beside what was done to those clocks."""
from daemon import CROSSING, Case, main, np, table

FAULTY = """schema: 1
name: faulty
latency_median_ms: 20
latency_sigma: 0.557
clock_sigma_ms: 2
clock_fault_share: 1
"""


class Clocks(Case):
    def made(self, name, *more):
        out = self.path(name)
        self.good("run", CROSSING, "--out", out, *more)
        return out

    def test_every_clock_fault_is_recognised_and_no_good_clock_is_suspected(self):
        for name, more in (("faulty", ("--air", self.write("faulty.yaml", FAULTY))), ("good", ("--tier", "d1"))):
            clocks = table(self.made(name, *more), "clocks")
            sent = table(self.path(name), "transmissions")
            truth = dict(zip(sent["sender_id"], sent["inj_fault"]))
            offsets = {}
            for sender, ms in zip(sent["sender_id"], sent["inj_clock_error_ms"]):
                if ms is not np.ma.masked:  # else suppressed
                    offsets.setdefault(sender, set()).add(round(ms / 1000))
            last = {}
            for i, sender in enumerate(clocks["sender"]):
                if clocks["messages"][i] >= 30:
                    last[sender, clocks["ego"][i], clocks["msg_type"][i]] = i
            self.assertGreater(len(last), 5)
            leaps = 0
            for (sender, _, _), i in last.items():
                fault = clocks["fault"][i].split(".")[-1]
                if truth[sender] == "clock_step":
                    # before its instant a clock that will step is a good one
                    stepped = abs(clocks["gt_offset_ms"][i]) > 500
                    self.assertEqual(fault, "clock_step" if stepped and clocks["steps"][i] else "none", sender)
                else:
                    self.assertEqual(fault, truth[sender] or "none", sender)
                if truth[sender] == "clock_leap":
                    leaps += 1
                    self.assertIn(int(clocks["leap_s"][i]), offsets[sender])
            self.assertEqual(leaps > 0, name == "faulty")

    def test_no_age_is_negative_and_no_leap_looks_like_latency(self):
        rx = table(self.made("faulty", "--air", self.write("faulty.yaml", FAULTY)), "receptions")
        ages = np.ma.compressed(rx["obs_age_ms"])
        self.assertGreater(len(ages), 500)
        self.assertGreaterEqual(min(ages), 0)
        ahead = [i for i, label in enumerate(rx["com_tim_obs"]) if label == "com.tim.future"]
        self.assertGreater(len(ahead), 100)
        for column in ("obs_age_ms", "obs_shift_m"):
            self.assertTrue(np.ma.getmaskarray(rx[column])[ahead].all(), column)

    def test_the_hull_lies_at_the_true_offset_plus_the_smallest_delay_within_its_bar(self):
        out = self.made("good", "--tier", "d1", "--duration", "20")
        clocks, rx = table(out, "clocks"), table(out, "receptions")
        least = {}
        for i, sender in enumerate(rx["sender"]):
            if rx["fate"][i] == "delivered":
                pair = sender, rx["receiver"][i], rx["msg_type"][i]
                least[pair] = min(least.get(pair, 1e9), rx["age_ms"][i])
        checked = 0
        for i, sender in enumerate(clocks["sender"]):
            pair = sender, clocks["ego"][i], clocks["msg_type"][i]
            if clocks["messages"][i] < 150:
                continue
            hull = clocks["offset_ms"][i] - clocks["gt_offset_ms"][i]
            # stamps are in milliseconds: half of one either way
            self.assertLess(abs(hull - least[pair]), 3 * clocks["offset_sigma_ms"][i] + 1.1, pair)
            checked += 1
        self.assertGreater(checked, 20)

    def test_tracks_of_a_leaping_clock_have_an_age_again(self):
        out = self.made("faulty", "--air", self.write("faulty.yaml", FAULTY))
        tracks, sent = table(out, "tracks"), table(out, "transmissions")
        truth = dict(zip(sent["sender_id"], sent["inj_fault"]))
        start = min(tracks["t_frame_ns"])
        wrong = checked = 0
        for i, sender in enumerate(tracks["gt_sender"]):
            late = tracks["t_frame_ns"][i] - start > 3 * 10 ** 9
            if truth[sender] == "clock_leap" and late and tracks["gt_aoi_ms"][i] is not np.ma.masked:
                checked += 1
                wrong += abs(tracks["aoi_ms"][i] - tracks["gt_aoi_ms"][i]) > 200
        self.assertGreater(checked, 100)
        self.assertLess(wrong, 0.02 * checked)

    def test_the_oracle_view_shows_what_the_air_took(self):
        """Between the messages around a frame, arrived or not, the position is right whatever the air did."""
        for name, more in (("perfect", ("--tier", "d0")), ("late", ("--tier", "d0", "--latency", "400", "--loss", "0.5"))):
            tracks = table(self.made(name, *more), "tracks")
            there = ~np.ma.getmaskarray(tracks["gt_oracle_error_m"]) & ~np.ma.getmaskarray(tracks["gt_error_m"])
            self.assertGreater(there.sum(), 0.9 * len(there), name)
            oracle = np.asarray(tracks["gt_oracle_error_m"])[there].astype(float)
            known = np.asarray(tracks["gt_error_m"])[there].astype(float)
            # a tenth of a microdegree is a centimetre; 0.1 s of 8 m/s2 bends the chord by as much
            self.assertLess(oracle.max(), 0.05, name)
            if name == "late":
                self.assertGreater(known.max(), 0.3)
                self.assertGreater(known.mean(), oracle.mean())


main()
