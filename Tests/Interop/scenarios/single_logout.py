"""Single logout with pysaml2, both ways, through a browser's hands (SAML Profiles §4.4)."""

import json

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.pysaml2_idp import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from kit.world import Site

scenario = Scenario("single_logout", needs=["pysaml2"])
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


def site(world):
    return world.part("site of single logout", lambda: Site(world, world.server, "single-logout", logs_out=True))


def signed_in(world, user):
    """A visitor with a session, and the app's tokens."""
    visitor = world.visitor()
    return visitor, site(world).sign_in(visitor, user).redeem().tokens


def expect_over(world, visitor, tokens):
    expect("prompt=none afterwards", visitor.sign_in(site(world).app.begin(prompt="none")).error, "login_required")
    expect("a refresh afterwards", site(world).app.refresh(tokens["refresh_token"]).json().get("error"), "invalid_grant")


def log_out(world, visitor, tokens):
    return visitor.get(site(world).pool["issuer"] + "/logout", params={"id_token_hint": tokens["id_token"]})


def record(world):
    return world.server.last_logout(site(world).pool)


@scenario.check("a sign-out goes on to the provider by a signed request, and its answer ends at our page")
def ours(world):
    visitor, tokens = signed_in(world, "ada")
    provider = site(world).provider
    redirect = log_out(world, visitor, tokens).location
    expect_true("the browser goes to the provider", (redirect or "").startswith(provider.base + "/slo"), provider.base + "/slo", redirect)
    expect_over(world, visitor, tokens)
    request, relay_state = provider.read_logout(redirect)
    expect("the NameID", request.name_id.text, provider.name_id("ada"))
    expect("sessions that it names", len(request.session_index), 1)
    expect("the provider, so far", [party["result"] for party in record(world)["parties"]], ["ended", "asked"])
    address, _ = provider.answer_logout(request, relay_state)
    expect_in("the page", "You are signed out", visitor.follow(visitor.get(address)).words)
    shown = record(world)
    expect("each party", [(party["name"], party["result"]) for party in shown["parties"]], [("countersign", "ended"), ("pysaml2", "signed_out")])
    expect("all of it", (shown["complete"], shown["begun_by"]["kind"]), (True, "app"))


@scenario.check("an answer by HTTP-POST does as well; one that says no is told plainly, with the reference")
def answers(world):
    provider = site(world).provider
    visitor, tokens = signed_in(world, "ada")
    request, relay_state = provider.read_logout(log_out(world, visitor, tokens).location)
    address, form = provider.answer_logout(request, relay_state, BINDING_HTTP_POST)
    expect_in("the page", "You are signed out", visitor.post(address, form).words)
    visitor, tokens = signed_in(world, "ada")
    request, relay_state = provider.read_logout(log_out(world, visitor, tokens).location)
    address, _ = provider.answer_logout(request, relay_state)
    page = visitor.get(address.replace("SigAlg=", "SigAlg=x"))
    expect_in("the page", "You are signed out here only", page.words)
    expect("the reference on it", page.reference, record(world)["reference"])


@scenario.check("a logout that begins at the provider ends its session here, with the tokens, and no other; it is answered, signed")
def theirs(world):
    provider, registered = site(world).provider, site(world).registered
    for binding in (BINDING_HTTP_REDIRECT, BINDING_HTTP_POST):
        visitor, tokens = signed_in(world, "ada")
        other, others = signed_in(world, "grace")
        request, _ = provider.read_logout(log_out(world, *signed_in(world, "ada")).location)
        address, form = provider.ask_logout(registered, request.name_id, [], binding)
        anybody = world.visitor()
        answer = anybody.post(address, form) if form else anybody.get(address)
        status, relay_state = provider.read_logout_response(answer)
        expect("our answer", (status, relay_state), (SUCCESS, "their-state"))
        expect_over(world, visitor, tokens)
        expect("somebody else's session", bool(other.sign_in(site(world).app.begin(prompt="none")).code), True)
        expect("begun by", record(world)["begun_by"], {"kind": "provider", "name": "pysaml2"})
        replayed = anybody.post(address, form) if form else anybody.get(address)
        expect("the same once more", replayed.status, 400)


@scenario.check("'logout show' is a table for people, and knows no other pool's logout")
def shown(world):
    document = record(world)
    status, output, _ = world.server.run("logout", "show", document["reference"], "--pool", site(world).pool["id"], *world.server.place)
    expect("status", status, 0)
    expect_in("the table", document["reference"], output)
    expect_in("the table", "pysaml2", output)
    status, _, error = world.server.run("logout", "show", document["reference"], "--pool", world.site.pool["id"], *world.server.place, "--output", "json")
    expect("of another pool", (status, json.loads(error)["error"]), (1, "admin.not_found"))
