#!/usr/bin/env python3
"""What the hub does at its limits: many at once, too much, too often."""

import concurrent.futures
import http.client
import ssl
import struct
import subprocess
import unittest

from by_hand import Operator, Session
from pronto import SLOW, ProntoTest, program, wait_until


class LogInTest(ProntoTest):
    def test_wrong_log_ins_at_the_same_time_are_counted_like_one_after_the_other(self):
        self.start_hub()

        def guess(number):
            return self.hub.request("POST", "/api/v1/login", {"user": "admin", "password": f"wrong-{number}"})[0]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(guess, range(12)))
        self.assertEqual([401] * 5 + [429] * 7, sorted(answers))

    def test_a_new_password_ends_the_log_ins_with_the_old_one_and_no_others(self):
        self.start_hub()
        operator = Operator(self.hub)
        self.assertEqual(200, operator.rest("GET", "/api/v1/online")[0])
        fresh = self.folder / "fresh"
        fresh.write_text("another good password\n")
        self.hub.admin("user", "passwd", "admin", "--password-file", str(fresh))
        after = Operator(self.hub, password="another good password")
        wait_until(lambda: operator.rest("GET", "/api/v1/online")[0] == 401, "the old log-in to end")
        with self.assertRaisesRegex(AssertionError, "password"):
            operator.wait_for("never")
        self.assertEqual(200, after.rest("GET", "/api/v1/online")[0])
        after.send_message(type="ping")
        after.wait_for("pong")


class MessageTest(ProntoTest):
    def test_a_message_that_is_too_long_is_answered_before_the_channel_closes(self):
        self.start_hub()
        for extra in (1, 200_000):
            operator = Operator(self.hub)
            operator.send_frame(b"{" + b" " * (65536 + extra), 1)
            with self.assertRaises(AssertionError) as refused:
                operator.wait_for("never")
            self.assertEqual("bad_request", refused.exception.args[0]["code"])
            with self.assertRaises((EOFError, ConnectionError, ssl.SSLError)):
                operator.wait_for("never")
            operator.close()

    def test_head_is_answered_without_a_body(self):
        self.start_hub()
        connection = self.hub.connect()
        for path, status in (("/healthz", 200), ("/nothing", 404), ("/healthz", 200)):
            connection.request("HEAD", path)
            answer = connection.getresponse()
            self.assertEqual(status, answer.status)
            self.assertGreater(int(answer.headers["Content-Length"]), 0)
            self.assertEqual(b"", answer.read())
        connection.request("GET", "/healthz")
        self.assertIn(b'"ok"', connection.getresponse().read())
        connection.close()


