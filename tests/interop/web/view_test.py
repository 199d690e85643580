#!/usr/bin/env python3
"""The hub's own page for operators, /view/: a session seen and controlled in a browser."""

import json
import re
import unittest

from page_support import ALIKE_PSNR_DB, Operator, PageTest, screen_of, wait_until


class ViewTest(PageTest):
    """The control channel is played by the test, which has an operator of its own; everything else is the hub's."""

    def setUp(self):
        super().setUp()
        self.page.play_control()
        self.heard = []

    def tearDown(self):
        self.check_quiet()
        super().tearDown()

    # ---- the channel's other end

    def hear(self, kind):
        """The page's next message of that type."""
        def heard():
            self.heard += self.page.said()
            for at, message in enumerate(self.heard):
                if message["type"] == kind:
                    return self.heard.pop(at)
            return None
        return wait_until(heard, f"the page to say {kind}")

    def welcome(self, clipboard=True):
        hello = self.hear("hello")
        self.assertEqual(("viewer", 1), (hello["role"], hello["protocol"]))
        self.page.say({"type": "welcome", "re": hello["id"], "peer": 7, "name": "admin", "node": 1, "software": "test", "ping_every_ms": 20000,
                       "policy": {"clipboard": clipboard}})
        return self.hear("session.join")

    def state(self, state, mode="control", **more):
        return {"type": "session.state", "session": self.session, "assistance": self.session, "state": state, "mode": mode, "operator": "admin",
                "guest": self.guest_name, "recorded": True, "paused_by": "nobody", "leg": 2, "viewers": [], **more}

    def ended(self, reason, message, **more):
        return {"type": "session.ended", "session": self.session, "assistance": self.session, "reason": reason, "message": message,
                "duration_ms": 61_000, "bytes_to_viewer": 1, "bytes_to_host": 1, "recorded": True, **more}

    # ---- a session

    def start_session(self, mode="control"):
        """A guest whose terminal says what is typed, and the token of a stream that nobody has taken yet. Nothing is shown before
        both ends of the stream are there, so that the list has no session: the page gets it from the test, too."""
        self.screen = self.desktop()
        self.agent(self.screen, self.hub.ticket(), "--accept")
        self.terminal(self.screen)
        self.operator = Operator(self.hub)
        self.addCleanup(self.operator.close)

        def guest():
            entries = self.operator.rest("GET", "/api/v1/online")[1]["entries"]
            return next((entry for entry in entries if entry["role"] == "guest"), None)
        entry = wait_until(guest, "the guest")
        self.guest_name = entry["name"]
        self.operator.send_message(type="session.request", id=2, target=entry["peer"], mode=mode)
        self.grant = self.operator.wait_for("session.stream")
        self.session = self.grant["session"]
        self.entry = {**entry, "session": self.session}

    def join(self, mode="control"):
        """Up to the first picture."""
        self.page.online([self.entry])
        self.log_in(f"/view/{self.session}")
        self.page.await_text("#list-heading", "Join this session")
        self.page.click("#sessions .control" if mode == "control" else "#sessions .look")
        asked = self.welcome()
        self.assertEqual((self.session, mode), (asked["session"], asked["mode"]))
        self.page.say({**self.state("requested", mode), "re": asked["id"]})
        self.page.say(self.state("asked", mode))
        self.page.await_text("#step", f"Waiting for {self.guest_name} to agree ...")
        self.page.say(self.state("granted", mode))
        self.page.await_text("#step", f"{self.guest_name} agreed.")
        self.page.say({"type": "session.stream", **{key: self.grant[key] for key in ("session", "stream", "token")}})
        self.page.await_visible("#session")
        self.page.say(self.state("streaming", mode, viewers=[{"leg": 1, "operator": "anna", "mode": "control"}]))
        self.page.await_text("#status", "Also here: anna. This session is recorded.")

    def check_picture(self):
        def alike():
            picture, screen = self.page.ppm(), screen_of(self.screen.environment())
            return picture and picture.size == screen.size and picture.psnr(screen) >= ALIKE_PSNR_DB
        wait_until(alike, "the page to show the guest's screen", 30)

    # ---- tests

    def test_an_operator_sees_and_controls_the_guest(self):
        self.start_session()
        self.join()
        self.check_picture()
        self.shot("session")

        box = self.page.box("#screen canvas")
        self.page.point(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
        self.page.type("uname -a; echo {[|]} >Q\n")
        wait_until(lambda: self.typed() == "uname -a; echo {[|]} >Q\n", "the text in the guest's terminal")

        self.page.click("#open-keys")
        self.shot("keys")
        self.page.fill("#type-text", "Ünïcode {[]} \N{EURO SIGN}")
        self.page.press("Enter")
        self.page.click("#keys >> text=/^Enter$/")
        wait_until(lambda: self.typed().endswith("Ünïcode {[]} \N{EURO SIGN}\n"), "the text of the panel")
        self.check_picture()

        self.page.click("#control")
        self.assertEqual("false", self.page.attribute("#control", "aria-pressed"))
        self.assertFalse(self.page.enabled("#ctrl-alt-del"))
        before = self.typed()
        self.page.type("not while viewing\n")
        self.page.click("#control")
        self.page.type("again\n")
        wait_until(lambda: self.typed() != before, "the text after the switch")
        self.assertEqual(before + "again\n", self.typed())

        self.page.click("#disconnect")
        self.assertEqual(self.session, self.hear("session.end")["session"])
        self.page.await_visible("#list")
        self.page.click("#log-out")
        self.page.await_visible("#login")
        self.assertEqual({"local": 0, "cookies": ""}, self.page.stored())

    def test_scaled_or_pixel_for_pixel_and_in_full_screen(self):
        self.start_session()
        self.join("view")
        self.check_picture()
        self.page.size(1000, 500)
        wait_until(lambda: self.page.box("#screen canvas")["height"] < 500, "the picture to fit")
        self.page.click("#fit")
        wait_until(lambda: self.page.box("#screen canvas")["height"] == 600, "the picture in its own size")
        self.page.click("#fit")
        self.page.size(390, 780)
        wait_until(lambda: self.page.box("#screen canvas")["width"] <= 390, "the picture to fit a telephone")
        self.assertLessEqual(self.page.overflow(), 0)
        for button in ("control", "fit", "open-clipboard", "ctrl-alt-del", "open-keys", "full-screen", "disconnect"):
            box = self.page.box(f"#{button}")
            self.assertTrue(box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] >= 34, button)
        self.shot("telephone")
        self.check_picture()

        self.page.size(1000, 700)
        self.page.press("Control+Alt+Enter")
        wait_until(lambda: self.page.full_screen() == "session", "full screen")
        self.page.press("Control+Alt+Enter")
        wait_until(lambda: self.page.full_screen() is None, "the window again")
        self.assertFalse(self.page.enabled("#control"), "control of a session joined for viewing")
        self.page.press("Control+Alt+Home")
        self.assertEqual("fit", self.page.focused())
        self.page.press("Enter")
        self.assertEqual("false", self.page.attribute("#fit", "aria-pressed"))

    def test_the_clipboard_goes_both_ways(self):
        self.start_session()
        self.join()
        self.page.say({"type": "clipboard", "session": self.session, "text": "copied there: Zwölf \N{EURO SIGN}"})
        self.page.click("#open-clipboard")
        wait_until(lambda: self.page.value("#clipboard-text") == "copied there: Zwölf \N{EURO SIGN}", "the guest's text")
        self.shot("clipboard")
        self.page.click("#copy-clipboard")
        self.page.await_text("#clipboard-note", "Copied to this computer.")
        self.assertEqual("copied there: Zwölf \N{EURO SIGN}", self.page.clipboard())
        self.page.fill("#clipboard-text", "copied here: \N{SNOWMAN}")
        self.page.click("#send-clipboard")
        sent = self.hear("clipboard")
        self.assertEqual((self.session, "copied here: \N{SNOWMAN}"), (sent["session"], sent["text"]))
        self.page.fill("#clipboard-text", "x" * (48 * 1024 + 1))
        self.page.click("#send-clipboard")
        self.page.await_text("#clipboard-note", "too long")
        self.assertEqual([], [message for message in self.page.said() if message["type"] == "clipboard"])

    def test_the_end_is_told_in_words(self):
        self.start_session()
        self.join()
        self.page.say(self.ended("guest", "The guest ended the session."))
        self.page.await_text("#ended", "The guest has ended the session")
        self.page.await_text("#ended-message", "It lasted 1 min 1 s.")
        self.shot("ended")
        self.page.press("Tab")
        self.page.press("Enter")
        self.page.await_visible("#list")

    def test_who_is_not_let_in_hears_why(self):
        self.session, self.guest_name = "1-00112233aabbccdd", "NETCECK-E75B1"
        self.page.online([self.made_up_entry()])
        self.log_in()
        self.shot("list")
        self.page.click("#sessions .look")
        asked = self.welcome()
        self.page.say({"type": "error", "re": asked["id"], "code": "busy", "message": "Eight viewers are in it.", "remedy": "Try later."})
        self.page.await_text("#list-problem", "Eight viewers are in it. Try later.")

        self.page.click("#sessions .control")
        asked = self.welcome()
        self.page.say({**self.state("asked"), "re": asked["id"]})
        self.page.await_text("#step", "Waiting for NETCECK-E75B1 to agree ...")
        self.shot("waiting")
        self.page.say(self.ended("refused", "NETCECK-E75B1 did not agree.", duration_ms=0))
        self.page.await_text("#ended-heading", "The guest did not agree")
        self.page.await_text("#ended-message", "NETCECK-E75B1 did not agree.")
        self.page.click("#back")

        self.page.click("#sessions .control")
        self.welcome()
        self.page.click("#cancel")
        self.page.await_visible("#list")
        self.hear("session.end")

        self.page.click("#sessions .control")
        self.welcome()
        self.page.say({"type": "hub.stopping"})
        self.page.hang_up()
        self.page.await_text("#ended-message", "The hub was stopped.")

    def test_log_in_and_the_list(self):
        self.page.online([])
        self.page.open(self.address("/view/1-00112233aabbccdd"))
        self.page.await_visible("#login")
        self.shot("login")
        self.page.fill("#user", "admin")
        self.page.fill("#password", "not this")
        self.page.press("Enter")
        self.page.await_text("#login-problem", "User name or password is wrong.")
        self.assertEqual("", self.page.value("#password"))
        self.page.complaints()  # the browser notes the 401
        self.log_in("/view/1-00112233aabbccdd")
        self.page.await_text("#list-problem", "The session 1-00112233aabbccdd is not running.")
        self.page.await_text("#list-empty", "No session is running.")
        self.session = "1-00112233aabbccdd"
        self.page.online([self.made_up_entry(), {**self.made_up_entry(), "name": "<b>OTHER</b>", "session": "1-1"}])
        self.page.click("#refresh")
        self.page.await_text("#sessions", "NETCECK-E75B1")
        self.assertNotIn("OTHER", self.page.text("#sessions"))
        self.page.open(self.address())
        self.page.await_text("#sessions", "<b>OTHER</b>")
        self.page.reload()
        self.page.await_visible("#list")

    def made_up_entry(self):
        return {"peer": 9, "role": "guest", "name": "NETCECK-E75B1", "user": "erika", "system": "Debian GNU/Linux 12", "session": self.session,
                "since": "2026-11-22T09:30:00.125Z", "kind": "pronto", "wants_password": False}


