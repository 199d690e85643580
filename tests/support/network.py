"""Networks of a test's own: namespaces, and bad links between them (tests/support/impair).

Both live as long as their process, which ends with the test's: nothing stays behind, not even after SIGKILL.
"""

import contextlib
import copy
import ctypes
import json
import os
import re
import select
import subprocess
import sys

from pronto import Agent, Hub, Process, SLOW, Viewer, program

CLONE_NEWNET = 0x40000000


def may_have_namespaces():
    """Whether this user may make network namespaces and TUN devices."""
    return (os.path.exists("/dev/net/tun")
            and subprocess.run(["unshare", "--net", "true"], capture_output=True, timeout=20).returncode == 0)


def need_namespaces():
    """Ends a test program that can do nothing without them, as one that was skipped."""
    if not may_have_namespaces():
        print("network namespaces are not permitted here")
        sys.exit(77)


def libc_setns(descriptor):
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Namespace:
    """A network namespace with nothing in it but a loopback."""

    def __init__(self, name):
        self.name = name
        # cat ends with our end of its pipe, and the namespace with cat.
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "up\n":
            raise AssertionError(f"no network namespace for {name}")
        self.file = f"/proc/{self.holder.pid}/ns/net"

    def ip(self, *words):
        """Runs ip(8) in it."""
        self.run("ip", *words)

    def run(self, *command):
        done = subprocess.run(["nsenter", f"--net={self.file}", *command], capture_output=True, text=True, timeout=30 * SLOW)
        if done.returncode != 0:
            raise AssertionError(f"{self.name}: {' '.join(command)}: {done.stderr}")
        return done.stdout

    @contextlib.contextmanager
    def entered(self):
        """Sockets opened and processes started within belong to the namespace (of this thread only)."""
        with open("/proc/thread-self/ns/net") as before, open(self.file) as inside:
            libc_setns(inside.fileno())
            try:
                yield self
            finally:
                libc_setns(before.fileno())

    def process(self, name, command, folder, env=None):
        with self.entered():
            return Process(name, command, folder, env)

    def kill(self):
        self.holder.stdin.close()
        self.holder.stdout.close()
        self.holder.wait(30 * SLOW)


class Impairer:
    """The program behind a link; its words are in tests/support/impair/control.hpp."""

    def __init__(self, folder, *words):
        self.err = open(folder / "impair.err", "ab")
        self.popen = subprocess.Popen([program("impair"), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.err, text=True)
        self.hello = self.answer()

    def answer(self):
        ready, _, _ = select.select([self.popen.stdout], [], [], 20 * SLOW)
        line = self.popen.stdout.readline().strip() if ready else ""
        if not line:
            raise AssertionError(f"the impairer says nothing; exit code {self.popen.poll()}")
        return line

    def set(self, **conditions):
        """Of both directions: set(delay=75, rate=2_000_000), in ms, percent, bits a second, seconds."""
        self.tell("", conditions)

    def set_left(self, **conditions):
        """Of what the left side sends."""
        self.tell("left ", conditions)

    def set_right(self, **conditions):
        self.tell("right ", conditions)

    def tell(self, side, conditions):
        for word, value in conditions.items():
            self.ask(f"{side}{word} {value}")

    def ask(self, line):
        print(line, file=self.popen.stdin, flush=True)
        answer = self.answer()
        if answer.startswith("error"):
            raise AssertionError(f"{line}: {answer}")
        return answer

    def counters(self):
        """{"left": {packets, bytes, tcp_payload, lost, overflowed}, "right": ...}, by who sent."""
        return json.loads(self.ask("counters"))

    def kill(self):
        self.popen.stdin.close()
        self.popen.wait(30 * SLOW)
        self.popen.stdout.close()
        self.err.close()

    stop = kill


class Impair(Impairer):
    """A link of IP packets between two namespaces: a TUN device of the same name in each. What is lost here TCP must send
    again. `net`: the first three bytes of the link's addresses; left has .1, right .2."""

    def __init__(self, folder, left, right, net, name):
        self.left, self.right, self.name = left, right, name
        self.left_address, self.right_address = f"{net}.1", f"{net}.2"
        super().__init__(folder, "tun", f"{left.file}={name}", f"{right.file}={name}")
        for side, address in ((left, self.left_address), (right, self.right_address)):
            side.ip("address", "add", f"{address}/24", "dev", name)
            side.ip("link", "set", name, "up")

    lossless = False


class ImpairedPort(Impairer):
    """The same for TCP connections to a port of 127.0.0.1, where namespaces are not permitted: delay, rate and stalls, but
    no losses, and an outage is a stall. Dial `port`; who dials is the left."""

    def __init__(self, folder, port):
        super().__init__(folder, "tcp", "127.0.0.1", str(port))
        self.port = int(re.fullmatch(r"port (\d+)", self.hello).group(1))

    lossless = True


class FarHub(Hub):
    """A hub in a namespace. Its own address is for the test, which enters; `seen_at(address)` is the hub for whoever dials there."""

    def __init__(self, folder, settings, namespace):
        super().__init__(folder, settings)
        self.namespace = namespace
        self.host = "127.0.0.1"

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def seen_at(self, address):
        seen = copy.copy(self)
        seen.host = address
        return seen

    def start(self):
        with self.namespace.entered():
            return super().start()

    def connect(self):
        with self.namespace.entered():
            return super().connect()

    def ticket(self):
        with self.namespace.entered():
            return super().ticket()


class FarApart:
    """Guest, hub and operator in namespaces of their own; a link each from guest and operator to the hub, where the program's
    side is the left one. TCP is reno: what this machine's default is (bbr hides losses) must not decide, and a namespace may have no other."""

    def __init__(self, folder, settings=""):
        self.folder = folder
        self.started = []
        try:
            self.guest, self.hub_space, self.operator = (self.keep(Namespace(name)) for name in ("guest", "hub", "operator"))
            for space in (self.guest, self.hub_space, self.operator):
                space.run("sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno")
            self.guest_link = self.keep(Impair(folder, self.guest, self.hub_space, "10.77.1", "guest"))
            self.operator_link = self.keep(Impair(folder, self.operator, self.hub_space, "10.77.2", "operator"))
        except BaseException:
            self.kill()
            raise
        self.hub = FarHub(folder, settings, self.hub_space)

    def keep(self, thing):
        self.started.append(thing)
        return thing

    def agent(self, desktop, ticket, *options, **more):
        with self.guest.entered():
            return Agent(self.hub.seen_at(self.guest_link.right_address), desktop, ticket, *options, **more)

    def viewer(self, guest, *words, **more):
        with self.operator.entered():
            return Viewer(self.hub.seen_at(self.operator_link.right_address), guest, *words, **more)

    def kill(self):
        for thing in reversed(self.started):
            thing.kill()
        self.started.clear()
