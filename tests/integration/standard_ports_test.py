#!/usr/bin/env python3
"""The three ports for standard VNC programs against peers that are silent, slow, hostile or half gone; one-time passes from
the command line; mode I. What the real programs see is in tests/interop/standard."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import SLOW, ProntoTest, wait_until

BLOCK = 250
VERSION = b"RFB 003.008\n"


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def block(text):
    return text.encode().ljust(BLOCK, b"\0")


class Peer:
    """One TCP connection by hand."""

    def __init__(self, port, data=b"", address="127.0.0.1"):
        self.socket = socket.create_connection((address, port), timeout=20 * SLOW)
        self.say(data)

    def say(self, data):
        self.socket.sendall(data)

    def hear(self, count):
        got = b""
        while len(got) < count:
            more = self.socket.recv(count - len(got))
            if not more:
                break
            got += more
        return got

    def closed_within(self, seconds):
        """Whether the hub closes it; what it says before is read."""
        self.socket.settimeout(seconds * SLOW)
        try:
            while self.socket.recv(4096):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def close(self):
        self.socket.close()

    def reason(self):
        """Plays a viewer of RFB 3.8 as far as being told why not."""
        assert self.hear(12) == VERSION
        self.say(VERSION)
        assert self.hear(1) == b"\0"
        return self.hear(int.from_bytes(self.hear(4), "big")).decode()


class StandardPortsTest(ProntoTest):
    silent_seconds = 2
    more_settings = ""

    def setUp(self):
        super().setUp()
        self.viewer_port, self.repeater_port, self.server_port = free_port(), free_port(), free_port()
        self.peers = []
        self.addCleanup(lambda: [peer.close() for peer in self.peers])
        self.start_hub(f"""
