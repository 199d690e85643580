"""A network of the tests' own: a private namespace with a hub at hub.test and proxies at proxy.test, on the ports they have in
the world. Nothing in it is a loopback address, which programs never go through a proxy for.

Run first thing: enter() starts the test program anew inside.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HUB, PROXY, FRONT = "10.77.0.1", "10.77.0.2", "10.77.0.3"
NAMES = f"127.0.0.1 localhost\n{HUB} hub.test\n{PROXY} proxy.test\n{FRONT} front.test\n"
MARK = "PRONTO_IN_NETWORK"


def enter():
    if MARK in os.environ:
        furnish(pathlib.Path(os.environ[MARK]))
        return
    # Whoever is not root may be it in a user namespace of his own.
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    alone = ["unshare", *as_root, "--net", "--mount"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        print("network namespaces are not permitted here")
        sys.exit(77)
    folder = tempfile.mkdtemp(prefix="pronto-test-network-")
    try:
        code = subprocess.run([*alone, sys.executable, "-B", *sys.argv],
                              env={**os.environ, MARK: folder}, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)


def furnish(folder):
    hosts = folder / "hosts"
    hosts.write_text(NAMES)
    for words in (["ip", "link", "set", "lo", "up"], ["mount", "--bind", str(hosts), "/etc/hosts"],
                  *(["ip", "address", "add", f"{address}/32", "dev", "lo"] for address in (HUB, PROXY, FRONT))):
        subprocess.run(words, check=True)
