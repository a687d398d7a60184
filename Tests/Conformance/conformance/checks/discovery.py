"""oidcc-discovery-endpoint-verification, and what the logout plans ask of the discovery document (OpenID Connect Discovery §3, RFC 8414 §2)."""

import re
import urllib.parse

import requests

from kit.checks import expect, expect_in, expect_true

from ..app import TIMEOUT
from ..modules import NotYet, module


def document(test):
    issuer = test.suite.issuer
    answer = requests.get(issuer + "/.well-known/openid-configuration", timeout=TIMEOUT)
    expect("status", answer.status_code, 200)
    expect_true("Content-Type", answer.headers["Content-Type"].startswith("application/json"), "application/json", answer.headers["Content-Type"])
    found = answer.json()
    expect("issuer", found["issuer"], issuer)
    split = urllib.parse.urlsplit(issuer)
    expect("the issuer is https, without query and fragment", (split.scheme, split.query, split.fragment), ("https", "", ""))
    return found


@module("oidcc-discovery-endpoint-verification")
def discovery(test):
    found = document(test)
    if test.plan.short == "dynamic" and "registration_endpoint" not in found:
        raise NotYet("dynamic registration (RFC 7591)")
    for name, value in found.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            split = urllib.parse.urlsplit(value)
            expect(f"{name} is https, without fragment", (split.scheme, split.fragment), ("https", ""))
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        expect_in("the document", name, found)
    for name, wanted in {
        "response_types_supported": "code",
        "id_token_signing_alg_values_supported": "RS256",
        "scopes_supported": "openid",
        "grant_types_supported": "authorization_code",
        "code_challenge_methods_supported": "S256",
    }.items():
        expect_true(name, isinstance(found.get(name), list), "an array", found.get(name))
        expect_in(name, wanted, found[name])
    expect_true("subject_types_supported", found["subject_types_supported"] and set(found["subject_types_supported"]) <= {"public", "pairwise"}, "public and pairwise alone", found["subject_types_supported"])
    expect_true("claims_supported", isinstance(found.get("claims_supported"), list) and "sub" in found["claims_supported"], "an array with sub", found.get("claims_supported"))
    for scope in found["scopes_supported"]:
        expect_true(f"the scope {scope!r} has the characters of RFC 6749 §3.3", re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", scope), "NQCHAR", scope)
    for name in ("ui_locales_supported", "claims_locales_supported"):
        for locale in found.get(name, []):
            expect_true(f"{name}: {locale}", re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", locale), "a language tag", locale)
    for name in ("claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported"):
        expect_true(name, isinstance(found.get(name, False), bool), "true or false", found.get(name))
    keys = requests.get(found["jwks_uri"], timeout=TIMEOUT).json()["keys"]
    expect_true("there are keys", keys, "some", keys)
    for key in keys:
        expect_true("a key is public and has an identifier", key.get("kid") and not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key), "a public key with kid", key)
        expect_in("its type", key["kty"], ("RSA", "EC", "OKP"))
    expect("keys of one identifier", len({key["kid"] for key in keys}), len(keys))
    other = requests.get(found["issuer"].replace("https://", "https://").rsplit("/", 1)[0] + "/.well-known/oauth-authorization-server/" + found["issuer"].rsplit("/", 1)[1], timeout=TIMEOUT)
    test.wish("the document stands at RFC 8414's address too", other.status_code == 200 and other.json() == found, other.status_code)


@module("oidcc-rp-initiated-logout-discovery-endpoint-verification")
def rp_initiated(test):
    expect_true("end_session_endpoint", document(test).get("end_session_endpoint", "").startswith("https://"), "an https URL", document(test).get("end_session_endpoint"))


@module("oidcc-backchannel-logout-discovery-endpoint-verification")
def back_channel(test):
    found = document(test)
    if not found.get("backchannel_logout_supported"):
        raise NotYet("back-channel logout")
    expect("backchannel_logout_session_supported", found.get("backchannel_logout_session_supported"), True)
    expect_in("the document", "end_session_endpoint", found)


@module("oidcc-frontchannel-logout-discovery-endpoint-verification")
def front_channel(test):
    found = document(test)
    if not found.get("frontchannel_logout_supported"):
        raise NotYet("front-channel logout")
    expect("frontchannel_logout_session_supported", found.get("frontchannel_logout_session_supported"), True)
    expect_in("the document", "end_session_endpoint", found)
