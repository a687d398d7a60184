"""oidcc-3rdparty-init-login-certification-test-plan (OpenID Connect Core §4)."""

import json

import requests

from kit.checks import expect, expect_true
from kit.countersign import Refused

from ..app import TIMEOUT
from ..modules import module
from .dynamic import expect_refusal


def register(test, uri):
    """By the command line: this server has no dynamic registration."""
    options = ("--confidential", "--redirect-uri", test.suite.site.base + "/third", "--initiate-login-uri", uri)
    return test.suite.server.command("client", "create", "third", "--pool", test.suite.pool["id"], *options)


@module("oidcc-3rd_party-init-login")
def initiated(test):
    uri = "https://app.example/begin"
    if test.metadata("registration_endpoint"):
        made = test.registered("third", initiate_login_uri=uri).registered
        expect("initiate_login_uri as registered", made.get("initiate_login_uri"), uri)
        token = {"Authorization": f"Bearer {made['registration_access_token']}"}
        answer = requests.get(made["registration_client_uri"], headers=token, timeout=TIMEOUT)
        expect("status of the client's configuration", answer.status_code, 200)
        expect("initiate_login_uri as it is told", answer.json().get("initiate_login_uri"), uri)
        return
    client = register(test, uri)
    expect("initiate_login_uri as registered", client.get("initiate_login_uri"), uri)
    shown = test.suite.server.command("client", "show", client["client_id"], "--pool", test.suite.pool["id"])
    expect("initiate_login_uri as it is shown", shown.get("initiate_login_uri"), uri)
    test.note("by the command line: this server has no dynamic registration")


@module("oidcc-3rd_party-init-login-nohttps")
def not_https(test):
    if test.metadata("registration_endpoint"):
        answer = test.suite.ask_to_register(test.suite.metadata_of("third", token_endpoint_auth_method="client_secret_basic", initiate_login_uri="http://app.example/begin"))
        return expect_refusal(answer, "invalid_client_metadata")
    try:
        register(test, "http://app.example/begin")
    except Refused as refusal:
        expect("exit status", refusal.status, 1)
        expect_true("the problem names the option", "--initiate-login-uri" in refusal.error, "--initiate-login-uri", refusal.error)
        expect_true("as a document with a code", "error" in json.loads(refusal.error), "error", refusal.error)
    else:
        raise AssertionError("an http address was registered")
    test.note("by the command line: this server has no dynamic registration")
