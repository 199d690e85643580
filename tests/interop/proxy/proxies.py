"""The proxies of the world, each as its own program in the foreground with a private configuration, at proxy.test."""

import hashlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "support")]

from network import PROXY  # noqa: E402
from pronto import Process, wait_until  # noqa: E402

USER, PASSWORD = "ada", "pass word%1"  # what a URL has to encode


def listens(address, port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0


def need(name):
    path = shutil.which(name) or next((str(place / name) for place in map(pathlib.Path, ("/usr/sbin", "/usr/lib/squid")) if (place / name).exists()), None)
    if not path:
        raise FileNotFoundError(f"{name} is missing: run packaging/setup")
    return path


class Proxy(Process):
    """A program that listens at proxy.test. `seen()` is its log."""

    scheme = "http"
    user, password = None, None

    def __init__(self, folder, name, port, command, log, env=None):
        self.port = port
        self.log = log
        super().__init__(name, command, folder, env)
        wait_until(lambda: listens(PROXY, port) or not self.running(), f"{name} to listen")
        if not self.running():
            raise AssertionError(f"{name} did not start\n{self.out}\n{self.err}\n{self.seen()}")

    @property
    def url(self):
        return f"{self.scheme}://proxy.test:{self.port}"

    def seen(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Squid(Proxy):
    """`login`: None, "basic", "digest", "ntlm" or, with a `realm`, "negotiate". CONNECT is allowed to port 443 only, as squid's own configuration has it."""

    def __init__(self, folder, port=3128, login=None, tls=None, name=None, allowed=(443,), realm=None):
        name = name or f"squid-{login or 'open'}"
        if login and not realm:
            self.user, self.password = USER, PASSWORD
        own = folder / name
        own.mkdir()
        own.chmod(0o777)  # squid drops root's rights
        log = own / "access.log"
        listen = f"http_port {PROXY}:{port}"
        if tls:
            self.scheme = "https"
            listen = f"https_port {PROXY}:{port} tls-cert={tls}"
        (own / "squid.conf").write_text("\n".join([
            listen, f"pid_filename {own}/pid", f"access_log stdio:{log}", f"cache_log {own}/cache.log", f"coredump_dir {own}",
            "visible_hostname proxy.test", "cache deny all", "hosts_file /etc/hosts", "shutdown_lifetime 0 seconds", "pinger_enable off",
            *self.login_words(own, login, realm),
            *([f"acl safe port {' '.join(map(str, allowed))}"] if allowed else []), f"http_access deny CONNECT {'!safe' if allowed else ''}",
            *(["acl known proxy_auth REQUIRED", "http_access deny !known"] if login else []), "http_access allow all", ""]))
        super().__init__(folder, name, port, [need("squid"), "-N", "-n", name.replace("-", ""), "-f", str(own / "squid.conf")], log,
                         {**os.environ, **realm.service_environment} if realm else None)

    @staticmethod
    def login_words(own, login, realm):
        if login == "basic":
            accounts = own / "accounts"
            hashed = subprocess.run(["openssl", "passwd", "-apr1", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True).stdout
            accounts.write_text(f"{USER}:{hashed}")
            return [f"auth_param basic program {need('basic_ncsa_auth')} {accounts}", "auth_param basic children 2",
                    "auth_param basic realm tests"]
        if login == "digest":
            accounts = own / "accounts"
            accounts.write_text(f"{USER}:tests:{hashlib.md5(f'{USER}:tests:{PASSWORD}'.encode()).hexdigest()}\n")
            return [f"auth_param digest program {need('digest_file_auth')} -c {accounts}", "auth_param digest children 2",
                    "auth_param digest realm tests"]
        if login == "negotiate":
            return [f"auth_param negotiate program {need('negotiate_kerberos_auth')} -k {realm.keytab} -s {realm.service} -t none",
                    "auth_param negotiate children 4", "auth_param negotiate keep_alive on"]
        if login == "ntlm":
            helper = own / "ntlm"
            helper.write_text(f"#!/bin/sh\nexec {need('ntlm_auth')} --helper-protocol=squid-2.5-ntlmssp --username='{USER}' --password='{PASSWORD}'\n")
            helper.chmod(0o755)
            return [f"auth_param ntlm program {helper}", "auth_param ntlm children 4", "auth_param ntlm keep_alive on"]
        return []


class Tinyproxy(Proxy):
    def __init__(self, folder, port=8888, login=False):
        if login:
            self.user, self.password = USER, "password1"  # its configuration knows no quotes
        own = folder / "tinyproxy"
        own.mkdir()
        log = own / "log"
        (own / "conf").write_text("\n".join([
            f"Port {port}", f"Listen {PROXY}", "Timeout 600", f"LogFile \"{log}\"", "LogLevel Connect", "MaxClients 20",
            *([f"BasicAuth {self.user} {self.password}"] if login else []), "ConnectPort 443", ""]))
        super().__init__(folder, "tinyproxy", port, [need("tinyproxy"), "-d", "-c", str(own / "conf")], log)


class Dante(Proxy):
    """SOCKS5; names are resolved by it."""

    scheme = "socks5"

    def __init__(self, folder, port=1080):
        log = folder / "dante.log"
        conf = folder / "dante.conf"
        conf.write_text(f"logoutput: {log}\ninternal: {PROXY} port = {port}\nexternal: {PROXY}\nclientmethod: none\nsocksmethod: none\n"
                        "user.privileged: root\nuser.unprivileged: nobody\n"
                        "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n"
                        "socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 log: connect disconnect }\n")
        super().__init__(folder, "dante", port, [need("danted"), "-f", str(conf)], log)
