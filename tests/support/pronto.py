"""Starts Pronto's real programs for tests: over loopback, on free ports, with data that go when the test is over.

Nothing here sleeps for a fixed time: every wait asks again and again, until a deadline says that it failed. Every process is
ended by its own id. The programs are found in the folder PRONTO_BIN.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ.get("PRONTO_BIN", "build/dev/bin")).resolve()
SLOW = float(os.environ.get("PRONTO_SLOW", "1"))  # sanitizers and crowded machines: all deadlines are this much longer


def program(name):
    path = BIN / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built; set PRONTO_BIN to the folder of the programs")
    return str(path)


def wait_until(condition, what, seconds=20, interval=0.02):
    """Asks until `condition()` is true and returns that; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds * SLOW
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds * SLOW:g} s for {what}")
        time.sleep(interval)


class Process:
    """One program with its output in files."""

    def __init__(self, name, command, folder, env=None):
        self.name = name
        self.out_path = folder / f"{name}.out"
        self.err_path = folder / f"{name}.err"
        with open(self.out_path, "ab") as out, open(self.err_path, "ab") as err:
            self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env)

    @property
    def out(self):
        return self.out_path.read_text(errors="replace")

    @property
    def err(self):
        return self.err_path.read_text(errors="replace")

    def running(self):
        return self.popen.poll() is None

    def wait(self, seconds=30):
        """The exit code."""
        try:
            return self.popen.wait(seconds * SLOW)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds * SLOW:g} s\n{self.out}\n{self.err}") from None

    def terminate(self, seconds=15):
        if self.running():
            self.popen.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        if self.running():
            self.popen.kill()
        return self.popen.wait()


