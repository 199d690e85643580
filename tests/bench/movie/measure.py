#!/usr/bin/env python3
"""tests/bench/run movie: what recording costs the relay, and how fast movies are finished, sought in and exported.

Measured on ten scripted minutes of office work at 1920 x 1080 (office_session.py records them once, which takes ten minutes) and
on an hour made of them. Rounds take turns; figures are medians with their spread (least..most). `reach` is what we want.
"""

import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PEER_SETTINGS = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-tile-columns", "2",
                 "-tune-content", "screen", "-crf", "40", "-b:v", "0"]
PARTS_OF_THE_HOUR = 6


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


relay = module("relay_measure", HERE.parent / "relay" / "measure.py")
spread = relay.spread


def timed(command, **more):
    """(what it printed, seconds, CPU seconds of it and its children)"""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)
    took, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Movies:
    """The session of the bench, kept in the build folder."""

    def __init__(self, bin_dir, cache, quick):
        self.fbs, self.bench, self.cache, self.quick = bin_dir / "pronto-fbs", bin_dir / "bench_movie", cache, quick
        self.session = cache / ("quick" if quick else "office")
        if not self.session.exists():
            seconds = 20 if quick else 600
            print(f"recording the office session, {seconds} s, once: {self.session}", file=sys.stderr)
            subprocess.run([sys.executable, HERE / "office_session.py", self.session, str(seconds)], check=True,
                           env=dict(os.environ, PRONTO_BIN=str(bin_dir)))
        self.parts = sorted(self.session.glob("*.part*.fbs"), key=lambda path: int(path.stem.rpartition("part")[2]))
        self.movie = self.session / "office.fbs"

    def part_facts(self):
        return [json.loads(path.with_suffix(".json").read_text()) for path in self.parts]

    def finish(self, parts, out, *words):
        """(facts, seconds, CPU seconds); the parts stay."""
        said, took, cpu = timed([self.fbs, "finish", "--json", "--keep-parts", *words, "--out", out, *parts])
        return json.loads(said), took, cpu

    def an_hour(self):
        """The session so often behind itself that it is an hour, finished: what to open, by how it is kept."""
        folder = self.cache / (self.session.name + "-hour")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shift, number = datetime.timedelta(), 0
        for _ in range(PARTS_OF_THE_HOUR):
            for path, facts in zip(self.parts, self.part_facts()):
                number += 1
                part = folder / f"hour.part{number}.fbs"
                os.link(path, part)
                started = datetime.datetime.fromisoformat(facts["started"].replace("Z", "+00:00")) + shift
                stamp = started.isoformat(timespec="milliseconds").replace("+00:00", "Z")
                part.with_suffix(".json").write_text(json.dumps({**facts, "part": number, "started": stamp}))
            shift += datetime.timedelta(milliseconds=facts["duration_ms"])
        parts = sorted(folder.glob("*.part*.fbs"))
        self.finish(parts, folder / "hour.fbs")
        key = folder / "recordings.key"
        timed([self.fbs.parent / "pronto-repeater", "recording", "key", key])
        self.finish(parts, folder / "sealed.fbs", "--seal", "--key-file", key)
        return {"plain": [folder / "hour.fbs"], "encrypted": [folder / "sealed.fbs", "--key-file", key]}


def finishing(movies, rounds):
    speeds, cpu_shares = [], []
    for _ in range(rounds):
        facts, took, cpu = movies.finish(movies.parts, movies.movie)
        speeds.append(facts["duration_ms"] / 1000 / took)
        cpu_shares.append(facts["duration_ms"] / 1000 / cpu)
    keys = sum(frame[2] for frame in facts["key_frames"])
    first = facts["key_frames"][0][2]
    return {"times_real_time": spread(speeds), "times_cpu": spread(cpu_shares), "duration_ms": facts["duration_ms"],
            "parts_bytes": facts["parts_bytes"], "bytes": facts["bytes"], "key_frames": len(facts["key_frames"]),
            "size_to_parts": facts["bytes"] / facts["parts_bytes"],
            "size_without_key_frames_to_parts": (facts["bytes"] - keys + first) / facts["parts_bytes"]}


