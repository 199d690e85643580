#!/usr/bin/env python3
"""Guests whose connection is lost: the real agent and the real hub, an operator by hand."""

import json
import time
import types
import unittest

import support  # noqa: F401  (finds pronto)
from by_hand import Control, Operator, open_stream, view_handshake
from line import Line
from pronto import SLOW, Process, ProntoTest, program, wait_until


class ReturnTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()
        self.line = self.started_thing(Line(self.hub.port))
        self.guest_desktop = self.desktop()
        self.resume_file = self.folder / "config" / "pronto" / "resume"
        self.way = types.SimpleNamespace(address=self.line.address, pin=self.hub.pin)

    def start_agent(self):
        ticket = self.hub.ticket()
        hub, self.hub = self.hub, self.way
        try:
            self.guest = self.agent(self.guest_desktop, ticket, "--accept", "--json")
        finally:
            self.hub = hub
        return self.heard("online")["name"]

    def events(self):
        return [json.loads(line) for line in self.guest.out.splitlines()]

    def heard(self, event, count=1):
        """The event, once the agent has told it `count` times."""
        def found():
            told = [each for each in self.events() if each["event"] == event]
            return told[count - 1] if len(told) >= count else None
        return wait_until(found, f"the agent to tell \"{event}\" ({count})")

    def operator_online(self):
        self.operator = Operator(self.hub)
        entry, = [each for each in self.operator.wait_for("presence.list")["entries"] if each["role"] == "guest"]
        self.operator.request(types.SimpleNamespace(peer=entry["peer"]))
        self.watch()
        return entry

    def watch(self):
        """Opens the stream that is offered next, up to the picture."""
        grant = self.operator.wait_for("session.stream")
        self.session_id = grant["session"]
        self.stream = open_stream(self.hub, grant)
        self.assertEqual((800, 600), view_handshake(self.stream))
        self.operator.wait_for_state("streaming")
        return grant["stream"]

    def wait_for_pause(self):
        while (state := self.operator.wait_for("session.state"))["state"] != "paused":
            pass
        return state

    def test_a_session_goes_on_when_the_guests_line_is_back_and_nobody_is_asked_again(self):
        name = self.start_agent()
        self.operator_online()
        self.heard("shared")
        for turn in (1, 2):
            self.line.cut()
            self.assertEqual("guest", self.wait_for_pause()["away"])
            self.heard("interrupted", turn)
            self.line.mend()
            began = time.monotonic()
            self.assertEqual(f"screen.1.{turn + 1}", self.watch())
            self.assertLess(time.monotonic() - began, 5 * SLOW)
            self.assertEqual(name, self.heard("resumed", turn)["name"])
            self.heard("continued", turn)
        self.assertEqual(1, len([each for each in self.events() if each["event"] == "asked"]))
        self.operator.send_message(type="session.end", id=3, session=self.session_id)
        self.assertEqual("operator", self.heard("ended")["reason"])
        self.assertTrue(self.guest.running())

    def test_a_killed_hub_that_is_started_again_has_its_guest_and_the_session_back(self):
        name = self.start_agent()
        self.operator_online()
        token = self.operator.token
        self.hub.kill()
        self.heard("interrupted")
        self.heard("paused")
        self.hub.start()
        self.operator = Control(self.hub, "/api/v1/control", f"Authorization: Bearer {token}")
        self.operator.send_message(type="hello", id=1, protocol=1, role="operator", software="test", host_name="test", user="", system="",
                                   sessions=[self.session_id])
        self.operator.wait_for("welcome")
        self.assertEqual("screen.1.2", self.watch())
        self.assertEqual(name, self.heard("resumed")["name"])
        self.heard("continued")
        self.assertEqual(1, len([each for each in self.events() if each["event"] == "asked"]))

    def test_a_stream_that_breaks_alone_is_opened_anew(self):
        self.start_agent()
        self.operator_online()
        self.stream.close()
        self.wait_for_pause()
        self.assertEqual("screen.1.2", self.watch())
        self.heard("continued")
        self.assertEqual([], [each for each in self.events() if each["event"] == "interrupted"])

    def test_an_agent_that_broke_off_comes_back_without_a_ticket_and_without_its_session(self):
        name = self.start_agent()
        self.operator_online()
        wait_until(self.resume_file.exists, "the place to be kept")
        self.assertEqual(0o600, self.resume_file.stat().st_mode & 0o777)
        self.guest.kill()
        self.wait_for_pause()
        self.guest = self.started_thing(Process(
            "agent-again", [program("pronto-agent"), "--no-window", "--accept", "--json", "--hub", self.line.address],
            self.guest_desktop.folder, self.guest_desktop.environment()))
        self.assertEqual(name, self.heard("online")["name"])
        self.assertEqual("drop", self.operator.wait_for("session.ended")["reason"])
        self.operator_online()  # he asks anew
        self.heard("asked")
        self.assertEqual(0, self.guest.terminate())
        self.assertFalse(self.resume_file.exists(), "who left does not come back")
        again = Process("agent-third", [program("pronto-agent"), "--no-window", "--hub", self.line.address], self.guest_desktop.folder,
                        self.guest_desktop.environment())
        self.assertEqual(2, again.wait())
        self.assertIn("--ticket", again.err)

    def test_an_agent_is_ended_while_its_hub_is_away_and_does_not_come_back(self):
        self.start_agent()
        self.operator_online()
        self.line.cut()
        self.heard("interrupted")
        self.assertEqual(0, self.guest.terminate())
        self.assertFalse(self.resume_file.exists())

    def test_a_session_that_nobody_comes_back_to_ends_when_the_grace_is_over(self):
        self.assertEqual(0, self.hub.stop())
        self.hub.settings = "[sessions]\ngrace_seconds = 2\n"
        self.hub.start()
        name = self.start_agent()
        self.operator_online()
        self.line.cut()
        self.assertEqual("drop", self.operator.wait_for("session.ended")["reason"])
        self.line.mend()
        self.assertEqual(name, self.heard("resumed")["name"])
        self.assertEqual("drop", self.heard("ended")["reason"])
        self.operator_online()
        self.heard("asked", 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
