"""A proxy auto-configuration file, served as a company's network does, and what of libproxy it takes to understand one."""

import glob
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parents[1] / "support")]

from network import PROXY  # noqa: E402
from proxies import Proxy  # noqa: E402


class Pac(Proxy):
    """For hub.test it says `way`, for everything else that there is none."""

    scheme = "pac+http"

    def __init__(self, folder, way, port=8081):
        own = folder / "pac"
        own.mkdir()
        (own / "proxy.pac").write_text("function FindProxyForURL(url, host) {\n"
                                       f"  return dnsDomainIs(host, \"hub.test\") ? \"{way}\" : \"PROXY nowhere.test:1\";\n}}\n")
        super().__init__(folder, "pac", port, [sys.executable, "-m", "http.server", "--bind", PROXY, "--directory", str(own), str(port)],
                         folder / "pac.err")

    @property
    def url(self):
        return f"{super().url}/proxy.pac"


def pac_environment(folder):
    """libproxy with its PAC module alone: not those of whatever desktop the tests run on."""
    found = glob.glob("/usr/lib/*/libproxy/*/modules/pacrunner_webkit.so")
    if not found:
        raise FileNotFoundError("libproxy's pacrunner_webkit.so is missing: run packaging/setup")
    own = folder / "libproxy-modules"
    own.mkdir()
    (own / "pacrunner_webkit.so").symlink_to(found[0])
    # WebKit's objects have no type information, and what a sanitizer's build has of std::shared_ptr serves them, too.
    suppressions = own / "ubsan.supp"
    suppressions.write_text("vptr:shared_ptr_base.h\n")
    return {"PX_MODULE_PATH": str(own), "UBSAN_OPTIONS": f"print_stacktrace=1:suppressions={suppressions}"}
