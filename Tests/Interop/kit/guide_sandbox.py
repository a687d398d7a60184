"""Runs every command of one page, in its order, on a machine of its own: names, network, /etc and /var are not this machine's.

usage, in namespaces of its own: python -m kit.guide_sandbox PAGE FOLDER     writes FOLDER/results.json"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from . import guide_fixtures as fixtures
from .certificates import Certificate
from .countersign import BINARY, ROOT
from .guide_text import Step, steps
from .stand_in import Names, StandIn

# Whatever the page calls its own; the real one takes its place.
PLACEHOLDERS = {"local_4fGh2kQ9x": "POOL", "local_hQ3x8Kd2P": "SECOND_POOL", "7KQ2M4XW9ABC": "REFERENCE"}
PLACEHOLDERS |= {word: word for word in ("POOL", "CLIENT_ID", "SECRET", "TOKEN", "KID", "CHALLENGE", "DEVICE_CODE", "SP_ENTITY_ID", "ACS_URL")}
PLACEHOLDERS |= {"YOUR-TENANT": "TENANT", "YOUR-ORG": "TENANT", "APPLICATION-ID": "SOMETHING", "APP-ID": "SOMETHING", "CLIENT": "CLIENT_ID", "METADATA-URL": "METADATA_URL", "2026-11-24T10:00:00Z": "CAPTURED_AT"}
WORD = re.compile(r"(?<![\w$-])(" + "|".join(sorted(map(re.escape, PLACEHOLDERS), key=len, reverse=True)) + r")(?![\w=-])")


def machine(folder):
    """Copies of /etc and /var that are thrown away, names that lead here, and an authority that everybody believes."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    over = folder / "over"
    over.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", over], check=True)
    for name in ("etc", "var", "tmp"):
        (over / name).mkdir()
        (over / f"{name}.work").mkdir()
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/{name},upperdir={over / name},workdir={over / name}.work", f"/{name}"], check=True)
    authority = Certificate(folder / "authority", "the guides' authority", is_authority=True)
    with open("/etc/ssl/certs/ca-certificates.crt", "a") as bundle:
        bundle.write(authority.pem)
    resolv = pathlib.Path("/etc/resolv.conf")
    resolv.unlink(missing_ok=True)
    resolv.write_text("nameserver 127.0.0.1\n")
    with open("/etc/passwd", "a") as passwd, open("/etc/group", "a") as group:
        passwd.write("countersign:x:64999:64999::/var/lib/countersign:/usr/sbin/nologin\n")
        group.write("countersign:x:64999:\n")
    for path, mode in {"/etc/countersign": 0o755, "/var/lib/countersign": 0o700, "/var/backups": 0o755}.items():
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
    return authority


