#!/usr/bin/env python3
"""Every viewer with every server: the picture, typing, the movie, what the hub keeps of the session. --write keeps the table in
docs/interop.md."""

import os
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

import stage  # first: it finds the rest
import servers
import table
import viewers

AT_ONCE = 3


class PairsTest(stage.StandardTest):
    def test_every_viewer_with_every_server(self):
        self.start_standard_hub()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            columns = list(pool.map(self.try_viewers, range(len(servers.ALL)), servers.ALL))
        cells = {pair: cell for column in columns for pair, cell in column.items()}
        for (server, viewer), cell in cells.items():
            with self.subTest(server=server, viewer=viewer):
                if isinstance(cell, Exception):
                    raise cell
        shown = table.of({pair: "FAILS" if isinstance(cell, Exception) else cell for pair, cell in cells.items()})
        print("\n" + shown + "\n" + table.versions(), flush=True)
        if os.environ.get("PRONTO_WRITE_INTEROP"):
            table.write(shown)
        self.assertEqual(table.kept(), shown, "docs/interop.md is not what was seen: run this with --write")

    def try_viewers(self, number, make):
        """{(server, viewer): what the table says, or what went wrong}"""
        try:
            server = make(self, f"server{number}")
            desktop = self.viewers_desktop(f"viewers{number}")
            guest = self.await_idle(server.ticket)
        except Exception as error:
            return {(make.name, viewer.name): error for viewer in viewers.ALL}
        seen = {}
        for viewer in viewers.ALL:
            try:
                seen[viewer] = self.have_session(server, viewer(self, desktop, server, f"s{number}-{viewer.__name__}"), guest)
            except Exception as error:
                seen[viewer] = error
        return {(server.name, viewer.name): self.finished(viewer, seen[viewer]) for viewer in viewers.ALL}

    def have_session(self, server, viewer, guest):
        """(the session, the screen at its end)"""
        before = len(self.sessions_of(guest["name"]))
        self.await_idle(server.ticket)
        try:
            screen = viewer.use(f"{viewer.key.lower()}-word")
        except Exception:
            viewer.kill()
            raise
        rows = self.sessions_of(guest["name"])
        self.assertEqual(before + 1, len(rows), rows)
        self.check_row(self.hub.await_ended(rows[-1]["id"]), guest)
        return rows[-1]["id"], screen

    def finished(self, viewer, seen):
        """Movies are looked at last: the hub makes them while other viewers are at work."""
        if isinstance(seen, Exception):
            return seen
        session, screen = seen
        try:
            self.check_movie(session, screen, viewer.lossy)
        except Exception as error:
            return error
        return "works" if viewer.types else "picture"


if __name__ == "__main__":
    if "--write" in sys.argv:
        sys.argv.remove("--write")
        os.environ["PRONTO_WRITE_INTEROP"] = "1"
    unittest.main(verbosity=2)
