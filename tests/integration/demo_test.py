"""The README's demo runs, and its comparison is one that fails for a blank or an earlier picture."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["PRONTO_BIN"])


def alike(first, second, ignored=()):
    command = [BIN / "pronto-fbs", "compare", first, second, "--tolerance", "32", "--most", "0.1", "--json"]
    for area in ignored:
        command += ["--ignore", ",".join(map(str, area))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, json.loads(done.stdout)["percent"]


class DemoTest(unittest.TestCase):
    def test_the_demo(self):
        with tempfile.TemporaryDirectory(prefix="pronto-demo-test-") as folder:
            done = subprocess.run([ROOT / "packaging/demo", "--build", BIN.parent, "--json", "--keep", folder],
                                  capture_output=True, text=True, timeout=240, check=False)
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
            result = json.loads(done.stdout.splitlines()[-1])
            self.assertTrue(result["ok"])
            for key in ("ticket", "session", "first_picture_ms", "bytes_to_viewer", "movie", "movie_ms", "database"):
                self.assertTrue(result[key], key)
            self.assertEqual(result["report"]["outcome"], "solved")
            self.wrong_pictures_fail(result, pathlib.Path(folder))

    def test_shown_on_a_display_of_the_users(self):
        read_end, write_end = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
                                  pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write_end)
        try:
            with os.fdopen(read_end) as number, tempfile.TemporaryDirectory(prefix="pronto-demo-test-") as folder:
                display = f":{number.readline().strip()}"
                done = subprocess.run([ROOT / "packaging/demo", "--build", BIN.parent, "--json", "--show", "--keep", folder],
                                      env=dict(os.environ, DISPLAY=display), capture_output=True, text=True, timeout=240, check=False)
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
            self.assertTrue(json.loads(done.stdout.splitlines()[-1])["ok"])
        finally:
            server.terminate()
            server.wait()

    def wrong_pictures_fail(self, result, folder):
        self.assertTrue(alike(result["guest_png"], result["movie_png"], result["agent_area"])[0])
        blank, earlier = folder / "blank.png", folder / "earlier.png"
        subprocess.run(["convert", "-size", "1280x800", "xc:#3b6ea5", blank], check=True)
        facts = json.loads(subprocess.run([BIN / "pronto-fbs", "info", "--json", result["movie"]], check=True, capture_output=True).stdout)
        subprocess.run([BIN / "pronto-fbs", "shot", result["movie"], "--at", str(facts["first_update_ms"]), "--out", earlier],
                       check=True, capture_output=True)
        for wrong in (blank, earlier):
            same, percent = alike(result["guest_png"], wrong, result["agent_area"])
            self.assertFalse(same, f"{wrong.name} passes with {percent} %")


if __name__ == "__main__":
    unittest.main()
