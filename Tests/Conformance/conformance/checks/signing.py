"""fapi2-message-signing-final-test-plan, beyond the Security Profile: the request object (RFC 9101), each with one thing wrong (FAPI 2.0 Message Signing §5.3.1)."""

from secrets import token_urlsafe

from kit.checks import expect

from .. import keys
from .fapi2 import module

ERRORS = ("invalid_request_object", "invalid_request")


def push_object(test, request, **how):
    return test.fapi.push({"request": test.fapi.request_object(request, **how)})


def accepted(test, **how):
    app = test.fapi
    request = app.request()
    answer = push_object(test, request, **how)
    expect(f"status of the pushed request ({answer.text[:200]})", answer.status_code, 201)
    app.expect_code(request, app.open(test.person(), answer.json()["request_uri"]))


def refused(test, *errors, **how):
    test.fapi.expect_refused(push_object(test, test.fapi.request(), **how), *(errors or ERRORS))


@module("ensure-request-object-with-multiple-aud-succeeds")
def several_audiences(test):
    accepted(test, aud=["https://other.example", test.fapi.issuer])


@module("ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted")
def nbf_of_the_future(test):
    accepted(test, nbf=keys.now() + 8, exp=keys.now() + 68)


@module("ensure-request-object-without-exp-fails")
def without_exp(test):
    refused(test, exp=None)


@module("ensure-request-object-without-nbf-fails")
def without_nbf(test):
    refused(test, nbf=None)


@module("ensure-expired-request-object-fails")
def expired(test):
    refused(test, iat=keys.now() - 400, nbf=keys.now() - 400, exp=keys.now() - 300)


@module("ensure-request-object-with-bad-aud-fails")
def other_audience(test):
    refused(test, aud="https://other.example")


@module("ensure-request-object-with-exp-over-60-fails")
def exp_too_far(test):
    """More than sixty minutes after nbf."""
    refused(test, exp=keys.now() + 70 * 60)


@module("ensure-request-object-with-nbf-over-60-fails")
def nbf_too_old(test):
    """More than sixty minutes ago."""
    refused(test, iat=keys.now() - 70 * 60, nbf=keys.now() - 70 * 60)


@module("ensure-signed-request-object-with-RS256-fails")
def rs256(test):
    refused(test, key=keys.as_algorithm(test.fapi.key, "RS256"), algorithm="RS256")


@module("ensure-request-object-signature-algorithm-is-not-none")
def unsigned(test):
    refused(test, algorithm="none")


@module("ensure-request-object-with-invalid-signature-fails")
def broken_signature(test):
    broken = keys.with_broken_signature(test.fapi.request_object(test.fapi.request()))
    test.fapi.expect_refused(test.fapi.push({"request": broken}), *ERRORS)


@module("ensure-matching-key-in-authorization-request")
def key_of_another(test):
    refused(test, key=test.fapi_other.key)


@module("ensure-unsigned-request-at-par-endpoint-fails")
def plain_parameters(test):
    test.fapi.expect_refused(test.fapi.push(test.fapi.request()), *ERRORS)


@module("par-authorization-request-containing-request_uri")
def request_uri_inside(test):
    refused(test, request_uri="urn:ietf:params:oauth:request_uri:" + token_urlsafe(32))
