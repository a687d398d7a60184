"""PostgreSQL on a disk that is full, and then is not."""

import requests

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.disk import SmallDisk
from kit.processes import wait_until
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("full_disk", needs=["pysaml2", "postgresql", "disk"])


@scenario.check("the disk is full: writes are refused and the log says why, reads go on; with room again all is well (cases 109, 125)")
def disk_full(world):
    disk = world.started_part(SmallDisk(64, owner="postgres"))
    postgresql = world.postgresql
    postgresql.ask("postgres", f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
    postgresql.ask("postgres", "CREATE DATABASE full_disk TEMPLATE template0 TABLESPACE small")
    server = world.new_server("full-disk", database=postgresql.url("full_disk"), master_key=world.folder / "full-disk" / "master-key")
    site = Site(world, server, "full-disk")
    tokens = site.sign_in(world.visitor(), "ada").redeem().tokens
    with postgresql.held_snapshot("full_disk"):
        disk.fill()
        # What fits into pages that are there is written and answered; then nothing more.
        refresh_token, refreshed = tokens["refresh_token"], 0
        while (answer := site.app.refresh(refresh_token)).status_code == 200 and refreshed < 500:
            refresh_token, refreshed = answer.json()["refresh_token"], refreshed + 1
        expect("status of a refresh that cannot be written", answer.status_code, 503)
        expect_true("Retry-After", answer.headers.get("Retry-After", "").isdigit(), "a number of seconds", answer.headers)
        for word in ("storage.unavailable", "disk full"):
            expect_in("the log", word, server.log_text())
        expect("status of userinfo", site.app.user_info(tokens["access_token"]).status_code, 200)
        expect("status of the keys", requests.get(f"{site.app.issuer}/.well-known/jwks.json", timeout=20).status_code, 200)
        disk.empty()
        expect("status of the same refresh", site.app.refresh(refresh_token).status_code, 200)
        check_both(site.sign_in(world.visitor(), "grace").redeem())
        wait_until("/readyz is well", server.is_ready, seconds=4)
    server.stop()
    postgresql.ask("postgres", "DROP DATABASE full_disk WITH (FORCE)")
    postgresql.ask("postgres", "DROP TABLESPACE small")