class Hub:
    """pronto-repeater on a port of its own."""

    def __init__(self, folder, settings=""):
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "hub.toml"
        self.settings = settings
        self.port = 0
        self.pin = None
        self.process = None
        self.password_file = folder / "admin-password"
        self.starts = 0

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        self.config.write_text(self.settings)
        self.starts += 1
        self.process = Process(
            f"hub-{self.starts}",
            [program("pronto-repeater"), "serve", "--data", str(self.data), "--config", str(self.config), "--port", str(self.port)],
            self.folder)
        wait_until(lambda: "Pin: " in self.process.out or not self.process.running(), "the hub to start")
        if not self.process.running():
            raise AssertionError(f"the hub did not start\n{self.process.out}\n{self.process.err}")
        self.port = int(re.search(r"ready on port (\d+)", self.process.out).group(1))
        self.pin = re.search(r"Pin: (sha256:[0-9a-f]{64})", self.process.out).group(1)
        if not self.password_file.exists():
            first = (self.data / "first-admin").read_text().splitlines()[0]
            self.password_file.touch(0o600)
            self.password_file.write_text(first + "\n")
        wait_until(self.healthy, "the hub to be healthy")
        return self

    def stop(self):
        """The exit code after SIGTERM."""
        return self.process.terminate()

    def kill(self):
        self.process.kill()

    def admin(self, *words, input_text=None):
        """Runs the hub's command line on its data; returns its output."""
        done = subprocess.run([program("pronto-repeater"), "--data", str(self.data), "--config", str(self.config), *words],
                              input=input_text, capture_output=True, text=True, timeout=30 * SLOW)
        if done.returncode != 0:
            raise AssertionError(f"pronto-repeater {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    # ---- asking

    def connect(self):
        """A TLS connection."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=10 * SLOW)
        connection.connect()
        return connection

    def request(self, method, path, body=None, headers=None):
        """(status, parsed JSON or None)"""
        with contextlib.closing(self.connect()) as connection:
            headers = dict(headers or {})
            if body is not None:
                headers["Content-Type"] = "application/json"
                body = json.dumps(body)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None

    def healthy(self):
        try:
            return self.request("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def rows(self, query, *values):
        """What the database says, each row as a dictionary."""
        database = sqlite3.connect(f"file:{self.data / 'pronto.db'}?mode=ro", uri=True, timeout=10)
        with contextlib.closing(database):
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, values)]

    def change(self, statement, *values):
        """Changes the database behind the hub's back: time travel for tests."""
        with contextlib.closing(sqlite3.connect(self.data / "pronto.db", timeout=10)) as database, database:
            if database.execute(statement, values).rowcount != 1:
                raise AssertionError(f"no one row was changed by: {statement}")

    def session(self, session_id):
        rows = self.rows("SELECT * FROM sessions WHERE id = ?", session_id)
        return rows[0] if rows else None

    def sessions(self):
        return self.rows("SELECT * FROM sessions ORDER BY requested")

    def await_session(self, state, count=1):
        """The sessions in that state, once there are so many."""
        def found():
            rows = [row for row in self.sessions() if row["state"] == state]
            return rows if len(rows) >= count else None
        return wait_until(found, f"{count} session(s) to be {state}")

    def await_ended(self, session_id):
        return wait_until(lambda: (row := self.session(session_id)) and row["state"] == "ended" and row, "the session to end")

    def recordings(self, session_id):
        return self.rows("SELECT * FROM recordings WHERE session = ? ORDER BY part", session_id)

    def movie_row(self, session_id):
        """What became of the recording; None before the session has ended."""
        rows = self.rows("SELECT * FROM movies WHERE session = ?", session_id)
        return rows[0] if rows else None

    def await_movie(self, session_id, state="finished"):
        return wait_until(lambda: (row := self.movie_row(session_id)) and row["state"] == state and row,
                          f"the movie to be {state}", 60)

    def movie(self, session_id):
        """The finished movie's file, or the first part's as long as there is none."""
        finished = self.movie_row(session_id)
        name = finished["file"] if finished else ""
        return self.data / "recordings" / (name or self.recordings(session_id)[0]["file"])

    def movie_verdict(self, session_id):
        """What pronto-fbs says of the finished movie; it must be sound."""
        self.await_movie(session_id)
        done = subprocess.run([program("pronto-fbs"), "verify", str(self.movie(session_id))],
                              capture_output=True, text=True, timeout=60 * SLOW)
        if done.returncode != 0:
            raise AssertionError(f"the movie is not sound: {done.stdout}\n{done.stderr}")
        return done.stdout

    # ---- operators

    def viewer_words(self, password_file=None, user="admin", pin=None):
        return ["--hub", self.address, "--hub-pin", pin or self.pin, "--user", user,
                "--password-file", str(password_file or self.password_file)]

    def ticket(self):
        done = subprocess.run([program("pronto-viewer"), "ticket", "--json", *self.viewer_words()],
                              capture_output=True, text=True, timeout=60 * SLOW, env=private_environment(self.folder))
        if done.returncode != 0:
            raise AssertionError(f"no ticket: {done.stdout}\n{done.stderr}")
        return json.loads(done.stdout)["ticket"]


def private_environment(folder, **more):
    """The user's own settings and display stay out of it."""
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY")}
    env["HOME"] = str(folder)
    env["XDG_CONFIG_HOME"] = str(folder / "config")
    env.update({key: str(value) for key, value in more.items()})
    return env


def in_private_network():
    """Whether this process has a network namespace of its own."""
    try:
        return os.readlink("/proc/self/ns/net") != os.readlink("/proc/1/ns/net")
    except OSError:
        return False


class Desktop:
    """A guest's screen: Xvfb on a display of its own."""

    def __init__(self, folder, name="desktop", size="800x600"):
        self.folder = folder
        self.name = name
        read_end, write_end = os.pipe()
        # An X server looks for a free number by its network's own sockets, and would take the file's place from a server of another
        # network that has the number: its clients would find themselves on the wrong screen.
        no_file = ["-nolisten", "unix"] if in_private_network() else []
        with open(folder / f"{name}.log", "wb") as log:
            self.popen = subprocess.Popen(
                ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{size}x24", "-nolisten", "tcp", *no_file, "-noreset"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise AssertionError(f"Xvfb did not start: {(folder / f'{name}.log').read_text()}")
        self.display = f":{number}"
        self.clients = []

    def environment(self):
        return private_environment(self.folder, DISPLAY=self.display)

    def run(self, name, *command):
        process = Process(f"{self.name}-{name}", list(command), self.folder, self.environment())
        self.clients.append(process)
        return process

    def terminal(self, script, geometry="80x24+0+0"):
        """An xterm that runs a shell script; its folder is the test's."""
        return self.run("xterm", "xterm", "-geometry", geometry, "-e", "sh", "-c", f"cd '{self.folder}'; {script}")

    def stop(self):
        for client in self.clients:
            client.kill()
        self.popen.kill()
        self.popen.wait()


class Agent(Process):
    """pronto-agent without a window."""

    def __init__(self, hub, desktop, ticket, *options, name="agent", pin=None):
        super().__init__(
            name,
            [program("pronto-agent"), "--no-window", "--hub", hub.address, "--hub-pin", pin or hub.pin, "--ticket", ticket, *options],
            desktop.folder, desktop.environment())


class Viewer(Process):
    """A scripted session of pronto-viewer."""

    def __init__(self, hub, guest, *words, name="viewer", timeout=90, **account):
        super().__init__(
            name,
            [program("pronto-viewer"), "session", guest, "--no-window", "--json", "--wait-for-guest", str(20 * SLOW),
             "--timeout", str(timeout * SLOW), *hub.viewer_words(**account), *words],
            hub.folder, private_environment(hub.folder))

    def result(self, seconds=60):
        """The JSON object it prints last, with the exit code as `exit_code`."""
        code = self.wait(seconds)
        lines = self.out.strip().splitlines()
        if not lines:
            raise AssertionError(f"{self.name} exited with {code} and printed nothing\n{self.err}")
        return {**json.loads(lines[-1]), "exit_code": code}


class ProntoTest(unittest.TestCase):
    """A folder, and an end for everything that was started in it. What failed leaves its outputs in the test's log."""

    hub_settings = ""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pronto-test-"))
        self.started = []
        self.hub = None
        self.addCleanup(self.end_everything)  # not tearDown: that does not come after a setUp that failed

    def end_everything(self):
        for thing in reversed(self.started):
            if not isinstance(thing, Desktop):
                thing.kill()
        try:
            self.end_hub()
        finally:
            for thing in self.started:
                if isinstance(thing, Desktop):
                    thing.stop()
            self.tidy_up()

    def end_hub(self):
        """Like an administrator does: what a sanitizer finds at the end counts, in whatever state a test leaves the hub."""
        if self.hub and self.hub.process and self.hub.process.running():
            self.assertEqual(0, self.hub.stop(), f"the hub did not stop cleanly\n{self.hub.process.err[-20000:]}")
        for path in self.folder.glob("*.err"):
            self.assertNotIn("Sanitizer", path.read_text(errors="replace"), path.name)

    def tidy_up(self):
        if self.failed():
            self.show_outputs()
        keep = os.environ.get("PRONTO_KEEP")
        if keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def failed(self):
        result = self._outcome.result
        return any(test is self for test, _ in result.errors + result.failures)

    def show_outputs(self):
        for path in sorted(self.folder.glob("*.out")) + sorted(self.folder.glob("*.err")):
            text = path.read_text(errors="replace")
            if text.strip():
                print(f"--- {self.id()}: {path.name}\n{text[-4000:]}")

    def started_thing(self, thing):
        self.started.append(thing)
        return thing

    def start_hub(self, settings=None):
        self.hub = Hub(self.folder, self.hub_settings if settings is None else settings)
        return self.hub.start()

    def desktop(self, name="desktop"):
        return self.started_thing(Desktop(self.folder, name))

    def agent(self, desktop, ticket, *options, **more):
        return self.started_thing(Agent(self.hub, desktop, ticket, *options, **more))

    def viewer(self, guest, *words, **more):
        return self.started_thing(Viewer(self.hub, guest, *words, **more))
