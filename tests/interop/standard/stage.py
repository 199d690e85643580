"""A hub with the ports for standard VNC programs, screens worth looking at, and what the hub says of a session with them."""

import os
import pathlib
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "support"), str(HERE.parent / "movie")]

from movie_support import Picture, free_port  # noqa: E402
from pronto import SLOW, Desktop, Process, ProntoTest, program, wait_until  # noqa: E402

WIDTH, HEIGHT = 320, 240
TERMINAL = (60, 40)  # a place inside the terminal of a screen
LOSSY_PSNR_DB = 30  # where JPEG is in the way
CLEAR = (300, 220)   # and one outside, where the pointer has no shape


class Group(Process):
    """A program that starts others: it ends with them. Its children have no other group."""

    def __init__(self, name, command, folder, env=None):
        super().__init__(name, ["setsid", *command], folder, env)

    def kill(self):
        self.end(signal.SIGKILL)
        return self.popen.wait()

    def close(self):
        """As its user would."""
        self.end(signal.SIGTERM)
        self.wait(10)

    def end(self, how):
        try:
            os.killpg(self.popen.pid, how)
        except ProcessLookupError:  # over, or not that far yet
            if self.running():
                self.popen.send_signal(how)


def screen_of(desktop):
    """What an X server shows. Unlike the movies' tests' this one asks often: it does without a converter."""
    dump = subprocess.run(["xwd", "-silent", "-root"], capture_output=True, env=desktop.environment(), timeout=20 * SLOW, check=True).stdout
    fields = [int.from_bytes(dump[at:at + 4], "big") for at in range(0, 100, 4)]
    head, width, height, bits, stride, colours = fields[0], fields[4], fields[5], fields[11], fields[12], fields[19]
    if (bits, stride) != (32, width * 4):
        raise AssertionError(f"{desktop.name}: {bits} bits a pixel, {stride} bytes a row of {width}")
    pixels = dump[head + 12 * colours:]
    rgb = bytearray(width * height * 3)
    for channel in range(3):
        rgb[channel::3] = pixels[2 - channel::4]
    return Picture(b"P6\n%d %d\n255\n" % (width, height) + bytes(rgb))


def picture_in(path):
    """Of an image file."""
    return Picture(subprocess.run(["convert", str(path), "-strip", "-depth", "8", "ppm:-"], capture_output=True,
                                  timeout=20 * SLOW, check=True).stdout)


def place_in(picture, whole):
    """(x, y) at which `picture` stands in `whole`, pixel for pixel; None if it does not."""
    (width, height), (whole_width, whole_height) = picture.size, whole.size
    stride, whole_stride = width * 3, whole_width * 3
    rows = [picture.rgb[y * stride:(y + 1) * stride] for y in range(height)]
    for top in range(whole_height - height + 1):
        start, end = top * whole_stride, (top + 1) * whole_stride
        at = whole.rgb.find(rows[0], start, end)
        while at >= 0:
            if all(whole.rgb.startswith(row, at + y * whole_stride) for y, row in enumerate(rows)):
                return (at - start) // 3, top
            at = whole.rgb.find(rows[0], at + 1, end)
    return None


def furnish(desktop, folder):
    """A photograph behind a terminal that writes every line it is given to `typed_on(desktop)`."""
    photo = folder / f"{desktop.name}-photo.png"
    subprocess.run(["convert", "-size", f"{WIDTH}x{HEIGHT}", "-seed", str(len(desktop.name)), "plasma:red-blue", str(photo)],
                   timeout=20 * SLOW, check=True)
    # Its pointer would be in the viewers' pictures and not in the server's.
    blank = folder / f"{desktop.name}-blank.xbm"
    blank.write_text("#define b_width 1\n#define b_height 1\n#define b_x_hot 0\n#define b_y_hot 0\nstatic char b_bits[] = {\n0x00};\n")
    # display says 1 also where it did what it should.
    subprocess.run(["display", "-window", "root", str(photo)], env=desktop.environment(), timeout=20 * SLOW, capture_output=True)
    subprocess.run(["xsetroot", "-cursor", str(blank), str(blank)], env=desktop.environment(), timeout=20 * SLOW, check=True)
    desktop.terminal(f"echo ready > {desktop.name}-typed; while read line; do echo \"$line\" >> {desktop.name}-typed; done", "30x10+8+8")
    wait_until(typed_on(desktop).exists, "the terminal")
    point(desktop, CLEAR)
    colours = at_rest(desktop).rgb
    if len(set(zip(colours[0::3], colours[1::3], colours[2::3]))) < 1000:
        raise AssertionError(f"{desktop.name} shows nothing worth looking at")


def point(desktop, spot):
    subprocess.run(["xdotool", "mousemove", *map(str, spot)], env=desktop.environment(), timeout=20 * SLOW, check=True)


def pointer_of(desktop):
    """(x, y)"""
    words = subprocess.run(["xdotool", "getmouselocation", "--shell"], env=desktop.environment(), timeout=20 * SLOW, check=True,
                           capture_output=True, text=True).stdout.split()
    return tuple(int(word.split("=")[1]) for word in words[:2])


