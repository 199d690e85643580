#!/usr/bin/env python3
"""The guest gets another address, or the hub goes, in the middle of a session."""

import time
import unittest

from far_session import LossesTest, SLOW, need_namespaces, wait_until


class LostTest(LossesTest):
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
