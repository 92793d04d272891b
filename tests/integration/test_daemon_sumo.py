#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Traffic of SUMO as users give it: a .sumocfg, a file, a pipe; and when SUMO is not there, or gives up.

A stand-in for the program shows what v2xd asks of it and how it takes trouble; the real one runs where it is installed.
"""
import json
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import unittest

from daemon import SOURCE, V2XD

FOLDER = os.path.join(SOURCE, "tests/sumo")
ROW = '<timestep time="{t:.2f}"><vehicle id="a.0" x="{x:.2f}" y="-1.6" angle="90" type="car"/></timestep>\n'


def traffic(begin=0.0):
    rows = "".join(ROW.format(t=begin + 0.1 * k, x=10 + 1.0 * k) for k in range(50))
    return f"<fcd-export>\n{rows}</fcd-export>\n"


class Sumo(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.bin = os.path.join(self.folder, "bin")
        os.mkdir(self.bin)
        self.config = os.path.join(self.folder, "t.sumocfg")
        shutil.copy(os.path.join(FOLDER, "road.net.xml"), self.folder)
        with open(self.config, "w", encoding="ascii") as file:
            file.write('<configuration><input><net-file value="road.net.xml"/></input></configuration>')

    def stand_in(self, script):
        path = os.path.join(self.bin, "sumo")
        with open(path, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, stat.S_IRWXU)

    def run_v2xd(self, *arguments, path=None, timeout=60):
        env = dict(os.environ, PATH=path or f"{self.bin}:/usr/bin:/bin")
        return subprocess.run([V2XD, *arguments, "-q"], capture_output=True, text=True, timeout=timeout, env=env,
                              check=False)

    def run_to(self, name, *arguments, **options):
        """The dataset's hash, and its folder."""
        out = os.path.join(self.folder, name)
        done = self.run_v2xd("run", *arguments, "--out", out, "--summary", out + ".json", **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(out + ".json", encoding="utf-8") as file:
            return json.load(file)["dataset_sha256"], out

    def test_a_configuration_runs_sumo_and_takes_its_roads(self):
        with open(os.path.join(self.folder, "fcd.xml"), "w", encoding="ascii") as file:
            file.write(traffic(7.0))
        self.stand_in(f'printf "%s\\n" "$@" > {self.folder}/asked\necho words that are no traffic\n'
                      f'cat {self.folder}/fcd.xml > /dev/fd/3\n')
        _, out = self.run_to("out", self.config, "--seed", "9")
        with open(os.path.join(self.folder, "asked"), encoding="ascii") as file:
            asked = file.read().split("\n")
        self.assertEqual(asked[asked.index("-c") + 1], self.config)
        self.assertEqual(asked[asked.index("--seed") + 1], "9")
        with open(os.path.join(out, "config.yaml"), encoding="utf-8") as file:
            config = file.read()
        self.assertIn("id: ab_0", config)  # a lane of road.net.xml
        self.assertIn("duration_s: 4.90", config)

    def test_without_a_seed_sumo_keeps_its_own(self):
        self.stand_in(f'printf "%s\\n" "$@" > {self.folder}/asked\nexit 1\n')
        self.assertEqual(self.run_v2xd("run", self.config).returncode, 2)
        with open(os.path.join(self.folder, "asked"), encoding="ascii") as file:
            self.assertNotIn("--seed", file.read())

    def test_a_missing_sumo_is_told_with_what_to_do(self):
        done = self.run_v2xd("run", self.config, path=self.bin)
        self.assertEqual(done.returncode, 2)
        self.assertIn("t.sumocfg: the program sumo is not installed", done.stderr)
        self.assertIn("apt-get install sumo", done.stderr)

    def test_what_sumo_says_is_told(self):
        self.stand_in("echo Warning: first >&2\necho 'Error: no such edge' >&2\necho 'Quitting (on error).' >&2\nexit 1\n")
        done = self.run_v2xd("run", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("t.sumocfg: sumo gave up: Error: no such edge", done.stderr)

    def test_a_flood_of_words_does_not_stop_the_traffic(self):
        with open(os.path.join(self.folder, "fcd.xml"), "w", encoding="ascii") as file:
            file.write(traffic())
        self.stand_in(f"i=0\nwhile [ $i -lt 20000 ]; do echo Warning: number $i >&2; i=$((i + 1)); done\n"
                      f"cat {self.folder}/fcd.xml > /dev/fd/3\n")
        self.run_to("out", self.config)

    def test_sumo_goes_when_its_traffic_is_refused(self):
        self.stand_in(f'echo $$ > {self.folder}/pid\necho "<net/>" > /dev/fd/3\nexec sleep 600\n')
        done = self.run_v2xd("run", self.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn("fcd-export expected", done.stderr)
        with open(os.path.join(self.folder, "pid"), encoding="ascii") as file:
            self.assertFalse(os.path.exists(f"/proc/{file.read().strip()}"))

    def test_a_pipe_gives_the_dataset_of_the_file(self):
        file_name = os.path.join(self.folder, "file.fcd.xml")
        pipe_name = os.path.join(self.folder, "pipe.fcd.xml")
        with open(file_name, "w", encoding="ascii") as file:
            file.write(traffic())
        os.mkfifo(pipe_name)

        def pour():
            with open(pipe_name, "w", encoding="ascii") as pipe:
                pipe.write(traffic())

        writer = threading.Thread(target=pour)
        writer.start()
        piped, _ = self.run_to("piped", pipe_name)
        writer.join()
        read, _ = self.run_to("read", file_name)
        with open(os.path.join(self.folder, "piped", "config.yaml"), encoding="utf-8") as one, \
                open(os.path.join(self.folder, "read", "config.yaml"), encoding="utf-8") as two:
            self.assertEqual(one.read(), two.read())
        self.assertTrue(piped and read)

    @unittest.skipUnless(shutil.which("sumo"), "sumo (Debian's package sumo) is not installed")
    def test_the_real_sumo_gives_the_same_bytes_twice(self):
        config = os.path.join(FOLDER, "following.sumocfg")
        one, _ = self.run_to("one", config)
        two, out = self.run_to("two", config)
        self.assertEqual(one, two)
        with open(os.path.join(out, "config.yaml"), encoding="utf-8") as file:
            self.assertIn("id: lead", file.read())


if __name__ == "__main__":
    unittest.main()
