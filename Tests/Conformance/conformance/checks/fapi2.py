"""fapi2-security-profile-final-test-plan: plain_fapi, private_key_jwt, DPoP, OpenID Connect; what the profile asks beyond OAuth is in its §5.3.2."""

import hashlib
import http.client
import json
import socket
import ssl
import time
import urllib.parse
from secrets import token_urlsafe

import requests

from kit.checks import expect, expect_in, expect_true

from .. import keys
from ..app import TIMEOUT, check_id_token
from ..fapi import Binding
from ..modules import NotYet
from ..modules import module as any_module

PREFIX = "fapi2-security-profile-final-"


def module(*names):
    """Under the plan's prefix; nothing of it is there without DPoP."""

    def register(function):
        def check(test):
            test.suite.require_metadata("dpop_signing_alg_values_supported", "DPoP (RFC 9449)")
            if test.plan.short == "signing":
                test.suite.require_metadata("request_object_signing_alg_values_supported", "signed request objects (RFC 9101)")
            function(test)

        any_module(*(PREFIX + name for name in names))(check)
        return function

    return register


def succeeds(test, **how):
    signed_in = test.fapi.sign_in(test.person(), **how).redeem()
    signed_in.user_info()
    return signed_in


# ---- what must work ----


@module("discovery-end-point-verification")
def discovery(test):
    listed = test.suite.metadata
    for name, wanted in {
        "response_types_supported": "code",
        "token_endpoint_auth_methods_supported": "private_key_jwt",
        "code_challenge_methods_supported": "S256",
        "scopes_supported": "openid",
        "grant_types_supported": "authorization_code",
    }.items():
        expect_in(name, wanted, listed[name])
    expect("code_challenge_methods_supported", listed["code_challenge_methods_supported"], ["S256"])
    for name in ("token_endpoint_auth_signing_alg_values_supported", "dpop_signing_alg_values_supported"):
        expect_true(f"{name} has the algorithms of §5.4.1", {"PS256", "ES256", "EdDSA"} & set(listed[name]), "PS256, ES256 or EdDSA", listed[name])
        expect("symmetric or none", [each for each in listed[name] if each == "none" or each.startswith("HS")], [])
    expect("authorization_response_iss_parameter_supported", listed["authorization_response_iss_parameter_supported"], True)
    expect_in("the document", "pushed_authorization_request_endpoint", listed)
    expect_true("require_pushed_authorization_requests", isinstance(listed.get("require_pushed_authorization_requests"), bool), "true or false", listed.get("require_pushed_authorization_requests"))
    if test.plan.short == "signing":
        expect_true("request_object_signing_alg_values_supported", {"PS256", "ES256", "EdDSA"} & set(listed["request_object_signing_alg_values_supported"]), "PS256, ES256 or EdDSA", listed["request_object_signing_alg_values_supported"])


@module("happy-flow")
def happy(test):
    first = succeeds(test)
    token = first.tokens["access_token"]
    expect("userinfo with the token in the query", requests.get(test.metadata("userinfo_endpoint"), params={"access_token": token}, timeout=TIMEOUT).status_code, 401)
    for accept in ("application/json; charset=utf-8", "application/json, */*"):
        binding = test.fapi.binding.proof("GET", test.metadata("userinfo_endpoint"), token)
        answer = requests.get(test.metadata("userinfo_endpoint"), headers={"Authorization": f"DPoP {token}", "DPoP": binding, "Accept": accept}, timeout=TIMEOUT)
        expect_in(f"status with Accept: {accept}", answer.status_code, (200, 401))
    # The second client, its own key, a nonce of 43 characters, and dpop_jkt alone (RFC 9449 §10).
    second = test.fapi_other.sign_in(test.person(), nonce=token_urlsafe(32), dpop_jkt=test.fapi_other.binding.thumbprint).redeem()
    second.user_info()
    answer = test.fapi.ask_resource(second.tokens["access_token"])
    expect("a token of the second client with the first one's key", answer.status_code, 401)


@module("user-rejects-authentication")
def declined(test):
    request, outcome = test.fapi.begin(test.person(), declines=True)
    test.fapi.expect_error(request, outcome, "access_denied")


@module("ensure-authorization-request-without-state-success")
def without_state(test):
    succeeds(test, state=None)


@module("ensure-authorization-request-without-nonce-success")
def without_nonce(test):
    succeeds(test, nonce=None)


