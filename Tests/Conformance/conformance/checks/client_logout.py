"""oidcc-client-back-channel-logout-rp-basic: the provider tells of the end of a session, and Countersign is the app that hears of it.

The Foundation's modules have the app begin the logout at the provider; here the provider begins, and what it sends is the same."""

import json
from secrets import token_urlsafe

import requests
from kit.checks import expect, expect_true

from .. import keys
from ..app import SignedIn
from ..modules import module

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PREFIX = "oidcc-client-test-rp-backchannel-rpinitlogout"


class Session:
    """Somebody signed in by a tenant, and where that tells of the end."""

    def __init__(self, test):
        suite = test.suite
        self.test, self.app, self.person = test, suite.rp_app, test.person()
        self.tenant = suite.part("logout provider", lambda: suite.add_provider(suite.lying_pool, "logout"))
        shown = suite.server.command("idp", "show", "logout", "--pool", suite.lying_pool["id"])
        self.address = shown["backchannel_logout_uri"]
        expect("the address", self.address, f"{suite.lying_pool['issuer']}/oauth2/idplogout/logout")
        request, outcome = self.app.begin(self.person, identity_provider="logout")
        SignedIn(self.app, request, self.app.expect_code(request, outcome)).redeem()
        # Modules of this plan run side by side; each knows its own session by its person.
        self.sid = next(sid for user, _, sid in list(self.tenant.sessions.values()) if user == self.person.name)

    def claims(self, **changes):
        claims = {
            "iss": self.tenant.issuer,
            "sub": f"upstream-{self.person.name}",
            "aud": self.tenant.client_id,
            "iat": keys.now(),
            "exp": keys.now() + 120,
            "jti": token_urlsafe(12),
            "sid": self.sid,
            "events": {EVENT: {}},
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def send(self, token):
        return requests.post(self.address, data={"logout_token": token}, timeout=20)

    def is_alive(self):
        request, outcome = self.app.begin(self.person, prompt="none", identity_provider="logout")
        return "code" in (outcome.answer or {})


@module(PREFIX)
def taken(test):
    session = Session(test)
    expect_true("the session lives", session.is_alive(), "a code", "none")
    answer = session.send(keys.sign(session.tenant.key, session.claims(), {"typ": "logout+jwt"}))
    expect(f"status ({answer.text[:200]})", answer.status_code, 200)
    expect("Cache-Control", answer.headers.get("Cache-Control"), "no-store")
    expect("whether the session lives", session.is_alive(), False)


def refused(name, code, make):
    @module(f"{PREFIX}-{name}")
    def check(test):
        session = Session(test)
        answer = session.send(make(session))
        expect(f"status ({answer.text[:200]})", answer.status_code, 400)
        expect("error", answer.json().get("error"), "invalid_request")
        expect_true("the session lives", session.is_alive(), "a code", "none")
        wanted = [json.loads(line) for line in test.suite.server.log_text().splitlines() if "single logout refused" in line]
        expect_true("the log has the code", any(line.get("code") == code for line in wanted), code, [line.get("code") for line in wanted[-5:]])

    return check


refused("alg-none", "token.algorithm", lambda s: keys.unsigned(s.claims(), {"typ": "logout+jwt"}))
refused("wrong-alg", "token.unknown_key", lambda s: keys.sign(keys.make_key("ES256"), s.claims()))
refused("no-event", "token.claim", lambda s: keys.sign(s.tenant.key, s.claims(events=None)))
refused("with-nonce", "token.claim", lambda s: keys.sign(s.tenant.key, s.claims(nonce="n")))
refused("wrong-aud", "token.audience", lambda s: keys.sign(s.tenant.key, s.claims(aud="another")))
refused("wrong-event", "token.claim", lambda s: keys.sign(s.tenant.key, s.claims(events={"http://schemas.openid.net/event/other": {}})))
refused("wrong-iss", "token.issuer", lambda s: keys.sign(s.tenant.key, s.claims(iss="https://other.example")))
