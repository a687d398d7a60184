"""An earlier revision and this one side by side on one database, under load: from the one to the other and back, nobody notices.

`scripts/upgrade-test REVISION` builds the earlier one and runs this."""

import os
import time

from kit.checks import Scenario
from kit.crowd import Crowd
from kit.pair import Pair
from kit.processes import wait_until

SECONDS_OF_EACH = 6
scenario = Scenario("upgrade", needs=["pysaml2", "postgresql", "nginx", "earlier"])


class Revisions(Pair):
    """Server 1 is the earlier revision, and server 2 this one, which comes later."""

    def server(self, world, name, number, options):
        if number == 1:
            return world.new_server(name, **options, binary=os.environ["COUNTERSIGN_EARLIER_BIN"])
        return world.server_to_be(name, **options)


def change(world, name, database):
    pair = Revisions(world, name, database)
    old, new = pair.servers
    crowd = Crowd(world, pair.site, people_at_once=4).start()
    time.sleep(SECONDS_OF_EACH)
    # Upgraded, server by server, and after a while back again.
    for come, go in ((new, old), (old, new)):
        come.start()
        time.sleep(SECONDS_OF_EACH)
        go.ask_to_stop()
        wait_until("it has stopped", lambda: not go.process.runs, seconds=30)
        time.sleep(SECONDS_OF_EACH)
    crowd.stop()
    print(f"       {name}: {crowd.account()}")
    crowd.expect_whole()


@scenario.check("on PostgreSQL: nothing refused, lost or doubled", seconds=180)
def postgresql(world):
    change(world, "upgrade-postgresql", world.postgresql.new_database("upgrade"))


@scenario.check("on SQLite: nothing refused, lost or doubled", seconds=180)
def sqlite(world):
    change(world, "upgrade-sqlite", f"sqlite:{world.folder / 'upgrade.db'}")