def at_rest(desktop):
    """The screen, once it does not change any more."""
    last = [None]

    def still():
        before, last[0] = last[0], screen_of(desktop)
        return before and before.rgb == last[0].rgb

    wait_until(still, f"{desktop.name} to come to rest", interval=0.1)
    return last[0]


def typed_on(desktop):
    return desktop.folder / f"{desktop.name}-typed"


class StandardTest(ProntoTest):
    """A hub that takes standard VNC programs."""

    def start_standard_hub(self, more="", encrypted=False):
        """`encrypted`: nothing else is taken, as is the rule where nobody allows it."""
        self.viewer_port, self.repeater_port, self.server_port = free_port(), free_port(), free_port()
        ports = f"viewer_port = {self.viewer_port}\n"
        if not encrypted:
            ports += f"repeater_port = {self.repeater_port}\nserver_port = {self.server_port}\nallow_unencrypted = true\n"
        self.start_hub(f"[hub]\nname = \"localhost\"\n[standard]\n{ports}[recording]\nworkers = 2\n{more}")
        password = self.hub.password_file.read_text().strip()
        status, body = self.hub.request("POST", "/api/v1/login", {"user": "admin", "password": password})
        self.assertEqual(200, status, body)
        self.token = body["token"]

    def ask(self, method, path, body=None):
        status, answer = self.hub.request(method, path, body, {"Authorization": f"Bearer {self.token}"})
        self.assertIn(status, (200, 201), answer)
        return answer

    def new_ticket(self):
        """{ticket, number, ...}"""
        return self.ask("POST", "/api/v1/tickets")

    def guest(self, ticket):
        """Its entry among those online; None: it is not."""
        return next((entry for entry in self.ask("GET", "/api/v1/online")["entries"] if entry.get("ticket") == ticket), None)

    def await_idle(self, ticket):
        """Its entry, once it is online and in no session."""
        return wait_until(lambda: (entry := self.guest(ticket)) and not entry.get("session") and entry, f"{ticket} to wait for somebody")

    def new_pass(self, ticket, password=None, mode="control"):
        """{pass, number, ...}; `password`: the VNC server's own."""
        wish = {"target": ticket, "mode": mode}
        if password:
            wish["password"] = password
        return self.ask("POST", "/api/v1/passes", wish)

    def sessions_of(self, guest_name):
        return [row for row in self.hub.sessions() if row["guest_name"] == guest_name]

    def furnished(self, name):
        desktop = self.started_thing(Desktop(self.folder, name, f"{WIDTH}x{HEIGHT}"))
        furnish(desktop, self.folder)
        return desktop

    def viewers_desktop(self, name):
        """Somewhat larger, so that a viewer's whole window has room."""
        return self.started_thing(Desktop(self.folder, name, f"{WIDTH + 160}x{HEIGHT + 120}"))

    def secret_file(self, name, text):
        path = self.folder / name
        path.touch(0o600)
        path.write_text(text + "\n")
        return path

    def obfuscated_file(self, name, text):
        """As VNC programs keep passwords."""
        path = self.folder / name
        path.touch(0o600)
        path.write_bytes(subprocess.run(["tigervncpasswd", "-f"], input=text.encode(), capture_output=True, timeout=20 * SLOW, check=True).stdout)
        return path

    # ---- what is left of a session

    def check_row(self, row, guest):
        """All that the statistic needs of a session that was seen and ended by its viewer."""
        now = time.time() * 1000
        self.assertEqual(("ended", "control", 1, 1), (row["state"], row["mode"], row["operator"], row["recorded"]), row)
        self.assertEqual("operator", row["reason"], row)  # the viewer's window was closed
        self.assertEqual(guest["name"], row["guest_name"])
        self.assertEqual(("127.0.0.1", "127.0.0.1"), (row["operator_address"], row["guest_address"]))
        times = [row["requested"], row["granted"], row["streaming"], row["ended"], now]
        self.assertEqual(sorted(times), times)
        self.assertLess(now - row["requested"], 600_000)
        self.assertGreater(row["bytes_to_viewer"], 1000)
        self.assertGreater(row["bytes_to_host"], 20)

    def check_movie(self, session, screen, lossy=False):
        """It is sound, and shows at its end what the server's screen showed."""
        self.assertIn("whole", self.hub.movie_verdict(session))
        png = self.folder / f"{session}.png"
        subprocess.run([program("pronto-fbs"), "shot", str(self.hub.movie(session)), "--at", "end", "--out", str(png)],
                       capture_output=True, timeout=60 * SLOW, check=True)
        shot = picture_in(png)
        self.assertEqual(screen.size, shot.size)
        if lossy:
            self.assertGreaterEqual(shot.psnr(screen), LOSSY_PSNR_DB, "the movie's last picture")
        else:
            self.assertTrue(screen.rgb == shot.rgb, "the movie's last picture is the server's screen")
