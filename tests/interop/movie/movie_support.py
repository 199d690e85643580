"""Sessions of real VNC servers for tests: the servers, the tap program, the movies that come of it, and who shows them."""

import json
import math
import operator
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

from pronto import SLOW, Desktop, Process, ProntoTest, private_environment, program, wait_until  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent

RAW, COPY_RECT, HEXTILE, ZLIB, TIGHT, ZRLE = 0, 1, 5, 6, 7, 16
CURSOR, DESKTOP_SIZE, LAST_RECT = -239, -223, -224
QUALITY_5 = -27
PSEUDO = (COPY_RECT, CURSOR, DESKTOP_SIZE, LAST_RECT)

# How many times as fast the movies' clocks run: a session of seconds becomes a movie of minutes, with ten key frames and more.
HASTEN = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Picture:
    """Rows of RGB."""

    def __init__(self, ppm):
        head, size, _, self.rgb = ppm.split(b"\n", 3)
        if head != b"P6":
            raise ValueError("no PPM")
        self.size = tuple(int(word) for word in size.split())

    @staticmethod
    def read(path):
        return Picture(path.read_bytes())

    def worst(self, other):
        """The largest difference of a channel."""
        return max(map(abs, map(operator.sub, self.rgb, other.rgb)))

    def psnr(self, other):
        """In dB; equal pictures: infinite."""
        squares = sum(map(lambda a, b: (a - b) * (a - b), self.rgb, other.rgb))
        return math.inf if squares == 0 else 10 * math.log10(255 * 255 * len(self.rgb) / squares)


def screen_of(environment, window="-root"):
    """What an X server shows: all of it, or a window (words for xwd)."""
    window = subprocess.run(["xwd", "-silent", *window.split()], capture_output=True, env=environment, timeout=20 * SLOW, check=True).stdout
    return Picture(subprocess.run(["convert", "xwd:-", "-strip", "-depth", "8", "ppm:-"], input=window, capture_output=True,
                                  timeout=20 * SLOW, check=True).stdout)


