#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Same seed, same bytes: at any pace, with any number of threads, with or without a subscriber, in
any time zone, locale and folder; and what tiers of one seed share."""
import json
import os
import shutil

from captured import of_the_crossing, pcap
from daemon import CROSSING, SOURCE, Case, captures, files, ledger, main, manifest, np, run, table, whole

VOLATILE = {"run.json"}


class SameBytes(Case):
    def same(self, first, second):
        a, b = files(first), files(second)
        self.assertEqual(set(a), set(b))
        differ = sorted(name for name in a if name not in VOLATILE and a[name] != b[name])
        self.assertEqual(differ, [])
        self.assertEqual(manifest(first)["dataset_sha256"], manifest(second)["dataset_sha256"])

    def made(self, name, *more, command=("run", CROSSING), **options):
        out = self.path(name)
        s = self.good(*command, "--tier", "d4", "--out", out, "--outputs", "all", *more, **options)
        self.assertEqual(s["dataset_sha256"], manifest(out)["dataset_sha256"])
        return out

    def test_two_paces_give_the_same_bytes(self):
        short = ("--duration", "8")
        first = self.made("max", *short)
        second = self.made("paced", *short, "--speed", "20")
        with open(os.path.join(second, "run.json")) as file:
            # records are computed up to 100 ms of the stopwatch ahead: 2 s of 8 at this pace
            self.assertLess(json.load(file)["real_time_factor"], 28, "it was paced")
        self.same(first, second)

    def test_one_and_two_and_seven_threads_give_the_same_bytes(self):
        first = self.made("one", "--threads", "1")
        self.same(first, self.made("two", "--threads", "2"))
        self.same(first, self.made("seven", "--threads", "7"))

    def test_every_technology_gives_the_same_bytes_and_closes_its_ledger(self):
        hashes = set()
        for name in ("ideal", "dsrc", "its-g5", "lte-v2x", "nr-v2x", "uu"):
            with self.subTest(technology=name):
                first = self.made(f"{name}-1", "--technology", name, "--threads", "1")
                self.same(first, self.made(f"{name}-3", "--technology", name, "--threads", "3"))
                again = self.good("run", os.path.join(first, "config.yaml"), "--out", self.path(f"{name}-again"))
                self.assertEqual(again["dataset_sha256"], manifest(first)["dataset_sha256"])
                ledger(self, again)
                # the corner's buildings stand in the way of radios at 5.9 GHz alone
                direct = name not in ("ideal", "uu")
                self.assertEqual(again["lost"].get("obstruction", 0) > 0, direct, again["lost"])
                hashes.add(again["dataset_sha256"])
        self.assertEqual(len(hashes), 6)

    def test_a_subscriber_changes_nothing(self):
        try:
            import zmq
        except ImportError as error:
            self.skipTest(str(error))
        first = self.made("alone", "--duration", "6")
        socket = zmq.Context.instance().socket(zmq.SUB)
        endpoint = f"ipc://{self.path('s')}"
        socket.subscribe("")
        socket.connect(endpoint)
        second = self.made("heard", "--duration", "6", "--publish", endpoint, "--wait-subscribers", "1",
                           "--speed", "max")
        self.assertTrue(socket.poll(1000), "the subscriber got something")
        socket.close(0)
        self.same(first, second)

    def test_time_zone_locale_and_folder_change_nothing(self):
        first = self.made("here", "--duration", "6")
        elsewhere = dict(os.environ, TZ="Asia/Kathmandu", LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8",
                         LC_NUMERIC="de_DE.UTF-8", HOME="/", COLUMNS="20")
        self.same(first, self.made("there", "--duration", "6", env=elsewhere, cwd="/"))

    def test_a_replay_is_the_same_at_two_paces_and_threads(self):
        capture = os.path.join(captures(), "obu-logs/bsmLogDuringEvent.gz")
        first = self.made("max", command=("replay", capture))
        second = self.made("paced", "--speed", "40", "--threads", "2", command=("replay", capture))
        self.same(first, second)

    def test_shortcuts_leave_the_impairments_of_the_file_as_they_are(self):
        only = "air.impairments=[{agent: ped-1, dropout: true}]"
        for more in ((), ("--latency", "5"), ("--loss", "0"), ("--latency", "5", "--loss", "0")):
            with self.subTest(more=more):
                self.good("run", CROSSING, "--tier", "d0", "--duration", "3", "--set", only, *more, "--out",
                          self.path("out"), "--force")
                got = table(self.path("out"), "receptions")
                for sender, receiver, cause in zip(got["sender"], got["receiver"], got["cause"]):
                    self.assertEqual(cause, "dropout" if "ped-1" in (sender, receiver) else "none")

    def test_another_seed_gives_another_world(self):
        first, second = manifest(self.made("a", "--duration", "3")), manifest(
            self.made("b", "--duration", "3", "--seed", "8"))
        self.assertNotEqual(first["world_id"], second["world_id"])
        self.assertNotEqual(first["dataset_sha256"], second["dataset_sha256"])

    def test_every_seed_closes_its_ledger(self):
        for seed in [*range(1, 60), 2 ** 63, 2 ** 64 - 1]:
            with self.subTest(seed=seed):
                ledger(self, self.good("run", CROSSING, "--duration", "2", "--seed", seed, "--tier", f"d{seed % 6}"))

    def test_the_config_of_a_dataset_reproduces_it(self):
        first = self.made("first")
        config = os.path.join(first, "config.yaml")
        again = self.path("again")
        s = self.good("run", config, "--out", again, "--outputs", "all")
        self.assertEqual(s["dataset_sha256"], manifest(first)["dataset_sha256"])
        a, b = files(first), files(again)
        differ = [name for name in a if name.startswith("tables/") and a[name] != b.get(name)]
        self.assertEqual(differ, [])

    def test_the_config_reproduces_what_the_command_line_changed(self):
        first = self.path("first")
        self.good("run", CROSSING, "--tier", "d1", "--latency", "30+-5", "--loss", "0.2", "--duration", "5",
                  "--seed", "99", "--set", "agents.ego.speed_mps=11", "--out", first)
        again = self.good("run", os.path.join(first, "config.yaml"), "--out", self.path("again"))
        self.assertEqual(again["dataset_sha256"], manifest(first)["dataset_sha256"])

    def profile(self, loss=0.2):
        return self.write("mine.yaml", f"schema: 1\nname: mine\nlatency_median_ms: 33\nlatency_sigma: 0.4\n"
                                       f"loss_p: {loss}\nloss_r: 0.5\nequipped_share: 0.8\ngnss_tau_s: 20\n")

    def again(self, command, first, **options):
        """Runs a dataset's own config.yaml; demands the same dataset."""
        s = self.good(command, os.path.join(first, "config.yaml"), "--out", self.path("again"), "--force", **options)
        self.assertEqual(s["dataset_sha256"], manifest(first)["dataset_sha256"])

    def test_the_config_reproduces_profile_egos_receivers_and_the_last_bit_of_the_seed(self):
        self.profile()
        first = self.path("first")
        # a profile named on the command line is looked for where the command is given
        self.good("run", CROSSING, "--air", "mine.yaml", "--duration", "4", "--seed", 2 ** 64 - 59, "--ego",
                  "north", "--receivers", "north,rsu-1", "--out", first, cwd=self.folder)
        self.assertEqual(manifest(first)["egos"], ["north"])
        self.again("run", first)

    def test_the_config_of_a_replay_reproduces_everything_that_was_asked(self):
        self.profile()
        capture = self.write("drive.pcap", pcap(of_the_crossing(self, 3)))
        first = self.path("first")
        self.good("replay", capture + "@north", "--air", "mine.yaml", "--technology", "dsrc", "--latency", "4+-1",
                  "--loss", "0.1", "--seed", 2 ** 64 - 59, "--receivers", "north", "--start", "0.5", "--duration",
                  "1.5", "--loop", "2", "--restamp", "now", "--out", first, cwd=self.folder)
        self.assertEqual(manifest(first)["air"]["technology"], "dsrc")
        self.again("replay", first)

    def test_a_files_impairments_stay_whole_when_the_command_line_adds_one(self):
        scenario = self.path("windows.yaml")
        with open(scenario, "w") as file:
            file.write("""\
schema: 1
name: windows
origin: {lat_deg: 42, lon_deg: -83}
duration_s: 8
agents:
  - {id: v0, path_m: [[0, 0], [300, 0]], speed_mps: 10, ego: true}
  - {id: v1, path_m: [[0, 20], [300, 20]], speed_mps: 12}
  - {id: v2, path_m: [[0, 40], [300, 40]], speed_mps: 14}
air:
  technology: dsrc
  congestion: j2945
  radio: {sigma_db: 2, errors: nist, nakagami_m: 3}
  impairments:
    - {when_s: [1, 7], link: v2v, agent: v1, latency: gamma, latency_ms: 40, latency_shape: 2,
       latency_correlation: 0.5, technology: [dsrc, its-g5]}
    - {loss_states: [0.1, 0.3], area_m: [[0, -10], [50, -10], [50, 50], [0, 50]]}
    - {burst_p: 0.05, burst_r: 0.2, burst_pass: 0.1, agent: v2}
    - {latency: empirical, latency_points_ms: [1, 2, 10]}
""")
        alone = self.good("run", scenario, "--out", self.path("alone"))
        # A window that never opens must leave everything as it was.
        first = self.path("first")
        with_one = self.good("run", scenario, "--loss", "0", "--out", first)
        for key in ("transmitted", "delivered", "lost", "late"):
            self.assertEqual(with_one[key], alone[key])
        again = self.good("run", os.path.join(first, "config.yaml"), "--out", self.path("again"))
        self.assertEqual(again["dataset_sha256"], manifest(first)["dataset_sha256"])
        self.assertGreater(alone["lost"].get("burst", 0), 20)

    def test_the_impairments_of_a_replays_config_are_those_of_a_scenario(self):
        capture = self.write("drive.pcap", pcap(of_the_crossing(self, 3)))
        plain = self.good("replay", capture + "@north", "--out", self.path("plain"))
        self.assertEqual(plain["lost"].get("burst", 0), 0)
        with open(self.path("plain", "config.yaml")) as file:
            text = file.read()
        self.assertIn("impairments: []", text)
        edited = self.write("edited.yaml", text.replace(
            "impairments: []", "impairments: [{burst_p: 0.2, burst_r: 0.3, when_s: [0.5, 3]}, {latency: gamma, "
            "latency_ms: 40, latency_shape: 2}]"))
        first = self.path("first")
        s = self.good("replay", edited, "--out", first)
        # 0.2 / (0.2 + 0.3) of the messages of five sixths of the time
        self.assertGreater(s["lost"]["burst"], 0.2 * plain["delivered"])
        injected = np.ma.compressed(table(first, "receptions")["injected_ms"])
        self.assertGreater(float(np.median(injected[injected > 0])), 5)
        self.again("replay", first)
        broken = self.write("broken.yaml", text.replace("impairments: []", "impairments: [{loss_states: [a]}]"))
        ran = run("replay", broken, "--out", self.path("no"))
        self.assertEqual(ran.code, 2)
        self.assertIn("loss_states", ran.err)

    def test_the_config_of_a_replay_reproduces_it(self):
        capture = os.path.join(captures(), "synthetic/eth_88dc_wsmp.pcap")
        first = self.made("first", command=("replay", capture))
        again = self.good("replay", os.path.join(first, "config.yaml"), "--out", self.path("again"))
        self.assertEqual(again["dataset_sha256"], manifest(first)["dataset_sha256"])

    def copied(self, capture, *place):
        os.makedirs(os.path.dirname(self.path(*place)), exist_ok=True)
        return shutil.copy(capture, self.path(*place))

    def test_a_replay_finds_its_captures_from_its_configurations_folder_whatever_the_current_one(self):
        capture = os.path.join(captures(), "synthetic/eth_88dc_wsmp.pcap")
        other = os.path.join(captures(), "synthetic/radiotap_ocb_epd_wsmp.pcap")
        self.copied(capture, "study", "captures", "drive.pcap")
        config = self.path("study", "plan.yaml")
        with open(config, "w") as file:
            file.write("schema: 1\nreplay:\n  inputs:\n    - {name: captures/drive.pcap, station: car-1}\nseed: 5\n")
        first = self.good("replay", config, "--out", self.path("first"), cwd="/")
        straight = self.good("replay", self.path("study", "captures", "drive.pcap") + "@car-1", "--seed", "5",
                             "--out", self.path("straight"))
        self.assertEqual(first["dataset_sha256"], straight["dataset_sha256"])
        # a foreign file of that name in the way does not matter: the hash decides
        self.copied(other, "first", "drive.pcap")
        again = self.good("replay", self.path("first", "config.yaml"), "--out", self.path("again"), cwd="/")
        self.assertEqual(again["dataset_sha256"], first["dataset_sha256"])
        # moved beside the dataset, it is found there
        os.rename(self.path("study", "captures", "drive.pcap"), self.path("drive.pcap"))
        moved = self.good("replay", self.path("first", "config.yaml"), "--out", self.path("moved"), cwd="/")
        self.assertEqual(moved["dataset_sha256"], first["dataset_sha256"])
        os.remove(self.path("drive.pcap"))
        self.refused(2, "replay", self.path("first", "config.yaml"), "--out", self.path("gone"),
                     says=["config.yaml:4: drive.pcap: the file of that name is not the one"])
        os.remove(self.path("first", "drive.pcap"))
        self.refused(2, "replay", self.path("first", "config.yaml"), "--out", self.path("gone"),
                     says=["config.yaml:4: drive.pcap: found neither"])

    def test_the_config_of_a_replay_knows_its_sensor_data_its_egos_and_all_64_bits_of_its_seed(self):
        capture = os.path.join(captures(), "synthetic/udp_1516_immediate_forward_text.pcap")
        probe = self.made("probe", command=("replay", capture + "@rsu-7"))
        start = int(table(probe, "receptions")["t_avail_ns"][0])
        with open(self.path("sensors.csv"), "w") as file:
            file.write("ego,stream,modality,seq,t_ns,clock,convention,exposure_ns,period_ns,uri\n")
            for seq in range(20):
                file.write("rsu-7,front,lidar,%d,%d,utc,mid,,100000000,\n" % (seq, start + seq * 10 ** 8))
        first = self.good("replay", capture + "@rsu-7", "--sensors", self.path("sensors.csv"), "--clock-map",
                          "front=-2000000+-300000", "--ego", "rsu-7", "--seed", 2 ** 64 - 3, "--tier", "d2",
                          "--out", self.path("first"))
        again = self.good("replay", self.path("first", "config.yaml"), "--out", self.path("again"), cwd="/")
        self.assertEqual(again["dataset_sha256"], first["dataset_sha256"])
        self.assertGreater(len(table(self.path("again"), "frames")["seq"]), 0)

    def test_no_machine_or_wall_clock_is_in_the_hashed_part(self):
        out = self.made("out", "--duration", "2")
        host = os.uname().nodename.encode()
        for name, octets in files(out).items():
            if name not in VOLATILE:
                self.assertNotIn(self.folder.encode(), octets, name)
                self.assertNotIn(SOURCE.encode(), octets, name)
                if len(host) > 5:
                    self.assertNotIn(host, octets, name)


