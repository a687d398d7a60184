"""oidcc-backchannel- and oidcc-frontchannel-rp-initiated-logout-certification-test-plan."""

import html
import re
import time
import urllib.parse

from kit.checks import expect, expect_in, expect_true
from kit.processes import wait_until

from .. import keys
from ..app import verify
from ..modules import module
from .rp_initiated import expect_signed_out

EVENT = "http://schemas.openid.net/event/backchannel-logout"


def log_out(test, app, person, done):
    query = {"id_token_hint": done.tokens["id_token"], "post_logout_redirect_uri": app.redirect_uri + "/signed-out", "state": "s"}
    return person.get(app.metadata["end_session_endpoint"], params=query)


@module("oidcc-backchannel-rp-initiated-logout")
def back(test):
    """After the end of a session the app gets a logout token, and prompt=none fails."""
    address = test.suite.site.for_server + "/backchannel"
    app = test.app(test.suite.app("backchannel", "/back", "--backchannel-logout-uri", address, "--backchannel-logout-session-required"))
    person = test.person()
    done = app.sign_in(person).redeem()
    page = log_out(test, app, person, done)
    expect_true("the way back to the app", (page.location or "").startswith(app.redirect_uri + "/signed-out"), "the app", page.location)
    visits = wait_until("the app gets a logout token", lambda: test.suite.site.at("/backchannel"), seconds=10)
    visit = visits[0]
    expect("method", visit.method, "POST")
    expect_true("Content-Type", visit.headers["Content-Type"].startswith("application/x-www-form-urlencoded"), "a form", visit.headers["Content-Type"])
    expect("parameters", sorted(visit.form), ["logout_token"])
    token = visit.form["logout_token"]
    verify(token, app.metadata["jwks_uri"])
    header, claims = keys.parts(token)
    expect("typ", header.get("typ"), "logout+jwt")
    expect_in("alg", header["alg"], app.metadata["id_token_signing_alg_values_supported"])
    expect("iss", claims["iss"], app.issuer)
    expect("aud", claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]], [app.client_id])
    expect("sub", claims["sub"], done.claims["sub"])
    expect("sid", claims["sid"], done.claims["sid"])
    expect("events", claims["events"], {EVENT: {}})
    expect_true("jti", isinstance(claims["jti"], str) and claims["jti"], "a text", claims.get("jti"))
    expect_true("iat", abs(claims["iat"] - time.time()) < 60, "now", claims["iat"])
    expect_true("exp is soon", 0 < claims["exp"] - claims["iat"] <= 120, "two minutes at most", claims["exp"] - claims["iat"])
    expect_true("no nonce", "nonce" not in claims, "none", claims)
    expect_signed_out(test, person)
    time.sleep(2)
    expect("how often the app was told", len(test.suite.site.at("/backchannel")), 1)


@module("oidcc-frontchannel-rp-initiated-logout")
def front(test):
    """The browser opens the app's address in a frame, with iss and sid, before it is back at the app; prompt=none fails."""
    address = test.suite.site.base + "/frontchannel"
    app = test.app(test.suite.app("frontchannel", "/front", "--frontchannel-logout-uri", address, "--frontchannel-logout-session-required"))
    person = test.person()
    done = app.sign_in(person).redeem()
    page = log_out(test, app, person, done)
    frames = [html.unescape(source) for source in re.findall(r'<iframe src="([^"]*)"', page.text)]
    expect("frames", len(frames), 1)
    expect_true("the frame is the app's address", frames[0].startswith(address + "?"), address, frames[0])
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(frames[0]).query))
    expect("iss and sid", query, {"iss": app.issuer, "sid": done.claims["sid"]})
    expect_signed_out(test, person)
    with test.suite.window() as browser:
        another = test.person()
        again = app.sign_in(another).redeem()
        # The hint alone would end the session, and show frames to nobody.
        browser.forget_everything()
        browser.take_cookies(another, app.issuer)
        parameters = {"id_token_hint": again.tokens["id_token"], "post_logout_redirect_uri": app.redirect_uri + "/signed-out"}
        browser.open(app.metadata["end_session_endpoint"] + "?" + urllib.parse.urlencode(parameters))
        wait_until("the browser opens the frame", lambda: [v for v in test.suite.site.at("/frontchannel") if v.query.get("sid") == again.claims["sid"]], seconds=10)
        wait_until("and is back at the app", lambda: [v for v in test.suite.site.at("/front/signed-out")], seconds=15)
    expect_signed_out(test, another)
