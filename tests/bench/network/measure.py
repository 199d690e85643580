#!/usr/bin/env python3
"""tests/bench/run network: input to picture and pictures a second over long and narrow lines, through the hub, beside the same
screen server without a hub and x11vnc through `ssh -L`; how soon a session goes on after an outage; what idle connections send.

Guest, hub and operator are network namespaces of their own with packet links between them (tests/support/impair); one and the same
viewer measures all three, in turns. The screen says when it was painted and counts key presses (busy_screen.cpp).
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "support"))

LINES = {"50 ms, 10 Mbit/s": (50, 10_000_000), "200 ms, 2 Mbit/s": (200, 2_000_000)}  # round trip
DIRECT_PORT, X11VNC_PORT, SSH_PORT, TUNNEL_PORT = 5901, 5902, 2222, 5999
RECOVERY_REACH_S, IDLE_SESSION_REACH, IDLE_AGENT_REACH = 3, 2000, 1000


def share(values, part):
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else float("nan")


class Stage:
    """The guest's screen, and three ways to it. From guest to operator there is one line: two links of half the delay each for the hub
    between them, or one of the whole delay for those who go straight."""

    def __init__(self, folder):
        import network
        import pronto
        self.folder, self.pronto = folder, pronto
        self.ends = contextlib.ExitStack()
        self.far = network.FarApart(folder, 'log.level = "warning"\n')
        self.ends.callback(self.far.kill)
        self.direct_link = network.Impair(folder, self.far.guest, self.far.operator, "10.77.3", "direct")
        self.ends.callback(self.direct_link.kill)
        self.hub = self.far.hub.start()
        self.ends.callback(self.hub.kill)
        self.desktop = pronto.Desktop(folder, size="1024x768")
        self.ends.callback(self.desktop.stop)
        self.bench = pronto.program("bench_network")
        self.desktop.run("screen", self.bench, "screen", self.desktop.display)
        self.guest_process("direct", self.bench, "agent", self.desktop.display, str(DIRECT_PORT))
        self.agent = self.far.agent(self.desktop, self.hub.ticket(), "--accept")
        self.ends.callback(self.agent.kill)
        self.start_ssh()

    def guest_process(self, name, *command):
        process = self.far.guest.process(name, list(command), self.folder, self.desktop.environment())
        self.ends.callback(process.kill)
        return process

    def start_ssh(self):
        """sshd with keys and a configuration of its own, and the tunnel."""
        for name in ("host_key", "user_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)], check=True)
        (self.folder / "authorized").write_text((self.folder / "user_key.pub").read_text())
        config = self.folder / "sshd_config"
        config.write_text(f"""Port {SSH_PORT}
