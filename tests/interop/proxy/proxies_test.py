#!/usr/bin/env python3
"""Sessions through the proxies of the world, and what people read when one of them says no."""

import unittest
from unittest import mock

from proxy_stage import ProxyTest, Through, make_authority
from kerberos import Realm
from pac import Pac, pac_environment
from proxies import Dante, Squid, Tinyproxy, wait_until
from network import HUB


class ProxiesTest(ProxyTest):
    def through(self, proxy):
        self.started_thing(proxy)
        self.prove(Through(proxy))
        return proxy.seen()

    def refusal(self, proxy, **more):
        """What the viewer says, and that the agent says it too."""
        self.started_thing(proxy)
        through = Through(proxy, **more)
        result = self.session(through).result()
        self.assertFalse(result["ok"], result)
        self.assertEqual(1, result["exit_code"])
        agent = self.lone_agent(through)
        wait_until(lambda: proxy.url in agent.out + agent.err, "the agent to say why")
        return result["error"]

    def test_squid_with_basic(self):
        self.assertIn("hub.test:443 ada", self.through(Squid(self.folder, login="basic")))

    def test_squid_with_digest(self):
        self.assertIn("hub.test:443 ada", self.through(Squid(self.folder, login="digest")))

    def test_squid_with_ntlm(self):
        self.assertRegex(self.through(Squid(self.folder, login="ntlm")), r"TCP_TUNNEL/200 \d+ CONNECT hub.test:443 \\\\+ada")

    def test_squid_with_negotiate_by_the_log_in_to_the_desktop(self):
        realm = self.started_thing(Realm(self.folder))
        proxy = self.started_thing(Squid(self.folder, login="negotiate", realm=realm))
        through = Through(proxy, **realm.environment())
        error = self.session(through, name="viewer-without-ticket").result()["error"]
        self.assertEqual(f"The proxy {proxy.url} takes no password: it offers only to log in by Negotiate (Kerberos), which did not "
                         "succeed.", error["message"])
        realm.log_in()
        self.prove(through)
        self.assertIn("hub.test:443 ada@PRONTO.TEST", proxy.seen())

    def test_a_pac_file_says_which_proxy_and_the_next_one_if_that_is_dead(self):
        proxy = self.started_thing(Squid(self.folder))
        pac = self.started_thing(Pac(self.folder, f"PROXY proxy.test:9; PROXY proxy.test:{proxy.port}"))
        self.prove(Through(https_proxy=pac.url, **pac_environment(self.folder)))
        self.assertIn("CONNECT hub.test:443", proxy.seen())

    def test_tinyproxy_with_basic(self):
        self.assertIn("CONNECT hub.test:443", self.through(Tinyproxy(self.folder, login=True)))

    def test_socks5(self):
        self.assertIn(f"{HUB}.443", self.through(Dante(self.folder)))

    def test_a_proxy_that_the_programs_were_told(self):
        proxy = self.started_thing(Squid(self.folder, login="basic"))
        password = self.folder / "proxy-password"
        password.touch(0o600)
        password.write_text(proxy.password + "\n")
        self.prove(Through(), options=("--proxy", proxy.url, "--proxy-user", proxy.user, "--proxy-password-file", str(password)))
        self.assertIn("hub.test:443 ada", proxy.seen())

    def test_https_proxy_whose_certificate_is_vouched_for(self):
        both, authority = make_authority(self.folder, "proxy.test")
        with mock.patch.dict("os.environ", SSL_CERT_FILE=str(authority)):
            self.assertIn("hub.test:443", self.through(Squid(self.folder, 3129, tls=both)))

    def test_https_proxy_that_nobody_vouches_for_is_not_trusted(self):
        both, _ = make_authority(self.folder, "proxy.test")
        error = self.refusal(Squid(self.folder, 3129, tls=both))
        self.assertIn("The proxy https://proxy.test:3129 is not trusted", error["message"])

    def test_no_password_and_a_wrong_one_are_told_apart(self):
        for kind in ("basic", "digest", "ntlm"):
            with self.subTest(kind):
                proxy = self.started_thing(Squid(self.folder, 3130 + len(kind), login=kind))
                error = self.session(Through(proxy, user=""), name=f"viewer-none-{kind}").result()["error"]
                self.assertEqual(f"The proxy {proxy.url} asks for a user and a password.", error["message"])
                error = self.session(Through(proxy, password="other"), name=f"viewer-wrong-{kind}").result()["error"]
                self.assertEqual(f"The proxy {proxy.url} does not accept the user and the password it was given.", error["message"])
                self.assertIn("--proxy-password-file", error["remedy"])

    def test_tinyproxys_401_is_a_wrong_password_too(self):
        error = self.refusal(Tinyproxy(self.folder, login=True), password="other")
        self.assertIn("does not accept the user and the password", error["message"])

    def test_a_proxy_that_allows_443_only_is_enough_for_a_hub_that_was_given_with_another_port(self):
        proxy = self.started_thing(Squid(self.folder))
        self.prove(Through(proxy), port=8443)
        self.assertRegex(proxy.seen(), r"TCP_DENIED/403 \d+ CONNECT hub.test:8443")
        self.assertRegex(proxy.seen(), r"TCP_TUNNEL/200 \d+ CONNECT hub.test:443")

    def test_a_proxy_that_allows_nothing_is_told_with_what_to_ask_for(self):
        error = self.refusal(Squid(self.folder, allowed=()))
        self.assertIn("The proxy http://proxy.test:3128 does not allow connections to the hub hub.test:443: 403 Forbidden", error["message"])
        self.assertIn("Also tried: ports 3128 and 8080.", error["message"])
        self.assertIn("allow CONNECT to hub.test, port 443", error["remedy"])

    def test_a_proxy_that_is_not_there(self):
        proxy = Squid(self.folder)
        proxy.kill()
        error = self.refusal(proxy)
        self.assertIn("The proxy http://proxy.test:3128 cannot be reached", error["message"])


if __name__ == "__main__":
    unittest.main()
