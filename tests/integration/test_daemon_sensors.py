#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A drive with its own sensor data: a capture, frames, objects and poses in the contract's CSV form. The drive is a
synthetic one, so that it is known which object sent which message."""
import math

from captured import frames_of_pcapng, pcap
from daemon import CROSSING, Case, main, manifest, nulls, table, texts, whole


class Sensors(Case):
    def drive(self):
        """CSV texts and the capture of what the ego's station could hear, from a run through perfect air."""
        world = self.path("world")
        self.good("run", CROSSING, "--tier", "d0", "--duration", "10", "--outputs", "tables,mcap,pcapng", "--out", world, "--force")
        frames, objects, agents = (table(world, name) for name in ("frames", "objects", "agents"))
        ego = [i for i, name in enumerate(frames["ego"]) if name == "ego"]
        sensors = ["ego,stream,modality,seq,t_ns,clock,convention,exposure_ns,period_ns,uri"]
        for i in ego:
            if not frames["missing"][i]:
                sensors.append(f"ego,{frames['stream'][i]},{texts(frames['modality'])[i]},{frames['seq'][i]},"
                               f"{frames['t_mid_ns'][i]},utc,mid,,,")
        number = {int(uid): (texts(frames["stream"])[i], int(frames["seq"][i])) for i, uid in
                  enumerate(frames["frame_uid"])}
        seen = ["ego,stream,seq,track,class,frame,x_m,y_m,z_m,yaw_rad,vx_mps,vy_mps,length_m,width_m,height_m,sx_m,"
                "sy_m,t_obj_ns"]
        origin = manifest(world)["origin"]
        for i, name in enumerate(objects["ego"]):
            if name == "ego":
                stream, seq = number[int(objects["frame_uid"][i])]
                seen.append(f"ego,{stream},{seq},{objects['track'][i]},{texts(objects['kind'])[i]},enu," + ",".join(
                    str(objects[c][i]) for c in ("x_m", "y_m")) + ",0," + ",".join(
                        str(objects[c][i]) for c in ("yaw_rad", "vx_mps", "vy_mps", "length_m", "width_m", "height_m",
                                                     "sigma_x_m", "sigma_y_m")) + f",{objects['t_obj_ns'][i]}")
        poses = ["ego,t_ns,clock,lat_deg,lon_deg,alt_m,yaw_rad,speed_mps,sigma_m",
                 f"ego,{min(whole(agents['t_ns']))},utc,{origin['lat_deg']},{origin['lon_deg']},260,0,0,0.5"]
        for i, name in enumerate(agents["agent"]):
            if name == "ego" and int(agents["t_ns"][i]) > min(whole(agents["t_ns"])):
                poses.append(f"ego,{agents['t_ns'][i]},utc,{agents['lat_deg'][i]:.9f},{agents['lon_deg'][i]:.9f},260,"
                             f"{agents['gt_yaw_rad'][i]},{agents['gt_speed_mps'][i]},0.5")
        with open(self.path("world", "capture.pcapng"), "rb") as file:
            capture = pcap(frames_of_pcapng(file.read()))
        return capture, *("\n".join(rows) + "\n" for rows in (sensors, seen, poses))

    def replay(self, *options):
        capture, sensors, objects, poses = self.drive()
        return self.good("replay", self.write("drive.pcap", capture) + "@ego", "--tier", "d1", "--sensors",
                         self.write("sensors.csv", sensors), "--objects", self.write("objects.csv", objects),
                         "--poses", self.write("poses.csv", poses), *options, "--out", self.path("out"))

    def test_what_v2x_and_the_sensors_report_meets_in_one_view(self):
        s = self.replay()
        self.assertGreater(s["sensor_frames"], 400)
        tracks = table(self.path("out"), "tracks")
        near = [i for i in range(len(tracks["sensed"])) if bool(tracks["sensed"][i])]
        self.assertGreater(len(near), 50)
        off = sorted(math.hypot(float(tracks["x_m"][i]) - float(tracks["sensed_x_m"][i]),
                                float(tracks["y_m"][i]) - float(tracks["sensed_y_m"][i])) for i in near)
        # the ego's own 0.3 m, the object's and the claim's: metres apart would be another origin or clock
        self.assertLess(off[len(off) // 2], 1.5)
        self.assertTrue(nulls(tracks["gt_x_m"]).all())

    def test_streams_without_a_clock_map_are_unverified_and_with_one_they_are_not(self):
        s = self.replay()
        self.assertEqual(s["sync"]["ok"], 0)
        self.assertGreater(s["sync"]["unverified"], 50)
        maps = []
        for stream in sorted(set(texts(table(self.path("out"), "frames")["stream"]))):
            if stream != "grid":
                maps += ["--clock-map", f"{stream}=0+-200000"]
        s = self.replay(*maps, "--force")
        self.assertGreater(s["sync"]["ok"], 50)

    def test_the_config_names_the_sensor_data_and_makes_the_same_dataset_again(self):
        s = self.replay("--clock-map", "front=0+-200000")
        again = self.good("replay", self.path("out", "config.yaml"), "--out", self.path("again"))
        self.assertEqual(again["dataset_sha256"], s["dataset_sha256"])
        self.assertGreater(again["sensor_frames"], 400)
        self.write("objects.csv", "changed")
        self.refused(2, "replay", self.path("out", "config.yaml"), says=("objects.csv", "not the one"))


if __name__ == "__main__":
    main()
