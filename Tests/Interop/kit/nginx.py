"""nginx before several gateways: each request goes to the next one, so that a sign-in meets all of them."""

import os
import pathlib

from .processes import Process, free_port, wait_until

SERVER = "/usr/sbin/nginx"

AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
{user}
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{blocks}
}}
"""

GATEWAYS = """
    upstream gateways {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 1m;
        location / {{
            proxy_pass http://gateways;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_connect_timeout 2s;
            add_header X-Replica $upstream_addr always;
        }}
    }}
"""


def missing():
    return [] if os.path.exists(SERVER) else ["nginx-light"]


def run(folder, blocks):
    """A process of its own in that folder, with these blocks in its http context."""
    config = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(AROUND.format(folder=folder, user=user, blocks=blocks))
    process = Process("nginx", [SERVER, "-c", config, "-e", folder / "nginx.log"], folder / "nginx.out")
    wait_until("nginx", lambda: (folder / "nginx.pid").exists())
    return process


class Nginx:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.logs = [self.folder / "nginx.log"]
        self.process = None

    def start(self, ports):
        servers = " ".join(f"server 127.0.0.1:{port} fail_timeout=1s;" for port in ports)
        self.process = run(self.folder, GATEWAYS.format(servers=servers, port=self.port))
        return self

    def stop(self):
        return self.process.stop() if self.process else None
