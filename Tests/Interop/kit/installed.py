"""The package, and the server that it installed on a system that is thrown away: as an admin and a browser see it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

from .countersign import BINARY, ROOT
from .processes import wait_until

UNIT = "countersign.service"
DATA = "/var/lib/countersign"
CONFIGURATION = "/etc/countersign/countersign.json"
# Asked from inside: its network is its own.
ASK = """
import json, sys, urllib.error, urllib.request
url, form = sys.argv[1], (sys.argv[2].encode() if len(sys.argv) > 2 else None)
try:
    with urllib.request.urlopen(urllib.request.Request(url, form), timeout=10) as answer:
        print(json.dumps([answer.status, answer.read().decode()]))
except urllib.error.HTTPError as answer:
    print(json.dumps([answer.code, answer.read().decode()]))
except OSError as problem:
    print(json.dumps([0, str(problem)]))
"""
# For twelve seconds, each request on a connection of its own; how many there were, and which failed.
LOAD = """
import time, urllib.request
end, count, failures = time.time() + 12, 0, []
while time.time() < end:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8080/healthz", timeout=20):
            count += 1
    except OSError as problem:
        failures.append(repr(problem))
print(count, failures)
"""


def packages(world):
    """The folder with the packages: those of `make package`, or, where there are none, of the build that the tests are of."""
    made = ROOT / ".build" / "package"
    return made if list(made.glob("countersign_*.deb")) else world.part("packages", lambda: pack(world.folder / "packages"))


def pack(folder):
    trial = [] if (ROOT / ".build" / "package").exists() else ["--trial", "--binary", BINARY]
    subprocess.run([ROOT / "scripts" / "package", *trial, "--output", folder], check=True, capture_output=True, timeout=400)
    return folder


def debian_package(world):
    return max(packages(world).glob("countersign_*.deb"), key=os.path.getmtime)


def packed_as(world, version, program=None):
    """The package under a lower version; with another program in it where one is given."""

    def make():
        folder, made = world.folder / f"package-{version}", world.folder / f"countersign_{version}_amd64.deb"
        subprocess.run(["dpkg-deb", "--raw-extract", debian_package(world), folder], check=True, capture_output=True, timeout=60)
        control = folder / "DEBIAN" / "control"
        control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
        if program:
            (folder / "usr" / "bin" / "countersign").write_text(program)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", folder, made], check=True, capture_output=True, timeout=60)
        return made

    return world.part(f"package {version}", make)


def copied(world, package):
    shutil.copy(package, world.throwaway.place("/root"))
    return f"/root/{package.name}"


def ask(world, path, form=None):
    words = ["python3", "-c", ASK, f"http://127.0.0.1:8080{path}", *([form] if form else [])]
    return json.loads(world.throwaway.run(*words).stdout)


def wait_until_ready(world, seconds=30):
    began = time.monotonic()
    wait_until("/readyz", lambda: ask(world, "/readyz")[0] == 200, seconds)
    return time.monotonic() - began


def show(world, *properties):
    lines = world.throwaway.run("systemctl", "show", UNIT, *[f"--property={name}" for name in properties]).stdout.splitlines()
    return dict(line.split("=", 1) for line in lines)


def inside(world, what, action):
    """A person's sign-in, or a refresh of her app's, with the server that was installed."""
    kit = f"cd {ROOT / 'Tests' / 'Interop'} && PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 NO_PROXY=localhost,127.0.0.1 {sys.executable} -m kit.inside /root/people {action}"
    world.throwaway.timed(what, "bash", "-c", kit)


def page(name):
    return (ROOT / "docs" / (f"{name}.md" if "/" in name else f"operations/{name}.md")).read_text()


def by_page(world, name, *beginnings):
    """Types the blocks of a page that begin so, word for word, in /root."""
    for beginning in beginnings:
        block = next(text for text in re.findall(r"^ *```\w*\n(.*?)^ *```$", page(name), re.DOTALL | re.MULTILINE) if text.lstrip().startswith(beginning))
        world.throwaway.timed(f"{name}.md: {beginning} …", "bash", "-ec", "cd /root\n" + block)


def command(world, *words):
    """What an admin types, as root."""
    return json.loads(world.throwaway.run("countersign", *words, "--output", "json").stdout)