@module("ensure-authorization-request-with-64-char-nonce-success")
def nonce_of_64(test):
    succeeds(test, nonce=token_urlsafe(48))


@module("ensure-authorization-request-with-long-nonce")
def long_nonce(test):
    """Taken whole, or refused; Countersign takes it."""
    succeeds(test, nonce=token_urlsafe(288))


@module("ensure-authorization-request-with-long-state")
def long_state(test):
    succeeds(test, state=token_urlsafe(288))


@module("ensure-other-scope-order-succeeds")
def scope_order(test):
    succeeds(test, scope="email openid")


@module("test-claims-parameter-identity-claims")
def claims_parameter(test):
    if not test.metadata("claims_parameter_supported"):
        raise NotYet("the claims parameter")
    standard = [name for name in test.metadata("claims_supported") if name in ("name", "given_name", "family_name", "email", "email_verified", "phone_number", "birthdate", "locale", "zoneinfo", "nickname", "preferred_username", "picture", "website", "gender", "middle_name", "profile")]
    forms = [None, {"essential": True}, {"essential": False}]
    wanted = {name: forms[number % 3] for number, name in enumerate(standard)}
    both = {"id_token": {**wanted, token_urlsafe(8): None}, "userinfo": {**wanted, token_urlsafe(8): {"essential": True}}}
    signed_in = succeeds(test, scope="openid", claims=json.dumps(both))
    told = {**signed_in.claims, **signed_in.user_info()}
    expect("claims asked for that came nowhere", [name for name in standard if name not in told], [])


@module("access-token-type-header-case-sensitivity")
def scheme_case(test):
    succeeds(test).user_info(scheme="dpOp")


@module("refresh-token")
def refresh(test):
    first = succeeds(test)
    answer = test.fapi.refresh(first.tokens["refresh_token"])
    again = test.fapi.expect_tokens(answer, "DPoP")
    test.fapi.expect_resource(again["access_token"], first.claims["sub"])
    if again["refresh_token"] != first.tokens["refresh_token"]:
        time.sleep(30)  # the answer was lost on its way, and the app asks again (§5.3.2.1, 9)
        test.fapi.expect_tokens(test.fapi.refresh(first.tokens["refresh_token"]), "DPoP")
    form = {"grant_type": "refresh_token", "refresh_token": again["refresh_token"]}
    test.fapi.expect_refused(test.fapi.post("token_endpoint", form), "invalid_request", "invalid_grant", "invalid_dpop_proof")
    second = test.fapi_other.sign_in(test.person()).redeem()
    test.fapi.expect_refused(test.fapi.refresh(second.tokens["refresh_token"], binding=test.fapi_other.binding), "invalid_grant")
    expect("a token of the second client with the first one's key", test.fapi.ask_resource(second.tokens["access_token"]).status_code, 401)


# ---- DPoP (RFC 9449) ----


@module("check-dpop-proof-nbf-exp")
def proof_with_times(test):
    times = lambda: {"claims": {"nbf": keys.now(), "exp": keys.now() + 300}}  # noqa: E731
    signed_in = test.fapi.sign_in(test.person()).redeem(proof=times())
    signed_in.user_info(proof=times())


def proof_at(test, offset):
    at = lambda: {"claims": {"iat": keys.now() + offset}}  # noqa: E731
    signed_in = test.fapi.sign_in(test.person()).redeem(proof=at())
    signed_in.user_info(proof=at())


@module("ensure-dpopproof-with-iat-10seconds-before-succeeds")
def proof_before(test):
    proof_at(test, -10)


@module("ensure-dpopproof-with-iat-10seconds-after-succeeds")
def proof_after(test):
    proof_at(test, 10)


def pushed_with_proof(test, binding, **parameters):
    """A request pushed with a proof (§10.1); with the server's nonce if it wants one."""
    app, nonce = test.fapi, None
    request = app.request(**parameters)
    for _ in range(2):
        headers = {"DPoP": binding.proof("POST", test.metadata("pushed_authorization_request_endpoint"), nonce=nonce)}
        answer = app.push(app.to_push(request), headers)
        if "use_dpop_nonce" not in answer.text:
            break
        nonce = answer.headers["DPoP-Nonce"]
    return request, answer


