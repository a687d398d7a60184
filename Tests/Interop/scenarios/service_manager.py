"""What systemd is told and what it passes, without systemd: sd_notify(3), the watchdog, and a socket that outlives the server."""

import contextlib
import os
import signal
import socket
import sqlite3
import threading
import time

import requests

from kit.checks import Scenario, expect, expect_true
from kit.processes import wait_until
from kit.service_manager import NotifySocket, Unit, listener

scenario = Scenario("service_manager")


def new_unit(world, name, **how):
    unit = Unit(name, world.folder / name, world.secrets, **how)
    world.servers.append(unit)
    world.started.append(unit)
    return unit


def watched(world):
    """A unit whose watchdog waits for two seconds, from its first word on."""

    def make():
        notify = NotifySocket(world.folder / "notify")
        unit = new_unit(world, "watched", notify=notify, watchdog=2)
        unit.begin_to_serve()
        return unit

    return world.part("watched unit", make)


@scenario.check("READY=1 comes once it answers, with a status for people")
def ready(world):
    unit = watched(world)
    said = unit.notify.until("READY", 20)
    expect("READY", said["READY"], "1")
    expect("STATUS", said["STATUS"], f"Serving {unit.url}")
    expect_true("it answers at once", unit.is_ready(), "/readyz", "no")


@scenario.check("signs of life come well before they are waited for")
def alive(world):
    unit, moments = watched(world), []
    for _ in range(4):
        expect("WATCHDOG", unit.notify.until("WATCHDOG", 2)["WATCHDOG"], "1")
        moments.append(time.monotonic())
    gaps = [after - before for before, after in zip(moments, moments[1:])]
    expect_true("the longest silence", max(gaps) < 1.5, "1.5 s of 2", gaps)


@scenario.check("a database that takes no write is told, and is no reason to be started anew")
def away(world):
    unit = watched(world)
    with contextlib.closing(sqlite3.connect(unit.database.removeprefix("sqlite:"), timeout=10)) as database:
        full = "CREATE TRIGGER full BEFORE INSERT ON installation_settings WHEN new.name = 'probe' BEGIN SELECT RAISE(ABORT, 'full'); END"
        with database:
            database.execute(full)
        wait_until("it is told", lambda: unit.notify.until("WATCHDOG", 2)["STATUS"].startswith("Not ready: "), seconds=6)
        with database:
            database.execute("DROP TRIGGER full")
        wait_until("it is well again", lambda: unit.notify.until("WATCHDOG", 2)["STATUS"].startswith("Serving "), seconds=6)


@scenario.check("SIGHUP, without any file to read again: RELOADING=1 with its time, then READY=1, and the server stays")
def reload(world):
    unit = watched(world)
    before = time.clock_gettime(time.CLOCK_MONOTONIC)
    unit.process.signal(signal.SIGHUP)
    said = unit.notify.until("RELOADING")
    now = time.clock_gettime(time.CLOCK_MONOTONIC)
    expect_true("its time", before <= int(said["MONOTONIC_USEC"]) / 1_000_000 <= now, f"{before} to {now}", said)
    expect("READY", unit.notify.until("READY")["READY"], "1")
    expect_true("it answers", unit.is_ready(), "/readyz", "no")


@scenario.check("SIGTERM: STOPPING=1, and the end")
def stopping(world):
    unit = watched(world)
    unit.ask_to_stop()
    expect("STOPPING", unit.notify.until("STOPPING")["STOPPING"], "1")
    expect("exit status", unit.process.handle.wait(15), 0)


@scenario.check("an abstract socket is told as well")
def abstract(world):
    unit = new_unit(world, "abstract", notify=NotifySocket(f"@countersign-{os.getpid()}"))
    unit.begin_to_serve()
    expect("READY", unit.notify.until("READY", 20)["READY"], "1")
    expect("exit status", unit.stop(), 0)


@scenario.check("a socket is passed: it serves there, and is told no address")
def inherited(world):
    unit = world.part("unit with a socket", lambda: new_unit(world, "inherited", listener=listener()).start())
    expect("status", requests.get(f"{unit.url}/healthz", timeout=5).status_code, 200)
    ready = [line for line in unit.log_text().splitlines() if "countersign is ready" in line]
    expect_true("the log", f'"address":"127.0.0.1:{unit.port}"' in ready[0], f"127.0.0.1:{unit.port}", ready)


@scenario.check("started again three times under load, it refuses nobody and loses no request that was its own connection's first", seconds=90)
def restarts(world):
    unit = world.part("unit with a socket", lambda: new_unit(world, "inherited", listener=listener()).start())
    failures, answers, slowest, over = [], [], [0.0], threading.Event()

    def ask():
        while not over.is_set():
            began = time.monotonic()
            try:
                # Each on a connection of its own: a kept one may end between two requests, as HTTP has it.
                answers.append(requests.get(f"{unit.url}/healthz", headers={"Connection": "close"}, timeout=20).status_code)
            except requests.RequestException as problem:
                failures.append(repr(problem))
            slowest[0] = max(slowest[0], time.monotonic() - began)

    crowd = [threading.Thread(target=ask) for _ in range(8)]
    for one in crowd:
        one.start()
    for _ in range(3):
        time.sleep(1)
        unit.ask_to_stop()
        expect("exit status", unit.process.handle.wait(15), 0)
        unit.begin_to_serve()
    wait_until("the last one answers", unit.is_ready, seconds=20)
    time.sleep(1)
    over.set()
    for one in crowd:
        one.join(25)
    print(f"       {len(answers)} requests, the slowest took {slowest[0]:.2f} s")
    expect("failures", failures, [])
    expect("statuses", set(answers), {200})
    expect_true("requests", len(answers) > 200, "some hundred", len(answers))


@scenario.check("a socket that was passed to another process is not taken")
def others(world):
    unit = new_unit(world, "others", listener=listener(), another=1)
    unit.port = socket_port = unit.listener.getsockname()[1]
    process = unit.begin_to_serve()
    # Its own start at that address finds that somebody listens there already.
    expect("exit status", process.handle.wait(20), 1)
    expect_true("why", "listen.in_use" in unit.log_text(), f"listen.in_use for {socket_port}", unit.log_text()[-500:])
    # Not a log of a server that ran: its last lines are for people.
    world.servers.remove(unit)


@scenario.check("what is no listener, and an address that is not the socket's, are refused with their codes")
def refused(world):
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    for name, passed, more, status, code in (
        ("datagrams", datagrams, (), 1, "listen.inherited"),
        ("unbound", socket.socket(), (), 1, "listen.inherited"),
        ("elsewhere", listener(), ("--listen", "127.0.0.1:1"), 64, "configuration.listen"),
    ):
        unit = new_unit(world, name, listener=passed)
        log = unit.log
        process = unit.begin_to_serve(*more)
        expect(f"exit status of {name}", process.handle.wait(20), status)
        words = log.read_text()
        expect_true(f"why ({name})", f"error: {code}: " in words, code, words[-500:])
        world.servers.remove(unit)
