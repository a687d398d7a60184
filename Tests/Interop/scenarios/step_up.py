"""pysaml2 is asked for a second factor, and says how it authenticated the person (SAML Core §3.3.2.2.1)."""

import time

from kit.checks import Scenario, expect, expect_true
from kit.pysaml2_idp import PASSWORD
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("step_up", needs=["pysaml2"])
MFA = "https://refeds.org/profile/mfa"


def site(world):
    def make():
        made = Site(world, world.server, "step-up")
        world.server.command("idp", "update", "pysaml2", "--pool", made.pool["id"], "--map-acr", f"mfa={MFA}", "--map-acr", "pwd=PasswordProtectedTransport")
        time.sleep(2)  # a running server sees a change within that
        return made

    return world.part("site of step-up", make)


def finish(world, visitor, sign_in, redirect, context):
    answer = site(world).answer(redirect, "ada", context=context)
    return sign_in.answer(visitor.follow(visitor.post(answer.url, answer.form), until=site(world).app.redirect_uri).location)


def said(sign_in):
    claims = check_both(sign_in.redeem())[0]
    return claims.get("acr"), claims.get("amr")


@scenario.check("acr_values=mfa is RequestedAuthnContext to pysaml2; a session of a password is stepped up, and the tokens say so")
def step_up(world):
    visitor = world.visitor()
    sign_in, redirect = site(world).to_provider(visitor)
    expect("nothing is asked for", site(world).provider.requested_contexts(redirect), [])
    expect("with a password", said(finish(world, visitor, sign_in, redirect, PASSWORD)), ("pwd", ["pwd"]))
    sign_in, redirect = site(world).to_provider(visitor, acr_values="mfa unknown")
    expect("what is asked for", site(world).provider.requested_contexts(redirect), [MFA])
    expect("with a second factor", said(finish(world, visitor, sign_in, redirect, MFA)), ("mfa", ["mfa"]))
    sign_in, location = site(world).to_provider(visitor, acr_values="mfa")
    expect_true("from the session", location.startswith(site(world).app.redirect_uri), "a code at once", location)
    expect("what it says", said(sign_in.answer(location)), ("mfa", ["mfa"]))


@scenario.check("an answer by a password alone is unmet_authentication_requirements to the app, and so is NoAuthnContext")
def unmet(world):
    visitor = world.visitor()
    sign_in, redirect = site(world).to_provider(visitor, acr_values="mfa")
    expect("the error", finish(world, visitor, sign_in, redirect, PASSWORD).error, "unmet_authentication_requirements")
    sign_in, redirect = site(world).to_provider(visitor, acr_values="mfa")
    answer = site(world).provider.decline(redirect, "NoAuthnContext")
    page = visitor.follow(visitor.post(answer.url, answer.form), until=site(world).app.redirect_uri)
    expect("the error", sign_in.answer(page.location).error, "unmet_authentication_requirements")