def code_for_pushed(test, request, answer):
    expect(f"status of the pushed request ({answer.text[:200]})", answer.status_code, 201)
    return test.fapi.expect_code(request, test.fapi.open(test.person(), answer.json()["request_uri"]))


@module("ensure-mismatched-dpop-jkt-fails")
def mismatched_at_par(test):
    _, answer = pushed_with_proof(test, Binding(), dpop_jkt=Binding().thumbprint)
    test.fapi.expect_refused(answer, "invalid_dpop_proof", "invalid_request")


@module("ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt")
def mismatched_with_proof(test):
    request, answer = pushed_with_proof(test, Binding())
    code = code_for_pushed(test, request, answer)
    test.fapi.expect_refused(test.fapi.redeem(code, code_verifier=request.verifier, binding=Binding()), "invalid_dpop_proof", "invalid_grant")


@module("ensure-token-endpoint-fails-with-mismatched-dpop-jkt")
def mismatched_with_thumbprint(test):
    signed_in = test.fapi.sign_in(test.person(), dpop_jkt=Binding().thumbprint)
    answer = test.fapi.redeem(signed_in.code, code_verifier=signed_in.request.verifier, binding=Binding())
    test.fapi.expect_refused(answer, "invalid_dpop_proof", "invalid_grant")


@module("ensure-dpopproof-at-par-endpoint-binding-success")
def bound_by_proof(test):
    binding = Binding()
    request, answer = pushed_with_proof(test, binding)
    code = code_for_pushed(test, request, answer)
    test.fapi.expect_tokens(test.fapi.redeem(code, code_verifier=request.verifier, binding=binding), "DPoP")


@module("ensure-dpop-auth-code-binding-success")
def bound_by_thumbprint(test):
    binding = Binding()
    signed_in = test.fapi.sign_in(test.person(), dpop_jkt=binding.thumbprint).redeem(binding=binding)
    signed_in.user_info(binding=binding)


def two_proofs(app, token):
    """More than one DPoP header, which no library sends."""
    url = urllib.parse.urlsplit(app.metadata["userinfo_endpoint"])
    connection = http.client.HTTPSConnection(url.netloc, context=ssl.create_default_context(cafile=str(app.suite.certificate)), timeout=TIMEOUT)
    connection.putrequest("GET", url.path)
    connection.putheader("Authorization", f"DPoP {token}")
    for _ in range(2):
        connection.putheader("DPoP", app.binding.proof("GET", app.metadata["userinfo_endpoint"], token))
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@module("dpop-negative-tests")
def wrong_proofs(test):
    app = test.fapi
    token = succeeds(test).tokens["access_token"]
    private = app.binding.key.as_dict(private=True)
    url = test.metadata("userinfo_endpoint")

    def status(**how):
        return app.ask_resource(token, **how).status_code

    expect("the header's name in capitals", status(header_name="DPOP"), 200)
    expect("two proofs", two_proofs(app, token), 401)
    expect("an htu with query and fragment", status(proof={"claims": {"htu": url + "?query=1#fragment"}}), 200)
    expect("a request with a query that htu does not have", status(query="?query=1"), 200)
    expect("unknown members in header and claims", status(proof={"header": {"extra": "1"}, "claims": {"extra": "1"}}), 200)
    expect("no JWT", status(change=lambda proof: proof.rsplit(".", 1)[0]), 401)
    expect("an unsigned proof", status(change=lambda proof: keys.unsigned(keys.parts(proof)[1], {**keys.parts(proof)[0], "alg": "none"})), 401)
    expect("a broken signature", status(change=keys.with_broken_signature), 401)
    expect("another key's signature", status(change=lambda proof: keys.sign(keys.make_key("ES256"), keys.parts(proof)[1], {**keys.parts(proof)[0], "kid": None})), 401)
    for name, header in {"no typ": {"typ": None}, "another typ": {"typ": "JWT"}, "no jwk": {"jwk": None}, "a private jwk": {"jwk": private}}.items():
        expect(name, status(proof={"header": header}), 401)
    for name in ("jti", "htm", "htu", "iat", "ath"):
        expect(f"no {name}", status(change=lambda proof: resigned(app, proof, name)), 401)
    for name, claims in {
        "htm of another method": {"htm": "PUT"},
        "htu of another place": {"htu": url + "/elsewhere"},
        "an hour in the future": {"iat": keys.now() + 3600},
        "an hour in the past": {"iat": keys.now() - 3600},
        "ath of another token": {"ath": keys.encode(hashlib.sha256(b"another").digest())},
    }.items():
        expect(name, status(proof={"claims": claims}), 401)
    once = {"jti": token_urlsafe(16)}
    expect("a jti for the first time", status(proof={"claims": once}), 200)
    test.wish("a jti for the second time is refused", status(proof={"claims": once}) == 401, "it is taken again")
    expect("a proof by another key", status(binding=Binding()), 401)
    expect("the token as a bearer's", requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT).status_code, 401)


