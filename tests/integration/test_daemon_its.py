#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A world that speaks ETSI, or both standards: what it sends decodes, by tshark too, is heard,
tracked and labelled as SAE's messages are."""
import collections
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from daemon import SOURCE, V2XD, Case, main, np, nulls, run, table, texts

V2X = os.path.join(os.path.dirname(V2XD), "v2x")
WORLD = f"""schema: 1
name: its
standard: {{}}
origin: {{{{lat_deg: 48.7758, lon_deg: 9.1829, elev_m: 250}}}}
duration_s: 12
map: {SOURCE}/scenarios/library/maps/four-way.yaml
agents:
  - {{{{id: ego, kind: car, ego: true, path_m: [[-200, -1.75], [300, -1.75]], speed_mps: 13}}}}
  - {{{{id: lead, kind: car, path_m: [[-160, -1.75], [400, -1.75]], speed_mps: 13, actions: [{{{{do: brake, when: {{{{time_s: 5}}}}, decel_mps2: 6, to_mps: 4}}}}]}}}}
  - {{{{id: amb, kind: emergency, path_m: [[-150, 3], [300, 3]], speed_mps: 15}}}}
  - {{{{id: broken, kind: truck, at_m: [50, -8], actions: [{{{{do: hazard, when: {{{{time_s: 3}}}}}}}}]}}}}
  - {{{{id: bike, kind: cyclist, path_m: [[-50, -5], [100, -5]], speed_mps: 5, phone: {{{{placement: bag}}}}}}}}
infrastructure: [{{{{id: rsu-1, at_m: [4, 4], sends: [SPAT, MAP, CAM]}}}}]
signals:
  - {{{{id: sg-ew, phases: [{{{{phase: green, duration_s: 7}}}}, {{{{phase: red, duration_s: 7}}}}]}}}}
  - {{{{id: sg-ns, phases: [{{{{phase: red, duration_s: 7}}}}, {{{{phase: green, duration_s: 7}}}}]}}}}
"""
ETSI = {"CAM", "DENM", "VAM", "SPATEM", "MAPEM"}
SAE = {"BSM", "PSM", "SPAT", "MAP"}


class Its(Case):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory(prefix="v2xd-test-")
        cls.out = {}
        for standard in ("etsi", "both"):
            file = os.path.join(cls.home.name, f"{standard}.yaml")
            with open(file, "w", encoding="utf-8") as f:
                f.write(WORLD.format(standard))
            cls.out[standard] = os.path.join(cls.home.name, standard)
            ran = run("run", file, "--tier", "d1", "--outputs", "tables,pcapng", "--out",
                      cls.out[standard])
            assert ran.code == 0, ran

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    def test_each_standard_sends_its_own_types(self):
        for standard, want in (("etsi", ETSI), ("both", ETSI | SAE)):
            got = table(self.out[standard], "transmissions")
            self.assertEqual(set(texts(got["msg_type"])), want)

    def test_the_capture_decodes_whole_and_in_btp(self):
        for standard in self.out:
            sent = table(self.out[standard], "transmissions")
            want = collections.Counter(texts(sent["msg_type"])[nulls(sent["suppressed_by"])])
            done = subprocess.run([V2X, "decode", "--from", "pcap",
                                   os.path.join(self.out[standard], "capture.pcapng")],
                                  capture_output=True, timeout=60, check=True)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            self.assertTrue(all(line["ok"] for line in lines))
            self.assertEqual(collections.Counter(line["type"] for line in lines), want)
            for line in lines:
                layers = ["gn", "btp", "its"] if line["type"] in ETSI else ["wsmp", "1609.2", "j2735"]
                self.assertEqual(line["layers"][1:], layers)

    def test_tshark_sees_the_same_messages(self):
        if not shutil.which("tshark"):
            self.skipTest("no tshark")
        sent = table(self.out["etsi"], "transmissions")
        want = collections.Counter(texts(sent["msg_type"])[nulls(sent["suppressed_by"])])
        done = subprocess.run(["tshark", "-r", os.path.join(self.out["etsi"], "capture.pcapng"), "-T",
                               "fields", "-e", "its.messageID", "-e", "_ws.malformed", "-e",
                               "btpb.dstport"], capture_output=True, timeout=60, check=True, text=True)
        seen = collections.Counter()
        for line in done.stdout.splitlines():
            message, malformed, port = line.split("\t")
            self.assertEqual(malformed, "")
            seen[{"1": "DENM", "2": "CAM", "4": "SPATEM", "5": "MAPEM", "": "VAM"}[message]] += 1
            if message == "":  # tshark has no VAM
                self.assertEqual(port, "2018")
        self.assertEqual(seen, want)

    def test_cam_and_vam_senders_are_tracked_near_their_truth(self):
        got = table(self.out["etsi"], "tracks")
        self.assertEqual(set(texts(got["gt_sender"])), {"lead", "amb", "broken", "bike", "rsu-1"})
        error = np.ma.compressed(got["gt_error_m"])
        self.assertGreater(error.size, 100)
        self.assertLess(float(np.median(error)), 1.0)

    def test_braking_the_broken_truck_and_the_ambulance_are_told_by_denm(self):
        got = table(self.out["etsi"], "transmissions")
        denm = texts(got["msg_type"]) == "DENM"
        self.assertEqual(set(texts(got["sender_id"])[denm]),
                         {"lead", "amb", "broken"})

    def test_every_etsi_reception_has_its_labels(self):
        got = table(self.out["etsi"], "receptions")
        self.assertGreater(len(texts(got["com_tim"])), 500)
        self.assertNotIn("", set(texts(got["com_tim"])))
        cams = (texts(got["msg_type"]) == "CAM") & (texts(got["fate"]) == "delivered")
        self.assertEqual(int(nulls(got["t_gen_claimed_ns"])[cams].sum()), 0)


if __name__ == "__main__":
    main()