def exporting(movies, rounds, folder):
    made = {name: {"rounds": []} for name in ("webm", "mp4")}
    for _ in range(rounds):
        for name, row in made.items():
            said, took, cpu = timed([movies.fbs, "export", "--json", movies.movie, "--out", folder / f"movie.{name}", "--format", name])
            said = json.loads(said)
            row.update({key: said[key] for key in ("encoder", "width", "height", "pictures", "bytes", "duration_ms")})
            row["rounds"].append((said["duration_ms"] / 1000 / took, said["duration_ms"] / 1000 / cpu))
    for row in made.values():
        row["times_real_time"] = spread([speed for speed, _ in row["rounds"]])
        row["times_cpu"] = spread([speed for _, speed in row.pop("rounds")])
    return made


def beside_ffmpeg(movies, rounds, folder, to_ms):
    """The beginning of the movie exported, and the same pictures through a pipe to ffmpeg's command line."""
    ratios, facts = [], {}
    for _ in range(rounds):
        said, _, ours = timed([movies.fbs, "export", "--json", movies.movie, "--out", folder / "ours.webm", "--format", "webm", "--to", to_ms])
        said = json.loads(said)
        size = f"{said['width']}x{said['height']}"
        command = (f"'{movies.bench}' pictures '{movies.movie}' --to {to_ms} | ffmpeg -v error -y -f rawvideo -pixel_format bgr0 "
                   f"-video_size {size} -framerate 25 -i - {' '.join(PEER_SETTINGS)} '{folder}/peer.webm'")
        _, _, theirs = timed(["bash", "-o", "pipefail", "-c", command])
        _, _, drawing = timed(["bash", "-o", "pipefail", "-c", f"'{movies.bench}' pictures '{movies.movie}' --to {to_ms} >/dev/null"])
        ratios.append(ours / theirs)
        facts = {"pictures": said["pictures"], "bytes": said["bytes"], "peer_bytes": (folder / "peer.webm").stat().st_size,
                 "cpu_s": ours, "peer_cpu_s": theirs, "drawing_cpu_s": drawing}
    return {**facts, "to_ms": to_ms, "cpu_to_ffmpeg": spread(ratios)}


def recording(bin_dir, traffic, rounds, seconds, folder):
    """What part of the hub's CPU time is recording's. Of all rounds together, in two ways: what the recorder's own threads take
    of the whole, which a busy machine does not disturb, but without what the relay does for them; and what a hub that records
    takes more than one that does not, in turns."""
    rows = {}
    for name, shape in (("20 pairs at 100 kB/s", {"pairs": 20, "paced": 100}), ("20 pairs at 2 MB/s", {"pairs": 20, "paced": 2000})):
        shares, total, threads = [], {False: [0, 0], True: [0, 0]}, 0
        for _ in range(rounds):
            cost = {}
            for recorded, sums in total.items():
                one = relay.measure(lambda on=recorded: relay.Hub(bin_dir, folder, on), bin_dir, traffic, seconds=seconds, **shape)
                sums[0] += one["cpu_s"]
                sums[1] += one["bytes"] / 1e9
                threads += one["recorder_cpu_s"] if recorded else 0
                cost[recorded] = one["cpu_s_per_gb"]
            shares.append(1 - cost[False] / cost[True])
        plain, recorded = (sums[0] / sums[1] for sums in (total[False], total[True]))
        rows[name] = {"threads_share": threads / total[True][0], "share": 1 - plain / recorded, "shares": spread(shares), "cpu_s_per_gb": plain, "recorded_cpu_s_per_gb": recorded}
        print(f"  recording, {name}: done", file=sys.stderr)
    return rows