def resigned(app, proof, without):
    header, claims = keys.parts(proof)
    return keys.sign(app.binding.key, keys.without(claims, without), {**header, "kid": None})


# ---- requests that must fail ----


def refused_at_par(test, *errors, app=None, **parameters):
    app = app or test.fapi
    answer = app.push(app.to_push(app.request(**parameters)))
    return app.expect_refused(answer, *(errors or ("invalid_request", "invalid_request_object")))


@module("ensure-registered-redirect-uri")
def unregistered(test):
    refused_at_par(test, redirect_uri="https://attacker.example/fapi")


@module("plain-fapi-tolerate-unregistered-redirect-uri")
def unregistered_tolerated(test):
    """A server may take it from an authenticated client (RFC 9126 §2.4); Countersign does not."""
    refused_at_par(test, redirect_uri=test.fapi.redirect_uri + "/other")


@module("ensure-redirect-uri-in-authorization-request", "ensure-request-object-without-redirect-uri-fails")
def without_redirect_uri(test):
    refused_at_par(test, redirect_uri=None)


@module("ensure-unsigned-authorization-request-without-using-par-fails")
def without_par(test):
    request = test.fapi.request()
    outcome = test.person().ask(test.metadata("authorization_endpoint"), request, test.fapi.redirect_uri)
    test.fapi.expect_error(request, outcome, "invalid_request")


@module("ensure-response-type-code-idtoken-fails")
def code_id_token(test):
    refused_at_par(test, "unsupported_response_type", "invalid_request", response_type="code id_token")


@module("ensure-response-type-token-fails")
def implicit(test):
    refused_at_par(test, "unsupported_response_type", "invalid_request", response_type="token")


@module("par-ensure-pkce-required")
def without_pkce(test):
    refused_at_par(test, "invalid_request", code_challenge=None, code_challenge_method=None)


@module("par-plain-pkce-rejected")
def plain_pkce(test):
    refused_at_par(test, "invalid_request", code_challenge=token_urlsafe(48), code_challenge_method="plain")


@module("par-authorization-request-containing-request_uri-form-param")
def request_uri_pushed(test):
    answer = test.fapi.push({**test.fapi.to_push(test.fapi.request()), "request_uri": "urn:ietf:params:oauth:request_uri:" + token_urlsafe(32)})
    test.fapi.expect_refused(answer, "invalid_request", "invalid_request_object", "request_uri_not_supported")


@module("par-attempt-invalid-http-method")
def other_method(test):
    endpoint = test.metadata("pushed_authorization_request_endpoint")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        expect_in(f"status of {method}", requests.request(method, endpoint, timeout=TIMEOUT).status_code, (404, 405))


# ---- pushed requests ----


@module("par-without-duplicate-parameters")
def without_duplicates(test):
    succeeds(test)


@module("par-ensure-reused-request-uri-prior-to-auth-completion-succeeds")
def reused_before(test):
    person, request = test.person(), test.fapi.request()
    uri = test.fapi.pushed(test.fapi.to_push(request))
    page = person.get(test.metadata("authorization_endpoint"), params={"client_id": test.fapi.client_id, "request_uri": uri})
    expect_true("the first visit leads to a sign-in", page.status in (200, 302, 303), "a page or a redirect", page.status)
    test.fapi.expect_code(request, test.fapi.open(person, uri))


@module("par-attempt-reuse-request_uri")
def reused_after(test):
    person, request = test.person(), test.fapi.request()
    uri = test.fapi.pushed(test.fapi.to_push(request))
    test.fapi.expect_code(request, test.fapi.open(person, uri))
    test.expect_page(test.fapi.open(person, uri))


