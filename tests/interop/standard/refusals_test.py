#!/usr/bin/env python3
"""Whom the hub does not let in hears why from the viewer itself."""

import unittest

import stage  # first: it finds the rest
from movie_support import listens
from servers import RegisteredX11vnc, SharingAgent
from viewers import Ssvnc, TightVnc, TigerVncAuth, TigerVncTls, TigerVncX509, VncSnapshot

WRONG = "The password is wrong, or the one-time pass has expired."
TELL_WHY = [TigerVncX509, TigerVncTls, TigerVncAuth, TightVnc]


class RefusalsTest(stage.StandardTest):
    def begin(self, make=RegisteredX11vnc, **how):
        self.start_standard_hub(**how)
        self.server = make(self, "server")
        self.viewers = self.viewers_desktop("viewers")
        self.await_idle(self.server.ticket)

    def viewer(self, make, key=None, given=None):
        viewer = make(self, self.viewers, self.server, key or make.__name__)
        viewer.given = given
        return viewer

    def each(self, makes, check):
        for make in makes:
            with self.subTest(viewer=make.name):
                check(make)

    def test_a_wrong_password_and_then_too_many(self):
        self.begin()
        wrong = {"pass": "nonsense"}
        self.each(TELL_WHY, lambda make: self.viewer(make, given=wrong).refused(WRONG))
        self.viewer(VncSnapshot, given=wrong).refused("authentication failed")  # RFB 3.3 has no room for a reason
        right = self.new_pass(self.server.ticket)
        self.each(TELL_WHY, lambda make: self.viewer(make, f"late-{make.__name__}", right).refused("Too many wrong passwords"))
        self.assertEqual([], self.hub.sessions())

    def test_a_pass_that_was_used(self):
        self.begin()
        used = self.new_pass(self.server.ticket)
        self.viewer(VncSnapshot, given=used).use("")
        self.await_idle(self.server.ticket)
        self.each([TigerVncTls, TigerVncAuth, TightVnc], lambda make: self.viewer(make, given=used).refused(WRONG))
        self.assertEqual(1, len(self.hub.sessions()))

    def test_a_number_that_was_used_or_never_was(self):
        self.begin()
        used = self.new_pass(self.server.ticket)
        self.viewer(VncSnapshot, given=used).use("")
        self.await_idle(self.server.ticket)
        for key, number in (("used", used["number"]), ("unknown", "123456789")):
            with self.subTest(number=key):
                self.viewer(Ssvnc, key, {"number": number}).refused("This number is not known, or has expired.")
        self.assertEqual(1, len(self.hub.sessions()))

    def test_a_guest_that_does_not_agree(self):
        class Refusing(SharingAgent):
            options = ()

        self.begin(Refusing)
        self.each([*TELL_WHY, Ssvnc], lambda make: self.viewer(make).refused("did not agree"))
        self.assertEqual({"refused"}, {row["reason"] for row in self.hub.sessions()})

    def test_a_hub_that_takes_nothing_unencrypted(self):
        self.begin(SharingAgent, encrypted=True)
        self.assertFalse(listens(self.repeater_port) or listens(self.server_port))
        why = "This hub takes no viewers without encryption."
        self.each([TigerVncAuth, TightVnc], lambda make: self.viewer(make, given=self.new_pass(self.server.ticket)).refused(why))
        self.each([TigerVncX509, TigerVncTls], self.let_in)

    def let_in(self, make):
        self.await_idle(self.server.ticket)  # not as one more viewer of the session before
        self.viewer(make).use(make.__name__)


if __name__ == "__main__":
    unittest.main(verbosity=2)
