"""Works the windows of one of Pronto's programs like a person: finds widgets through the test hook
(rfb-ext/ui/test_hook.hpp), clicks and types with xdotool. Waits by asking again; never sleeps for a fixed time."""

import ctypes
import json
import os
import signal
import subprocess

from pronto import Desktop, Process, ProntoTest, private_environment, wait_until

KEYS_A_CALL = 200  # xdotool takes its text on the command line
FIRST_SPARE_KEY = 220  # no key of a PC keyboard has a code from here to 255


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5),
                ("room", ctypes.c_long * 16)]  # an XEvent is larger


def ask_to_close(display_name, window):
    """Sends WM_DELETE_WINDOW, which xdotool cannot."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x.XOpenDisplay(display_name.encode()))
    message = ClientMessage(type=33, window=window, format=32)
    message.message_type = x.XInternAtom(display, b"WM_PROTOCOLS", 0)
    message.data[0] = x.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
    x.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
    x.XCloseDisplay(display)


class Gui:
    """The windows of a process that was started with PRONTO_TEST_HOOK=hook_file."""

    def __init__(self, process, hook_file, display):
        self.process = process
        self.hook_file = hook_file
        self.display = display
        self.serial = 0
        # A signal before the program heeds it would end it.
        wait_until(lambda: hook_file.exists() or not process.running(), f"{process.name} to start")

    def environment(self):
        return {"DISPLAY": self.display, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}

    def xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], check=True, timeout=60, env=self.environment())

    def clipboard(self):
        """What the desktop's clipboard holds."""
        return subprocess.run(["xsel", "--clipboard", "--output"], capture_output=True, text=True, timeout=20,
                              env=self.environment()).stdout

    # ---- looking

    def widgets(self):
        """All widgets of the open windows, as they are now."""
        if not self.process.running():
            raise AssertionError(f"{self.process.name} ended with {self.process.popen.returncode}\n{self.process.err}")
        self.process.popen.send_signal(signal.SIGUSR1)

        def fresh():
            try:
                dump = json.loads(self.hook_file.read_text())
            except FileNotFoundError:
                return None
            return dump if dump["serial"] > self.serial else None

        dump = wait_until(fresh, "the test hook to answer", interval=0.01)
        self.serial = dump["serial"]
        return dump["widgets"]

    def find(self, id):
        """The visible widget of that id, or None."""
        return next((widget for widget in self.widgets() if widget["id"] == id and widget["visible"]), None)

    def wait(self, id, test=lambda widget: True, what=None):
        """The widget, as soon as it is there and passes `test`."""
        def found():
            widget = self.find(id)
            return widget if widget and test(widget) else None
        try:
            return wait_until(found, what or f"{id} to be as expected", interval=0.05)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.find(id)}") from None

    def wait_row(self, part):
        """The id of the row in the console's tree that has this in its name."""
        def found():
            return next((widget["id"] for widget in self.widgets() if widget["id"].startswith("tree.row:") and part in widget["id"]), None)
        return wait_until(found, f"{part} in the tree")

    def wait_active(self, id):
        return self.wait(id, lambda widget: widget["active"], f"{id} to be active")

    def wait_value(self, id, part):
        return self.wait(id, lambda widget: part in str(widget["value"]), f"{id} to say {part!r}")

    def wait_gone(self, id):
        wait_until(lambda: self.find(id) is None, f"{id} to go", interval=0.05)

    def value(self, id):
        return self.wait(id)["value"]

    def photograph(self, name):
        """Keeps a picture of the screen in PRONTO_PICTURES, if that is set: what a failed test saw."""
        folder = os.environ.get("PRONTO_PICTURES")
        if folder:
            subprocess.run(["import", "-window", "root", f"{folder}/{name}"], timeout=60, env=self.environment())

    def settled(self, id):
        """The widget where it is twice in a row: a window that has just opened, or grown, may still find its place."""
        last = None

        def still():
            nonlocal last
            widget = self.find(id)
            before, last = last, widget
            same = widget and before and all(widget[side] == before[side] for side in ("x", "y", "width", "height"))
            return widget if same else None
        return wait_until(still, f"{id} to stand still", interval=0.02)

    def close_window(self, title):
        """Presses the close button that a window manager would draw."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"], capture_output=True, text=True,
                               timeout=60, env=self.environment()).stdout.split()
        if len(found) != 1:
            raise AssertionError(f"{len(found)} windows are called {title}")
        ask_to_close(self.display, int(found[0]))

    # ---- working

    def click(self, id, button=1, times=1):
        self.wait_active(id)
        widget = self.settled(id)
        self.click_at(widget["x"] + widget["width"] // 2, widget["y"] + widget["height"] // 2, button, times)

    def click_at(self, x, y, button=1, times=1):
        self.xdotool("mousemove", x, y, "click", "--repeat", times, "--delay", 40, button)

    def key(self, *names):
        self.xdotool("key", "--delay", 20, *names)

    def teach(self, characters):
        """Gives characters that the layout lacks keys of their own. xdotool would lend them a key for a moment only, and a
        program that looks a little later finds it gone."""
        for offset, character in enumerate(characters):
            subprocess.run(["xmodmap", "-e", f"keycode {FIRST_SPARE_KEY + offset} = U{ord(character):04X}"], check=True, timeout=60,
                           env=self.environment())

    def type(self, text):
        """Into whatever has the focus. Not for secrets: xdotool's command line is public. See type_secret()."""
        for at in range(0, len(text), KEYS_A_CALL):
            self.xdotool("type", "--delay", 8, "--", text[at:at + KEYS_A_CALL])

    def type_secret(self, file):
        """The first line of a file, through a pipe."""
        secret = file.read_text().splitlines()[0]
        subprocess.run(["xdotool", "type", "--delay", "8", "--file", "-"], input=secret, text=True, check=True, timeout=60,
                       env=self.environment())

    def fill(self, id, text):
        """Replaces what a field holds."""
        self.click(id)
        self.wait(id, lambda widget: widget["focused"], f"{id} to have the focus")
        self.key("ctrl+a", "BackSpace")
        self.type(text)
        self.wait(id, lambda widget: widget.get("value", text) == text, f"{id} to hold {text!r}")


class GuiTest(ProntoTest):
    """A test that works windows; what a failed one saw is kept in PRONTO_PICTURES."""

    def setUp(self):
        super().setUp()
        self.guis = []

    def tearDown(self):
        if self.failed():
            for number, gui in enumerate(self.guis):
                gui.photograph(f"{self.id().rsplit('.', 1)[-1]}-{number}.png")
        super().tearDown()

    def start_gui(self, name, command, size="1280x900"):
        """Starts a program on a desktop of its own; its settings and its home are the test's."""
        desktop = self.started_thing(Desktop(self.folder, f"{name}-desktop", size))
        hook = self.folder / f"{name}-hook.json"
        environment = private_environment(self.folder, DISPLAY=desktop.display, PRONTO_TEST_HOOK=hook, LC_ALL="C.UTF-8")
        gui = Gui(self.started_thing(Process(name, command, self.folder, environment)), hook, desktop.display)
        self.guis.append(gui)
        return gui
