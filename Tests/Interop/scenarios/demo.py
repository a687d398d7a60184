"""`make demo`, as somebody types it who has just cloned the project, and `countersign demo`, as somebody who has installed the package."""

import html
import os
import pathlib
import re
import signal
import subprocess
import urllib.parse

import requests

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.countersign import BINARY, ROOT
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


class Person:
    """Somebody with a browser, who reads buttons and links."""

    def __init__(self):
        self.session = requests.Session()

    def open(self, address):
        return self.session.get(address, timeout=10)

    def press(self, page, label):
        forms = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', page.text, re.DOTALL)
        found = [(action, body) for action, body in forms if f">{label}<" in body]
        expect_true(f"the button at {page.url.split('?')[0]}", bool(found), label, page.text[-600:])
        fields = {html.unescape(name): html.unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', found[0][1])}
        return self.session.post(urllib.parse.urljoin(page.url, html.unescape(found[0][0])), data=fields, timeout=10)

    def choose(self, page, label):
        found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*{label}', page.text, re.DOTALL)
        expect_true(f"the link at {page.url.split('?')[0]}", bool(found), label, page.text[-600:])
        return self.open(urllib.parse.urljoin(page.url, html.unescape(found[1])))


def title(page):
    return html.unescape(re.search("<h1>(.*?)</h1>", page.text)[1])


@scenario.check("`countersign demo`: its pages let somebody in, and refuse whoever wants that; the service is called, tokens refreshed, and Ctrl-C takes all of it")
def from_the_binary(world):
    process = Process("countersign demo", [BINARY, "demo"], world.folder / "demo-of-the-binary.log")
    world.started.append(process)
    process.wait_until_ready(lambda: "Ctrl-C ends it" in process.log.read_text(), seconds=20)
    said = process.log.read_text()
    app, data = re.search(r"Open\s+(http://localhost:\d+)", said)[1], re.search(r"The data are in (\S+),", said)[1]
    person = Person()
    refused = person.press(person.choose(person.press(person.open(app), "Sign in"), "Sample staff"), "Refuse me")
    expect_in("what the app was told", "access_denied", refused.text)
    page = person.press(person.choose(person.press(person.open(app), "Sign in"), "Partner company"), "Bob")
    expect("the app's page", title(page), "You are signed in as Bob Example")
    expect_in("its claims", "bob@partner.example", page.text)
    expect_in("what the service answered", "<pre>200 ", person.press(page, "Call the service").text)
    expect("after a refresh", title(person.press(page, "Refresh")), "You are signed in as Bob Example")
    expect("after the sign-out", title(person.press(page, "Sign out")), "You are signed out")
    expect_in("what the terminal says of who was refused", "code=oidc.declined", process.log.read_text())
    stop(process, by=signal.SIGINT)
    expect_true("the data", not pathlib.Path(data).exists(), "gone", data)
