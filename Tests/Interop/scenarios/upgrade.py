"""An earlier revision and this one side by side on one database, under load: from the one to the other and back, nobody notices.

`scripts/upgrade-test REVISION` builds the earlier one and runs this."""

import os
import time

from kit.checks import Scenario
from kit.countersign import BINARY
from kit.crowd import Crowd
from kit.nginx import Nginx
from kit.processes import wait_until
from kit.world import Site

SECONDS_OF_EACH = 6
scenario = Scenario("upgrade", needs=["pysaml2", "postgresql", "nginx", "earlier"])


def change(world, name, database):
    nginx, earlier = Nginx(world.folder / name), os.environ["COUNTERSIGN_EARLIER_BIN"]
    options = {"database": database, "url": nginx.url, "master_key": world.folder / name / "master-key", "options": ["--trusted-proxy", "127.0.0.1/32"]}
    old = world.new_server(f"{name}-earlier", **options, binary=earlier)
    new = world.server_to_be(f"{name}-this", **options, binary=BINARY)
    world.started_part(nginx, [old.port, new.port])
    site = Site(world, old, name)
    crowd = Crowd(world, site, people_at_once=4).start()
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
