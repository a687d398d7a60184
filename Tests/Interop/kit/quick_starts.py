"""The apps of docs/guides/quick-starts.md, cut out of the page as they stand there, and run as a reader would run them."""

import os
import re
import sys

import requests

from .countersign import ROOT
from .processes import Process, free_port

PAGE = ROOT / "docs" / "guides" / "quick-starts.md"


def block(name):
    """The block whose first line names the file."""
    found = [text for text in re.findall(r"^```\w*\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE) if re.match(rf"(#|//|<!--) {re.escape(name)}\b", text)]
    if len(found) != 1:
        raise RuntimeError(f"{PAGE.name} has {len(found)} blocks called {name}")
    return found[0]


class QuickStart:
    """One of the Python apps, registered and started."""

    def __init__(self, world, name, callback="/callback"):
        self.world, self.name, self.port = world, name, free_port()
        self.folder = world.folder / "quick-starts" / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / f"{name}.py"
        self.file.write_text(block(f"{name}.py"))
        self.url = f"http://localhost:{self.port}"
        self.redirect_uri = self.url + callback
        self.client = self.process = None

    def register(self, server, pool, *options):
        self.client = server.create_client(pool, self.name, self.redirect_uri, "--confidential", "--logout-uri", self.url + "/sign-in", *options)
        self.settings = settings(server, pool, self.client)
        return self

    def environment(self, **more):
        return {**self.settings, "SECRET_KEY": "a-secret-of-the-app-alone", **more}

    def python(self, *words):
        return [sys.executable, *words]

    def start(self, *words, **more):
        self.process = Process(self.name, self.python(*words), self.folder / f"{self.name}.log", self.environment(**more), self.folder)
        self.process.wait_until_ready(self.answers)
        return self

    def answers(self):
        try:
            return requests.get(self.url, timeout=2, allow_redirects=False).status_code < 500
        except requests.RequestException:
            return False

    def stop(self):
        if self.process:
            self.process.stop()


def settings(server, pool, client):
    """What 'client show --format env' prints, read as a shell would; and the secret, which is ours to add."""
    status, text, error = server.run("client", "show", client["client_id"], "--pool", pool["id"], "--format", "env", *server.place)
    if status:
        raise RuntimeError(error)
    found = dict(re.findall(r"^(OIDC_\w+)='?(.*?)'?$", text, re.MULTILINE))
    return {**found, **({"OIDC_CLIENT_SECRET": client["client_secret"]} if "client_secret" in client else {}), "PATH": os.environ["PATH"]}
