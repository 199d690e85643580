#!/usr/bin/env python3
"""What happens when one of the programs dies, or the hub is stopped, in the middle of a session."""

import signal
import struct
import time
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import ProntoTest, wait_until

TICKING = "while :; do date +%N; sleep 0.1; done"  # a screen that changes all the time


def last_time_stamp_ms(movie):
    """Of an FBS file whose end may be missing (a killed writer); also checks that every block but the last is whole."""
    data = movie.read_bytes()
    assert data.startswith(b"FBS 001.000\n")
    at, last = 12, 0
    while at + 4 <= len(data):
        length, = struct.unpack(">I", data[at:at + 4])
        assert 0 < length < 64 * 1024 * 1024, "a block of no sensible length"
        end = at + 4 + (length + 3) // 4 * 4
        if end + 4 > len(data):
            break
        stamp, = struct.unpack(">I", data[end:end + 4])
        assert stamp >= last, "time goes back"
        at, last = end + 4, stamp
    return last


class LossTest(ProntoTest):
    # Nobody is waited for; and what was written in the session is looked at.
    hub_settings = "[sessions]\ngrace_seconds = 0\n[recording]\nkeep_parts = true\n"

    def part(self):
        return self.hub.data / "recordings" / self.hub.recordings(self.session_id)[0]["file"]

    def setUp(self):
        super().setUp()
        self.start_hub()
        self.guest_desktop = self.desktop()
        self.guest_desktop.terminal(TICKING)
        self.ticket = self.hub.ticket()
        self.guest = self.agent(self.guest_desktop, self.ticket, "--accept")
        self.operator = self.viewer(self.ticket, "--sleep", "80000", "--problem", "gone")
        self.session_id = self.hub.await_session("streaming")[0]["id"]

    def movie_grows_to(self, seconds):
        def long_enough():
            return self.hub.recordings(self.session_id) and last_time_stamp_ms(self.part()) >= seconds * 1000
        wait_until(long_enough, f"{seconds} s of movie", 30)

    def test_a_killed_hub_loses_at_most_two_seconds_of_the_movie_and_says_so_at_the_next_start(self):
        self.movie_grows_to(3)
        started = self.hub.recordings(self.session_id)[0]["started"]
        self.hub.kill()
        filmed = time.time() * 1000 - started
        self.assertLessEqual(filmed - last_time_stamp_ms(self.part()), 2000)
        result = self.operator.result()
        self.assertEqual(1, result["exit_code"])
        self.assertEqual("drop", result["reason"])

        self.hub.start()
        session = self.hub.session(self.session_id)
        self.assertEqual(("ended", "interrupted"), (session["state"], session["reason"]))
        self.assertIsNotNone(session["ended"])
        self.assertIn("interrupted", self.hub.process.err)
        wait_until(lambda: self.hub.rows("SELECT 1 FROM audit WHERE subject = ? AND detail LIKE 'interrupted%'", self.session_id),
                   "the audit to say so")
        recording, = self.hub.recordings(self.session_id)
        self.assertEqual("interrupted", recording["state"])
        self.assertEqual(self.part().stat().st_size, recording["bytes"])
        self.hub.movie_verdict(self.session_id)
        self.assertGreaterEqual(recording["duration_ms"], 3000)

    def test_the_hub_works_on_after_it_was_killed(self):
        self.hub.kill()
        self.hub.start()
        ticket = self.hub.ticket()
        self.agent(self.guest_desktop, ticket, "--accept", name="agent-2")
        self.assertTrue(self.viewer(ticket, "--end", name="viewer-2").result()["ok"])

    def test_a_killed_agent_ends_the_session_and_leaves_a_whole_movie(self):
        self.movie_grows_to(1)
        self.guest.kill()
        result = self.operator.result()
        self.assertEqual("drop", result["reason"])
        self.assertEqual(1, result["exit_code"])
        self.assertTrue(result["report_saved"], "what was done can still be reported")
        self.hub.await_ended(self.session_id)
        wait_until(lambda: self.hub.recordings(self.session_id)[0]["state"] == "complete", "the movie to be complete")
        self.assertGreaterEqual(last_time_stamp_ms(self.part()), 1000)

    def test_a_killed_viewer_ends_the_session_and_leaves_the_guest_online(self):
        self.operator.kill()
        session = self.hub.await_ended(self.session_id)
        self.assertEqual("drop", session["reason"])
        self.assertTrue(self.guest.running())
        again = self.viewer(self.ticket, "--end", name="viewer-2").result()
        self.assertTrue(again["ok"], again)
        self.assertEqual(session["assistance"], again["assistance"])

    def test_a_frozen_viewer_is_given_up_and_the_hub_works_on(self):
        self.operator.popen.send_signal(signal.SIGSTOP)
        ticket = self.hub.ticket()
        self.agent(self.guest_desktop, ticket, "--accept", name="agent-2")
        other = self.viewer(ticket, "--wait-change", "5000", "--end", name="viewer-2").result()
        self.assertTrue(other["ok"], other)
        session = wait_until(lambda: (row := self.hub.session(self.session_id))["state"] == "ended" and row, "the frozen one to be cut", 40)
        self.assertEqual("drop", session["reason"])

    def test_an_interrupted_viewer_ends_the_session_properly(self):
        self.assertEqual(1, self.operator.terminate())
        self.assertEqual("operator", self.hub.await_ended(self.session_id)["reason"])

    def test_sigterm_tells_both_sides_and_closes_everything(self):
        self.movie_grows_to(1)
        self.assertEqual(0, self.hub.stop())
        self.assertFalse((self.hub.data / "pronto.db-wal").exists(), "the database is whole in its one file")
        result = self.operator.result()
        self.assertEqual("hub_stopped", result["reason"])
        session = self.hub.session(self.session_id)
        self.assertEqual(("ended", "hub_stopped"), (session["state"], session["reason"]))
        self.assertEqual("complete", self.hub.recordings(self.session_id)[0]["state"])
        self.assertEqual([{"integrity_check": "ok"}], self.hub.rows("PRAGMA integrity_check"))
        self.assertNotRegex(self.hub.process.err, r"(?m)^\S+ error ")
        self.hub.start()
        self.assertEqual("hub_stopped", self.hub.session(self.session_id)["reason"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
