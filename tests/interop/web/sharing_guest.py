"""Peers by hand that last: pings are answered, and a guest shares a real VNC server in every stream it is offered."""

import json
import queue
import select
import socket
import threading

from page_support import Guest, open_stream

TURN_S = 0.02


def readable(connection, *others):
    """Of a by_hand.Connection and plain sockets, those with something to read, soon; TLS may hold some back."""
    if connection.held or connection.socket.pending():
        return [connection]
    ready = select.select([connection.socket, *others], [], [], TURN_S)[0]
    return [connection if one is connection.socket else one for one in ready]


class Attended:
    """A control channel with a thread of its own: `outbox` takes messages to be sent, `heard` has what came."""

    def __init__(self, control):
        self.control = control
        self.heard = queue.Queue()
        self.outbox = queue.Queue()
        self.stopping = threading.Event()
        self.threads = []
        self.start(self.serve)

    def start(self, work, *words):
        thread = threading.Thread(target=work, args=words)
        self.threads.append(thread)
        thread.start()

    def serve(self):
        while not self.stopping.is_set():
            while not self.outbox.empty():
                self.control.send_message(**self.outbox.get())
            if not readable(self.control):
                continue
            opcode, payload = self.control.frame()
            if opcode != 1:
                return
            self.obey(json.loads(payload))

    def obey(self, message):
        if message["type"] == "ping":
            self.control.send_message(type="pong")
        else:
            self.heard.put(message)

    def kill(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(20)
        self.control.close()


class SharingGuest(Attended):
    """`asked` has the questions that nobody has answered yet; a thread for each stream."""

    def __init__(self, hub, vnc_port):
        self.hub = hub
        self.vnc_port = vnc_port
        self.asked = queue.Queue()
        guest = Guest(hub, hub.ticket())
        self.peer = guest.peer
        super().__init__(guest)

    def answer(self, granted, message="", seconds=30):
        """To the next question; returns that."""
        ask = self.asked.get(timeout=seconds)
        self.outbox.put({"type": "session.answer", "id": 2, "session": ask["session"], "leg": ask["leg"], "granted": granted, "message": message})
        return ask

    def obey(self, message):
        if message["type"] == "session.ask":
            self.asked.put(message)
        elif message["type"] == "session.stream":
            self.start(self.share, open_stream(self.hub, message))
        else:
            super().obey(message)

    def share(self, stream):
        with socket.create_connection(("127.0.0.1", self.vnc_port)) as server:
            while not self.stopping.is_set():
                for end in readable(stream, server):
                    if end is server:
                        data = server.recv(65536)
                        stream.send(data)
                    else:
                        data, stream.held = stream.held or stream.socket.recv(65536), b""
                        server.sendall(data)
                    if not data:
                        return stream.close()
        stream.close()