class XvncDesktop(Desktop):
    """A screen that is a VNC server: TigerVNC's Xvnc."""

    def __init__(self, folder, name="xvnc", size="320x240", security=("None",)):
        """`security`: its types, and what else belongs to them on its command line."""
        self.folder = folder
        self.name = name
        self.port = free_port()
        read_end, write_end = os.pipe()
        with open(folder / f"{name}.log", "wb") as log:
            self.popen = subprocess.Popen(
                ["Xtigervnc", "-displayfd", str(write_end), "-geometry", size, "-depth", "24", "-rfbport", str(self.port),
                 "-localhost", "-SecurityTypes", *security, "-AlwaysShared", "-nolisten", "tcp", "-noreset"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise AssertionError(f"Xtigervnc did not start: {(folder / f'{name}.log').read_text()}")
        self.display = f":{number}"
        self.clients = []
        wait_until(lambda: listens(self.port), "Xtigervnc to listen")


class Tap:
    """The program that puts a session through the hub's tap."""

    def __init__(self, folder, name, hasten=HASTEN, captures=None):
        self.name = name
        self.folder = folder / f"movie-{name}"
        self.err_path = folder / f"tap-{name}.err"
        with open(self.err_path, "wb") as err:
            self.popen = subprocess.Popen(
                [program("interop_movie_tap"), str(self.folder), name, str(hasten), *([str(captures)] if captures else [])],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True, bufsize=1)

    def answer(self):
        line = self.popen.stdout.readline().strip()
        if not line:
            raise AssertionError(f"the tap of {self.name} ended: {self.err_path.read_text()}")
        return line

    def command(self, *words):
        self.popen.stdin.write(" ".join(str(word) for word in words) + "\n")
        return self.answer()

    def connect(self, port, encodings, pixels=32):
        self.command("connect", port, pixels, *encodings, *PSEUDO)

    def ask(self, encodings, pixels=32):
        self.command("ask", pixels, *encodings, *PSEUDO)

    def status(self):
        """(updates that came, whether what was asked for is in force, (width, height))"""
        updates, settled, width, height = (int(word) for word in self.command("status").split())
        return updates, settled == 1, (width, height)

    def await_updates(self, more, seconds=0):
        """So many more than now, and that this time passes meanwhile."""
        enough = self.status()[0] + more
        over = time.monotonic() + seconds
        wait_until(lambda: self.status()[0] >= enough and time.monotonic() >= over, f"{more} updates in {self.name}", 60)

    def picture(self):
        path = self.folder / "now.ppm"
        return Picture.read(path) if self.command("picture", path) == "ok" else None

    def end(self):
        if self.popen.poll() is None:
            self.command("end")
        self.popen.stdin.close()
        self.popen.stdout.close()
        code = self.popen.wait(30 * SLOW)
        if code != 0:
            raise AssertionError(f"the tap of {self.name} failed: {self.err_path.read_text()}")

    def kill(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            pipe.close()

    def parts(self):
        return sorted(self.folder.glob("*.part*.fbs"))

    def movie(self):
        return Movie(self.name, self.parts())


class Recording:
    """An FBS file: a part, or a movie."""

    def __init__(self, path):
        self.path = path
        self.blocks = list(self.read_blocks(path.read_bytes()))
        self.header_end = self.blocks[3][1]
        self.end, self.end_ms = self.blocks[-1][1:]

    @staticmethod
    def read_blocks(file):
        """(where it begins, where it ends, its milliseconds) for each whole block."""
        at = 12
        while at + 4 <= len(file):
            length, = struct.unpack_from(">I", file, at)
            end = at + 4 + (length + 3) // 4 * 4 + 4
            if end > len(file):
                return
            yield at, end, struct.unpack_from(">I", file, end - 4)[0]
            at = end

    def picture_path(self, who, at_ms):
        return self.path.with_name(f"{self.path.stem}-{who}-{at_ms}.ppm")

    def shown(self, who, at_ms):
        return Picture.read(self.picture_path(who, at_ms))

    def places(self, who, moments):
        return [(begin, end, str(self.picture_path(who, at_ms))) for at_ms, begin, end in moments]

    def run_with(self, lines, *command):
        done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=120 * SLOW)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stdout}\n{done.stderr[-4000:]}")
        return done.stdout

    def show_in_libvncclient(self, moments):
        lines = "".join(f"{begin} {end} {file}\n" for begin, end, file in self.places("libvncclient", moments))
        self.run_with(lines, program("interop_movie_libvnc"), str(self.path), str(self.header_end))

    def end_in_libvncclient(self):
        """What libvncclient shows of the whole file, played from its start."""
        self.show_in_libvncclient([("end", self.header_end, self.end)])
        return self.shown("libvncclient", "end")

    def shot(self, at):
        """What the program of that name says, drawn from the start."""
        png = self.path.with_name(f"shot-{at}.png")
        self.run_with("", program("pronto-fbs"), "shot", str(self.path), "--at", str(at), "--out", str(png))
        return Picture(subprocess.run(["convert", str(png), "-strip", "-depth", "8", "ppm:-"], capture_output=True,
                                      timeout=20 * SLOW, check=True).stdout)


class Movie(Recording):
    """A canonical movie, made by the real pronto-fbs of parts that it leaves."""

    def __init__(self, name, parts):
        path = parts[0].with_name(f"{name}.fbs")
        self.path = path
        self.run_with("", program("pronto-fbs"), "finish", "--keep-parts", *map(str, parts))
        super().__init__(path)
        self.facts = json.loads(path.with_suffix(".json").read_text())

    def moments(self, count):
        """So many, spread over the movie, the last at its end: each with the key frame to enter at and where it is over, as
        (milliseconds, from, to)."""
        pictures = self.blocks[4:]
        duration = pictures[-1][2]
        for number in range(1, count + 1):
            at_ms = duration * number // count
            begin = max(offset for ms, offset, _ in self.facts["key_frames"] if ms <= at_ms)
            yield at_ms, begin, max(end for _, end, ms in pictures if ms <= at_ms)

    def show_in_pronto(self, moments):
        """As the console's player does, jumping to and fro."""
        order = moments[::2] + moments[1::2]
        lines = "".join(f"{at_ms} {self.picture_path('pronto', at_ms)}\n" for at_ms, _, _ in order)
        self.run_with(lines, program("interop_movie_screen"), str(self.path))

    def show_in_novnc(self, browser, moments):
        browser.ask({"movie": str(self.path), "header_end": self.header_end, "points": self.places("novnc", moments)})


class Browser:
    """noVNC in one headless Chromium, for all movies."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pronto-browser-"))
        self.err_path = self.folder / "browser.err"
        with open(self.err_path, "wb") as err:
            self.popen = subprocess.Popen(["node", str(HERE / "novnc.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err,
                                          text=True, bufsize=1, env=private_environment(self.folder))
        self.ready = False

    def line(self):
        line = self.popen.stdout.readline().strip()
        if not line:
            raise AssertionError(f"the browser ended: {self.err_path.read_text()}")
        return line

    def ask(self, request):
        if not self.ready:
            self.ready = self.line() == "ready"
        self.popen.stdin.write(json.dumps(request) + "\n")
        answer = self.line()
        if answer != "ok":
            raise AssertionError(f"{request['movie']} in noVNC: {answer}\n{self.err_path.read_text()}")

    def close(self):
        """Ends node, which ends Chromium."""
        self.popen.stdin.close()
        try:
            self.popen.wait(20 * SLOW)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self.popen.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class MovieTest(ProntoTest):
    """Servers with something that moves, until it is told to stop."""

    def content(self, desktop, photos="southeast", terminal="26x10+10+10"):
        """A terminal that scrolls before photographs that change in that corner."""
        for number in range(3):
            subprocess.run(["convert", "-size", "320x240", "xc:steelblue", "(", "-seed", str(number), "-size", "96x72", "plasma:fractal", ")",
                            "-gravity", photos, "-composite", str(self.folder / f"photo-{number}.png")],
                           timeout=20 * SLOW, check=True)
        desktop.terminal("n=0; while [ ! -e stop ]; do n=$((n+1)); ls -l --full-time /proc/self/ | head -n $((n%9+1)); sleep 0.05; done;"
                         "echo the end; touch stopped; exec sleep 1000", terminal)
        self.photos = desktop.run("photos", "sh", "-c", f"cd '{self.folder}'; n=0; while [ ! -e stop ]; do n=$((n+1)); display -window root photo-$((n%3)).png; "
                    "sleep 0.3; done")

    def stop_content(self, desktop):
        """Returns when nothing will change any more."""
        (self.folder / "stop").touch()
        self.photos.wait()
        wait_until((self.folder / "stopped").exists, "the terminal's last line")
        last = [None]

        def at_rest():
            before, last[0] = last[0], screen_of(desktop.environment()).rgb
            return last[0] == before

        wait_until(at_rest, "the screen to come to rest", interval=0.2)

    def tap(self, name, **more):
        return self.started_thing(Tap(self.folder, name, **more))

    def x11vnc(self, size="320x240"):
        """(its screen, its port)"""
        desktop = self.started_thing(Desktop(self.folder, "screen", size))
        port = free_port()
        self.started_thing(Process("x11vnc", ["x11vnc", "-display", desktop.display, "-rfbport", str(port), "-localhost", "-forever",
                                              "-shared", "-nopw", "-quiet", "-wait", "10", "-defer", "5"],
                                   self.folder, desktop.environment()))
        wait_until(lambda: listens(port), "x11vnc to listen")
        return desktop, port

    def x0vncserver(self):
        """TigerVNC's for a screen that is there: (that, its port)"""
        desktop = self.started_thing(Desktop(self.folder, "screen", "320x240"))
        port = free_port()
        self.started_thing(Process("x0vncserver", ["x0vncserver", "-display", desktop.display, "-rfbport", str(port), "-localhost",
                                                   "-SecurityTypes", "None", "-AlwaysShared"],
                                   self.folder, desktop.environment()))
        wait_until(lambda: listens(port), "x0vncserver to listen")
        return desktop, port

    def xvnc(self, size="320x240"):
        return self.started_thing(XvncDesktop(self.folder, size=size))
