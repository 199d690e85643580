#!/usr/bin/env python3
"""noVNC, in the page /view/: one more viewer of a session that runs."""

import json
import subprocess
import unittest

import stage  # first: it finds the rest
from movie_support import Browser, private_environment
from pronto import wait_until
from servers import AgentBeforeOpenXvnc, SharingAgent
from stage import CLEAR, HERE, LOSSY_PSNR_DB, TERMINAL, at_rest, picture_in, typed_on
from viewers import TightVnc


class Page(Browser):
    """The page, with the answers as Browser reads them."""

    def __init__(self, folder):
        self.folder = folder / "browser"
        self.folder.mkdir()
        self.err_path = folder / "browser.err"
        with open(self.err_path, "wb") as err:
            self.popen = subprocess.Popen(["node", str(HERE / "view.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err,
                                          text=True, bufsize=1, env=private_environment(folder))

    def do(self, **command):
        self.popen.stdin.write(json.dumps(command) + "\n")
        answer = self.line()
        if answer != "ok":
            raise AssertionError(f"the page: {answer}")


class BrowserTest(stage.StandardTest):
    def test_it_joins_sees_and_types(self):
        self.start_standard_hub()
        for number, make in enumerate((SharingAgent, AgentBeforeOpenXvnc)):
            with self.subTest(server=make.name):
                self.join(make(self, f"server{number}"), number)

    def join(self, server, number):
        guest = self.await_idle(server.ticket)
        first = TightVnc(self, self.viewers_desktop(f"viewers{number}"), server, f"first{number}")
        first.start()
        first.see()
        session, = self.sessions_of(guest["name"])
        folder = self.folder / f"page{number}"
        folder.mkdir()
        page = Page(folder)
        self.addCleanup(page.close)
        page.do(url=f"https://{self.hub.address}/view/{session['id']}", user="admin", password=self.hub.password_file.read_text().strip())
        page.do(type="from-the-page", at=TERMINAL, then=CLEAR)
        wait_until(lambda: "from-the-page" in typed_on(server.desktop).read_text().splitlines(), "what was typed in the page")
        screen = at_rest(server.desktop)
        png = folder / "screen.png"

        def same():
            page.do(save=str(png))
            shown = picture_in(png)
            return shown.size == screen.size and shown.psnr(screen) >= LOSSY_PSNR_DB

        wait_until(same, "the page to show the screen", interval=0.3)
        self.assertTrue(first.shown(), "the first viewer sees it, too")
        first.stop()
        self.check_row(self.hub.await_ended(session["id"]), guest)
        self.check_movie(session["id"], screen)


if __name__ == "__main__":
    unittest.main(verbosity=2)
