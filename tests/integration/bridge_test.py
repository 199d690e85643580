#!/usr/bin/env python3
"""`pronto-viewer bridge` with the real programs: VNC viewers that others wrote show a guest's screen and type on it."""

import json
import signal
import subprocess
import unittest

import support  # noqa: F401
from pronto import Process, ProntoTest, private_environment, program, wait_until


class Bridge(Process):
    def __init__(self, hub, folder, guest, *words, name="bridge"):
        super().__init__(name, [program("pronto-viewer"), "bridge", guest, "--json", "--wait-for-guest", "30",
                                *hub.viewer_words(), *words], folder, private_environment(folder))

    def event(self, name):
        def found():
            events = [json.loads(line) for line in self.out.splitlines()]
            return next((event for event in events if event["event"] == name), None)
        return wait_until(lambda: found() or not self.running() and self.fail(name), f"the bridge's event {name}")

    def fail(self, name):
        raise AssertionError(f"the bridge ended without {name}\n{self.out}\n{self.err}")


class BridgeTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.hub = self.start_hub()
        self.screen = self.desktop()
        self.ticket = self.hub.ticket()
        self.pass_file = self.folder / "pass"

    def bridge(self, *words, name="bridge"):
        return self.started_thing(Bridge(self.hub, self.folder, self.ticket, "--viewer-passwd", str(self.pass_file), *words, name=name))

    def snapshot(self, port, pass_file, to):
        """What vncsnapshot says; it must not wait for ever."""
        return subprocess.run(["vncsnapshot", "-passwd", str(pass_file), "-quality", "100", f"127.0.0.1::{port}", str(to)],
                              capture_output=True, text=True, timeout=60)

    def test_vncsnapshot_sees_the_guests_screen_by_the_pass_file(self):
        self.screen.run("red", "xsetroot", "-solid", "#c02010").wait()
        self.agent(self.screen, self.ticket, "--accept")
        bridge = self.bridge()
        offer = bridge.event("offered")
        self.assertEqual(0o600, self.pass_file.stat().st_mode & 0o777)
        done = self.snapshot(offer["port"], self.pass_file, self.folder / "picture.jpg")
        self.assertEqual(0, done.returncode, done.stderr)
        ended = bridge.event("ended")
        self.assertTrue(ended["ok"], ended)
        self.assertEqual("operator", ended["reason"])
        self.assertEqual(0, bridge.wait())
        self.assertFalse(self.pass_file.exists())
        shown = subprocess.run(["convert", str(self.folder / "picture.jpg"), "-format", "%w %h %[pixel:p{700,500}]", "info:"],
                               capture_output=True, text=True, check=True, timeout=60).stdout
        size, colour = shown.rsplit(" ", 1)
        self.assertEqual("800 600", size)
        red, green, blue = (int(part.split(".")[0]) for part in colour[colour.index("(") + 1:-1].split(",")[:3])
        for seen, real in ((red, 0xC0), (green, 0x20), (blue, 0x10)):
            self.assertLess(abs(seen - real), 16, colour)
        self.assertEqual("operator", self.hub.await_ended(offer["session"])["reason"])
        self.hub.movie_verdict(offer["session"])

    def test_tigervnc_types_on_the_guests_screen(self):
        self.screen.terminal("read line; echo \"$line\" > typed; exec sleep 1000")
        self.agent(self.screen, self.ticket, "--accept")
        bridge = self.bridge()
        offer = bridge.event("offered")
        own = self.desktop("own")
        viewer = self.started_thing(Process(
            "tigervnc", ["xtigervncviewer", "-passwd", str(self.pass_file), f"127.0.0.1::{offer['port']}"], self.folder,
            private_environment(self.folder, DISPLAY=own.display)))
        bridge.event("taken")
        xdotool = lambda *words: subprocess.run(["xdotool", *words], check=True, timeout=60, env=own.environment())
        typed = self.folder / "typed"

        def arrived():
            xdotool("mousemove", "100", "100", "click", "1", "type", "--delay", "30", "hello")
            xdotool("key", "Return")
            return typed.exists() and "hello" in typed.read_text()
        wait_until(arrived, "what was typed", interval=1)
        bridge.popen.send_signal(signal.SIGINT)
        self.assertTrue(bridge.event("ended")["ok"])
        self.assertEqual(0, bridge.wait())
        wait_until(lambda: "End of stream" in viewer.err + viewer.out, "TigerVNC to see the end")

    def test_a_wrong_pass_is_refused_and_no_pass_reaches_a_log(self):
        self.agent(self.screen, self.ticket, "--accept")
        log = self.folder / "bridge.log"
        bridge = self.bridge("--log", str(log), "--verbose")
        offer = bridge.event("offered")
        wrong = self.folder / "wrong"
        wrong.write_bytes(bytes.fromhex("dbd83cfd727a1458"))
        for _ in range(5):
            done = self.snapshot(offer["port"], wrong, self.folder / "none.jpg")
            self.assertNotEqual(0, done.returncode)
            self.assertFalse((self.folder / "none.jpg").exists())
        ended = bridge.event("ended")
        self.assertFalse(ended["ok"])
        self.assertEqual(1, bridge.wait())
        self.assertIn("wrong pass", log.read_text())
        self.assertNotIn(offer["pass"], log.read_text() + bridge.err)

    def test_a_port_that_is_taken_is_named_before_the_guest_is_asked(self):
        port = self.hub.port
        bridge = self.bridge("--port", str(port))
        self.assertEqual(1, bridge.wait())
        self.assertIn(f"port {port} of this computer cannot be used", bridge.err)

    def test_ctrl_c_ends_the_waiting_for_a_viewer(self):
        self.agent(self.screen, self.ticket, "--accept")
        bridge = self.bridge("--view-only")
        offer = bridge.event("offered")
        bridge.popen.send_signal(signal.SIGINT)
        self.assertTrue(bridge.event("ended")["ok"])
        self.assertEqual(0, bridge.wait())
        self.hub.await_ended(offer["session"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
