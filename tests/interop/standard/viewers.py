"""Viewers of other projects, and ours: how each dials the hub, shows the screen and is typed into."""

import contextlib
import fcntl
import socket
import subprocess
import tempfile
from pathlib import Path

from pronto import SLOW, Viewer, wait_until
from stage import CLEAR, LOSSY_PSNR_DB, TERMINAL, Group, at_rest, picture_in, place_in, point, pointer_of, screen_of, typed_on


class WindowViewer:
    """One whose window stands on a display of its own. `key` names its files."""

    name = ""
    types = True
    lossy = False

    def __init__(self, test, desktop, server, key):
        self.test = test
        self.desktop = desktop
        self.server = server
        self.key = key
        self.process = None
        self.place = None
        self.given = None

    def start(self):
        self.process = self.test.started_thing(Group(self.key, self.words(), self.test.folder, {**self.desktop.environment(), **self.secrets()}))

    def words(self):
        raise NotImplementedError

    def secrets(self):
        return {}

    def new_pass(self):
        """Of a test that gives it one of its own: `given`."""
        return self.given or self.test.new_pass(self.server.ticket, self.server.password)

    def stop(self):
        """Closes it as its user would."""
        self.process.close()

    def kill(self):
        if self.process:
            self.process.kill()

    def refused(self, because=""):
        """What it says, once it says so."""
        self.start()
        try:
            wait_until(lambda: because in " ".join(self.said().split()) if because else not self.process.running(), "a refusal", 12)
        except AssertionError as error:
            raise AssertionError(f"{error} because of \"{because}\" in {self.name}\n{self.said()[-3000:]}") from None
        finally:
            self.kill()
        return self.said()

    def said(self):
        return self.process.out + self.process.err

    # ---- what a pair is for

    def see(self):
        """The server's screen, once the viewer shows all of it."""
        try:
            return wait_until(self.shown, f"{self.name} to show the screen of {self.server.name}", 8)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said()[-2000:]}") from None

    def shown(self):
        screen = screen_of(self.server.desktop)
        place = place_in(screen, screen_of(self.desktop))
        self.place = place or self.place
        return place and screen

    def type(self, word):
        """Returns once the server's program has it."""
        self.point_at(TERMINAL)
        # A window that was just given the keyboard may miss a key or two: the word comes when it takes what is typed.
        before = len(self.typed())
        wait_until(lambda: len(self.typed()) > before or self.press_return(), "the window to take keys", 8, interval=0.2)
        self.tool("type", "--delay", "15", word + "\n")
        wait_until(lambda: word in self.typed(), f"\"{word}\" to arrive", 8)
        self.point_at(CLEAR)

    def press_return(self):
        """In the window under the pointer, which is given the keyboard as by a window manager: by a click."""
        under = self.tool("getmouselocation", "--shell").split("WINDOW=")[1].strip()
        self.tool("windowfocus", under, "click", "1", "key", "Return")

    def typed(self):
        return typed_on(self.server.desktop).read_text().splitlines()

    def point_at(self, spot):
        """Returns once the server's pointer is there."""
        def there():
            self.shown()  # or not, where the pointer has a shape; but a window may have moved
            left, top = self.place
            # The last step by XTest: TigerVNC overhears a pointer that was put somewhere.
            self.tool("mousemove", str(left + spot[0] - 1), str(top + spot[1] - 1), "mousemove_relative", "1", "1")
            return pointer_of(self.server.desktop) == spot
        wait_until(there, f"the pointer of {self.server.name} to be at {spot}", 8, interval=0.1)

    def tool(self, *words):
        return subprocess.run(["xdotool", *words], env=self.desktop.environment(), capture_output=True, text=True,
                              timeout=20 * SLOW, check=True).stdout

    def use(self, word):
        """All of it; returns the server's screen as the viewer showed it last."""
        point(self.server.desktop, CLEAR)  # wherever the last viewer left it
        self.start()
        self.see()
        self.type(word)
        at_rest(self.server.desktop)
        screen = self.see()
        self.stop()
        return screen


class TigerVnc(WindowViewer):
    def words(self):
        return ["xtigervncviewer", "-SecurityTypes", self.security, "-AutoSelect=0", "-NoJPEG=1", "-ReconnectOnError=0",
                "-AlertOnFatalError=0", *self.more(),
                f"localhost::{self.test.viewer_port}"]

    def more(self):
        return []


class TigerVncX509(TigerVnc):
    """The operator's own password; a pass where the VNC server's has to come along."""

    name = "TigerVNC, X509Plain"
    security = "X509Plain"

    def more(self):
        return ["-X509CA", str(self.test.hub.data / "hub.crt")]

    def secrets(self):
        if self.server.password:
            return {"VNC_USERNAME": "whoever", "VNC_PASSWORD": self.new_pass()["pass"]}
        password = self.given["pass"] if self.given else self.test.hub.password_file.read_text().strip()
        return {"VNC_USERNAME": f"admin/{self.server.ticket}", "VNC_PASSWORD": password}


