"""HAProxy and nginx in front of the hub, and boxes that do to connections what networks do. They listen at front.test:443."""

from network import FRONT, HUB
from proxies import Process, listens, need, wait_until

HAPROXY = f"""
global
    maxconn 200
    {{globals}}
defaults
    mode {{mode}}
    timeout connect 5s
    timeout client {{idle}}
    timeout server {{idle}}
    timeout tunnel {{idle}}
frontend front
    bind {FRONT}:443 {{tls}}
    default_backend hub
backend hub
    {{http}}
    server hub {HUB}:443 {{backend}}
"""

NGINX_HTTP = f"""
http {{{{
    access_log {{own}}/access.log;
    map $http_upgrade $connection_upgrade {{{{ default upgrade; '' close; }}}}
    client_body_temp_path {{own}}/body; proxy_temp_path {{own}}/proxy; fastcgi_temp_path {{own}}/a; uwsgi_temp_path {{own}}/b; scgi_temp_path {{own}}/c;
    server {{{{
        listen {FRONT}:443 ssl;
        ssl_certificate {{certificate}};
        ssl_certificate_key {{certificate}};
        location / {{{{
            proxy_pass https://{HUB}:443;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            {{upgrade}}
            proxy_buffering off;
            proxy_read_timeout 1h;
            proxy_send_timeout 1h;
        }}}}
    }}}}
}}}}
"""

NGINX_STREAM = f"""
stream {{{{
    server {{{{
        listen {FRONT}:443;
        proxy_pass {HUB}:443;
        proxy_timeout 1h;
    }}}}
}}}}
"""

PASSES_UPGRADES = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;"
# What many a front is set up for: WebSocket, and nothing else.
PASSES_WEBSOCKET = ("set $ws ''; set $wc close; if ($http_upgrade = 'websocket') { set $ws websocket; set $wc upgrade; } "
                    "proxy_set_header Upgrade $ws; proxy_set_header Connection $wc;")


class Front(Process):
    def __init__(self, folder, name, command):
        super().__init__(name, command, folder)
        wait_until(lambda: listens(FRONT, 443) or not self.running(), f"{name} to listen")
        if not self.running():
            raise AssertionError(f"{name} did not start\n{self.out}\n{self.err}")


def haproxy(folder, certificate=None, idle="1h", name="haproxy"):
    """Terminates TLS with `certificate` (key and certificate in one file), or passes it through."""
    conf = folder / f"{name}.cfg"
    conf.write_text(HAPROXY.format(
        mode="http" if certificate else "tcp", idle=idle, tls=f"ssl crt {certificate} alpn http/1.1" if certificate else "", globals="",
        http="option forwardfor" if certificate else "", backend="ssl verify none alpn http/1.1" if certificate else ""))
    return Front(folder, name, [need("haproxy"), "-db", "-f", str(conf)])


def nginx(folder, certificate=None, upgrade=PASSES_UPGRADES, name="nginx"):
    own = folder / name
    own.mkdir()
    conf = own / "nginx.conf"
    what = NGINX_HTTP if certificate else NGINX_STREAM
    modules = "" if certificate else "load_module /usr/lib/nginx/modules/ngx_stream_module.so;"
    # One process, which ends with its signal.
    conf.write_text(f"daemon off; master_process off; pid {own}/pid; error_log {own}/error.log; user root;\n{modules}\nevents {{ worker_connections 200; }}\n"
                    + what.format(own=own, certificate=certificate, upgrade=upgrade))
    return Front(folder, name, [need("nginx"), "-p", str(own), "-c", str(conf)])
