"""Whether a movie shows what the server showed, whoever plays it."""

import math
import time

from movie_support import HEXTILE, QUALITY_5, RAW, TIGHT, ZLIB, ZRLE, Browser, MovieTest, Recording, screen_of, wait_until

# How far a channel may be from the server's: what the viewer's pixel format cannot say.
EXACT, SIXTEEN_BITS, EIGHT_BITS = 0, 255 // 31 + 1, 255 // 3
# A JPEG session's movie is held against the server's screen as a whole; and players' JPEG decoders round differently.
JPEG_PSNR_DB = 30
JPEG_LEVELS = 4
# Key frames hold what JPEG had drawn as JPEG again, so near to it at least.
FINISHED_PSNR_DB = 40


class Session:
    """One viewer's way to look."""

    def __init__(self, name, encodings, pixels="32", far=EXACT, jpeg=False):
        self.name = name
        self.encodings = encodings
        self.pixels = pixels
        self.far = far
        self.jpeg = jpeg

    @property
    def levels(self):
        """How far two players' pictures may be apart."""
        return JPEG_LEVELS if self.jpeg else 0

    def alike(self, picture, screen):
        if picture is None or picture.size != screen.size:
            return False
        return picture.psnr(screen) >= JPEG_PSNR_DB if self.jpeg else picture.worst(screen) <= self.far


EXACT_SESSIONS = [Session("raw", [RAW]), Session("hextile", [HEXTILE]), Session("zlib", [ZLIB]), Session("zrle", [ZRLE]),
                  Session("tight", [TIGHT])]
JPEG_SESSION = Session("jpeg", [TIGHT, QUALITY_5], jpeg=True)


class MovieChecks(MovieTest):
    """Sessions from their beginning to what everybody shows of them."""

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def begin(self, port, sessions):
        taps = [(session, self.tap(session.name)) for session in sessions]
        for session, tap in taps:
            tap.connect(port, session.encodings, session.pixels)
        return taps

    def let_move(self, taps, seconds):
        over = time.monotonic() + seconds
        for _, tap in taps:
            tap.await_updates(15, over - time.monotonic())

    def end(self, desktop, taps):
        """Once each session's movie shows what the server shows; returns that."""
        self.stop_content(desktop)
        screen = screen_of(desktop.environment())
        for session, tap in taps:
            wait_until(lambda: session.alike(tap.picture(), screen), f"{tap.name} to show the screen")
            tap.end()
        return screen

    def check(self, session, tap, screen):
        """Ten moments of the movie in everybody's eyes, the last of them against the server's screen."""
        movie = tap.movie()
        self.check_moments(session, movie)
        last = movie.shown("pronto", movie.end_ms)
        self.assertEqual(last.rgb, movie.shot("end").rgb)
        self.assertTrue(session.alike(last, screen), "the server's screen at the end")
        if len(tap.parts()) == 1 and session.pixels == "32":
            part = Recording(tap.parts()[0]).end_in_libvncclient()
            self.assertGreaterEqual(part.psnr(last), FINISHED_PSNR_DB if session.jpeg else math.inf, "the part as it was recorded")

    def check_moments(self, session, movie):
        moments = list(movie.moments(10))
        self.assertGreaterEqual(len({begin for _, begin, _ in moments}), 5, "moments in different key frames' reach")
        movie.show_in_pronto(moments)
        movie.show_in_libvncclient(moments)
        movie.show_in_novnc(self.browser, moments)
        for at_ms, _, _ in moments:
            self.same(session, movie, at_ms)

    def same(self, session, movie, at_ms):
        ours = movie.shown("pronto", at_ms)
        for who in ("libvncclient", "novnc"):
            theirs = movie.shown(who, at_ms)
            self.assertEqual(ours.size, theirs.size, f"{who} at {at_ms}")
            worst = 0 if ours.rgb == theirs.rgb else ours.worst(theirs)
            self.assertLessEqual(worst, session.levels, f"{who} at {at_ms}")

    def check_all(self, taps, screen):
        for session, tap in taps:
            with self.subTest(tap.name):
                self.check(session, tap, screen)
