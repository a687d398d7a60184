"""Countersign behind Countersign: the pool of one server is the OpenID Connect provider of another's. pysaml2 is behind both."""

import json
import time

from kit.app import App
from kit.checks import Scenario, expect, expect_true
from kit.countersign import Refused
from kit.processes import free_port
from kit.refusals import expect_told
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("pool_to_pool", needs=["pysaml2"])
SCOPES = ("openid", "profile", "email")


class Pair:
    """Two servers with a database each. The first is a site with pysaml2; the second knows nobody but the first."""

    def __init__(self, world):
        self.world = world
        self.upper = Site(world, world.new_server("upper"), "upper")
        self.lower = world.new_server("lower")
        self.pool = self.lower.create_pool("lower")
        back = self.pool["issuer"] + "/oauth2/idpresponse/upper"
        self.client = client = self.upper.server.create_client(self.upper.pool, "lower", back, "--confidential")
        mapping = {name: name for name in ("email", "name", "given_name", "family_name", "groups")}
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        self.registered = self.lower.create_oidc_provider(self.pool, "upper", self.upper.pool["issuer"], client, mapping, *scopes)
        redirect_uri = f"http://localhost:{free_port()}/callback"
        self.app = App(self.pool["issuer"], self.lower.create_client(self.pool, "app", redirect_uri), world.secrets, redirect_uri)

    def to_lower(self, visitor, user, parameters=None, **how):
        """A sign-in as far as the upper server's answer, which is not yet followed."""
        begun = self.app.begin(**(parameters or {}))
        page = visitor.follow(visitor.get(begun.url), until=self.upper.provider.base)
        expect_true("the way to pysaml2", page.location, self.upper.provider.base, f"{page.url} ({page.status}): {page.words[:300]}")
        answer = self.upper.answer(page.location, user, **how)
        page = visitor.follow(visitor.post(answer.url, answer.form), until=self.registered["redirect_uri"])
        expect_true("the way back to the lower server", page.location, self.registered["redirect_uri"], f"{page.url} ({page.status}): {page.words[:300]}")
        return begun, page.location

    def finish(self, visitor, begun, location):
        page = visitor.follow(visitor.get(location), until=self.app.redirect_uri)
        expect_true("the way back to the app", page.location, self.app.redirect_uri, f"{page.url} ({page.status}): {page.words[:300]}")
        return check_both(begun.answer(page.location).redeem())[0]

    def sign_in(self, user, **how):
        visitor = self.world.visitor()
        return self.finish(visitor, *self.to_lower(visitor, user, **how))


def pair(world):
    return world.part("pair of servers", lambda: Pair(world))


@scenario.check("the lower pool's provider is the upper pool, by its discovery document")
def registered(world):
    here = pair(world)
    expect("issuer", here.registered["issuer"], here.upper.pool["issuer"])
    expect("redirect_uri", here.registered["redirect_uri"], here.pool["issuer"] + "/oauth2/idpresponse/upper")


@scenario.check("e-mail, names and groups come through both, and the user is the lower pool's own")
def claims(world):
    here = pair(world)
    seen = here.sign_in("ada", groups=["engineering", "analysts"])
    expect("email", seen.get("email"), here.upper.provider.email("ada"))
    expect("family_name", seen.get("family_name"), "Søndergård-Łuczak")
    expect("groups", sorted(seen.get("groups", [])), ["analysts", "engineering"])
    above = {user["sub"]: user["identities"] for user in here.upper.server.command("user", "list", "--pool", here.upper.pool["id"])}
    subject = seen["identities"][0]["subject"]
    expect("identities: provider", seen["identities"][0]["provider"], "upper")
    expect_true("the subject is the upper pool's sub", subject in above, list(above), subject)
    expect_true("the lower server's log does not say it (case 123)", subject not in here.lower.log_text(), "nowhere", "there")
    expect_true("sub is the lower pool's own", seen["sub"] not in above, "another sub", seen["sub"])


@scenario.check("what pysaml2 says of groups replaces what it said before, two servers down")
def groups(world):
    here = pair(world)
    first, second = here.sign_in("grace", groups=["navy", "compilers"]), here.sign_in("grace", groups=["compilers"])
    expect("sub", second["sub"], first["sub"])
    expect("groups at the first sign-in", sorted(first["groups"]), ["compilers", "navy"])
    expect("groups at the second", second["groups"], ["compilers"])


@scenario.check("prompt=login and max_age=0 go all the way up, and auth_time comes all the way down")
def asked_again(world):
    here, visitor = pair(world), world.visitor()
    before = here.finish(visitor, *here.to_lower(visitor, "ada"))
    for parameters in ({"prompt": "login"}, {"max_age": "0"}):
        time.sleep(1.1)  # auth_time counts in whole seconds
        after = here.finish(visitor, *here.to_lower(visitor, "ada", parameters))
        expect(f"{parameters}: sub", after["sub"], before["sub"])
        expect_true(f"{parameters}: auth_time is later", after["auth_time"] > before["auth_time"], f"after {before['auth_time']}", after["auth_time"])
        before = after


