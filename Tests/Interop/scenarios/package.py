"""The Debian package on a system of its own, with systemd: installed, used, upgraded, removed and purged."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import time

from kit import installed_early, installed_hsm
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.countersign import ROOT
from kit.installed import ASK, CONFIGURATION, DATA, LOAD, UNIT, ask, by_page, command, copied, debian_package, inside, pack, packages, packed_as, page, show, wait_until_ready
from kit.processes import wait_until

scenario = Scenario("package", needs=["throwaway", "pysaml2", "softhsm"])


@scenario.check("the unit is well formed, and open to little: systemd-analyze says at most 2.0")
def analyze(world):
    here = world.throwaway
    units = [f"/root/{name}" for name in ("countersign.service", "countersign.socket")]
    for unit in units:
        shutil.copy(ROOT / "packaging" / unit.rsplit("/", 1)[1], here.place(unit))
    # It names a program that is not there yet.
    here.run("ln", "-s", "/bin/true", "/usr/bin/countersign")
    verified = here.run("systemd-analyze", "verify", "--man=no", *units, check=False)
    here.run("rm", "/usr/bin/countersign")
    ours = [line for line in verified.stderr.splitlines() if "countersign" in line]
    expect("what systemd-analyze verify says", ours, [])
    judged = here.run("systemd-analyze", "security", "--offline=true", units[0], check=False).stdout
    score = float(re.search(r"exposure level for .*: ([0-9.]+)", judged)[1])
    print(f"       exposure: {score}")
    expect_true("exposure", score <= 2.0, "2.0 at most", judged)


@scenario.check("installed, it runs at once, as a user of its own, without a right to spare", seconds=120)
def install(world):
    here, package = world.throwaway, copied(world, packed_as(world, "0.0.1"))
    here.timed("install", "dpkg", "--install", package)
    here.took("ready after that", wait_until_ready(world))
    expect("unit", show(world, "ActiveState", "UnitFileState", "StatusText"), {"ActiveState": "active", "UnitFileState": "enabled", "StatusText": "Serving http://localhost:8080"})
    status = here.run("cat", f"/proc/{show(world, 'MainPID')['MainPID']}/status").stdout
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    expect("rights", (facts["CapEff"], facts["CapBnd"], facts["NoNewPrivs"], facts["Seccomp"]), ("0" * 16, "0" * 16, "1", "2"))
    words = here.run("journalctl", "--output=cat", f"_PID={show(world, 'MainPID')['MainPID']}").stdout.splitlines()
    if " 24 " not in here.run("grep", "Max nice priority", f"/proc/{show(world, 'MainPID')['MainPID']}/limits").stdout:
        # Where this machine's root may not raise a limit (CAP_SYS_RESOURCE), LimitNICE= has no effect, and libdispatch says so.
        words = [line for line in words if not line.startswith("Failed to set thread priority")]
    expect_true("each line of the journal", words and all(line.startswith("{") for line in words), "a JSON object", words)
    owner = here.run("stat", "--format=%U %a", DATA, f"{DATA}/countersign.db", f"{DATA}/countersign.db.master-key").stdout.split("\n")
    expect("data", owner[:3], ["countersign 700", "countersign 600", "countersign 600"])


@scenario.check("a pool, a client and a token: what root types is what the server has")
def first_token(world):
    began = time.monotonic()
    pool = command(world, "pool", "create", "staff")
    client = command(world, "client", "create", "job", "--pool", pool["id"], "--confidential", "--grant", "client_credentials")
    world.secrets.remember("client secret", client["client_secret"])
    form = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={client['client_secret']}"
    status, answer = ask(world, f"/{pool['id']}/oauth2/token", form)
    world.throwaway.took("pool, client and a token", time.monotonic() - began)
    expect(f"status ({answer[:300]})", status, 200)
    expect_true("a token", json.loads(answer).get("access_token"), "an access token", answer)
    owners = set(world.throwaway.run("bash", "-c", f"stat --format=%U {DATA}/*").stdout.split())
    expect("whose the files are after root's commands", owners, {"countersign"})


@scenario.check("a person signs in by SAML", seconds=90)
def sign_in(world):
    world.throwaway.run("mkdir", "-m", "700", "/root/people")
    inside(world, "pool, provider, app, and a person signs in", "sign-in")


@scenario.check("doctor finds nothing that fails")
def doctor(world):
    found = json.loads(world.throwaway.timed("doctor", "countersign", "doctor", "--config", CONFIGURATION, "--output", "json").stdout)
    expect("failures", [check for check in found["checks"] if check["verdict"] == "fail"], [])
    expect_true("it asked the server", {"public url", "clocks", "proxy"} <= {check["check"] for check in found["checks"] if check["verdict"] == "ok"}, "public url, clocks and proxy are well", found)


@scenario.check("manual pages and completions are there")
def pages(world):
    here = world.throwaway
    for page, word in (("countersign", "federated"), ("countersign-pool", "add-resource"), ("countersign.json", "public_url")):
        expect_true(f"man {page}", word in here.run("man", page).stdout, word, "not found")
    offered = here.run("bash", "-c", "source /usr/share/bash-completion/completions/countersign && complete -p countersign").stdout
    expect_true("bash completes", "countersign" in offered, "complete … countersign", offered)


@scenario.check("systemctl reload keeps the process; one that stands still is started anew by the watchdog", seconds=90)
def supervised(world):
    here = world.throwaway
    before = show(world, "MainPID")["MainPID"]
    here.run("systemctl", "reload", UNIT)
    expect("process after a reload", show(world, "MainPID", "ActiveState"), {"MainPID": before, "ActiveState": "active"})
    here.run("mkdir", "-p", f"/run/systemd/system/{UNIT}.d")
    here.run("bash", "-c", f"printf '[Service]\\nWatchdogSec=3\\nTimeoutAbortSec=1\\n' >/run/systemd/system/{UNIT}.d/trial.conf && systemctl daemon-reload && systemctl restart {UNIT}")
    before = show(world, "MainPID")["MainPID"]
    time.sleep(5)
    expect("process after five well seconds", show(world, "MainPID")["MainPID"], before)
    here.run("kill", "-STOP", before)
    wait_until("another process", lambda: show(world, "MainPID")["MainPID"] not in (before, "0"), seconds=20)
    wait_until_ready(world)
    expect("result of restarts", show(world, "NRestarts"), {"NRestarts": "1"})
    here.run("bash", "-c", f"rm -r /run/systemd/system/{UNIT}.d && systemctl daemon-reload && systemctl restart {UNIT}")


@scenario.check("with countersign.socket restarts under load refuse nobody", seconds=120)
def sockets(world):
    here, counts = world.throwaway, []
    here.run("systemctl", "stop", UNIT)
    here.run("systemctl", "enable", "--now", "countersign.socket")
    crowd = [subprocess.Popen(here.command("python3", "-c", LOAD), stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for _ in range(3):
        time.sleep(2)
        here.run("systemctl", "restart", UNIT)
    for one in crowd:
        count, bad = one.communicate(timeout=60)[0].strip().split(" ", 1)
        counts.append(int(count))
        expect("failures", bad, "[]")
    print(f"       {sum(counts)} requests over three restarts")
    here.run("systemctl", "disable", "--now", "countersign.socket")
    here.run("systemctl", "restart", UNIT)


@contextlib.contextmanager
def misconfigured(here):
    """Until the end of this the server would refuse its configuration."""
    here.run("cp", "-p", CONFIGURATION, "/root/before.json")
    here.run("sed", "-i", 's/"listen": "[^"]*"/"listen": "nonsense"/', CONFIGURATION)
    try:
        yield
    finally:
        here.run("cp", "-p", "/root/before.json", CONFIGURATION)


@scenario.check("a configuration that is refused is not tried again; with the socket it is while somebody waits, who is served when it is mended", seconds=120)
def refused(world):
    here = world.throwaway
    with misconfigured(here):
        expect_true("a start", here.run("systemctl", "restart", UNIT, check=False).returncode != 0, "refused", "well")
        time.sleep(5)
        expect("the unit, five seconds later", show(world, "ActiveState", "NRestarts"), {"ActiveState": "failed", "NRestarts": "0"})
        here.run("systemctl", "enable", "--now", "countersign.socket")
        began = time.time()
        waiting = subprocess.Popen(here.command("python3", "-c", ASK.replace("timeout=10", "timeout=40"), "http://127.0.0.1:8080/healthz"), stdout=subprocess.PIPE, text=True)
        time.sleep(9)
        starts = here.run("journalctl", "--output=cat", "-u", UNIT, f"--since=@{began:.0f}").stdout.count("Starting countersign.service")
        expect_true("starts within nine seconds", 2 <= starts <= 5, "2 to 5", starts)
        expect("the socket", here.run("systemctl", "is-active", "countersign.socket", check=False).stdout, "active\n")
    expect("who waited", json.loads(waiting.communicate(timeout=60)[0])[0], 200)
    here.run("systemctl", "disable", "--now", "countersign.socket")
    here.run("systemctl", "restart", UNIT)


@scenario.check("at port 443, which systemd opens for it, with a certificate of its own, as install.md says; a renewed one is read at a reload", seconds=120)
def https(world):
    here, dropin = world.throwaway, "/etc/systemd/system/countersign.socket.d"
    settings = {"listen": "127.0.0.1:443", "public_url": "https://localhost", "tls_certificate": "fullchain.pem", "tls_key": "privkey.pem"}
    certificate = (
        "cd /root && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout privkey.pem -out fullchain.pem"
        " && install -m 640 -g countersign privkey.pem fullchain.pem /etc/countersign/"
    )
    here.run("cp", "-p", CONFIGURATION, "/root/before.json")
    here.run("bash", "-c", certificate)
    here.run("tee", CONFIGURATION, text=json.dumps({**settings, "database": f"sqlite:{DATA}/countersign.db"}))
    here.run("systemctl", "stop", UNIT)
    here.run("bash", "-c", f"mkdir {dropin} && printf '[Socket]\\nListenStream=\\nListenStream=127.0.0.1:443\\n' >{dropin}/trial.conf && systemctl daemon-reload")
    here.run("systemctl", "enable", "--now", "countersign.socket")
    # Of the process that the watchdog ended the database still thinks, for 45 s, that it serves under another URL.
    here.run("systemctl", "start", UNIT, check=False)
    wait_until("it is well", lambda: here.run("countersign", "health", "--config", CONFIGURATION, check=False).returncode == 0, seconds=60)
    here.run("bash", "-c", certificate)
    here.run("systemctl", "reload", UNIT)
    wait_until("the log says so", lambda: "was read again" in here.run("journalctl", "-u", UNIT, "--no-pager").stdout, seconds=10)
    here.run("countersign", "health", "--config", CONFIGURATION)
    here.run("systemctl", "disable", "--now", "countersign.socket")
    here.run("bash", "-c", f"rm -r {dropin} /etc/countersign/*.pem && cp -p /root/before.json {CONFIGURATION} && systemctl daemon-reload && systemctl restart {UNIT}")


@scenario.check("upgraded, it is the new one at once, with its data and the admin's configuration", seconds=120)
def upgrade(world):
    here = world.throwaway
    here.run("sed", "-i", 's/"listen"/"log_level": "notice",\\n    "listen"/', CONFIGURATION)
    kept, before = here.run("cat", CONFIGURATION).stdout, show(world, "MainPID")["MainPID"]
    pools = command(world, "pool", "list")
    package = copied(world, debian_package(world))
    here.timed("upgrade", "apt-get", "install", "--yes", package)
    here.took("ready after that", wait_until_ready(world))
    inside(world, "who was signed in stays so", "refresh")
    expect_true("another process", show(world, "MainPID")["MainPID"] != before, "not " + before, before)
    expect("the configuration", here.run("cat", CONFIGURATION).stdout, kept)
    expect("pools", command(world, "pool", "list"), pools)
    # The package that is installed is installed again, and its scripts run twice.
    here.run("dpkg", "--install", copied(world, debian_package(world)))
    wait_until_ready(world)


@scenario.check("over an early release that runs, with the database of schema 3 that it made: people are there, and their refresh tokens good", seconds=120)
def upgrade_of_early(world):
    here = world.throwaway
    installed_early.run_early_release(world)
    installed_early.upgrade(world)
    expect("people and their groups", installed_early.people(world), {"corp_ann": ["by-hand", "staff", "written-at-last"], "corp_bob": ["written-at-last"]})
    status, answer = installed_early.refreshed(world)
    expect(f"status of a refresh ({answer.get('error_description')})", status, 200)
    here.run("countersign", "database", "check")
    installed_early.put_back(world)
    inside(world, "the other database again, and a refresh", "refresh")


@scenario.check("with keys in SoftHSM2, by the commands of hsm.md: made, used and deleted by the hardened unit's user", seconds=120)
def hsm(world):
    here = world.throwaway
    world.secrets.remember("PIN", installed_hsm.PIN)
    installed_hsm.initialize(here)
    with installed_hsm.named(world):
        installed_hsm.allow_tokens(here)
        here.run("systemctl", "restart", UNIT)
        wait_until_ready(world)
        expect("whether the server may write the tokens, and the folder above", [installed_hsm.may_write(world, folder) for folder in (installed_hsm.TOKENS, "/var/lib/softhsm")], [True, False])
        pool = installed_hsm.by_server(world, "pool", "create", "guarded")["id"]
        status, answer = installed_hsm.token(world, pool)
        expect(f"status ({answer[:300]})", status, 200)
        keys = installed_hsm.by_server(world, "key", "list", "--pool", pool)
        expect("where the pool's keys are", {key["held_in"] for key in keys}, {"hsm"})
        made = installed_hsm.objects(here)
        installed_hsm.by_server(world, "pool", "update", pool, "--no-deletion-protection")
        installed_hsm.by_server(world, "pool", "delete", pool, "--yes")
        expect_true("keys in the token, and after the pool was deleted", (made > 0, installed_hsm.objects(here)) == (True, 0), "some, and none", (made, installed_hsm.objects(here)))


@scenario.check("upgraded to what does not start, dpkg is done, and says where to look")
def upgrade_in_vain(world):
    here = world.throwaway
    with misconfigured(here):
        done = here.run("dpkg", "--install", copied(world, debian_package(world)), check=False)
        expect("exit status", done.returncode, 0)
        expect_true("it is said", "journalctl -u countersign" in done.stderr, "countersign: the server does not start …", done.stderr)
    here.run("systemctl", "restart", UNIT)
    wait_until_ready(world)


@scenario.check("stopped and disabled by the admin, it stays so through an upgrade")
def stays_stopped(world):
    here = world.throwaway
    here.run("systemctl", "disable", "--now", UNIT)
    here.run("dpkg", "--install", copied(world, debian_package(world)))
    expect("unit", show(world, "ActiveState", "UnitFileState"), {"ActiveState": "inactive", "UnitFileState": "disabled"})
    here.run("systemctl", "enable", "--now", UNIT)


@scenario.check("every night a backup is made, by the commands, the units and the line for cron of backup.md", seconds=120)
def nightly(world):
    here, kept = world.throwaway, "/var/backups/countersign"
    wait_until_ready(world)
    by_page(world, "backup", "countersign backup --make-key", "install -d")
    for file, text in re.findall(r"# (/etc/systemd/system/\S+)\n(.*?)(?=\n# /etc|^```)", page("backup"), re.DOTALL | re.MULTILINE):
        here.run("tee", file, text=text)
    here.run("rm", f"{kept}/today.csb")
    by_page(world, "backup", "systemctl daemon-reload")
    expect("the timer", here.run("systemctl", "is-active", "countersign-backup.timer").stdout, "active\n")
    user, line = re.search(r"^15 3 \* \* \* (\S+) (.*)$", page("backup"), re.MULTILINE).groups()
    # As cron does it: a percent sign that is none is escaped, and the environment is nearly empty.
    here.run("runuser", "-u", user, "--", "env", "-i", f"HOME={DATA}", "PATH=/usr/bin:/bin", "sh", "-c", line.replace(r"\%", "%"))
    found = here.run("stat", "--format=%U %a %n", f"{kept}/today.csb", f"{kept}/{time.strftime('%u')}.csb").stdout.splitlines()
    expect("backups", [each.rsplit("/", 1)[0] for each in found], [f"countersign 600 {kept}"] * 2)


@scenario.check("its data are lost, and restored from the backup by the commands of backup.md, on a machine where the package has started a server", seconds=120)
def restore(world):
    here, saved = world.throwaway, ("/var/backups/countersign/today.csb", "/etc/countersign/backup-key")
    here.run("systemctl", "enable", "--now", "countersign.socket", check=False)
    here.run("cp", *saved, "/root/")
    here.run("bash", "-c", f"systemctl stop countersign.socket {UNIT} && rm {DATA}/*; rm {' '.join(saved)}; systemctl start countersign.socket {UNIT}")
    wait_until_ready(world)  # it has a database and a master key of its own
    by_page(world, "backup", "systemctl stop countersign.socket")
    owners = set(here.run("bash", "-c", f"stat --format='%U %a' {DATA}/*").stdout.split("\n")) - {""}
    expect("whose the files are", owners, {"countersign 600"})
    here.run("systemctl", "start", "countersign.socket", UNIT)
    here.took("ready after that", wait_until_ready(world))
    refused = ""
    try:
        inside(world, "a refresh after it", "refresh")
    except RuntimeError as problem:
        refused = str(problem)
    expect_in("with --end-sessions, what came of a refresh", "invalid_grant", refused)
    inside(world, "she signs in anew", "sign-in")
    here.run("systemctl", "disable", "--now", "countersign.socket", "countersign-backup.timer")
    here.run("bash", "-c", f"rm -r {DATA}.before {saved[1]} && systemctl restart {UNIT}")


@scenario.check("removed and installed again it runs with its data, but not where the admin had disabled it")
def again(world):
    here, package = world.throwaway, copied(world, debian_package(world))
    here.run("apt-get", "remove", "--yes", "countersign")
    here.run("dpkg", "--install", package)
    wait_until_ready(world)
    inside(world, "removed, installed again, and a refresh", "refresh")
    here.run("systemctl", "disable", "--now", UNIT)
    here.run("apt-get", "remove", "--yes", "countersign")
    here.run("dpkg", "--install", package)
    expect("unit", show(world, "ActiveState", "UnitFileState"), {"ActiveState": "inactive", "UnitFileState": "disabled"})
    here.run("systemctl", "enable", "--now", UNIT)


@scenario.check("removed or purged, it is stopped and its data stays, and it says where")
def remove(world):
    here = world.throwaway
    here.timed("remove", "apt-get", "remove", "--yes", "countersign")
    expect("status after it was removed", ask(world, "/healthz")[0], 0)
    here.run("test", "-f", f"{DATA}/countersign.db.master-key")
    said = here.timed("purge", "apt-get", "purge", "--yes", "countersign")
    for kept in ("countersign.db", "countersign.db.master-key"):
        here.run("test", "-f", f"{DATA}/{kept}")
    expect_true("it is said", DATA in said.stdout + said.stderr, f"{DATA} is left", said.stdout + said.stderr)
    expect("what dpkg knows", here.run("dpkg-query", "--show", "countersign", check=False).returncode, 1)
    for what, seconds in here.steps:
        print(f"       {seconds:6.1f} s  {what}")


@scenario.check("the archive is installed by the commands of install.md, word for word", seconds=120)
def by_hand(world):
    here = world.throwaway
    archive = max(packages(world).glob("*.tar.gz"), key=os.path.getmtime)
    shutil.copy(archive, here.place("/root"))
    page = (ROOT / "docs" / "operations" / "install.md").read_text()
    commands = re.search(r"## Other systems\n\n```\n(.*?)```", page, re.S)[1]
    commands = commands.replace("countersign-0.1.0-linux-x86_64", archive.name.removesuffix(".tar.gz"))
    here.run("bash", "-ec", "cd /root\n" + commands)
    wait_until_ready(world)
    expect("unit", show(world, "ActiveState", "UnitFileState"), {"ActiveState": "active", "UnitFileState": "enabled"})


@scenario.check("the archive holds what the package does, and both are made again byte for byte", seconds=420)
def archive(world):
    again = world.folder / "again"
    pack(again)
    for made in again.iterdir():
        expect_true(f"{made.name} again", made.read_bytes() == (packages(world) / made.name).read_bytes(), "the same bytes", "others")
    listed = subprocess.run(["tar", "-tzf", next(again.glob("*.tar.gz"))], capture_output=True, text=True, check=True).stdout
    for name in ("usr/bin/countersign", "usr/lib/systemd/system/countersign.service", "usr/share/man/man1/countersign.1.gz", "LICENSE", "LICENSES/Yams-MIT.txt", "README.md"):
        expect_true(name, name in listed, "in the archive", listed)
