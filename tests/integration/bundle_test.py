"""The bundled agent runs in a root that holds nothing but X11's own libraries, a shell and tar: it shares a real screen."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import support  # noqa: F401  (finds tests/support)
from pronto import BIN, Process, ProntoTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
X11_LIBRARIES = ("libX11.so.6", "libxcb.so.1", "libXau.so.6", "libXdmcp.so.6", "libXext.so.6", "libXrender.so.1")


def make_root(root):
    """busybox for sh, tar, gzip, tail, mktemp; X11's libraries; a place for temporary files."""
    for folder in ("bin", "tmp", "proc", "dev", "etc", "usr/lib/x86_64-linux-gnu"):
        (root / folder).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin/busybox")
    for applet in ("sh", "tar", "gzip", "tail", "mktemp", "rm", "chmod", "printf", "kill", "cat"):
        (root / "bin" / applet).symlink_to("busybox")
    for library in X11_LIBRARIES:
        source = pathlib.Path("/usr/lib/x86_64-linux-gnu") / library
        shutil.copy(source.resolve(), root / "usr/lib/x86_64-linux-gnu" / library)
    os.mknod(root / "dev/null", 0o666 | 0o020000, os.makedev(1, 3))
    os.mknod(root / "dev/urandom", 0o666 | 0o020000, os.makedev(1, 9))


class BundleTest(ProntoTest):
    def test_the_bundle_shares_a_screen_from_a_minimal_root(self):
        bundle, root = self.folder / "pronto-agent.run", self.folder / "root"
        subprocess.run([ROOT / "packaging/bundle", "--program", BIN / "pronto-agent", "--out", bundle], check=True, capture_output=True)
        make_root(root)
        shutil.copy(bundle, root / "agent.run")
        hub, desktop = self.start_hub(), self.desktop()
        desktop.terminal("read line; echo \"$line\" > typed; exec sleep 1000")
        # A mount namespace of its own: /proc, as every Linux has it, goes with the process.
        enter = f"mount -t proc proc '{root}/proc' && exec chroot '{root}' /agent.run \"$@\""
        agent = Process("bundled-agent", ["unshare", "--mount", "sh", "-c", enter, "sh", "--no-window", "--accept", "--once",
                                          "--hub", hub.address, "--hub-pin", hub.pin, "--ticket", hub.ticket()], self.folder,
                        {"PATH": "/bin:/usr/sbin:/usr/bin", "HOME": "/tmp", "DISPLAY": desktop.display,
                         "ASAN_OPTIONS": "detect_leaks=0"})  # the list of others' leaks is outside of the root
        self.started_thing(agent)
        result = self.viewer("any", "--click", "100 100", "--type", "from a bundle", "--key", "Return", "--wait-still", "300").result()
        self.assertTrue(result["ok"], result)
        self.assertEqual(agent.wait(), 0, agent.err)
        self.assertEqual((self.folder / "typed").read_text(), "from a bundle\n")
        self.assertEqual([], [p.name for p in (root / "tmp").iterdir() if p.name.startswith("pronto-agent")], "it leaves nothing behind")


if __name__ == "__main__":
    if os.geteuid() != 0 or not pathlib.Path("/bin/busybox").exists():
        print("needs root for chroot, and busybox-static")
        sys.exit(SKIPPED)
    unittest.main()
