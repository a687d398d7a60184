"""Writes a small PostgreSQL database as this binary makes it, for the tests of later versions: what is out there, not what they would write.

`scripts/make-old-database --postgresql COUNTERSIGN` runs this, once for each schema that was released. Its first line has what else the tests must
know: the time, and secrets that are good for nothing else."""

import json
import os
import pathlib
import re
import subprocess
import time

from kit.checks import Scenario
from kit.countersign import ROOT
from kit.postgresql import BINARIES
from kit.world import Site

scenario = Scenario("old_database", needs=["pysaml2", "postgresql"])


@scenario.check("a database with a pool, its providers, clients, people, sessions and tokens is written to Tests/OldDatabase")
def write(world):
    master_key = pathlib.Path(world.folder / "old-master-key")
    master_key.touch(mode=0o600)
    master_key.write_bytes(bytes([7] * 32))
    server = world.new_server("old", database=world.postgresql.new_database("old"), master_key=master_key)
    site = Site(world, server, "staff")
    known = {"pool": site.pool["id"], "client": site.app.client_id}
    fill(world, site, known)
    # Later, since now there is one provider and nobody has to choose.
    configure(server, site, known)
    server.stop()
    known["now"] = int(time.time() * 1000)
    version = world.postgresql.ask("old", "SELECT max(version) FROM schema_migrations")
    path = ROOT / "Tests" / "OldDatabase" / f"postgresql-{version}.sql"
    path.write_text(f"-- {json.dumps(known, sort_keys=True)}\n" + dump(world))
    print(f"       {path.relative_to(ROOT)}: {path.stat().st_size} bytes")


def fill(world, site, known):
    ann, visitor = "ann", world.visitor()
    living = site.sign_in(visitor, ann).redeem()
    known["cookie"] = next(cookie.value for cookie in visitor.session.cookies if "session" in cookie.name)
    known["used_refresh_token"] = living.tokens["refresh_token"]
    known["refresh_token"] = site.app.refresh(living.tokens["refresh_token"]).json()["refresh_token"]
    ended = site.sign_in(world.visitor(), ann).redeem()
    site.app.post("revocation_endpoint", {"token": ended.tokens["refresh_token"]})
    known["ended_refresh_token"] = ended.tokens["refresh_token"]
    waiting = site.sign_in(world.visitor(), "bob")
    known |= {"code": waiting.code, "code_verifier": waiting.verifier, "redirect_uri": site.app.redirect_uri}
    used = site.sign_in(world.visitor(), "bob")
    used.redeem()
    known["used_code"], known["used_code_verifier"] = used.code, used.verifier
    site.to_provider(world.visitor())  # and never comes back


def configure(server, site, known):
    pool = ["--pool", site.pool["id"]]
    server.command("pool", "update", site.pool["id"], "--domain", "id.old.example", "--display-name", "Old staff")
    server.command("pool", "add-attribute", site.pool["id"], "team", "--multivalued")
    server.command("idp", "update", "pysaml2", *pool, "--add-domain", "old.example")
    secret = server.folder / "upstream-secret"
    secret.touch(mode=0o600)
    secret.write_text("upstream-secret")
    server.command("idp", "create", "oidc", "op", *pool, "--preset", "github", "--client-id", "old", "--client-secret-file", str(secret))
    orders = server.command("client", "create", "Orders", *pool, "--confidential", "--redirect-uri", "https://app.example/callback", "--refresh-grace", "5")
    known |= {"confidential": orders["client_id"], "client_secret": orders["client_secret"]}
    server.command("key", "rotate", *pool)


def dump(world):
    """Plain SQL that any psql takes, without what says nothing."""
    command = [BINARIES / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--no-comments", *world.postgresql.place("old")]
    text = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PGTZ": "UTC"}).stdout
    lines = [line for line in text.splitlines() if line and not re.match(r"--|\\(un)?restrict|SET (?!default)|INSERT INTO public\.servers ", line)]
    return "\n".join(lines) + "\n"
