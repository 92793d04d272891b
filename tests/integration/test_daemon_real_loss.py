#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One traffic, captured where it was sent and where it was heard: what the second capture lacks is a real loss."""
import struct

from captured import of_the_crossing, pcap
from daemon import Case, ledger, main, table, texts

BSM_PSID = 0x20


class RealLoss(Case):
    def sent_and_heard(self):
        """One car's BSMs as its OBU logs them (bsmTx layout), and as frames 0.4 ms later elsewhere."""
        frames = [(ns, f) for ns, f in of_the_crossing(self, 5) if f[16] == BSM_PSID]
        one = [(ns, f) for ns, f in frames if f[6:12] == frames[0][1][6:12]]
        log = b"".join(
            struct.pack("<BiiihHIHbH", 0, 422990000, -836989000, 2600, 0, 0, ns // 10**9, ns // 10**6 % 1000, 0,
                        len(f) - 14) + f[14:] + b"\n" for ns, f in one)
        return log, [(ns + 400_000, f) for ns, f in one]

    def replay(self, log, heard, *options):
        return self.good("replay", self.write("bsmTx_car.bin", log) + "@car",
                         self.write("heard.pcap", pcap(heard)) + "@roadside", "--tier", "d0", *options)

    def test_what_a_listening_station_did_not_hear_is_lost_and_real(self):
        log, heard = self.sent_and_heard()
        lost = {7, 8, 9, 20}
        s = self.replay(log, [h for i, h in enumerate(heard) if i not in lost], "--out", self.path("out"))
        ledger(self, s)
        self.assertEqual(s["transmitted"], len(heard))
        self.assertEqual(s["lost"], {"unknown": len(lost)})
        self.assertEqual(s["delivered"], len(heard) - len(lost))
        rows = table(self.path("out"), "receptions")
        self.assertEqual(sum(bool(real) for real in rows["real"]), len(lost))
        self.assertEqual(set(texts(rows["sender"])), {"car"})
        self.assertEqual(set(texts(rows["receiver"])), {"roadside"})
        self.assertEqual({int(uid) & 0xFFFFFFFF for uid, real in zip(rows["msg_uid"], rows["real"]) if real}, lost)

    def test_a_station_that_was_not_listening_lost_nothing(self):
        log, heard = self.sent_and_heard()
        s = self.replay(log, heard[10:20])
        ledger(self, s)
        self.assertEqual((s["delivered"], s["lost"]), (10, {}))


if __name__ == "__main__":
    main()
