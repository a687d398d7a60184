"""oidcc-client-rp-initiated-logout-rp-basic: a sign-out at Countersign goes on to the provider, and comes back with its state."""

import json

from kit.checks import expect, expect_true

from .. import keys
from ..app import SignedIn
from ..modules import module

PREFIX = "oidcc-client-test-rp-init-logout"


def log_out(test, name, **lies):
    """Signs somebody in by a tenant and out again: what the provider was asked, and where she ended."""
    suite, person = test.suite, test.person()
    tenant = suite.part(f"provider {name}", lambda: suite.add_provider(suite.lying_pool, name, **lies))
    shown = suite.server.command("idp", "show", name, "--pool", suite.lying_pool["id"])
    expect("the address to register", shown["post_logout_redirect_uri"], f"{suite.lying_pool['issuer']}/logout/callback")
    app = suite.rp_app
    request, outcome = app.begin(person, identity_provider=name)
    done = SignedIn(app, request, app.expect_code(request, outcome)).redeem()
    target = app.redirect_uri + "/signed-out"
    query = {"id_token_hint": done.tokens["id_token"], "post_logout_redirect_uri": target, "state": "of the app"}
    page = person.get(app.metadata["end_session_endpoint"], params=query)
    expect_true("the way to the provider", (page.location or "").startswith(tenant.issuer + "/logout?"), tenant.issuer + "/logout", page.location)
    page = person.follow(page, until=target)
    asked = tenant.seen["logout"][-1]
    expect("what the provider is asked", sorted(asked), ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"])
    expect("client_id", asked["client_id"], tenant.client_id)
    expect("post_logout_redirect_uri", asked["post_logout_redirect_uri"], shown["post_logout_redirect_uri"])
    _, claims = keys.parts(asked["id_token_hint"])
    expect("sub of the hint", claims["sub"], f"upstream-{person.name}")
    expect("iss of the hint", claims["iss"], tenant.issuer)
    expect_true("the state is long", len(asked["state"]) >= 43, "43 characters", asked["state"])
    request, outcome = app.begin(person, prompt="none", identity_provider=name)
    expect("prompt=none after it", (outcome.answer or {}).get("error"), "login_required")
    return page, target


@module(PREFIX)
def whole(test):
    page, target = log_out(test, "out")
    expect("the way back to the app", page.location, target + "?state=of%20the%20app")


def refused(name, code, state):
    @module(f"{PREFIX}-{name}")
    def check(test):
        page, target = log_out(test, f"out-{name}", logout_state=state)
        expect("status", page.status, 400)
        expect("where it leads", page.location, None)
        expect_true("the page has words and a reference", len(page.words) > 20 and page.reference, "a sentence and a reference", page.words[:300])
        seen = [json.loads(line).get("code") for line in test.suite.server.log_text().splitlines() if "single logout refused" in line]
        expect_true("the log has the code", code in seen, code, seen[-5:])

    return check


refused("other-state", "sign_out.unknown_state", lambda state: state[::-1])
refused("no-state", "sign_out.missing_state", lambda state: None)
