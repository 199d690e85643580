#!/usr/bin/env python3
"""The network goes for ten seconds in the middle of a session."""

import unittest

from far_session import LossesTest, SLOW, need_namespaces


class OutagesTest(LossesTest):
    def test_an_outage_of_ten_seconds_at_the_guest(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link], 10), 10 * SLOW)
        self.finish(1)

    def test_an_outage_of_ten_seconds_at_the_operator(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.operator_link], 10), 10 * SLOW)
        self.finish(1)


if __name__ == "__main__":
    need_namespaces()
    unittest.main(verbosity=2)
