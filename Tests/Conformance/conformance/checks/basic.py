"""oidcc-basic-certification-test-plan, and the same by form post: code flow, client_secret_basic, no PKCE unless a module says so."""

import hashlib
import time
from secrets import token_urlsafe

import requests

from kit.checks import expect, expect_in, expect_true

from .. import keys
from ..app import SCOPES, TIMEOUT, SignedIn, check_id_token
from ..modules import NotYet, Skip, module


@module("oidcc-server")
def server(test):
    if test.plan.defaults.get("response_mode") == "form_post":
        in_chromium(test)
    signed_in = test.client.sign_in(test.person()).redeem()
    signed_in.user_info()


def in_chromium(test):
    """The form posts itself where there are scripts: a real browser brings the answer."""
    suite, request = test.suite, test.client.request()
    with suite.window() as browser:
        browser.forget_everything()
        browser.open(requests.Request("GET", test.metadata("authorization_endpoint"), params=request).prepare().url)
        browser.type_into("input[name=username]", "chromium")
        browser.press_first("button[name=go]")
        browser.wait_for_text("arrived")
    came = [visit for visit in suite.site.at("/basic") if visit.form.get("state") == request["state"]]
    expect("posts at the redirect URI", [visit.method for visit in came], ["POST"])
    expect("what stands in the address", came[0].query, {})
    expect("iss", came[0].form.get("iss"), test.client.issuer)
    SignedIn(test.client, request, came[0].form["code"]).redeem()


@module("oidcc-response-type-missing")
def response_type_missing(test):
    """An error at the app, or a page."""
    request, outcome = test.client.begin(test.person(), response_type=None)
    if outcome.answer is None:
        test.expect_page(outcome)
    else:
        test.client.expect_error(request, outcome, "unsupported_response_type", "invalid_request")


@module("oidcc-idtoken-signature", "oidcc-idtoken-rs256")
def id_token_signature(test):
    signed_in = test.client.sign_in(test.person()).redeem()
    header, _ = keys.parts(signed_in.tokens["id_token"])
    expect("alg", header["alg"], "RS256")
    published = requests.get(test.metadata("jwks_uri"), timeout=TIMEOUT).json()["keys"]
    key = next(key for key in published if key["kid"] == header["kid"])
    expect("the key's type and use", (key["kty"], key.get("use")), ("RSA", "sig"))
    expect("private members of published keys", [name for key in published for name in key if name in ("d", "p", "q", "dp", "dq", "qi", "k")], [])


@module("oidcc-idtoken-unsigned")
def id_token_unsigned(test):
    test.client  # in the dynamic plan it registers itself
    listed = test.metadata("id_token_signing_alg_values_supported")
    expect_true("`none` is not offered", "none" not in listed, "no `none`", listed)
    raise Skip("`none` is not among the ID token's algorithms; the module is for servers that offer it")


@module("oidcc-userinfo-get")
def user_info_get(test):
    test.client.sign_in(test.person()).redeem().user_info("GET")


@module("oidcc-userinfo-post-header")
def user_info_post_header(test):
    test.client.sign_in(test.person()).redeem().user_info("POST header")


@module("oidcc-userinfo-post-body")
def user_info_post_body(test):
    test.client.sign_in(test.person()).redeem().user_info("POST body")


@module("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")
def without_nonce(test):
    signed_in = test.client.sign_in(test.person(), nonce=None).redeem()
    expect("nonce of the ID token", signed_in.claims.get("nonce"), None)


# ---- scopes (OpenID Connect Core §5.4) ----


def scope(test, *scopes):
    missing = [each for each in scopes if each not in test.metadata("scopes_supported")]
    if missing:
        raise NotYet(f"the scope {' and '.join(missing)} (standard claims)")
    signed_in = test.client.sign_in(test.person(), scope=" ".join(("openid", *scopes))).redeem()
    told = signed_in.user_info()
    for each in SCOPES:
        there = [name for name in SCOPES[each] if name in told]
        if each in scopes:
            wanted = [name for name in SCOPES[each] if name in test.metadata("claims_supported")]
            expect(f"claims of the scope {each} in userinfo", there, wanted)
            test.wish(f"all claims of {each} are offered", set(wanted) == set(SCOPES[each]), sorted(set(SCOPES[each]) - set(wanted)))
        else:
            expect(f"claims of the scope {each}, which was not asked for", there, [])
    return told


@module("oidcc-scope-profile")
def scope_profile(test):
    scope(test, "profile")


@module("oidcc-scope-email")
def scope_email(test):
    expect("email_verified", scope(test, "email")["email_verified"], True)


@module("oidcc-scope-address")
def scope_address(test):
    expect("address: country", scope(test, "address")["address"].get("country"), "DK")


@module("oidcc-scope-phone")
def scope_phone(test):
    scope(test, "phone")


