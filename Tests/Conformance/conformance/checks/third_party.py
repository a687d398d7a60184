"""oidcc-3rdparty-init-login-certification-test-plan (OpenID Connect Core §4)."""

import json

from kit.checks import expect, expect_true
from kit.countersign import Refused

from ..modules import module


def register(test, uri):
    """By the command line: this server has no dynamic registration."""
    options = ("--confidential", "--redirect-uri", test.suite.site.base + "/third", "--initiate-login-uri", uri)
    return test.suite.server.command("client", "create", "third", "--pool", test.suite.pool["id"], *options)


@module("oidcc-3rd_party-init-login")
def initiated(test):
    uri = "https://app.example/begin"
    client = register(test, uri)
    expect("initiate_login_uri as registered", client.get("initiate_login_uri"), uri)
    shown = test.suite.server.command("client", "show", client["client_id"], "--pool", test.suite.pool["id"])
    expect("initiate_login_uri as it is shown", shown.get("initiate_login_uri"), uri)
    test.note("by the command line: this server has no dynamic registration")


@module("oidcc-3rd_party-init-login-nohttps")
def not_https(test):
    try:
        register(test, "http://app.example/begin")
    except Refused as refusal:
        expect("exit status", refusal.status, 1)
        expect_true("the problem names the option", "--initiate-login-uri" in refusal.error, "--initiate-login-uri", refusal.error)
        expect_true("as a document with a code", "error" in json.loads(refusal.error), "error", refusal.error)
    else:
        raise AssertionError("an http address was registered")
    test.note("by the command line: this server has no dynamic registration")
