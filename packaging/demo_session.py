"""The demo: one support session with the real programs on two virtual desktops, worked by xdotool. See packaging/demo --help."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import secrets
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

SCREEN = (1280, 800)
STEP_DEADLINE_S = 20
OPERATOR = "maria"


class DemoFailed(Exception):
    pass


def wait_until(what, condition, deadline_s=STEP_DEADLINE_S):
    """The first true value of condition(); polls, and fails with `what` in words."""
    deadline = time.monotonic() + deadline_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise DemoFailed(f"waited {deadline_s} s for {what}")


class Demo:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.bin = options.build.resolve() / "bin"
        self.processes = []
        self.say = (lambda text: print(f"  {text}", file=sys.stderr if options.json else sys.stdout, flush=True))

    def start(self, command, display=None, stdout=subprocess.DEVNULL, **environment):
        env = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
        env.update(environment, XDG_CONFIG_HOME=str(self.folder / "settings"), LC_ALL="C.UTF-8")
        if display:
            env["DISPLAY"] = display
        log = (self.folder / f"{pathlib.Path(str(command[0])).name}-{len(self.processes)}.log").open("w")
        process = subprocess.Popen([str(part) for part in command], env=env, stdout=stdout, stderr=log, text=True, start_new_session=True)
        self.processes.append(process)
        return process

    def stop_all(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
            if process.poll() is None:
                process.kill()
                process.wait()

    def picture_the_trouble(self):
        for name in ("guest_display", "console_display"):
            if hasattr(self, name):
                with contextlib.suppress(subprocess.CalledProcessError):
                    screenshot(getattr(self, name), self.folder / f"failed-{name.removesuffix('_display')}.png")

    def virtual_desktop(self, title):
        """A desktop of its own, seen by nobody or, with --show, in a window of the user's display; returns its name."""
        size = f"{SCREEN[0]}x{SCREEN[1]}"
        read_end, write_end = os.pipe()
        server = ["Xvfb", "-screen", "0", f"{size}x24", "-noreset"]
        if self.options.show:
            server = ["Xephyr", "-screen", size, "-noreset", "-title", f"Pronto demo: {title}"]
        process = subprocess.Popen([*server, "-displayfd", str(write_end), "-nolisten", "tcp"], pass_fds=[write_end],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        os.close(write_end)
        with os.fdopen(read_end) as number:
            name = number.readline().strip()
        if not name:
            raise DemoFailed(f"{server[0]} did not start" + (f" on display {os.environ['DISPLAY']}" if self.options.show else ""))
        return f":{name}"


class Person:
    """Somebody at a program's window: finds things by the test hook's names, works mouse and keyboard by xdotool."""

    def __init__(self, display, process, hook):
        self.display = display
        self.process = process
        self.hook = hook

    def xdotool(self, *words, check=True):
        return subprocess.run(["xdotool", *map(str, words)], env=dict(os.environ, DISPLAY=self.display), check=check,
                              capture_output=True, text=True).stdout

    def look(self):
        """Everything visible now, by name."""
        if self.process.poll() is not None:
            raise DemoFailed(f"{self.process.args[0]} ended with {self.process.returncode}")
        wait_until(f"{self.process.args[0]} to open its window", self.hook.exists)  # it writes the first dump by itself
        before = self.hook.read_text()
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                text = self.hook.read_text()
                if text != before:
                    return {widget["id"]: widget for widget in json.loads(text)["widgets"] if widget["id"] and widget["visible"]}
            time.sleep(0.02)
        raise DemoFailed(f"{self.process.args[0]} does not answer its test hook")

    def see(self, name, condition=lambda widget: True):
        last = None
        def there():
            # A window that has just opened still finds its place: wanted twice at the same one.
            nonlocal last
            widget = self.look().get(name)
            before, last = last, widget
            same = widget and before and all(widget[side] == before[side] for side in ("x", "y", "width", "height"))
            return widget if same and widget["active"] and condition(widget) else None
        return wait_until(f"{name} of {pathlib.Path(self.process.args[0]).name}", there)

    def click(self, name, button=1, times=1):
        widget = self.see(name)
        self.xdotool("mousemove", "--sync", widget["x"] + widget["width"] // 2, widget["y"] + widget["height"] // 2,
                     "click", "--repeat", times, "--delay", 80, button)

    def type(self, text):
        self.xdotool("type", "--delay", 8, "--", text)

    def key(self, *names):
        self.xdotool("key", *names)

    def fill(self, name, text):
        self.click(name)
        self.key("ctrl+a")
        self.type(text)


    def at_picture(self, view, picture, x, y, *then):
        """Moves the mouse to a point of the remote picture, which is scaled to fit and centred in its view."""
        scale = min(1, view["width"] / picture[0], view["height"] / picture[1])
        left = view["x"] + (view["width"] - picture[0] * scale) / 2
        top = view["y"] + (view["height"] - picture[1] * scale) / 2
        self.xdotool("mousemove", "--sync", round(left + x * scale), round(top + y * scale), *then)

    def windows(self):
        """The areas of the program's windows as [x, y, width, height]."""
        found = {w["window"] for w in self.look().values()}
        return [[w["x"], w["y"], w["width"], w["height"]] for name, w in self.look().items() if name in found]


def words_of(widget):
    return widget.get("value") or widget.get("label") or ""


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def screenshot(display, file):
    subprocess.run(["import", "-silent", "-window", "root", "-display", display, file], check=True)


class Session(Demo):
    def run(self):
        self.typed = self.folder / "typed-by-the-operator.txt"
        self.desktops()
        self.hub()
        self.windows()
        self.log_in()
        ticket = self.ticket()
        guest = self.guest_arrives(ticket)
        self.ask_for_control(guest)
        self.work()
        self.pictures()
        self.another_viewer(guest.removeprefix("tree.row:"))
        self.end_and_report()
        return self.result(ticket)

    def desktops(self):
        self.guest_display = self.virtual_desktop("the guest")
        self.console_display = self.virtual_desktop("the operator")
        for display in (self.guest_display, self.console_display):
            self.start(["xsetroot", "-solid", "#3b6ea5"], display)
        self.start(["xterm", "-geometry", "92x26+20+20", "-fa", "DejaVu Sans Mono", "-fs", "10", "-title", "Terminal", "-e",
                    "sh", "-c", "PS1='guest$ ' exec sh -i"], self.guest_display)
        self.start(["bitmap", "-geometry", "420x420+30+370", "-size", "24x24"], self.guest_display)

    def hub(self):
        password = self.folder / "maria-password"
        password.write_text(secrets.token_urlsafe(15) + "\n")
        password.chmod(0o600)
        self.password = password.read_text().strip()
        self.data = self.folder / "hub"
        subprocess.run([self.bin / "pronto-repeater", "user", "add", OPERATOR, "--data", self.data, "--password-file", password],
                       check=True, stdout=subprocess.DEVNULL)
        # As --standard, on ports that are free here.
        self.viewer_port = free_port()
        settings = self.folder / "hub.toml"
        settings.write_text(f"[standard]\nviewer_port = {self.viewer_port}\nallow_unencrypted = true\n")
        self.hub_process = self.start([self.bin / "pronto-repeater", "serve", "--data", self.data, "--config", settings, "--port", "0"],
                                      stdout=subprocess.PIPE)
        ready = self.hub_process.stdout.readline().split()
        if not ready:
            raise DemoFailed("the hub did not start; see its log")
        self.address = f"127.0.0.1:{ready[-1]}"
        self.pin = self.hub_process.stdout.readline().split()[-1]
        self.say(f"hub on {self.address}, {self.pin[:23]}...")

    def windows(self):
        agent_hook, console_hook = self.folder / "agent.json", self.folder / "console.json"
        agent = self.start([self.bin / "pronto-agent", "--hub", self.address, "--hub-pin", self.pin], self.guest_display,
                           PRONTO_TEST_HOOK=str(agent_hook))
        self.console_log = self.folder / "console.log"
        console = self.start([self.bin / "pronto-viewer", "--log", self.console_log], self.console_display,
                             PRONTO_TEST_HOOK=str(console_hook))
        self.guest = Person(self.guest_display, agent, agent_hook)
        self.operator = Person(self.console_display, console, console_hook)

    def log_in(self):
        self.operator.click("main.log_in")
        self.operator.fill("login.hub", self.address)
        self.operator.fill("login.user", OPERATOR)
        self.operator.click("login.password")
        self.operator.type(self.password)
        self.operator.click("login.ok")
        shown = self.operator.see("trust.hex")["value"].replace(" ", "").replace("\n", "")
        if "sha256:" + shown != self.pin:
            raise DemoFailed("the console shows another fingerprint than the hub printed")
        self.operator.click("trust.yes")
        self.operator.see("main.ticket")
        self.say(f"{OPERATOR} compared the hub's fingerprint and logged in")

    def ticket(self):
        self.operator.click("main.ticket")
        self.operator.click("ticket.new")
        ticket = self.operator.see("ticket.number", lambda widget: "-" in words_of(widget))
        text = words_of(ticket)
        self.operator.click("ticket.close")
        self.say(f"ticket {text}")
        return text

    def guest_arrives(self, ticket):
        self.guest.fill("agent.ticket", ticket)
        self.guest.key("Return")
        self.ticket_entered = time.time()
        def row():
            return next((name for name in self.operator.look() if name.startswith("tree.row:") and name.endswith(ticket[2:])), None)
        name = wait_until("the guest in the console's tree", row)
        self.say(f"{name.removeprefix('tree.row:')} is online")
        return name

    def ask_for_control(self, guest):
        self.operator.click(guest)
        self.operator.click("main.control")
        self.guest.click("agent.accept")
        self.operator.see("session.screen")
        self.first_picture_ms = round((wait_until("the first picture", self.first_picture_at) - self.ticket_entered) * 1000)
        self.say(f"first picture {self.first_picture_ms} ms after the ticket was entered")

    def first_picture_at(self):
        """When the console's log says that the screen is there, in seconds since 1970."""
        for line in self.console_log.read_text().splitlines() if self.console_log.exists() else []:
            if "The screen of" in line:
                return datetime.datetime.fromisoformat(line.split()[0]).timestamp()
        return None

    def work(self):
        """Types into the guest's terminal and draws in its bitmap editor, through the session window."""
        screen = self.operator.see("session.screen")
        self.operator.at_picture(screen, SCREEN, 300, 200, "click", 1)
        text = f"Ciao! Pronto was here: {secrets.token_hex(6)}"
        self.operator.type(f"echo '{text}' > {shlex.quote(str(self.typed))}; seq 1 60; date; echo '{text}'\n")
        wait_until("what was typed to arrive in the guest's terminal",
                   lambda: self.typed.exists() and self.typed.read_text().strip() == text)
        self.operator.at_picture(screen, SCREEN, 200, 560, "mousedown", 1)
        for step in range(1, 12):
            self.operator.at_picture(screen, SCREEN, 200 + 14 * step, 560 + 9 * step)
        self.operator.xdotool("mouseup", 1)
        self.say(f"typed into the guest's terminal: {text}")

    def pictures(self):
        """The guest's screen and the console, once the guest's screen has stood still for a second."""
        self.guest_png = self.folder / "guest.png"
        probe = self.folder / "probe.png"
        self.agent_area = self.guest.windows()  # it shows the time that has passed
        def still():
            screenshot(self.guest_display, self.guest_png)
            time.sleep(1)
            screenshot(self.guest_display, probe)
            return self.compare(self.guest_png, probe, self.agent_area, 0)
        wait_until("the guest's screen to stand still", still)
        probe.unlink()
        self.console_png = self.folder / "console.png"
        screenshot(self.console_display, self.console_png)

    def another_viewer(self, guest):
        """A standard VNC viewer joins the session with a one-time pass, and takes a picture."""
        made = subprocess.run([self.bin / "pronto-repeater", "session", "pass", guest, "--view", "--data", self.data, "--operator", OPERATOR, "--json",
                               "--config", self.folder / "hub.toml"], check=True, capture_output=True, text=True)
        password = self.folder / "vnc-pass"
        password.write_bytes(subprocess.run(["vncpasswd", "-f"], input=json.loads(made.stdout)["pass"].encode(), check=True, capture_output=True).stdout)
        taken, self.viewer_png = self.folder / "viewer.jpg", self.folder / "viewer.png"
        try:
            subprocess.run(["vncsnapshot", "-quiet", "-quality", "100", "-passwd", password, f"127.0.0.1:{self.viewer_port - 5900}", taken],
                           check=True, capture_output=True, timeout=STEP_DEADLINE_S)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            raise DemoFailed(f"vncsnapshot took no picture: {problem.stderr or problem}") from None
        subprocess.run(["convert", taken, self.viewer_png], check=True)
        # The agent's window has grown by a line that names who looks on.
        agent = [[x, y, width, height + 80] for x, y, width, height in self.agent_area]
        if not self.compare(self.guest_png, self.viewer_png, agent, 1):
            raise DemoFailed(f"vncsnapshot saw another screen: {self.viewer_png} is not {self.guest_png}")
        self.say("vncsnapshot joined the session with a one-time pass and saw the same screen")

    def compare(self, first, second, ignored, most):
        command = [self.bin / "pronto-fbs", "compare", first, second, "--tolerance", "32", "--most", str(most), "--json"]
        for area in ignored:
            command += ["--ignore", ",".join(str(part) for part in area)]
        self.compared = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        return self.compared.returncode == 0

    def end_and_report(self):
        self.operator.click("session.end")
        self.operator.fill("report.problem", "The printer prints everything in pink.")
        self.operator.fill("report.solution", "Changed the cartridge; printed a test page.")
        self.operator.fill("report.category", "Printer")
        self.operator.click("report.outcome.solved")
        self.operator.click("report.save")
        self.database = self.data / "pronto.db"
        self.report = wait_until("the report in the database", lambda: self.row(
            "SELECT problem, solution, category, outcome FROM reports"))
        self.session = wait_until("the session's end in the database", lambda: self.row(
            "SELECT id, bytes_to_viewer, bytes_to_host FROM sessions WHERE state = 'ended'"))
        self.recording = wait_until("the movie to be finished", lambda: self.row(
            "SELECT file, duration_ms, bytes FROM movies WHERE state = 'finished'"))

    def row(self, query):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            found = database.execute(query).fetchone()
            return dict(found) if found else None

    def result(self, ticket):
        movie = self.data / "recordings" / self.recording["file"]
        movie_png = self.folder / "movie.png"
        subprocess.run([self.bin / "pronto-fbs", "verify", movie], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([self.bin / "pronto-fbs", "shot", movie, "--at", "end", "--out", movie_png], check=True,
                       stdout=subprocess.DEVNULL)
        same = self.compare(self.guest_png, movie_png, self.agent_area, 0.1)
        difference = json.loads(self.compared.stdout)
        self.say(f"movie {movie} lasts {self.recording['duration_ms'] / 1000:.1f} s, {self.recording['bytes']} bytes")
        self.say(f"its last picture differs from the guest's screen in {difference['percent']:.4f} % of the pixels")
        self.say(f"session {self.session['id']}: {self.session['bytes_to_viewer']} bytes to the viewer")
        self.say(f"report: {self.report}")
        self.say(f"pictures: {self.guest_png}, {self.console_png}, {self.viewer_png}, {movie_png}")
        if not same:
            print("demo: the movie's last picture is not the guest's screen", file=sys.stderr)
        return {"ticket": ticket, "session": self.session["id"], "first_picture_ms": self.first_picture_ms,
                "bytes_to_viewer": self.session["bytes_to_viewer"], "movie": str(movie), "movie_ms": self.recording["duration_ms"],
                "database": str(self.database), "guest_png": str(self.guest_png), "console_png": str(self.console_png),
                "movie_png": str(movie_png), "report": self.report, "agent_area": self.agent_area, "different_percent": difference["percent"], "ok": same}


def main():
    parser = argparse.ArgumentParser(prog="packaging/demo")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object last; progress goes to standard error")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="keep everything there")
    parser.add_argument("--show", action="store_true", help="in two windows of your own display")
    options = parser.parse_args()
    if options.show and not os.environ.get("DISPLAY"):
        parser.error("--show needs a display (DISPLAY is not set)")
    folder = options.keep.resolve() if options.keep else pathlib.Path(tempfile.mkdtemp(prefix="pronto-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    demo = Session(options, folder)
    result = {"ok": False}
    try:
        result = demo.run()
    except (DemoFailed, subprocess.CalledProcessError) as problem:
        print(f"demo: {problem}\ndemo: logs are in {folder}", file=sys.stderr)
        result["problem"] = str(problem)
        demo.picture_the_trouble()
    finally:
        demo.stop_all()
    if options.json:
        print(json.dumps(result))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
