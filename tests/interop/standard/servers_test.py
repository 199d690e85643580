#!/usr/bin/env python3
"""What becomes of x11vnc at the hub's port for servers: wrong tickets, coming back, taking a place, passwords of its own."""

import os
import signal
import sys
import unittest

import stage  # first: it finds the rest
from pronto import wait_until
from servers import LockedX11vnc, RegisteredX11vnc, x11vnc_words
from stage import Group
from viewers import TightVnc, VncSnapshot

sys.path.insert(1, str(stage.HERE.parents[1] / "integration"))

from by_hand import Control  # noqa: E402


class ServersTest(stage.StandardTest):
    def setUp(self):
        super().setUp()
        self.start_standard_hub()

    def x11vnc(self, desktop, identity, key="x11vnc"):
        """One that registers once."""
        return self.started_thing(Group(key, x11vnc_words(desktop, "-connect_or_exit", f"repeater=ID:{identity}+127.0.0.1:{self.server_port}", "-nopw"),
                                        self.folder, desktop.environment()))

    def look(self, server, key="look"):
        """A viewer sees it."""
        viewer = VncSnapshot(self, self.viewers, server, key)
        viewer.use("")

    def test_an_unknown_ticket_is_refused(self):
        program = self.x11vnc(self.furnished("server"), "1-00000")
        wait_until(lambda: "a VNC server from 127.0.0.1 was refused: " in self.hub.process.err, "the refusal")
        program.wait()
        self.assertEqual([], self.ask("GET", "/api/v1/online")["entries"])

    def test_it_comes_back_after_each_session_with_the_same_ticket(self):
        server = RegisteredX11vnc(self, "server")
        self.viewers = self.viewers_desktop("viewers")
        peers, cases = [], set()
        for turn in range(3):
            entry = self.await_idle(server.ticket)
            peers.append(entry["peer"])
            cases.add(entry["assistance"])
            self.look(server, f"look-{turn}")
            wait_until(lambda: (entry := self.guest(server.ticket)) and entry["peer"] != peers[-1], "it to be there again", 5)
        self.assertEqual(3, len(set(peers)))
        self.assertEqual(1, len(cases), "one case, all of it")
        self.assertEqual(3, len(self.hub.sessions()))

    def test_who_knows_the_secret_takes_the_place_of_one_that_does_not_answer(self):
        desktop = self.furnished("server")
        ticket = self.new_ticket()["ticket"]
        older = self.x11vnc(desktop, f"{ticket};our-secret", "older")
        first = self.await_idle(ticket)
        os.killpg(older.popen.pid, signal.SIGSTOP)
        stranger = self.x11vnc(desktop, f"{ticket};other-secret", "stranger")
        wait_until(lambda: "is bound to a secret" in self.hub.process.err, "the stranger to be refused")
        stranger.wait()
        self.assertEqual(first["peer"], self.guest(ticket)["peer"])
        self.x11vnc(desktop, f"{ticket};our-secret", "newer")
        second = wait_until(lambda: (entry := self.guest(ticket)) and entry["peer"] != first["peer"] and entry, "the newer one to be there", 3)
        self.assertEqual(first["assistance"], second["assistance"])

    # ---- a password of its own

    def control(self):
        channel = Control(self.hub, "/api/v1/control", f"Authorization: Bearer {self.token}")
        self.addCleanup(channel.close)
        channel.send_message(type="hello", id=1, protocol=1, role="operator", software="test", host_name="test", user="", system="")
        channel.wait_for("welcome")
        return channel

    def asked_with(self, channel, server, **password):
        """How a session with it ends."""
        channel.send_message(type="session.request", id=2, target=self.await_idle(server.ticket)["peer"], mode="control", **password)
        return channel.wait_for("session.ended")

    def test_without_its_password_it_stays_and_with_it_there_is_a_session(self):
        server = LockedX11vnc(self, "server")
        self.viewers = self.viewers_desktop("viewers")
        before = self.await_idle(server.ticket)
        self.assertFalse(before.get("wants_password"))
        ended = self.asked_with(self.control(), server)
        self.assertEqual(("refused", "password_wanted"), (ended["reason"], ended["code"]), ended)
        after = self.await_idle(server.ticket)
        self.assertEqual((before["peer"], True), (after["peer"], after["wants_password"]))
        viewer = TightVnc(self, self.viewers, server, "tight")
        viewer.use("after-all")
        self.hub.await_session("ended", 2)

    def test_a_wrong_password_is_said_and_it_comes_back(self):
        server = LockedX11vnc(self, "server")
        self.viewers = self.viewers_desktop("viewers")
        before = self.await_idle(server.ticket)
        ended = self.asked_with(self.control(), server, password="not-this")
        self.assertEqual(("refused", "wrong_password"), (ended["reason"], ended["code"]), ended)
        self.assertIn("did not take the password", ended["message"])
        wait_until(lambda: (entry := self.guest(server.ticket)) and entry["peer"] != before["peer"], "it to register again")
        self.look(server)


if __name__ == "__main__":
    unittest.main(verbosity=2)
