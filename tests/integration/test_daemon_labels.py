#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Labels of whole runs against what was put into them: injected faults, hidden places, scripted manoeuvres."""
import collections
import os

from daemon import CROSSING, SOURCE, Case, main, np, nulls, table, texts, whole

SECOND = 1_000_000_000

AXES = {"com", "int", "act", "vru", "veh", "rel", "scn", "dec", "v2i", "enc", "seq", "syn", "deg", "odd", "app"}
HEAD = """schema: 1
name: label-case
origin: {lat_deg: 42.2990, lon_deg: -83.6989, elev_m: 260}
duration_s: %g
seed: 7
map: %s/scenarios/library/maps/%s.yaml
"""


def data(column):
    return np.ma.getdata(column)


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


class Decisions(Labels):
    def test_v2x_gains_time_where_a_truck_hides_who_brakes(self):
        """eebl: what the ego's sensors see only when the truck brakes its radio tells before."""
        self.good("run", os.path.join(SOURCE, "scenarios/library/eebl.yaml"), "--tier", "d1", "--out", self.path("out"))
        rows = table(self.path("out"), "decisions")
        gains = data(rows["time_gain_ms"])[~nulls(rows["time_gain_ms"])]
        self.assertGreater(gains.max(), 100)

    def test_every_code_of_every_table_is_a_row_of_the_taxonomy(self):
        self.good("run", CROSSING, "--tier", "d2", "--out", self.path("out"))
        leaves = table(self.path("out"), "taxonomy")
        known = set(leaves["code"])
        self.assertEqual(len(known), len(leaves["code"]))
        met = set()
        for name in ("receptions", "tracks", "frames", "agents", "pairs", "scenes", "decisions", "encounters",
                     "sequences", "advice", "labels"):
            for column, values in table(self.path("out"), name).items():
                if isinstance(values, list) and column != "rule_id":
                    met |= {text for text in values if isinstance(text, str) and text.split(".")[0] in AXES
                            and text.count(".") >= 2 and " " not in text}
        self.assertGreater(len(met), 100)
        self.assertEqual(met - known, set())


class Surroundings(Labels):
    def test_a_tier_is_known_again_by_what_was_measured(self):
        for tier in ("d0", "d1", "d2", "d3", "d4", "d5"):
            self.good("run", CROSSING, "--tier", tier, "--out", self.path("out"), "--force")
            rows = table(self.path("out"), "labels")
            told = {code.rsplit(".", 1)[0]: code.rsplit(".", 1)[1] for code, subject in
                    zip(rows["code"], rows["subject"]) if subject == "scenario"}
            self.assertEqual(told["deg.tier"], tier)
        self.assertEqual((told["odd.weather"], told["odd.light"], told["odd.road"], told["odd.junction"]),
                         ("clear", "day", "urban", "signalised"))


class Notices(Labels):
    def test_a_stalled_vehicle_and_its_speed_are_told_by_tim_and_rsa(self):
        """Told from 300 m on; 10 m/s from 20 m/s take 300 / (2 d): under 1.5 m/s2 until 100 m before."""
        self.world(["{id: ego, kind: car, ego: true, route: [east], start_m: 50, speed_mps: 20}"], 20, "rural",
                   "infrastructure: [{id: rsu-1, at_m: [-700, 12], sends: [%s]}]\n"
                   "notices: [{id: n-1, by: rsu-1, about: stalled, lanes: [east], from_m: 400, speed_mps: 10}]\n"
                   % "TIM, RSA")
        rows = table(self.path("out"), "advice")
        hazards = [text.split(".")[2] for text in rows["v2i_haz"]]
        self.assertGreater(hazards.count("change_lane"), 50)
        spd = {text.split(".")[2] for text in rows["v2i_spd"]}
        self.assertLessEqual({"reduce_ease", "reduce_brake"}, spd)
        self.assertIn("app.csw.active", set(rows["app_csw"]))
        advice = {round(float(v), 1) for v in data(rows["advice_mps"])[~nulls(rows["advice_mps"])]}
        self.assertEqual(advice, {9.8})  # whole miles an hour: 22


