#!/usr/bin/env python3
"""The hub behind the fronts that people put before servers, and behind boxes that meddle."""

import re
import subprocess
import unittest

from proxy_stage import ProxyTest, Through, make_authority, typed_on, wait_until
from fronts import PASSES_WEBSOCKET, haproxy, nginx

STRAIGHT = Through()


def pin_of(certificate):
    """As the programs write it: of a PEM file."""
    def openssl(*words, given=None):
        return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True).stdout
    public = openssl("x509", "-in", str(certificate), "-noout", "-pubkey")
    der = openssl("pkey", "-pubin", "-outform", "DER", given=public)
    return "sha256:" + openssl("dgst", "-sha256", "-r", given=der).split()[0].decode()


class FrontsTest(ProxyTest):
    def terminating(self, make, **more):
        """A front with a certificate of its own, whose key the programs expect."""
        both, _ = make_authority(self.folder, "front.test")
        self.started_thing(make(self.folder, both, **more))
        return self.prove(STRAIGHT, host="front.test", pin=pin_of(both))

    def streams(self):
        """What became of the requests for streams, as nginx saw it: two of them were upgraded."""
        log = self.folder / "nginx" / "access.log"
        found = wait_until(lambda: (all_of := re.findall(r'streams/screen\S* HTTP/1.1" (\d+)', log.read_text())).count("101") >= 2 and all_of,
                           "the streams in nginx's log")
        return sorted(found)

    def test_haproxy_passes_tls_through(self):
        self.started_thing(haproxy(self.folder))
        self.prove(STRAIGHT, host="front.test")

    def test_nginx_passes_tls_through(self):
        self.started_thing(nginx(self.folder))
        self.prove(STRAIGHT, host="front.test")

    def test_haproxy_ends_tls(self):
        self.terminating(haproxy)

    def test_nginx_ends_tls(self):
        self.terminating(nginx)
        self.assertEqual(["101", "101"], self.streams())

    def test_a_front_that_knows_only_websocket_gets_websocket(self):
        self.terminating(nginx, upgrade=PASSES_WEBSOCKET)
        self.assertEqual(["101", "101", "426", "426"], self.streams())

    def test_a_session_outlives_a_box_that_cuts_idle_connections_after_30_seconds(self):
        self.started_thing(haproxy(self.folder, idle="30s"))
        desktop, ticket = self.guest(STRAIGHT, host="front.test")
        viewer = self.session(STRAIGHT, "--wait-still", "300", "--sleep", "34000", "--move", "60,40", "--type", "awake", "--key", "Return",
                              "--wait-change", "10000", "--wait-still", "300", ticket=ticket, host="front.test")
        result = viewer.result(90)
        self.assertTrue(result["ok"], result)
        self.assertIn("awake", typed_on(desktop).read_text())
        self.assertNotIn("lost", viewer.err)

    def test_a_box_that_opens_tls_is_named_to_the_user(self):
        both, _ = make_authority(self.folder, "front.test", "Example Web Gateway")
        self.started_thing(haproxy(self.folder, both))
        agent = self.lone_agent(STRAIGHT, host="front.test")
        self.assertEqual(1, agent.wait())
        said = agent.out + agent.err
        self.assertIn("TLS inspection", said)
        self.assertIn('issued by "Example Web Gateway"', said)
        self.assertIn("exempt front.test, port 443, from TLS inspection", said)

    def test_another_key_of_a_hub_is_no_such_box(self):
        error = self.session(STRAIGHT, pin="sha256:" + "00" * 32).result()["error"]
        self.assertIn("another key than the", error["message"])
        self.assertNotIn("inspection", error["message"] + error["remedy"])

    def test_a_hub_that_is_found_at_another_port_than_the_given_one(self):
        self.prove(STRAIGHT, port=8443)

    def test_nobody_there_is_told_with_the_ports_that_were_tried(self):
        error = self.session(STRAIGHT, host="proxy.test", port=8443).result()["error"]
        self.assertIn("proxy.test:8443 cannot be reached", error["message"])
        self.assertIn("Also tried: ports 443, 3128 and 8080.", error["message"])


if __name__ == "__main__":
    unittest.main()