[standard]
viewer_port = {self.viewer_port}
repeater_port = {self.repeater_port}
server_port = {self.server_port}
allow_unencrypted = true
{self.more_settings}
[limits]
silent_seconds = {self.silent_seconds}
""")

    def peer(self, port, data=b""):
        peer = Peer(port, data)
        self.peers.append(peer)
        return peer

    def registers(self, identity):
        return self.peer(self.server_port, block(identity) + VERSION)

    def await_joined(self, count):
        wait_until(lambda: self.hub.process.err.count("guest.join") >= count, f"{count} registrations")

    def token(self):
        status, answer = self.hub.request("POST", "/api/v1/login", {"user": "admin", "password": self.hub.password_file.read_text().strip()})
        self.assertEqual(200, status)
        return {"Authorization": f"Bearer {answer['token']}"}

    def online(self):
        return self.hub.request("GET", "/api/v1/online", headers=self.token())[1]["entries"]

    def password_for_viewers(self, text):
        file = self.folder / "passwd"
        with open(file, "wb") as out:
            subprocess.run(["vncpasswd", "-f"], input=text.encode(), stdout=out, check=True)
        return file

    def snapshot(self, pass_text):
        """A real viewer takes a real picture."""
        out = self.folder / "picture.jpg"
        done = subprocess.run(["vncsnapshot", "-quiet", "-passwd", str(self.password_for_viewers(pass_text)), f"127.0.0.1:{self.viewer_port - 5900}", str(out)],
                              capture_output=True, text=True, timeout=60 * SLOW)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertGreater(out.stat().st_size, 1000)

    def test_silent_slow_and_hostile_peers_delay_nobody(self):
        ports = (self.viewer_port, self.repeater_port, self.server_port)
        silent = [self.peer(port) for port in ports for _ in range(60)]
        hostile = [self.peer(port, data) for port in ports for data in (
            b"\0" * 4096, b"RFB 003.008\n" * 400, b"GET / HTTP/1.1\r\n\r\n" * 30, bytes(range(256)) * 20, block("ID:") + VERSION,
            block("ID:1-E75B1") + b"nonsense....", b"ID:" + b"A" * 300, VERSION + b"\x13" + b"\0\x02" + b"\xff" * 64)]
        slow = [self.peer(port, b"R") for port in ports]
        enough = threading.Event()

        def drip():
            while not enough.wait(0.2):
                for peer in slow:
                    with contextlib.suppress(OSError):
                        peer.say(b"F")

        dripping = threading.Thread(target=drip)
        dripping.start()
        self.addCleanup(dripping.join)
        self.addCleanup(enough.set)
        desktop = self.desktop()
        ticket = self.hub.ticket()
        desktop.run("x11vnc", "x11vnc", "-display", desktop.display, "-connect", f"repeater=ID:{ticket}+127.0.0.1:{self.server_port}",
                    "-rfbport", "0", "-nopw", "-forever", "-quiet")
        self.await_joined(1)
        made = json.loads(self.hub.admin("session", "pass", ticket, "--json"))
        self.snapshot(made["pass"])
        for peer in silent + hostile + slow[1:]:
            self.assertTrue(peer.closed_within(self.silent_seconds + 8))
        self.assertTrue(self.hub.healthy())

    def test_a_server_that_waits_is_not_cut_and_its_end_is_seen(self):
        server = self.registers(f"ID:{self.hub.ticket()}")
        self.await_joined(1)
        time.sleep(self.silent_seconds + 1)  # what is tested is that nothing happens
        entry = next(entry for entry in self.online() if entry["role"] == "guest")
        self.assertEqual(("vnc", "RFB 3.8", "127.0.0.1", False), (entry["kind"], entry["software"], entry["address"], entry["wants_password"]))
        server.close()
        wait_until(lambda: not any(entry["role"] == "guest" for entry in self.online()), "the server to be gone", interval=0.3)

    def test_an_unknown_ticket_is_refused_and_guessing_is_over_after_five(self):
        ticket = self.hub.ticket()
        for _ in range(5):
            self.assertTrue(self.registers("ID:1-00000").closed_within(10))
        self.assertTrue(self.registers(f"ID:{ticket}").closed_within(10))
        self.assertIn("Too many wrong tickets", self.hub.process.err)

    def test_the_secret_of_an_id_cannot_be_guessed(self):
        ticket = self.hub.ticket()
        older = self.registers(f"ID:{ticket};s3cret")
        self.await_joined(1)
        for guess in range(5):
            self.assertTrue(self.registers(f"ID:{ticket};{guess}").closed_within(10))
        self.assertTrue(self.registers(f"ID:{ticket};s3cret").closed_within(10))
        self.assertIn("Too many wrong tickets", self.hub.process.err)
        self.assertFalse(older.closed_within(0.3))

    def test_these_ports_leave_the_hubs_own_alone(self):
        for _ in range(300):
            with contextlib.suppress(OSError):
                self.peer(self.viewer_port, VERSION)
        self.assertTrue(self.hub.healthy())

    def test_the_hub_stops_at_once_and_cleanly_whoever_waits(self):
        ticket = self.hub.ticket()
        self.registers(f"ID:{ticket}")
        self.await_joined(1)
        made = json.loads(self.hub.admin("session", "pass", ticket, "--json"))
        viewer = self.peer(self.repeater_port, block(f"ID:{made['number']}"))
        viewer.hear(12)
        self.hub.await_session("asked")
        began = time.monotonic()
        self.assertEqual(0, self.hub.stop())
        self.assertLess(time.monotonic() - began, 5 * SLOW)

    def test_a_newer_registration_waits_for_the_older_unless_it_has_the_secret(self):
        ticket = self.hub.ticket()
        self.registers(f"ID:{ticket}")
        self.await_joined(1)
        began = time.monotonic()
        self.assertTrue(self.registers(f"ID:{ticket}").closed_within(20))
        self.assertGreaterEqual(time.monotonic() - began, 5)
        other = self.hub.ticket()
        older = self.registers(f"ID:{other};s3cret")
        self.await_joined(2)
        newer = self.registers(f"ID:{other};s3cret")
        self.assertTrue(older.closed_within(5))
        self.await_joined(3)
        self.assertTrue(self.registers(f"ID:{other}").closed_within(5))
        newer.close()
        wait_until(lambda: len([e for e in self.online() if e["role"] == "guest"]) == 1, "the newer one to be gone", interval=0.3)
        self.registers(f"ID:{other};s3cret")
        self.await_joined(4)
        self.assertNotIn("s3cret", self.hub.process.err)

    def test_a_server_comes_back_to_a_hub_that_was_started_anew(self):
        ticket = self.hub.ticket()
        self.registers(f"ID:{ticket};s3cret")
        wait_until(lambda: self.hub.rows("SELECT * FROM tickets WHERE assistance IS NOT NULL"), "the registration to be kept")
        self.hub.kill()
        self.hub.start()
        self.assertTrue(self.registers(f"ID:{ticket}").closed_within(10))
        self.registers(f"ID:{ticket};s3cret")
        self.await_joined(1)
        database = (self.hub.data / "pronto.db").read_bytes() + b"".join(path.read_bytes() for path in self.hub.data.glob("pronto.db-*"))
        self.assertNotIn(b"s3cret", database)

    def test_passes_come_from_the_hub_that_runs(self):
        with self.assertRaisesRegex(AssertionError, "is not online"):
            self.hub.admin("session", "pass", "NOBODY")
        with self.assertRaisesRegex(AssertionError, "no enabled operator"):
            self.hub.admin("session", "pass", "NOBODY", "--operator", "bert")
        ticket = self.hub.ticket()
        self.registers(f"ID:{ticket}")
        self.await_joined(1)
        text = self.hub.admin("session", "pass", ticket, "--view")
        self.assertRegex(text, r"password [0-9a-z]{8}\b")
        self.assertRegex(text, rf":{self.repeater_port}\s+ID:[1-9][0-9]{{8}}\b")
        status, made = self.hub.request("POST", "/api/v1/passes", {"target": ticket}, self.token())
        self.assertEqual((201, 8, 9), (status, len(made["pass"]), len(made["number"])))
        self.assertEqual(409, self.hub.request("POST", "/api/v1/passes", {"target": "1-00000"}, self.token())[0])
        self.assertEqual(400, self.hub.request("POST", "/api/v1/passes", {"target": ticket, "mode": "all"}, self.token())[0])
        self.assertEqual(401, self.hub.request("POST", "/api/v1/passes", {"target": ticket})[0])
        self.assertNotIn(made["pass"], self.hub.process.err)
        self.assertEqual(0o600, (self.hub.data / "hub.sock").stat().st_mode & 0o777)
        self.hub.stop()
        with self.assertRaisesRegex(AssertionError, "no hub runs"):
            self.hub.admin("session", "pass", ticket)

    def test_wrong_numbers_are_refused_in_words_and_limited(self):
        for _ in range(5):
            viewer = self.peer(self.repeater_port, block("ID:123456789"))
            self.assertEqual(b"RFB 000.000\n", viewer.hear(12))
            self.assertIn("This number is not known, or has expired", viewer.reason())
        viewer = self.peer(self.repeater_port, block("ID:123456789"))
        viewer.hear(12)
        self.assertIn("Wait ten minutes", viewer.reason())
        self.assertIn("Wait ten minutes", self.peer(self.viewer_port).reason())

    def test_mode_one_is_off(self):
        viewer = self.peer(self.repeater_port, block("127.0.0.1:22"))
        viewer.hear(12)
        self.assertIn("connects to no hosts by name", viewer.reason())


class ModeOneTest(StandardPortsTest):
    more_settings = 'mode1_allow = ["127.0.0.0/8:1-65535", "192.0.2.0/24:1-65535", "[::1]/128:1-65535"]'

    def test_never_to_loopback_nor_to_the_hub_itself(self):
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listening:
            port = listening.getsockname()[1]
            targets = [f"localhost::{port}", f"[::1]::{port}", f"[::ffff:127.0.0.1]::{port}", f"0.0.0.0::{port}", f"127.0.0.1::{self.hub.port}"]
            for target, said in [*((target, "may not connect") for target in targets), (f"127.0.0.1::{port}", "Too many calls")]:
                with self.subTest(target):
                    viewer = self.peer(self.repeater_port, block(target))
                    viewer.hear(12)
                    self.assertIn(said, viewer.reason())
            listening.settimeout(0.1)
            with self.assertRaises(TimeoutError):
                listening.accept()
        self.assertGreaterEqual(len(self.hub.rows("SELECT * FROM audit WHERE action = 'mode1.refuse'")), 5)


for name in [name for name in dir(StandardPortsTest) if name.startswith("test_")]:
    setattr(ModeOneTest, name, None)  # those of the class above run there


class ModeOneInANetworkOfItsOwn(StandardPortsTest):
    """192.0.2.1 is an address of this machine here and reachable from nowhere."""

    more_settings = 'mode1_allow = ["192.0.2.0/24:1-65535"]'

    def setUp(self):
        if os.environ.get("PRONTO_OWN_NETWORK"):
            super().setUp()
        else:
            ProntoTest.setUp(self)

    def test_a_viewer_is_connected_as_it_asks(self):
        if not os.environ.get("PRONTO_OWN_NETWORK"):
            if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode != 0:
                self.skipTest("this machine allows no network namespaces")
            inner = f"ip link set lo up && ip address add 192.0.2.1/32 dev lo && exec {sys.executable} -B {__file__} {self.id().split('.', 1)[1]}"
            done = subprocess.run(["unshare", "-rn", "sh", "-c", inner], capture_output=True, text=True, timeout=120 * SLOW,
                                  env={**os.environ, "PRONTO_OWN_NETWORK": "1"})
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
            return
        desktop = self.desktop()
        port = free_port()
        desktop.run("x11vnc", "x11vnc", "-display", desktop.display, "-rfbport", str(port), "-nopw", "-forever", "-quiet")

        def reached():
            with contextlib.suppress(OSError):
                return Peer(port, address="192.0.2.1").hear(12) == VERSION
            return False
        wait_until(reached, "x11vnc to listen")
        viewer = self.peer(self.repeater_port, block(f"192.0.2.1::{port}"))
        self.assertEqual(b"RFB 000.000\n", viewer.hear(12))
        self.assertEqual(VERSION, viewer.hear(12))
        viewer.say(VERSION)
        self.assertEqual(b"\x01\x01", viewer.hear(2))
        viewer.say(b"\x01")
        self.assertEqual(b"\0\0\0\0", viewer.hear(4))
        viewer.say(b"\x01")
        init = viewer.hear(4)
        self.assertEqual((800, 600), (int.from_bytes(init[:2], "big"), int.from_bytes(init[2:], "big")))
        viewer.close()
        wait_until(lambda: self.hub.rows("SELECT * FROM audit WHERE action = 'mode1.close'"), "the end in the audit log")
        own = self.peer(self.repeater_port, block(f"192.0.2.1::{self.hub.port}"))
        own.hear(12)
        self.assertIn("may not connect", own.reason())


for name in [name for name in dir(StandardPortsTest) if name.startswith("test_")]:
    setattr(ModeOneInANetworkOfItsOwn, name, None)


class PortsOffTest(ProntoTest):
    def test_without_encryption_nothing_opens_by_mistake(self):
        for key in ("repeater_port", "server_port"):
            with self.assertRaisesRegex(AssertionError, "allow_unencrypted"):
                self.start_hub(f"[standard]\n{key} = {free_port()}\n")
            self.hub = None
        with self.assertRaisesRegex(AssertionError, "mode1_allow"):
            self.start_hub(f'[standard]\nrepeater_port = {free_port()}\nallow_unencrypted = true\nmode1_allow = ["192.0.2.0/33:5900"]\n')
        self.hub = None


if __name__ == "__main__":
    unittest.main(verbosity=2)
