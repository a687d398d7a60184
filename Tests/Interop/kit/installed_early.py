"""A system on which an early release runs with the database that it made: the new package comes over it."""

import json
import shutil
import sqlite3
import time

from .countersign import ROOT
from .installed import DATA, UNIT, ask, command, copied, debian_package, packed_as, wait_until_ready

OLD = ROOT / "Tests" / "OldDatabase" / "version-3.sql"
KEPT = "/root/before-early"
# What scripts/make-old-database wrote.
MADE_AT, MASTER_KEY, POOL = 1_795_000_000_000, bytes([7] * 32), "local_257nTX3GM"
CREDENTIALS = {"client_id": "old-confidential", "client_secret": "client-secret".ljust(43, "-")}
# In the place of that release's program, which nobody builds any more: its database is open, and it ends when it is asked to.
PROGRAM = f"""#!/usr/bin/python3
import os, signal, socket, sqlite3
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
database = sqlite3.connect("{DATA}/countersign.db")
database.execute("PRAGMA journal_mode=WAL")
database.execute("INSERT OR IGNORE INTO group_memberships SELECT id, 7, 'written-at-last', NULL FROM users")
database.commit()
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
    systemd.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
    while signal.sigtimedwait([signal.SIGTERM], 20) is None:
        systemd.sendto(b"WATCHDOG=1", os.environ["NOTIFY_SOCKET"])
os._exit(0)  # as one that was killed: what it wrote is in the log beside the database
"""


def database(path):
    """The stored one, with tokens and sessions that began a minute ago."""
    later = int(time.time() * 1000) - 60_000 - MADE_AT
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as made:
        made.executescript(OLD.read_text())
        for table in ("sessions", "token_families", "authorization_codes", "refresh_tokens"):
            for name in [row[1] for row in made.execute(f"PRAGMA table_info({table})") if row[1].endswith("_at")]:
                made.execute(f"UPDATE {table} SET {name} = {name} + {later}")
    made.close()
    return path


def run_early_release(world):
    """What is there is kept in a folder, and the early release runs."""
    here = world.throwaway
    here.run("bash", "-c", f"systemctl stop {UNIT} && mkdir {KEPT} && mv {DATA}/* {KEPT}/")
    shutil.copy(database(world.folder / "early.db"), here.place(f"{DATA}/countersign.db"))
    here.place(f"{DATA}/countersign.db.master-key").write_bytes(MASTER_KEY)
    here.run("bash", "-c", f"chown countersign: {DATA}/* && chmod 600 {DATA}/*")
    here.run("dpkg", "--install", copied(world, packed_as(world, "0.0.2", PROGRAM)))
    here.run("systemctl", "start", UNIT)


def upgrade(world):
    here = world.throwaway
    here.timed("upgrade of schema 3", "apt-get", "install", "--yes", copied(world, debian_package(world)))
    here.took("ready after that", wait_until_ready(world))


def people(world):
    """Each with the groups."""
    found = command(world, "user", "list", "--pool", POOL)
    return {user["username"]: sorted(command(world, "user", "show", user["sub"], "--pool", POOL)["groups"]) for user in found}


def refreshed(world):
    """By a refresh token that the early release gave."""
    form = {"grant_type": "refresh_token", "refresh_token": "living-token".ljust(43, "-"), **CREDENTIALS}
    status, answer = ask(world, f"/{POOL}/oauth2/token", "&".join(f"{name}={value}" for name, value in form.items()))
    return status, json.loads(answer)


def put_back(world):
    world.throwaway.run("bash", "-c", f"systemctl stop {UNIT} && rm {DATA}/* && mv {KEPT}/* {DATA}/ && rmdir {KEPT} && systemctl start {UNIT}")
    wait_until_ready(world)
