"""A guest by hand, as far as the control channel goes, that shares a real VNC server in every stream it is offered."""

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


class SharingGuest:
    """`asked` has the questions that nobody has answered yet, `heard` all other messages; one thread for the channel, one a stream."""

    def __init__(self, hub, vnc_port):
        self.hub = hub
        self.vnc_port = vnc_port
        self.asked = queue.Queue()
        self.heard = queue.Queue()
        self.outbox = queue.Queue()
        self.stopping = threading.Event()
        self.guest = Guest(hub, hub.ticket())
        self.peer = self.guest.peer
        self.threads = []
        self.start(self.serve)

    def start(self, work, *words):
        thread = threading.Thread(target=work, args=words)
        self.threads.append(thread)
        thread.start()

    def answer(self, granted, message="", seconds=30):
        """To the next question; returns that."""
        ask = self.asked.get(timeout=seconds)
        self.outbox.put({"type": "session.answer", "id": 2, "session": ask["session"], "leg": ask["leg"], "granted": granted, "message": message})
        return ask

    def serve(self):
        while not self.stopping.is_set():
            while not self.outbox.empty():
                self.guest.send_message(**self.outbox.get())
            if not readable(self.guest):
                continue
            opcode, payload = self.guest.frame()
            if opcode != 1:
                return
            self.obey(json.loads(payload))

    def obey(self, message):
        if message["type"] == "ping":
            self.guest.send_message(type="pong")
        elif message["type"] == "session.ask":
            self.asked.put(message)
        elif message["type"] == "session.stream":
            self.start(self.share, open_stream(self.hub, message))
        else:
            self.heard.put(message)

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

    def kill(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(20)
        self.guest.close()
