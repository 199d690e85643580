#!/usr/bin/env python3
"""The console's windows with the real hub and the real agent: what the demo does not show."""

import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from gui import GuiTest  # noqa: E402
from pronto import private_environment, program, wait_until  # noqa: E402


class SessionGui(GuiTest):
    def start_console(self):
        self.console = self.start_gui("console", [program("pronto-viewer"), "--hub", self.hub.address, "--user", "admin"])
        self.console.wait("main")

    def log_in(self, first_time=True):
        """The password goes in through a file: xdotool's command line is public."""
        gui = self.console
        gui.click("main.log_in")
        gui.click("login.password")
        gui.type_secret(self.hub.password_file)
        gui.click("login.ok")
        if first_time:
            shown = re.sub(r"\s", "", gui.wait("trust.hex")["value"])
            self.assertEqual(self.hub.pin, f"sha256:{shown}")
            gui.click("trust.yes")
        gui.wait_value("main.status", "Logged in")

    def guest_comes(self, *options):
        """A guest's desktop with a terminal that keeps the line typed into it, and the agent; returns desktop and row id."""
        desktop = self.desktop("guest")
        desktop.terminal('read line; echo "$line" > typed; exec sleep 1000')
        gui = self.console
        gui.click("main.ticket")
        ticket = gui.wait("ticket.number", lambda widget: re.fullmatch(r"\d+-[0-9A-F]{5}", widget["value"]))["value"]
        self.assertIn(ticket, gui.value("ticket.text"))
        self.agent(desktop, ticket, *options)
        gui.wait_value("ticket.status", "is here")
        gui.click("ticket.close")
        return desktop, gui.wait_row(ticket[-5:])

    def run_on(self, display, *command, input_text=None):
        done = subprocess.run(command, input=input_text, capture_output=True, text=True, timeout=30, check=True,
                              env=private_environment(self.folder, DISPLAY=display))
        return done.stdout

    def on_screen(self, x, y):
        """Where a pixel of the guest's screen is on the console's."""
        size, shown, at = re.fullmatch(r"(\S+) shown (\S+) at (\S+)", self.console.value("session.screen")).groups()
        width, height = map(int, size.split("x"))
        shown_width, shown_height = map(int, shown.split("x"))
        left, top = map(int, at.split(","))
        window = self.console.wait("session")
        return (window["x"] + left + round((x + 0.5) * shown_width / width), window["y"] + top + round((y + 0.5) * shown_height / height))

    def test_a_session_with_typing_clipboard_and_a_guest_that_goes(self):
        self.start_hub("[sessions]\ngrace_seconds = 5\n")
        self.start_console()
        gui = self.console
        self.log_in()
        desktop, row = self.guest_comes("--accept")
        gui.click(row)
        gui.click("main.control")
        gui.wait_value("session.screen", "800x600")
        gui.wait_value("session.state", "recorded")

        gui.click_at(*self.on_screen(100, 100))  # the terminal's focus follows the pointer
        gui.type("uname && echo (done)")
        gui.key("Return")
        typed = self.folder / "typed"
        wait_until(lambda: typed.exists() and typed.read_text(), "what was typed")
        self.assertEqual("uname && echo (done)\n", typed.read_text())

        self.run_on(desktop.display, "xsel", "--clipboard", "--input", input_text="from the guest: 你好")
        wait_until(lambda: gui.clipboard() == "from the guest: 你好", "the guest's clipboard to arrive")
        self.run_on(gui.display, "xsel", "--clipboard", "--input", input_text="from the operator: ü")
        wait_until(lambda: self.run_on(desktop.display, "xsel", "--clipboard", "--output") == "from the operator: ü",
                   "the operator's clipboard to arrive")

        session, = self.hub.await_session("streaming")
        self.agents[0].kill()
        gui.wait_value("session.pause", "is not connected")
        gui.wait_value("session.pause.more", "if it comes back within 0:0")
        gui.wait_value("session.notice", "broke")
        gui.click("report.problem")
        gui.type("no paper")
        gui.click("report.outcome.follow_up")
        gui.click("report.save")
        gui.wait_gone("report")
        report, = self.hub.rows("SELECT * FROM reports WHERE assistance = ?", session["assistance"])
        self.assertEqual("no paper", report["problem"])
        gui.wait_gone(row)

    def test_a_console_remembers_the_hub_and_says_why_a_guest_does_not_come(self):
        self.start_hub()
        self.start_console()
        self.log_in()
        self.console.click("main.log_out")
        self.console.wait_value("main.status", "Not logged in")
        self.log_in(first_time=False)
        gui = self.console
        _, row = self.guest_comes()  # an agent without --accept says no
        gui.click(row)
        gui.click("main.view_only")
        gui.wait_value("session.notice", "said no")
        gui.click("session.close")
        gui.wait_gone("session")
        self.hub.stop()
        gui.wait_value("main.status", "The hub restarts; trying again")
        self.hub.start()
        gui.wait_value("main.status", "Logged in")

    def test_a_hub_that_is_killed_and_started_again_leaves_the_session_in_its_window(self):
        self.start_hub()
        self.start_console()
        gui = self.console
        self.log_in()
        desktop, row = self.guest_comes("--accept", "--json")
        gui.click(row)
        gui.click("main.control")
        gui.wait_value("session.screen", "800x600")
        session, = self.hub.await_session("streaming")
        gui.photograph("hub-there.png")

        self.hub.kill()
        gui.wait_value("session.pause", "Connection lost; trying again")
        gui.wait_value("session.pause.more", "The session goes on by itself")
        gui.photograph("hub-killed.png")
        self.hub.start()
        gui.wait_gone("session.pause")
        gui.wait_value("session.state", "recorded")
        self.assertEqual("streaming", self.hub.session(session["id"])["state"])
        gui.photograph("hub-back.png")
        gui.click_at(*self.on_screen(100, 100))
        gui.type("uname && echo (back)")
        gui.key("Return")
        typed = self.folder / "typed"
        wait_until(lambda: typed.exists() and typed.read_text(), "what was typed")
        self.assertEqual("uname && echo (back)\n", typed.read_text())
        self.assertEqual(1, self.agents[0].out.count('"asked"'), "consent is not asked for again")
        gui.click("session.end")
        gui.wait_value("session.notice", "You ended the session")

    def test_a_connection_is_tested_from_the_toolbar(self):
        self.start_hub()
        self.start_console()
        gui = self.console
        self.log_in()
        gui.click("main.network")
        gui.key("Down", "Down", "Return")
        gui.wait_value("check.end", "can be reached.")
        gui.photograph("check.png")
        self.assertNotIn("FAILED", "".join(str(widget.get("value", "")) for widget in gui.widgets()))
        gui.click("check.copy")
        self.assertIn("Round trip", gui.clipboard())

    def test_the_window_follows_the_guests_screen(self):
        self.start_hub()
        self.start_console()
        gui = self.console
        self.log_in()
        desktop, row = self.guest_comes("--accept")
        gui.click(row)
        gui.click("main.control")
        gui.wait_value("session.screen", "800x600")
        # xrandr complains that it cannot switch the output on again; the screen has the size by then.
        self.run_on(desktop.display, "sh", "-c", "xrandr --fb 640x480 || true")
        gui.wait_value("session.screen", "640x480")
        gui.click("session.end")
        gui.wait_value("session.notice", "You ended the session")

    def test_guest_and_operator_pause_the_recording(self):
        self.start_hub("[recording]\nguest_may_pause = true\n")
        self.start_console()
        gui = self.console
        self.log_in()
        ticket = self.hub.ticket()
        guest = self.start_gui("agent", [program("pronto-agent"), "--hub", self.hub.address, "--hub-pin", self.hub.pin, "--ticket", ticket],
                               size="1024x600")
        row = gui.wait_row(ticket[-5:])
        gui.click(row)
        gui.click("main.control")
        guest.click("agent.accept")
        gui.wait_value("session.state", "recorded")
        guest.wait_value("agent.elapsed", "Recording ·")
        guest.photograph("pause-agent-recording.png")

        gui.click("session.record")
        gui.wait_value("session.state", "recording paused")
        guest.wait_value("agent.elapsed", "Recording paused")
        gui.photograph("pause-console.png")
        guest.photograph("pause-agent.png")
        gui.click("session.record")
        gui.wait_value("session.state", "recorded")
        gui.wait_value("session.screen", "1024x600")

        guest.click("agent.pause")
        gui.wait_value("session.state", "paused by the guest")
        self.assertFalse(gui.find("session.record")["active"], "the guest's pause is not the operator's to end")
        guest.click("agent.pause")
        gui.wait_value("session.state", "recorded")
        gui.wait_active("session.record")
        session, = self.hub.await_session("streaming")
        guest.click("agent.end")
        gui.wait_value("session.notice", "ended the session")
        row = self.hub.await_movie(session["id"])
        self.assertEqual([1, 2, 3], [part["part"] for part in self.hub.recordings(session["id"])])
        actions = [row["action"] for row in self.hub.rows("SELECT action FROM audit WHERE action LIKE 'recording.%' ORDER BY id")]
        self.assertEqual(["recording.pause", "recording.resume"] * 2, actions)

    def agent(self, *words, **more):
        started = super().agent(*words, **more)
        self.agents = [*getattr(self, "agents", []), started]
        return started


if __name__ == "__main__":
    unittest.main(verbosity=2)