@module("oidcc-scope-all")
def scope_all(test):
    scope(test, "profile", "email", "address", "phone")


@module("oidcc-alternate-happy-flow")
def other_scope_order(test):
    signed_in = test.client.sign_in(test.person(), scope="email openid").redeem()
    expect_in("email", "email", signed_in.user_info())


# ---- what a request may say beside (§3.1.2.1) ----


def succeeds(test, **parameters):
    return test.client.sign_in(test.person(), **parameters).redeem()


@module("oidcc-display-page")
def display_page(test):
    succeeds(test, display="page")


@module("oidcc-display-popup")
def display_popup(test):
    succeeds(test, display="popup")


@module("oidcc-ensure-request-with-unknown-parameter-succeeds")
def unknown_parameter(test):
    succeeds(test, extra="foobar")


@module("oidcc-login-hint")
def login_hint(test):
    succeeds(test, login_hint="buffy@people.example")


@module("oidcc-ui-locales")
def ui_locales(test):
    succeeds(test, ui_locales="se")


@module("oidcc-claims-locales")
def claims_locales(test):
    succeeds(test, claims_locales="se")


@module("oidcc-ensure-request-with-acr-values-succeeds")
def acr_values(test):
    signed_in = succeeds(test, acr_values="1 2")
    test.wish("the ID token has acr", "acr" in signed_in.claims, "nobody behind us proved one of the two, and none is made up")


@module("oidcc-ensure-post-request-succeeds")
def post_request(test):
    test.client.sign_in(test.person(), method="POST").redeem()


@module("oidcc-ensure-request-with-valid-pkce-succeeds")
def pkce(test):
    verifier = token_urlsafe(48)
    challenge = keys.encode(hashlib.sha256(verifier.encode()).digest())
    test.client.sign_in(test.person(), code_challenge=challenge, code_challenge_method="S256").redeem(code_verifier=verifier)


# ---- one browser, twice ----


def twice(test, person=None, **second):
    """Two sign-ins of one browser; the second one's request as given. Both, and how often the provider's page asked at the second."""
    person = person or test.person()
    first = test.client.sign_in(person).redeem()
    asked = person.asked
    if "id_token_hint" in second:
        second["id_token_hint"] = first.tokens["id_token"]
    if second.get("prompt") == "login" or second.get("max_age") == "1":
        time.sleep(2.1)  # auth_time counts in whole seconds
    again = test.client.sign_in(person, **second).redeem()
    expect("sub", again.claims["sub"], first.claims["sub"])
    return first, again, person.asked - asked


@module("oidcc-prompt-login")
def prompt_login(test):
    first, again, asked = twice(test, prompt="login")
    expect("sign-in pages at the second request", asked, 1)
    expect_true("auth_time of the second", again.claims["auth_time"] > first.claims["auth_time"], f"after {first.claims['auth_time']}", again.claims["auth_time"])


@module("oidcc-prompt-none-not-logged-in")
def prompt_none_not_signed_in(test):
    person = test.person()
    request, outcome = test.client.begin(person, prompt="none")
    test.client.expect_error(request, outcome, "login_required", "interaction_required", "account_selection_required", "consent_required")
    expect("pages that were shown", person.asked, 0)


def silently(test, **second):
    first, again, asked = twice(test, **second)
    expect("sign-in pages at the second request", asked, 0)
    expect("auth_time of the second", again.claims.get("auth_time"), first.claims.get("auth_time"))
    return again


@module("oidcc-prompt-none-logged-in")
def prompt_none_signed_in(test):
    silently(test, prompt="none")


@module("oidcc-id-token-hint")
def id_token_hint(test):
    silently(test, prompt="none", id_token_hint=True)


@module("oidcc-max-age-1")
def max_age_1(test):
    first, again, asked = twice(test, max_age="1")
    expect("sign-in pages at the second request", asked, 1)
    expect_true("auth_time is there and new", again.claims.get("auth_time", 0) > first.claims["auth_time"], f"after {first.claims['auth_time']}", again.claims.get("auth_time"))


@module("oidcc-max-age-10000")
def max_age_10000(test):
    expect_true("auth_time, where max_age asks", "auth_time" in silently(test, max_age="10000").claims, "auth_time", "none")


# ---- codes (RFC 6749 §4.1.2) ----


def reuse(test, seconds):
    signed_in = test.client.sign_in(test.person()).redeem()
    signed_in.user_info()
    time.sleep(seconds)
    test.client.expect_refused(test.client.redeem(signed_in.code), "invalid_grant")
    expect("userinfo by the token of the first use", test.client.user_info(signed_in.tokens["access_token"]).status_code, 401)
    test.client.expect_refused(test.client.refresh(signed_in.tokens["refresh_token"]), "invalid_grant")


@module("oidcc-codereuse")
def code_reuse(test):
    reuse(test, 0)


