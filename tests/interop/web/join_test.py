#!/usr/bin/env python3
"""The hub's page in a session that another operator has: joined, seen and controlled with a browser."""

import subprocess
import unittest

from page_support import SLOW, ALIKE_PSNR_DB, Operator, PageTest, XvncDesktop, open_stream, screen_of, view_handshake, wait_until
from sharing_guest import Attended, SharingGuest


class JoinTest(PageTest):
    def setUp(self):
        super().setUp()
        self.screen = self.started_thing(XvncDesktop(self.folder, size="640x480"))
        self.photograph()
        self.terminal(self.screen)
        self.guest = self.started_thing(SharingGuest(self.hub, self.screen.port))

    def photograph(self):
        """All over the screen: it comes as JPEG, which noVNC draws by data: addresses."""
        path = str(self.folder / "photo.png")
        environment = self.screen.environment()
        subprocess.run(["convert", "-size", "640x480", "-seed", "1", "plasma:fractal", "-blur", "0x2", path], timeout=30 * SLOW, check=True)
        subprocess.run(["display", "-window", "root", path], env=environment, timeout=30 * SLOW)  # it never says 0
        self.assertGreater(len(set(screen_of(environment).rgb)), 50, "shades on the screen")

    def tearDown(self):
        self.check_quiet()
        super().tearDown()

    def others_session(self, mode="control", **account):
        """A session of an operator by hand, as one who looks away."""
        operator = Operator(self.hub, **account)
        self.addCleanup(operator.close)
        operator.request(self.guest, mode)
        self.session = self.guest.answer(True)["session"]
        stream = open_stream(self.hub, operator.wait_for("session.stream"))
        self.addCleanup(stream.close)
        view_handshake(stream)
        operator.wait_for_state("streaming")
        self.operator = Attended(operator)
        self.addCleanup(self.operator.kill)

    def another_operator(self):
        """Somebody whom the guest has not met yet: joining needs its consent."""
        path = self.folder / "anna-password"
        path.touch(0o600)
        path.write_text("correct horse battery\n")
        self.hub.admin("user", "add", "anna", "--password-file", str(path))
        return {"user": "anna", "password": "correct horse battery"}

    def check_picture(self):
        def alike():
            picture, screen = self.page.ppm(), screen_of(self.screen.environment())
            return picture and picture.size == screen.size and picture.psnr(screen) >= ALIKE_PSNR_DB
        wait_until(alike, "the page to show the guest's screen", 30)

    def heard(self, kind):
        while True:
            message = self.guest.heard.get(timeout=30)
            if message["type"] == kind:
                return message

    def test_an_operator_joins_types_copies_and_leaves(self):
        self.others_session(**self.another_operator())
        self.log_in(f"/view/{self.session}")
        self.page.await_text("#list-heading", "Join this session")
        self.page.click("#sessions .control")
        self.page.await_text("#step", "to agree ...")
        self.shot("join-waiting")
        ask = self.guest.answer(True)
        self.assertEqual(("admin", "control", 2), (ask["operator"], ask["mode"], ask["leg"]))
        self.page.await_visible("#session")
        self.page.await_text("#status", "Also here: anna.")
        self.check_picture()

        box = self.page.box("#screen canvas")
        self.page.point(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
        self.page.type("typed in the browser\n")
        wait_until(lambda: self.typed() == "typed in the browser\n", "the text in the guest's terminal")
        self.check_picture()
        self.shot("join-session")

        self.page.click("#open-clipboard")
        self.page.fill("#clipboard-text", "from the browser: Zwölf \N{EURO SIGN}")
        self.page.click("#send-clipboard")
        self.assertEqual("from the browser: Zwölf \N{EURO SIGN}", self.heard("clipboard")["text"])
        self.guest.outbox.put({"type": "clipboard", "session": self.session, "text": "from the guest: \N{SNOWMAN}"})
        wait_until(lambda: self.page.value("#clipboard-text") == "from the guest: \N{SNOWMAN}", "the guest's text in the page")

        self.page.click("#disconnect")
        self.page.await_visible("#list")
        self.assertEqual("streaming", self.hub.session(self.session)["state"])

    def test_the_guest_does_not_agree(self):
        self.others_session(**self.another_operator())
        self.log_in()
        self.page.click("#sessions .look")
        self.page.await_text("#step", "to agree ...")
        self.guest.answer(False)
        self.page.await_text("#ended-heading", "The guest did not agree")
        self.assertEqual("streaming", self.hub.session(self.session)["state"])

    def test_who_is_in_the_session_already_is_not_asked_about_and_the_end_is_told(self):
        self.others_session()
        self.log_in()
        self.page.click("#sessions .look")
        self.page.await_visible("#session")
        self.check_picture()
        self.assertFalse(self.page.enabled("#control"))
        self.page.type("nothing of this\n")
        self.operator.outbox.put({"type": "session.end", "session": self.session})
        self.page.await_visible("#ended")
        self.assertIn("admin", self.page.text("#ended-message"))
        self.assertEqual("", self.typed())

    def test_a_session_for_viewing_is_not_controlled(self):
        self.others_session("view")
        self.log_in()
        self.page.click("#sessions .control")
        self.page.await_text("#list-problem", "This session is for viewing only.")
        self.page.click("#sessions .look")
        self.page.await_visible("#session")
        self.check_picture()


if __name__ == "__main__":
    unittest.main(verbosity=2)