ListenAddress {self.direct_link.left_address}
HostKey {self.folder}/host_key
AuthorizedKeysFile {self.folder}/authorized
StrictModes no
PasswordAuthentication no
UsePAM no
PermitRootLogin prohibit-password
PidFile none
""")
        os.makedirs("/run/sshd", exist_ok=True)
        self.guest_process("sshd", "/usr/sbin/sshd", "-D", "-e", "-f", str(config))
        self.guest_process("x11vnc", "x11vnc", "-display", self.desktop.display, "-localhost", "-rfbport", str(X11VNC_PORT), "-nopw", "-forever",
                           "-shared", "-quiet", "-noipv6")
        self.pronto.wait_until(lambda: "Server listening" in (self.folder / "sshd.err").read_text(), "sshd to listen")
        tunnel = self.far.operator.process(
            "ssh", ["ssh", "-N", "-F", "none", "-i", str(self.folder / "user_key"), "-o", "StrictHostKeyChecking=no", "-o",
                    f"UserKnownHostsFile={self.folder}/known", "-L", f"{TUNNEL_PORT}:127.0.0.1:{X11VNC_PORT}", "-p", str(SSH_PORT),
                    f"root@{self.direct_link.left_address}"], self.folder)
        self.ends.callback(tunnel.kill)
        self.pronto.wait_until(self.tunnel_is_up, "the tunnel")

    def tunnel_is_up(self):
        import socket
        with self.far.operator.entered(), contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", TUNNEL_PORT), 5) as peer:
                return peer.recv(3) == b"RFB"
        return False

    def line(self, round_trip_ms, bits):
        self.far.guest_link.set(delay=round_trip_ms / 4, rate=bits)
        self.far.operator_link.set(delay=round_trip_ms / 4, rate=bits)
        self.direct_link.set(delay=round_trip_ms / 2, rate=bits)

    def probe(self, host, port, seconds, password_file=None):
        words = [self.bench, "probe", host, str(port), str(seconds), *([str(password_file)] if password_file else [])]
        with self.far.operator.entered():
            done = subprocess.run(words, capture_output=True, text=True, timeout=seconds * 2 + 90)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words[1:4])}: {done.stderr}")
        return json.loads(done.stdout)

    def through_hub(self, seconds):
        """pronto-viewer opens the session and lets the measuring viewer in."""
        hub = self.hub.seen_at(self.far.operator_link.right_address)
        with self.far.operator.entered():
            bridge = self.pronto.Process("bridge", [self.pronto.program("pronto-viewer"), "bridge", "any", "--json", *hub.viewer_words()],
                                         self.folder, self.pronto.private_environment(self.folder))
        try:
            before = len(bridge.out)
            offer = self.pronto.wait_until(lambda: next((json.loads(line) for line in bridge.out[before:].splitlines() if '"offered"' in line), None),
                                           "the bridge's offer", 40)
            secret = self.folder / "pass"
            secret.touch(0o600)
            secret.write_text(offer["pass"])
            return self.probe("127.0.0.1", offer["port"], seconds, secret)
        except AssertionError as failed:
            raise RuntimeError(f"{failed}: {bridge.err[-2000:]}\n{self.agent.err[-2000:]}") from None
        finally:
            bridge.terminate()
            bridge.out_path.unlink()

    def direct(self, seconds):
        return self.probe(self.direct_link.left_address, DIRECT_PORT, seconds)

    def x11vnc(self, seconds):
        return self.probe("127.0.0.1", TUNNEL_PORT, seconds)


PEERS = {"through the hub": Stage.through_hub, "no hub": Stage.direct, "x11vnc, ssh -L": Stage.x11vnc}


def measure_lines(stage, rounds, seconds):
    """{line: {peer: figures}}, the peers in turns."""
    results = {}
    for name, (round_trip, bits) in LINES.items():
        stage.line(round_trip, bits)
        raw = {peer: [] for peer in PEERS}
        for _ in range(rounds):
            for peer, measure in PEERS.items():
                raw[peer].append(measure(stage, seconds))
                print(f"{name}: {peer} done", file=sys.stderr)
        results[name] = {peer: summary(each) for peer, each in raw.items()}
    return results


def summary(rounds):
    still = [value for each in rounds for value in each["still_key_ms"]]
    busy = [value for each in rounds for value in each["busy_key_ms"]]
    ages = [value for each in rounds for value in each["busy"]["age_ms"]]
    return {"first_picture_ms": statistics.median(each["first_picture_ms"] for each in rounds),
            "still_p50_ms": share(still, 0.5), "still_p95_ms": share(still, 0.95),
            "busy_p50_ms": share(busy, 0.5), "busy_p95_ms": share(busy, 0.95),
            "pictures_per_second": statistics.median(each["busy"]["pictures_per_second"] for each in rounds),
            "age_p50_ms": share(ages, 0.5), "age_p95_ms": share(ages, 0.95)}


def measure_recovery(stage, rounds):
    """Seconds from the network's return until a key is answered again, in a session of pronto-viewer's own."""
    took = []
    for _ in range(rounds):
        took.append(recover_once(stage))
        print(f"back after {took[-1]:.2f} s", file=sys.stderr)
    return {"outage_s": 10, "median_s": statistics.median(took), "worst_s": max(took), "reach_s": RECOVERY_REACH_S,
            "within_reach": max(took) <= RECOVERY_REACH_S}


def recover_once(stage):
    """A typist who goes on typing: each key makes the guest's program write a line with the time."""
    keys = stage.folder / f"keys-{time.monotonic_ns()}"
    terminal = stage.desktop.run("typist", "xterm", "-geometry", "40x5+660+0", "-e", "sh", "-c",
                                 f"stty raw -echo; exec stdbuf -o0 od -An -v -t x1 -w1 > '{keys}'")
    stage.desktop.run("focus", "xdotool", "search", "--sync", "--onlyvisible", "--class", "xterm", "windowfocus", "--sync").wait()
    script = stage.folder / "typing"
    script.write_text("sleep 1000\n" + "type x\nsleep 50\n" * 700 + "end\n")
    viewer = stage.far.viewer("any", "--script", str(script), timeout=120)
    try:
        def typed():
            return keys.stat().st_size if keys.exists() else 0
        stage.pronto.wait_until(lambda: typed() > 40, "typing to arrive", 60)
        stage.far.guest_link.set(outage=10)
        time.sleep(9.8)
        at_end = typed()
        back = time.monotonic() + 0.2
        stage.pronto.wait_until(lambda: typed() > at_end, "typing to go on", 60, interval=0.005)
        return time.monotonic() - back
    finally:
        viewer.terminate(30)
        terminal.kill()
        (stage.folder / "viewer.out").unlink()


