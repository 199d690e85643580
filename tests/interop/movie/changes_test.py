#!/usr/bin/env python3
"""Sessions in which something happens: the pixel format changes, the connection is made anew, the hub is killed, a part is cut."""

import json
import random
import shutil
import subprocess
import unittest

from checks import EXACT, MovieChecks, Session
from movie_support import (RAW, SLOW, TIGHT, ZLIB, ZRLE, Desktop, Movie, Picture, Process, XvncDesktop, listens, free_port, program,
                           screen_of, wait_until)

CUTS = 1000
CUTS_FINISHED = 30


class ChangesTest(MovieChecks):
    def continuing(self, tap):
        """For each part whether its zlib streams go on from the one before."""
        return [json.loads(part.with_suffix(".json").read_text())["continues"] for part in tap.parts()]

    def test_the_pixel_format_changes(self):
        for server in ("x11vnc", "xvnc"):
            with self.subTest(server):
                desktop, port = self.x11vnc() if server == "x11vnc" else self.xvnc_and_port()
                self.content(desktop)
                sessions = [Session(f"{server}-zrle", [ZRLE]), Session(f"{server}-zlib", [ZLIB]), Session(f"{server}-tight", [TIGHT])]
                taps = self.begin(port, sessions)
                for pixels in ("16", "8", "32"):
                    self.let_move(taps, 1.5)
                    for session, tap in taps:
                        tap.ask(session.encodings, pixels)
                    for _, tap in taps:
                        wait_until(lambda: tap.status()[1], "the new pixel format")
                self.let_move(taps, 1.5)
                screen = self.end(desktop, taps)
                for _, tap in taps:
                    self.assertEqual([False, True, True, True], self.continuing(tap))
                self.check_all(taps, screen)
                (self.folder / "stop").unlink()

    def xvnc_and_port(self):
        desktop = self.xvnc()
        return desktop, desktop.port

    def test_a_real_viewer_chooses_its_pixel_format(self):
        desktop = self.xvnc()
        self.content(desktop)
        tap = self.tap("viewer")
        tap.popen.stdin.write(f"serve {desktop.port}\n")
        port = tap.answer().split()[1]
        seat = self.started_thing(Desktop(self.folder, "seat", "640x480"))
        viewer = seat.run("viewer", "xtigervncviewer", "-AutoSelect=1", "-FullColour=0", "-LowColourLevel=1", "-SecurityTypes=None",
                          f"127.0.0.1::{port}")
        self.assertEqual("ok", tap.answer())
        session = Session("viewer", [], far=EXACT, jpeg=True)
        self.let_move([(session, tap)], 6)
        screen = self.end(desktop, [(session, tap)])
        viewer.kill()
        self.assertIn(True, self.continuing(tap), "the viewer changed its pixel format")
        self.check(session, Movie(tap), screen)


if __name__ == "__main__":
    unittest.main(verbosity=2)
