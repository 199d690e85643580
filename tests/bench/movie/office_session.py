#!/usr/bin/env python3
"""The session that tests/bench/run movie measures with: ten minutes of office work at 1920 x 1080, recorded by a real hub while an
agent shares a real desk and an operator looks on and types. It takes its ten minutes; the bench makes it once and keeps it.

Usage: PRONTO_BIN=build/release/bin tests/bench/movie/office_session.py FOLDER [SECONDS]
FOLDER then has office.partN.fbs and .json, as the hub wrote them.
"""

import pathlib
import random
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from pronto import Agent, Desktop, Hub, Viewer, wait_until  # noqa: E402  (found by the line above)

SIZE = "1920x1080"
PARAGRAPHS = [
    "Dear customer, we have looked into the matter and found that the printer was set to pink.",
    "The driver came with the update of last Tuesday; the older one is back in place now.",
    "Please print a page and tell me what you see. If the colours are right, we are done here.",
    "While we wait I go through the messages of the last days, there may be more of them.",
    "This one says that the disk is nearly full: 2.1 GB of old installers lie in the downloads.",
]
# A reader's terminal: a page comes, is read, the next one comes, and now and then a long list runs through.
READING = r"""
list() { ls -lR /usr/share/doc | sed -n "$1"; }
n=1
while :; do
    i=0; while [ $i -lt 12 ]; do list "$n,$((n+3))p"; n=$((n+4)); i=$((i+1)); sleep 0.15; done
    sleep 7
    list "$n,$((n+44))p"; n=$((n+45))
    sleep 9
    list "$n,$((n+299))p" | while IFS= read -r line; do printf '%s\n' "$line"; sleep 0.012; done; n=$((n+300))
    sleep 11
    clear
    sleep 2
done
"""
VIDEO = ["ffplay", "-loglevel", "error", "-an", "-noborder", "-left", "1540", "-top", "80", "-x", "320", "-y", "240",
         "-f", "lavfi", "gradients=size=320x240:rate=25:nb_colors=8:speed=0.03,noise=alls=12:allf=t"]


def typing(seconds, dice):
    """What the operator does, as a script: sentences in the lower terminal, word by word, with pauses for thought."""
    steps, spent = ["sleep 3000", "click 300 760", "sleep 500"], 3.5
    while spent < seconds - 5:
        for word in dice.choice(PARAGRAPHS).split():
            steps += [f"type {word}", "key space", f"sleep {dice.randint(150, 600)}"]
            spent += 0.4 + 0.01 * len(word)
        pause = dice.randint(3000, 14000)
        steps += ["key Return", f"sleep {pause}"]
        spent += pause / 1000
    return "\n".join([*steps, "end"]) + "\n"


class Desk:
    """The programs on the guest's screen, and the hand that moves a window."""

    def __init__(self, desktop, dice):
        self.desktop, self.dice = desktop, dice
        desktop.run("background", "xsetroot", "-solid", "#3b6ea5").wait()
        desktop.terminal(READING, "112x48+900+330")
        desktop.terminal("exec cat >/dev/null", "100x24+20+640")
        desktop.run("clock", "xclock", "-update", "1", "-geometry", "160x160+40+40")
        desktop.run("eyes", "xeyes", "-geometry", "200x120+240+60")
        desktop.run("notes", "xterm", "-T", "notes", "-geometry", "70x20+60+240", "-e", "sh", "-c", "cal; ls -l /etc; exec cat")
        self.notes = wait_until(self.find_notes, "the notes to be there")
        self.at = (60, 240)

    def find_notes(self):
        done = self.desktop.run("search", "xdotool", "search", "--name", "^notes$")
        return done.out.split()[0] if done.wait() == 0 else None

    def move_window(self):
        """Dragged for about a second to somewhere else, forty places on the way."""
        to = (self.dice.randint(0, 1300), self.dice.randint(0, 650))
        words = []
        for i in range(1, 41):
            x, y = (round(a + (b - a) * i / 40) for a, b in zip(self.at, to))
            words += ["windowmove", self.notes, str(x), str(y), "sleep", "0.025"]
        self.at = to
        self.desktop.run("move", "xdotool", *words).wait()

    def work(self, ended, seconds):
        """Until `ended()`: a window moves every quarter of a minute; in the middle a small video plays for a minute."""
        begun, video, next_move = time.monotonic(), False, 5.0
        while not ended():
            passed = time.monotonic() - begun
            if not video and passed > seconds * 0.45:
                video = True
                self.desktop.run("video", "timeout", str(seconds / 10), *VIDEO)
            if passed > next_move:
                self.move_window()
                next_move = passed + self.dice.uniform(8, 22)
            time.sleep(0.2)


def record(folder, seconds=600):
    """Makes the parts in `folder`, which is there then, whole or not at all. Returns nothing; raises with what went wrong."""
    work = pathlib.Path(tempfile.mkdtemp(prefix="pronto-office-"))
    dice = random.Random(20)
    hub, desktop, agent = Hub(work, "[recording]\nkeep_parts = true\n").start(), Desktop(work, size=SIZE), None
    try:
        desk = Desk(desktop, dice)
        agent = Agent(hub, desktop, hub.ticket(), "--accept", "--once")
        script = work / "steps"
        script.write_text(typing(seconds, dice))
        viewer = Viewer(hub, "any", "--script", str(script), timeout=seconds * 2)
        desk.work(lambda: not viewer.running(), seconds)
        result = viewer.result()
        if not result["ok"]:
            raise SystemExit(f"the session failed: {result}")
        hub.await_ended(result["session"])
        hub.stop()
        made = folder.with_suffix(".new")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        parts = sorted((hub.data / "recordings").glob("*.part*.*"))
        if not parts:
            raise SystemExit("nothing was recorded")
        for path in parts:
            shutil.copy(path, made / ("office" + path.name[path.name.index(".part"):]))
        made.rename(folder)
    finally:
        if agent:
            agent.kill()
        desktop.stop()
        hub.kill()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    record(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 600)