class OneWorldManyTiers(Case):
    def tiers(self, *names):
        for name in names:
            self.good("run", CROSSING, "--tier", name, "--out", self.path(name))
        return [self.path(name) for name in names]

    def test_an_agent_that_responds_to_v2x_makes_its_own_world(self):
        def trajectory(tier, behaviour):
            self.good("run", CROSSING, "--tier", tier, "--set", "agents.ego.behaviour=" + behaviour, "--out",
                      self.path("out"), "--force")
            return manifest(self.path("out"))["trajectory_sha256"]
        deaf = trajectory("d0", "normal")
        self.assertEqual(trajectory("d5", "normal"), deaf)
        self.assertNotEqual(trajectory("d0", "v2x_responsive"), deaf)

    def test_tiers_share_world_trajectories_and_opportunities(self):
        a, b, c = self.tiers("d0", "d3", "d5")
        self.assertEqual(manifest(a)["world_id"], manifest(c)["world_id"])
        self.assertEqual(manifest(a)["world_id"], manifest(b)["world_id"])
        one, two = table(a, "agents"), table(c, "agents")
        self.assertEqual(one["agent"], two["agent"])
        for name in ("t_ns", "gt_x_m", "gt_y_m", "gt_z_m", "gt_yaw_rad", "gt_speed_mps", "gt_accel_mps2"):
            self.assertTrue((whole(one[name]) == whole(two[name])).all(), name)
        opportunities = [set(map(int, whole(table(at, "transmissions")["msg_uid"]))) for at in (a, b, c)]
        self.assertEqual(opportunities[0], opportunities[1])
        self.assertEqual(opportunities[0], opportunities[2])

    def test_equipped_shares_are_nested_and_messages_pair_up(self):
        heard = []
        senders = []
        for at in self.tiers("d0", "d3", "d5"):
            sent = table(at, "transmissions")
            went = nulls_of(sent["suppressed_by"])
            senders.append({sender for sender, there in zip(sent["sender_id"], went) if there})
            got = table(at, "receptions")
            heard.append({(int(uid), receiver): (int(at_ns), float(speed)) for uid, receiver, at_ns, speed in zip(
                whole(got["msg_uid"]), got["receiver"], whole(got["t_gen_ns"]),
                got["sender_speed_mps"].filled(-1) if np.ma.isMaskedArray(got["sender_speed_mps"])
                else got["sender_speed_mps"])})
        self.assertLessEqual(senders[2], senders[1])
        self.assertLessEqual(senders[1], senders[0])
        common = set(heard[0]) & set(heard[1])
        self.assertGreater(len(common), 1000)
        self.assertTrue(all(heard[0][key] == heard[1][key] for key in common), "same instant, same true speed")

    def test_msg_uid_is_sender_type_and_opportunity(self):
        (at,) = self.tiers("d2")
        sent = table(at, "transmissions")
        uid, k = whole(sent["msg_uid"]), whole(sent["k"]).astype(np.uint64)
        self.assertTrue(((uid & np.uint64(0xFFFFFFFF)) == k).all())
        self.assertTrue((uid >> np.uint64(63) == 0).all())
        types = {"BSM": 20, "PSM": 32, "SPAT": 19, "MAP": 18}
        want = np.array([types[name] for name in sent["msg_type"]], np.uint64)
        self.assertTrue(((uid >> np.uint64(32) & np.uint64(0xFF)) == want).all())
        by_sender = {}
        for sender, number in zip(sent["sender_id"], uid >> np.uint64(40)):
            by_sender.setdefault(sender, set()).add(int(number))
        self.assertTrue(all(len(numbers) == 1 for numbers in by_sender.values()))
        self.assertEqual(len({min(numbers) for numbers in by_sender.values()}), len(by_sender))


def nulls_of(column):
    return [value is None or value == "none" for value in column]


if __name__ == "__main__":
    main()
