"""A Kerberos realm of the tests' own, as a company's network has it: MIT's KDC with one user and the proxy's service."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "support")]

from proxies import listens, need  # noqa: E402
from pronto import Process, wait_until  # noqa: E402

REALM, PORT = "PRONTO.TEST", 88
USER, PASSWORD, SERVICE = "ada", "kerberos password", "HTTP/proxy.test"


class Realm(Process):
    service = f"{SERVICE}@{REALM}"

    def __init__(self, folder):
        own = folder / "realm"
        own.mkdir()
        own.chmod(0o755)
        self.keytab = own / "keytab"
        self.tickets = own / "tickets"
        (own / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{PORT}\n }}\n[domain_realm]\n .test = {REALM}\n")
        (own / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{PORT}\n kdc_tcp_listen = 127.0.0.1:{PORT}\n"
            f"[realms]\n {REALM} = {{\n  database_name = {own}/principals\n  key_stash_file = {own}/stash\n }}\n"
            f"[logging]\n kdc = FILE:{own}/log\n")
        self.service_environment = {"KRB5_CONFIG": str(own / "krb5.conf")}
        env = {**os.environ, **self.service_environment, "KRB5_KDC_PROFILE": str(own / "kdc.conf")}
        for words in (["kdb5_util", "create", "-s", "-r", REALM, "-P", "master"],
                      ["kadmin.local", "addprinc", "-pw", PASSWORD, USER], ["kadmin.local", "addprinc", "-randkey", SERVICE],
                      ["kadmin.local", "ktadd", "-k", str(self.keytab), SERVICE]):
            done = subprocess.run([need(words[0]), *words[1:]], env=env, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise AssertionError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        self.keytab.chmod(0o644)  # squid gives root's rights up
        super().__init__("kdc", [need("krb5kdc"), "-n"], folder, env)
        wait_until(lambda: listens("127.0.0.1", PORT) or not self.running(), "the KDC to listen")
        if not self.running():
            raise AssertionError(f"krb5kdc did not start\n{self.out}\n{self.err}")

    def environment(self):
        """Of the programs of one who has, or has not yet, logged in to the desktop."""
        return {**self.service_environment, "KRB5CCNAME": f"FILE:{self.tickets}"}

    def log_in(self):
        done = subprocess.run(["kinit", USER], input=PASSWORD + "\n", text=True, env={**os.environ, **self.environment()}, check=False,
                              capture_output=True)
        if done.returncode != 0:
            raise AssertionError(f"kinit: {done.stdout}{done.stderr}")
