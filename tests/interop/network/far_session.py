"""A session whose guest, hub and operator are far apart: it types numbered lines into the guest's terminal, whatever happens to the
network meanwhile, and at last looks at the screen."""

import pathlib
import re
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "support"), str(HERE.parent / "standard")]

from network import FarApart, need_namespaces  # noqa: E402
from pronto import SLOW, ProntoTest, wait_until  # noqa: E402
from stage import CLEAR, LOSSY_PSNR_DB, TERMINAL, StandardTest, at_rest, furnish, picture_in, typed_on  # noqa: E402

LAST = "the last line"
BETWEEN_LINES_MS = 300


class FarSessionTest(ProntoTest):
    check_movie = StandardTest.check_movie

    def setUp(self):
        super().setUp()
        self.far = self.started_thing(FarApart(self.folder, "[recording]\nkeep_parts = true\n"))
        self.hub = self.far.hub.start()
        self.desk = self.desktop("guest")
        furnish(self.desk, self.folder)

    def begin(self, seconds):
        """A session that types for about so long."""
        ticket = self.hub.ticket()
        self.agent_process = self.started_thing(self.far.agent(self.desk, ticket, "--accept"))
        lines = "".join(f"type line {number}\nkey Return\nsleep {BETWEEN_LINES_MS}\n"
                        for number in range(round(seconds * 1000 / BETWEEN_LINES_MS)))
        script = self.folder / "steps"
        self.seen = self.folder / "seen.png"
        script.write_text(f"sleep 2000\nmove {TERMINAL[0]} {TERMINAL[1]}\nsleep 1000\n" + lines +
                          f"sleep 3000\ntype {LAST}\nkey Return\nmove {CLEAR[0]} {CLEAR[1]}\nwait-still 3000 60000\nsave {self.seen}\nend\n")
        self.console = self.started_thing(self.far.viewer(ticket, "--script", str(script), timeout=seconds * 2 + 300))
        self.session, = self.hub.await_session("streaming")
        self.await_lines(3)

    def typed(self):
        return typed_on(self.desk).read_text().splitlines()

    def number(self):
        """Of the newest line that arrived whole."""
        numbers = [int(found.group(1)) for line in self.typed() if (found := re.fullmatch(r"line (\d+)", line))]
        return numbers[-1] if numbers else -1

    def await_lines(self, more, seconds=60):
        """So many lines from now on; returns how long that took."""
        before, began = self.number(), time.monotonic()
        wait_until(lambda: self.number() >= before + more or not self.console.running(), "typing to arrive", seconds)
        self.assertTrue(self.console.running(), f"the console ended: {self.console.out[-1000:]}")
        return time.monotonic() - began

    def finish(self, parts):
        """The session goes to its proper end; what is left of it is as it should be. `parts`: how many the movie has at least."""
        wait_until(lambda: LAST in self.typed() or not self.console.running(), "the last line to arrive", 300)
        guest = at_rest(self.desk)
        result = self.console.result(120)
        self.assertTrue(result["ok"], result)
        self.assertEqual(self.session["id"], result["session"])
        self.assertIn(LAST, self.typed())
        seen = picture_in(self.seen)
        self.assertEqual(guest.size, seen.size)
        self.assertGreaterEqual(seen.psnr(guest), LOSSY_PSNR_DB, "what the console showed at the end")
        row, = self.hub.sessions()
        self.assertEqual((self.session["id"], "ended", "operator"), (row["id"], row["state"], row["reason"]))
        self.assertEqual(1, len(self.hub.rows("SELECT 1 FROM audit WHERE action = 'session.grant'")), "nobody was asked again")
        self.check_movie(row["id"], guest, lossy=True)
        numbers = [part["part"] for part in self.hub.recordings(row["id"])]
        self.assertEqual(list(range(1, len(numbers) + 1)), numbers)
        self.assertGreaterEqual(len(numbers), parts)
        self.assertTrue(self.agent_process.running())


__all__ = ["SLOW", "FarSessionTest", "need_namespaces", "wait_until"]


class LossesTest(FarSessionTest):
    """A connection that is lost in the middle of a session: it goes on by itself, in the same console, and nobody is asked again."""

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
