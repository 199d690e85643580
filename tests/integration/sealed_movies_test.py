#!/usr/bin/env python3
"""Movies that are sealed on the disk: recorded, finished, looked at, exported and verified by the real programs, after a killed hub too;
with the wrong key, a rotated one and one that others may read."""

import contextlib
import json
import os
import pathlib
import re
import stat
import struct
import subprocess
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import SLOW, ProntoTest, program, wait_until

TICKING = "while :; do date +%N; sleep 0.1; done"
PLAIN_WORDS = (b"FBS 001.000", b"RFB 003.003", b"\x89PNG", b"IHDR")
MAGIC = b"PRONTO SEALED 1\n"


def run(*words):
    """(exit code, output, errors)"""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120 * SLOW)
    return done.returncode, done.stdout, done.stderr


class SealedTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.key_file = self.folder / "keys" / "movies.key"
        self.key_file.parent.mkdir()
        self.settings = f'[recording]\nencrypt = true\nkey_file = "{self.key_file}"\n'

    def make_key(self, *words):
        """The new key's id."""
        code, out, problem = run(program("pronto-repeater"), "recording", "key", self.key_file, "--json", *words, "--data", self.folder / "data")
        self.assertEqual(0, code, problem)
        return json.loads(out)["key"]

    def recordings(self):
        return self.hub.data / "recordings"

    def fbs(self, *words, key_file=None):
        return run(program("pronto-fbs"), *words, "--key-file", key_file or self.key_file)

    def session(self, *words):
        """Begins one that shows a ticking terminal."""
        desktop = self.desktop(f"desktop-{len(self.started)}")
        desktop.terminal(TICKING)
        ticket = self.hub.ticket()
        name = f"{len(self.started)}"
        self.agent(desktop, ticket, "--accept", name=f"agent-{name}")
        return self.viewer(ticket, *words, name=f"viewer-{name}")

    def ended_session(self, *words):
        result = self.session(*words, "--end").result()
        self.assertTrue(result["ok"], result)
        return result["session"]

    def nothing_plain(self):
        """Nothing in the folder but the JSON files is readable."""
        for path in self.recordings().iterdir():
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue  # was being written, and has its last name now
            for word in PLAIN_WORDS:
                self.assertNotIn(word, content, path.name)
            if not re.search(r"\.json(\.\w{6})?$", path.name):  # also one that is being written
                self.assertTrue(content.startswith(MAGIC + path.name.encode() + b"\n"), path.name)
            with contextlib.suppress(FileNotFoundError):
                self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))

    def picture(self, movie, at_ms, name, key_file=None):
        png = self.folder / f"{name}.png"
        words = ["shot", movie, "--at", at_ms, "--out", png]
        code, _, problem = self.fbs(*words, key_file=key_file) if key_file else run(program("pronto-fbs"), *words)
        self.assertEqual(0, code, problem)
        return png

    def test_a_sealed_movie_is_recorded_finished_seen_exported_and_verified(self):
        key = self.make_key()
        self.start_hub(self.settings)
        viewer = self.session("--sleep", "4000", "--end")
        session = self.hub.await_session("streaming")[0]["id"]
        part = self.recordings() / f"{session}.part1.fbs"
        wait_until(lambda: part.exists() and part.stat().st_size > 500, "some of the movie")
        self.nothing_plain()
        code, out, problem = self.fbs("info", part, "--json")
        self.assertEqual(0, code, problem)
        self.assertTrue(json.loads(out)["cut"], "it is still being written")
        self.assertTrue(viewer.result()["ok"])
        row = self.hub.await_movie(session)
        self.assertEqual(("", 1), (row["detail"], row["attempts"]))
        self.assertEqual([f"{session}.fbs", f"{session}.json", f"{session}.png"], sorted(path.name for path in self.recordings().iterdir()))
        self.nothing_plain()
        movie = self.recordings() / f"{session}.fbs"
        self.assertIn(f"key {key}\n".encode(), movie.read_bytes()[:200])
        self.assertEqual(row["bytes"], movie.stat().st_size)

        code, out, problem = self.fbs("verify", movie)
        self.assertEqual(0, code, out + problem)
        self.assertIn("whole", out)
        self.hub.admin("recording", "verify", "--all")
        plain = self.folder / "case.fbs"
        self.hub.admin("recording", "export", session, "--out", str(plain), "--reason", "asked for")
        self.assertTrue(plain.read_bytes().startswith(b"FBS 001.000\n"))
        self.assertEqual(0o600, stat.S_IMODE(plain.stat().st_mode))
        code, _, problem = run(program("pronto-repeater"), "recording", "export", session, "--out", self.folder / "no.fbs", "--reason", "r",
                               "--data", self.hub.data)
        self.assertEqual(1, code)
        self.assertRegex(problem, "is sealed.*--config")
        self.assertFalse((self.folder / "no.fbs").exists())
        facts = json.loads((self.recordings() / f"{session}.json").read_text())
        self.assertEqual(facts["bytes"], plain.stat().st_size)
        for at_ms in (500, 900, 1500, 2400, "end"):
            sealed = self.picture(movie, at_ms, "sealed", self.key_file)
            self.assertEqual(sealed.read_bytes(), self.picture(plain, at_ms, "plain").read_bytes(), at_ms)
        poster = self.folder / "poster.png"
        self.assertEqual(0, self.fbs("unseal", movie.with_suffix(".png"), "--out", poster)[0])
        self.assertEqual(b"\x89PNG", poster.read_bytes()[:4])
        self.assertEqual((800, 600), struct.unpack(">II", poster.read_bytes()[16:24]))

        for name in ("webm", "mp4"):
            video = self.folder / f"case.{name}"
            self.hub.admin("recording", "export", session, "--out", str(video), "--reason", "training")
            code, out, problem = run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "json", video)
            self.assertEqual(0, code, problem)
            self.assertAlmostEqual(facts["duration_ms"] / 1000, float(json.loads(out)["format"]["duration"]), delta=0.1)
        self.assertEqual(3, len(self.hub.rows("SELECT id FROM audit WHERE action = 'movie.export'")))

        content = bytearray(movie.read_bytes())
        content[len(content) // 2] ^= 1
        movie.write_bytes(content)
        code, out, problem = self.fbs("verify", movie)
        self.assertEqual(1, code)
        self.assertRegex(out + problem, rf"{session}\.fbs.*: what was sealed at bytes \d+ to \d+ was changed")
        words = [program("pronto-repeater"), "recording", "export", session, "--reason", "r", "--data", self.hub.data, "--config", self.hub.config]
        for form in ("fbs", "webm"):
            code, _, problem = run(*words, "--out", self.folder / "no.fbs", "--format", form)
            self.assertEqual(1, code)
            self.assertIn("not as it was", problem)
            self.assertFalse((self.folder / "no.fbs").exists())

    def test_a_killed_hub_finishes_the_sealed_movie_at_its_next_start(self):
        self.make_key()
        self.start_hub(self.settings)
        self.session("--sleep", "80000")
        session = self.hub.await_session("streaming")[0]["id"]
        part = self.recordings() / f"{session}.part1.fbs"
        wait_until(lambda: part.exists() and part.stat().st_size > 20_000, "some of the movie", 30)
        self.hub.kill()
        self.nothing_plain()
        with part.open("r+b") as file:  # the power went, too
            file.truncate(part.stat().st_size - 7)
        code, out, problem = self.fbs("info", part, "--json")
        self.assertEqual(0, code, problem)
        seen = json.loads(out)
        self.assertGreater(seen["updates"], 1)
        self.hub.settings += "[sessions]\ngrace_seconds = 0\n"  # the session does not go on
        self.hub.start()
        row = self.hub.await_movie(session)
        self.assertIn("cut", row["detail"])
        self.assertEqual(seen["duration_ms"], row["duration_ms"])
        self.assertEqual(seen["duration_ms"], self.hub.recordings(session)[0]["duration_ms"])
        self.nothing_plain()
        self.assertEqual(0, self.fbs("verify", self.recordings() / f"{session}.fbs")[0])
        self.hub.admin("recording", "verify", session)

    def test_a_wrong_key_is_refused_by_name_and_a_rotated_one_opens_old_and_new(self):
        first = self.make_key()
        self.start_hub(self.settings)
        old = self.ended_session()
        self.hub.await_movie(old)
        movie = self.recordings() / f"{old}.fbs"
        wrong = self.folder / "wrong.key"
        self.assertEqual(0, run(program("pronto-repeater"), "recording", "key", wrong, "--data", self.hub.data)[0])
        for words in (["verify", movie], ["info", movie], ["shot", movie, "--at", "0", "--out", self.folder / "x.png"]):
            code, _, problem = self.fbs(*words, key_file=wrong)
            self.assertEqual(1, code)
            self.assertIn(first, problem)
            self.assertIn("wrong.key", problem)
            code, _, problem = run(program("pronto-fbs"), *words)
            self.assertEqual(1, code)
            self.assertIn("--key-file", problem)
        self.assertFalse((self.folder / "x.png").exists())

        code, _, problem = run(program("pronto-repeater"), "recording", "key", self.key_file, "--data", self.hub.data)
        self.assertEqual(1, code)
        self.assertIn("there already", problem)
        second = self.make_key("--rotate")
        self.assertNotEqual(first, second)
        self.assertEqual(0o600, stat.S_IMODE(self.key_file.stat().st_mode))
        self.assertEqual(0, self.hub.stop())
        self.hub.start()
        new = self.ended_session()
        self.hub.await_movie(new)
        for session, key in ((old, first), (new, second)):
            self.assertIn(f"key {key}\n".encode(), (self.recordings() / f"{session}.fbs").read_bytes()[:200])
            self.assertEqual(0, self.fbs("verify", self.recordings() / f"{session}.fbs")[0])
            self.hub.admin("recording", "export", session, "--out", str(self.folder / f"{session}.fbs"), "--reason", "r")
        # Sealing is switched off: what is sealed can still be read, what is new is plain.
        self.assertEqual(0, self.hub.stop())
        self.hub.settings = f'[recording]\nkey_file = "{self.key_file}"\n'
        self.hub.start()
        plain = self.ended_session()
        self.hub.await_movie(plain)
        self.assertTrue((self.recordings() / f"{plain}.fbs").read_bytes().startswith(b"FBS 001.000\n"))
        self.hub.admin("recording", "export", old, "--out", str(self.folder / "again.fbs"), "--reason", "r")

    def test_a_hub_does_not_start_without_a_key_that_is_its_own_alone_and_elsewhere(self):
        def refused(settings, *words):
            (self.folder / "hub.toml").write_text(settings)
            code, out, problem = run(program("pronto-repeater"), "serve", "--port", "0", "--data", self.folder / "data",
                                     "--config", self.folder / "hub.toml")
            self.assertEqual(1, code, out)
            for word in words:
                self.assertIn(word, problem)
            self.assertFalse((self.folder / "data").exists(), "nothing is made")

        refused("[recording]\nencrypt = true\n", "recording.key_file", "pronto-repeater recording key")
        refused(self.settings, str(self.key_file), "not there", "pronto-repeater recording key")
        self.assertFalse(self.key_file.exists(), "the hub makes none by itself")
        self.make_key()
        os.chmod(self.key_file, 0o640)
        refused(self.settings, str(self.key_file), "chmod 600")
        os.chmod(self.key_file, 0o600)
        secret = self.key_file.read_text()
        self.key_file.write_text("# comment\n" + re.search(r"[0-9a-f]{64}", secret).group(0)[:-1] + "\n")
        refused(self.settings, "line 2")
        for inside in ("data/movies.key", "data/recordings/movies.key"):
            refused(f'[recording]\nencrypt = true\nkey_file = "{self.folder / inside}"\n', "lies in")
            code, _, problem = run(program("pronto-repeater"), "recording", "key", self.folder / inside, "--data", self.folder / "data")
            self.assertEqual(1, code)
            self.assertIn("lies in", problem)
        self.key_file.write_text(secret)
        self.start_hub(self.settings)
        for path in pathlib.Path(self.folder).glob("hub-*.err"):
            for line in re.findall(r"[0-9a-f]{64}", secret):
                self.assertNotIn(line, path.read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
