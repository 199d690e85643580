#!/usr/bin/env python3
"""What becomes of a session's recording: finished by the real pronto-fbs, checked, exported, kept and deleted."""

import contextlib
import hashlib
import json
import sqlite3
import stat
import subprocess
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import SLOW, ProntoTest, program, wait_until

TICKING = "while :; do date +%N; sleep 0.1; done"


class MoviesTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()

    def session(self, *words):
        """Begins one that shows a ticking terminal."""
        desktop = self.desktop()
        desktop.terminal(TICKING)
        ticket = self.hub.ticket()
        self.guest = self.agent(desktop, ticket, "--accept")
        return self.viewer(ticket, *words)

    def ended_session(self):
        result = self.session("--sleep", "2500", "--end").result()
        self.assertTrue(result["ok"], result)
        return result["session"]

    def folder_of(self, session):
        return sorted(path.name for path in (self.hub.data / "recordings").iterdir() if path.name.startswith(session))

    def digest(self, name):
        return hashlib.sha256((self.hub.data / "recordings" / name).read_bytes()).hexdigest()

    def command(self, *words):
        """(exit code, output, errors) of `pronto-repeater recording`."""
        done = subprocess.run([program("pronto-repeater"), "recording", *words, "--data", str(self.hub.data), "--config", str(self.hub.config)],
                              capture_output=True, text=True, timeout=60 * SLOW)
        return done.returncode, done.stdout, done.stderr

    def test_a_movie_is_finished_verified_exported_held_and_deleted(self):
        session = self.ended_session()
        row = self.hub.await_movie(session)
        names = [f"{session}.fbs", f"{session}.json", f"{session}.png"]
        self.assertEqual(names, self.folder_of(session), "the parts are gone")
        self.assertEqual([row["movie_sha256"], row["facts_sha256"], row["poster_sha256"]], [self.digest(name) for name in names])
        for name in names:
            self.assertEqual(0o600, stat.S_IMODE((self.hub.data / "recordings" / name).stat().st_mode))
        self.assertEqual(1, row["attempts"])
        self.assertEqual("", row["detail"])
        self.assertGreaterEqual(row["duration_ms"], 2000)
        audit, = self.hub.rows("SELECT * FROM audit WHERE action = 'movie.finished'")
        self.assertIn(row["movie_sha256"], audit["detail"])
        self.hub.movie_verdict(session)
        story = json.loads(self.hub.admin("session", "show", session, "--json"))
        self.assertEqual(("finished", row["movie_sha256"]), (story["movie"]["state"], story["movie"]["movie_sha256"]))
        self.assertIn(session, self.hub.admin("recording", "list"))

        self.assertEqual(0, self.command("verify", "--all")[0])
        out = self.folder / "case.fbs"
        self.assertEqual(2, self.command("export", session, "--out", str(out))[0], "a reason is needed")
        self.hub.admin("recording", "export", session, "--out", str(out), "--reason", "asked for")
        self.assertEqual(row["movie_sha256"], hashlib.sha256(out.read_bytes()).hexdigest())
        self.assertEqual(0o600, stat.S_IMODE(out.stat().st_mode))
        self.hub.admin("recording", "hold", session, "--reason", "court order 7")
        code, _, problem = self.command("delete", session, "--reason", "tidying")
        self.assertEqual(1, code)
        self.assertIn("court order 7", problem)
        self.assertEqual(names, self.folder_of(session))
        self.hub.admin("recording", "release", session, "--reason", "closed")
        self.hub.admin("recording", "delete", session, "--reason", "the guest wants it")
        self.assertEqual([], self.folder_of(session))
        self.assertEqual("deleted", self.hub.movie_row(session)["state"])
        actions = [row["action"] for row in self.hub.rows("SELECT action FROM audit WHERE action LIKE 'movie.%' ORDER BY id")]
        self.assertEqual(["movie.finished", "movie.export", "movie.hold", "movie.release", "movie.delete"], actions)
        self.assertEqual(0, self.command("verify")[0])

    def test_a_killed_hub_finishes_the_cut_movie_at_its_next_start(self):
        self.session("--sleep", "80000")
        session = self.hub.await_session("streaming")[0]["id"]
        wait_until(lambda: self.hub.recordings(session) and self.hub.movie(session).stat().st_size > 0, "a part")
        guest = wait_until(lambda: (self.hub.movie(session).stat().st_size > 20_000), "some of the movie", 30)
        self.assertTrue(guest)
        self.hub.kill()
        part = self.hub.movie(session)
        with part.open("r+b") as file:  # the power went, too: the last block is cut
            file.truncate(part.stat().st_size - 7)
        self.hub.settings += "[sessions]\ngrace_seconds = 0\n"  # the session does not go on
        self.hub.start()
        row = self.hub.await_movie(session)
        self.assertEqual([f"{session}.fbs", f"{session}.json", f"{session}.png"], self.folder_of(session))
        self.assertIn("cut", row["detail"])
        self.assertIn("whole", self.hub.movie_verdict(session))
        self.assertEqual(0, self.command("verify", session)[0])

    def test_what_was_done_to_the_files_or_the_audit_log_is_found(self):
        session = self.ended_session()
        self.hub.await_movie(session)
        movie = self.hub.movie(session)
        whole = movie.read_bytes()
        movie.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
        code, out, _ = self.command("verify", "--all")
        self.assertEqual(1, code)
        self.assertRegex(out, rf"{session}\.fbs was changed")
        self.assertEqual(1, self.command("export", session, "--out", str(self.folder / "x.fbs"), "--reason", "r")[0])
        self.assertFalse((self.folder / "x.fbs").exists())
        movie.unlink()
        self.assertRegex(self.command("verify", session)[1], rf"{session}\.fbs is missing")
        movie.write_bytes((movie.with_suffix(".json")).read_bytes())
        self.assertRegex(self.command("verify", session)[1], rf"{session}\.fbs was swapped: it is the facts of session {session}")
        movie.write_bytes(whole)
        self.assertEqual(0, self.command("verify", "--all")[0])
        self.hub.change("UPDATE movies SET movie_sha256 = 'x'")
        code, out, _ = self.command("verify", "--json")
        self.assertEqual(1, code)
        self.assertIn("not those of the audit log", " ".join(one["what"] for one in json.loads(out)["troubles"]))
        self.hub.change("UPDATE movies SET movie_sha256 = ?", hashlib.sha256(whole).hexdigest())
        self.assertEqual(0, self.command("verify")[0])
        with contextlib.closing(sqlite3.connect(self.hub.data / "pronto.db", timeout=10)) as database:
            database.executescript("DROP TRIGGER audit_is_never_changed; UPDATE audit SET actor = 'nobody' WHERE id = 2")
        code, out, _ = self.command("verify", "--all")
        self.assertEqual(1, code)
        self.assertRegex(out, r"(?m)^audit log: row 2 .* was changed$")


