#!/usr/bin/env python3
"""Movies of real VNC servers' sessions show the same in Pronto, in libvncclient and in noVNC, and what the server showed."""

import unittest

from checks import EIGHT_BITS, EXACT_SESSIONS, JPEG_SESSION, SIXTEEN_BITS, MovieChecks, Session
from movie_support import HEXTILE, TIGHT, ZRLE, wait_until


class SessionsTest(MovieChecks):
    def test_x11vnc(self):
        desktop, port = self.x11vnc()
        self.content(desktop)
        taps = self.begin(port, [*EXACT_SESSIONS, JPEG_SESSION, Session("zrle-16", [ZRLE], "16", SIXTEEN_BITS),
                                 Session("tight-map", [TIGHT], "map", EIGHT_BITS)])
        self.let_move(taps, 5)
        self.check_all(taps, self.end(desktop, taps))

    def test_xvnc_that_changes_its_size(self):
        desktop = self.xvnc()
        self.content(desktop)
        taps = self.begin(desktop.port, [*EXACT_SESSIONS, JPEG_SESSION, Session("tight-16", [TIGHT], "16", SIXTEEN_BITS),
                                         Session("hextile-8", [HEXTILE], "8", EIGHT_BITS)])
        self.let_move(taps, 3)
        desktop.run("resize", "xrandr", "--fb", "400x300")
        for _, tap in taps:
            wait_until(lambda: tap.status()[2] == (400, 300), "the new size")
        self.let_move(taps, 3)
        self.check_all(taps, self.end(desktop, taps))


if __name__ == "__main__":
    unittest.main(verbosity=2)
