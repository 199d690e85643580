#!/usr/bin/env python3
"""A session's movie from the hub into the console's player: list, reason, progress, picture."""

import pathlib
import stat
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from gui import GuiTest  # noqa: E402
from pronto import program, wait_until  # noqa: E402


class MoviesGui(GuiTest):
    def recorded_session(self):
        desktop = self.desktop("guest")
        desktop.terminal("while :; do date +%N; sleep 0.1; done")
        ticket = self.hub.ticket()
        self.agent(desktop, ticket, "--accept")
        result = self.viewer(ticket, "--sleep", "2500", "--end").result()
        self.assertTrue(result["ok"], result)
        self.hub.await_movie(result["session"])
        return result["session"]

    def start_console(self):
        self.gui = self.start_gui("console", [program("pronto-viewer"), "--hub", self.hub.address, "--hub-pin", self.hub.pin, "--user", "admin"])
        self.gui.wait("main")

    def log_in(self):
        gui = self.gui
        gui.click("main.log_in")
        gui.click("login.password")
        gui.type_secret(self.hub.password_file)
        gui.click("login.ok")
        gui.wait_value("main.status", "Logged in")
        gui.wait_gone("login")

    def kept(self):
        """What of movies lies about in the folder for such."""
        return sorted((self.folder / "tmp").rglob("*"))

    def views(self):
        return [(row["actor"], row["detail"]) for row in self.hub.rows("SELECT * FROM audit WHERE action = 'movie.view' ORDER BY id")]

    def start_gui(self, name, command, size="1280x900"):
        (self.folder / "tmp").mkdir(exist_ok=True)
        return super().start_gui(name, ["env", f"TMPDIR={self.folder / 'tmp'}", *command], size)

    def test_a_movie_of_the_hub_is_played_once_a_reason_was_given(self):
        self.start_hub()
        session = self.recorded_session()
        self.start_console()
        gui = self.gui
        gui.photograph("movies-start.png")
        self.log_in()
        gui.click("main.movies")
        row = f"movies.row:{session}"
        gui.wait(row)
        self.assertIn("Ready", gui.find(row)["label"])
        self.assertFalse(gui.find("movies.play")["active"])
        gui.click(row)
        gui.wait_active("movies.play")
        gui.photograph("movies-list.png")
        gui.click("movies.play")
        gui.wait("movie.reason")
        gui.click("movie.play")
        gui.wait_value("movie.problem", "Say why")
        gui.photograph("movies-reason-missing.png")
        self.assertEqual([], self.views())
        gui.fill("movie.reason", "The guest asks what was changed")
        gui.photograph("movies-reason.png")
        gui.click("movie.play")
        gui.wait("player")
        gui.wait_gone("movie")
        self.assertEqual([("admin", "The guest asks what was changed")], self.views())
        gui.wait_value("player.picture", "800x600")
        gui.wait_value("player.time", " / ")
        wait_until(lambda: int(gui.value("player.bar").split()[0]) > 500, "the movie to play")
        gui.photograph("movies-player.png")
        movie, = [path for path in self.kept() if path.suffix == ".fbs"]
        self.assertEqual((self.hub.data / "recordings" / f"{session}.fbs").read_bytes(), movie.read_bytes())
        self.assertEqual([0o600, 0o700], [stat.S_IMODE(path.stat().st_mode) for path in (movie, movie.parent)])
        gui.close_window(f"{session}.fbs - Pronto")
        gui.wait_gone("player")
        wait_until(lambda: not self.kept(), "the movie to go with its player")

        self.hub.admin("recording", "delete", session, "--reason", "the guest wants it")
        gui.click("movies.play")
        gui.fill("movie.reason", "Once more")
        gui.click("movie.play")
        gui.wait_value("movie.problem", "deleted")
        gui.photograph("movies-deleted.png")
        gui.click("movie.cancel")
        gui.wait_gone("movie")
        gui.click("movies.refresh")
        gui.wait(row, lambda widget: "Deleted" in widget["label"])
        gui.wait("movies.play", lambda widget: not widget["active"])
        self.assertEqual([], self.kept())


if __name__ == "__main__":
    unittest.main(verbosity=2)
