"""oidcc-rp-initiated-logout-certification-test-plan (OpenID Connect RP-Initiated Logout §2 to §4).

Where the Foundation looks at a picture of the last page, the page's words are read, and what it did to the session is tried by prompt=none."""

import urllib.parse
from secrets import token_urlsafe

from kit.checks import expect, expect_true

from .. import keys
from ..modules import module


def signed_in(test):
    person = test.person()
    return person, test.client.sign_in(person).redeem()


def log_out(test, person, *, confirm=False, **parameters):
    """Opens the end session endpoint; presses the button of a page that asks, where it should."""
    page = person.get(test.metadata("end_session_endpoint"), params=parameters)
    if confirm:
        expect_true("a page asks whether to sign out", "sign out" in page.words.lower() and page.form("confirm"), "a question", page.words[:300])
        page = press(test, person, page)
    return page


def press(test, person, page):
    """The page's own button; a browser says from where the form comes."""
    form = page.form("confirm")
    url = urllib.parse.urljoin(page.url, form["action"])
    return person.post(url, {**form["fields"], "confirm": "yes"}, headers={"Origin": test.suite.server.url})


def expect_signed_out(test, person):
    request, outcome = test.client.begin(person, prompt="none")
    test.client.expect_error(request, outcome, "login_required")


def expect_still_signed_in(test, person):
    test.client.sign_in(person, prompt="none").redeem()


def expect_redirect(test, page, state=None):
    target = test.client.redirect_uri + "/signed-out"
    expect_true("the way back to the app", (page.location or "").startswith(target), target, f"{page.status} {page.location} {page.words[:200]}")
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location).query))
    expect("state", query.get("state"), state)
    expect("other parameters", sorted(set(query) - {"state"}), [])


def expect_page(page, *words):
    expect("Location", page.location, None)
    expect_true("a page that says what happened", any(word in page.words.lower() for word in words), words, page.words[:300])


@module("oidcc-rp-initiated-logout")
def happy(test):
    person, done = signed_in(test)
    state = token_urlsafe(16)
    page = log_out(test, person, id_token_hint=done.tokens["id_token"], post_logout_redirect_uri=test.client.redirect_uri + "/signed-out", state=state)
    expect_redirect(test, page, state)
    expect_signed_out(test, person)


@module("oidcc-rp-initiated-logout-no-state")
def no_state(test):
    person, done = signed_in(test)
    page = log_out(test, person, id_token_hint=done.tokens["id_token"], post_logout_redirect_uri=test.client.redirect_uri + "/signed-out")
    expect_redirect(test, page)
    expect_signed_out(test, person)


def never_back(test, **parameters):
    """The address is not registered, so nobody goes there; the hint is good, so the session ends."""
    person, done = signed_in(test)
    page = log_out(test, person, id_token_hint=done.tokens["id_token"], state="s", **parameters)
    expect_page(page, "signed out")
    expect_signed_out(test, person)


@module("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")
def bad_uri(test):
    never_back(test, post_logout_redirect_uri="https://attacker.example/signed-out")


@module("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")
def query_added(test):
    never_back(test, post_logout_redirect_uri=test.client.redirect_uri + "/signed-out?foo=bar")


@module("oidcc-rp-initiated-logout-no-post-logout-redirect-uri")
def no_uri(test):
    never_back(test)


def asked_first(test, hint):
    """A hint that proves nothing, or none: the person is asked, and nothing happens before she answers."""
    person, done = signed_in(test)
    parameters = {"post_logout_redirect_uri": test.client.redirect_uri + "/signed-out", "state": "s"}
    value = hint(done)
    if value:
        parameters["id_token_hint"] = value
    page = log_out(test, person, **parameters)
    expect_page(page, "sign out")
    expect_still_signed_in(test, person)
    page = press(test, person, page)
    expect_true("and then not to an address that nothing proves", not (page.location or "").startswith(test.client.redirect_uri), "a page", page.location)
    expect_signed_out(test, person)


@module("oidcc-rp-initiated-logout-modified-id-token-hint")
def modified_hint(test):
    def hint(done):
        return keys.unsigned(done.claims)

    asked_first(test, hint)


@module("oidcc-rp-initiated-logout-bad-id-token-hint")
def bad_hint(test):
    def hint(done):
        header, claims = keys.parts(done.tokens["id_token"])
        return keys.sign(keys.make_key("RS256", kid=header["kid"]), claims)

    asked_first(test, hint)


@module("oidcc-rp-initiated-logout-no-id-token-hint")
def no_hint(test):
    asked_first(test, lambda done: None)


@module("oidcc-rp-initiated-logout-no-params")
def no_params(test):
    person, _ = signed_in(test)
    page = log_out(test, person, confirm=True)
    expect_page(page, "signed out")
    expect_signed_out(test, person)


@module("oidcc-rp-initiated-logout-only-state")
def only_state(test):
    person, _ = signed_in(test)
    page = log_out(test, person, confirm=True, state="only")
    expect_page(page, "signed out")
    expect_signed_out(test, person)
