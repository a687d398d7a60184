"""PostgreSQL's primary goes away under servers that know its standby, too: as planned, and not."""

import time

import requests

from kit.checks import Scenario, expect, expect_true
from kit.postgresql import PostgreSQL
from kit.processes import wait_until
from scenarios.kills import Besieged

scenario = Scenario("outages", needs=["pysaml2", "postgresql", "nginx"])


class Refresher:
    """An app that asks one server after the other, past nginx, for the same refresh: within its grace it is the same answer."""

    def __init__(self, world, servers, site):
        self.servers, self.client, self.pool = servers, site.app.client_id, site.pool["id"]
        self.token = site.sign_in(world.visitor(), "refresher").redeem().tokens["refresh_token"]

    def ask(self, server):
        form = {"grant_type": "refresh_token", "refresh_token": self.token, "client_id": self.client}
        return requests.post(f"http://127.0.0.1:{server.port}/{self.pool}/oauth2/token", data=form, timeout=20)

    def expect_refusals(self, times):
        """Each at once, and such that the app comes again."""
        for server in self.servers:
            wait_until("it refuses", lambda: self.ask(server).status_code == 503, seconds=5)
        took = []
        for _ in range(times):
            for server in self.servers:
                answer = self.ask(server)
                took.append(answer.elapsed.total_seconds())
                expect("status", answer.status_code, 503)
                expect_true("Retry-After", answer.headers.get("Retry-After", "").isdigit(), "a number of seconds", answer.headers)
            time.sleep(0.05)
        expect_true("the slowest refusal", max(took) < 0.1, "100 ms", took)

    def expect_back(self, seconds):
        began = time.monotonic()
        for server in self.servers:
            wait_until("it serves", lambda: self.ask(server).status_code == 200, seconds=seconds, pause=0.02)
        return time.monotonic() - began


@scenario.check("the primary takes no writes any more, or is killed, and its standby is promoted: refused at once, back in two seconds, lost 0, doubled 0 (cases 109, 125)", seconds=120)
def failover(world):
    one = world.started_part(PostgreSQL(world.folder, "primary"))
    one.new_database("failover")
    other = world.started_part(PostgreSQL(world.folder, "standby", one))
    pair = Besieged(world, "failover", f"postgresql://countersign@/failover?host={one.folder},{other.folder}&port={one.port},{other.port}")
    pair.crowd.start()
    time.sleep(2)
    app = Refresher(world, pair.servers, pair.site)
    # As planned: the connections to the old primary live, and have to be left.
    one.set("default_transaction_read_only", "on")
    app.expect_refusals(5)
    other.promote()
    planned = app.expect_back(2)
    one.follow(other)
    time.sleep(1)
    app = Refresher(world, pair.servers, pair.site)
    other.stop_immediately()
    app.expect_refusals(5)
    one.promote()
    unplanned = app.expect_back(2)
    time.sleep(1)
    print(f"       back after {planned:.2f} s and {unplanned:.2f} s")
    pair.settle("failed over and back")