def machine():
    cpu = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")),
               platform.machine())
    versions = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}, ", "libvpx7", "libx264-164", "ffmpeg"],
                              capture_output=True, text=True, check=False).stdout
    return {"cpu": cpu, "cores": os.cpu_count(), "versions": versions.strip(", "), "load": os.getloadavg()}


def words(figure, digits=0):
    return f"{figure['median']:.{digits}f} ({figure['least']:.{digits}f}..{figure['most']:.{digits}f})"


def show(result):
    m, f, e, p, s = (result[key] for key in ("machine", "finish", "export", "peer", "seek"))
    print(f"{m['cpu']}, {m['cores']} cores, load {m['load'][0]:.1f} before and {result['load_after'][0]:.1f} after; {m['versions']}")
    print(f"the session: {f['duration_ms'] / 1000:.0f} s, parts of {f['parts_bytes'] / 1e6:.1f} MB\n")
    for name, row in result["recording"].items():
        print(f"recording, {name:21} its threads take {100 * row['threads_share']:.0f} % of the hub's CPU time; beside a hub that does not "
              f"record {100 * row['share']:.0f} % ({100 * row['shares']['least']:.0f}..{100 * row['shares']['most']:.0f}), "
              f"{row['cpu_s_per_gb']:.1f} and {row['recorded_cpu_s_per_gb']:.1f} s/GB   reach 10 %")
    print(f"finish          {words(f['times_real_time'])} x real time ({words(f['times_cpu'])} x in CPU time)   reach 50 x")
    print(f"canonical size  {f['size_without_key_frames_to_parts']:.2f} of the parts without key frames, {f['size_to_parts']:.2f} with all "
          f"{f['key_frames']}   reach 1.1 and 1.5;  {f['bytes'] / e['webm']['bytes']:.2f} of the WebM")
    for name, row in e.items():
        print(f"export {name:8} {words(row['times_real_time'], 1)} x real time ({words(row['times_cpu'], 1)} x in CPU time), "
              f"{row['width']} x {row['height']}, {row['pictures']} pictures, {row['bytes'] / 1e6:.1f} MB, {row['encoder']}"
              + ("   reach 20 x" if name == "webm" else ""))
    print(f"beside ffmpeg   {words(p['cpu_to_ffmpeg'], 2)} of its CPU time for the same {p['pictures']} pictures, "
          f"{p['bytes'] / p['peer_bytes']:.2f} of its bytes ({' '.join(PEER_SETTINGS)})")
    for name, row in s.items():
        print(f"seek, {name:9} p95 {row['p95_ms']:.0f} ms, p50 {row['p50_ms']:.0f} ms, most {row['most_ms']:.0f} ms, in "
              f"{row['duration_ms'] / 60000:.0f} minutes   reach 150 ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one short round with a short session, to see that it runs")
    options = parser.parse_args()
    bin_dir = options.build.resolve() / "bin"
    movies = Movies(bin_dir, options.build.resolve().parent / "bench-movie", options.quick)
    relay.in_private_network(__file__)  # behind the recording of the session, which needs nothing of it
    rounds = 1 if options.quick else options.rounds
    result = {"machine": machine()}
    with tempfile.TemporaryDirectory(prefix="pronto-bench-") as name:
        folder = pathlib.Path(name)
        result["finish"] = finishing(movies, rounds)
        result["export"] = exporting(movies, min(rounds, 3), folder)
        result["peer"] = beside_ffmpeg(movies, min(rounds, 3), folder, 5_000 if options.quick else 60_000)
        jumps = ["--jumps", 50 if options.quick else 200]
        result["seek"] = {name: json.loads(timed([movies.bench, "seek", *words, *jumps])[0]) for name, words in movies.an_hour().items()}
        result["recording"] = recording(bin_dir, movies.parts[0], rounds, 2 if options.quick else 10, folder)
    result["load_after"] = os.getloadavg()
    show(result)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
