#!/usr/bin/env python3
"""What must not work: wrong passwords, tickets, pins, and guests who say no."""

import re
import signal
import subprocess
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import ProntoTest, private_environment, program, wait_until

OTHER_PIN = "sha256:" + "0123456789abcdef" * 4


class LogInTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()

    def password(self, text):
        path = self.folder / "some-password"
        path.write_text(text + "\n")
        return path

    def test_a_wrong_password_is_refused_in_the_hubs_words(self):
        result = self.viewer("any", password_file=self.password("not the password")).result()
        self.assertEqual(1, result["exit_code"])
        self.assertEqual("wrong_password", result["error"]["code"])
        self.assertNotEqual("", result["error"]["message"])

    def test_an_unknown_operator_hears_the_same_as_one_with_a_wrong_password(self):
        unknown = self.viewer("any", user="nobody", name="unknown").result()
        wrong = self.viewer("any", password_file=self.password("not the password"), name="wrong").result()
        self.assertEqual(wrong["error"], unknown["error"])

    def test_guessing_passwords_is_stopped(self):
        path = self.password("not the password")
        codes = [self.viewer("any", password_file=path, name=f"guess-{i}").result()["error"]["code"] for i in range(7)]
        self.assertEqual("wrong_password", codes[0])
        self.assertEqual("too_many_attempts", codes[-1])

    def test_a_hub_with_another_key_than_the_pinned_one_is_refused_and_explained(self):
        result = self.viewer("any", pin=OTHER_PIN).result()
        self.assertEqual(1, result["exit_code"])
        self.assertIn("another key", result["error"]["message"])
        self.assertIn(self.hub.pin, result["error"]["message"])

    def test_a_self_signed_hub_is_not_trusted_without_a_pin(self):
        words = [word for word in self.hub.viewer_words() if word not in ("--hub-pin", self.hub.pin)]
        done = subprocess.run([program("pronto-viewer"), "ticket", *words], capture_output=True, text=True, timeout=60,
                              env=private_environment(self.folder))
        self.assertEqual(1, done.returncode)
        self.assertEqual("", done.stdout)
        self.assertIn(self.hub.pin, done.stderr)
        self.assertIn("--hub-pin", done.stderr)

    def test_an_agent_refuses_a_hub_with_another_key(self):
        desktop = self.desktop()
        agent = self.agent(desktop, self.hub.ticket(), "--accept", pin=OTHER_PIN)
        self.assertEqual(1, agent.wait())
        self.assertRegex(agent.out + agent.err, re.compile("key|trust", re.I))
        self.assertEqual([], self.hub.rows("SELECT * FROM assistances"))


class TicketTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()

    def refused(self, ticket, name="agent"):
        agent = self.agent(self.desktop(name + "-desktop"), ticket, "--accept", name=name)
        self.assertEqual(1, agent.wait())
        return agent.out + agent.err

    def test_a_ticket_that_was_never_issued(self):
        self.assertRegex(self.refused("1-00000"), re.compile("ticket", re.I))

    def test_an_expired_ticket(self):
        made = self.hub.admin("ticket", "new", "--user", "admin")
        ticket = re.search(r"1-[0-9A-F]{5}", made).group(0)
        self.hub.change("UPDATE tickets SET created = created - 7200000, expires = created - 3600000 WHERE ticket = ?", ticket)
        self.assertRegex(self.refused(ticket), re.compile("expired", re.I))

    def test_a_ticket_of_the_command_line_works(self):
        ticket = re.search(r"1-[0-9A-F]{5}", self.hub.admin("ticket", "new", "--user", "admin")).group(0)
        self.agent(self.desktop(), ticket, "--accept")
        self.assertTrue(self.viewer(ticket, "--end").result()["ok"])

    def test_a_used_ticket(self):
        ticket = self.hub.ticket()
        first = self.agent(self.desktop(), ticket, "--accept", name="first")
        wait_until(lambda: self.hub.rows("SELECT * FROM tickets WHERE ticket = ? AND used IS NOT NULL", ticket), "the first guest")
        self.assertRegex(self.refused(ticket, "second"), re.compile("used", re.I))
        self.assertTrue(first.running(), "the first guest must not suffer from the second")


class ConsentTest(ProntoTest):
    hub_settings = "[consent]\ntimeout_seconds = 5\n"

    def setUp(self):
        super().setUp()
        self.start_hub()
        self.guest_desktop = self.desktop()
        self.ticket = self.hub.ticket()

    def test_a_guest_who_refuses_is_not_seen(self):
        self.agent(self.guest_desktop, self.ticket)  # nobody there who could agree
        result = self.viewer(self.ticket, "--save", str(self.folder / "screen.png")).result()
        self.assertEqual(1, result["exit_code"])
        self.assertEqual("refused", result["reason"])
        self.assertNotEqual("", result["error"]["message"])
        self.assertFalse((self.folder / "screen.png").exists())
        self.assertEqual(0, self.hub.await_ended(result["session"])["bytes_to_viewer"])
        self.assertEqual([], self.hub.recordings(result["session"]))

    def test_no_answer_in_time_is_a_no(self):
        agent = self.agent(self.guest_desktop, self.ticket, "--accept")
        wait_until(lambda: "Online" in agent.out, "the guest to be online")
        agent.popen.send_signal(signal.SIGSTOP)  # somebody who does not react at all
        result = self.viewer(self.ticket).result()
        self.assertEqual(1, result["exit_code"])
        self.assertEqual("timed_out", result["reason"])
        session = self.hub.await_ended(result["session"])
        waited = session["ended"] - session["requested"]
        self.assertGreaterEqual(waited, 4900)
        self.assertLess(waited, 15000)
        self.assertEqual(0, session["bytes_to_viewer"])

    def test_after_a_refusal_the_guest_can_be_asked_again(self):
        self.agent(self.guest_desktop, self.ticket)
        for i in range(2):
            self.assertEqual("refused", self.viewer(self.ticket, name=f"viewer-{i}").result()["reason"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