@module("par-attempt-to-use-expired-request_uri")
def expired_uri(test):
    answer = test.fapi.push(test.fapi.to_push(test.fapi.request()))
    time.sleep(answer.json()["expires_in"] + 2)
    test.expect_page(test.fapi.open(test.person(), answer.json()["request_uri"]))


@module("par-attempt-to-use-request_uri-for-different-client")
def uri_of_another(test):
    uri = test.fapi.pushed(test.fapi.to_push(test.fapi.request()))
    test.expect_page(test.fapi_other.open(test.person(), uri))


def outside(test, inside, **parameters):
    """What stands beside the request_uri does not count (RFC 9126 §4, RFC 9101 §5)."""
    request, outcome = test.fapi.begin(test.person(), outside=parameters, **inside)
    code = test.fapi.expect_code(request, outcome)
    answer = test.fapi.redeem(code, code_verifier=request.verifier)
    tokens = test.fapi.expect_tokens(answer, "DPoP")
    check_id_token(test.fapi, tokens, request.get("nonce"))


@module("ensure-different-nonce-inside-and-outside-request-object")
def other_nonce(test):
    outside(test, {}, nonce=token_urlsafe(16))


@module("ensure-different-state-inside-and-outside-request-object")
def other_state(test):
    outside(test, {}, state=token_urlsafe(16))


@module("state-only-outside-request-object-not-used")
def state_outside(test):
    outside(test, {"state": None}, state=token_urlsafe(16))


# ---- the token endpoint ----


def code_of(test, app=None):
    return (app or test.fapi).sign_in(test.person())


@module("ensure-client-id-in-token-endpoint")
def other_client_id(test):
    signed_in, other = code_of(test), test.fapi_other

    def credentials():
        wrong = other.assertion(key=test.fapi.key)
        return {"client_id": other.client_id, "client_assertion_type": ASSERTION, "client_assertion": wrong}, {}

    answer = test.fapi.redeem(signed_in.code, credentials=credentials, code_verifier=signed_in.request.verifier)
    test.fapi.expect_refused(answer, "invalid_client", "invalid_grant", status=(400, 401))


ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def old_tls(suite):
    """Which versions before TLS 1.2 the server speaks."""
    spoken, port = [], suite.server.port
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        try:
            with socket.create_connection(("localhost", port), timeout=TIMEOUT) as plain, context.wrap_socket(plain, server_hostname="localhost"):
                spoken.append(version.name)
        except (ssl.SSLError, ConnectionError):
            pass
    return spoken


@module("ensure-holder-of-key-required")
def without_proof(test):
    expect("versions of TLS before 1.2 (§5.2)", old_tls(test.suite), [])
    signed_in = code_of(test)
    form = {"grant_type": "authorization_code", "code": signed_in.code, "redirect_uri": test.fapi.redirect_uri, "code_verifier": signed_in.request.verifier}
    test.fapi.expect_refused(test.fapi.post("token_endpoint", form), "invalid_request", "invalid_grant", "invalid_dpop_proof")


@module("ensure-authorization-code-is-bound-to-client")
def code_of_another(test):
    signed_in = code_of(test)
    answer = test.fapi_other.redeem(signed_in.code, redirect_uri=test.fapi.redirect_uri, code_verifier=signed_in.request.verifier)
    test.fapi.expect_refused(answer, "invalid_grant")


@module("attempt-reuse-authorization-code-after-one-second")
def reuse(test):
    signed_in = succeeds(test)
    time.sleep(1)
    test.fapi.expect_refused(test.fapi.redeem(signed_in.code, code_verifier=signed_in.request.verifier), "invalid_grant")
    test.wish("the tokens of the first use are over", test.fapi.ask_resource(signed_in.tokens["access_token"]).status_code == 401, "userinfo still answers")


@module("ensure-token-endpoint-fails-with-expired-auth-code")
def expired_code(test):
    signed_in = code_of(test)
    time.sleep(62)
    test.fapi.expect_refused(test.fapi.redeem(signed_in.code, code_verifier=signed_in.request.verifier), "invalid_grant")


@module("ensure-pkce-code-verifier-required")
def without_verifier(test):
    test.fapi.expect_refused(test.fapi.redeem(code_of(test).code), "invalid_grant", "invalid_request")


@module("incorrect-pkce-code-verifier-rejected")
def wrong_verifier(test):
    test.fapi.expect_refused(test.fapi.redeem(code_of(test).code, code_verifier=token_urlsafe(48)), "invalid_grant")


