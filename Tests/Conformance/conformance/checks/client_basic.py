"""oidcc-client-basic-certification-test-plan: Countersign is the app of a provider that lies. What must be refused is refused by its exact code."""

import re

from kit.checks import expect, expect_in, expect_true

from .. import keys
from ..app import SignedIn
from ..modules import module


def providers(suite):
    """One tenant a lie, registered before the first module begins."""

    def change(**changes):
        return lambda claims: {**claims, **changes}

    other = keys.make_key("RS256")
    lies = {
        "honest": {},
        "invalid-iss": {"claims": change(iss="https://attacker.example")},
        "missing-sub": {"claims": lambda claims: keys.without(claims, "sub")},
        "invalid-aud": {"claims": change(aud="somebody-else")},
        "missing-iat": {"claims": lambda claims: keys.without(claims, "iat")},
        "kid-absent-single": {"no_kid": True},
        "kid-absent-multiple": {"no_kid": True},
        "sig-none": {"token": lambda token, claims: keys.unsigned(claims)},
        "invalid-sig": {"token": lambda token, claims: keys.with_broken_signature(token)},
        "userinfo-sub": {"userinfo": lambda claims: {**claims, "sub": "somebody-else"}},
        "nonce-invalid": {"claims": change(nonce="another")},
        "same-kid": {"token": lambda token, claims: keys.sign(other, claims, {"kid": keys.parts(token)[0]["kid"]})},
    }
    for name, how in lies.items():
        tenant = suite.add_provider(suite.lying_pool, name, **how)
        if name == "kid-absent-multiple":
            tenant.keys.append(keys.make_key("RS256"))


def sign_in(test, provider, **parameters):
    app, person = test.suite.rp_app, test.person()
    request, outcome = app.begin(person, identity_provider=provider, **parameters)
    return app, person, request, outcome


def accepted(test, provider, **parameters):
    app, _, request, outcome = sign_in(test, provider, **parameters)
    return SignedIn(app, request, app.expect_code(request, outcome)).redeem()


def refused(test, provider, code):
    """The app is told that it failed, the log says why, no session was begun and no user made."""
    app, person, request, outcome = sign_in(test, provider)
    answer = app.expect_error(request, outcome, "server_error")
    reference = re.search(r"[Rr]eference:? ([0-9A-Za-z][0-9A-Za-z-]{4,})", answer["error_description"])[1]
    line = test.suite.log_line(reference)
    expect("the log's code and provider", (line["code"], line.get("provider")), (code, provider))
    expect_true("the log's line has a remedy", line.get("remedy"), "some words", line)
    request, outcome = app.begin(person, prompt="none")
    app.expect_error(request, outcome, "login_required")
    users = test.suite.server.command("user", "list", "--pool", test.suite.lying_pool["id"])
    expect("users of that provider", [user["username"] for user in users if user["username"].startswith(provider + "_")], [])


@module("oidcc-client-test")
def happy(test):
    claims = accepted(test, "honest").claims
    expect("the provider's subject", claims["identities"][0]["provider"], "honest")
    asked = test.suite.upstream.tenants["honest"].seen["authorize"][-1]
    for name, value in {"response_type": "code", "code_challenge_method": "S256"}.items():
        expect(name, asked.get(name), value)
    for name in ("state", "nonce", "code_challenge"):
        expect_true(name, len(asked.get(name, "")) >= 22, "128 bits", asked.get(name))
    expect_in("scope", "openid", asked["scope"].split())


@module("oidcc-client-test-invalid-iss")
def invalid_iss(test):
    refused(test, "invalid-iss", "token.issuer")


@module("oidcc-client-test-missing-sub")
def missing_sub(test):
    refused(test, "missing-sub", "token.claim")


@module("oidcc-client-test-invalid-aud")
def invalid_aud(test):
    refused(test, "invalid-aud", "token.audience")


@module("oidcc-client-test-missing-iat")
def missing_iat(test):
    refused(test, "missing-iat", "token.claim")


@module("oidcc-client-test-kid-absent-single-jwks")
def single_key(test):
    accepted(test, "kid-absent-single")


@module("oidcc-client-test-kid-absent-multiple-jwks")
def several_keys(test):
    """The module lets an app do either: use the key that fits, or refuse. Nothing is guessed here."""
    refused(test, "kid-absent-multiple", "token.unknown_key")


@module("oidcc-client-test-idtoken-sig-rs256")
def rs256(test):
    accepted(test, "honest")


@module("oidcc-client-test-idtoken-sig-none")
def none(test):
    refused(test, "sig-none", "token.algorithm")


@module("oidcc-client-test-invalid-sig-rs256")
def invalid_signature(test):
    refused(test, "invalid-sig", "token.signature")
    refused(test, "same-kid", "token.signature")


@module("oidcc-client-test-userinfo-invalid-sub")
def other_subject(test):
    refused(test, "userinfo-sub", "oidc.userinfo")


@module("oidcc-client-test-nonce-invalid")
def nonce(test):
    refused(test, "nonce-invalid", "token.nonce")


@module("oidcc-client-test-scope-userinfo-claims")
def scopes(test):
    """Scopes are asked for, and what userinfo says of them reaches the app."""
    claims = accepted(test, "honest", scope="openid profile email phone").user_info()
    expect("name", claims["name"], "Ada Søndergård")
    expect_true("e-mail", claims["email"].endswith("@people.example"), "@people.example", claims["email"])
    asked = test.suite.upstream.tenants["honest"].seen["authorize"][-1]
    expect("scopes asked for", sorted(asked["scope"].split()), sorted("openid profile email address phone".split()))


@module("oidcc-client-test-client-secret-basic")
def client_secret_basic(test):
    accepted(test, "honest")
    last = test.suite.upstream.tenants["honest"].seen["token"][-1]
    expect_true("by the header", last["authorization"].startswith("Basic "), "Basic", last["authorization"])
    expect("the secret in the body", [name for name in last["form"] if name in ("client_secret", "client_assertion")], [])
