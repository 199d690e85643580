#!/usr/bin/env python3
"""The console's windows, worked by mouse and keyboard over a played hub (console_stage)."""

import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from gui import GuiTest  # noqa: E402
from pronto import program, wait_until  # noqa: E402

GUEST = "NETCECK-210EB"


class Console(GuiTest):
    COMMAND = ""  # of another viewer

    def setUp(self):
        super().setUp()
        self.diary = self.folder / "diary"
        self.gui = self.start_gui("stage", [program("console_stage"), str(self.diary), self.COMMAND])
        self.gui.wait("main")
        self.gui.teach("üßé€ф")

    # ---- steps

    def log_in(self):
        gui = self.gui
        gui.click("main.log_in")
        gui.fill("login.user", "anna")
        gui.fill("login.password", "right")
        gui.click("login.ok")
        gui.click("trust.yes")
        gui.wait_value("main.status", "Logged in")
        gui.wait_gone("login")

    def ticket(self):
        gui = self.gui
        gui.click("main.ticket")
        gui.wait_value("ticket.number", "1-210EB")
        gui.wait("tree.row:" + GUEST)

    def control(self):
        gui = self.gui
        gui.click("tree.row:" + GUEST)
        gui.click("main.control")
        gui.wait_value("session.notice", f"Asking {GUEST} for consent")
        gui.wait_value("session.screen", "1280x800")

    def heard(self):
        return self.diary.read_text().splitlines()

    def wait_heard(self, line):
        wait_until(lambda: line in self.heard(), f"the guest to hear {line!r}")

    def keys_since(self, count):
        return [line.split()[1:] for line in self.heard()[count:] if line.startswith("key ")]

    def on_screen(self, x, y):
        """Where a pixel of the guest's screen is on ours."""
        size, shown, at = re.fullmatch(r"(\S+) shown (\S+) at (\S+)", self.gui.value("session.screen")).groups()
        width, height = map(int, size.split("x"))
        shown_width, shown_height = map(int, shown.split("x"))
        left, top = map(int, at.split(","))
        window = self.gui.wait("session")
        return (window["x"] + left + round((x + 0.5) * shown_width / width),
                window["y"] + top + round((y + 0.5) * shown_height / height))

    def choose(self, guest, entry):
        """The entry of that number, from 1, in the context menu of a guest."""
        self.gui.click("tree.row:" + guest, button=3)
        self.gui.key(*["Down"] * entry, "Return")


