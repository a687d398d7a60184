"""pysaml2 publishes its metadata at an address, and changes its key; the server follows by itself (THREATS case 74)."""

import time

from kit.checks import Scenario, expect, expect_true
from kit.published import Published
from kit.refusals import expect_told
from kit.tokens import check_both

scenario = Scenario("fresh_metadata", needs=["pysaml2"])


def followed(world, name):
    """A pool whose provider publishes its metadata, and what was answered there."""
    site = world.new_site(name)
    published = world.started_part(Published(site.provider.metadata))
    site.server.command("idp", "update", "pysaml2", "--pool", site.pool["id"], "--metadata-url", published.url, "--development")
    return site, published


def shown(site):
    return site.server.command("idp", "show", "pysaml2", "--pool", site.pool["id"])


def until_looked(site):
    """The server looks by itself within ten seconds."""
    for _ in range(120):
        if shown(site)["checked_at"]:
            return
        time.sleep(0.5)
    raise RuntimeError("the server did not look at the metadata within a minute")


def try_to_sign_in(world, site):
    visitor = world.visitor()
    _, redirect = site.to_provider(visitor)
    answer = site.answer(redirect, "ada")
    return visitor.post(answer.url, answer.form)


@scenario.check("a provider that changes its key loses nobody: the first answer with the new key is accepted, and the old key no more")
def new_key(world):
    site, _ = followed(world, "new-key")
    until_looked(site)
    check_both(site.sign_in(world.visitor(), "ada").redeem())
    before = shown(site)["signing_certificates"]
    old = site.provider.key, site.provider.certificate
    site.provider.change_key("idp-renewed", world.fetch(site.registered["sp_metadata_url"]))
    check_both(site.sign_in(world.visitor(), "ada").redeem())
    after = shown(site)["signing_certificates"]
    expect("one certificate before, one after", (len(before), len(after)), (1, 1))
    expect_true("it is another one", before[0]["sha256"] != after[0]["sha256"], "another SHA-256", after)

    site.provider.sign_with(*old, world.fetch(site.registered["sp_metadata_url"]))
    expect_told(site.server, try_to_sign_in(world, site), site.app, "server_error", "signature")

    events = site.server.command("audit", "list", "--pool", site.pool["id"])
    event = next(event for event in events if event["action"] == "provider.update" and "system" in str(event["actor"]))
    details = str(event["details"])
    expect_true("the record has both fingerprints", before[0]["sha256"] in details and after[0]["sha256"] in details, "both", details)
    expect_true("the log tells of it", "document_changed" in site.server.log_text(), "document_changed", "nothing")


@scenario.check("a key that nobody has published is looked for once, by entity tag, and refused")
def unknown_key(world):
    site, published = followed(world, "unknown-key")
    until_looked(site)
    site.provider.sign_with(*site.provider.make_key("stranger"), world.fetch(site.registered["sp_metadata_url"]))
    for _ in range(3):
        expect_told(site.server, try_to_sign_in(world, site), site.app, "server_error", "signature")
    expect("answers of the provider's server", (published.answers.count(304), published.answers[-1]), (1, 304))


@scenario.check("a dry run shows the new certificate and changes nothing; what is no metadata replaces nothing")
def dry_run(world):
    site, _ = followed(world, "dry-run")
    before = shown(site)["signing_certificates"]
    place = ["--pool", site.pool["id"], "--development"]
    expect("changed", site.server.command("idp", "refresh", "pysaml2", *place, "--dry-run")["changed"], False)
    site.provider.change_key("idp-renewed", world.fetch(site.registered["sp_metadata_url"]))
    changes = site.server.command("idp", "refresh", "pysaml2", *place, "--dry-run")["changes"]
    expect("facts", [change["fact"] for change in changes], ["signing_certificates"])
    expect("certificates", shown(site)["signing_certificates"], before)
    site.provider.metadata.write_text("<html>We are moving.</html>")
    status, _, error = site.server.run("idp", "refresh", "pysaml2", *place, *site.server.place)
    expect_true("it is refused", status == 1 and "metadata_root" in error, "saml.metadata_root", error)
    expect("certificates", shown(site)["signing_certificates"], before)
