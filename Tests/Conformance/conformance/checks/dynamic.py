"""oidcc-dynamic-certification-test-plan: apps that register themselves (OpenID Connect Dynamic Client Registration, RFC 7591), by private_key_jwt."""

import base64
import re
import time
import urllib.parse
from secrets import token_urlsafe

import requests

from kit.checks import expect, expect_in, expect_true
from kit.tokens import verify

from .. import keys
from ..app import TIMEOUT, check_id_token
from ..modules import NotYet, module


@module("oidcc-ensure-client-assertion-with-iss-aud-succeeds")
def assertion_for_issuer(test):
    app = test.registered("assertion")
    expect("aud of the assertion", keys.parts(app.assertion())[1]["aud"], app.issuer)
    app.sign_in(test.person()).redeem()


@module("oidcc-ensure-redirect-uri-in-authorization-request")
def without_redirect_uri(test):
    _, outcome = test.registered("missing").begin(test.person(), redirect_uri=None)
    test.expect_page(outcome)


# ---- redirect URIs with a query (RFC 6749 §3.1.2) ----


@module("oidcc-redirect-uri-query-OK")
def query(test):
    app = test.registered("query-ok?foo=bar")
    app.sign_in(test.person()).redeem()


@module("oidcc-redirect-uri-query-added")
def query_added(test):
    app = test.registered("query-added")
    _, outcome = app.begin(test.person(), redirect_uri=app.redirect_uri + "?foo=bar")
    test.expect_page(outcome)


@module("oidcc-redirect-uri-query-mismatch")
def query_mismatch(test):
    app = test.registered("query-mismatch?foo=bar")
    _, outcome = app.begin(test.person(), redirect_uri=app.redirect_uri.replace("foo=bar", "bar=foo"))
    test.expect_page(outcome)


@module("oidcc-redirect-uri-regfrag")
def fragment(test):
    answer = test.suite.ask_to_register(test.suite.metadata_of("fragment#foobar"))
    expect_refusal(answer, "invalid_redirect_uri", "invalid_client_metadata")


def expect_refusal(answer, *errors):
    """RFC 7591 §3.2.2."""
    expect(f"status ({answer.text[:200]})", answer.status_code, 400)
    expect_true("Content-Type", answer.headers["Content-Type"].startswith("application/json"), "application/json", answer.headers["Content-Type"])
    expect_in("error", answer.json().get("error"), errors)


# ---- what an app says of itself ----


@module("oidcc-registration-jwks-uri")
def jwks_uri(test):
    key = keys.make_key("RS256")
    address = test.suite.site.publish(f"/jwks-{token_urlsafe(6)}", {"keys": [keys.public(key)]})
    test.suite.require_metadata("registration_endpoint", "dynamic registration (RFC 7591)")
    app = test.suite.plain.register("jwks-uri", key=key, jwks=None, jwks_uri=address)
    expect("jwks_uri", app.registered["jwks_uri"], address)
    app.sign_in(test.person()).redeem().user_info()


@module("oidcc-refresh-token-rp-key-rotation")
def key_rotation(test):
    key, path = keys.make_key("RS256"), f"/jwks-{token_urlsafe(6)}"
    address = test.suite.site.publish(path, {"keys": [keys.public(key)]})
    test.suite.require_metadata("registration_endpoint", "dynamic registration (RFC 7591)")
    app = test.suite.plain.register("rotation", key=key, jwks=None, jwks_uri=address, grant_types=["authorization_code", "refresh_token"])
    done = app.sign_in(test.person()).redeem()
    app.key = keys.make_key("RS256")
    test.suite.site.publish(path, {"keys": [keys.public(app.key)]})
    time.sleep(60)  # as the Foundation's module, for servers that look at most once a minute
    tokens = app.expect_tokens(app.refresh(done.tokens["refresh_token"]))
    check_id_token(app, tokens, None, refreshed=True)


# One dot of a PNG.
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


def shown(test, member):
    """What people are told of an app that registered itself; REVIEW in the Foundation's suite."""
    address = f"https://localhost:{test.suite.site.secure.server_port}/{member}"
    app = test.registered(member, **{member: address})
    expect(member, app.registered[member], address)
    person = test.person()
    app.sign_in(person).redeem()
    expect_true("people are asked on a page of ours", person.consents, "a page", person.trail)
    if address not in person.consents[0].text:
        raise NotYet(f"{member} on the page that asks people: it is registered and told to admins, and nobody looked at it")


