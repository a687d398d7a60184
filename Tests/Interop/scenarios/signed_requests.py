"""pysaml2 wants signed requests, and verifies ours (SAML Bindings §3.4.4.1)."""

import base64
import time
import urllib.parse

from kit.checks import Scenario, expect, expect_true
from kit.world import Site

scenario = Scenario("signed_requests", needs=["pysaml2"])


def site(world):
    return world.part("site of signed requests", lambda: Site(world, world.server, "signed-requests", wants_signed=True))


def refused(read, *arguments, **named):
    """pysaml2 throws, or answers nothing."""
    try:
        return not read(*arguments, **named)
    except Exception:  # of a dozen kinds, none of which is ours
        return True


@scenario.check("its metadata wants it, so our request is signed; pysaml2 and a second verifier accept the signature over the query")
def by_redirect(world):
    expect("signed", site(world).registered["requests"]["signed"], True)
    _, redirect = site(world).to_provider(world.visitor())
    octets, signature = redirect.split("?", 1)[1].rsplit("&Signature=", 1)
    site(world).provider.verify_octets(octets, urllib.parse.unquote(signature))
    expect_true("pysaml2 reads it", bool(site(world).provider.read_request(redirect)), "a request", redirect)
    claims = site(world).sign_in(world.visitor(), "ada").redeem().tokens
    expect_true("an ID token", "id_token" in claims, "id_token", sorted(claims))


@scenario.check("another RelayState than the signed one is refused, and so is a request without its signature")
def changed(world):
    _, redirect = site(world).to_provider(world.visitor())
    state = redirect.split("RelayState=")[1].split("&")[0]
    provider = site(world).provider
    expect_true("refused", refused(provider.read_request, redirect.replace(state, state[:-1] + ("0" if state[-1] != "0" else "1"))), "no", redirect)
    expect_true("refused", refused(provider.read_request, redirect.split("&SigAlg=")[0]), "no", redirect)


@scenario.check("by HTTP-POST the signature is in the request, which pysaml2 verifies with xmlsec1; a changed one is refused")
def by_post(world):
    server, provider = world.server, site(world).provider
    server.command("idp", "update", "pysaml2", "--pool", site(world).pool["id"], "--request-binding", "post")
    time.sleep(2)  # a running server sees a change within that
    page = world.visitor().get(site(world).app.begin().url)
    form = page.form("SAMLRequest")
    expect("where it is posted", (form["action"], form["method"]), (provider.base + "/sso", "post"))
    expect_true("pysaml2 reads it", bool(provider.read_posted_request(form["fields"])), "a request", page.words)
    text = base64.b64decode(form["fields"]["SAMLRequest"])
    for changed in (text.replace(b"/saml2/idpresponse", b"/saml2/idpresponsf"), text.replace(b"Signature", b"Signatura")):
        expect_true("it was changed", changed != text, "another text", text)
        expect_true("refused", refused(provider.read_posted_request, {"SAMLRequest": base64.b64encode(changed).decode()}), "no", changed)
