#!/usr/bin/env python3
"""The agent with --vnc-server: it shares a VNC server that already runs, and needs no display of its own."""

import contextlib
import os
import socket
import socketserver
import subprocess
import threading
import unittest

import support
from pronto import Desktop, Process, ProntoTest, private_environment, program, wait_until


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Xvnc(Desktop):
    """TigerVNC's server: screen and VNC server in one."""

    def __init__(self, folder, port, *options, name="xvnc"):
        self.folder = folder
        self.name = name
        self.clients = []
        read_end, write_end = os.pipe()
        with open(folder / f"{name}.log", "ab") as log:
            self.popen = subprocess.Popen(
                ["Xvnc", "-displayfd", str(write_end), "-rfbport", str(port), "-localhost", "-geometry", "800x600", "-depth", "24",
                 "-nolisten", "tcp", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise AssertionError(f"Xvnc did not start: {(folder / f'{name}.log').read_text()}")
        self.display = f":{number}"


class Pretender(socketserver.ThreadingTCPServer):
    """Takes connections on a free port and does with them what `handler` does."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handle):
        self.over = threading.Event()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                handle(self.request, self.server.over)

        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def kill(self):
        self.over.set()
        self.shutdown()
        self.server_close()


class VncServerTest(ProntoTest):
    def setUp(self):
        super().setUp()
        self.start_hub()
        self.ticket = self.hub.ticket()

    def share(self, port, *options):
        """An agent without any display; `options` after the server's address."""
        command = [program("pronto-agent"), "--no-window", "--accept", "--hub", self.hub.address, "--hub-pin", self.hub.pin,
                   "--ticket", self.ticket, "--vnc-server", f"127.0.0.1:{port}", *options]
        return self.started_thing(Process("agent", command, self.folder, private_environment(self.folder)))

    def password_file(self, text, mode=0o600):
        path = self.folder / "vnc-password"
        path.write_text(text + "\n")
        path.chmod(mode)
        return path

    def x11vnc(self, desktop, port, *options):
        server = desktop.run("x11vnc", "x11vnc", "-display", desktop.display, "-rfbport", str(port), "-localhost", "-shared",
                             "-forever", "-noxrecord", "-noipv6", *options)
        wait_until(lambda: listens(port), "x11vnc to listen")
        return server

    def xvnc(self, port, *options, name="xvnc"):
        return self.started_thing(Xvnc(self.folder, port, *options, name=name))

    def vncpasswd(self, text):
        """The file that servers read."""
        path = self.folder / "vncpasswd"
        made = subprocess.run(["vncpasswd", "-f"], input=text.encode() + b"\n", capture_output=True, check=True, timeout=20)
        path.touch(0o600)
        path.write_bytes(made.stdout)
        return path

    def type_and_look(self, desktop, name, text="hello vnc"):
        """A session that types into a terminal on that desktop; its result."""
        typed = self.folder / f"typed-{name}"
        terminal = desktop.run(f"xterm-{name}", "xterm", "-geometry", "80x24+0+0", "-e", "sh", "-c",
                               f"cd '{self.folder}'; read line; echo \"$line\" > {typed.name}")
        result = self.viewer(self.ticket, "--wait-still", "500", "--click", "200,200", "--type", text, "--key", "Return",
                             "--wait-still", "300", "--save", str(self.folder / f"{name}.png"), name=f"viewer-{name}").result()
        self.assertTrue(result["ok"], result)
        wait_until(lambda: typed.exists() and typed.read_text() == text + "\n", "what was typed to arrive")
        terminal.kill()
        return result

    def refused_session(self, name="viewer"):
        """What an operator hears."""
        result = self.viewer(self.ticket, name=name).result()
        self.assertEqual(1, result["exit_code"], result)
        self.assertEqual("drop", result["reason"], result)
        return result["error"]["message"]

    # ---- servers that work

    def test_x11vnc_is_seen_and_controlled_and_recorded(self):
        desktop = self.desktop()
        port = free_port()
        self.x11vnc(desktop, port, "-nopw")
        agent = self.share(port)
        result = self.type_and_look(desktop, "first")
        self.hub.movie_verdict(result["session"])
        self.type_and_look(desktop, "second", "once more")
        self.assertTrue(agent.running())

    def test_the_guest_is_shown_as_a_vnc_server(self):
        port = free_port()
        agent = self.share(port)
        wait_until(lambda: "Online" in agent.out, "the agent to be online")
        password = self.hub.password_file.read_text().strip()
        token = self.hub.request("POST", "/api/v1/login", {"user": "admin", "password": password})[1]["token"]
        entries = self.hub.request("GET", "/api/v1/online", headers={"Authorization": f"Bearer {token}"})[1]["entries"]
        self.assertEqual([f"VNC server 127.0.0.1:{port}"], [entry["system"] for entry in entries if entry["role"] == "guest"])

    def test_x11vnc_with_a_password(self):
        desktop = self.desktop()
        port = free_port()
        self.x11vnc(desktop, port, "-rfbauth", str(self.vncpasswd("open-up")))
        agent = self.share(port, "--vnc-password-file", str(self.password_file("open-up")))
        self.type_and_look(desktop, "first")
        self.assertNotIn("open-up", agent.out + agent.err)

    def test_tigervnc_with_a_password_and_the_clipboard(self):
        port = free_port()
        desktop = self.xvnc(port, "-SecurityTypes", "VncAuth", "-PasswordFile", str(self.vncpasswd("open-up")))
        self.share(port, "--vnc-password-file", str(self.password_file("open-up")))
        self.type_and_look(desktop, "first")
        viewer = self.viewer(self.ticket, "--clipboard", "Grüße 7f3a9", "--sleep", "20000", name="copier")
        wait_until(lambda: support.clipboard_of(desktop) == "Grüße 7f3a9", "the text in the server's clipboard")
        viewer.terminate()

    def test_a_server_that_goes_ends_the_session_with_its_name_and_can_come_back(self):
        port = free_port()
        first = self.xvnc(port, "-SecurityTypes", "None")
        agent = self.share(port)
        viewer = self.viewer(self.ticket, "--sleep", "60000", name="first")
        self.hub.await_session("streaming")
        first.stop()
        result = viewer.result()
        self.assertEqual("drop", result["reason"])
        self.assertIn(f"The VNC server 127.0.0.1:{port} has ended the connection", result["error"]["message"])
        self.assertTrue(agent.running())
        self.assertIn("cannot be reached", self.refused_session("second"))
        again = self.xvnc(port, "-SecurityTypes", "None", name="xvnc-again")
        self.type_and_look(again, "third")

    # ---- servers that do not

    def test_a_wrong_password_is_said_and_can_be_put_right(self):
        port = free_port()
        desktop = self.xvnc(port, "-SecurityTypes", "VncAuth", "-PasswordFile", str(self.vncpasswd("open-up")))
        agent = self.share(port, "--vnc-password-file", str(self.password_file("shut-off")))
        self.assertIn("does not take the password", self.refused_session())
        self.assertIn("Put the right one into", agent.err)
        self.assertNotIn("shut-off", agent.out + agent.err)
        self.password_file("open-up")
        self.type_and_look(desktop, "first")

    def test_a_password_that_is_wanted_and_not_given(self):
        port = free_port()
        self.xvnc(port, "-SecurityTypes", "VncAuth", "-PasswordFile", str(self.vncpasswd("open-up")))
        self.share(port)
        self.assertIn("wants a password", self.refused_session())

    def test_a_server_with_other_ways_to_log_in(self):
        port = free_port()
        self.xvnc(port, "-SecurityTypes", "TLSNone")
        self.share(port)
        self.assertIn("ways to log in that this program does not know", self.refused_session())

    def test_what_is_no_vnc_server_is_named(self):
        def silent(connection, over):
            over.wait(60)

        def closing(connection, over):
            connection.close()

        def web(connection, over):
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        def full(connection, over):
            connection.sendall(b"RFB 003.008\n")
            connection.recv(12)
            connection.sendall(b"\0" + len(b"too many viewers.").to_bytes(4, "big") + b"too many viewers.")

        expected = {silent: "does not answer", closing: "closed the connection before it showed its screen",
                    web: "is no VNC server", full: "refuses the connection: too many viewers."}
        for handle, words in expected.items():
            with self.subTest(handle.__name__):
                server = self.started_thing(Pretender(handle))
                self.ticket = self.hub.ticket()
                agent = self.share(server.port)
                self.assertIn(words, self.refused_session(handle.__name__))
                self.assertTrue(agent.running())
                agent.terminate()

    def test_a_password_file_that_others_can_read_is_refused_before_the_ticket_is_used(self):
        agent = self.share(free_port(), "--vnc-password-file", str(self.password_file("open-up", 0o644)))
        self.assertEqual(1, agent.wait())
        self.assertIn("chmod 600", agent.out)
        self.assertEqual([], self.hub.rows("SELECT * FROM assistances"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