def measure_idle(stage, seconds):
    """TCP payload a minute on the agent's link, both ways, with and without a session."""
    def minute(link):
        before = link.counters()
        time.sleep(seconds)
        after = link.counters()
        return {side: round((after[side]["tcp_payload"] - before[side]["tcp_payload"]) * 60 / seconds) for side in ("left", "right")}
    stage.pronto.wait_until(lambda: not stage.hub.rows("SELECT 1 FROM sessions WHERE ended IS NULL"), "all sessions to end")
    time.sleep(5)
    agent = minute(stage.far.guest_link)
    viewer = stage.far.viewer("any", "--sleep", str((seconds + 30) * 1000), timeout=seconds + 90)
    stage.hub.await_session("streaming")
    time.sleep(8)
    session = minute(stage.far.guest_link)
    viewer.terminate(30)
    return {"agent_bytes_per_minute": agent, "session_bytes_per_minute": session, "reach_agent": IDLE_AGENT_REACH, "reach_session": IDLE_SESSION_REACH}


def report(results):
    for line, peers in results["lines"].items():
        print(f"{line} (round trip; busy: 640 x 480 painted 25 times a second)")
        print(f"  {'':18}{'key, still p50/p95':>22}{'key, busy p50/p95':>22}{'pictures/s':>12}{'age of pictures p50/p95':>26}{'first':>9}")
        for peer, each in peers.items():
            print(f"  {peer:18}{each['still_p50_ms']:>13.0f} /{each['still_p95_ms']:>5.0f} ms{each['busy_p50_ms']:>13.0f} /{each['busy_p95_ms']:>5.0f} ms"
                  f"{each['pictures_per_second']:>12.1f}{each['age_p50_ms']:>16.0f} /{each['age_p95_ms']:>5.0f} ms{each['first_picture_ms']:>6.0f} ms")
    if recovery := results.get("recovery"):
        print(f"after an outage of 10 s a key is answered {recovery['median_s']:.2f} s after the network's return (worst {recovery['worst_s']:.2f}), "
              f"reach {recovery['reach_s']}: {'kept' if recovery['within_reach'] else 'MISSED'}")
    if idle := results.get("idle"):
        for what, reach in (("agent", "reach_agent"), ("session", "reach_session")):
            sides = idle[f"{what}_bytes_per_minute"]
            total = sum(sides.values())
            print(f"idle {what}: {total} bytes of TCP payload a minute on the agent's link ({sides['left']} sent, {sides['right']} received), "
                  f"reach {idle[reach]}: {'kept' if total <= idle[reach] else 'MISSED'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    parser.add_argument("--only", choices=["lines", "recovery", "idle"], action="append")
    options = parser.parse_args()
    os.environ["PRONTO_BIN"] = str(options.build.resolve() / "bin")
    rounds, seconds, idle_seconds = (1, 5, 30) if options.quick else (options.rounds, 15, 120)
    only = options.only or ["lines", "recovery", "idle"]
    import network
    if not network.may_have_namespaces():
        sys.exit("network namespaces are not permitted here, and without packets there is nothing to measure")
    with tempfile.TemporaryDirectory(prefix="pronto-bench-") as name:
        stage = Stage(pathlib.Path(name))
        try:
            results = {"lines": measure_lines(stage, rounds, seconds) if "lines" in only else {}}
            stage.line(0, 0)
            if "recovery" in only:
                results["recovery"] = measure_recovery(stage, rounds)
            if "idle" in only:
                results["idle"] = measure_idle(stage, idle_seconds)
        finally:
            stage.ends.close()
    report(results)
    if options.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