class RetentionTest(ProntoTest):
    hub_settings = "[recording]\nretention_days = 3\n"

    def test_old_movies_go_at_the_start_and_by_hand_but_not_held_ones(self):
        self.start_hub()
        desktop = self.desktop()
        desktop.terminal(TICKING)
        ticket = self.hub.ticket()
        self.agent(desktop, ticket, "--accept")
        held, old, new = (self.viewer(ticket, "--sleep", "500", "--end", name=name).result()["session"] for name in ("held", "old", "new"))
        for session in (held, old, new):
            self.hub.await_movie(session)
        for session in (held, old):
            self.hub.change("UPDATE sessions SET ended = ended - 4 * 86400000 WHERE id = ?", session)
        self.hub.admin("recording", "hold", held, "--reason", "court order 7")
        plan = json.loads(self.hub.admin("recording", "retention", "--dry-run", "--json"))
        self.assertEqual([old], [one["session"] for one in plan["removed"]])
        self.assertTrue((self.hub.data / "recordings" / f"{old}.fbs").exists(), "a dry run removes nothing")
        self.hub.stop()
        self.hub.start()
        wait_until(lambda: self.hub.movie_row(old)["state"] == "deleted", "retention at the start")
        wait_until(lambda: not list((self.hub.data / "recordings").glob(f"{old}.*")), "its files to go")
        audit, = self.hub.rows("SELECT * FROM audit WHERE action = 'movie.delete'")
        self.assertEqual(("hub", old, "retention: older than 3 days"), (audit["actor"], audit["subject"], audit["detail"]))
        for session in (held, new):
            self.assertEqual("finished", self.hub.movie_row(session)["state"])


class FailingTest(ProntoTest):
    hub_settings = "[recording]\nfinisher = \"/nonexistent/pronto-fbs\"\n"

    def test_a_finisher_that_is_not_there_leaves_the_parts_and_says_so(self):
        self.start_hub()
        desktop = self.desktop()
        ticket = self.hub.ticket()
        self.agent(desktop, ticket, "--accept")
        session = self.viewer(ticket, "--end").result()["session"]
        row = wait_until(lambda: (row := self.hub.movie_row(session)) and row["detail"] and row, "the failure")
        self.assertEqual("waiting", row["state"])
        self.assertIn("/nonexistent/pronto-fbs", row["detail"])
        self.assertTrue(self.hub.movie(session).exists())
        self.assertIn("another attempt", self.hub.process.err)
        self.assertEqual(0, self.hub.stop())
        self.hub.change("UPDATE movies SET state = 'failed', attempts = 3 WHERE session = ?", session)
        self.hub.settings = ""
        self.hub.start()
        self.assertEqual("failed", self.hub.movie_row(session)["state"])
        self.hub.admin("recording", "retry", session, "--reason", "the program is there now")
        self.hub.await_movie(session)


class LostFolderTest(ProntoTest):
    """The folder of the recordings goes away under the hub."""

    def session_without_folder(self, settings, *words):
        self.start_hub(settings)
        (self.hub.data / "recordings").rmdir()
        desktop = self.desktop()
        desktop.terminal(TICKING)
        ticket = self.hub.ticket()
        self.agent(desktop, ticket, "--accept")
        return self.viewer(ticket, *words).result()

    def test_by_default_the_session_ends_and_says_why(self):
        result = self.session_without_folder("", "--sleep", "60000", "--end")
        self.assertFalse(result["ok"])
        self.assertIn("The recording failed", result["message"])
        self.assertEqual(1, len(self.hub.rows("SELECT * FROM audit WHERE action = 'recording.fail'")))

    def test_where_the_policy_says_so_it_goes_on_unrecorded(self):
        result = self.session_without_folder("[recording]\non_failure = \"continue\"\n", "--sleep", "1500", "--end")
        self.assertTrue(result["ok"], result)
        audit, = self.hub.rows("SELECT * FROM audit WHERE action = 'recording.fail'")
        self.assertIn("No such file or directory", audit["detail"])
        self.assertEqual(["failed"], [row["state"] for row in self.hub.recordings(result["session"])])


if __name__ == "__main__":
    unittest.main(verbosity=2)
