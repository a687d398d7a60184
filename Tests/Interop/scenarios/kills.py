"""A crowd on two servers that share a database, while one after the other is killed, and the database too: nothing lost, nothing doubled.

`scripts/kill-test` runs it with many more kills than a check of every day."""

import os
import time

from kit.checks import Scenario
from kit.crowd import Crowd
from kit.pair import Pair
from kit.processes import wait_until

SERVER_KILLS = int(os.environ.get("COUNTERSIGN_SERVER_KILLS", 12))
DATABASE_KILLS = int(os.environ.get("COUNTERSIGN_DATABASE_KILLS", 3))
SECONDS = 30 + 3 * SERVER_KILLS + 12 * DATABASE_KILLS

scenario = Scenario("kills", needs=["pysaml2", "postgresql", "nginx"])


class Besieged(Pair):
    """With a crowd before them."""

    def __init__(self, world, name, database):
        super().__init__(world, name, database)
        self.crowd = Crowd(world, self.site)

    def kill_servers(self, times):
        for number in range(times):
            server = self.servers[number % 2]
            self.crowd.counts["kills"] += 1
            server.kill()
            server.start()
            time.sleep(0.5)

    def settle(self, what):
        """Stops the crowd, and holds what it was answered against what is there."""
        self.crowd.stop()
        for server in self.servers:
            wait_until("the servers are well", server.is_ready, seconds=10)
        print(f"       {what}: {self.crowd.account()}")
        self.crowd.expect_whole()


@scenario.check("servers on one SQLite file are killed under load: lost 0, doubled 0", seconds=SECONDS)
def sqlite(world):
    pair = Besieged(world, "kills-sqlite", f"sqlite:{world.folder / 'kills.db'}")
    pair.crowd.start()
    pair.kill_servers(SERVER_KILLS // 3)
    pair.settle("SQLite")


@scenario.check("servers on one PostgreSQL are killed under load: lost 0, doubled 0", seconds=SECONDS)
def servers(world):
    pair = Besieged(world, "kills-servers", world.postgresql.new_database("kills-servers"))
    pair.crowd.start()
    pair.kill_servers(SERVER_KILLS)
    pair.settle("PostgreSQL")


@scenario.check("PostgreSQL itself is stopped at once under load: lost 0, doubled 0", seconds=SECONDS)
def database(world):
    pair = Besieged(world, "kills-database", world.postgresql.new_database("kills-database"))
    pair.crowd.start()
    for _ in range(DATABASE_KILLS):
        time.sleep(1)
        pair.crowd.counts["kills"] += 1
        world.postgresql.stop_immediately()
        world.postgresql.start()
        for server in pair.servers:
            wait_until("it serves again", server.is_ready, seconds=10)
    pair.settle("PostgreSQL stopped")
