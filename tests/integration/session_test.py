#!/usr/bin/env python3
"""Whole support sessions with the real programs."""

import struct
import unittest
import zlib

import support
from pronto import ProntoTest, wait_until


def png_pixels(path):
    """(width, height, bytes of RGB rows) of an 8-bit RGB PNG."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n"), "no PNG"
    at, packed, width, height = 8, b"", 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 2), "not 8-bit RGB"
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    return width, height, unfiltered(zlib.decompress(packed), width, height)


def unfiltered(raw, width, height):
    """RFC 2083 section 6."""
    stride = width * 3
    before, rows = bytearray(stride), bytearray()
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            left = row[x - 3] if x >= 3 else 0
            up = before[x]
            corner = before[x - 3] if x >= 3 else 0
            if kind == 1:
                row[x] = (row[x] + left) & 255
            elif kind == 2:
                row[x] = (row[x] + up) & 255
            elif kind == 3:
                row[x] = (row[x] + (left + up) // 2) & 255
            elif kind == 4:
                estimate = left + up - corner
                nearest = min((abs(estimate - left), 0, left), (abs(estimate - up), 1, up), (abs(estimate - corner), 2, corner))
                row[x] = (row[x] + nearest[2]) & 255
        rows += row
        before = row
    return bytes(rows)


class SessionTest(ProntoTest):
    def test_control_types_into_the_guests_terminal_and_leaves_movie_and_report(self):
        hub = self.start_hub()
        desktop = self.desktop()
        desktop.terminal("read line; echo \"$line\" > typed; exec sleep 1000")
        ticket = hub.ticket()
        agent = self.agent(desktop, ticket, "--accept")
        viewer = self.viewer(
            ticket, "--wait-still", "300", "--move", "100,100", "--type", "Grüße, 3 × ok", "--key", "Return", "--wait-change", "10000",
            "--wait-still", "300", "--save", str(self.folder / "screen.png"), "--problem", "typing", "--solution", "typed",
            "--category", "keyboard", "--outcome", "follow_up")
        result = viewer.result()
        self.assertTrue(result["ok"], result)
        self.assertEqual(0, result["exit_code"])
        self.assertEqual("operator", result["reason"])
        self.assertEqual(7, result["steps_done"])
        self.assertEqual({"width": 800, "height": 600}, result["size"])
        self.assertGreater(result["bytes_received"], 1000)
        self.assertLess(result["first_picture_ms"], 10000)
        typed = self.folder / "typed"
        wait_until(lambda: typed.exists() and typed.read_text(), "what was typed")
        self.assertEqual("Grüße, 3 × ok\n", typed.read_text())

        width, height, pixels = png_pixels(self.folder / "screen.png")
        self.assertEqual((800, 600), (width, height))
        self.assertGreater(len(set(zip(pixels[0::3], pixels[1::3], pixels[2::3]))), 1, "a blank screen")

        session = hub.await_ended(result["session"])
        self.assertEqual("operator", session["reason"])
        self.assertEqual(result["bytes_received"], session["bytes_to_viewer"])
        report, = hub.rows("SELECT * FROM reports WHERE assistance = ?", result["assistance"])
        self.assertEqual(("typing", "typed", "keyboard", "follow_up"),
                         (report["problem"], report["solution"], report["category"], report["outcome"]))
        recording = wait_until(lambda: [row for row in hub.recordings(result["session"]) if row["state"] == "complete"],
                               "the movie to be complete")[0]
        self.assertIn("whole", hub.movie_verdict(result["session"]))
        self.assertGreater(recording["bytes"], 1000)
        self.assertTrue(agent.running() or agent.wait() == 0)

    def test_view_only_shows_and_does_not_touch(self):
        hub = self.start_hub()
        desktop = self.desktop()
        desktop.terminal("read line; echo \"$line\" > typed; exec sleep 1000")
        ticket = hub.ticket()
        self.agent(desktop, ticket, "--accept")
        result = self.viewer(ticket, "--view-only", "--wait-still", "300", "--move", "100,100", "--type", "rm -rf", "--key", "Return",
                             "--wait-still", "500").result()
        self.assertTrue(result["ok"], result)
        self.assertEqual("view", result["mode"])
        self.assertFalse((self.folder / "typed").exists())

    def test_two_sessions_at_once_do_not_mix(self):
        hub = self.start_hub()
        desktops, viewers = [], []
        for name in ("one", "two"):
            desktop = self.desktop(name)
            desktop.terminal(f"read line; echo \"$line\" > typed-{name}; exec sleep 1000")
            ticket = hub.ticket()
            self.agent(desktop, ticket, "--accept", name=f"agent-{name}")
            viewers.append(self.viewer(ticket, "--wait-still", "300", "--move", "100,100", "--type", name, "--key", "Return", "--sleep",
                                       "1500", name=f"viewer-{name}"))
            desktops.append(desktop)
        hub.await_session("streaming", 2)
        for name, viewer in zip(("one", "two"), viewers):
            result = viewer.result()
            self.assertTrue(result["ok"], result)
            typed = self.folder / f"typed-{name}"
            wait_until(lambda: typed.exists() and typed.read_text(), f"what was typed to arrive on desktop {name}")
            self.assertEqual(f"{name}\n", typed.read_text())
        sessions = hub.sessions()
        self.assertEqual(2, len({session["id"] for session in sessions}))
        self.assertEqual(2, len({str(hub.movie(session["id"])) for session in sessions}))

    def test_a_second_session_of_the_same_case_works_and_a_second_at_once_is_refused(self):
        hub = self.start_hub()
        desktop = self.desktop()
        ticket = hub.ticket()
        self.agent(desktop, ticket, "--accept")
        first = self.viewer(ticket, "--sleep", "60000", name="first")
        hub.await_session("streaming")
        second = self.viewer(ticket, "--end", name="second").result()
        self.assertEqual(1, second["exit_code"])
        self.assertEqual("busy", second["error"]["code"])
        self.assertTrue(first.running())
        first.terminate()
        self.assertFalse(first.result()["ok"])
        third = self.viewer(ticket, "--end", name="third").result()
        self.assertTrue(third["ok"], third)
        self.assertEqual(1, len(hub.rows("SELECT * FROM assistances")))

    def test_the_clipboard_reaches_the_guest_and_nothing_keeps_it(self):
        hub = self.start_hub()
        desktop = self.desktop()
        ticket = hub.ticket()
        self.agent(desktop, ticket, "--accept")
        text = "clipboard-7f3a9"
        viewer = self.viewer(ticket, "--clipboard", text, "--sleep", "20000")
        hub.await_session("streaming")
        wait_until(lambda: support.clipboard_of(desktop) == text, "the text in the guest's clipboard")
        viewer.terminate()
        self.assertNotIn(text, hub.process.err + viewer.err)

    def test_any_takes_the_first_guest_that_comes(self):
        hub = self.start_hub()
        viewer = self.viewer("any", "--end")
        desktop = self.desktop()
        self.agent(desktop, hub.ticket(), "--accept")
        self.assertTrue(viewer.result()["ok"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
