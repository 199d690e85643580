#!/usr/bin/env python3
"""The hub's control channel and a stream, spoken by hand: the raw upgrade and the WebSocket of browsers carry the same RFB."""

import struct
import unittest

from by_hand import Connection, Control, WebSocket
from pronto import ProntoTest, wait_until


def see_a_picture(test, read, write):
    """RFB 3.8 as a viewer speaks it, up to the first FramebufferUpdate with a rectangle in Raw."""
    test.assertEqual(read(12), b"RFB 003.008\n")
    write(b"RFB 003.008\n")
    test.assertEqual(read(read(1)[0]), b"\x01")
    write(b"\x01")
    test.assertEqual(read(4), b"\0\0\0\0")
    write(b"\x01")
    width, height = struct.unpack(">HH", read(4))
    read(16)
    read(struct.unpack(">I", read(4))[0])
    write(struct.pack(">BxHi", 2, 1, 0))
    write(struct.pack(">BBHHHH", 3, 0, 0, 0, width, height))
    kind, rectangles = struct.unpack(">BxH", read(4))
    test.assertEqual(kind, 0)
    test.assertGreater(rectangles, 0)
    x, y, w, h, encoding = struct.unpack(">HHHHi", read(12))
    test.assertEqual(encoding, 0)
    test.assertEqual(len(read(w * h * 4)), w * h * 4)
    test.assertLessEqual((x + w, y + h), (width, height))


class WebSocketTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()
        self.guest = self.agent(self.desktop(), self.hub.ticket(), "--accept")
        password = self.hub.password_file.read_text().strip()
        status, body = self.hub.request("POST", "/api/v1/login", {"user": "admin", "password": password})
        self.assertEqual(status, 200, body)
        self.bearer = f"Authorization: Bearer {body['token']}"
        self.control = Control(self.hub, "/api/v1/control", self.bearer)
        self.assertEqual(self.control.status, 101, self.control.head)
        self.control.send_message(type="hello", id=1, protocol=1, role="operator", software="test", host_name="test", user="", system="")
        self.control.wait_for("welcome")

    def tearDown(self):
        self.control.close()
        super().tearDown()

    def grant(self):
        """The session.stream message of a session that the guest agreed to."""
        def guest():
            online = self.hub.request("GET", "/api/v1/online", headers={"Authorization": self.bearer.split(": ", 1)[1]})[1]
            return next((entry for entry in online["entries"] if entry["role"] == "guest"), None)
        self.control.send_message(type="session.request", id=2, target=wait_until(guest, "the guest")["peer"], mode="view")
        return self.control.wait_for("session.stream")

    def path(self, grant):
        return f"/api/v1/sessions/{grant['session']}/streams/{grant['stream']}"

    def test_a_websocket_stream_carries_the_picture(self):
        grant = self.grant()
        stream = WebSocket(self.hub, self.path(grant), f"Sec-WebSocket-Protocol: pronto, token.{grant['token']}")
        self.assertEqual(stream.status, 101, stream.head)
        self.assertIn("Sec-WebSocket-Protocol: pronto\r\n", stream.head)
        see_a_picture(self, stream.stream_bytes, lambda data: stream.send_frame(data, 2))
        self.control.send_message(type="session.end", session=grant["session"])
        self.assertEqual(self.control.wait_for("session.ended")["reason"], "operator")
        stream.close()

    def test_a_raw_stream_carries_the_same(self):
        grant = self.grant()
        stream = Connection(self.hub, self.path(grant), ["Upgrade: pronto-stream", f"Authorization: Bearer {grant['token']}"])
        self.assertEqual(stream.status, 101, stream.head)
        see_a_picture(self, stream.exactly, stream.send)
        stream.close()
        self.assertEqual(self.control.wait_for("session.ended")["reason"], "drop")

    def test_a_token_opens_one_stream_once(self):
        grant = self.grant()
        first = Connection(self.hub, self.path(grant), ["Upgrade: pronto-stream", f"Authorization: Bearer {grant['token']}"])
        self.assertEqual(first.status, 101)
        again = Connection(self.hub, self.path(grant), ["Upgrade: pronto-stream", f"Authorization: Bearer {grant['token']}"])
        self.assertEqual(again.status, 401, again.head)
        again.close()
        see_a_picture(self, first.exactly, first.send)
        first.close()

    def test_a_browser_brings_its_token_as_a_subprotocol(self):
        token = self.bearer.removeprefix("Authorization: Bearer ")
        for role in ("viewer", "operator"):
            channel = Control(self.hub, "/api/v1/control", f"Sec-WebSocket-Protocol: pronto, token.{token}")
            self.assertEqual(channel.status, 101, channel.head)
            self.assertIn("Sec-WebSocket-Protocol: pronto\r\n", channel.head)
            self.assertNotIn(token, channel.head)
            channel.send_message(type="hello", id=1, protocol=1, role=role, software="test", host_name="", user="", system="")
            self.assertEqual(channel.wait_for("welcome")["name"], "admin")
            channel.close()

    def test_a_wrong_token_is_refused_and_none_makes_no_operator(self):
        wrong = Control(self.hub, "/api/v1/control", "Sec-WebSocket-Protocol: pronto, token." + "a" * 43)
        self.assertEqual(wrong.status, 401, wrong.head)
        wrong.close()
        for role in ("viewer", "operator"):
            nobody = Control(self.hub, "/api/v1/control", "Sec-WebSocket-Protocol: pronto")
            self.assertEqual(nobody.status, 101, nobody.head)
            nobody.send_message(type="hello", id=1, protocol=1, role=role, software="test", host_name="", user="", system="")
            with self.assertRaisesRegex(AssertionError, "unauthorized"):
                nobody.wait_for("welcome")
            nobody.close()

    def test_a_page_of_another_site_gets_no_control_channel(self):
        foreign = Control(self.hub, "/api/v1/control", "Origin: https://elsewhere.example")
        self.assertEqual(foreign.status, 403, foreign.head)
        foreign.close()


if __name__ == "__main__":
    unittest.main()
