"""A package that depends on the verifier's libraries alone (Tests/Outside) verifies tokens of a real server."""

import json
import os
import pathlib
import subprocess

from kit.checks import Scenario, expect, expect_true
from kit.countersign import ROOT

scenario = Scenario("outside_package", needs=["pysaml2", "outside"])
BUILT = ROOT / ".build-outside" / "debug"


def run(name, token, *words):
    answer = subprocess.run([BUILT / name, *words], input=token + "\n", capture_output=True, text=True, timeout=30)
    return answer.returncode, answer.stdout.strip()


def tokens(world):
    return world.part("outside tokens", lambda: world.site.sign_in(world.visitor(), "ada").redeem().tokens)


@scenario.check("with the library's own HTTP client: the token is good, and an ID token is told apart in a sentence that says what to do")
def network(world):
    issuer, got = world.site.app.issuer, tokens(world)
    status, said = run("NetworkService", got["access_token"], issuer, issuer)
    expect_true("a good token", status == 0 and len(said) > 30, "its subject and groups", said)
    status, said = run("NetworkService", got["id_token"], issuer, issuer)
    expect("status of an ID token", status, 1)
    expect_true("the sentence", said.startswith("The token is of another type than expected. Expected") and said.endswith("[token.type]"), "what is wrong, and the remedy", said)


@scenario.check("without an HTTP client: the service brings the documents, and the call does not wait; a scope that is missing is refused")
def core(world):
    issuer, got = world.site.app.issuer, tokens(world)
    folder = pathlib.Path(world.folder) / "outside"
    folder.mkdir(exist_ok=True)
    (folder / "discovery.json").write_text(json.dumps(world.site.app.discovery))
    (folder / "jwks.json").write_text(world.fetch(world.site.app.discovery["jwks_uri"]))
    status, said = run("CoreService", got["access_token"], issuer, issuer, str(folder), "openid")
    expect_true("a good token", status == 0 and len(said) > 30, "its subject and groups", said)
    status, said = run("CoreService", got["access_token"], issuer, issuer, str(folder), "orders:write")
    expect("status without the scope", status, 1)
    expect_true("the sentence", "[token.insufficient_scope]" in said, "token.insufficient_scope", said)
    status, said = run("CoreService", got["access_token"], issuer, issuer, os.devnull, "openid")
    expect_true("without documents", status == 1 and "[token.keys_unavailable]" in said, "token.keys_unavailable", said)
