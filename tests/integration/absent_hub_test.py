#!/usr/bin/env python3
"""An agent whose hub is away for long: it dials again and again, and grows in nothing. A change of its computer's addresses makes it
dial at once, so that minutes here hold the attempts of many hours."""

import os
import pathlib
import time
import unittest

import support  # noqa: F401  (finds pronto)
from network import FarApart, need_namespaces
from pronto import ProntoTest, SLOW, wait_until

WARM_UP, ATTEMPTS = 60, 600
MOST_GROWTH_KB = 3 * 1024
IDLE_SECONDS = 60
MOST_CPU_SHARE = 0.01


class Usage:
    """Of a process, now."""

    def __init__(self, pid):
        folder = pathlib.Path(f"/proc/{pid}")
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        self.resident_kb = int(status["VmRSS"].split()[0])
        self.threads = int(status["Threads"])
        self.descriptors = len(list((folder / "fd").iterdir()))
        fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        self.cpu_seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __str__(self):
        return f"{self.resident_kb} KB, {self.threads} threads, {self.descriptors} descriptors, {self.cpu_seconds:.2f} s of CPU"


class AbsentHubTest(ProntoTest):
    def setUp(self):
        super().setUp()
        # What the address sanitizer keeps of freed memory would look like growth.
        before = os.environ.get("ASAN_OPTIONS")
        os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [before, "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"]))
        self.addCleanup(lambda: os.environ.pop("ASAN_OPTIONS") if before is None else os.environ.update(ASAN_OPTIONS=before))
        self.far = self.started_thing(FarApart(self.folder))
        self.hub = self.far.hub.start()

    def attempts(self):
        """Connections tried so far: each begins with a packet to the hub's port, where nobody listens."""
        return self.far.guest_link.counters()["left"]["packets"]

    def provoke(self, count):
        """So many attempts, by an address that comes and goes."""
        goal = self.attempts() + count
        add = False
        while self.attempts() < goal:
            before = self.attempts()
            add = not add
            self.far.guest.ip("address", "add" if add else "del", "10.99.0.1/32", "dev", "lo")
            wait_until(lambda: self.attempts() > before, "the agent to dial after a change of addresses", 90)

    def test_an_agent_grows_in_nothing_while_its_hub_is_away(self):
        agent = self.started_thing(self.far.agent(self.desktop(), self.hub.ticket(), "--accept"))
        wait_until(lambda: self.hub.rows("SELECT 1 FROM assistances"), "the agent to be there")
        self.hub.kill()
        self.provoke(WARM_UP)
        before = Usage(agent.popen.pid)
        self.provoke(ATTEMPTS)
        time.sleep(2)  # the last attempt is over
        after = Usage(agent.popen.pid)
        print(f"after {WARM_UP} attempts: {before}\nafter {ATTEMPTS} more: {after}")
        self.assertLess(after.resident_kb - before.resident_kb, MOST_GROWTH_KB)
        self.assertLessEqual(after.threads, before.threads + 1)
        self.assertLessEqual(after.descriptors, before.descriptors + 3)
        tried = self.attempts()
        time.sleep(IDLE_SECONDS)  # what is measured
        later = Usage(agent.popen.pid)
        share = (later.cpu_seconds - after.cpu_seconds) / IDLE_SECONDS
        print(f"left alone for {IDLE_SECONDS} s: {share:.2%} of a core, {self.attempts() - tried} packets")
        self.assertLess(share, MOST_CPU_SHARE * SLOW)
        self.assertTrue(agent.running())

        self.hub.start()
        self.far.guest.ip("address", "add", "10.99.0.2/32", "dev", "lo")
        done = self.started_thing(self.far.viewer("any", "--end")).result(90)
        self.assertTrue(done["ok"], done)


if __name__ == "__main__":
    need_namespaces()
    unittest.main(verbosity=2)
