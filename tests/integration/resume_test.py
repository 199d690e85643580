#!/usr/bin/env python3
"""Connections that are lost and come back, as the hub sees them: peers by hand, the hub stopped and killed."""

import struct
import unittest

import support  # noqa: F401  (finds pronto)
from by_hand import Guest, Key, Operator, Session
from pronto import ProntoTest, wait_until

PICTURE = struct.pack(">BxHHHHHi", 0, 1, 0, 0, 4, 4, 0)  # one raw rectangle, the whole screen


class ResumeTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub("[recording]\nkeep_parts = true\n")
        self.key = Key(self.folder)
        self.session = Session(self.hub, key=self.key)
        self.token = self.session.guest.welcome["resume"]
        self.addCleanup(lambda: self.session.close())  # whatever it consists of by then

    def show(self, byte):
        """One picture through the stream."""
        picture = PICTURE + bytes([byte]) * 64
        self.session.host.send(picture)
        self.assertEqual(picture, self.session.viewer.exactly(len(picture)))

    def guest_is_back(self):
        guest = Guest.back(self.hub, self.key, self.token, self.session.id)
        self.assertNotEqual(self.token, guest.welcome["resume"])
        self.token = guest.welcome["resume"]
        return guest

    def operator_is_back(self):
        return Operator(self.hub, token=self.session.operator.token, sessions=[self.session.id])

    def go_on(self, guest, operator):
        for old, new in ((self.session.guest, guest), (self.session.operator, operator)):
            if old is not new:
                old.close()
        self.session.host.close()
        self.session.viewer.close()
        self.session.guest, self.session.operator = guest, operator
        host, viewer = guest.wait_for("session.stream"), operator.wait_for("session.stream")
        self.assertEqual(("screen.1.2", "screen.1.2"), (host["stream"], viewer["stream"]))
        self.session.open(self.hub, host, viewer)
        self.show(2)

    def end_and_check(self):
        self.session.operator.send_message(type="session.end", session=self.session.id)
        row = self.hub.await_ended(self.session.id)
        self.assertEqual("operator", row["reason"])
        self.assertEqual(1, len(self.hub.sessions()))
        self.assertEqual(1, len(self.hub.rows("SELECT 1 FROM audit WHERE action = 'session.grant'")), "nobody was asked again")
        wait_until(lambda: (self.hub.movie_row(self.session.id) or {}).get("state") == "finished", "the movie")
        self.assertEqual([1, 2], [part["part"] for part in self.hub.recordings(self.session.id)])

    def test_a_guest_whose_connection_breaks_is_back_in_its_session(self):
        self.show(1)
        self.session.guest.close()
        state = self.session.operator.wait_for("session.state")
        while state["state"] != "paused":
            state = self.session.operator.wait_for("session.state")
        self.assertEqual("guest", state["away"])
        self.assertGreater(state["resume_within_ms"], 100_000)
        self.go_on(self.guest_is_back(), self.session.operator)
        self.end_and_check()

    def test_an_operator_whose_connection_breaks_is_back_in_his_session(self):
        self.show(1)
        self.session.operator.close()
        self.session.guest.wait_for_state("paused")
        self.go_on(self.session.guest, self.operator_is_back())
        self.end_and_check()

    def test_only_the_stream_breaks(self):
        self.show(1)
        self.session.viewer.close()
        self.session.guest.wait_for_state("paused")
        self.go_on(self.session.guest, self.session.operator)
        self.end_and_check()

    def test_a_killed_hub_goes_on_with_the_session(self):
        self.show(1)
        wait_until(lambda: self.hub.recordings(self.session.id), "the movie to begin")
        self.hub.kill()
        self.hub.start()
        self.assertEqual("paused", self.hub.session(self.session.id)["state"])
        self.go_on(self.guest_is_back(), self.operator_is_back())
        self.end_and_check()

    def test_a_stopped_hub_goes_on_with_the_session(self):
        self.show(1)
        self.assertEqual(0, self.hub.stop())
        self.assertEqual("paused", self.hub.session(self.session.id)["state"])
        self.hub.start()
        self.go_on(self.guest_is_back(), self.operator_is_back())
        self.end_and_check()

    def test_neither_token_nor_key_is_found_on_the_hubs_disk(self):
        self.session.close()
        self.hub.stop()
        secrets = (self.token, self.session.operator.token)
        for file in self.hub.data.rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                self.assertFalse([secret for secret in secrets if secret.encode() in data], file)

    def test_a_goodbye_is_for_good(self):
        self.session.guest.send_frame(struct.pack(">H", 1000), 8)
        self.assertEqual("drop", self.hub.await_ended(self.session.id)["reason"])
        with self.assertRaisesRegex(AssertionError, "cannot_resume"):
            self.guest_is_back()


if __name__ == "__main__":
    unittest.main(verbosity=2)
