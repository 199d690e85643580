#!/usr/bin/env python3
"""Scripted sessions whose hub is killed and started again, or whose guest goes for a while."""

import json
import os
import signal
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import Process, ProntoTest, private_environment, program, wait_until

TICKING = 'i=0; while sleep 0.1; do i=$((i + 1)); echo "tick $i"; done'


class InterruptedTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()
        self.guest_desktop = self.desktop()
        self.guest_desktop.terminal(TICKING)
        self.ticket = self.hub.ticket()
        self.guest = self.agent(self.guest_desktop, self.ticket, "--accept", "--json")

    def under_way(self):
        return self.hub.await_session("streaming")[0]["id"]

    def asked(self):
        return self.guest.out.count('"event":"asked"')

    def restart_hub(self):
        self.hub.kill()
        self.hub.start()

    def test_a_script_plays_on_after_its_hub_was_killed(self):
        picture = self.folder / "after.png"
        operator = self.viewer(self.ticket, "--sleep", "4000", "--type", "a", "--wait-change", "30000", "--save", str(picture), "--end",
                               "--problem", "long", "--solution", "ago")
        session = self.under_way()
        wait_until(lambda: "- sleep" in operator.err, "the first picture", 60)
        self.restart_hub()
        result = operator.result(120)
        self.assertEqual(0, result["exit_code"], operator.err)
        self.assertTrue(result["ok"], result)
        self.assertTrue(result["report_saved"])
        self.assertEqual(session, result["session"])
        self.assertGreater(picture.stat().st_size, 1000)
        self.assertEqual(1, self.asked(), "nobody was asked again")
        self.assertIn("Connection lost", operator.err)
        self.assertIn("goes on", operator.err)

    def test_a_bridge_ends_in_words_when_its_hub_was_killed(self):
        bridge = self.started_thing(Process(
            "bridge", [program("pronto-viewer"), "bridge", self.ticket, "--json", "--wait-for-guest", "60", *self.hub.viewer_words()],
            self.folder, private_environment(self.folder)))
        wait_until(lambda: '"offered"' in bridge.out, "the offer", 60)
        self.restart_hub()
        self.assertEqual(1, bridge.wait(60))
        ended = json.loads(bridge.out.splitlines()[-1])
        self.assertEqual("ended", ended["event"])
        self.assertIn("another VNC viewer cannot follow", ended["error"]["message"])

    def test_a_step_that_waits_for_a_guest_that_is_away_gives_up_at_its_own_time(self):
        operator = self.viewer(self.ticket, "--wait-still", "60000,8000")
        self.under_way()
        wait_until(lambda: "is here" in operator.err, "the picture")  # before it no step has begun
        os.kill(self.guest.popen.pid, signal.SIGKILL)
        result = operator.result(120)
        self.assertEqual(1, result["exit_code"])
        self.assertIn("away for longer than the step waits", result["error"]["message"])
        self.assertEqual("operator", self.hub.await_ended(result["session"])["reason"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
