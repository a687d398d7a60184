"""The real binary: `countersign serve` on a database, and its command line with --output json."""

import json
import os
import pathlib
import signal
import subprocess

import requests

from .processes import Process, free_port

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("COUNTERSIGN_BIN", ROOT / ".build" / "debug" / "countersign"))


class Refused(Exception):
    """A command that ended with another status than 0, and what it said on standard error."""

    def __init__(self, arguments, status, output, error):
        super().__init__(f"countersign {' '.join(arguments)} ended with status {status}: {error.strip() or output.strip()}")
        self.status, self.output, self.error = status, output, error


class Countersign:
    """One server, with a database of its own unless one is named."""

    def __init__(self, name, folder, secrets, database=None, url=None, master_key=None, options=(), binary=BINARY):
        self.name, self.folder, self.secrets = name, pathlib.Path(folder), secrets
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.options, self.binary = options, binary
        self.url = url or f"http://localhost:{self.port}"
        self.database = database or f"sqlite:{self.folder / 'countersign.db'}"
        # With SQLite the default place does.
        self.master_key = master_key or (self.folder / "master-key" if database else None)
        self.log = self.folder / "countersign.log"
        self.process = None

    def start(self):
        # The most talkative level: what must not be logged must not be logged there either.
        arguments = [self.binary, "serve", "--listen", f"127.0.0.1:{self.port}", "--public-url", self.url, *self.place]
        arguments += ["--metrics-listen", "none", "--development", "--log-level", "debug", "--log-format", "json", *self.options]
        self.process = Process(self.name, arguments, self.log)
        self.process.wait_until_ready(self.is_ready)
        return self

    @property
    def place(self):
        return ["--database", self.database, *(["--master-key-file", str(self.master_key)] if self.master_key else [])]

    def is_ready(self):
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        return self.process.stop() if self.process else None

    def ask_to_stop(self):
        self.process.signal(signal.SIGTERM)

    def kill(self):
        self.process.kill()

    def run(self, *arguments, text=None):
        """Exit status, standard output and standard error of one command; the database is not passed on."""
        environment = {**os.environ, "COUNTERSIGN_PUBLIC_URL": self.url}
        feed = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
        answer = subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=30, env=environment, **feed)
        return answer.returncode, answer.stdout, answer.stderr

    def begin(self, *arguments):
        """A command that goes on for a while."""
        environment = {**os.environ, "COUNTERSIGN_PUBLIC_URL": self.url}
        pipe = subprocess.PIPE
        return subprocess.Popen([self.binary, *arguments], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, env=environment)

    def command(self, *arguments):
        """What an admin types; the JSON document that comes back."""
        status, output, error = self.run(*arguments, *self.place, "--output", "json")
        if status != 0:
            raise Refused(arguments, status, output, error)
        document = json.loads(output) if output.strip() else None
        if isinstance(document, dict):
            self.secrets.remember("client secret", document.get("client_secret"))
        return document

    def last_logout(self, pool):
        """What 'logout show' says of the sign-out that the log has last."""
        entries = [json.loads(line) for line in self.log_text().splitlines() if '"signed out"' in line]
        return self.command("logout", "show", entries[-1]["reference"], "--pool", pool["id"])

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    # ---- the admin's first steps, as words ----

    def create_pool(self, name):
        return self.command("pool", "create", name)

    def create_saml_provider(self, pool, name, source, mapping, *extra):
        return self.command("idp", "create", "saml", name, "--pool", pool["id"], *source, *mapped(mapping), *extra)

    def create_oidc_provider(self, pool, name, issuer, client, mapping, *extra):
        """`client` is what we are at that provider. Its secret or key comes from a file, never from the command line."""
        source = ["--issuer", issuer, "--client-id", client["client_id"]]
        for what in ("client_secret", "client_key"):
            if what in client:
                self.secrets.remember(what.replace("_", " "), client[what])
                file = self.folder / f"{pool['id']}-{name}.{what}"
                file.touch(mode=0o600)
                file.write_text(client[what])
                source += [f"--{what.replace('_', '-')}-file", str(file)]
        return self.command("idp", "create", "oidc", name, "--pool", pool["id"], *source, *mapped(mapping), *extra, "--development")

    def create_client(self, pool, name, redirect_uri, *extra):
        return self.command("client", "create", name, "--pool", pool["id"], "--redirect-uri", redirect_uri, *extra)


def mapped(mapping):
    return [word for ours, theirs in mapping.items() for word in ("--map", f"{ours}={theirs}")]
