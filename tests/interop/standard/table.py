"""The table of docs/interop.md: which viewer was seen to work with which server."""

import re
import subprocess

from stage import HERE

DOCUMENT = HERE.parents[2] / "docs" / "interop.md"
BEGIN, END = "<!-- pairs_test.py --write keeps this table -->\n", "<!-- end of the table -->"

PACKAGES = ["x11vnc", "tigervnc-standalone-server", "tigervnc-viewer", "xtightvncviewer", "ssvnc", "vncsnapshot", "chromium"]


def of(cells):
    """`cells`: {(server, viewer): text}; rows are servers."""
    servers = list(dict.fromkeys(server for server, _ in cells))
    viewers = list(dict.fromkeys(viewer for _, viewer in cells))
    lines = ["| | " + " | ".join(viewers) + " |", "|---" * (len(viewers) + 1) + "|"]
    lines += [f"| **{server}** | " + " | ".join(cells[server, viewer] for viewer in viewers) + " |" for server in servers]
    return "\n".join(lines) + "\n"


def versions():
    """Of the programs, by their Debian packages."""
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *PACKAGES], capture_output=True, text=True).stdout
    return ", ".join(shown.splitlines())


def kept():
    found = re.search(re.escape(BEGIN) + "(.*?)" + re.escape(END), DOCUMENT.read_text(), re.S)
    return found.group(1).rsplit("\nSeen with ", 1)[0] if found else ""


def write(shown):
    text = DOCUMENT.read_text()
    head, rest = text.split(BEGIN)
    DOCUMENT.write_text(head + BEGIN + shown + f"\nSeen with {versions()}.\n" + END + rest.split(END)[1])