@scenario.check("`key rotate --now` above, between two sign-ins: both succeed (case 96)")
def rotation(world):
    here = pair(world)
    before = here.sign_in("ada")
    here.upper.server.command("key", "rotate", "--pool", here.upper.pool["id"], "--now")
    after = here.sign_in("ada")
    expect("sub", after["sub"], before["sub"])


@scenario.check("the client secret at the upper pool is replaced in stages, and nobody is refused meanwhile; a wrong one is by `idp secret test`")
def client_secret(world):
    here = pair(world)
    before = here.sign_in("ada")

    def stage(act, *words):
        answer = here.lower.command("idp", "secret", act, "upper", "--pool", here.pool["id"], *words)
        time.sleep(2)  # a running server sees a change within two seconds
        expect(f"sub after {act}", here.sign_in("ada")["sub"], before["sub"])
        return [name for name in ("pending", "current", "previous") if answer[name]]

    def set_secret(text):
        world.secrets.remember("client secret", text)
        file = here.lower.folder / "new.client_secret"
        file.touch(mode=0o600)
        file.write_text(text)
        expect("stages after set", stage("set", "--client-secret-file", str(file)), ["pending", "current"])

    def rotate_above(*words):
        command = ("client", "rotate-secret", here.client["client_id"], "--pool", here.upper.pool["id"], *words)
        return here.upper.server.command(*command)["client_secret"]

    set_secret("this-is-not-the-secret-that-the-upper-pool-made")
    try:
        stage("test", "--development")
        expect("test of a wrong secret", "proven", "refused")
    except Refused as refused:
        said = json.loads(refused.error)
        expect("test of a wrong secret", (refused.status, said["error"], said["seen"]), (1, "client_secret.refused", "invalid_client, status 401"))
    set_secret(rotate_above())
    stage("test", "--development")
    expect("stages after finish", stage("finish"), ["current", "previous"])
    expect("stages after back", stage("back"), ["pending", "current"])
    stage("test", "--development")
    stage("finish")
    # A third one above ends the first: what is sent now is the second.
    rotate_above("--yes")
    time.sleep(2)
    expect("sub without the first secret", here.sign_in("ada")["sub"], before["sub"])


@scenario.check("a sign-out at the app ends both sessions, and comes back through both; the record says so; a second time nobody is signed in above")
def sign_out(world):
    here, visitor = pair(world), world.visitor()
    upper, callback = here.upper.pool["issuer"], here.pool["issuer"] + "/logout/callback"
    expect("the address to register", here.registered["post_logout_redirect_uri"], callback)
    expect("what discovery said", here.registered["end_session_endpoint"], upper + "/logout")
    here.upper.server.command("client", "update", here.client["client_id"], "--pool", here.upper.pool["id"], "--add-logout-uri", callback)
    app_uri = here.app.redirect_uri.replace("/callback", "/signed-out")
    here.lower.command("client", "update", here.app.client_id, "--pool", here.pool["id"], "--add-logout-uri", app_uri)
    time.sleep(2)  # a running server sees a change within two seconds
    begun, location = here.to_lower(visitor, "ada")
    page = visitor.follow(visitor.get(location), until=here.app.redirect_uri)
    tokens = begun.answer(page.location).redeem().tokens
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": app_uri, "state": "s-1"}
    page = visitor.get(here.pool["issuer"] + "/logout", params=query)
    expect_true("on to the upper pool", (page.location or "").startswith(upper + "/logout?"), upper + "/logout", page.location)
    page = visitor.get(page.location)
    # The upper pool's own provider, pysaml2, has no address for it.
    expect_true("back to the lower pool", (page.location or "").startswith(callback + "?state="), callback, f"{page.location} {page.words[:300]}")
    page = visitor.get(page.location)
    expect("back to the app", page.location, app_uri + "?state=s-1")
    reference = [json.loads(line)["reference"] for line in here.lower.log_text().splitlines() if '"signed out"' in line][-1]
    shown = here.lower.command("logout", "show", reference, "--pool", here.pool["id"])
    expect("the record", [(party["name"], party["result"]) for party in shown["parties"]], [("countersign", "ended"), ("upper", "signed_out")])
    begun = here.app.begin()
    page = visitor.follow(visitor.get(begun.url), until=here.upper.provider.base)
    expect_true("the next sign-in asks pysaml2 again", page.location, here.upper.provider.base, f"{page.url}: {page.words[:200]}")


@scenario.check("the upper server stops in the middle of a sign-in: the app is told, no session, no user; started again, all is well (case 93)")
def stopped(world):
    here, visitor = pair(world), world.visitor()
    before = here.lower.command("user", "list", "--pool", here.pool["id"])
    _, location = here.to_lower(visitor, "newcomer")
    here.upper.server.stop()
    line = expect_told(here.lower, visitor.get(location), here.app, "temporarily_unavailable")
    for name in ("code", "remedy"):
        expect_true(f"the log's line: {name}", line.get(name), "some words", line)
    expect("prompt=none after it", visitor.sign_in(here.app.begin(prompt="none")).error, "login_required")
    expect("users", here.lower.command("user", "list", "--pool", here.pool["id"]), before)
    here.upper.server.start()
    here.sign_in("newcomer")
