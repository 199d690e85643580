#!/usr/bin/env python3
"""Sessions over lines that are slow, narrow or lose packets, but do not break."""

import unittest

from far_session import FarSessionTest, need_namespaces


class BadLinesTest(FarSessionTest):
    def test_300_ms_and_one_packet_in_twenty_lost(self):
        for link in (self.far.guest_link, self.far.operator_link):
            link.set(delay=75, loss=2.5)  # twice each way: 300 ms there and back, 5 % lost
        self.begin(15)
        self.finish(1)
        for link in (self.far.guest_link, self.far.operator_link):
            counters = link.counters()
            self.assertGreater(counters["left"]["lost"] + counters["right"]["lost"], 0, "nothing was lost: the line was too good")

    def test_a_narrow_line_answers_input_while_pictures_flow(self):
        for link in (self.far.guest_link, self.far.operator_link):
            link.set(delay=25, rate=1_000_000)
        # More pictures than the line can carry: a wide terminal that scrolls as fast as it can.
        busy = self.desk.run("busy", "xterm", "-geometry", "78x30+300+150", "-e", "sh", "-c", "while :; do seq -s ' ' $$ 999999 | head -c 2000; done")
        self.begin(20)
        before = self.far.guest_link.counters()["left"]["bytes"]
        took = self.await_lines(20, 120)
        flowed = self.far.guest_link.counters()["left"]["bytes"] - before
        self.assertGreater(flowed * 8 / took, 200_000, "hardly any pictures flowed while somebody typed")
        busy.kill()
        self.finish(1)


if __name__ == "__main__":
    need_namespaces()
    unittest.main(verbosity=2)
