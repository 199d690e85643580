#!/usr/bin/env python3
"""tests/bench/run standard: what waiting VNC servers cost the hub, and whether silent peers delay anybody.

The VNC programs are played by sockets of this process, so that thousands fit; that the hub gets on with real ones is for
tests/interop. A pairing is: a viewer dials the repeater's port with a one-time number, the hub asks the waiting server, and both
RFB handshakes run until the viewer has its ServerInit. Pairings with and without silent sockets take turns.
"""

import argparse
import contextlib
import json
import os
import pathlib
import resource
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "support"))

BLOCK = 250
VERSION = b"RFB 003.008\n"
SERVER_INIT = struct.pack(">HH", 640, 480) + bytes([32, 24, 0, 1]) + struct.pack(">HHH", 255, 255, 255) + bytes([16, 8, 0, 0, 0, 0]) + struct.pack(">I", 4) + b"test"
IDLE_SECONDS = 20


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def hear(peer, count):
    got = b""
    while len(got) < count:
        more = peer.recv(count - len(got))
        if not more:
            raise RuntimeError(f"the hub closed after {got!r}")
        got += more
    return got


def reset(peer):
    """Closed so that no port of this machine stays taken for a minute."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


class Stage:
    """A hub with its three ports, and whoever waits there."""

    def __init__(self, folder):
        import pronto
        self.ports = {name: free_port() for name in ("viewer", "repeater", "server")}
        self.hub = pronto.Hub(folder, "".join(f"standard.{name}_port = {port}\n" for name, port in self.ports.items()) + """
standard.allow_unencrypted = true
recording.enabled = false
log.level = "warning"
limits.connections_per_address = 100000
limits.connections_together = 100000
limits.tickets_per_operator = 100000
limits.silent_seconds = 120
""")
        self.hub.start()
        self.api = self.hub.connect()
        password = self.hub.password_file.read_text().strip()
        self.token = self.ask("/api/v1/login", {"user": "admin", "password": password})["token"]

    def ask(self, path, body=None):
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        self.api.request("POST", path, json.dumps(body) if body is not None else None, headers)
        answer = self.api.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {text}")
        return json.loads(text)

    def register(self):
        """(a server's socket, its ticket)"""
        ticket = self.ask("/api/v1/tickets")["ticket"]
        server = socket.create_connection(("127.0.0.1", self.ports["server"]))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.sendall(f"ID:{ticket}".encode().ljust(BLOCK, b"\0") + VERSION)
        return server, ticket

    def number(self, ticket, seconds=30):
        """A one-time number, once the server is online."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.ask("/api/v1/passes", {"target": ticket})["number"]
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def pair(self, server, number):
        """Seconds from the viewer's first byte to its ServerInit."""
        began = time.perf_counter()
        viewer = socket.create_connection(("127.0.0.1", self.ports["repeater"]))
        viewer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        viewer.sendall(f"ID:{number}".encode().ljust(BLOCK, b"\0"))
        hear(server, 12)
        server.sendall(b"\x01\x01")
        hear(server, 1)
        server.sendall(b"\0\0\0\0")
        hear(server, 1)
        server.sendall(SERVER_INIT)
        hear(viewer, 24)
        viewer.sendall(VERSION)
        hear(viewer, 2)
        viewer.sendall(b"\x01")
        hear(viewer, 4)
        viewer.sendall(b"\x01")
        hear(viewer, 24)
        took = time.perf_counter() - began
        reset(viewer)
        reset(server)
        return took

    def resident_bytes(self):
        for line in pathlib.Path(f"/proc/{self.hub.process.popen.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.hub.process.popen.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def waiting(stage, count):
    """What so many waiting servers cost, and the pairing of the last that came."""
    warm_up = [stage.register() for _ in range(10)]
    for server, ticket in warm_up:
        stage.pair(server, stage.number(ticket))
    before = stage.resident_bytes()
    servers = []
    for _ in range(count):
        servers.append(stage.register())
        if len(servers) % 500 == 0:
            print(f"{len(servers)} servers wait", file=sys.stderr)
    number = stage.number(servers[-1][1])
    after = stage.resident_bytes()
    cpu = stage.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    idle = stage.cpu_seconds() - cpu
    last = stage.pair(servers.pop()[0], number)
    more = [stage.register() for _ in range(20)]
    typical = [stage.pair(server, stage.number(ticket)) for server, ticket in more]
    return servers, {"servers": count, "bytes_per_server": (after - before) / count, "idle_cpu_share": idle / IDLE_SECONDS,
                     "pair_last_ms": last * 1000, "pair_more_median_ms": statistics.median(typical) * 1000}


def silent_peers(stage, per_port, pairings, at_a_time=5):
    """Pairings with and without silent sockets on every port, in turns."""
    results = {False: [], True: []}
    while len(results[True]) < pairings:
        for crowded in (False, True):
            silent = [socket.create_connection(("127.0.0.1", port)) for port in stage.ports.values() for _ in range(per_port)] if crowded else []
            first, ticket = stage.register()
            stage.pair(first, stage.number(ticket))  # everybody before has been accepted by now
            for _ in range(at_a_time):
                server, ticket = stage.register()
                results[crowded].append(stage.pair(server, stage.number(ticket)) * 1000)
            for peer in silent:
                reset(peer)
            time.sleep(0.2 if silent else 0)  # the hub closes them
    without, beside = statistics.median(results[False]), statistics.median(results[True])
    reach = max(without * 0.1, 2)
    return {"silent_per_port": per_port, "pairings": len(results[True]), "without_median_ms": without, "with_median_ms": beside,
            "without_p95_ms": sorted(results[False])[int(len(results[False]) * 0.95)], "with_p95_ms": sorted(results[True])[int(len(results[True]) * 0.95)],
            "difference_ms": beside - without, "reach_ms": reach, "within_reach": beside - without <= reach}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="few servers and pairings, to see that it runs")
    options = parser.parse_args()
    os.environ["PRONTO_BIN"] = str(options.build.resolve() / "bin")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count, per_port, pairings = (200, 50, 10) if options.quick else (5000, 1000, 50)
    rounds = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="pronto-bench-") as name:
            stage = Stage(pathlib.Path(name))
            try:
                servers, cost = waiting(stage, count)
                for server, _ in servers:
                    reset(server)
                rounds.append({"waiting": cost, "silent": silent_peers(stage, per_port, pairings)})
            except RuntimeError:
                print(stage.hub.process.err[-3000:], file=sys.stderr)
                raise
            finally:
                stage.api.close()
                stage.hub.stop()
        waited, silent = rounds[-1]["waiting"], rounds[-1]["silent"]
        print(f"{waited['servers']} waiting servers: {waited['bytes_per_server'] / 1024:.1f} KiB each, idle CPU {waited['idle_cpu_share'] * 100:.2f} % of a core, "
              f"the last one paired in {waited['pair_last_ms']:.1f} ms (20 more: median {waited['pair_more_median_ms']:.1f} ms)")
        print(f"{silent['silent_per_port']} silent sockets on each of 3 ports: pairing {silent['with_median_ms']:.2f} ms, without them {silent['without_median_ms']:.2f} ms "
              f"(median of {silent['pairings']} each; p95 {silent['with_p95_ms']:.2f} and {silent['without_p95_ms']:.2f}): {silent['difference_ms']:+.2f} ms, "
              f"reach {silent['reach_ms']:.2f}: {'kept' if silent['within_reach'] else 'MISSED'}")
    if options.json:
        print(json.dumps({"rounds": rounds}))


if __name__ == "__main__":
    main()
