"""A line to the hub that can be cut and mended: a forwarder over loopback that knows nothing of what it carries."""

import contextlib
import socket
import threading


class Line:
    """Forwards `address` (host:port) to a port until it is cut: then every connection is gone, and nobody answers at `address`."""

    def __init__(self, port):
        self.target = port
        self.pairs = set()
        self.lock = threading.Lock()
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.listener = None
        self.mend()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def mend(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def cut(self):
        listener, self.listener = self.listener, None
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self.lock:
            pairs, self.pairs = self.pairs, set()
        for end in (end for pair in pairs for end in pair):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def kill(self):
        self.cut()

    def accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                near = listener.accept()[0]
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    near.close()
                    continue
                with self.lock:
                    alive = self.listener is listener
                    if alive:
                        self.pairs.add((near, far))
                if not alive:
                    near.close()
                    far.close()
                    return
                for source, to in ((near, far), (far, near)):
                    threading.Thread(target=self.carry, args=(source, to), daemon=True).start()

    @staticmethod
    def carry(source, to):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                to.sendall(data)
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
