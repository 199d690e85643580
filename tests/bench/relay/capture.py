#!/usr/bin/env python3
"""Makes office.fbs anew, the traffic of tests/bench/run relay: a recorded session with our own agent at a desk with a terminal
that scrolls, a picture, windows that move, and typing. Usage: PRONTO_BIN=build/release/bin tests/bench/relay/capture.py"""

import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))

from pronto import Agent, Desktop, Hub, Viewer  # noqa: E402  (found by the line above)

# What happens on the desk by itself while the operator looks on and types.
TERMINAL = "ls -lR /usr/share/doc | head -900 | while read line; do echo \"$line\"; sleep 0.01; done; clear; exec sh -i"
PICTURES = "for colours in red-blue gold-teal tomato-steelblue green-orange; do display -size 1000x700 plasma:$colours & sleep 2.5; kill $!; done"
STEPS = """sleep 12000
click 200 200
type Dear customer, we have looked into the matter and found that the printer was set to pink.
key Return
wait-still 500 5000
end
"""


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pronto-capture-"))
    hub, desktop, agent = Hub(folder, "[recording]\nkeep_parts = true\n").start(), Desktop(folder, size="1280x800"), None
    try:
        desktop.terminal(TERMINAL, "120x40+10+10")
        agent = Agent(hub, desktop, hub.ticket(), "--accept", "--once")
        script = folder / "steps"
        script.write_text(STEPS)
        desktop.run("pictures", "sh", "-c", PICTURES)
        viewer = Viewer(hub, "any", "--script", str(script))
        result = viewer.result(120)
        if not result["ok"]:
            raise SystemExit(f"the session failed: {result}")
        hub.await_ended(result["session"])
        hub.stop()
        shutil.copy(hub.movie(result["session"]), HERE / "office.fbs")
        print(f"{HERE / 'office.fbs'}: {(HERE / 'office.fbs').stat().st_size} bytes")
    finally:
        if agent:
            agent.kill()
        desktop.stop()
        hub.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
