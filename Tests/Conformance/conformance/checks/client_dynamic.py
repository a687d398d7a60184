"""Of oidcc-client-dynamic-certification-test-plan what has to do with discovery and keys; Countersign registers itself nowhere."""

import json

from kit.checks import expect, expect_true
from kit.countersign import Refused

from .. import keys
from ..modules import module
from .client_basic import accepted, refused


def providers(suite):
    for name, how in {"rotates": {}, "rotates-before": {"rotates_before_signing": True}, "userinfo-signed": {"signed_userinfo": True}, "userinfo-forged": {"signed_userinfo": True, "userinfo_key": keys.make_key("RS256")}, "keys": {}}.items():
        suite.add_provider(suite.lying_pool, name, **how)


@module("oidcc-client-test-discovery-openid-config")
def configuration(test):
    """Every address comes from the discovery document."""
    tenant = test.suite.upstream.tenants["honest"]
    shown = test.suite.server.command("idp", "show", "honest", "--pool", test.suite.lying_pool["id"])
    expect("issuer", shown["issuer"], tenant.issuer)
    accepted(test, "honest")


@module("oidcc-client-test-discovery-jwks-uri-keys")
def key_set(test):
    accepted(test, "keys")
    expect_true("the keys were fetched", test.suite.upstream.tenants["keys"].seen["jwks"], "at least once", "never")


@module("oidcc-client-test-discovery-issuer-mismatch")
def mismatch(test):
    suite = test.suite
    try:
        suite.add_provider(suite.lying_pool, "mismatch", issuer_in_discovery="https://attacker.example")
    except Refused as refusal:
        expect("exit status", refusal.status, 1)
        expect("code", json.loads(refusal.error)["error"], "token.provider_metadata")
    else:
        raise AssertionError("a provider was registered whose document names another issuer")


@module("oidcc-client-test-signing-key-rotation")
def rotation(test):
    tenant = test.suite.upstream.tenants["rotates"]
    accepted(test, "rotates")
    tenant.rotate()
    accepted(test, "rotates")


@module("oidcc-client-test-signing-key-rotation-just-before-signing")
def rotation_before_signing(test):
    """The key changes after the app came, just before the ID token is signed."""
    accepted(test, "rotates-before")


@module("oidcc-client-test-userinfo-signed")
def signed_user_info(test):
    claims = accepted(test, "userinfo-signed", scope="openid profile").user_info()
    expect("what the signed answer says", claims["name"], "Ada Søndergård")
    refused(test, "userinfo-forged", "oidc.answer")