class TigerVncTls(TigerVnc):
    name = "TigerVNC, TLSPlain"
    security = "TLSPlain"

    def secrets(self):
        return {"VNC_USERNAME": "whoever", "VNC_PASSWORD": self.new_pass()["pass"]}


class PassFileViewer(WindowViewer):
    def pass_file(self):
        return str(self.test.obfuscated_file(f"{self.key}-pass", self.new_pass()["pass"]))


class TigerVncAuth(PassFileViewer, TigerVnc):
    name = "TigerVNC, VncAuth"
    security = "VncAuth"

    def more(self):
        return ["-passwd", self.pass_file()]


class TightVnc(PassFileViewer):
    name = "TightVNC, VncAuth"

    def words(self):
        return ["xtightvncviewer", "-encodings", "tight copyrect", "-nojpeg", "-passwd", self.pass_file(), f"127.0.0.1::{self.test.viewer_port}"]


class Ssvnc(WindowViewer):
    name = "SSVNC, repeater://"

    def secrets(self):
        return {"SSVNC_NO_ENC_WARN": "1", "SS_VNCVIEWER_LISTEN_PORT": str(self.helper_port())}

    @staticmethod
    def helper_port():
        """Its helper waits between 5930 and 6099, where the viewer reads a number as a display."""
        for port in range(5930, 6100):
            with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
        raise AssertionError("no port is free between 5930 and 6099")

    def words(self):
        number = self.new_pass()["number"]
        # Its Tight has JPEG in it, whatever it is told.
        return ["/usr/lib/ssvnc/ssvnc_cmd", "-ssvnc_encodings", "zrle copyrect",
                "-proxy", f"repeater://127.0.0.1:{self.test.repeater_port}+ID:{number}", "Vnc://nohost:0"]

    def start(self):
        with open(Path(tempfile.gettempdir(), "pronto-test-ssvnc.lock"), "w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # between choosing a port and listening there, not two at once: also not of two tests
            super().start()
            wait_until(lambda: "proxy: listening" in self.said(), "SSVNC's helper to listen")


class VncSnapshot(PassFileViewer):
    """Looks once, as a JPEG file. Hextile: with Xvnc and its first choice it never comes to an end, also without a hub between."""

    name = "vncsnapshot, VncAuth"
    types = False

    def words(self):
        self.picture = self.test.folder / f"{self.key}.jpg"
        return ["vncsnapshot", "-encodings", "hextile", "-quality", "100", "-passwd", self.pass_file(), f"127.0.0.1:{self.test.viewer_port - 5900}", str(self.picture)]

    def use(self, word):
        self.start()
        code = self.process.wait(20)
        if code != 0:
            raise AssertionError(f"{self.name}: {code}\n{self.said()}")
        screen = screen_of(self.server.desktop)
        shown = picture_in(self.picture)
        if shown.size != screen.size or shown.psnr(screen) < LOSSY_PSNR_DB:
            raise AssertionError(f"{self.name} shows another screen")
        return screen


class ProntoViewer(WindowViewer):
    """Our console's session, by script. It asks for JPEG."""

    name = "pronto-viewer"
    lossy = True

    def start(self, *steps):
        words = []
        if self.server.password:
            file = self.test.folder / f"{self.key}-host-password"
            file.touch(0o600)
            file.write_text(self.server.password + "\n")
            words = ["--host-password-file", str(file)]
        self.process = self.test.started_thing(Viewer(self.test.hub, self.server.ticket, *words, *steps, "--end", name=self.key))

    def use(self, word):
        png = self.test.folder / f"{self.key}.png"
        self.start("--wait-still", "100", "--move", ",".join(map(str, TERMINAL)), "--type", word, "--key", "Return", "--wait-change", "5000",
                   "--move", ",".join(map(str, CLEAR)), "--wait-still", "400", "--save", str(png))
        result = self.process.result()
        if not result["ok"]:
            raise AssertionError(f"{result}\n{self.process.err}")
        screen = at_rest(self.server.desktop)
        shown = picture_in(png)
        if shown.size != screen.size or shown.psnr(screen) < LOSSY_PSNR_DB:
            raise AssertionError(f"{self.name} shows another screen")
        if word not in typed_on(self.server.desktop).read_text().splitlines():
            raise AssertionError(f"\"{word}\" did not arrive")
        return screen


ALL = [Ssvnc, TigerVncX509, TigerVncTls, TigerVncAuth, TightVnc, VncSnapshot, ProntoViewer]
