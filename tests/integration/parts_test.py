#!/usr/bin/env python3
"""Movies of more than one part: the recording is paused, the viewer changes its pixel format."""

import json
import struct
import subprocess
import time
import unittest

from by_hand import Session, open_stream, serve_handshake, view_handshake
from pronto import SLOW, ProntoTest, program, wait_until

SECRET = "#ff00fe"
REQUEST = struct.pack(">BBHHHH", 3, 0, 0, 0, 4, 4)
EIGHT_BITS = struct.pack(">BxxxBBBBHHHBBBxxx", 0, 8, 8, 0, 1, 7, 7, 3, 0, 3, 6)


def raw_update(pixel):
    """The whole screen of by_hand's host in one colour."""
    return struct.pack(">BxH", 0, 1) + struct.pack(">HHHHi", 0, 0, 4, 4, 0) + pixel * 16


class PartsTest(ProntoTest):
    def facts(self, session):
        self.hub.movie_verdict(session)
        return json.loads(self.hub.movie(session).with_suffix(".json").read_text())

    def colours(self, session, at_ms):
        """Of the movie's picture at that moment, as #rrggbb."""
        picture = self.folder / f"shot-{at_ms}.png"
        done = subprocess.run([program("pronto-fbs"), "shot", str(self.hub.movie(session)), "--at", str(at_ms), "--out", str(picture)],
                              capture_output=True, text=True, timeout=60 * SLOW)
        self.assertEqual(0, done.returncode, done.stderr)
        done = subprocess.run(["convert", str(picture), "-unique-colors", "txt:-"], check=True, capture_output=True, text=True, timeout=60 * SLOW)
        return {word.lower()[:7] for word in done.stdout.split() if word.startswith("#") and len(word) >= 7}

    def actions(self):
        return [(row["actor"], row["action"]) for row in self.hub.rows("SELECT * FROM audit WHERE action LIKE 'recording.%' ORDER BY id")]

    def test_what_is_on_the_screen_during_a_pause_is_not_in_the_movie(self):
        self.start_hub()
        desktop = self.desktop()
        ticket = self.hub.ticket()
        paint = lambda colour: subprocess.run(["xsetroot", "-solid", colour], env=desktop.environment(), check=True, timeout=20)
        paint("#102030")
        self.agent(desktop, ticket, "--accept")
        paused, seen = self.folder / "paused.png", self.folder / "seen.png"
        # A move counts as input: what changes before it does not end the next wait.
        painted = ["--wait-change", str(round(20_000 * SLOW)), "--wait-still", "300"]
        viewer = self.viewer(ticket, "--wait-still", "300", "--record", "off", "--sleep", "1000", "--save", str(paused), *painted, "--move", "5,5",
                             "--save", str(seen), *painted, "--record", "on", "--sleep", "500", "--end")
        wait_until(paused.exists, "the pause")
        paint(SECRET)
        wait_until(seen.exists, "the operator to see it")
        paint("#102030")
        result = viewer.result()
        self.assertTrue(result["ok"], result)
        session = result["session"]
        facts = self.facts(session)
        self.assertEqual([], facts["gaps"])
        (begin, end), = facts["pauses"]
        self.assertGreaterEqual(end - begin, 1500)
        self.assertEqual(2, facts["parts"])
        self.assertIn(b"IDAT", seen.read_bytes())
        for at in [begin - 1, begin, (begin + end) // 2, end - 1, end, facts["duration_ms"], *range(200, facts["duration_ms"], 400)]:
            self.assertNotIn(SECRET, self.colours(session, at), f"at {at} ms of {facts['duration_ms']}, paused from {begin} to {end}")
        shown = subprocess.run(["convert", str(seen), "-unique-colors", "txt:-"], check=True, capture_output=True, text=True, timeout=60 * SLOW)
        self.assertIn(SECRET.upper(), shown.stdout.upper(), "the operator saw it")
        self.assertEqual([("admin", "recording.pause"), ("admin", "recording.resume")], self.actions())
        self.assertEqual("ended", self.hub.session(session)["state"])
        self.assertEqual("operator", self.hub.session(session)["reason"])

    def test_the_guest_pauses_where_the_policy_allows_it_and_only_the_guest_goes_on(self):
        self.start_hub("[recording]\nguest_may_pause = true\nkeep_parts = true\n")
        session = Session(self.hub)
        pause = lambda who, paused: who.send_message(type="recording.pause", id=9, session=session.id, paused=paused)
        session.host.send(raw_update(b"\x01\x02\x03\x00"))
        session.viewer.exactly(16 + 64)
        pause(session.guest, True)
        self.assertEqual("guest", session.operator.wait_for("session.state")["paused_by"])
        session.host.send(raw_update(b"\xfe\x00\xff\x00"))
        session.viewer.exactly(16 + 64)
        with self.assertRaisesRegex(AssertionError, "forbidden"):
            pause(session.operator, False)
            session.operator.wait_for("session.state")
        pause(session.guest, False)
        self.assertEqual("nobody", session.operator.wait_for("session.state")["paused_by"])
        self.assertRaises(EOFError, session.viewer.exactly, 1)
        self.assertRaises(EOFError, session.host.exactly, 1)
        host_grant, viewer_grant = session.guest.wait_for("session.stream"), session.operator.wait_for("session.stream")
        self.assertEqual("screen.1.2", host_grant["stream"])
        session.host.close()
        session.viewer.close()
        session.host, session.viewer = open_stream(self.hub, host_grant), open_stream(self.hub, viewer_grant)
        serve_handshake(session.host)
        view_handshake(session.viewer)
        session.operator.wait_for_state("streaming")
        session.host.send(raw_update(b"\x05\x06\x07\x00"))
        session.viewer.exactly(16 + 64)
        session.operator.send_message(type="session.end", id=10, session=session.id)
        session.operator.wait_for("session.ended")
        session.close()
        facts = self.facts(session.id)
        self.assertEqual(1, len(facts["pauses"]))
        self.assertEqual({"#030201"}, self.colours(session.id, 0))
        self.assertEqual({"#070605"}, self.colours(session.id, facts["duration_ms"]))
        recordings = self.hub.data / "recordings"
        for part in recordings.glob("*.part*.fbs"):
            self.assertNotIn(b"\xfe\x00\xff\x00" * 16, part.read_bytes())
        self.assertEqual([("netceck", "recording.pause"), ("netceck", "recording.resume")],
                         [(actor.split("-")[0].lower(), action) for actor, action in self.actions()])

    def test_a_viewer_that_changes_its_pixel_format_begins_a_part_and_the_movie_shows_both(self):
        self.start_hub()
        session = Session(self.hub)
        session.viewer.send(REQUEST)
        session.host.exactly(len(REQUEST))
        session.host.send(raw_update(b"\x01\x02\x03\x00"))
        session.viewer.exactly(16 + 64)
        time.sleep(0.05)  # not to wait for anything: the two pictures are to have moments of their own
        session.viewer.send(EIGHT_BITS + REQUEST)
        session.host.exactly(len(EIGHT_BITS + REQUEST))
        session.host.send(raw_update(b"\x07"))
        session.viewer.exactly(16 + 16)
        session.operator.send_message(type="session.end", id=10, session=session.id)
        session.operator.wait_for("session.ended")
        session.close()
        facts = self.facts(session.id)
        self.assertEqual([1, 2], [row["part"] for row in self.hub.recordings(session.id)])
        self.assertEqual((2, [], []), (facts["parts"], facts["gaps"], facts["problems"]))
        self.assertEqual({"#030201"}, self.colours(session.id, 0))
        self.assertEqual({"#ff0000"}, self.colours(session.id, facts["duration_ms"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
