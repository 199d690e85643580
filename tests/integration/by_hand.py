"""Peers of the hub spoken by hand: the control channel of docs/protocol.md, streams, and RFB on both ends of one."""

import base64
import json
import os
import struct
import subprocess

import support  # noqa: F401  (finds tests/support)
from pronto import SLOW


class Connection:
    """A TLS connection with an HTTP upgrade on it."""

    def __init__(self, hub, path, headers):
        self.socket = hub.connect().sock
        self.socket.settimeout(20 * SLOW)
        lines = [f"GET {path} HTTP/1.1", "Host: hub", "Connection: Upgrade", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.held = b""
        self.head = self.until(b"\r\n\r\n").decode()
        self.status = int(self.head.split()[1])

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError("the hub closed the connection")
        self.held += got

    def until(self, mark):
        while mark not in self.held:
            self.more()
        taken, self.held = self.held.split(mark, 1)
        return taken + mark

    def exactly(self, count):
        while len(self.held) < count:
            self.more()
        taken, self.held = self.held[:count], self.held[count:]
        return taken

    send = property(lambda self: self.socket.sendall)

    def close(self):
        self.socket.close()


class WebSocket(Connection):
    """RFC 6455, as much as a test needs."""

    def __init__(self, hub, path, *headers):
        key = base64.b64encode(os.urandom(16)).decode()
        super().__init__(hub, path, ["Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers])
        self.stream = b""

    def send_frame(self, payload, opcode):
        if len(payload) < 126:
            length = bytes([len(payload)])
        elif len(payload) < 65536:
            length = struct.pack(">BH", 126, len(payload))
        else:
            length = struct.pack(">BQ", 127, len(payload))
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.send(bytes([0x80 | opcode, 0x80 | length[0]]) + length[1:] + mask + masked)

    def frame(self):
        """(opcode, payload)"""
        head = self.exactly(2)
        length = head[1] & 127
        if length == 126:
            length = struct.unpack(">H", self.exactly(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.exactly(8))[0]
        return head[0] & 15, self.exactly(length)

    def stream_bytes(self, count):
        while len(self.stream) < count:
            opcode, payload = self.frame()
            if opcode not in (0, 2):
                raise EOFError(f"the stream ended with opcode {opcode}")
            self.stream += payload
        taken, self.stream = self.stream[:count], self.stream[count:]
        return taken


class Control(WebSocket):
    def send_message(self, **message):
        self.send_frame(json.dumps(message).encode(), 1)

    def wait_for(self, kind):
        while True:
            opcode, payload = self.frame()
            if opcode != 1:
                raise EOFError(f"the control channel ended with opcode {opcode}: {payload}")
            message = json.loads(payload)
            if message["type"] == "ping":
                self.send_message(type="pong")
            elif message["type"] == kind:
                return message
            elif message["type"] == "error":
                raise AssertionError(message)

    def wait_for_state(self, state):
        while self.wait_for("session.state")["state"] != state:
            pass


class Key:
    """A guest's key, Ed25519 by the openssl program."""

    def __init__(self, folder):
        self.file = folder / "guest-key.pem"
        self.openssl("genpkey", "-algorithm", "ED25519", "-out", self.file)
        self.public = self.openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")[-32:].hex()

    def prove(self, token):
        message = self.file.with_name("guest-statement")
        message.write_text(f"pronto resume {token}")
        return self.openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", message).hex()

    @staticmethod
    def openssl(*words):
        return subprocess.run(["openssl", *map(str, words)], capture_output=True, check=True).stdout


class Guest(Control):
    """A guest with a ticket, online; with a key it may come back."""

    def __init__(self, hub, ticket="", key=None, **more):
        super().__init__(hub, "/api/v1/control")
        self.hub = hub
        if ticket:
            more["ticket"] = ticket
            more.update({"key": key.public} if key else {})
        self.send_message(type="hello", id=1, protocol=1, role="guest", software="test", host_name="netceck", user="", system="", **more)
        self.welcome = self.wait_for("welcome")
        self.peer = self.welcome["peer"]

    @classmethod
    def back(cls, hub, key, token, *sessions):
        return cls(hub, resume=token, proof=key.prove(token), sessions=sessions)

    def agree(self):
        """The session.stream message after the answer to the next question."""
        ask = self.wait_for("session.ask")
        self.send_message(type="session.answer", id=2, session=ask["session"], granted=True)
        return self.wait_for("session.stream")


class Operator(Control):
    """Anybody who is logged in, online."""

    def __init__(self, hub, user="admin", password=None, token=None, sessions=()):
        self.hub = hub
        self.token = token or self.log_in(hub, user, password)
        super().__init__(hub, "/api/v1/control", f"Authorization: Bearer {self.token}")
        self.send_message(type="hello", id=1, protocol=1, role="operator", software="test", host_name="test", user="", system="",
                          sessions=list(sessions))
        self.wait_for("welcome")

    @staticmethod
    def log_in(hub, user, password):
        password = password or hub.password_file.read_text().strip()
        status, body = hub.request("POST", "/api/v1/login", {"user": user, "password": password})
        if status != 200:
            raise AssertionError(body)
        return body["token"]

    def request(self, guest, mode="control"):
        self.send_message(type="session.request", id=2, target=guest.peer, mode=mode)

    def rest(self, method, path, body=None):
        return self.hub.request(method, path, body, {"Authorization": f"Bearer {self.token}"})


def open_stream(hub, grant):
    path = f"/api/v1/sessions/{grant['session']}/streams/{grant['stream']}"
    stream = Connection(hub, path, ["Upgrade: pronto-stream", f"Authorization: Bearer {grant['token']}"])
    if stream.status != 101:
        raise AssertionError(stream.head)
    return stream


PIXEL_FORMAT = struct.pack(">BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)


def serve_handshake(stream, width=4, height=4):
    """RFB 3.8 as a host speaks it, up to its ServerInit."""
    stream.send(b"RFB 003.008\n")
    stream.exactly(12)
    stream.send(b"\x01\x01")
    stream.exactly(1)
    stream.send(b"\0\0\0\0")
    stream.exactly(1)
    stream.send(struct.pack(">HH", width, height) + PIXEL_FORMAT + struct.pack(">I", 4) + b"desk")


def view_handshake(stream):
    """RFB 3.8 as a viewer speaks it, up to the host's ServerInit. Returns (width, height)."""
    stream.exactly(12)
    stream.send(b"RFB 003.008\n")
    stream.exactly(stream.exactly(1)[0])
    stream.send(b"\x01")
    stream.exactly(4)
    stream.send(b"\x01")
    size = struct.unpack(">HH", stream.exactly(4))
    stream.exactly(16)
    stream.exactly(struct.unpack(">I", stream.exactly(4))[0])
    return size


class Session:
    """A guest and an operator by hand with a running session; `host` and `viewer` are its streams behind their handshakes."""

    def __init__(self, hub, mode="control", key=None, **account):
        self.operator = Operator(hub, **account)
        self.guest = Guest(hub, hub.ticket(), key)
        self.operator.request(self.guest, mode)
        host_grant = self.guest.agree()
        self.id = host_grant["session"]
        self.open(hub, host_grant, self.operator.wait_for("session.stream"))

    def open(self, hub, host_grant, viewer_grant):
        self.host = open_stream(hub, host_grant)
        self.viewer = open_stream(hub, viewer_grant)
        serve_handshake(self.host)
        view_handshake(self.viewer)
        self.operator.wait_for_state("streaming")

    def close(self):
        for end in (self.host, self.viewer, self.guest, self.operator):
            end.close()
