#!/usr/bin/env python3
"""Connections that are lost in the middle of a session: it goes on by itself, in the same console, and nobody is asked again."""

import time
import unittest

from far_session import SLOW, FarSessionTest, need_namespaces, wait_until


class LossesTest(FarSessionTest):
    def setUp(self):
        super().setUp()
        for link in (self.far.guest_link, self.far.operator_link):
            link.set(delay=10)

    def outage(self, links, seconds):
        """Typing goes on once the network is back; returns how long after."""
        for link in links:
            link.set(outage=seconds)
        over = time.monotonic() + seconds
        time.sleep(seconds)  # the outage itself
        self.await_lines(1, 60)
        took = time.monotonic() - over
        print(f"{self.id()}: typing arrived {took:.1f} s after the network's return")
        return took

    def test_an_outage_of_ten_seconds_at_the_guest(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link], 10), 10 * SLOW)
        self.finish(1)

    def test_an_outage_of_ten_seconds_at_the_operator(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.operator_link], 10), 10 * SLOW)
        self.finish(1)

    def test_an_outage_of_a_minute(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link], 60), 10 * SLOW)
        self.finish(2)

    def test_an_outage_of_a_minute_for_both(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link, self.far.operator_link], 60), 10 * SLOW)
        self.finish(2)

    def test_the_guest_gets_another_address(self):
        self.begin(30)
        self.far.guest.ip("address", "del", "10.77.1.1/24", "dev", "guest")
        self.far.guest.ip("address", "add", "10.77.1.9/24", "dev", "guest")
        began = time.monotonic()
        self.await_lines(2, 60)
        self.assertLess(time.monotonic() - began, 10 * SLOW)
        self.finish(2)

    def test_the_hub_is_killed_and_started_again(self):
        self.begin(30)
        self.hub.kill()
        self.hub.start()
        self.await_lines(2, 60)
        self.finish(2)

    def test_the_hub_is_stopped_and_started_again(self):
        self.begin(30)
        self.assertEqual(0, self.hub.stop())
        wait_until(lambda: not self.hub.process.running(), "the hub to be gone")
        self.hub.start()
        self.await_lines(2, 60)
        self.finish(2)


if __name__ == "__main__":
    need_namespaces()
    unittest.main(verbosity=2)
