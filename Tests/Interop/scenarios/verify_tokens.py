"""The recipes of docs/guides/verify-tokens.md, cut out of the page and run as they stand: what is good passes, and each of six others is refused."""

import json
import os
import re
import subprocess
import types

import requests

from kit import nginx as proxy
from kit.checks import Scenario, expect, expect_true
from kit.countersign import ROOT
from kit.forward import Echo
from kit.processes import free_port

scenario = Scenario("verify_tokens", needs=["pysaml2", "nginx", "node", "go"])
PAGE = ROOT / "docs" / "guides" / "verify-tokens.md"


def block(name):
    found = [text for text in re.findall(r"^```\w*\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE) if text.startswith((f"# {name}", f"// {name}"))]
    expect(f"blocks called {name}", len(found), 1)
    return found[0]


def tokens(world):
    return world.part("tokens to verify", lambda: world.site.sign_in(world.visitor(), "ada").redeem().tokens)


def refused(world):
    """Tokens that a service must not take, and why."""
    got = tokens(world)
    head, body, signature = got["access_token"].split(".")
    return {
        "an ID token": got["id_token"],
        "a changed signature": f"{head}.{body}.{'A' * len(signature)}",
        "other claims": f"{head}.{got['id_token'].split('.')[1]}.{signature}",
        "no signature": f"{head}.{body}.",
        "alg none": f"eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{body}.",
        "no token": "x",
    }


def python_recipe(world, name, errors):
    module = types.ModuleType(name)
    exec(compile(block(f"{name}.py"), name, "exec"), module.__dict__)
    issuer, good = world.site.app.issuer, tokens(world)["access_token"]
    verifier = module.Verifier(issuer, issuer)
    expect("token_use", verifier.verify(good)["token_use"], "access")
    attempts = [(what, verifier, token) for what, token in refused(world).items()]
    attempts.append(("another audience", module.Verifier(issuer, "https://orders.example.com"), good))
    for what, judge, token in attempts:
        try:
            judge.verify(token)
        except errors:
            continue
        raise AssertionError(f"{name} takes {what}")
    return verifier


@scenario.check("PyJWT: a good token passes; scopes and groups count")
def pyjwt(world):
    import jwt

    verifier = python_recipe(world, "pyjwt_verify", jwt.PyJWTError)
    good = tokens(world)["access_token"]
    verifier.verify(good, scopes=["openid"])
    for how in ({"scopes": ["orders:write"]}, {"any_group": ["nobody"]}):
        try:
            verifier.verify(good, **how)
        except jwt.PyJWTError:
            continue
        raise AssertionError(f"PyJWT's recipe takes a token without {how}")


@scenario.check("joserfc: a good token passes, and no other")
def joserfc(world):
    from joserfc.errors import JoseError

    python_recipe(world, "joserfc_verify", (JoseError, ValueError))


@scenario.check("nginx: a good token passes, no other does, and a revoked one no more")
def nginx(world):
    site, folder = world.site, world.folder / "bearer"
    folder.mkdir(exist_ok=True)
    echo, port = world.started_part(Echo()), free_port()
    text = block("bearer.conf")
    for old, new in {
        "/var/cache/nginx/bearer": f"{folder}/cache", "listen 8080": f"listen 127.0.0.1:{port}", "127.0.0.1:3000": f"127.0.0.1:{echo.port}",
        "https://id.example.com/POOL": f"http://127.0.0.1:{site.server.port}/{site.pool['id']}",
    }.items():
        text = text.replace(old, new)
    world.started.append(proxy.run(folder, text))

    def status(token):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"http://127.0.0.1:{port}/", headers=headers, timeout=10).status_code

    mine = site.sign_in(world.visitor(), "grace").redeem().tokens["access_token"]
    expect("a good token", status(mine), 200)
    expect("no token", status(None), 401)
    for what, token in refused(world).items():
        expect_true(what, status(token) in (401, 500), "refused", status(token))
    other = site.sign_in(world.visitor(), "grace").redeem().tokens["access_token"]
    requests.post(site.app.discovery["revocation_endpoint"], data={"token": other, "client_id": site.app.client_id}, timeout=10)
    expect("a revoked one", status(other), 401)


NODE = """import { verify } from "./verify.mjs";
const seen = {};
for (const [what, token] of Object.entries(JSON.parse(process.argv[2]))) {
  seen[what] = await verify(token).then((payload) => payload.token_use, () => "refused");
}
console.log(JSON.stringify(seen));
"""


@scenario.check("Node, jose: a good token passes, and no other")
def node(world):
    folder, issuer = world.folder / "node", world.site.app.issuer
    (folder / "node_modules").mkdir(parents=True, exist_ok=True)
    (folder / "node_modules" / "jose").symlink_to("/usr/share/nodejs/jose")
    (folder / "run.mjs").write_text(NODE)
    recipe = block("verify.mjs").replace("https://id.example.com/POOL", issuer)

    def run(audience, attempts):
        (folder / "verify.mjs").write_text(recipe.replace("https://orders.example.com", audience))
        done = subprocess.run(["node", "run.mjs", json.dumps(attempts)], cwd=folder, capture_output=True, text=True, timeout=60)
        expect(f"exit status ({done.stderr[-300:]})", done.returncode, 0)
        return json.loads(done.stdout)

    good = tokens(world)["access_token"]
    expect("a good token, and others", run(issuer, {"good": good, **refused(world)}), {"good": "access", **dict.fromkeys(refused(world), "refused")})
    expect("another audience", run("https://orders.example.com", {"good": good}), {"good": "refused"})


GO = """package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	ctx, attempts, seen := context.Background(), map[string]string{}, map[string]string{}
	json.Unmarshal([]byte(os.Args[1]), &attempts)
	verifier, err := newVerifier(ctx)
	if err != nil {
		panic(err)
	}
	for what, token := range attempts {
		seen[what] = "refused"
		if good, err := verify(ctx, verifier, token); err == nil {
			seen[what] = good.Subject
		}
	}
	answer, _ := json.Marshal(seen)
	fmt.Println(string(answer))
}
"""


@scenario.check("Go, go-oidc: a good token passes, and no other", seconds=240)
def go(world):
    folder, issuer = world.folder / "go", world.site.app.issuer
    folder.mkdir(exist_ok=True)
    (folder / "run.go").write_text(GO)
    # Debian has go-oidc 2, which has no path of its own for its version.
    recipe = block("verify.go").replace("https://id.example.com/POOL", issuer).replace('"github.com/coreos/go-oidc/v3/oidc"', '"github.com/coreos/go-oidc"')
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}

    def run(audience, attempts):
        (folder / "verify.go").write_text(recipe.replace("https://orders.example.com", audience))
        command = ["go", "run", "verify.go", "run.go", json.dumps(attempts)]
        done = subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True, timeout=180)
        expect(f"exit status ({done.stderr[-300:]})", done.returncode, 0)
        return json.loads(done.stdout)

    good = tokens(world)["access_token"]
    seen = run(issuer, {"good": good, **refused(world)})
    expect("a good token, and others", {**seen, "good": seen["good"] != "refused"}, {"good": True, **dict.fromkeys(refused(world), "refused")})
    expect("another audience", run("https://orders.example.com", {"good": good}), {"good": "refused"})