class Sequences(Labels):
    def test_windows_end_before_what_they_are_labelled_by_and_hold_what_was_heard(self):
        """cbnao ends in a collision: the windows of the five seconds before it say so, and when."""
        self.good("run", os.path.join(SOURCE, "scenarios/library/cbnao.yaml"), "--tier", "d2", "--out",
                  self.path("out"))
        rows, enc = table(self.path("out"), "sequences"), table(self.path("out"), "encounters")
        contact = int(min(data(enc["t_contact_ns"])[~nulls(enc["t_contact_ns"])]))
        end, known = whole(rows["t_ns"]), whole(rows["gt_t_known_ns"])
        outcomes = [text.split(".")[2] for text in rows["gt_seq_out"]]
        for t, outcome, late, to in zip(end, outcomes, known, rows["gt_time_to_event_ms"]):
            before = 0 < contact - int(t) <= 5 * SECOND
            self.assertEqual(outcome == "pre_collision", before)
            if before:
                self.assertAlmostEqual(float(to), (contact - int(t)) / 1e6, places=2)
            self.assertGreaterEqual(int(late), int(t))
        self.assertEqual(outcomes.count("pre_collision"), 5)
        self.assertEqual(set(outcomes[-5:]), {"censored"})  # the recording ends within their horizon
        calm = {int(uid) for uid, outcome in zip(rows["seq_uid"], outcomes) if outcome == "no_event"}
        for uid, outcome in zip(np.ma.filled(rows["gt_matched_uid"], 0), outcomes):
            self.assertEqual(int(uid) in calm, outcome == "pre_collision" and int(uid) != 0)
        got, inside = table(self.path("out"), "receptions"), table(self.path("out"), "sequence_messages")
        heard = [(int(t), int(uid)) for t, uid, who in zip(
            np.ma.filled(got["t_avail_ns"], 0), got["msg_uid"], got["receiver"]) if t and who == "ego"]
        members = collections.defaultdict(set)
        for seq, uid in zip(inside["seq_uid"], inside["msg_uid"]):
            members[int(seq)].add(int(uid))
        for uid, first, last, count in zip(rows["seq_uid"], rows["t_from_ns"], end, rows["messages"]):
            want = {m for t, m in heard if int(first) < t <= int(last)}
            self.assertEqual(members[int(uid)], want)
            self.assertEqual(int(count), len(want))

    def test_a_window_has_the_same_uid_in_every_tier(self):
        uids = []
        for tier in ("d0", "d4"):
            self.good("run", os.path.join(SOURCE, "scenarios/library/cpna-warned.yaml"), "--tier", tier, "--out",
                      self.path(tier))
            rows = table(self.path(tier), "sequences")
            uids.append(sorted(zip(map(int, rows["seq_uid"]), map(int, rows["t_ns"]))))
        self.assertEqual(*uids)
        self.assertGreater(len(uids[0]), 5)


LIGHT = """infrastructure: [{id: rsu-1, at_m: [6, 6], sends: [SPAT, MAP]%s}]
signals:
  - {id: sg-ew, phases: [{phase: green, duration_s: 6}, {phase: yellow, duration_s: 3}, {phase: red, duration_s: 21}]}
  - {id: sg-ns, phases: [{phase: red, duration_s: 10}, {phase: green, duration_s: 16}, {phase: yellow, duration_s: 3}, {phase: red, duration_s: 1}]}
"""


class Signals(Labels):
    """At 13 m/s a stop takes 13 + 169 / 6 = 41.2 m. Yellow comes after 6 s."""

    def drive(self, start_m=20, behaviour="", fault="", begin="", tier="d0"):
        self.world([f"{{id: ego, kind: car, ego: true, route: [w_in, e_out], start_m: {start_m}, speed_mps: 13{behaviour}}}"],
                   20, "four-way", begin + LIGHT % fault, tier)
        return table(self.path("out"), "advice")

    def response(self):
        rows = table(self.path("out"), "labels")
        return [(text.split(".")[2], value) for text, value in zip(rows["code"], rows["value"])
                if text.startswith("v2i.cmp.")]

    def test_what_spat_requires_is_what_the_light_requires(self):
        rows = self.drive()
        same = [a == b for a, b in zip(rows["v2i_sig"], rows["gt_v2i_sig"]) if b]
        self.assertGreater(len(same), 60)
        self.assertGreater(sum(same), 0.9 * len(same))
        for distance, speed, leaf, phase, accel in zip(rows["gt_distance_m"], rows["gt_speed_mps"], rows["gt_v2i_sig"],
                                                       texts(rows["gt_phase"]), rows["gt_accel_mps2"]):
            if phase == "protected-clearance" and speed > 1 and accel > -0.4:
                fits = float(distance) >= float(speed) + float(speed) ** 2 / 6
                self.assertEqual(leaf == "v2i.sig.stop_if_safe", fits, (distance, speed))

    def test_who_stops_complies_and_who_runs_the_light_ignores_it(self):
        self.drive()
        (leaf, reaction), = self.response()
        self.assertEqual(leaf, "complied")
        self.assertTrue(0 <= float(reaction) < 4)
        self.drive(behaviour=", behaviour: runs_red")
        self.assertEqual([leaf for leaf, _ in self.response()], ["ignored"])
        rows = table(self.path("out"), "advice")
        self.assertIn("app.rlvw.active", set(rows["app_rlvw"]))

    def test_spat_of_another_revision_is_invalid(self):
        rows = self.drive(fault=", fault: revision_mismatch")
        heard = {text for text, d in zip(rows["v2i_sig"], ~nulls(rows["spat_msg_uid"])) if d}
        self.assertEqual(heard, {"v2i.sig.data_invalid"})
        self.assertNotIn("v2i.sig.data_invalid", set(rows["gt_v2i_sig"]))

    def test_a_countdown_goes_over_the_full_hour(self):
        """Trap: TimeMark counts from the full hour; the light of 12:59:56 ends in the next one."""
        rows = self.drive(begin="start: 2026-06-01T12:59:56Z\n")
        left, phase = np.ma.filled(rows["min_left_s"], -1), texts(rows["phase"])
        self.assertNotIn("v2i.sig.data_invalid", set(rows["v2i_sig"]))
        self.assertTrue(((left >= 0) & (left <= 21)).any())
        green = left[phase == "protected-Movement-Allowed"]
        self.assertGreater(len(green), 10)
        self.assertLessEqual(green.max(), 6)


if __name__ == "__main__":
    main()