class AdmissionTest(ProntoTest):
    hub_settings = "[limits]\nconnections_per_address = 3\n"

    def kept(self):
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        return connection

    def answers(self, connection, headers=None):
        try:
            connection.request("GET", "/api/v1/online", headers=headers or {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            connection.close()
            return None

    def admitted(self):
        """How many strangers can be connected at once."""
        strangers = []
        try:
            for _ in range(8):
                strangers.append(self.hub.connect())
                if self.answers(strangers[-1]) is None:
                    strangers.pop()
                    break
        except (OSError, ssl.SSLError):
            pass
        for one in strangers:
            one.close()
        return len(strangers)

    def test_a_connection_that_has_logged_in_gives_its_place_back(self):
        self.start_hub()
        token = Operator(self.hub).token
        for _ in range(6):
            self.assertEqual(200, self.answers(self.kept(), {"Authorization": f"Bearer {token}"}))
        wait_until(lambda: self.admitted() == 3, "three places")

    def test_behind_a_trusted_proxy_each_client_has_its_own_places(self):
        self.start_hub(self.hub_settings + '[http]\ntrusted_proxies = ["127.0.0.1"]\n')
        for client in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
            for _ in range(3):
                self.assertEqual(401, self.answers(self.kept(), {"X-Forwarded-For": client}))
            self.assertEqual(503, self.answers(self.kept(), {"X-Forwarded-For": client}))
        self.assertEqual(503, self.answers(self.kept(), {"X-Forwarded-For": "2001:db8::2"}), "the same /64")


class BooksTest(ProntoTest):
    def test_a_side_that_closes_its_leg_and_then_ends_the_session_ended_it(self):
        self.start_hub()
        for side in ("operator", "guest"):
            session = Session(self.hub)
            (session.viewer if side == "operator" else session.host).close()
            ending = session.operator if side == "operator" else session.guest
            ending.send_message(type="session.end", session=session.id)
            self.assertEqual(side, ending.wait_for("session.ended")["reason"])
            session.close()

    def test_the_bytes_of_a_running_session_are_known(self):
        self.start_hub()
        session = Session(self.hub)
        session.host.send(b"\x02" * 1000)
        session.viewer.exactly(1000)
        wait_until(lambda: self.hub.session(session.id)["bytes_to_viewer"] == 1000, "the bytes")
        self.assertEqual("streaming", self.hub.session(session.id)["state"])
        session.close()

    def test_a_movie_lasts_as_long_as_its_session(self):
        self.start_hub()
        session = Session(self.hub)
        picture = struct.pack(">BxHHHHHi", 0, 1, 0, 0, 4, 4, 0) + bytes(64)
        session.host.send(picture)
        session.viewer.exactly(len(picture))
        wait_until(lambda: self.hub.recordings(session.id), "the movie")
        wait_until(lambda: self.hub.session(session.id)["bytes_to_viewer"], "a few seconds to pass")
        session.operator.send_message(type="session.end", session=session.id)
        session.operator.wait_for("session.ended")
        recording = wait_until(lambda: [row for row in self.hub.recordings(session.id) if row["state"] == "complete"], "its end")[0]
        row = self.hub.session(session.id)
        self.assertGreater(row["ended"] - row["streaming"], 2000)
        self.assertAlmostEqual(row["ended"] - recording["started"], recording["duration_ms"], delta=500 * SLOW)
        self.assertIn("whole", self.hub.movie_verdict(session.id))
        session.close()


class StartTest(ProntoTest):
    def repeater(self, *words):
        return subprocess.run([program("pronto-repeater"), *map(str, words)], capture_output=True, text=True, timeout=60 * SLOW)

    def test_a_port_in_use_leaves_nothing_behind(self):
        self.start_hub()
        data = self.folder / "second"
        done = self.repeater("serve", "--data", data, "--port", self.hub.port)
        self.assertEqual(1, done.returncode)
        self.assertIn(f"port {self.hub.port}", done.stderr)
        self.assertFalse(data.exists())

    def test_the_pin_and_what_a_guest_needs_can_be_asked_for(self):
        self.start_hub()
        self.assertEqual(self.hub.pin, self.hub.admin("pin").splitlines()[0])
        said = self.hub.admin("ticket", "new", "--user", "admin")
        self.assertIn(f":{self.hub.port} --hub-pin {self.hub.pin} --ticket {said.splitlines()[0]}", said)
        self.assertIn(f"--data {self.hub.data}", (self.hub.data / "first-admin").read_text())

    def test_wrong_words_are_named_with_the_nearest(self):
        for words, said in ((["srve"], '"srve"; did you mean "serve"? See "pronto-repeater --help"'),
                            (["serve", "--prot", "1"], '"--prot"; did you mean "--port"? See "pronto-repeater serve --help"'),
                            (["user", "ad", "anna"], '"ad"; did you mean "add"?'),
                            (["--dta", "x", "serve"], '"--dta"; did you mean "--data"?'),
                            (["user"], "add, "), ([], "serve")):
            done = self.repeater(*words)
            self.assertEqual(2, done.returncode, words)
            self.assertIn(said, done.stderr)
        for words in (["serve"], ["user", "add"], ["ticket", "new"], ["session", "list"]):
            self.assertNotIn("TEXT", self.repeater(*words, "--help").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
