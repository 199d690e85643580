#!/usr/bin/env python3
"""Peers that do not keep to the protocol beside a session that must not feel them."""

import os
import random
import socket
import ssl
import time
import unittest

import support  # noqa: F401  (finds pronto)
from pronto import Process, ProntoTest, program, wait_until

SILENT = 200


class AbuseTest(ProntoTest):
    hub_settings = "[limits]\nsilent_seconds = 5\n"

    def setUp(self):
        super().setUp()
        self.start_hub()
        self.sockets = []

    def tearDown(self):
        for connection in self.sockets:
            connection.close()
        super().tearDown()

    def plain(self):
        connection = socket.create_connection(("127.0.0.1", self.hub.port), 10)
        connection.settimeout(20)
        self.sockets.append(connection)
        return connection

    def tls(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = context.wrap_socket(self.plain())
        self.sockets.append(connection)
        return connection

    def cut(self, connection):
        """Whether the hub closes, at once or at its deadline."""
        try:
            while connection.recv(65536):
                pass
        except (ConnectionError, ssl.SSLError):
            pass
        except TimeoutError:
            return False
        return True

    def whole_session(self, name="session"):
        desktop = self.desktop(name)
        ticket = self.hub.ticket()
        self.agent(desktop, ticket, "--accept", name=f"agent-{name}")
        return self.viewer(ticket, "--end", name=f"viewer-{name}").result()

    def test_a_second_hub_on_the_same_data_is_refused_and_harms_nothing(self):
        second = self.started_thing(Process("hub-second", [program("pronto-repeater"), "serve", "--data", str(self.hub.data), "--port", "0"],
                                            self.folder))
        self.assertEqual(1, second.wait())
        self.assertIn("another hub is running", second.err)
        self.assertTrue(self.hub.healthy())

    def test_garbage_on_the_port_is_cut_and_harms_nobody(self):
        noise = random.Random(7)
        pieces = [b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n", b"RFB 003.008\n", b"\x16\x03\x01\xff\xff", b"\x00", noise.randbytes(70000)]
        for piece in pieces:
            connection = self.plain()
            try:
                connection.sendall(piece)
            except ConnectionError:
                pass
            self.assertTrue(self.cut(connection), f"not cut after {piece[:20]!r}")
        self.assertTrue(self.hub.process.running())
        self.assertTrue(self.whole_session()["ok"])

    def test_garbage_inside_tls_is_refused_and_harms_nobody(self):
        noise = random.Random(8)
        pieces = [b"BREW /coffee\r\n\r\n", b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
                  b"POST /api/v1/login HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
                  b"POST /api/v1/login HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\n{[}",
                  b"GET /api/v1/sessions/../../streams/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: pronto-stream\r\n\r\n",
                  noise.randbytes(70000)]
        for piece in pieces:
            connection = self.tls()
            try:
                connection.sendall(piece)
            except (ConnectionError, ssl.SSLError):
                pass
            self.assertTrue(self.cut(connection), f"not cut after {piece[:40]!r}")
        self.assertTrue(self.hub.process.running())
        self.assertEqual(200, self.hub.request("GET", "/healthz")[0])

    def test_silent_connections_delay_nobody_and_are_cut(self):
        silent = [self.plain() for _ in range(SILENT)]
        half = [self.plain() for _ in range(20)]
        for connection in half:
            connection.sendall(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a TLS handshake
        began = time.monotonic()
        result = self.whole_session()
        self.assertTrue(result["ok"], result)
        self.assertLess(result["first_picture_ms"], 5000)
        self.assertTrue(all(self.cut(connection) for connection in silent + half))
        self.assertLess(time.monotonic() - began, 60)

    def test_a_channel_that_says_nothing_after_its_upgrade_is_cut(self):
        connection = self.tls()
        connection.sendall(b"GET /api/v1/control HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        connection.settimeout(30)
        self.assertTrue(self.cut(connection))

    def test_a_stream_without_a_token_is_refused(self):
        for header in ("", "Authorization: Bearer " + "A" * 43 + "\r\n"):
            connection = self.tls()
            connection.sendall((f"GET /api/v1/sessions/1-0011223344556677/streams/screen.1.1 HTTP/1.1\r\nHost: h\r\n"
                                f"Connection: Upgrade\r\nUpgrade: pronto-stream\r\n{header}\r\n").encode())
            answer = connection.recv(4096)
            self.assertRegex(answer.decode(), r"^HTTP/1.1 401 ")


class SecretsTest(ProntoTest):
    hub_settings = '[log]\nlevel = "debug"\n'

    def test_a_password_a_ticket_token_and_what_is_typed_are_nowhere_on_disk_or_in_logs(self):
        hub = self.start_hub()
        planted = "planted-Pa55word-9c41"
        typed = "typed-secret-5d20"
        copied = "copied-secret-77ab"
        password_file = self.folder / "planted"
        password_file.write_text(planted + "\n")
        hub.admin("user", "add", "anna", "--password-file", str(password_file))
        desktop = self.desktop()
        desktop.terminal("stty -echo; read line; touch arrived; exec sleep 1000")
        ticket = hub.ticket()
        agent = self.agent(desktop, ticket, "--accept", "--verbose")
        viewer = self.viewer(ticket, "--verbose", "--wait-still", "300", "--move", "100,100", "--type", typed, "--key", "Return",
                             "--clipboard", copied, "--wait-still", "300", user="anna", password_file=password_file)
        result = viewer.result()
        self.assertTrue(result["ok"], result)
        wait_until(lambda: (self.folder / "arrived").exists(), "what was typed to arrive")
        wrong = self.viewer("any", user="anna", password_file=self.wrong_password_file(), name="wrong").result()
        self.assertEqual("wrong_password", wrong["error"]["code"])
        agent.terminate()
        self.assertEqual(0, hub.stop())
        self.assertNotEqual([], self.files_with(result["session"], set()), "the search finds nothing at all")
        for secret in (planted, typed, copied, "wrong-Pa55word-1e07"):
            self.assertEqual([], self.files_with(secret, {password_file, self.wrong_password_file()}))

    def wrong_password_file(self):
        path = self.folder / "wrong-password"
        path.write_text("wrong-Pa55word-1e07\n")
        return path

    def files_with(self, secret, but):
        found = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = self.folder / folder / name
                if path not in but and path.is_file() and secret.encode() in path.read_bytes():
                    found.append(str(path))
        return found


if __name__ == "__main__":
    unittest.main(verbosity=2)
