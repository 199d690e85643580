#!/usr/bin/env python3
"""The agent as guests get it, on desktops whose settings have a proxy."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from proxy_stage import BIN, ProxyTest, clean
from proxies import Dante, Squid

ROOT = pathlib.Path(__file__).resolve().parents[3]


class BundleTest(ProxyTest):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="pronto-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.bundle = folder / "pronto-agent.run"
        done = subprocess.run([ROOT / "packaging/bundle", "--program", BIN / "pronto-agent", "--out", cls.bundle], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"packaging/bundle: {done.stdout}{done.stderr}")
        super().setUpClass()

    def desktop_of(self, name):
        """The environment of somebody who is logged in there."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        return {**clean(os.environ), "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CURRENT_DESKTOP": name,
                "GSETTINGS_BACKEND": "keyfile"}

    def gnome(self, **settings):
        """`mode="manual"`, `https_host="proxy.test"` and so on, as the settings' window writes them."""
        desktop = self.desktop_of("GNOME")
        for key, value in settings.items():
            schema, key = key.split("_") if "_" in key else ("", key)
            schema = ".".join(["org.gnome.system.proxy", *([schema] if schema else [])])
            subprocess.run(["gsettings", "set", schema, key.replace("ignore", "ignore-hosts"), value], env=desktop, check=True)
        return desktop

    def kde(self, **settings):
        desktop = self.desktop_of("KDE")
        for key, value in settings.items():
            subprocess.run(["kwriteconfig5", "--file", "kioslaverc", "--group", "Proxy Settings", "--key", key, value], env=desktop, check=True)
        return desktop

    def way(self, desktop, **more):
        """The proxy by which the bundled agent gets to the hub."""
        done = subprocess.run([self.bundle, "--check", "--json", "--hub", self.the_hub.address, "--hub-pin", self.the_hub.pin],
                              env={**desktop, **more, "ASAN_OPTIONS": "detect_leaks=0"}, capture_output=True, text=True, timeout=120, check=False)
        self.assertTrue(done.stdout, done.stderr)
        steps = {step["step"]: step for step in json.loads(done.stdout)["steps"]}
        self.assertTrue(steps.get("hub", {}).get("ok"), done.stdout)  # how much may pass is limited, and each of these tests has its part
        return steps["proxy"]["what"] if "proxy" in steps else None

    def test_gnomes_settings(self):
        squid, dante = self.started_thing(Squid(self.folder)), self.started_thing(Dante(self.folder))
        web = {"mode": "manual", "https_host": "proxy.test", "https_port": str(squid.port)}
        self.assertEqual(squid.url, self.way(desktop := self.gnome(**web)))
        self.assertIn("CONNECT hub.test:443", squid.seen())
        self.assertEqual(dante.url, self.way(desktop, https_proxy=dante.url), "the environment has said so")
        self.assertIsNone(self.way(desktop, no_proxy="hub.test"), "so it has here")
        self.assertIsNone(self.way(self.gnome(ignore="['localhost', 'hub.test']")))
        self.assertIsNone(self.way(self.gnome(ignore="[]", mode="none")))
        self.assertEqual(squid.url, self.way(self.gnome(mode="manual", ignore="[]", https_host=" http://proxy.test/ ")))
        self.assertEqual(dante.url, self.way(self.gnome(https_host="", socks_host="proxy.test", socks_port=str(dante.port))))

    def test_kdes_settings(self):
        squid, dante = self.started_thing(Squid(self.folder)), self.started_thing(Dante(self.folder))
        self.assertEqual(squid.url, self.way(self.kde(ProxyType="1", httpsProxy=f"http://proxy.test {squid.port}")))
        self.assertIn("CONNECT hub.test:443", squid.seen())
        self.assertIsNone(self.way(self.kde(NoProxyFor="localhost,hub.test")))
        self.assertIsNone(self.way(self.kde(NoProxyFor="", ProxyType="0")))
        self.assertIsNone(self.way(self.kde(NoProxyFor="elsewhere.test", ProxyType="1", ReversedException="true")))
        self.assertEqual(squid.url, self.way(self.kde(ReversedException="false", httpsProxy=f"proxy.test/:{squid.port}")))
        self.assertEqual(dante.url, self.way(self.kde(ProxyType="1", httpsProxy="", socksProxy=f"socks://proxy.test {dante.port}")))


if __name__ == "__main__":
    unittest.main()