@module("oidcc-codereuse-30seconds")
def code_reuse_later(test):
    reuse(test, 30)


@module("oidcc-ensure-registered-redirect-uri")
def unregistered_redirect_uri(test):
    """REVIEW in the Foundation's suite: a page that says what is wrong, and nobody is sent anywhere."""
    for other in (test.client.redirect_uri + "/other", "https://attacker.example/basic", test.client.redirect_uri + "?added=1", test.client.redirect_uri.upper()):
        _, outcome = test.client.begin(test.person(), redirect_uri=other)
        test.expect_page(outcome)
        expect("Location", outcome.page.location, None)
        expect("the log's code", test.suite.log_line(outcome.page.reference)["code"], "sign_in.redirect_uri")


@module("oidcc-server-client-secret-post")
def client_secret_post(test):
    app = test.app(test.suite.post)
    signed_in = app.sign_in(test.person()).redeem()
    signed_in.user_info()
    # Registered for one method, it is taken by no other.
    basic = app.asking()
    basic.method = "client_secret_basic"
    app.expect_refused(basic.redeem("any"), "invalid_client", status=(401,))


# ---- request objects and claims (§5.5, §6) ----


def request_object(test, **changes):
    app = test.client
    request = {**app.request(), "iss": app.client_id, "aud": app.issuer, **changes}
    return request, keys.unsigned(request)


@module("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported", "oidcc-request-uri-unsigned")
def request_uri_unsigned(test):
    inside, token = request_object(test)
    app = test.client
    address = test.suite.site.publish(f"/request-{token_urlsafe(8)}", token, "application/oauth-authz-req+jwt")
    request, outcome = test.client.begin(test.person(), request_uri=address)
    test.client.expect_error(request, outcome, "request_uri_not_supported", "invalid_request_uri")
    expect("visits at the request_uri", test.suite.site.at(address[len(test.suite.site.for_server):]), [])
    raise Skip("request_uri of an app's own server is refused as unsupported, which the module permits; nothing is fetched")


@module("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")
def request_unsigned(test):
    inside, token = request_object(test)
    request, outcome = test.client.begin(test.person(), request=token)
    if outcome.answer is None:
        test.expect_page(outcome)  # what stands beside the object says nothing of where the answer goes
    else:
        test.client.expect_error(request, outcome, "request_not_supported", "invalid_request_object")
    raise Skip("an unsigned request object is refused, which the module permits")


@module("oidcc-claims-essential")
def claims_essential(test):
    signed_in = test.client.sign_in(test.person(), claims='{"userinfo": {"name": {"essential": true}}}').redeem()
    told = signed_in.user_info()
    if test.metadata("claims_parameter_supported"):
        expect_in("userinfo", "name", told)
    else:
        raise NotYet("the claims parameter: the request succeeds, and `name` does not come without its scope")
    expect_true("the ID token does not have it", "name" not in signed_in.claims, "no name", signed_in.claims)


@module("oidcc-ensure-request-object-with-redirect-uri")
def request_object_redirect_uri(test):
    """What stands in the signed object counts, and not what stands beside it."""
    app = test.registered("objects") if test.plan.short == "dynamic" else test.app(test.suite.objects)
    if not test.metadata("request_parameter_supported"):
        raise NotYet("request objects (RFC 9101)")
    request = app.request()
    signed = keys.sign(app.key, {**request, "iss": app.client_id, "aud": app.issuer, "exp": keys.now() + 60})
    beside = {"client_id": app.client_id, "response_type": "code", "scope": "openid", "redirect_uri": app.redirect_uri + "/other", "request": signed}
    outcome = test.person().ask(test.metadata("authorization_endpoint"), beside, app.redirect_uri)
    SignedIn(app, request, app.expect_code(request, outcome)).redeem()


@module("oidcc-refresh-token")
def refresh_token(test):
    listed = test.metadata("grant_types_supported")
    expect_in("grant_types_supported", "refresh_token", listed)
    app, other = test.client, test.client2
    for each in (app, other):
        signed_in = each.sign_in(test.person()).redeem()
        answer = each.refresh(signed_in.tokens["refresh_token"])
        tokens = each.expect_tokens(answer)
        claims = check_id_token(each, tokens, None, refreshed=True)
        for name in ("iss", "sub", "aud", "auth_time"):
            expect(f"the refreshed ID token: {name}", claims.get(name), signed_in.claims.get(name))
        expect_in("the refreshed ID token: nonce", claims.get("nonce"), (None, signed_in.request["nonce"]))
        expect_true("the access token is another", tokens["access_token"] != signed_in.tokens["access_token"], "another", "the same")
        each.expect_user_info(tokens["access_token"], claims["sub"])
    app.expect_refused(app.refresh(tokens["refresh_token"]), "invalid_grant")
    other.expect_tokens(other.refresh(tokens["refresh_token"]))