@module("oidcc-registration-logo-uri")
def logo(test):
    """The picture comes from a page of ours: browsers fetch nothing from an app's host before anybody allowed anything."""
    address = test.suite.site.publish(f"/logo-{token_urlsafe(6)}.png", PICTURE, "image/png")
    app = test.suite.plain.register("logo_uri", logo_uri=address)
    expect("logo_uri", app.registered["logo_uri"], address)
    person = test.person()
    app.sign_in(person).redeem()
    expect_true("people are asked on a page of ours", person.consents, "a page", person.trail)
    page = person.consents[0]
    sources = re.findall(r'<img class="app[^"]*" src="([^"]+)"', page.text)
    expect("logos on the page", len(sources), 1)
    picture = person.session.get(urllib.parse.urljoin(page.url, sources[0]), timeout=TIMEOUT)
    expect_true("the picture is the app's own", picture.content == PICTURE, "the same bytes", picture.headers.get("Content-Type"))


@module("oidcc-registration-policy-uri")
def policy(test):
    shown(test, "policy_uri")


@module("oidcc-registration-tos-uri")
def terms(test):
    shown(test, "tos_uri")


def sector(test, listed):
    """What an app of a sector says of itself, whose document names one redirect URI."""
    if "pairwise" not in test.metadata("subject_types_supported"):
        raise NotYet("pairwise subjects")
    address = test.suite.site.publish(f"/sector-{token_urlsafe(6)}.json", [f"{test.suite.site.base}/{listed}"])
    return {"subject_type": "pairwise", "sector_identifier_uri": address}


@module("oidcc-registration-sector-uri")
def sector_uri(test):
    """Beyond the Foundation's module: two apps of the sector have one sub of a person, another sector another."""
    metadata, person, subjects = sector(test, "sector"), test.person(), []
    for path, said in (("sector", metadata), ("sector", metadata), ("alone", {"subject_type": "pairwise"})):
        app = test.suite.plain.register(path, **said)
        expect("subject_type", app.registered["subject_type"], "pairwise")
        done = app.sign_in(person).redeem()
        done.user_info()
        subjects.append(done.claims["sub"])
    expect("subs at two apps of one sector", subjects[0], subjects[1])
    expect_true("sub at an app of another sector", subjects[2] != subjects[0], "another one", subjects[2])


@module("oidcc-registration-sector-bad")
def sector_bad(test):
    said = {**sector(test, "another"), "jwks": {"keys": [keys.public(keys.make_key("RS256"))]}}
    answer = test.suite.plain.ask_to_register(test.suite.plain.metadata_of("sector", **said))
    expect_refusal(answer, "invalid_client_metadata", "invalid_redirect_uri")
    expect_in("what is refused", "sector_identifier_uri", answer.json().get("error_description", ""))


# ---- signatures ----


@module("oidcc-request-uri-signed-rs256")
def request_uri_signed(test):
    app = test.registered("request-uri")
    if not test.metadata("request_uri_parameter_supported"):
        raise NotYet("request_uri of an app's own server (OpenID Connect Core §6.2): nothing is fetched that a request names")
    request = app.request()
    signed = keys.sign(app.key, {**request, "iss": app.client_id, "aud": app.issuer, "exp": keys.now() + 60})
    address = test.suite.site.publish(f"/request-{token_urlsafe(6)}", signed, "application/oauth-authz-req+jwt")
    outcome = test.person().ask(test.metadata("authorization_endpoint"), {"client_id": app.client_id, "response_type": "code", "scope": "openid", "request_uri": address}, app.redirect_uri)
    app.expect_code(request, outcome)


@module("oidcc-userinfo-rs256")
def signed_user_info(test):
    app = test.registered("userinfo", userinfo_signed_response_alg="RS256")
    if app.registered.get("userinfo_signed_response_alg") != "RS256":
        raise NotYet("userinfo_signed_response_alg of a client: a signed answer is for who asks by Accept")
    done = app.sign_in(test.person()).redeem()
    answer = app.user_info(done.tokens["access_token"])
    expect("status", answer.status_code, 200)
    expect("Content-Type", answer.headers["Content-Type"].partition(";")[0], "application/jwt")
    header, claims = verify(answer.text, app.metadata["jwks_uri"])
    expect("alg", header["alg"], "RS256")
    expect("sub", claims["sub"], done.claims["sub"])
    expect("iss", claims["iss"], app.issuer)
    expect("aud", claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]], [app.client_id])


@module("oidcc-server-rotate-keys")
def rotate_keys(test):
    """In a pool of its own: the next key is published beside the one that signs."""
    server = test.suite.server
    pool = server.create_pool("rotating")

    def published():
        return {key["kid"] for key in requests.get(pool["issuer"] + "/.well-known/jwks.json", timeout=TIMEOUT).json()["keys"]}

    before = published()
    server.command("key", "rotate", "--pool", pool["id"])
    time.sleep(2)  # a running server sees a change within two seconds
    after = published()
    expect_true("there is a new key", after - before, "another kid", after)
    expect("keys that are gone", before - after, set())
