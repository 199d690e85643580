#!/usr/bin/env python3
"""tests/bench/run relay: what the hub's relay costs beside HAProxy with TLS on both legs, the same bytes, cipher and threads.

Each round measures every peer in turn; ratios are of one round, the table has their median and spread (least..most).
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CIPHER = "TLS_AES_256_GCM_SHA384"


def in_private_network(script=__file__):
    """Runs `script` again in a network namespace of its own with reno: bbr, the default of some machines, costs up to three times
    the CPU on a saturated loopback. Where that is not permitted the output says which control was in force."""
    if os.environ.get("PRONTO_BENCH_NETWORK"):
        return
    probe = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    if probe.returncode != 0:
        return
    environment = dict(os.environ, PRONTO_BENCH_NETWORK="private")
    prepare = 'ip link set lo up && (echo reno > /proc/sys/net/ipv4/tcp_congestion_control || true) && exec "$@"'
    os.execvpe("unshare", ["unshare", "-n", "sh", "-c", prepare, "sh", sys.executable, script, *sys.argv[1:]], environment)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}")


class Peer:
    """A relay under measurement; one process per measurement, so that memory starts anew."""

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Hub(Peer):
    def __init__(self, bin_dir, folder, recording):
        self.data = pathlib.Path(tempfile.mkdtemp(dir=folder, prefix="hub-"))
        password = self.data / "password"
        password.write_text("bench-operator-password\n")
        password.chmod(0o600)
        config = self.data / "hub.toml"
        config.write_text("[hub]\nrelay_threads = 1\n"
                          f"[recording]\nenabled = {'true' if recording else 'false'}\n"
                          "[limits]\nconnections_per_address = 10000\ntickets_per_operator = 10000\n")
        subprocess.run([bin_dir / "pronto-repeater", "user", "add", "bench", "--data", self.data, "--password-file", password],
                       check=True, stdout=subprocess.DEVNULL)
        self.port = free_port()
        self.process = subprocess.Popen(
            [bin_dir / "pronto-repeater", "serve", "--data", self.data, "--config", config, "--port", str(self.port)],
            stdout=subprocess.PIPE, stderr=(self.data / "log").open("w"), text=True)
        self.process.stdout.readline()
        pin = self.process.stdout.readline().split()[-1]
        self.arguments = ["hub", "--pin", pin, "--user", "bench", "--password-file", str(password)]
        wait_for_port(self.port, self.process)

    def stop(self):
        super().stop()
        shutil.rmtree(self.data, ignore_errors=True)


class HAProxy(Peer):
    def __init__(self, _bin_dir, folder):
        certificate, key = folder / "peer.crt", folder / "peer.key"
        if not certificate.exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                            "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
            (folder / "peer.pem").write_text(certificate.read_text() + key.read_text())
        self.port, back = free_port(), free_port()
        tls = f"ssl-min-ver TLSv1.3 ciphersuites {CIPHER}"
        config = folder / "haproxy.cfg"
        config.write_text(f"""global
  nbthread 1
  maxconn 8000
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  option clitcpka
listen relay
  bind 127.0.0.1:{self.port} ssl crt {folder}/peer.pem {tls}
  server host 127.0.0.1:{back} ssl verify none {tls}
""")
        self.process = subprocess.Popen(["haproxy", "-db", "-f", config], stdout=subprocess.DEVNULL,
                                        stderr=(folder / "haproxy.log").open("w"))
        self.arguments = ["front", "--back-port", str(back), "--certificate", str(certificate), "--key", str(key)]
        self.wait_without_connecting()

    def wait_without_connecting(self):
        """A probe connection would be passed on to the host's port, which nobody serves yet."""
        deadline = time.monotonic() + 20
        wanted = f":{self.port:04X}"
        while time.monotonic() < deadline:
            if any(f[1].endswith(wanted) and f[3] == "0A" for f in map(str.split, open("/proc/net/tcp", encoding="ascii"))):
                return
            time.sleep(0.05)
        raise RuntimeError("HAProxy does not listen")


def measure(make_peer, bin_dir, traffic, pairs, seconds, paced=0, idle=False):
    peer = make_peer()
    try:
        command = [bin_dir / "bench_relay", *peer.arguments, "--address", f"127.0.0.1:{peer.port}", "--pid", str(peer.process.pid),
                   "--traffic", traffic, "--pairs", str(pairs), "--seconds", str(seconds), "--paced", str(paced)]
        if idle:
            command.append("--idle")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        result = json.loads(done.stdout)
        if result["broken"]:
            raise RuntimeError(f"{result['broken']} streams broke during the measurement")
        return result
    finally:
        peer.stop()


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def ratio_of(rounds, ours, theirs, figure):
    pairs = [(r[ours][figure], r[theirs][figure]) for r in rounds]
    return spread([a / b for a, b in pairs]) if all(b for _, b in pairs) else None