class Sandbox:
    def __init__(self, page, folder):
        self.page, self.folder = page, pathlib.Path(folder)
        authority = machine(self.folder)
        self.desk = self.folder / "desk"  # where the commands are typed
        self.desk.mkdir()
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "countersign").symlink_to(BINARY)
        signer = Certificate(self.folder / "federation", "operator", is_rsa=True)
        self.names = Names().start()
        self.stand_in = StandIn(self.folder / "stand-in", authority, signer.files).start()
        self.values = {"TENANT": "your-tenant", "SOMETHING": "0a1b2c3d", "KID": "none", "CHALLENGE": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "METADATA_URL": "https://idp.example.com/metadata"}
        self.environment = {
            "PATH": f"{self.folder / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8", "TMPDIR": str(self.folder),
            "COUNTERSIGN_DATABASE": f"sqlite:{fixtures.DATABASE.get(page, self.folder / 'countersign.db')}", "COUNTERSIGN_DEVELOPMENT": "1", "COUNTERSIGN_METRICS_LISTEN": "none",
            "REQUESTS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt",
        }
        self.server = self.people = self.postgresql = None
        fixtures.write_files(self.desk, authority, signer, self.stand_in)
        self.stand_in.secret = (self.desk / "new.txt").read_text().strip()
        if page in fixtures.PEOPLE:
            from .guide_people import People

            os.environ |= self.environment
            self.people = People(self)
        self.learn(self.shell('countersign pool create "The second"').stdout)
        self.values["SECOND_POOL"] = self.values["POOL"]
        self.learn(self.shell('countersign pool create "The first"').stdout)
        self.learn(self.shell('countersign client create "Fixture" --pool $POOL --confidential --redirect-uri https://app.example.com/callback').stdout)

    # ---- one command ----

    def shell(self, text, seconds=60):
        environment = {**self.environment, **self.values}
        return subprocess.run(["bash", "-c", text], cwd=self.desk, env=environment, input="a-secret-that-is-pasted\n", capture_output=True, text=True, timeout=seconds)

    def placed(self, text):
        return WORD.sub(lambda found: str(self.values.get(PLACEHOLDERS[found[1]], found[1])), text)

    def learn(self, output):
        """What later commands of the page call POOL, CLIENT_ID, SECRET and so on."""
        for name, pattern in fixtures.LEARNED.items():
            if found := re.search(pattern, output, re.MULTILINE):
                self.values[name] = found[1]

    def run(self, step):
        if step.language == "sql":
            return self.sql(step.text)
        text = self.placed(step.text)
        if text.startswith("countersign serve"):
            return self.serve(text)
        assigned = re.match(r"([A-Z0-9_]+)=(\S+)\s*(#.*)?$", text)
        if assigned:
            self.values[assigned[1]] = assigned[2]
            return 0, ""
        if "://id.example.com/" in text and text.startswith("curl"):
            self.start_server()
        if text.startswith("make "):
            answer = subprocess.run(["bash", "-c", "make -n " + text[5:]], cwd=ROOT, capture_output=True, text=True, timeout=60)  # there is such a target
        elif text.startswith("softhsm2-util"):
            answer = self.shell(f"(for i in 1 2 3 4; do sleep 0.5; echo a-secret-that-is-pasted; done) | script -qec '{text}' /dev/null")  # asks at a terminal
        else:
            answer = self.shell(text)
        if registered := re.search(r"idp create saml (\S+)", text):
            self.values["PROVIDER"] = registered[1]
        self.learn(answer.stdout)
        return answer.returncode, answer.stdout + answer.stderr

    def start_server(self):
        """The page's own server, behind the stand-in's TLS."""
        if self.server is None:
            (self.folder / "server.log").write_text("")
            self.server = subprocess.Popen(
                ["countersign", "serve", "--listen", "127.0.0.1:8080", "--public-url", "https://id.example.com", "--trusted-proxy", "127.0.0.1/32"],
                env=self.environment, stdout=open(self.folder / "server.log", "ab"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )
            self.wait_until_ready(self.folder / "server.log", self.server)

    def start_mutual_tls(self):
        """As the page's `serve` before, on another port for browsers."""
        self.stop_server()
        log, tls = self.folder / "mutual.log", ["--tls-certificate", "fullchain.pem", "--tls-key", "privkey.pem"]
        mutual = ["--mtls-listen", "127.0.0.1:8443", "--client-certificate-authorities", "client-authorities.pem"]
        self.server = subprocess.Popen(
            ["countersign", "serve", "--listen", "127.0.0.1:8444", "--public-url", "https://id.example.com", *tls, *mutual],
            cwd=self.desk, env=self.environment, stdout=open(log, "wb"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )
        self.wait_until_ready(log, self.server)

    def start_postgresql(self, host="db.example.com"):
        """There, with a certificate of that name."""
        from .postgresql import PostgreSQL

        self.postgresql = PostgreSQL(self.folder)
        self.postgresql.port = 5432
        self.postgresql.start()
        self.postgresql.use_tls(self.stand_in.certificate(host))
        self.postgresql.new_database("countersign")

    def sql(self, text):
        """As the administrator of the database."""
        from .postgresql import BINARIES

        command = [BINARIES / "psql", "-Xq", "-v", "ON_ERROR_STOP=1", *self.postgresql.place("countersign")]
        answer = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
        return answer.returncode, answer.stdout + answer.stderr

    def empty_postgresql(self):
        self.postgresql.ask("postgres", "DROP DATABASE countersign WITH (FORCE)")
        self.postgresql.new_database("countersign")

    def stop_server(self):
        if self.server:
            self.server.terminate()
            self.server.wait(20)
            self.server = None

    def wait_until_ready(self, log, process, seconds=20):
        end = time.monotonic() + seconds
        while "countersign is ready" not in log.read_text(errors="replace") and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)

    def serve(self, text):
        """It gets ready, and ends when it is asked to."""
        self.stop_server()
        self.stand_in.stop()  # it may want the port
        log = self.folder / "serve.log"
        log.write_text("")
        text = re.sub(r"\s*(&|…)?\s*(#.*)?$", "", text)
        try:
            process = subprocess.Popen(["bash", "-c", "exec " + text], cwd=self.desk, env={**self.environment, **self.values}, stdin=subprocess.DEVNULL, stdout=open(log, "wb"), stderr=subprocess.STDOUT)
            self.wait_until_ready(log, process)
            said = log.read_text(errors="replace")
            process.terminate()
            status = process.wait(30)
        finally:
            self.stand_in.start()
        return (status if "countersign is ready" in said else status or "not ready"), said

    def prepare(self, commands):
        for command in commands:
            status, output = command(self) or (0, "") if callable(command) else self.run(Step(self.page, 0, command))
            if status:
                raise RuntimeError(f"the fixture {command!r} ended with {status}: {output}")

    def run_page(self):
        results = []
        if self.people:
            self.start_server()  # commands print its address from now on
        self.prepare(fixtures.SETUP.get(self.page, ()))
        for step in steps(self.page):
            reason = fixtures.excluded(step)
            if reason:
                continue
            self.prepare(fixtures.before(step))
            expected = fixtures.expected(step)
            began = time.monotonic()
            try:
                status, output = self.run(step)
            except subprocess.TimeoutExpired:
                status, output = "not done in time", ""
            results.append({"where": step.where, "text": step.text, "status": status, "expected": expected, "output": output[-1500:], "seconds": round(time.monotonic() - began, 2)})
        return results


def main():
    page, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    sandbox = Sandbox(page, folder)
    try:
        results = sandbox.run_page()
    finally:
        sandbox.stop_server()
        if sandbox.postgresql:
            sandbox.postgresql.stop()
    (folder / "results.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
