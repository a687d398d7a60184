"""Signing keys in a hardware security module: SoftHSM2, by PKCS#11."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import requests

from kit.checks import Scenario, expect, expect_true
from kit.processes import wait_until
from kit.tokens import check_both, decode
from kit.world import Site

scenario = Scenario("hsm", needs=["pysaml2", "softhsm"])

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "7391-5526"


class HSM:
    """A token in a folder. Both the server and its commands read where that is in their environment."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.tokens, self.away = self.folder / "tokens", self.folder / "away"
        self.tokens.mkdir(parents=True)
        configuration = self.folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        command = ["softhsm2-util", "--init-token", "--free", "--label", "interop", "--so-pin", "12345678", "--pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
        self.pin_file = self.folder / "pin"
        self.pin_file.touch(mode=0o600)
        self.pin_file.write_text(PIN + "\n")

    @property
    def options(self):
        return ["--pkcs11-module", LIBRARY, "--pkcs11-token", "interop", "--pkcs11-pin-file", str(self.pin_file)]

    def take_away(self):
        self.tokens.rename(self.away)

    def put_back(self):
        self.away.rename(self.tokens)


class Guarded:
    def __init__(self, world):
        folder = world.folder / "softhsm"
        shutil.rmtree(folder, ignore_errors=True)
        self.hsm = HSM(folder)
        world.secrets.remember("PIN", PIN)
        self.server = world.new_server("guarded", options=self.hsm.options)
        self.site = Site(world, self.server, "guarded")

    def rotate(self, *options):
        return self.server.command("key", "rotate", "--pool", self.site.pool["id"], "--now", *self.hsm.options, *options)

    def keys(self):
        return self.server.command("key", "list", "--pool", self.site.pool["id"])

    def kid(self, held_in):
        current = [key for key in self.keys() if key["phase"] == "current"]
        expect("keys that sign", len(current), 1)
        expect("where the key is that signs", current[0]["held_in"], held_in)
        return current[0]["kid"]

    def told(self, event):
        return [entry for entry in map(json.loads, self.server.log_text().splitlines()) if entry.get("event") == event]


def guarded(world):
    return world.part("guarded", lambda: Guarded(world))


def kid_of(token):
    return json.loads(decode(token.split(".")[0]))["kid"]


@scenario.check("a pool's key is rotated into the HSM, and the tokens of a sign-in are signed by it and verify (joserfc)", seconds=90)
def signs(world):
    here = guarded(world)
    expect("where the pool's first key is: no HSM was named when it was made", here.kid("database") != "", True)
    here.rotate("--keep-in", "hsm")
    kid = here.kid("hsm")
    expect("the next key, too", {key["held_in"] for key in here.keys() if key["phase"] == "upcoming"}, {"hsm"})
    wait_until("the server signs by it", lambda: kid_of(here.site.sign_in(world.visitor(), "ada").redeem().tokens["access_token"]) == kid, seconds=10, pause=0.5)
    check_both(here.site.sign_in(world.visitor(), "ada").redeem())


@scenario.check("the HSM is taken away: 503 at once, no code and no refresh token is used up, one log line says what to do; put back, it signs again by itself (case 206)", seconds=90)
def away(world):
    here = guarded(world)
    site = here.site
    before = site.sign_in(world.visitor(), "ada").redeem()
    waiting = site.sign_in(world.visitor(), "ada")
    time.sleep(0.5)
    here.hsm.take_away()
    try:
        for _ in range(5):
            began = time.monotonic()
            answer = site.app.redeem(waiting.code, waiting.verifier)
            expect(f"status ({answer.text[:200]})", answer.status_code, 503)
            expect("error", answer.json()["error"], "temporarily_unavailable")
            expect_true("how long the refusal took", time.monotonic() - began < 1, "less than a second", time.monotonic() - began)
            expect("status of a refresh", site.app.refresh(before.tokens["refresh_token"]).status_code, 503)
            time.sleep(0.4)
        expect("keys are published all the same", requests.get(site.app.discovery["jwks_uri"], timeout=5).json()["keys"] != [], True)
        expect("userinfo, which verifies", site.app.user_info(before.tokens["access_token"]).status_code, 200)
        other = site.sign_in(world.visitor(), "ada")
        expect_true("somebody signs in meanwhile", other.code, "a code", other.error)
        told = here.told("hsm_away")
        expect("log lines of it", len(told), 1)
        expect("its code", told[0]["code"], "hsm.unavailable")
        expect_true("its remedy", "tried again every second" in told[0]["remedy"], "that it comes back by itself", told[0])
        expect_true("the answer of the module by its name", told[0]["seen"].startswith("CKR_"), "CKR_…", told[0])
    finally:
        here.hsm.put_back()
    wait_until("it signs again", lambda: site.app.refresh(before.tokens["refresh_token"]).status_code == 200, seconds=10, pause=0.1)
    # The same codes as before.
    check_both(waiting.redeem())
    other.redeem()
    wait_until("it is told", lambda: len(here.told("hsm_works")) == 1, seconds=5)


@scenario.check("a server that is started while it is away begins, publishes keys and comes to sign; one with a wrong PIN says so and ends", seconds=90)
def restarts(world):
    here = guarded(world)
    here.server.stop()
    here.hsm.take_away()
    try:
        here.server.start()
        waiting = here.site.sign_in(world.visitor(), "ada")
        expect("status", here.site.app.redeem(waiting.code, waiting.verifier).status_code, 503)
    finally:
        here.hsm.put_back()
    wait_until("it signs", lambda: here.site.app.redeem(waiting.code, waiting.verifier).status_code == 200, seconds=10, pause=0.3)
    wrong = here.hsm.folder / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("0000-0000\n")
    status, _, error = here.server.run("serve", "--listen", "127.0.0.1:0", "--public-url", here.server.url, "--metrics-listen", "none", *here.server.place, *here.hsm.options[:-1], str(wrong))
    expect_true("the exit status", status != 0, "not 0", status)
    expect_true("what it says", "hsm.pin" in error, "hsm.pin", error)


@scenario.check("back to the database at once, where the HSM is gone for good; no PIN stands in a log", seconds=150)
def leaves(world):
    here = guarded(world)
    here.hsm.take_away()
    time.sleep(61)
    here.server.command("key", "rotate", "--pool", here.site.pool["id"], "--now", "--keep-in", "database")
    kid = here.kid("database")

    def signs():
        tried = here.site.sign_in(world.visitor(), "ada")
        answer = here.site.app.redeem(tried.code, tried.verifier)
        return answer.status_code == 200 and kid_of(answer.json()["access_token"]) == kid

    wait_until("the server signs by it", signs, seconds=10, pause=0.5)
    expect_true("the PIN in the log", PIN not in here.server.log_text(), "nowhere", "there")
