"""VNC servers at the hub: each with a screen, waiting for whoever comes next, session after session."""

from movie_support import XvncDesktop, free_port, listens
from pronto import Agent, Process, private_environment, program, wait_until
from stage import HEIGHT, WIDTH, Group, furnish


def x11vnc_words(desktop, *more):
    # No -forever: it ends after a session and, by -loop, registers again. -nocursor: x11vnc shows an arrow where the pointer has no shape.
    return ["x11vnc", "-display", desktop.display, "-rfbport", "0", "-quiet", "-wait", "10", "-defer", "5", "-nosel", "-nolookup", "-nocursor", *more]


class RegisteredX11vnc:
    """Dials the hub by UltraVNC's repeater protocol."""

    name = "x11vnc, registered by its ticket"
    password = None

    def __init__(self, test, key):
        self.test = test
        self.desktop = test.furnished(key)
        issued = test.new_ticket()
        self.ticket = issued["ticket"]
        words = x11vnc_words(self.desktop, "-loop100", "-connect_or_exit", f"repeater=ID:{self.id_of(issued)}+127.0.0.1:{test.server_port}",
                             *self.password_words())
        test.started_thing(Group(f"{key}-x11vnc", words, test.folder, self.desktop.environment()))

    def id_of(self, issued):
        return issued["ticket"]

    def password_words(self):
        return ["-nopw"]


class NumberedX11vnc(RegisteredX11vnc):
    name = "x11vnc, registered by its ticket's number"

    def id_of(self, issued):
        return str(issued["number"])


class LockedX11vnc(RegisteredX11vnc):
    name = "x11vnc with a password of its own"
    password = "its-own7"

    def password_words(self):
        return ["-rfbauth", str(self.test.obfuscated_file("x11vnc-password", self.password))]


class SharingAgent:
    """Pronto's own."""

    name = "pronto-agent"
    password = None
    options = ("--accept",)

    def __init__(self, test, key):
        self.test = test
        self.desktop = test.furnished(key)
        self.ticket = test.new_ticket()["ticket"]
        test.started_thing(Agent(test.hub, self.desktop, self.ticket, *self.options, name=f"{key}-agent"))


class FrontingAgent:
    """Pronto's agent before a VNC server that runs already."""

    password = None
    own_password = "inner-42"

    def __init__(self, test, key):
        self.test = test
        self.key = key
        self.desktop, port, words = self.start_server()
        self.ticket = test.new_ticket()["ticket"]
        # The agent needs no display, and gets none.
        test.started_thing(Process(
            f"{key}-agent", [program("pronto-agent"), "--no-window", "--accept", "--hub", test.hub.address, "--hub-pin", test.hub.pin,
                             "--ticket", self.ticket, "--vnc-server", f"127.0.0.1:{port}", *words], test.folder, private_environment(test.folder)))

    def password_words(self):
        path = self.test.secret_file(f"{self.key}-password.txt", self.own_password)
        path.chmod(0o600)
        return ["--vnc-password-file", str(path)]


class AgentBeforeX11vnc(FrontingAgent):
    name = "pronto-agent before x11vnc with a password"

    def start_server(self):
        desktop = self.test.furnished(self.key)
        port = free_port()
        words = ["x11vnc", "-display", desktop.display, "-rfbport", str(port), "-localhost", "-forever", "-quiet", "-wait", "10", "-defer", "5",
                 "-nosel", "-nolookup", "-nocursor", "-rfbauth", str(self.test.obfuscated_file(f"{self.key}-password", self.own_password))]
        self.test.started_thing(Process(f"{self.key}-x11vnc", words, self.test.folder, desktop.environment()))
        wait_until(lambda: listens(port), "x11vnc to listen")
        return desktop, port, self.password_words()


class AgentBeforeXvnc(FrontingAgent):
    name = "pronto-agent before Xvnc, VncAuth"

    def start_server(self):
        path = self.test.obfuscated_file(f"{self.key}-password", self.own_password)
        desktop = self.xvnc("VncAuth", "-PasswordFile", str(path))
        return desktop, desktop.port, self.password_words()

    def xvnc(self, *security):
        desktop = self.test.started_thing(XvncDesktop(self.test.folder, self.key, f"{WIDTH}x{HEIGHT}", security))
        furnish(desktop, self.test.folder)
        return desktop


class AgentBeforeOpenXvnc(AgentBeforeXvnc):
    name = "pronto-agent before Xvnc, None"

    def start_server(self):
        desktop = self.xvnc("None")
        return desktop, desktop.port, []


REGISTERED = [RegisteredX11vnc, NumberedX11vnc, LockedX11vnc]
ALL = [*REGISTERED, SharingAgent, AgentBeforeX11vnc, AgentBeforeXvnc, AgentBeforeOpenXvnc]
