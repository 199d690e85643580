#!/usr/bin/env python3
"""The console's player with a real movie: what the window shows is what pronto-fbs shows of the same moment."""

import json
import pathlib
import re
import struct
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from gui import GuiTest  # noqa: E402
from pronto import program, wait_until  # noqa: E402


def small_part(path, started, bgr, **facts):
    """A part of a second that shows one colour, with its side file."""
    def block(data, ms):
        return struct.pack(">I", len(data)) + data + bytes(-len(data) % 4) + struct.pack(">I", ms)
    init = struct.pack(">HHBBBBHHHBBBxxxI", 320, 200, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0, 4)
    update = struct.pack(">BxHHHHHi", 0, 1, 0, 0, 320, 200, 0) + (bgr + b"\0") * (320 * 200)
    path.write_bytes(b"FBS 001.000\n" + b"".join([block(b"RFB 003.003\n", 0), block(struct.pack(">I", 1), 0), block(init, 0), block(b"desk", 0),
                                                  block(update, 0), block(struct.pack(">BxH", 0, 0), 1000)]))
    path.with_suffix(".json").write_text(json.dumps({
        "session": "1-aa", "part": 1, "started": f"2026-11-22T09:30:{started:02}.000Z", "width": 320, "height": 200, "continues": False,
        "state": "complete", "duration_ms": 1000, "bytes": path.stat().st_size, **facts}))
    return str(path)


OFFICE = HERE.parent / "bench" / "relay" / "office.fbs"


class PlayerTest(GuiTest):
    def start_player(self, size="1400x1000"):
        # Through pronto-fbs: it finds the player beside it.
        self.gui = self.start_gui("player", [program("pronto-fbs"), "play", str(self.movie)], size)
        self.gui.wait("player")
        self.gui.wait_value("player.time", " / ")

    def position(self):
        return int(self.gui.value("player.bar").split()[0])

    def click_bar(self, part):
        width, left = map(int, re.search(r"(\d+) px from (\d+)", self.gui.value("player.bar")).groups())
        bar, window = self.gui.settled("player.bar"), self.gui.wait("player")
        self.gui.click_at(window["x"] + left + round(part * (width - 1)), bar["y"] + bar["height"] - 10)


class GapGui(PlayerTest):
    def test_what_was_not_recorded_is_said(self):
        parts = [small_part(self.folder / "1-aa.part1.fbs", 0, b"\x80\0\0", paused=True), small_part(self.folder / "1-aa.part2.fbs", 10, b"\0\0\x80"),
                 small_part(self.folder / "1-aa.part3.fbs", 19, b"\0\x80\0")]
        subprocess.run([program("pronto-fbs"), "finish", *parts], check=True, timeout=60, stdout=subprocess.DEVNULL)
        self.movie = self.folder / "1-aa.fbs"
        self.start_player()
        self.gui.click("player.play")
        self.gui.wait("player.play", lambda widget: widget["label"] == "Play")
        self.click_bar(0.25)
        self.gui.wait("player.gap", lambda part: part["label"] == "The recording was paused")
        self.gui.photograph("player-gap.png")
        self.click_bar(0.53)
        self.gui.wait_gone("player.gap")
        self.click_bar(0.75)
        self.gui.wait("player.gap", lambda part: part["label"] == "Nothing was recorded")


