"""`make demo`, as somebody types it who has just cloned the project."""

import os
import pathlib
import re
import signal
import subprocess

import requests

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.countersign import ROOT
from kit.processes import Process, wait_until

scenario = Scenario("demo")


def own_programs():
    """Process ids of what runs from this clone's build folder. A clone in a container next door may have the same path: its mounts are others."""
    found, mounts = set(), os.readlink("/proc/self/ns/mnt")
    for entry in pathlib.Path("/proc").iterdir():
        try:
            program = os.readlink(entry / "exe") if entry.name.isdigit() else ""
            if program.startswith(f"{ROOT}/.build/") and not program.endswith(".xctest") and os.readlink(entry / "ns" / "mnt") == mounts:
                found.add(int(entry.name))
        except OSError:
            continue
    return found


@scenario.check("`make demo ARGS=--once` signs in, prints the verified claims and exits 0", seconds=900)
def once(world):
    before = own_programs()
    log = world.folder / "make-demo.log"
    process = Process("make demo", ["make", "demo", "ARGS=--once"], log, folder=ROOT)
    world.started.append(process)
    status = process.handle.wait()
    words = log.read_text(errors="replace")
    expect(f"exit status ({process.last_words(12)})", status, 0)
    for claim in ("sub", "email", "groups", "token_use"):
        expect_in("the printed claims", claim, words)
    expect("programs that it left running", own_programs() - before, set())


def start(world, name):
    """A demo that runs until it is stopped; it, and the address that it says to open."""
    process = Process(name, [ROOT / "scripts" / "demo"], world.folder / f"{name}.log")
    world.started.append(process)
    process.wait_until_ready(lambda: re.search(r"Open\s+http://localhost:\d+", process.log.read_text()), seconds=40)
    return process, re.search(r"Open\s+(http://localhost:\d+)", process.log.read_text())[1]


def stop(process, by=signal.SIGTERM):
    os.kill(process.handle.pid, by)
    try:
        process.handle.wait(15)
    except subprocess.TimeoutExpired:
        expect_true(f"it ends at {by.name}", False, "the end within 15 s", "still running")


@scenario.check("`scripts/demo` prints the address to open; its sign-in page has two ways in; SIGTERM stops all of it")
def page(world):
    before = own_programs()
    process, address = start(world, "demo")
    expect(f"status of {address}", requests.get(address, timeout=5).status_code, 200)
    visitor = world.visitor()
    page = visitor.follow(visitor.post(address + "/sign-in", {}))
    expect("status of the sign-in page", page.status, 200)
    for way in ("Continue with Sample staff", "Continue with Partner company"):
        expect_in("the sign-in page", way, page.words)
    stop(process)
    wait_until("the programs are gone", lambda: not own_programs() - before, seconds=3)


@scenario.check("a demo beside another has data and ports of its own, and leaves the first one's alone; a closed terminal (SIGHUP) stops all of it, too", seconds=120)
def two(world):
    before = own_programs()
    first, address = start(world, "first-demo")
    second, other = start(world, "second-demo")
    expect_true("two addresses", address != other, "two", (address, other))
    stop(second)
    visitor = world.visitor()
    page = visitor.follow(visitor.post(address + "/sign-in", {}))
    expect_in("the first one's sign-in page, after the second has ended", "Continue with Sample staff", page.words)
    stop(first, by=signal.SIGHUP)
    wait_until("the programs are gone", lambda: not own_programs() - before, seconds=3)
