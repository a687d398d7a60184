"""A gateway outgrows its SQLite file, moves to PostgreSQL, and back: nobody who is signed in notices."""

import json
import shutil
import signal
import sqlite3
import subprocess

import requests

from kit.checks import Scenario, expect, expect_true
from kit.processes import wait_until
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("moving", needs=["pysaml2", "postgresql"])
PROOFS = 40_000  # enough to be in the middle of


class Move:
    """One site, whose server is stopped here and begins again there, at the same address."""

    def __init__(self, world):
        self.world = world
        self.server = world.new_server("moving-sqlite")
        self.site = Site(world, self.server, "moving")
        self.master_key = self.server.folder / "countersign.db.master-key" if self.server.master_key is None else self.server.master_key
        self.visitor = world.visitor()
        first = self.site.sign_in(self.visitor, "ada").redeem()
        self.subject = check_both(first)[0]["sub"]
        self.used, answer = first.tokens["refresh_token"], self.site.app.refresh(first.tokens["refresh_token"])
        self.refresh_token = answer.json()["refresh_token"]
        self.keys = self.published_keys()

    def published_keys(self):
        return requests.get(self.site.app.discovery["jwks_uri"], timeout=20).json()

    def copy(self, source, destination):
        return self.server.run("database", "copy", "--from", source, "--to", destination, "--output", "json")

    def go_on(self, name, database):
        """The next server, where the one before was."""
        before = self.server
        self.server = self.world.server_to_be(name, database=database, url=before.url, master_key=self.master_key)
        self.server.port = before.port
        self.world.started_part(self.server)

    def expect_nobody_noticed(self):
        expect("published keys", self.published_keys(), self.keys)
        answer = self.site.app.refresh(self.refresh_token)
        expect(f"status of a refresh ({answer.text[:200]})", answer.status_code, 200)
        self.refresh_token = answer.json()["refresh_token"]
        expect("sub", self.site.app.user_info(answer.json()["access_token"]).json().get("sub"), self.subject)
        # The browser is still signed in: no page in between.
        sign_in = self.site.app.begin()
        page = self.visitor.get(sign_in.url)
        expect_true("straight back to the app", (page.location or "").startswith(self.site.app.redirect_uri), self.site.app.redirect_uri, page.location)
        expect("sub of the session", check_both(sign_in.answer(page.location).redeem())[0]["sub"], self.subject)
        # And somebody who comes for the first time gets in.
        check_both(self.site.sign_in(self.world.visitor(), f"new-{self.server.name}").redeem())


def move(world):
    return world.part("move", lambda: Move(world))


@scenario.check("while the server runs the copy is refused, and nothing is made")
def refused(world):
    here = move(world)
    status, _, error = here.copy(here.server.database, f"sqlite:{world.folder / 'never.db'}")
    expect("status and code", (status, json.loads(error)["error"]), (1, "storage.in_use"))
    expect("a file", (world.folder / "never.db").exists(), False)


def kill_on_the_way(world, here, source, destination):
    def copied():
        try:
            return int(world.postgresql.ask("moved", "SELECT count(*) FROM accepted_proofs"))
        except subprocess.CalledProcessError:
            return 0  # no tables yet

    before = copied()
    process = subprocess.Popen([here.server.binary, "database", "copy", "--from", source, "--to", destination], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until("it has copied some", lambda: process.poll() is not None or copied() > before, seconds=20)
    process.kill()
    expect("how it ended", process.wait(), -signal.SIGKILL)


@scenario.check("from SQLite to PostgreSQL, killed on the way and gone on with: session, refresh token and keys are the same", seconds=120)
def to_postgresql(world):
    here = move(world)
    here.server.stop()
    expect("a server that stopped is none", here.server.process.runs, False)
    source, destination = here.server.database, world.postgresql.new_database("moved")
    with sqlite3.connect(source.removeprefix("sqlite:")) as file:
        rows = ((here.site.pool["id"], "pysaml2", f"proof {number}", 4_000_000_000_000) for number in range(PROOFS))
        file.executemany("INSERT INTO accepted_proofs VALUES (?, ?, ?, ?)", rows)
    file.close()
    for _ in range(2):
        kill_on_the_way(world, here, source, destination)
    status, _, error = here.server.run("pool", "list", "--database", destination, "--master-key-file", str(here.master_key), "--output", "json")
    expect("a part of a database is none", (status, json.loads(error)["error"]), (1, "storage.unfinished_copy"))
    status, output, error = here.copy(source, destination)
    expect(f"status ({error})", status, 0)
    copied = {table["name"]: table["rows"] for table in json.loads(output)["tables"]}
    expect_true("the proofs are there", copied["accepted_proofs"] >= PROOFS, PROOFS, copied)
    expect("in PostgreSQL's own words", int(world.postgresql.ask("moved", "SELECT count(*) FROM accepted_proofs")), copied["accepted_proofs"])
    here.go_on("moving-postgresql", destination)
    here.expect_nobody_noticed()


@scenario.check("and back into a file, beside which the master key lies")
def to_sqlite(world):
    here = move(world)
    here.server.stop()
    file = here.server.folder / "back.db"
    status, _, error = here.copy(here.server.database, f"sqlite:{file}")
    expect(f"status ({error})", status, 0)
    shutil.copy(here.master_key, f"{file}.master-key")
    here.master_key = f"{file}.master-key"
    here.go_on("moving-back", f"sqlite:{file}")
    here.expect_nobody_noticed()
    answer = here.site.app.refresh(here.used)
    expect("status of a refresh with a token that was used long before", answer.status_code, 400)


@scenario.check("`database check` finds nothing on either, beside a server that runs")
def check(world):
    here = move(world)
    for database in (here.server.database, world.postgresql.url("moved")):
        status, output, error = here.server.run("database", "check", "--database", database, "--master-key-file", str(here.master_key), "--output", "json")
        expect(f"status ({error})", status, 0)
        document = json.loads(output)
        # The key of the tokens, and two of SAML.
        expect("findings, and keys that opened", (document["findings"], document["opened"]), ([], 3))


@scenario.check("a backup beside a server that runs; the database is lost, and nobody notices what was restored into PostgreSQL")
def restored(world):
    here = move(world)
    # That of before went with its family, when a used one came.
    sign_in = here.site.app.begin()
    here.refresh_token = sign_in.answer(here.visitor.get(sign_in.url).location).redeem().tokens["refresh_token"]
    (key, file), lost = (here.server.folder / "backup-key", here.server.folder / "backup.csb"), here.server.database
    status, _, error = here.server.run("backup", "--make-key", str(key))
    expect(f"status ({error})", status, 0)
    words = ("backup", str(file), "--key-file", str(key), "--database", lost, "--master-key-file", str(here.master_key), "--output", "json")
    status, output, error = here.server.run(*words)
    expect(f"status ({error})", status, 0)
    made = json.loads(output)
    expect("what is in it", (made["pools"], made["has_master_key"], made["users"] > 1), (1, True, True))
    here.server.stop()
    here.master_key = here.server.folder / "restored-master-key"
    destination = world.postgresql.new_database("restored")
    words = ("restore", str(file), "--key-file", str(key), "--database", destination, "--master-key-file", str(here.master_key), "--output", "json")
    status, output, error = here.server.run(*words)
    expect(f"status ({error})", status, 0)
    expect("rows", json.loads(output)["rows"], made["rows"])
    here.go_on("moving-restored", destination)
    here.expect_nobody_noticed()
