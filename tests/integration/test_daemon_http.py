#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""--http as browsers and monitors meet it: pages, events, metrics, and that eyes change nothing."""
import contextlib
import http.client
import json
import os
import re
import signal
import socket

from daemon import CROSSING, Case, ended, files, main, manifest, running, table, until, whole


class Http(Case):
    @contextlib.contextmanager
    def daemon(self, *more, speed="2"):
        """The daemon and its port. Paced, so that there is something to look at."""
        log = self.path("log")
        with open(log, "w") as err, running("run", CROSSING, "--tier", "d3", "--http", "127.0.0.1:0", "--speed", speed,
                                            *more, stderr=err) as child:
            def port():
                with open(log) as file:
                    told = re.search(r"http://127\.0\.0\.1:(\d+)/", file.read())
                return int(told[1]) if told else None
            self.port = until(port, "the address is told")
            yield child

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request(method, path)
        reply = connection.getresponse()
        return reply, reply.read()

    def events(self, count):
        """So many events as parsed JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/events")
        reply = connection.getresponse()
        self.assertEqual(reply.getheader("Content-Type"), "text/event-stream")
        out = []
        while len(out) < count:
            line = reply.readline()
            self.assertTrue(line, "the stream of events goes on")
            if line.startswith(b"data: "):
                out.append(json.loads(line[6:]))
        return out

    def metrics(self):
        """name{labels} -> value; every family has its help and type before it."""
        reply, text = self.get("/metrics")
        self.assertTrue(reply.getheader("Content-Type").startswith("text/plain; version=0.0.4"))
        values, typed = {}, set()
        for line in text.decode().splitlines():
            if line.startswith("# TYPE "):
                typed.add(line.split()[2])
            elif not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                family = re.sub(r"_(bucket|count)$", "", name.split("{")[0])
                self.assertIn(family, typed, line)
                self.assertNotIn(name, values, "told once")
                values[name] = float(value)
        return values

    def test_the_page_and_what_it_fetches_are_there(self):
        with self.daemon("--out", self.path("out")):
            reply, page = self.get("/")
            self.assertEqual((reply.status, reply.getheader("Content-Type")), (200, "text/html; charset=utf-8"))
            self.assertEqual(int(reply.getheader("Content-Length")), len(page))
            fetched = set(re.findall(r'(?:fetch|EventSource)\("([^"]+)"\)', page.decode()))
            self.assertEqual(fetched, {"status", "map.geojson", "events"})
            self.assertNotRegex(page.decode(), r"https?://", "nothing from elsewhere")
            _, geojson = self.get("/map.geojson")
            with open(self.path("out", "map.geojson"), "rb") as file:
                self.assertEqual(geojson, file.read())
            _, status = self.get("/status")
            self.assertEqual(json.loads(status)["scenario_id"], "blind-crossing")
            self.assertAlmostEqual(json.loads(status)["origin"]["lat_deg"], 42.2990, places=9)

    def test_events_are_the_scenes_of_the_dataset(self):
        out = self.path("out")
        with self.daemon("--out", out, speed="4") as child:
            events = self.events(30)
            self.assertEqual(ended(child, 60).code, 0)
        stamps = [int(event["t_ns"]) for event in events]
        self.assertTrue(all(b - a == 100_000_000 for a, b in zip(stamps, stamps[1:])), "one each 100 ms, in order")
        agents, scenes = table(out, "agents"), table(out, "scenes")
        captions = dict(zip(map(int, whole(scenes["t_ns"])), scenes["caption"]))
        places = {(int(t), name): (float(x), float(y)) for t, name, x, y in
                  zip(whole(agents["t_ns"]), agents["agent"], agents["gt_x_m"], agents["gt_y_m"])}
        for event in events:
            t = int(event["t_ns"])
            self.assertEqual(event["caption"], captions.get(t, ""), "no scene before the egos know where they are")
            self.assertEqual({name for at, name in places if at == t}, {agent[0] for agent in event["agents"]})
            for agent in event["agents"]:
                x, y = places[t, agent[0]]
                self.assertLess(abs(agent[2] - x) + abs(agent[3] - y), 0.011)
        got = table(out, "receptions")
        fates = {}
        for sender, receiver, cause in zip(got["sender"], got["receiver"], got["cause"]):
            fates.setdefault((sender, receiver), set()).add("" if cause == "none" else cause)
        links = [link for event in events for link in event["links"]]
        self.assertGreater(len(links), 30)
        for sender, receiver, cause in links:
            self.assertIn(cause, fates[sender, receiver])

    def test_metrics_close_their_ledger_and_go_up(self):
        with self.daemon():
            first = until(lambda: (lambda m: m if m["v2xd_intended_total"] > 0 else None)(self.metrics()), "it counts")
            second = until(lambda: (lambda m: m if m["v2xd_intended_total"] > first["v2xd_intended_total"] else None)(
                self.metrics()), "it goes on")
        for values in (first, second):
            def total(name):
                return sum(value for key, value in values.items() if key.startswith(name + "{"))
            self.assertEqual(values["v2xd_intended_total"], values["v2xd_delivered_total"] + total("v2xd_lost_total"))
            self.assertEqual(values["v2xd_opportunities_total"],
                             values["v2xd_transmitted_total"] + total("v2xd_suppressed_total"))
            buckets = [value for key, value in values.items() if key.startswith("v2xd_lateness_seconds_bucket")]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], values["v2xd_lateness_seconds_count"])
        self.assertTrue(all(second[key] >= value for key, value in first.items() if key.endswith("_total")))

    def test_health_is_told(self):
        with self.daemon():
            reply, text = self.get("/healthz")
            self.assertEqual((reply.status, text), (200, b"ok\n"))

    def test_what_is_not_there_or_not_allowed_has_its_status(self):
        with self.daemon():
            for method, path, status in (("GET", "/../etc/passwd", 404), ("GET", "/metrics/", 404), ("POST", "/", 405),
                                         ("DELETE", "/map.geojson", 405), ("GET", "/" + "a" * 300, 414),
                                         ("GET", "/healthz?x=1", 200)):
                with self.subTest(path=path[:20]):
                    self.assertEqual(self.get(path, method)[0].status, status)
            reply, body = self.get("/", "HEAD")
            self.assertEqual((reply.status, body), (200, b""))
            with socket.create_connection(("127.0.0.1", self.port), 30) as raw:
                raw.sendall(b"\x00\xff garbage\r\n\r\n")
                self.assertTrue(raw.recv(100).startswith(b"HTTP/1.1 400 "))

    def test_idle_connections_keep_nobody_out(self):
        with self.daemon() as child:
            idle = [socket.create_connection(("127.0.0.1", self.port), 30) for _ in range(60)]
            idle[0].sendall(b"GET / HT")
            self.assertEqual(self.get("/healthz")[0].status, 200)
            more = [socket.create_connection(("127.0.0.1", self.port), 30) for _ in range(20)]
            closed = 0
            for one in more:
                one.settimeout(0.5)
                with contextlib.suppress(TimeoutError, ConnectionError):
                    closed += one.recv(1) == b""
            self.assertGreaterEqual(closed, 15, "beyond 64 they are closed at once")
            for one in idle + more:
                one.close()
            until(lambda: self.healthy(), "there is room again")
            self.assertIsNone(child.poll())

    def healthy(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/healthz")[0].status == 200

    def test_watchers_that_leave_at_once_harm_nobody(self):
        with self.daemon(speed="20") as child:
            with open(f"/proc/{child.pid}/status") as file:
                ignored = int(re.search(r"SigIgn:\s*([0-9a-f]+)", file.read())[1], 16)
            self.assertTrue(ignored >> (signal.SIGPIPE - 1) & 1, "a write to one who left does not end it")
            while child.poll() is None:
                with contextlib.suppress(OSError):
                    many = [socket.create_connection(("127.0.0.1", self.port), 30) for _ in range(40)]
                    for one in many:
                        one.sendall(b"GET /events HTTP/1.1\r\n\r\n")
                    for one in many:
                        one.recv(30)
                        one.close()
            self.assertEqual(ended(child, 60).code, 0)

    def test_without_truth_nothing_of_it_is_shown(self):
        with self.daemon("--no-truth"):
            self.assertFalse([name for name in self.metrics() if "lost" in name or "delivered" in name])
            events = self.events(15)
        for event in events:
            self.assertEqual((event["signals"], event["links"], event["heard"], event["lost"]), ([], [], 0, 0))
            self.assertTrue(all(decision[2:] == ["", ""] for decision in event["decisions"]))
        shown = {agent[0] for agent in events[-1]["agents"]}
        self.assertNotIn("ped-2", shown, "who never sent is not there")

    def test_eyes_change_no_byte(self):
        self.good("run", CROSSING, "--tier", "d3", "--duration", "6", "--out", self.path("alone"))
        with self.daemon("--duration", "6", "--out", self.path("watched"), speed="1") as child:
            self.events(10)
            self.metrics()
            self.assertEqual(ended(child, 60).code, 0)
        a, b = files(self.path("alone")), files(self.path("watched"))
        self.assertEqual(sorted(n for n in a if n != "run.json" and a[n] != b.get(n)), [])
        self.assertEqual(manifest(self.path("alone"))["dataset_sha256"], manifest(self.path("watched"))["dataset_sha256"])

    def test_an_address_that_cannot_be_is_refused_and_one_in_use_is_named(self):
        for address in ("nonsense", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "256.0.0.1:80", "::1:80", "[::1:80", ":80",
                        "127.0.0.1:8a"):
            with self.subTest(address):
                self.refused(2, "run", CROSSING, "--http", address, says=("--http", address))
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.refused(1, "run", CROSSING, "--http", address, says=(address, "in use"))


if __name__ == "__main__":
    main()