class ConsoleGui(Console):
    def test_nothing_to_press_before_the_log_in(self):
        for id in ("main.ticket", "main.control", "main.view_only", "main.disconnect"):
            self.assertFalse(self.gui.find(id)["active"], id)
        self.assertIsNone(self.gui.find("main.log_out"))
        self.assertEqual(self.gui.value("main.status"), "Not logged in")

    def test_movies_in_every_state_are_told_and_only_a_finished_one_can_be_played(self):
        gui = self.gui
        gui.click("start.movies")
        gui.wait("movies")
        self.assertFalse(gui.find("movies.refresh")["active"])
        self.log_in()
        for session, state in (("1-a", "Being recorded"), ("1-b", "Being made"), ("1-e", "Failed"), ("1-f", "Deleted"), ("1-c", "1:23 | Ready")):
            gui.wait(f"movies.row:{session}", lambda widget: state in widget["label"])
            gui.click(f"movies.row:{session}")
            gui.wait("movies.play", lambda widget: bool(widget["active"]) == (session == "1-c"))
        gui.click("movies.row:1-d")
        gui.wait_value("movies.words", "court order 7")
        gui.photograph("movies-states.png")
        gui.click("movies.row:1-c", times=2)
        gui.fill("movie.reason", "x")
        gui.key("Return")
        gui.wait_value("movie.problem", "another operator")
        gui.click("movie.cancel")
        gui.wait_gone("movie")

    def test_log_in_asks_about_an_unknown_hub_and_tells_why_not(self):
        gui = self.gui
        gui.click("start.log_in")
        self.assertEqual(gui.value("login.hub"), "hub.example")
        gui.fill("login.user", "anna")
        gui.fill("login.password", "wrong")
        gui.click("login.ok")
        self.assertRegex(gui.value("trust.words"), r"^([a-z]{5}-){7}[a-z]{5}$")
        self.assertEqual(len(re.findall(r"[0-9a-f]{4}", gui.value("trust.hex"))), 16)
        gui.click("trust.no")
        gui.wait_gone("trust")
        self.assertEqual(gui.value("main.status"), "Not logged in")
        self.assertIn("did not trust", gui.value("login.problem"))
        gui.click("login.ok")
        gui.click("trust.yes")
        gui.wait_value("login.problem", "User name or password is wrong")
        self.assertNotIn("value", gui.find("login.password"))
        gui.click("login.password")
        gui.key("ctrl+a", "BackSpace")
        gui.type("right")
        gui.key("Return")  # the hub is known by now
        gui.wait_value("main.status", "Logged in")
        gui.wait_gone("login")
        gui.wait("tree.row:PRINT-SRV")
        self.assertIn("Logged in as anna", gui.value("log"))
        self.assertIn("hub.example:443 shows a key that is not known here yet", gui.value("log"))
        gui.click("main.log_out")
        gui.wait_value("main.status", "Not logged in")
        gui.wait_gone("tree.row:PRINT-SRV")

    def test_a_ticket_is_made_copied_and_its_text_edited(self):
        gui = self.gui
        self.log_in()
        self.ticket()
        self.assertIn("1-210EB", gui.value("ticket.text"))
        gui.click("ticket.copy")
        wait_until(lambda: gui.clipboard() == gui.value("ticket.text"), "the text to be on the clipboard")
        gui.click("ticket.copy_number")
        wait_until(lambda: gui.clipboard() == "1-210EB", "the ticket to be on the clipboard")
        gui.click("ticket.template")
        gui.wait_value("ticket.text", "{ticket}")
        gui.click("ticket.text")
        gui.key("ctrl+a", "BackSpace")
        gui.type("Type {ticket}, please. Grüße")
        gui.click("ticket.template")
        gui.wait("ticket.text", lambda widget: widget["value"] == "Type 1-210EB, please. Grüße")
        gui.wait_value("ticket.status", f"{GUEST} is here")
        gui.click("ticket.close")
        gui.wait_gone("ticket")

    def test_a_session_from_the_question_to_the_report(self):
        gui = self.gui
        self.log_in()
        self.ticket()
        gui.click("ticket.close")
        self.control()

        gui.click_at(*self.on_screen(400, 300))
        self.wait_heard("pointer 400 300 1")
        self.wait_heard("pointer 400 300 0")
        gui.click_at(*self.on_screen(900, 500), button=3)
        self.wait_heard("pointer 900 500 4")
        gui.click_at(*self.on_screen(900, 500), button=5)
        self.wait_heard("pointer 900 500 16")

        before = len(self.heard())
        gui.type("Aé€ф1!")
        expected = [0x41, 0xE9, 0x10020AC, 0x1000444, 0x31, 0x21]
        pressed = lambda: [int(key, 16) for key, state in self.keys_since(before) if state == "down" and int(key, 16) != 0xFFE1]
        wait_until(lambda: len(pressed()) >= len(expected), "the keys to arrive")
        self.assertEqual(pressed(), expected)

        def all_up():
            down = set()
            for key, state in self.keys_since(before):
                down.add(key) if state == "down" else down.discard(key)
            return not down
        wait_until(all_up, "every key to be released")

        before = len(self.heard())
        gui.click("session.ctrl_alt_del")
        wait_until(lambda: len(self.keys_since(before)) >= 6, "Ctrl+Alt+Del to arrive")
        self.assertEqual([key for key, _ in self.keys_since(before)], ["ffe3", "ffe9", "ffff", "ffff", "ffe9", "ffe3"])

        gui.click("session.fit")
        gui.wait_value("session.screen", "shown 1280x800")
        gui.click("session.fit")
        gui.key("ctrl+alt+Return")
        gui.wait_gone("session.end")
        gui.wait("session", lambda widget: (widget["width"], widget["height"]) == (1280, 900))
        gui.wait("session.words", lambda words: "Ctrl+Alt+Enter leaves full screen" in words["label"])
        gui.xdotool("mousemove", 640, 0)
        gui.wait("session.end")
        gui.xdotool("mousemove", 640, 500)
        gui.wait_gone("session.end")
        gui.key("ctrl+alt+Return")
        gui.wait("session.end")

        gui.click("session.screenshot")
        gui.wait("session.words", lambda words: words["label"].startswith(f"Saved as {self.folder}"))
        self.assertEqual(len(list(self.folder.glob(GUEST + "*.png"))), 1)

        gui.click("session.end")
        gui.wait_value("session.notice", "You ended the session")
        gui.click("report.problem")
        gui.type("no paper")
        gui.click("report.solution")
        gui.type("paper put in")
        gui.fill("report.category", "printing")
        gui.click("report.outcome.follow_up")
        gui.click("report.save")
        self.wait_heard("report no paper | paper put in | printing | follow_up")
        gui.wait_gone("report")
        gui.wait_gone("session")

    def test_view_only_touches_nothing(self):
        gui = self.gui
        self.log_in()
        self.ticket()
        gui.click("ticket.close")
        self.control()
        gui.click("session.view_only")
        self.assertFalse(gui.find("session.ctrl_alt_del")["active"])
        before = len(self.heard())
        gui.click_at(*self.on_screen(400, 300))
        gui.type("secret")
        gui.click("session.view_only")
        gui.click_at(*self.on_screen(500, 300))
        self.wait_heard("pointer 500 300 1")
        told = self.heard()[before:]
        self.assertNotIn("pointer 400 300 1", told)
        self.assertFalse([line for line in told if line.startswith("key")])

    def test_a_report_put_off_is_not_forgotten(self):
        gui = self.gui
        self.log_in()
        self.ticket()
        gui.click("ticket.close")
        self.control()
        gui.click("session.end")
        gui.click("report.later")
        gui.wait_gone("report")
        gui.click("session.close")
        gui.wait_gone("session")
        gui.wait_value("main.reports", GUEST)
        gui.click("main.write_report")
        self.assertEqual("You ended the session.", gui.value("report.end"))
        gui.click("report.save")  # nothing was chosen: an empty form is not a solved case
        gui.wait_value("report.trouble", "Choose an outcome")
        self.assertFalse([line for line in self.heard() if line.startswith("report")])
        gui.click("report.outcome.not_solved")
        gui.click("report.save")
        self.wait_heard("report  |  |  | not_solved")
        gui.wait_gone("main.reports")

    def test_a_guest_may_say_no(self):
        gui = self.gui
        self.log_in()
        gui.click("tree.row:NO-00000")
        gui.click("main.view_only")
        gui.wait_value("session.notice", "NO-00000 said no")
        self.assertIsNone(gui.find("session.report"))
        gui.click("session.close")
        gui.wait_gone("session")

    def test_dead_keys_altgr_and_modifiers_that_are_held_while_the_focus_leaves(self):
        gui = self.gui
        self.log_in()
        gui.click("tree.row:PRINT-SRV")
        gui.click("main.control")
        gui.wait_value("session.screen", "1280x800")
        focus = lambda title: gui.xdotool("search", "--name", f"^{title}$", "windowfocus", "--sync")
        modifiers = {0xFFE1, 0xFFE2, 0xFE03}

        def pressed(before):
            return [int(key, 16) for key, state in self.keys_since(before) if state == "down" and int(key, 16) not in modifiers]

        def down(before):
            keys = set()
            for key, state in self.keys_since(before):
                keys.add(key) if state == "down" else keys.discard(key)
            return keys

        # Dead keys are composed on the console's side, by its layout; that takes a window with the real focus.
        subprocess.run(["setxkbmap", "us", "-variant", "intl"], check=True, timeout=60, env=gui.environment())
        focus("PRINT-SRV - Pronto")
        before = len(self.heard())
        gui.key("dead_acute", "e", "dead_circumflex", "o", "ISO_Level3_Shift+5", "ISO_Level3_Shift+s")
        expected = [0xE9, 0xF4, 0x10020AC, 0xDF]
        wait_until(lambda: len(pressed(before)) >= len(expected), "the characters to arrive")
        self.assertEqual(expected, pressed(before))
        wait_until(lambda: not down(before), "every key to be released")

        before = len(self.heard())
        gui.xdotool("keydown", "ctrl", "keydown", "shift")
        wait_until(lambda: len(down(before)) == 2, "the modifiers to arrive")
        focus("Pronto")
        wait_until(lambda: not down(before), "the modifiers to be released with the focus")
        gui.xdotool("keyup", "shift", "keyup", "ctrl")
        focus("PRINT-SRV - Pronto")
        gui.type("x")
        wait_until(lambda: pressed(before)[-1:] == [ord("x")], "what is typed next")
        wait_until(lambda: not down(before), "every key to be released")

    def test_the_mouse_arrives_scaled_and_scrolled(self):
        gui = self.gui
        self.log_in()
        gui.click("tree.row:PRINT-SRV")
        gui.click("main.control")
        gui.wait_value("session.screen", "1280x800")
        self.work_the_mouse(400, 300)
        gui.click("session.fit")
        gui.wait_value("session.screen", "shown 1280x800")
        self.work_the_mouse(410, 310)
        # With scroll bars, at the far end: what is under the pointer is what arrives.
        screen = gui.settled("session.screen")
        gui.xdotool("mousemove", screen["x"] + screen["width"] - 5, screen["y"] + screen["height"] // 2)
        before = gui.value("session.screen")
        gui.xdotool("click", "--repeat", 20, "--delay", 10, 5)
        gui.wait("session.screen", lambda widget: widget["value"] != before)
        self.work_the_mouse(700, 500)

    def work_the_mouse(self, x, y):
        """Hover, double click, right click, drag and wheel, each where it is aimed at, or a pixel of ours beside it."""
        gui = self.gui
        before = len(self.heard())
        gui.xdotool("mousemove", *self.on_screen(x - 100, y))
        gui.xdotool("mousemove", *self.on_screen(x, y))
        gui.xdotool("click", "--repeat", 2, "--delay", 40, 1)
        gui.xdotool("click", 3)
        gui.xdotool("click", 4)
        gui.xdotool("mousedown", 1, "mousemove", *self.on_screen(x + 60, y + 40), "mouseup", 1)
        last = [x + 60, y + 40, 0]

        def told():
            lines = [list(map(int, line.split()[1:])) for line in self.heard()[before:] if line.startswith("pointer")]
            near = lambda one, other: all(abs(a - b) <= 1 for a, b in zip(one[:2], other)) and one[2] == other[2]
            return lines if lines and near(lines[-1], last) and [8] in [line[2:] for line in lines] else None
        lines = wait_until(told, f"the mouse to arrive; heard {self.heard()[before:]}")
        presses = [buttons for _, _, buttons in lines]
        changes = [b for a, b in zip([0, *presses], presses) if a != b]
        self.assertEqual([1, 0, 1, 0, 4, 0, 8, 0, 1, 0], changes)
        self.assertTrue(any(abs(at - (x - 100)) <= 1 and buttons == 0 for at, _, buttons in lines), "hovering arrives")

    def test_who_ended_a_session_and_why_is_said(self):
        gui = self.gui
        self.log_in()
        gui.click("tree.row:LATE-00001")
        gui.click("main.control")
        gui.wait_value("session.notice", "LATE-00001 did not answer in time")
        gui.click("session.close")
        gui.wait_gone("session")
        gui.click("tree.row:ENDS-00002")
        gui.click("main.control")
        gui.wait_value("report.end", "ENDS-00002 ended the session.")
        self.assertEqual("ENDS-00002 ended the session.", gui.value("report.end"))
        gui.click("report.later")
        gui.click("session.close")
        gui.wait_gone("session")
        lost = next(widget["id"] for widget in gui.widgets() if widget["id"].startswith("tree.row:A-COMPUTER"))
        gui.click(lost)
        gui.click("main.control")
        gui.wait_value("session.pause", "is not connected")
        gui.wait_value("session.pause.more", "goes on by itself if it comes back within 1:4")
        gui.photograph("paused.png")
        self.assertIsNone(gui.find("session.try_now"))
        gui.wait_value("report.end", "broke.")

    def lose_the_hub(self, user):
        gui = self.gui
        gui.click("main.log_in")
        gui.fill("login.user", user)
        gui.fill("login.password", "right")
        gui.click("login.ok")
        gui.click("trust.yes")
        gui.wait_value("main.status", "Logged in")
        gui.click("tree.row:LOST-00011")
        gui.click("main.control")
        gui.wait_value("session.screen", "1280x800")
        gui.wait_value("session.pause", "Connection lost; trying again in")

    def test_a_lost_connection_leaves_the_picture_and_goes_on_in_the_same_window(self):
        gui = self.gui
        self.lose_the_hub("anna")
        gui.wait_value("session.pause.more", "if the connection comes back within 1:5")
        gui.wait_value("main.status", "Connection lost; trying again in")
        gui.photograph("reconnecting.png")
        gui.click_at(*self.on_screen(640, 700))  # a picture that is kept takes no input
        before = len(self.heard())
        gui.click("session.try_now")
        gui.wait_gone("session.pause")
        gui.wait_value("main.status", "Logged in")
        gui.wait_value("session.state", "Remote control")
        gui.photograph("back.png")
        gui.click_at(*self.on_screen(500, 300))
        wait_until(lambda: any(line.startswith("pointer 500 300") or line.startswith("pointer 499 300")
                               for line in self.heard()[before:]), "the guest to hear the click")
        self.assertIsNone(gui.find("report"))
        self.assertEqual(1, sum(widget["id"] == "session" for widget in gui.widgets()))
        gui.click("session.end")
        gui.wait_value("session.notice", "You ended the session")

    def test_a_session_can_be_ended_while_the_hub_is_away(self):
        gui = self.gui
        self.lose_the_hub("anna")
        gui.click("session.end")
        gui.wait_value("session.notice", "You ended the session")
        gui.fill("report.problem", "no paper")
        gui.click("report.outcome.solved")
        gui.click("report.save")
        gui.close_window("LOST-00011 - Pronto")  # it lies over the main window
        gui.click("main.try_now")
        gui.wait_gone("report")
        self.wait_heard("report no paper |  |  | solved")

    def test_a_log_in_that_ends_while_the_hub_is_away_is_asked_for_anew(self):
        gui = self.gui
        self.lose_the_hub("expires")
        gui.click("session.try_now")
        gui.wait_value("login.problem", "The log-in has expired")
        gui.wait_value("report.end", "The log-in has expired")
        gui.photograph("expired.png")

    def test_a_proxy_that_wants_a_password_gets_it(self):
        gui = self.gui
        gui.click("main.log_in")
        gui.fill("login.user", "proxied")
        gui.fill("login.password", "right")
        gui.click("login.ok")
        gui.wait_value("proxy_password.proxy", "http://proxy.example:3128")
        gui.fill("proxy_password.user", "anna")
        gui.fill("proxy_password.password", "wrong")
        gui.click("proxy_password.ok")
        gui.wait_value("proxy_password.words", "wants a user")
        gui.wait_value("proxy_password.user", "anna")
        gui.photograph("proxy-password.png")
        gui.fill("proxy_password.password", "proxy")
        gui.key("Return")
        gui.click("trust.yes")
        gui.wait_value("main.status", "Logged in")

    def test_a_proxy_password_that_is_not_given_leads_back_to_the_log_in(self):
        gui = self.gui
        gui.click("main.log_in")
        gui.fill("login.user", "proxied")
        gui.fill("login.password", "right")
        gui.click("login.ok")
        gui.click("proxy_password.cancel")
        gui.wait_gone("proxy_password")
        gui.wait_value("main.status", "Not logged in")
        gui.wait("login.ok")

    def test_the_proxy_is_chosen_in_a_dialog(self):
        gui = self.gui
        gui.click("main.log_in")
        gui.click("login.proxy")
        gui.click("proxy.custom")
        gui.fill("proxy.address", "gopher://proxy")
        gui.click("proxy.ok")
        gui.wait("proxy.problem", lambda widget: widget["value"])
        gui.photograph("proxy.png")
        gui.fill("proxy.address", "proxy.example:3128")
        gui.fill("proxy.user", "anna")
        gui.click("proxy.ok")
        gui.wait_gone("proxy")
        gui.click("login.proxy")
        gui.wait_value("proxy.address", "http://proxy.example:3128")

    def test_a_connection_that_fails_is_tested_step_by_step(self):
        gui = self.gui
        gui.click("main.log_in")
        gui.fill("login.hub", "127.0.0.1:1")
        gui.click("login.check")
        gui.wait_value("check.end", "The hub 127.0.0.1:1 cannot be reached.")
        gui.photograph("check-failed.png")
        gui.click("check.copy")
        self.assertIn("FAILED", gui.clipboard())
        gui.click("check.close")
        gui.wait_gone("check")

    def test_closing_asks_while_a_session_is_under_way_and_ends_cleanly(self):
        gui = self.gui
        self.log_in()
        gui.key("Escape")  # closes nothing
        self.ticket()
        gui.click("ticket.close")
        self.control()
        gui.close_window(f"{GUEST} - Pronto")
        gui.click("session.leave.no")
        gui.close_window("Pronto")
        gui.click("close.ask.no")
        gui.wait_gone("close.ask")
        gui.wait_value("session.screen", "1280x800")
        gui.close_window("Pronto")
        gui.click("close.ask.yes")
        self.assertEqual(0, gui.process.wait())
        self.assertEqual("", gui.process.err)

    def test_a_vnc_server_is_told_apart_and_its_password_asked_for(self):
        gui = self.gui
        self.log_in()
        gui.click("tree.row:XVNC-00009")
        self.assertEqual("VNC server", gui.value("details.Kind"))
        self.assertEqual("10.4.2.17", gui.value("details.Address"))
        self.assertIn("2023", gui.value("details.Waiting since"))
        gui.photograph("vnc-server.png")
        gui.click("main.control")
        gui.wait_value("host_password.words", "XVNC-00009 has a password of its own")
        gui.wait_gone("session")
        self.assertNotIn("value", gui.find("host_password.password"))
        gui.type("wrong")
        gui.click("host_password.ok")
        gui.wait_value("host_password.words", "did not accept that password")
        gui.photograph("host-password.png")
        gui.type("server")
        gui.key("Return")
        gui.wait_value("session.screen", "1280x800")
        gui.wait_gone("host_password")
        self.assertNotIn("wrong", self.gui.process.out + self.gui.process.err)

    def test_a_pass_for_a_vnc_viewer_is_shown_and_copied(self):
        gui = self.gui
        self.log_in()
        self.choose("PRINT-SRV", 4)
        gui.wait_value("pass.pass", "k7w2mhq9")
        self.assertEqual("vnc://hub.example:5900", gui.value("pass.address"))
        self.assertEqual("hub.example:5901", gui.value("pass.repeater"))
        self.assertEqual("ID:123456789", gui.value("pass.number"))
        left = lambda widget: 0 < int(re.search(r"[0-9]+", str(widget["value"])).group()) <= 60
        gui.wait("pass.left", left)
        gui.photograph("pass.png")
        for row in ("pass", "address", "number"):
            gui.click(f"pass.{row}.copy")
            wait_until(lambda: gui.clipboard() == gui.value(f"pass.{row}"), f"the {row} to be on the clipboard")
        gui.click("pass.close")
        gui.wait_gone("pass")
        self.choose("XVNC-00009", 4)
        gui.wait("host_password")
        gui.type("server")
        gui.click("host_password.ok")
        gui.wait_value("pass.pass", "k7w2mhq9")

    def test_another_operators_session_is_joined_and_who_is_in_it_said(self):
        gui = self.gui
        self.log_in()
        self.choose("HELPED-00010", 2)  # the first two cannot be chosen: join, view only
        gui.wait_value("session.screen", "1280x800")
        gui.wait_value("session.state", "View only, recorded, with bruno")
        gui.photograph("joined.png")
        gui.click("session.end")
        gui.wait_value("session.notice", "You left the session")
        self.assertIsNone(gui.find("report"))

    def test_a_session_is_offered_to_any_viewer_of_this_computer(self):
        gui = self.gui
        self.log_in()
        self.choose("PRINT-SRV", 3)
        gui.wait_value("bridge.address", "vnc://127.0.0.1:")
        gui.wait_value("bridge.status", "Waiting for a viewer")
        self.assertIsNone(gui.find("session"))
        gui.photograph("bridge.png")
        gui.click("bridge.pass.copy")
        wait_until(lambda: len(gui.clipboard()) == 8, "the pass to be on the clipboard")
        gui.click("bridge.end")
        gui.wait_value("bridge.status", "You no longer ask PRINT-SRV")
        gui.click("bridge.end")
        gui.wait_gone("bridge")

    def test_the_context_menu_asks_for_a_session(self):
        gui = self.gui
        self.log_in()
        gui.click("tree.row:PRINT-SRV", button=3)
        gui.key("Down", "Return")
        gui.wait_value("session.screen", "1280x800")
        self.assertIn("Remote control", gui.value("session.state"))


class OtherViewerGui(Console):
    COMMAND = "xtigervncviewer -geometry 400x300+850+550 -passwd {passfile} {host}::{port}"

    def test_the_viewer_of_the_settings_is_started_and_shows_the_session(self):
        gui = self.gui
        self.log_in()
        self.choose("PRINT-SRV", 3)
        gui.wait_value("bridge.more", "xtigervncviewer shows it")
        wait_until(lambda: self.pointed_at_by(1000, 700), "a click in the other viewer to arrive")
        gui.photograph("tigervnc.png")
        self.assertIsNone(gui.find("bridge.pass"))
        gui.click("bridge.end")
        gui.wait_value("report.end", "You ended the session")
        self.assertEqual([], list(self.folder.glob("**/pronto-pass-*/pass")))

    def pointed_at_by(self, x, y):
        self.gui.click_at(x, y)
        return [line for line in self.heard() if re.fullmatch(r"pointer [0-9]+ [0-9]+ 1", line)]


class NoOtherViewerGui(Console):
    COMMAND = "no-such-viewer {host}::{port}"

    def test_a_viewer_that_cannot_be_started_is_named_and_another_may_come(self):
        gui = self.gui
        self.log_in()
        self.choose("PRINT-SRV", 3)
        gui.wait_value("bridge.more", "no-such-viewer cannot be started")
        gui.wait_value("bridge.address", "vnc://127.0.0.1:")


if __name__ == "__main__":
    unittest.main(verbosity=2)
