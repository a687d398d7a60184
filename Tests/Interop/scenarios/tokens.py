"""The token endpoint under a careless app, a thief, and fifty at once (THREATS §5 cases 103, 104, 105, 108, 117)."""

import concurrent.futures
import threading
import time
from collections import Counter

import requests

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.tokens import check_access_token, check_both, verify

scenario = Scenario("tokens", needs=["pysaml2"])
CROWD = 50


def sign_in(world, user="ada"):
    return world.site.sign_in(world.visitor(), user)


def expect_error(what, answer, error, status=400):
    expect(f"{what}: status", answer.status_code, status)
    expect(f"{what}: error", answer.json().get("error"), error)


def at_once(request):
    """The same request fifty times, all let go at one moment; what came back."""
    barrier = threading.Barrier(CROWD)

    def one(_):
        barrier.wait(timeout=20)
        return request()

    with concurrent.futures.ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(one, range(CROWD)))


def expect_one_success(answers):
    seen = Counter("success" if each.status_code == 200 else f"{each.status_code} {each.json().get('error')}" for each in answers)
    expect("what the crowd got", dict(seen), {"success": 1, "400 invalid_grant": CROWD - 1})
    return next(each.json() for each in answers if each.status_code == 200)


@scenario.check("an answer of /oauth2/token is not for caches, and has the three tokens")
def answer(world):
    begun = sign_in(world)
    answer = world.site.app.redeem(begun.code, begun.verifier)
    expect("status", answer.status_code, 200)
    expect("Cache-Control", answer.headers.get("Cache-Control"), "no-store")
    document = world.site.app.remember(answer.json())
    expect("token_type", document["token_type"].lower(), "bearer")
    expect("expires_in", document["expires_in"], 3600)
    for name in ("access_token", "id_token", "refresh_token"):
        expect_true(name, isinstance(document.get(name), str) and len(document[name]) >= 43, "a text of 256 bits at least", type(document.get(name)).__name__)


@scenario.check("userinfo says what the ID token says")
def user_info(world):
    done = sign_in(world).redeem()
    identity = check_both(done)[0]
    answer = world.site.app.user_info(done.tokens["access_token"])
    expect("status", answer.status_code, 200)
    for name in ("sub", "email", "given_name", "family_name", "name"):
        expect(name, answer.json().get(name), identity.get(name))
    expect("an ID token is no key to it (case 110)", world.site.app.user_info(done.tokens["id_token"]).status_code, 401)


@scenario.check("a wrong code verifier is refused (case 103)")
def wrong_verifier(world):
    begun = sign_in(world)
    expect_error("another verifier", world.site.app.redeem(begun.code, "x" * 43), "invalid_grant")


@scenario.check("a code used twice is refused, and what it gave is over (case 104)")
def code_twice(world):
    app, begun = world.site.app, sign_in(world).redeem()
    expect_error("the second use", app.redeem(begun.code, begun.verifier), "invalid_grant")
    expect_error("the refresh token of the first", app.refresh(begun.tokens["refresh_token"]), "invalid_grant")
    expect("userinfo with the access token of the first", app.user_info(begun.tokens["access_token"]).status_code, 401)


@scenario.check("fifty parallel redemptions of one code give exactly one success (case 104)")
def code_crowd(world):
    app, begun = world.site.app, sign_in(world)
    app.remember(expect_one_success(at_once(lambda: app.redeem(begun.code, begun.verifier))))


@scenario.check("a refresh gives new tokens of the same session")
def refresh(world):
    app, done = world.site.app, sign_in(world).redeem()
    before = check_access_token(done)
    answer = app.refresh(done.tokens["refresh_token"])
    expect("status", answer.status_code, 200)
    expect_true("the refresh token is a new one", answer.json()["refresh_token"] != done.tokens["refresh_token"], "another token", "the same one")
    after = verify(answer.json()["access_token"], app.discovery["jwks_uri"])[1]
    for name in ("sub", "sid", "auth_time", "client_id", "username"):
        expect(name, after.get(name), before.get(name))
    expect("scope", sorted(after["scope"].split()), sorted(before["scope"].split()))
    expect_true("jti is a new one", after["jti"] != before["jti"], "another jti", after["jti"])


@scenario.check("a used refresh token ends its whole family (case 108)")
def refresh_reuse(world):
    app, done = world.site.app, sign_in(world).redeem()
    first = done.tokens["refresh_token"]
    second = app.refresh(first).json()["refresh_token"]
    third = app.refresh(second).json()["refresh_token"]
    expect_error("the first token again", app.refresh(first), "invalid_grant")
    expect_error("the newest token of that family", app.refresh(third), "invalid_grant")


