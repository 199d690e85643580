#!/usr/bin/env python3
"""The test of the connection, by console and agent, against the real hub."""

import contextlib
import json
import socket
import subprocess
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import ProntoTest, private_environment, program


class CheckTest(ProntoTest):
    def check(self, tester, *options, **environment):
        words = [program("pronto-viewer"), "check"] if tester == "viewer" else [program("pronto-agent"), "--check"]
        return subprocess.run([*words, *options], capture_output=True, text=True, timeout=60,
                              env=private_environment(self.folder, **environment))

    def hub_options(self):
        return ["--hub", self.hub.address, "--hub-pin", self.hub.pin]

    def test_a_good_connection_is_told_step_by_step_and_ends_with_0(self):
        self.start_hub()
        for tester in "viewer", "agent":
            with self.subTest(tester):
                done = self.check(tester, *self.hub_options())
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)
                lines = done.stdout.splitlines()
                self.assertEqual(f"Testing the connection to {self.hub.address}", lines[0])
                self.assertEqual(f"The hub {self.hub.address} can be reached.", lines[-1])
                self.assertTrue(all(line.startswith("ok ") for line in lines[1:-1]), done.stdout)
                for step in "Hub", "Round trip", "Download", "Upload":
                    self.assertTrue(any(line[8:].startswith(step) for line in lines), f"{step} is missing in {done.stdout}")

    def test_the_json_has_the_hub_and_the_figures(self):
        self.start_hub()
        for tester in "viewer", "agent":
            with self.subTest(tester):
                report = json.loads(self.check(tester, "--json", *self.hub_options()).stdout)
                self.assertTrue(report["ok"])
                self.assertTrue(report["software"].startswith("pronto-repeater "))
                self.assertEqual((1, 1), (report["protocol"], report["node"]))
                for figure in "round_trip_ms", "download_bytes_per_s", "upload_bytes_per_s":
                    self.assertGreater(report[figure], 0)
                self.assertIsNone(report["error"])

    def test_who_names_no_hub_is_asked_for_one(self):
        for tester in "viewer", "agent":
            with self.subTest(tester):
                done = self.check(tester)
                self.assertEqual(2, done.returncode, done.stdout + done.stderr)
                self.assertIn("--hub", done.stderr)

    def test_a_hub_that_is_not_there_fails_with_a_remedy(self):
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))  # nobody listens there
            hub = f"127.0.0.1:{reserved.getsockname()[1]}"
            for tester in "viewer", "agent":
                with self.subTest(tester):
                    done = self.check(tester, "--hub", hub)
                    self.assertEqual(1, done.returncode)
                    self.assertIn("FAILED", done.stdout)
                    self.assertEqual(f"The hub {hub} cannot be reached.", done.stdout.splitlines()[-1])
                    report = json.loads(self.check(tester, "--json", "--hub", hub).stdout)
                    self.assertFalse(report["ok"])
                    self.assertTrue(report["error"]["remedy"])
                    self.assertFalse(report["steps"][-1]["ok"])

    def test_a_hub_nobody_vouches_for_fails_at_tls(self):
        self.start_hub()
        for options in [], ["--hub-pin", "sha256:" + "0" * 64]:
            done = self.check("viewer", "--json", "--hub", self.hub.address, *options)
            self.assertEqual(1, done.returncode)
            report = json.loads(done.stdout)
            self.assertEqual(("tls", False), (report["steps"][-1]["step"], report["steps"][-1]["ok"]))
            self.assertEqual("", report["software"])

    def test_wrong_usage_ends_with_2(self):
        for tester, options in ("agent", []), ("agent", ["--json"]), ("viewer", ["--hub", "a b"]), ("viewer", ["--proxy", "gopher://p", "--hub", "h"]):
            with self.subTest(options):
                self.assertEqual(2, self.check(tester, *options).returncode)

    def test_strangers_may_ask_only_so_much(self):
        self.start_hub()
        with contextlib.closing(self.hub.connect()) as connection:
            def download():
                connection.request("GET", "/api/v1/check/download?bytes=262144")
                answer = connection.getresponse()
                return answer.status, len(answer.read())
            self.assertEqual([(200, 262144)] * 16, [download() for _ in range(16)])
            self.assertEqual(429, download()[0])
        self.assertEqual(200, self.hub.request("GET", "/api/v1/check")[0])
        done = self.check("viewer", *self.hub_options())
        self.assertEqual(1, done.returncode)
        self.assertIn("Too many connection tests", done.stdout)
        self.assertIn("can be reached, but not everything works", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
