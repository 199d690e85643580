"""A hub at hub.test:443, proxies before it, and whole sessions through them."""

import http.client
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "support"), str(HERE.parent / "movie"), str(HERE.parent / "standard")]

import network  # noqa: E402

network.enter()

from pronto import BIN, SLOW, Agent, Desktop, Hub, Process, ProntoTest, Viewer, program, wait_until  # noqa: E402,F401
from stage import CLEAR, at_rest, furnish, picture_in, typed_on  # noqa: E402


class ProxyHub(Hub):
    """Programs know it as hub.test, and find it at 443 only."""

    name = "hub.test"

    def __init__(self, folder, settings=""):
        super().__init__(folder, settings)
        self.port = 443

    @property
    def address(self):
        return f"{self.name}:{self.port}"

    @property
    def certificate(self):
        return self.data / "hub.crt"

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(network.HUB, self.port, context=context, timeout=10 * SLOW)
        connection.connect()
        return connection


class Through:
    """What a program needs to go through a proxy, and what to look for in its log."""

    def __init__(self, proxy=None, user=None, password=None, **environment):
        self.proxy = proxy
        self.more = environment
        self.user = user if user is not None else proxy and proxy.user
        self.password = password if password is not None else proxy and proxy.password

    def environment(self):
        if not self.proxy:
            return self.more
        login = f"{urllib.parse.quote(self.user, '')}:{urllib.parse.quote(self.password, '')}@" if self.user else ""
        # Without the plugins of whatever desktop the tests run on.
        return {"https_proxy": f"{self.proxy.scheme}://{login}proxy.test:{self.proxy.port}", "PX_MODULE_PATH": "/nonexistent",
                **self.more}


def clean(env):
    return {key: value for key, value in env.items() if not key.lower().endswith("_proxy")}


def make_authority(folder, host, name="Tests' Authority"):
    """(a PEM file with key and certificate for `host`, the authority's certificate)"""
    authority, key, request, own = (folder / f"{host}-{part}" for part in ("authority.pem", "authority.key", "request", "both.pem"))
    extensions = folder / f"{host}-extensions"
    extensions.write_text(f"subjectAltName=DNS:{host}\n")
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    for words in (["req", "-x509", *ec, "-subj", f"/O={name}/CN={name}", "-keyout", str(key), "-out", str(authority)],
                  ["req", *ec, "-subj", f"/CN={host}", "-keyout", str(own), "-out", str(request)],
                  ["x509", "-req", "-in", str(request), "-CA", str(authority), "-CAkey", str(key), "-CAcreateserial", "-days", "30",
                   "-extfile", str(extensions), "-out", f"{own}.crt"]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    with open(own, "ab") as both:
        both.write(pathlib.Path(f"{own}.crt").read_bytes())
    own.chmod(0o644)
    return own, authority


class ProxyTest(ProntoTest):
    """One hub for all tests of a class; what it left in its log is looked at in the end."""

    hub_settings = f"[hub]\nname = \"hub.test\"\n[listen]\naddress = \"{network.HUB}\"\n"

    @classmethod
    def setUpClass(cls):
        cls.hub_folder = pathlib.Path(tempfile.mkdtemp(prefix="pronto-test-"))
        cls.the_hub = ProxyHub(cls.hub_folder, cls.hub_settings).start()

    @classmethod
    def tearDownClass(cls):
        code, err = cls.the_hub.stop(), cls.the_hub.process.err
        shutil.rmtree(cls.hub_folder, ignore_errors=True)
        if code != 0 or "Sanitizer" in err:
            raise AssertionError(f"the hub did not stop cleanly\n{err[-20000:]}")

    def setUp(self):
        super().setUp()
        self.hub = self.the_hub
        self.folder.chmod(0o711)  # proxies give root's rights up

    def end_hub(self):
        """It goes on for the next test; the programs' own outputs are looked at now."""
        for path in self.folder.glob("*.err"):
            self.assertNotIn("Sanitizer", path.read_text(errors="replace"), path.name)
        for path in [*self.folder.glob("*.err"), *self.folder.glob("*.out")]:
            if path.name.startswith(("agent", "viewer")):
                self.assertNotIn("pass word", path.read_text(errors="replace"), path.name)

    def guest(self, through, name="agent", **more):
        """(desktop, ticket) of an agent that goes this way."""
        desktop = self.started_thing(Desktop(self.folder, f"desktop-{name}", "320x240"))
        furnish(desktop, self.folder)
        ticket = self.the_hub.ticket()
        self.lone_agent(through, desktop, ticket, name, **more)
        return desktop, ticket

    def lone_agent(self, through, desktop=None, ticket="1-00000", name="agent", options=(), **more):
        desktop = desktop or self.started_thing(Desktop(self.folder, f"desktop-{name}", "320x240"))
        env = {**clean(desktop.environment()), **through.environment()}
        hub = self.hub_as_seen(self.folder, **more)
        with mock.patch.object(desktop, "environment", lambda: env):
            return self.started_thing(Agent(hub, desktop, ticket, "--accept", *options, name=name))

    def hub_as_seen(self, folder, port=443, host="hub.test", pin=None):
        """The hub at another name or port than its own."""
        hub = ProxyHub(folder)
        hub.password_file, hub.pin, hub.port, hub.name = self.the_hub.password_file, pin or self.the_hub.pin, port, host
        return hub

    def session(self, through, *steps, name="viewer", ticket="any", options=(), **more):
        """A viewer that goes this way."""
        hub = self.hub_as_seen(self.folder, **more)
        with mock.patch.dict("os.environ", through.environment()):
            return self.started_thing(Viewer(hub, ticket, *options, *steps, name=name))

    def prove(self, through, word="through", **more):
        """A real session: what is typed arrives, and the picture is the screen's. The viewer's result."""
        desktop, ticket = self.guest(through, **more)
        png = self.folder / f"{word}.png"
        result = self.session(through, "--wait-still", "300", "--move", "60,40", "--type", word, "--key", "Return", "--wait-change", "10000",
                              "--move", ",".join(map(str, CLEAR)), "--wait-still", "500", "--save", str(png), ticket=ticket, **more).result()
        self.assertTrue(result["ok"], result)
        self.assertEqual(["ready", word], wait_until(lambda: (lines := typed_on(desktop).read_text().splitlines())[1:] and lines, "the typing"))
        shown, seen = at_rest(desktop), picture_in(png)
        self.assertEqual(shown.size, seen.size)
        # The terminal (letters) is exact; the photograph may have gone as JPEG.
        self.assertGreater(shown.psnr(seen), 30)
        return result
