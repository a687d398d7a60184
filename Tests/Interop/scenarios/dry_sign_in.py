"""A dry sign-in at pysaml2: the address that `idp test` gives, opened by a browser; and nothing of it is there afterwards."""

import json

from kit.checks import Scenario, expect, expect_true
from kit.refusals import expect_refused

scenario = Scenario("dry_sign_in", needs=["pysaml2"])


def begin(world, visitor):
    """Opens a new address and presses the button; where the provider is asked."""
    _, output, error = world.server.run("idp", "test", "pysaml2", "--pool", world.site.pool["id"], *world.server.place, "--output", "json")
    address = json.loads(output)["address"]
    world.secrets.remember("trial ticket", address.rpartition("=")[2])
    form = visitor.get(address).form("ticket")
    return address, visitor.post(form["action"], form["fields"]).location


def users(world):
    return len(world.server.command("user", "list", "--pool", world.site.pool["id"]))


@scenario.check("the page shows what came, the user and the tokens as they would be; nobody is signed in and no user is made")
def accepted(world):
    before, visitor = users(world), world.visitor()
    address, redirect = begin(world, visitor)
    answer = world.site.answer(redirect, "grace", sign=["assertion", "response"], groups=["navy"])
    page = visitor.post(answer.url, answer.form)
    expect("status", page.status, 200)
    for words in ("Accepted.", world.site.provider.email("grace"), "navy", "token_use", "signature"):
        expect_true("the page has it", words in page.words, words, page.words[:300])
    expect("users", users(world), before)
    expect_true("no session", not any("session" in name for name in dict(visitor.session.cookies)), "no session cookie", dict(visitor.session.cookies))
    expect_refused(world.server, visitor.post(answer.url, answer.form), "in_response_to")
    expect_refused(world.server, world.visitor().get(address), "trial_ticket")


@scenario.check("an answer that is no good gets the same page, with the check that failed")
def refused(world):
    visitor = world.visitor()
    _, redirect = begin(world, visitor)
    answer = world.site.answer(redirect, "mallory").with_xml(lambda xml: xml.replace("mallory@pysaml2.example", "administrator@pysaml2.example"))
    page = visitor.post(answer.url, answer.form)
    expect("status", page.status, 200)
    for words in ("Refused: saml.signature_invalid.", "FAILED", "Nothing was verified"):
        expect_true("the page has it", words in page.words, words, page.words[:300])


@scenario.check("a command that waits says which checks were passed, and nothing of whoever signed in")
def waited(world):
    words = ("idp", "test", "pysaml2", "--wait", "--pool", world.site.pool["id"], *world.server.place, "--output", "json")
    command = world.server.begin(*words)
    address = command.stderr.readline().split()[-1]
    world.secrets.remember("trial ticket", address.rpartition("=")[2])
    visitor = world.visitor()
    form = visitor.get(address).form("ticket")
    answer = world.site.answer(visitor.post(form["action"], form["fields"]).location, "grace")
    visitor.post(answer.url, answer.form)
    output, _ = command.communicate(timeout=30)
    outcome = json.loads(output)["outcome"]
    expect("its error", outcome["error"], None)
    expect_true("checks", {"name": "signature", "outcome": "ok"} in outcome["checks"], "signature ok", outcome["checks"])
    expect_true("nobody is named", "grace" not in output, "no name", output[:300])
