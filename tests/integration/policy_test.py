#!/usr/bin/env python3
"""What the hub's policy forbids does not pass, whoever tries it and however."""

import struct
import unittest

from by_hand import Session
from pronto import ProntoTest

SECRET = b"copied-4b1d"
KEY = struct.pack(">BBxxI", 4, 1, 0x61)
REQUEST = struct.pack(">BBHHHH", 3, 1, 0, 0, 8, 8)
CLIENT_CUT = struct.pack(">BxxxI", 6, len(SECRET)) + SECRET
SERVER_CUT = struct.pack(">BxxxI", 3, len(SECRET)) + SECRET
BELL = b"\x02"


def runs(data, size):
    return [data[i:i + size] for i in range(0, len(data), size)]


class ClipboardTest(ProntoTest):
    def through(self, session):
        """(what the host got of the viewer's, what the viewer got of the host's), each cut into pieces on its way."""
        for piece in runs(KEY + CLIENT_CUT + KEY, 7):
            session.viewer.send(piece)
        for piece in runs(BELL + SERVER_CUT + BELL, 3):
            session.host.send(piece)
        return session

    def test_without_a_clipboard_cut_text_passes_in_neither_direction(self):
        self.start_hub("[clipboard]\nenabled = false\n")
        session = self.through(Session(self.hub))
        self.assertEqual(KEY + KEY, session.host.exactly(16))
        self.assertEqual(BELL + BELL, session.viewer.exactly(2))
        session.close()

    def test_with_it_cut_text_passes_in_both(self):
        self.start_hub()
        session = self.through(Session(self.hub))
        self.assertEqual(KEY + CLIENT_CUT + KEY, session.host.exactly(16 + len(CLIENT_CUT)))
        self.assertEqual(BELL + SERVER_CUT + BELL, session.viewer.exactly(2 + len(SERVER_CUT)))
        session.close()

    def test_viewing_copies_nothing_either_way(self):
        self.start_hub()
        session = self.through(Session(self.hub, "view"))
        self.assertEqual(BELL + BELL, session.viewer.exactly(2))
        session.viewer.send(REQUEST)
        self.assertEqual(REQUEST, session.host.exactly(len(REQUEST)), "input came through before the request")
        session.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