class ServedTest(PageTest):
    """What comes over the wire."""

    def test_pages_have_their_headers_and_are_not_sent_twice(self):
        status, headers, page = self.get("/view/")
        self.assertEqual((200, "text/html; charset=utf-8"), (status, headers["Content-Type"]))
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertEqual(("nosniff", "no-referrer", "no-cache"),
                         tuple(headers[name] for name in ("X-Content-Type-Options", "Referrer-Policy", "Cache-Control")))
        again, known, nothing = self.get("/view/", {"If-None-Match": headers["ETag"]})
        self.assertEqual((304, b"", headers["ETag"]), (again, nothing, known["ETag"]))
        self.assertIsNone(known["Content-Length"])
        module = re.search(rb'src="(/assets/[0-9a-f]{16}/view.js)"', page).group(1).decode()
        status, headers, _ = self.get(module)
        self.assertEqual((200, "text/javascript; charset=utf-8"), (status, headers["Content-Type"]))
        self.assertIn("immutable", headers["Cache-Control"])

    def test_what_is_no_page_is_not_found(self):
        for path in ("/view/../data", "/view/%2e%2e/pronto.db", "/assets/view.js", "/assets/../first-admin"):
            status, headers, body = self.get(path)
            self.assertEqual((404, "not_found", "no-store"), (status, json.loads(body)["code"], headers["Cache-Control"]), path)

    def get(self, path, headers=None):
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


if __name__ == "__main__":
    unittest.main(verbosity=2)
