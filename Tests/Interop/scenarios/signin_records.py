"""Why a sign-in failed: a real refusal, the reference on the page, and what the command line says of it."""

from kit.checks import Scenario, expect, expect_true
from kit.countersign import Refused
from kit.processes import wait_until
from kit.refusals import expect_refused, expect_told
from kit.world import Site

scenario = Scenario("signin_records", needs=["pysaml2"])


def site(world):
    """A pool of its own: of one network a pool keeps ten refusals a minute, and other scenarios are refused all the time."""
    return world.part("site with records", lambda: Site(world, world.server, "records"))


def show(world, reference, *more):
    """Records are written behind the answer."""

    def found():
        try:
            return world.server.command("signin", "show", reference, "--pool", site(world).pool["id"], *more)
        except Refused:
            return None

    return wait_until(f"the record of {reference}", found, seconds=5)


@scenario.check("the reference that the app was told is explained: the check, what was expected and seen, and what to do")
def explained(world):
    visitor = world.visitor()
    _, redirect = site(world).to_provider(visitor)
    answer = site(world).answer(redirect, "mallory").with_xml(lambda xml: xml.replace("mallory@pysaml2.example", "administrator@pysaml2.example"))
    line = expect_told(world.server, visitor.post(answer.url, answer.form), site(world).app, "server_error", "signature_invalid")
    record = show(world, line["reference"].lower())
    for name in ("reference", "code", "provider", "client_id", "remedy"):
        expect(name, record[name], line[name])
    failed = [check["name"] for check in record["checks"] if check["outcome"] == "failed"]
    expect("the check that failed", failed, ["signature"])
    expect_true("the commands name the provider", any("pysaml2" in command for command in record["commands"]), "idp refresh pysaml2", record["commands"])
    listed = world.server.command("signin", "list", "--pool", site(world).pool["id"], "--code", line["code"], "--since", "1h")["sign_ins"]
    expect_true("it is listed", line["reference"] in [each["reference"] for each in listed], line["reference"], listed)


@scenario.check("the reference on the person's page, too: an answer to nothing that is under way")
def page(world):
    visitor = world.visitor()
    _, redirect = site(world).to_provider(visitor)
    answer = site(world).answer(redirect, "ada")
    line = expect_refused(world.server, world.visitor().post(answer.url, answer.form), "in_response_to")
    record = show(world, line["reference"])
    expect("the check that failed", [check["name"] for check in record["checks"] if check["outcome"] == "failed"], ["browser"])
    expect("what was seen", record["seen"], "no cookie")


@scenario.check("a reference of nobody: exit status 1, and what may be the matter")
def unknown(world):
    status, _, error = world.server.run("signin", "show", "23456789ABCD", "--pool", site(world).pool["id"], *world.server.place)
    expect("status", status, 1)
    for words in ("30 days", "pool", "letters and digits"):
        expect_true("it says", words in error, words, error)


@scenario.check("while a provider is looked into its message is kept, without the person and without anything to use")
def debugged(world):
    pool = ["--pool", site(world).pool["id"]]
    world.server.command("signin", "debug", "pysaml2", *pool, "--for", "10m")
    visitor = world.visitor()

    def refused():
        _, redirect = site(world).to_provider(visitor)
        answer = site(world).answer(redirect, "grace", sign=[])
        line = expect_told(world.server, visitor.post(answer.url, answer.form), site(world).app, "server_error", "unsigned")
        return show(world, line["reference"], "--message")["provider_message"]

    # A running server follows the command line within two seconds.
    message = wait_until("a message is kept", refused, seconds=10)
    text = str(message)
    for word in ("Response", "Attribute", "bytes)"):
        expect_true("the message has it", word in text, word, text[:500])
    for secret in (site(world).provider.email("grace"), site(world).provider.name_id("grace")):
        expect_true("nothing of the person", secret not in text, "no name", text[:500])
    expect_true("idp show counts it", world.server.command("idp", "show", "pysaml2", *pool)["debugging"]["messages"] > 0, "at least one", "none")
    world.server.command("signin", "debug", "pysaml2", *pool, "--stop")
    expect("it has ended", world.server.command("idp", "show", "pysaml2", *pool)["debugging"]["until"], None)
    acts = [event["action"] for event in world.server.command("audit", "list", *pool)]
    expect("the audit trail has both", acts.count("provider.debug"), 2)


@scenario.check("accepted and refused sign-ins are counted, by the provider")
def counted(world):
    visitor = world.visitor()
    site(world).sign_in(visitor, "ada").redeem()

    def codes():
        pool = site(world).pool["id"]
        rows = [row for row in world.server.command("signin", "stats", "--pool", pool, "--since", "1h")["counts"] if row["provider"] == "pysaml2"]
        return sum(row["accepted"] for row in rows) > 0 and [each["code"] for row in rows for each in row["codes"]]

    # They are written within seconds.
    found = wait_until("counts are written", codes, seconds=20)
    expect_true("by the code", "saml.signature_invalid" in found, "saml.signature_invalid", found)
