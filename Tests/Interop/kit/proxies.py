"""nginx, Caddy and HAProxy before Countersign, doing TLS, configured by the text of docs/operations/proxies.md."""

import json
import os
import pathlib
import re
import shutil

import requests

from . import nginx
from .certificates import Certificate
from .countersign import ROOT
from .forward import CADDY
from .processes import Process, free_port
from .service_manager import Unit, listener

GUIDE = ROOT / "docs" / "operations" / "proxies.md"
HAPROXY = "/usr/sbin/haproxy"


def missing():
    needed = {"caddy": CADDY, "haproxy": HAPROXY}
    return nginx.missing() + [package for package, path in needed.items() if not os.path.exists(path)]


def block(language, guide=GUIDE):
    """The guide's configuration."""
    return re.search(rf"^```{language}\n(.*?)^```$", guide.read_text(), re.DOTALL | re.MULTILINE)[1]


def replaced(text, words):
    """Each of them must be there: else the guide is not what is run."""
    for old, new in words.items():
        if old not in text:
            raise RuntimeError(f"{GUIDE.name} has no {old!r} any more")
        text = text.replace(old, str(new))
    return text


class Front:
    """A proxy with a certificate of localhost, which `authority` issued, before a server whose socket outlives it, as systemd would hold it."""

    def __init__(self, world, authority):
        self.folder = world.folder / f"proxies-{self.name}"
        self.certificate = Certificate(self.folder, "localhost", issuer=authority, dns="localhost")
        self.port, self.plain_port, self.certificates_port = free_port(), free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self.server = Unit(f"behind-{self.name}", self.folder / "countersign", world.secrets, listener=listener())
        self.server.url = self.url
        self.process = None

    def options(self):
        return []

    def start(self):
        config = json.loads(block("json"))
        config = {name: value for name, value in config.items() if name == "trusted_proxy"}  # where it listens and is reached is told by the kit
        file = self.server.folder / "countersign.json"
        file.write_text(json.dumps(config))
        self.server.start("--config", file, "--log-level", "debug", *self.options())
        self.process = self.run()
        self.process.wait_until_ready(self.answers)
        return self

    def stop(self):
        if self.process:
            self.process.stop()
        return self.server.stop()

    def answers(self):
        try:
            return requests.get(self.url + "/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    @property
    def gateway(self):
        return f"127.0.0.1:{self.server.port}"

    @property
    def lines(self):
        return [json.loads(line) for line in self.server.log_text().splitlines()]


class Nginx(Front):
    """With the server for certificates of docs/guides/apps.md beside it."""

    name = "nginx"

    def options(self):
        authorities = self.folder / "client-authorities.pem"
        authorities.write_text(self.certificate.issuer.pem)
        return ["--mtls-url", f"https://localhost:{self.certificates_port}", "--client-certificate-header", "Client-Cert", "--client-certificate-authorities", authorities]

    def run(self):
        text = replaced(block("nginx"), {
            "/etc/ssl/id.example.com.pem": self.certificate.files[0], "/etc/ssl/id.example.com.key": self.certificate.files[1],
            "https://id.example.com": self.url, "server_name id.example.com": "server_name localhost",
            "listen 443": f"listen 127.0.0.1:{self.port}", "listen 80": f"listen 127.0.0.1:{self.plain_port}", "127.0.0.1:8080": self.gateway,
        })
        text += replaced(block("nginx", ROOT / "docs" / "guides" / "apps.md"), {
            "/etc/ssl/id.example.com.pem": self.certificate.files[0], "/etc/ssl/id.example.com.key": self.certificate.files[1],
            "server_name mtls.id.example.com": "server_name localhost", "listen 443": f"listen 127.0.0.1:{self.certificates_port}",
        })
        return nginx.run(self.folder, text)


class Caddy(Front):
    name = "caddy"

    def run(self):
        certificate, key = self.certificate.files
        # A certificate of a public authority is not to be had here: the one line that the guide has not.
        text = replaced(block("caddyfile"), {
            "id.example.com {": f"https://localhost:{self.port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}", "127.0.0.1:8080": self.gateway,
        })
        text = text.replace("{\n", f"{{\n\tadmin off\n\thttp_port {self.plain_port}\n\tdefault_bind 127.0.0.1\n", 1)
        config = self.folder / "Caddyfile"
        config.write_text(text)
        environment = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        return Process("caddy", [CADDY, "run", "--config", config, "--adapter", "caddyfile"], self.folder / "caddy.log", environment)


class HAProxy(Front):
    name = "haproxy"

    def run(self):
        together = self.folder / "together.pem"
        together.write_text("".join(pathlib.Path(file).read_text() for file in self.certificate.files))
        text = replaced(block("haproxy"), {
            "/etc/haproxy/id.example.com.pem": together, "bind :443": f"bind 127.0.0.1:{self.port}",
            "bind :80": f"bind 127.0.0.1:{self.plain_port}", "127.0.0.1:8080": self.gateway,
        })
        config = self.folder / "haproxy.cfg"
        config.write_text(text)
        return Process("haproxy", [shutil.which("haproxy") or HAPROXY, "-db", "-f", config], self.folder / "haproxy.log")
