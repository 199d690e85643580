#!/usr/bin/env python3
"""The network goes for a minute in the middle of a session."""

import unittest

from far_session import LossesTest, SLOW, need_namespaces


class LongOutagesTest(LossesTest):
    def test_an_outage_of_a_minute(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link], 60), 10 * SLOW)
        self.finish(2)

    def test_an_outage_of_a_minute_for_both(self):
        self.begin(30)
        self.assertLess(self.outage([self.far.guest_link, self.far.operator_link], 60), 10 * SLOW)
        self.finish(2)


if __name__ == "__main__":
    need_namespaces()
    unittest.main(verbosity=2)
