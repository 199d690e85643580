#!/usr/bin/env python3
"""The network goes for ten seconds in the middle of a session, or for longer, and the guest has had enough of it."""

import pathlib
import sys
import time
import unittest

sys.path[1:1] = [str(pathlib.Path(__file__).resolve().parents[2] / "gui")]

from far_session import LossesTest, SLOW, need_namespaces, wait_until
from gui import Gui
from pronto import Process, private_environment, program


class OutagesTest(LossesTest):
    def test_an_outage_of_ten_seconds_at_the_guest(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link], 10), 10 * SLOW)
        self.finish(1)

    def test_an_outage_of_ten_seconds_at_the_operator(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.operator_link], 10), 10 * SLOW)
        self.finish(1)

    def guest_with_a_window(self):
        """(its window, its ticket)"""
        ticket, hook = self.hub.ticket(), self.folder / "hook.json"
        hub = self.hub.seen_at(self.far.guest_link.right_address)
        environment = private_environment(self.folder, DISPLAY=self.desk.display, PRONTO_TEST_HOOK=hook, LC_ALL="C.UTF-8")
        with self.far.guest.entered():
            agent = self.started_thing(Process("agent", [program("pronto-agent"), "--hub", hub.address, "--hub-pin", hub.pin, "--ticket", ticket],
                                               self.folder, environment))
        return Gui(agent, hook, self.desk.display), ticket

    def test_a_guest_that_ends_the_session_over_a_dead_line_has_ended_it(self):
        window, ticket = self.guest_with_a_window()
        console = self.started_thing(self.far.viewer(ticket, "--wait-still", "300", "--sleep", "120000", timeout=300))
        window.click("agent.accept")
        session, = self.hub.await_session("streaming")
        self.far.guest_link.set(outage=20)  # longer than either side waits for a sign of life
        back = time.monotonic() + 20
        window.click("agent.end")
        window.wait_value("agent.notice.waiting", "You have ended the session.")
        self.assertLess(time.monotonic(), back - 10, "the guest clicked while nobody knew that the line was dead")
        self.assertNotEqual("ended", self.hub.session(session["id"])["state"])
        wait_until(lambda: self.hub.session(session["id"])["state"] == "ended", "the hub to hear of the end", 60)
        self.assertLess(time.monotonic() - back, 10 * SLOW)
        self.assertEqual("guest", self.hub.session(session["id"])["reason"])
        self.assertEqual("guest", console.result()["reason"])


if __name__ == "__main__":
    need_namespaces()
    unittest.main(verbosity=2)
