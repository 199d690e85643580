#!/usr/bin/env python3
"""The bad network that other tests rely on is as bad as it says. Tolerances are wide: this measures a program on a busy machine."""

import contextlib
import socket
import threading
import time
import unittest

import support  # noqa: F401  (finds pronto)
from network import Impair, ImpairedPort, Namespace, may_have_namespaces
from pronto import ProntoTest, SLOW


def echo(listener):
    """Sends back what comes, for every connection, until the listener closes."""
    def one(peer):
        with contextlib.suppress(OSError), peer:
            while data := peer.recv(65536):
                peer.sendall(data)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=one, args=(peer,), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


def round_trip(peer):
    began = time.monotonic()
    peer.sendall(b"x")
    if peer.recv(1) != b"x":
        raise AssertionError("the echo closed")
    return time.monotonic() - began


def echoed_per_second(peer, count):
    """Bits a second of so many bytes, there and back. The clock starts before the first is sent: bytes that came while this
    process was not running then never look faster than they were."""
    began = time.monotonic()
    sender = threading.Thread(target=peer.sendall, args=(bytes(count),))
    sender.start()
    got = 0
    while got < count:
        got += len(peer.recv(65536))
    took = time.monotonic() - began
    sender.join()
    return got * 8 / took


class ImpairTest(ProntoTest):
    def packets(self):
        """(link, a connection over it to an echo)"""
        if not may_have_namespaces():
            self.skipTest("network namespaces are not permitted here")
        left = self.started_thing(Namespace("left"))
        right = self.started_thing(Namespace("right"))
        link = self.started_thing(Impair(self.folder, left, right, "10.77.1", "test"))
        with right.entered():
            listener = socket.create_server((link.right_address, 0))
        self.addCleanup(listener.close)
        echo(listener)
        with left.entered():
            peer = socket.create_connection(listener.getsockname(), 30 * SLOW)
        self.addCleanup(peer.close)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link, peer

    def stream(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        echo(listener)
        link = self.started_thing(ImpairedPort(self.folder, listener.getsockname()[1]))
        peer = socket.create_connection(("127.0.0.1", link.port), 30 * SLOW)
        self.addCleanup(peer.close)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link, peer

    def check_delay(self, link, peer):
        round_trip(peer)
        link.set(delay=100)
        trips = sorted(round_trip(peer) for _ in range(5))
        self.assertGreaterEqual(trips[0], 0.2)
        self.assertLess(trips[2], 0.2 + 0.1 * SLOW)
        link.set_left(delay=0)
        self.assertLess(min(round_trip(peer) for _ in range(5)), 0.2)

    def check_rate(self, link, peer):
        link.set_right(rate=2_000_000)
        rate = echoed_per_second(peer, 600_000)
        self.assertGreater(rate, 2_000_000 * (0.8 if SLOW == 1 else 0.5))
        self.assertLess(rate, 2_000_000 * 1.1)

    def check_stall(self, link, peer, word):
        round_trip(peer)
        link.set(**{word: 2})
        began = time.monotonic()
        round_trip(peer)
        self.assertGreaterEqual(time.monotonic() - began, 1.9)

    def test_packets_take_as_long_as_they_are_told_to(self):
        self.check_delay(*self.packets())

    def test_packets_pass_no_faster_than_the_rate(self):
        self.check_rate(*self.packets())

    def test_packets_wait_in_a_stall_and_are_lost_in_an_outage(self):
        link, peer = self.packets()
        self.check_stall(link, peer, "stall")
        self.assertEqual(0, link.counters()["left"]["lost"])
        self.check_stall(link, peer, "outage")
        self.assertGreater(link.counters()["left"]["lost"], 0)

    def test_lost_packets_are_sent_again_by_tcp(self):
        link, peer = self.packets()
        link.set(loss=5)
        echoed_per_second(peer, 2_000_000)
        counters = link.counters()["right"]
        self.assertGreater(counters["lost"] / counters["packets"], 0.02)
        self.assertLess(counters["lost"] / counters["packets"], 0.09)
        self.assertGreater(counters["tcp_payload"], 2_000_000 * 1.02, "what was lost came once more")

    def test_the_link_carries_more_than_any_test_asks_for(self):
        _, peer = self.packets()
        rate = echoed_per_second(peer, 20_000_000)
        self.assertGreater(rate, 60_000_000 / SLOW)

    def test_an_address_can_be_exchanged(self):
        link, peer = self.packets()
        link.left.ip("address", "del", "10.77.1.1/24", "dev", "test")
        link.left.ip("address", "add", "10.77.1.7/24", "dev", "test")
        with link.left.entered(), contextlib.closing(socket.create_connection(peer.getpeername(), 20 * SLOW)) as again:
            self.assertEqual("10.77.1.7", again.getsockname()[0])
            round_trip(again)

    def test_a_link_and_its_namespaces_go_with_their_processes(self):
        link, _ = self.packets()
        link.stop()
        self.assertNotIn("test", link.left.run("ip", "-br", "link"))

    def test_a_stream_takes_as_long_as_it_is_told_to(self):
        self.check_delay(*self.stream())

    def test_a_stream_passes_no_faster_than_the_rate(self):
        self.check_rate(*self.stream())

    def test_a_stream_waits_in_an_outage_and_nothing_of_it_can_be_lost(self):
        link, peer = self.stream()
        self.check_stall(link, peer, "outage")
        with self.assertRaisesRegex(AssertionError, "no packets to lose"):
            link.set(loss=5)

    def test_an_end_passes_behind_the_bytes_before_it(self):
        link, peer = self.stream()
        link.set(delay=50)
        peer.sendall(b"last words")
        peer.shutdown(socket.SHUT_WR)
        got = b""
        while more := peer.recv(100):
            got += more
        self.assertEqual(b"last words", got)


if __name__ == "__main__":
    unittest.main(verbosity=2)
