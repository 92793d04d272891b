#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Labels of whole runs against what was put into them: injected faults, hidden places, scripted manoeuvres."""
import collections

from daemon import CROSSING, SOURCE, Case, main, np, nulls, table, texts

HEAD = """schema: 1
name: label-case
origin: {lat_deg: 42.2990, lon_deg: -83.6989, elev_m: 260}
duration_s: %g
seed: 7
map: %s/scenarios/library/maps/%s.yaml
"""


class Labels(Case):
    def world(self, agents, seconds=12, world_map="rural", more="", tier="d0", options=()):
        """A run of these agents, and its folder."""
        path = self.write("case.yaml", HEAD % (seconds, SOURCE, world_map) + "agents:\n" + "".join(
            f"  - {agent}\n" for agent in agents) + more)
        self.good("run", path, "--tier", tier, "--out", self.path("out"), "--force", *options)
        return self.path("out")

    def counts(self, name, column, where=None):
        rows = table(self.path("out"), name)
        keep = [True] * len(rows[column]) if where is None else [where(rows, i) for i in range(len(rows[column]))]
        return collections.Counter(text.split(".", 2)[2] for text, k in zip(rows[column], keep) if k and text)


class Agreement(Labels):
    def follow(self, fault):
        return self.world(["{id: ego, kind: car, ego: true, route: [east], start_m: 200, speed_mps: 15}",
                           "{id: lead, kind: car, route: [east], start_m: 235, speed_mps: 15%s}" % fault])

    def comparable(self, column):
        counts = self.counts("tracks", column)
        counts.pop("not_comparable", 0)
        self.assertGreater(sum(counts.values()), 50)
        return counts

    def test_a_sound_sender_is_consistent(self):
        self.follow("")
        for column in ("int_agree", "gt_int_agree"):
            counts = self.comparable(column)
            # chi-squared: one frame in a hundred may stand outside of 9.21
            self.assertGreaterEqual(counts["consistent"], 0.95 * sum(counts.values()), counts)
            self.assertEqual(counts["ghost"] + counts["conflict_class"] + counts["conflict_brake"], 0)

    def test_each_fault_has_the_verdict_of_what_it_changes(self):
        # a wrong heading or speed also leads the extrapolated position astray, and that rule stands first
        for fault, wanted in (("const_offset", ["conflict_position"]),
                              ("mirrored_heading", ["conflict_heading", "conflict_position"]),
                              ("speed_scale", ["conflict_speed", "conflict_position"])):
            self.follow(f", fault: {{is: {fault}}}")
            counts = self.comparable("gt_int_agree")
            odd = sum(counts[leaf] for leaf in wanted)
            self.assertGreaterEqual(odd, 0.8 * sum(counts.values()), (fault, counts))
            self.assertGreater(counts[wanted[0]], 0.25 * sum(counts.values()), (fault, counts))

    def test_where_nobody_stands_the_ego_itself_finds_a_ghost_after_three_frames(self):
        self.follow(", fault: {is: const_offset}")
        rows = table(self.path("out"), "tracks")
        verdicts = [text.split(".")[2] for text in rows["int_agree"]]
        self.assertGreater(verdicts.count("ghost"), 50)
        self.assertEqual(verdicts.count("consistent"), 0)
        self.assertEqual(verdicts[:2], ["not_comparable"] * 2)

    def test_a_residual_is_the_difference_of_the_two_positions(self):
        self.follow("")
        rows = table(self.path("out"), "tracks")
        there = ~nulls(rows["residual_x_m"])
        off = np.ma.getdata(rows["x_m"])[there] - np.ma.getdata(rows["sensed_x_m"])[there]
        self.assertLess(np.abs(off - np.ma.getdata(rows["residual_x_m"])[there]).max(), 0.0021)

    def test_what_is_hidden_is_not_comparable_and_never_a_ghost(self):
        """Trap: a sender inside the field of view behind a parked van or a house."""
        self.good("run", CROSSING, "--tier", "d0", "--out", self.path("out"))
        rows = table(self.path("out"), "tracks")
        hidden = (texts(rows["gt_los"]) == "nlos_building") | (texts(rows["gt_los"]) == "nlos_vehicle")
        self.assertGreater(int(hidden.sum()), 100)
        for column in ("int_agree", "gt_int_agree"):
            self.assertNotIn("int.agree.ghost", set(np.array(rows[column], object)[hidden]))


if __name__ == "__main__":
    main()