FIGURES = [("cpu_s_per_gb", "CPU s/GB", 3), ("mb_per_s", "MB/s", 0), ("small_p50_us", "small p50 us", 0), ("small_p99_us", "small p99 us", 0)]


def run_scenario(name, rounds, peers, bin_dir, traffic, **shape):
    results = []
    for number in range(rounds):
        results.append({peer: measure(make, bin_dir, traffic, **shape) for peer, make in peers.items()})
        print(f"  {name}: round {number + 1} of {rounds} done", file=sys.stderr)
    row = {"scenario": name, **shape, "rounds": rounds, "peers": {}, "ratio_to_haproxy": {}}
    for peer in peers:
        row["peers"][peer] = {figure: spread([r[peer][figure] for r in results]) for figure, _, _ in FIGURES}
        for result in results:
            result[peer]["bytes_per_pair"] = (result[peer]["resident_bytes"] - result[peer]["resident_bytes_before"]) / shape["pairs"]
        row["peers"][peer]["bytes_per_pair"] = spread([r[peer]["bytes_per_pair"] for r in results])
    for peer in peers:
        if peer != "haproxy":
            row["ratio_to_haproxy"][peer] = {
                figure: ratio_of(results, peer, "haproxy", figure) for figure in [f for f, _, _ in FIGURES] + ["bytes_per_pair"]}
    return row


def show(row):
    print(f"\n{row['scenario']} ({row['rounds']} rounds; median, least..most; ratio = same round's HAProxy is 1)")
    for peer, figures in row["peers"].items():
        cells = []
        for figure, title, digits in FIGURES:
            value = figures[figure]
            cell = f"{title} {value['median']:.{digits}f} ({value['least']:.{digits}f}..{value['most']:.{digits}f})"
            ratio = row["ratio_to_haproxy"].get(peer, {}).get(figure)
            cells.append(cell + (f" = {ratio['median']:.2f}x" if ratio else ""))
        if row.get("idle"):
            memory, ratio = figures["bytes_per_pair"], row["ratio_to_haproxy"].get(peer, {}).get("bytes_per_pair")
            cells = [f"memory per pair {memory['median'] / 1000:.0f} kB ({memory['least'] / 1000:.0f}..{memory['most'] / 1000:.0f})"
                     + (f" = {ratio['median']:.2f}x" if ratio else "")]
        print(f"  {peer:16} " + "   ".join(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    options = parser.parse_args()
    in_private_network()
    bin_dir = options.build.resolve() / "bin"
    traffic = HERE / "office.fbs"
    rounds = 1 if options.quick else options.rounds
    seconds = 2 if options.quick else 5
    control = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text(encoding="ascii").strip()
    print(f"congestion control {control}, {'private' if os.environ.get('PRONTO_BENCH_NETWORK') else 'shared'} network, TLS 1.3 "
          f"{CIPHER} on both legs, 1 relay thread each, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="pronto-bench-") as name:
        folder = pathlib.Path(name)
        peers = {"hub": lambda: Hub(bin_dir, folder, False), "hub recording": lambda: Hub(bin_dir, folder, True),
                 "haproxy": lambda: HAProxy(bin_dir, folder)}
        rows = []
        for pairs in (1, 20, 200):
            rows.append(run_scenario(f"bulk, {pairs} pairs", rounds, peers, bin_dir, traffic, pairs=pairs, seconds=seconds))
            show(rows[-1])
        for pairs in (1, 20, 200):
            rows.append(run_scenario(f"paced 100 kB/s, {pairs} pairs", rounds, peers, bin_dir, traffic, pairs=pairs,
                                     seconds=seconds, paced=100))
            show(rows[-1])
        rows.append(run_scenario("recorded, 20 pairs at 5 MB/s", rounds, peers, bin_dir, traffic, pairs=20, seconds=seconds, paced=5000))
        show(rows[-1])
        rows.append(run_scenario("idle, 1000 pairs", min(rounds, 3), peers, bin_dir, traffic, pairs=1000, seconds=2, idle=True))
        show(rows[-1])
        if options.json:
            print(json.dumps({"congestion_control": control, "cipher": CIPHER, "rows": rows}))


if __name__ == "__main__":
    main()
