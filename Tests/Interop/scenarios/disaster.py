"""The region of the primary is lost while people sign in, and the standby of another one is promoted: what was answered and is gone (docs/operations/disaster-recovery.md)."""

import os
import signal
import threading
import time

import requests

from kit.checks import Scenario, expect, expect_true
from kit.postgresql import PostgreSQL
from kit.processes import wait_until
from kit.world import Site

scenario = Scenario("disaster", needs=["pysaml2", "postgresql"])
STALL = 2.0  # seconds for which nothing reaches the other region, before the first one is lost
BEFORE = 3.0


class Regions:
    """The first one has a server and the primary; the second one a standby, and a server once it is needed."""

    def __init__(self, world, name, synchronous):
        self.world, self.name = world, name
        self.primary = world.started_part(PostgreSQL(world.folder, f"{name}-primary"))
        self.standby = PostgreSQL(world.folder, f"{name}-standby", self.primary)
        world.started_part(self.standby)  # makes the primary wait for it
        if not synchronous:
            self.primary.set("synchronous_standby_names", "")
        self.database = self.primary.new_database("disaster")
        self.server = world.new_server(name, database=self.database)
        self.site = Site(world, self.server, name)
        self.answered, self.refused, self.over, self.lock = [], 0, threading.Event(), threading.Lock()

    def live(self, number):
        """Signs in again and again, each time as somebody else; writes down what was answered, and when."""
        count = 0
        while not self.over.is_set():
            count += 1
            try:
                done = self.site.sign_in(self.world.visitor(), f"person{number}x{count}").redeem()
            except Exception:  # its region is lost, or nobody is answered
                with self.lock:
                    self.refused += 1
                time.sleep(0.1)
                continue
            with self.lock:
                self.answered.append((time.monotonic(), done.tokens["refresh_token"]))

    def senders(self):
        return [int(line) for line in self.primary.ask("postgres", "SELECT pid FROM pg_stat_replication").splitlines()]

    def lose(self, stall):
        """The link stands still for so long, and then the first region is gone. When that was, by both."""
        people = [threading.Thread(target=self.live, args=(number,), daemon=True) for number in range(4)]
        for each in people:
            each.start()
        time.sleep(BEFORE)
        cut = time.monotonic()
        if stall:
            for pid in self.senders():
                os.kill(pid, signal.SIGSTOP)
            time.sleep(stall)
        lost = time.monotonic()
        self.primary.kill()
        self.server.kill()
        self.over.set()
        for each in people:
            each.join(30)
        return cut, lost

    def take_over(self):
        """The standby takes writes, and the second region's server has it. How long that took."""
        began = time.monotonic()
        self.standby.promote()
        self.second = self.world.new_server(f"{self.name}-second", database=self.standby.url("disaster"), url=self.server.url, master_key=self.server.master_key)
        return time.monotonic() - began

    def gone(self):
        """Of what was answered, when: what the second region does not know."""
        path = f"http://127.0.0.1:{self.second.port}/{self.site.pool['id']}/oauth2/token"
        gone = []
        for moment, token in self.answered:
            form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.site.app.client_id}
            answer = requests.post(path, data=form, timeout=20)
            expect_true("an answer", answer.status_code in (200, 400), "200 or 400", answer.text)
            if answer.status_code == 400:
                gone.append(moment)
        return gone


def drill(world, name, synchronous, stall):
    regions = Regions(world, name, synchronous)
    cut, lost = regions.lose(stall)
    took = regions.take_over()
    gone = regions.gone()
    late = [moment for moment, _ in regions.answered if moment >= cut]
    oldest = max((lost - moment for moment in gone), default=0)
    print(f"       {len(regions.answered)} answered, {len(late)} of them after the link stood still; {len(gone)} lost, the oldest {oldest:.2f} s before the end; served again after {took:.1f} s")
    expect_true("people signed in before", len(regions.answered) - len(late) > 10, "more than 10", len(regions.answered))
    return gone, late, cut


@scenario.check("asynchronous, a link that is well: what is lost is younger than a second", seconds=180)
def well(world):
    gone, _, cut = drill(world, "well", synchronous=False, stall=0)
    expect("lost and older", [moment for moment in gone if moment < cut - 1], [])


@scenario.check("asynchronous, a link that stood still: everything since then is lost, and nothing from before", seconds=180)
def stalled(world):
    gone, late, cut = drill(world, "stalled", synchronous=False, stall=STALL)
    expect_true("answered meanwhile", len(late) > 5, "more than 5", len(late))
    expect_true("lost", len(gone) >= len(late) - 4, f"about {len(late)}", len(gone))
    expect("lost and older", [moment for moment in gone if moment < cut - 1], [])


@scenario.check("synchronous, the same: nobody is answered while the link stands still, and nothing is lost", seconds=180)
def synchronous(world):
    gone, late, _ = drill(world, "synchronous", synchronous=True, stall=STALL)
    expect("lost", gone, [])
    expect_true("answered meanwhile: only what had arrived", len(late) <= 4, "4 at most", len(late))


@scenario.check("synchronous, a link that stands still for longer than a statement may take: nothing is lost", seconds=180)
def patient(world):
    gone, _, _ = drill(world, "patient", synchronous=True, stall=20.0)
    expect("lost", len(gone), 0)
