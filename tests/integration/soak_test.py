#!/usr/bin/env python3
"""Many sessions one behind the other: the hub keeps nothing of those that are over."""

import os
import unittest

import support  # noqa: F401
from pronto import ProntoTest, wait_until

SESSIONS = int(os.environ.get("PRONTO_SOAK_SESSIONS", "40"))
WARM_UP = 8


class SoakTest(ProntoTest):
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.hub.process.popen.pid}/fd"))

    def resident_kb(self):
        with open(f"/proc/{self.hub.process.popen.pid}/status", encoding="ascii") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    def one_session(self, number):
        desktop = self.desktops[number % 2]
        ticket = self.hub.ticket()
        agent = self.agent(desktop, ticket, "--accept", "--once", name=f"agent-{number}")
        result = self.viewer(ticket, "--wait-still", "200", "--type", f"{number}", "--end", name=f"viewer-{number}").result()
        self.assertTrue(result["ok"], result)
        agent.wait()

    def test_descriptors_and_memory_stay_flat(self):
        hub = self.start_hub()
        self.desktops = [self.desktop("one"), self.desktop("two")]
        for number in range(WARM_UP):
            self.one_session(number)
        quiet = self.descriptors()
        warm = self.resident_kb()
        for number in range(WARM_UP, SESSIONS):
            self.one_session(number)
        wait_until(lambda: self.descriptors() <= quiet, f"no more than {quiet} open descriptors")
        grown = self.resident_kb() - warm
        print(f"{SESSIONS - WARM_UP} sessions: {grown} kB more than {warm} kB")
        # A sanitizer's quarantine keeps what was freed for a while: 256 MB at most.
        self.assertLess(grown, 280_000 if os.environ.get("PRONTO_SLOW", "1") != "1" else 64 * (SESSIONS - WARM_UP))
        self.assertEqual(SESSIONS, len(hub.sessions()))


if __name__ == "__main__":
    unittest.main()