class PlayerGui(PlayerTest):
    def setUp(self):
        super().setUp()
        part = self.folder / "1-0ff1ce.part1.fbs"
        part.write_bytes(OFFICE.read_bytes())
        subprocess.run([program("pronto-fbs"), "finish", str(part)], check=True, timeout=200, stdout=subprocess.DEVNULL)
        self.movie = self.folder / "1-0ff1ce.fbs"
        self.duration = json.loads(self.movie.with_suffix(".json").read_text())["duration_ms"]

    def compare_with_shot(self, most=0.1):
        """The picture in the window against pronto-fbs shot of that moment."""
        at_ms = self.position()
        shot = self.folder / "shot.png"
        subprocess.run([program("pronto-fbs"), "shot", str(self.movie), "--at", str(at_ms), "--out", str(shot)], check=True,
                       timeout=60, stdout=subprocess.DEVNULL)
        value = self.gui.value("player.picture")
        size, shown, x, y = re.fullmatch(r"(\S+) shown (\S+) at (\d+),(\d+)", value).groups()
        window = self.gui.wait("player")
        seen = self.folder / "seen.png"
        crop = f"{shown}+{window['x'] + int(x)}+{window['y'] + int(y)}"

        def alike():
            subprocess.run(["import", "-window", "root", "-crop", crop, "+repage", str(seen)], check=True, timeout=60,
                           env=self.gui.environment())
            if size != shown:
                subprocess.run(["convert", str(shot), "-filter", "box", "-resize", shown + "!", str(shot)], check=True, timeout=60)
            return subprocess.run([program("pronto-fbs"), "compare", str(shot), str(seen), "--most", str(most)], timeout=60,
                                  stdout=subprocess.DEVNULL).returncode == 0
        wait_until(alike, f"the window to show the moment {at_ms} ms", interval=0.2)

    def test_a_movie_plays_pauses_steps_and_goes_where_the_bar_is_clicked(self):
        self.start_player()
        gui = self.gui
        gui.photograph("player-playing.png")
        wait_until(lambda: self.position() > 500, "the movie to play")
        gui.key("space")
        gui.wait("player.play", lambda widget: widget["label"] == "Play")
        self.compare_with_shot()
        for part in (0.8, 0.25, 0.55):
            self.click_bar(part)
            wait_until(lambda: abs(self.position() - part * self.duration) < self.duration / 100, "the bar to be there")
            self.compare_with_shot()
        gui.photograph("player-paused.png")
        before = self.position()
        gui.key("period")
        wait_until(lambda: self.position() > before, "a step")
        self.compare_with_shot()
        gui.key("Left")
        wait_until(lambda: self.position() < before, "five seconds back")
        gui.click("player.faster")
        gui.wait_value("player.speed", "2×")
        gui.click("player.skip_idle")
        gui.key("Home", "space")
        gui.wait("player.play", lambda widget: widget["label"] == "Pause")
        gui.key("End")
        gui.wait("player.play", lambda widget: widget["label"] == "Play")
        self.assertEqual(self.duration, self.position())
        gui.click("player.screenshot")
        gui.wait_value("player.words", "Saved as ")
        saved = pathlib.Path(gui.value("player.words").removeprefix("Saved as "))
        self.assertTrue(saved.exists())

    def test_in_a_small_window_and_full_screen_the_whole_picture_is_there(self):
        self.start_player("1000x700")
        gui = self.gui
        gui.key("space")
        gui.wait("player.play", lambda widget: widget["label"] == "Play")
        self.click_bar(0.5)
        wait_until(lambda: self.position() > self.duration * 0.4, "the bar to be there")
        gui.photograph("player-small.png")
        gui.key("f")
        gui.wait("player", lambda widget: (widget["width"], widget["height"]) == (1000, 700))
        gui.wait_gone("player.bar")
        gui.photograph("player-full.png")
        gui.xdotool("mousemove", 500, 300)
        gui.xdotool("mousemove", 500, 699)
        gui.wait("player.bar")
        gui.key("Escape")
        gui.wait("player.bar")
        gui.close_window("1-0ff1ce.fbs - Pronto")
        self.assertEqual(0, gui.process.wait())

    def test_what_cannot_be_played_is_said(self):
        self.movie.with_suffix(".json").write_text("{}")
        done = subprocess.run([program("pronto-viewer"), "play", str(self.movie)], capture_output=True, text=True, timeout=60,
                              env={"DISPLAY": self.desktop().display, "HOME": str(self.folder)})
        self.assertEqual(1, done.returncode)
        self.assertIn("pronto-fbs index", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