@scenario.check("fifty parallel refreshes get one and the same successor; once that was used, the first ends the family (cases 108, 141)")
def refresh_crowd(world):
    app, done = world.site.app, sign_in(world).redeem()
    answers = at_once(lambda: app.refresh(done.tokens["refresh_token"]))
    expect("what the crowd got", dict(Counter(each.status_code for each in answers)), {200: CROWD})
    expect("successors", len({app.remember(each.json())["refresh_token"] for each in answers}), 1)
    newest = app.refresh(answers[0].json()["refresh_token"]).json()["refresh_token"]
    expect_error("the first token again", app.refresh(done.tokens["refresh_token"]), "invalid_grant")
    expect_error("the newest token of that family", app.refresh(newest), "invalid_grant")


@scenario.check("with --refresh-grace 0 fifty parallel refreshes are one success, and the end of the family (case 108)")
def refresh_crowd_without_grace(world):
    site = world.site
    site.server.command("client", "update", site.app.client_id, "--pool", site.pool["id"], "--refresh-grace", "0")
    time.sleep(2)  # a running server sees a change within two seconds
    try:
        app, done = site.app, sign_in(world).redeem()
        winner = app.remember(expect_one_success(at_once(lambda: app.refresh(done.tokens["refresh_token"]))))
        expect_error("the winner's token, after forty-nine reuses", app.refresh(winner["refresh_token"]), "invalid_grant")
    finally:
        site.server.command("client", "update", site.app.client_id, "--pool", site.pool["id"], "--refresh-grace", "10")


@scenario.check("another app's refresh token and code are refused (cases 105, 108)")
def other_app(world):
    site, done, begun = world.site, sign_in(world).redeem(), sign_in(world)
    thief = type(site.app)(site.app.issuer, site.server.create_client(site.pool, "thief", site.app.redirect_uri), world.secrets, site.app.redirect_uri)
    expect_error("its code", thief.redeem(begun.code, begun.verifier), "invalid_grant")
    expect_error("its refresh token", thief.refresh(done.tokens["refresh_token"]), "invalid_grant")


@scenario.check("a confidential client needs its secret (case 106)")
def client_secret(world):
    site = world.site
    client = site.server.create_client(site.pool, "confidential", site.app.redirect_uri, "--confidential")
    app = type(site.app)(site.app.issuer, client, world.secrets, site.app.redirect_uri)
    begun = app.begin()
    visitor = world.visitor()
    page = visitor.follow(visitor.get(begun.url), until=site.provider.base)
    answer = site.answer(page.location, "ada")
    begun.answer(visitor.follow(visitor.post(answer.url, answer.form), until=app.redirect_uri).location)
    form = app.redeem_form(begun.code, begun.verifier)
    endpoint = app.discovery["token_endpoint"]
    expect_error("a wrong secret", requests.post(endpoint, data=form, auth=(app.client_id, "not-the-secret"), timeout=20), "invalid_client", 401)
    expect_error("no secret", requests.post(endpoint, data={**form, "client_id": app.client_id}, timeout=20), "invalid_client", 401)
    check_both(begun.redeem())


@scenario.check("a forged Host or X-Forwarded-Host changes nothing (case 117)")
def forged_host(world):
    site = world.site
    forged = (
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Port": "1", "X-Original-Host": "evil.example"},
    )
    discovery = site.app.issuer + "/.well-known/openid-configuration"
    honest = requests.get(discovery, timeout=5).json()
    for headers in forged:
        expect(f"discovery with {headers}", requests.get(discovery, headers=headers, timeout=5).json(), honest)
        visitor = world.visitor()
        begun = site.app.begin()
        page = visitor.get(begun.url, headers=headers)
        expect_true(f"redirect with {headers}", (page.location or "").startswith(site.provider.base), site.provider.base, page.location or page.words[:200])
        expect_true("the cookie names no host", "evil.example" not in str(page.headers), "no evil.example", dict(page.headers))
        answer = site.answer(page.location, "ada")
        expect("the consumer service that the AuthnRequest asks for", answer.url, site.registered["acs_url"])
        page = visitor.post(answer.url, answer.form, headers=headers)
        expect_in("the redirect back", site.app.redirect_uri, page.location or page.words[:200])
        check_both(begun.answer(page.location).redeem())
