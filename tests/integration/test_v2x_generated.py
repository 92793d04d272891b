#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random valid messages of every type that v2x decodes, made by an encoder of its own (uper.py): each decodes to the
values that it was made of, and these encode to the same octets.

usage: test_v2x_generated.py V2X SOURCE_DIR [SEED [COUNT]]
"""
import glob
import json
import os
import random
import subprocess
import sys
import unittest

from uper import Bits, Maker, Reader

V2X, SOURCE = sys.argv[1:3]
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
COUNT = int(sys.argv[4]) if len(sys.argv) > 4 else 8
del sys.argv[1:]

FRAMES = {18: "MapData", 19: "SPAT", 20: "BasicSafetyMessage", 21: "CommonSafetyRequest", 22: "EmergencyVehicleAlert",
          23: "IntersectionCollision", 24: "NMEAcorrections", 25: "ProbeDataManagement", 26: "ProbeVehicleData",
          27: "RoadSideAlert", 28: "RTCMcorrections", 29: "SignalRequestMessage", 30: "SignalStatusMessage",
          31: "TravelerInformation", 32: "PersonalSafetyMessage", 33: "RoadSafetyMessage",
          41: "SensorDataSharingMessage"}
PDUS = {(1, 1): "ItsDenmV1", (1, 2): "ItsCamV1", (1, 14): "ItsCpmV1", (2, 1): "ItsDenm", (2, 2): "ItsCam",
        (2, 4): "ItsSpatem", (2, 5): "ItsMapem", (2, 6): "ItsIvim", (2, 9): "ItsSrem", (2, 10): "ItsSsem",
        (2, 13): "ItsRtcmem", (2, 14): "ItsCpm", (3, 16): "ItsVam"}
OPENS = {"PartIIcontent": {0: "VehicleSafetyExtensions", 1: "SpecialVehicleExtensions",
                           2: "SupplementalVehicleExtensions"},
         "RegionalExtension": {},
         "ItsCpmContainer": {1: "OriginatingVehicleContainer", 2: "OriginatingRsuContainer",
                             3: "SensorInformationContainer", 4: "PerceptionRegionContainer",
                             5: "PerceivedObjectContainer"}}
for slot in ("ConnectionManeuverAssist", "IntersectionState", "LaneAttributes", "MapData", "MovementEvent",
             "NodeAttributeSet", "Position3D", "RequestorDescription", "RestrictionUserType", "SignalStatusPackage"):
    OPENS["ItsReg" + slot] = {3: slot + "-addGrpC"}
OPENS["ItsRegGenericLane"] = {3: "ConnectionTrajectory-addGrpC"}


def types():
    found = {}
    for folder in ("asn1/modules", "asn1/its/modules"):
        for path in sorted(glob.glob(os.path.join(SOURCE, folder, "*.asn"))):
            found.update(Reader(path).types())
    return found


def v2x(*args, data):
    return subprocess.run([V2X, *args], input="\n".join(data), capture_output=True, text=True, timeout=250)


class Generated(unittest.TestCase):
    types = types()

    def maker(self, rnd, fixed=None):
        return Maker(self.types, OPENS, rnd, often=rnd.choice([0.1, 0.4, 0.8]), longer=rnd.randint(0, 2), fixed=fixed)

    def hold(self, family, made):
        decoded = [json.loads(line) for line in v2x("decode", "--as", family, data=[m[0] for m in made]).stdout.splitlines()]
        self.assertEqual(len(decoded), len(made))
        for (octets, value), got in zip(made, decoded):
            told = "seed %d: %s: %s" % (SEED, octets, got.get("error"))
            self.assertTrue(got["ok"], told)
            self.assertEqual(got["jer"], value, told)
            self.assertNotIn("unknown_extensions", got, told)
        again = v2x("encode", data=[json.dumps({"jer": value}) for _, value in made])
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(again.stdout.split(), [octets for octets, _ in made], "seed %d" % SEED)

    def test_j2735_messages_of_every_type(self):
        rnd = random.Random(SEED)
        made = []
        for _ in range(COUNT):
            for message_id, name in FRAMES.items():
                body, value = self.maker(rnd).message(name)
                frame = Bits()
                frame.put(message_id, 16)
                if len(body) < 16384:
                    frame.open(body)
                    made.append((frame.octets().hex().upper(), {"messageId": message_id, "value": {name: value}}))
        self.assertGreater(len(made), COUNT * len(FRAMES) * 0.9)
        self.hold("j2735", made)

    def test_etsi_messages_of_every_type(self):
        rnd = random.Random(SEED)
        made = []
        for _ in range(COUNT):
            for header, name in PDUS.items():
                octets, value = self.maker(rnd, {"ItsPduHeader": header, "ItsPduHeader2": header}).message(name)
                made.append((octets.hex().upper(), value))
        self.hold("its", made)


if __name__ == "__main__":
    unittest.main()
