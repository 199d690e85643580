"""Finds tests/support, and what only the integration tests need."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))


def clipboard_of(desktop):
    """The text in that desktop's clipboard; None if there is none."""
    done = subprocess.run(["xclip", "-o", "-selection", "clipboard"], capture_output=True, text=True, env=desktop.environment(), timeout=20)
    return done.stdout if done.returncode == 0 else None
