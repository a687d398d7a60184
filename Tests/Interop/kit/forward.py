"""nginx and Caddy before an app that knows no OpenID Connect, configured by the guide's own text; the app shows what reaches it."""

import http.server
import json
import os
import pathlib
import re
import threading

from . import nginx
from .countersign import ROOT
from .processes import Process, free_port

GUIDE = ROOT / "docs" / "guides" / "forward-auth.md"
CADDY = "/usr/bin/caddy"


def missing():
    return nginx.missing() + ([] if os.path.exists(CADDY) else ["caddy"])


def block(language):
    """The guide's configuration."""
    return re.search(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)[1]


class Echo:
    """The app: answers with the request's headers, as they came, and its path."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"path": self.path, "headers": self.headers.items()}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()


class Proxy:
    """Of either kind; `host` is what browsers call the app."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.host = f"localhost:{self.port}"
        self.url = f"http://{self.host}"
        self.process = None

    def placed(self, text, server, pool, client, app):
        gateway = f"127.0.0.1:{server.port}"
        for old, new in {
            "POOL": pool["id"], "CLIENT_ID": client["client_id"], "127.0.0.1:3000": f"127.0.0.1:{app.port}",
            "id.example.com:443": gateway, "https://countersign": "http://countersign", "https://id.example.com": f"http://{gateway}",
            "id.example.com": f"localhost:{server.port}",
        }.items():
            text = text.replace(old, new)
        return text

    def stop(self):
        return self.process.stop() if self.process else None


class Nginx(Proxy):
    def start(self, server, pool, client, app):
        text = re.sub(r"^\s*(ssl_certificate.*|server_name.*)\n", "", block("nginx"), flags=re.MULTILINE)
        text = self.placed(text.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.port};"), server, pool, client, app)
        self.process = nginx.run(self.folder, text)
        return self


class Caddy(Proxy):
    def start(self, server, pool, client, app):
        text = block("caddyfile").replace("wiki.example.com {", f"http://localhost:{self.port} {{\n\tbind 127.0.0.1", 1)
        config = self.folder / "Caddyfile"
        config.write_text("{\n\tadmin off\n}\n" + self.placed(text, server, pool, client, app))
        environment = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        self.process = Process("caddy", [CADDY, "run", "--config", config, "--adapter", "caddyfile"], self.folder / "caddy.log", environment)
        self.process.wait_until_ready(self.answers)
        return self

    def answers(self):
        import requests

        try:
            return requests.get(self.url, allow_redirects=False, timeout=2).status_code < 500
        except requests.RequestException:
            return False