# ---- how the client proves itself ----


def with_assertion(test, make, kind=ASSERTION):
    """The token endpoint with that assertion; the code is a good one."""
    signed_in = code_of(test)

    def credentials():
        return {name: value for name, value in {"client_assertion_type": kind, "client_assertion": make()}.items() if value}, {}

    return test.fapi.redeem(signed_in.code, credentials=credentials, code_verifier=signed_in.request.verifier)


def refused_assertion(test, make, kind=ASSERTION):
    test.fapi.expect_refused(with_assertion(test, make, kind), "invalid_client", "invalid_request", status=(400, 401))


@module("ensure-signed-client-assertion-with-RS256-fails")
def assertion_rs256(test):
    refused_assertion(test, lambda: rs256(test.fapi))


def rs256(app):
    return app.assertion(key=keys.as_algorithm(app.key, "RS256"), algorithm="RS256")


@module("ensure-client-assertion-in-token-endpoint")
def without_assertion(test):
    signed_in = code_of(test)
    answer = test.fapi.redeem(signed_in.code, credentials=lambda: ({"client_id": test.fapi.client_id}, {}), code_verifier=signed_in.request.verifier)
    test.fapi.expect_refused(answer, "invalid_client", "invalid_request", status=(400, 401))


@module("ensure-client-assertion-with-exp-is-5-minutes-in-past-fails")
def assertion_expired(test):
    refused_assertion(test, lambda: test.fapi.assertion(exp=keys.now() - 300))


@module("ensure-client-assertion-with-wrong-aud-fails")
def assertion_elsewhere(test):
    refused_assertion(test, lambda: test.fapi.assertion(aud="https://other.example"))


@module("ensure-client-assertion-with-no-sub-fails")
def assertion_without_sub(test):
    refused_assertion(test, lambda: test.fapi.assertion(sub=None))


@module("ensure-invalid-client-assertions-fail")
def wrong_assertions(test):
    """One after another at the endpoint for pushed requests, the first that wants to know the client."""
    app = test.fapi
    endpoint = "pushed_authorization_request_endpoint"

    def push(assertion, kind=ASSERTION):
        members = {"client_id": app.client_id, "client_assertion_type": kind, "client_assertion": assertion}
        return app.push(app.to_push(app.request()), credentials=({name: value for name, value in members.items() if value}, {}))

    wrong = {
        "no assertion": (None, None),
        "no client_assertion_type": (app.assertion(), None),
        "another client_assertion_type": (app.assertion(), ASSERTION + "x"),
        "no sub": (app.assertion(sub=None), ASSERTION),
        "another sub": (app.assertion(sub="somebody"), ASSERTION),
        "no iss": (app.assertion(iss=None), ASSERTION),
        "another iss": (app.assertion(iss="somebody"), ASSERTION),
        "no aud": (app.assertion(aud=None), ASSERTION),
        "aud of another server": (app.assertion(aud="https://other.example"), ASSERTION),
        "aud is the address of this endpoint": (app.assertion(aud=test.metadata(endpoint)), ASSERTION),
        "aud is the token endpoint": (app.assertion(aud=test.metadata("token_endpoint")), ASSERTION),
        "aud is a list": (app.assertion(aud=[app.issuer, "https://other.example"]), ASSERTION),
        "expired": (app.assertion(exp=keys.now() - 300), ASSERTION),
        "of the future": (app.assertion(iat=keys.now() + 70, nbf=keys.now() + 70, exp=keys.now() + 130), ASSERTION),
        "RS256": (rs256(app), ASSERTION),
        "unsigned": (keys.unsigned(keys.parts(app.assertion())[1]), ASSERTION),
        "a broken signature": (keys.with_broken_signature(app.assertion()), ASSERTION),
    }
    for name, (assertion, kind) in wrong.items():
        answer = push(assertion, kind)
        expect_in(f"{name}: status ({answer.text[:200]})", answer.status_code, (400, 401))
        expect_in(f"{name}: error", answer.json().get("error"), ("invalid_client", "invalid_request"))
    test.wish("8 seconds of the future are taken", push(app.assertion(iat=keys.now() + 8, nbf=keys.now() + 8)).status_code == 201, "refused")
    good = app.assertion()
    expect("a good one", push(good).status_code, 201)
    expect("the same once more", push(good).status_code, 401)
