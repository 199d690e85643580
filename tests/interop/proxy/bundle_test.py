#!/usr/bin/env python3
"""The agent as guests get it, on desktops whose settings have a proxy."""

import json
import os
import pathlib
import subprocess
import unittest

from proxy_stage import BIN, ProxyTest, clean
from proxies import Dante, Squid

ROOT = pathlib.Path(__file__).resolve().parents[3]


class BundleTest(ProxyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bundle = cls.hub_folder / "pronto-agent.run"
        subprocess.run([ROOT / "packaging/bundle", "--program", BIN / "pronto-agent", "--out", cls.bundle], check=True, capture_output=True)

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
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return next((step["what"] for step in json.loads(done.stdout)["steps"] if step["step"] == "proxy"), None)

    def test_gnomes_settings(self):
        squid, dante = self.started_thing(Squid(self.folder)), self.started_thing(Dante(self.folder))
        web = {"mode": "manual", "https_host": "proxy.test", "https_port": str(squid.port)}
        self.assertEqual(squid.url, self.way(desktop := self.gnome(**web)))
        self.assertIn("CONNECT hub.test:443", squid.seen())
        self.assertEqual(dante.url, self.way(desktop, https_proxy=dante.url), "the environment has said so")
        self.assertIsNone(self.way(self.gnome(ignore="['localhost', 'hub.test']")))
        self.assertIsNone(self.way(self.gnome(ignore="[]", mode="none")))
        self.assertEqual(dante.url, self.way(self.gnome(mode="manual", https_host="", socks_host="proxy.test", socks_port=str(dante.port))))

    def test_kdes_settings(self):
        squid, dante = self.started_thing(Squid(self.folder)), self.started_thing(Dante(self.folder))
        self.assertEqual(squid.url, self.way(self.kde(ProxyType="1", httpsProxy=f"http://proxy.test {squid.port}")))
        self.assertIn("CONNECT hub.test:443", squid.seen())
        self.assertIsNone(self.way(self.kde(NoProxyFor="localhost,hub.test")))
        self.assertIsNone(self.way(self.kde(NoProxyFor="", ProxyType="0")))
        self.assertEqual(dante.url, self.way(self.kde(ProxyType="1", httpsProxy="", socksProxy=f"socks://proxy.test {dante.port}")))


if __name__ == "__main__":
    unittest.main()
