#!/usr/bin/env python3
"""Sessions in which something happens: the pixel format changes, the connection is made anew, the hub is killed, a part is cut."""

import json
import os
import random
import signal
import subprocess
import unittest

from checks import MovieChecks, Session
from movie_support import (SLOW, TIGHT, ZLIB, ZRLE, Desktop, Movie, Picture, Recording, program, screen_of,
                           wait_until)

# Of each of two parts; so many of them are finished by the real program.
CUTS = 1000
CUTS_FINISHED = 15


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
                for word in ("stop", "stopped"):
                    (self.folder / word).unlink()

    def xvnc_and_port(self):
        desktop = self.xvnc()
        return desktop, desktop.port

    def test_a_real_viewer_chooses_its_pixel_format(self):
        """TigerVNC's begins in eight bits until it has measured the line. What it does not ask for again stays in them: the
        movie shows what the operator saw."""
        desktop = self.xvnc()
        self.content(desktop)
        tap = self.tap("viewer")
        tap.popen.stdin.write(f"serve {desktop.port}\n")
        port = tap.answer().split()[1]
        seat = self.started_thing(Desktop(self.folder, "seat", "640x480"))
        viewer = seat.run("viewer", "xtigervncviewer", "-AutoSelect=1", "-FullColour=0", "-LowColourLevel=1", "-SecurityTypes=None",
                          f"127.0.0.1::{port}")
        self.assertEqual("ok", tap.answer())
        session = Session("viewer", [], jpeg=True)
        self.let_move([(session, tap)], 6)
        self.stop_content(desktop)
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "TigerVNC"], capture_output=True, text=True,
                                env=seat.environment(), timeout=20 * SLOW, check=True).stdout.split()[-1]

        def seen():
            # Held still: it could change its format, and so ask for the picture anew, between this look and its end.
            viewer.popen.send_signal(signal.SIGSTOP)
            before, its, picture = tap.picture(), screen_of(seat.environment(), f"-id {window}"), tap.picture()
            if before.size == picture.size == its.size and before.worst(picture) == 0 and picture.worst(its) <= session.levels:
                return its
            viewer.popen.send_signal(signal.SIGCONT)
            return None

        shown = wait_until(seen, "movie and viewer to show the same")
        viewer.kill()
        tap.end()
        # Once, or more often where the measured line is now fast, now slow.
        first, *others = self.continuing(tap)
        self.assertFalse(first)
        self.assertTrue(others and all(others), "the viewer changed its pixel format")
        movie = tap.movie()
        self.check_moments(session, movie)
        self.assertLessEqual(movie.shown("pronto", movie.end_ms).worst(shown), session.levels)

    def test_the_connection_is_made_anew(self):
        desktop, port = self.x0vncserver()
        self.content(desktop)
        taps = self.begin(port, [Session("zlib", [ZLIB]), Session("zrle", [ZRLE]), Session("tight", [TIGHT])])
        self.let_move(taps, 3)
        for session, tap in taps:
            tap.connect(port, session.encodings)
        self.let_move(taps, 3)
        screen = self.end(desktop, taps)
        for _, tap in taps:
            self.assertEqual([False, False], self.continuing(tap))
        self.check_all(taps, screen)

    def test_the_program_is_killed(self):
        desktop = self.xvnc()
        self.content(desktop)
        taps = self.begin(desktop.port, [Session("zrle", [ZRLE]), Session("tight", [TIGHT])])
        self.let_move(taps, 6)
        for session, tap in taps:
            with self.subTest(tap.name):
                tap.kill()
                part, = tap.parts()
                self.assertEqual("writing", json.loads(part.with_suffix(".json").read_text())["state"])
                os.truncate(part, part.stat().st_size - 7)  # the power went, too
                movie = tap.movie()
                self.assertIn("cut", movie.facts["problems"][0])
                self.check_moments(session, movie)
                self.assertEqual(Recording(part).end_in_libvncclient().rgb, movie.shown("pronto", movie.end_ms).rgb,
                                 "the last update that was whole")

    def test_a_part_is_cut_anywhere(self):
        desktop = self.xvnc("272x208")
        self.content(desktop)
        taps = self.begin(desktop.port, [Session("zrle", [ZRLE]), Session("tight", [TIGHT])])
        for _, tap in taps:
            tap.await_updates(25)
            tap.end()
        seed = random.SystemRandom().randrange(1 << 32)
        for session, tap in taps:
            with self.subTest(tap.name, seed=seed):
                self.cut(tap, random.Random(seed))

    def cut(self, tap, chance):
        """In one process, some of them by the real pronto-fbs."""
        part, = tap.parts()
        size = part.stat().st_size
        lines = "".join(f"{chance.randrange(size)}\n" for _ in range(CUTS - CUTS_FINISHED))
        names = [f"cut-{number}" for number in range(CUTS_FINISHED)]
        lines += "".join(f"{chance.randrange(size)} {name}\n" for name in names)
        cuts, shown = Recording(part).run_with(lines, program("interop_movie_cuts"), str(part), str(tap.folder)).split()
        self.assertEqual(CUTS, int(cuts))
        self.assertGreater(int(shown), CUTS // 2)
        for name in names:
            expected = tap.folder / f"{name}.ppm"
            if expected.exists():
                movie = Movie(name, [tap.folder / f"{name}.part1.fbs"])
                self.assertEqual(Picture.read(expected).rgb, movie.shot("end").rgb, name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
