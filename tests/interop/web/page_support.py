"""The hub's page in a headless Chromium."""

import base64
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("../movie", "../../integration"):
    sys.path.insert(0, str(HERE / folder))

from by_hand import Guest, Operator, open_stream, view_handshake  # noqa: E402, F401
from movie_support import Picture, XvncDesktop, screen_of  # noqa: E402, F401
from pronto import SLOW, ProntoTest, private_environment, wait_until  # noqa: E402

# noVNC asks for JPEG where the guest's picture is a photograph.
ALIKE_PSNR_DB = 30


class Page:
    """Commands of browser.mjs as methods."""

    def __init__(self, folder):
        self.err_path = folder / "browser.err"
        with open(self.err_path, "wb") as err:
            self.popen = subprocess.Popen(["node", str(HERE / "browser.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err,
                                          text=True, bufsize=1, env=private_environment(folder, PRONTO_SLOW=SLOW))

    def ask(self, *words):
        self.popen.stdin.write(json.dumps(words) + "\n")
        line = self.popen.stdout.readline()
        if not line:
            raise AssertionError(f"the browser ended: {self.err_path.read_text()}")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{words}: {answer['error']}")
        return answer["value"]

    def __getattr__(self, command):
        return lambda *words: self.ask(command, *words)

    def ppm(self):
        """The picture, as movie_support has it; None if there is none."""
        seen = self.picture()
        if not seen:
            return None
        return Picture(b"P6\n%d %d\n255\n" % (seen["width"], seen["height"]) + base64.b64decode(seen["rgb"]))

    def await_visible(self, selector):
        wait_until(lambda: self.visible(selector), f"{selector} to be seen", 30)

    def await_text(self, selector, text):
        wait_until(lambda: self.visible(selector) and text in self.text(selector), f'{selector} to say "{text}"', 30)

    def kill(self):
        """Ends node, which ends Chromium."""
        self.popen.stdin.close()
        try:
            self.popen.wait(20 * SLOW)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self.popen.stdout.close()


class PageTest(ProntoTest):
    """A hub and its page."""

    def setUp(self):
        super().setUp()
        self.start_hub()
        self.page = self.started_thing(Page(self.folder))

    def terminal(self, screen):
        """On a guest's screen; typed() is what was typed into it."""
        screen.run("xterm", "env", "LC_ALL=C.UTF-8", "xterm", "-geometry", "60x20+40+60", "-e", "sh", "-c",
                   f"cd '{self.folder}'; echo ready; cat > typed")

    def typed(self):
        path = self.folder / "typed"
        return path.read_text() if path.exists() else ""

    def address(self, path="/view/"):
        return f"https://{self.hub.address}{path}"

    def log_in(self, path="/view/"):
        self.page.open(self.address(path))
        self.page.await_visible("#login")
        self.page.fill("#user", "admin")
        self.page.fill("#password", self.hub.password_file.read_text().strip())
        self.page.click("#log-in")
        self.page.await_visible("#list")

    def shot(self, name):
        """For people: PRONTO_SHOTS names a folder."""
        folder = os.environ.get("PRONTO_SHOTS")
        if folder:
            self.page.shot(str(pathlib.Path(folder) / f"{name}.png"))

    def check_quiet(self):
        """Nothing to complain about, above all no violation of the content security policy; no secret in an address."""
        self.assertEqual([], self.page.complaints())
        for address in self.page.addresses():
            self.assertNotRegex(address, r"token|password|[?#].")
