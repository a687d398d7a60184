"""Apache's mod_auth_openidc is the app: a careful one, written by others. SimpleSAMLphp is behind Countersign."""

import time

from kit.apache import claims_of
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.people import ALICE, BOB
from kit.processes import wait_until

scenario = Scenario("apache", needs=["simplesamlphp", "apache", "chromium"])


def signed_in(world, person):
    """A visitor who has signed in, and the claims on the protected page."""
    visitor = world.visitor()
    page = visitor.follow(visitor.get(world.apache.claims_url), person=person)
    expect(f"status of the protected page ({page.url}: {page.words[:200]})", page.status, 200)
    return visitor, remembered(world, claims_of(page.text))


def remembered(world, claims):
    world.secrets.remember("access token", claims.get("OIDC_access_token"))
    world.secrets.remember("refresh token", claims.get("OIDC_refresh_token"))
    return claims


def read(world, visitor):
    """The protected page of somebody signed in: no redirect."""
    page = visitor.get(world.apache.claims_url)
    expect("status of the protected page", page.status, 200)
    return remembered(world, claims_of(page.text))


@scenario.check("mod_auth_openidc signs a person in and shows the claims")
def claims(world):
    browser = world.browser
    browser.forget_everything()
    browser.open(world.apache.claims_url)
    browser.fill_in(BOB.user, BOB.password)
    shown = remembered(world, claims_of(browser.wait_for_text("OIDC_CLAIM_sub=")))
    expect("email", shown.get("OIDC_CLAIM_email"), BOB.email)
    expect("family_name", shown.get("OIDC_CLAIM_family_name"), BOB.family_name)
    expect("groups", shown.get("OIDC_CLAIM_groups"), ",".join(BOB.groups))
    expect("iss", shown.get("OIDC_CLAIM_iss"), world.people_pool["issuer"])
    expect_in("the user that Apache knows is the sub", shown["OIDC_CLAIM_sub"], shown["REMOTE_USER"])


@scenario.check("the claims of userinfo are fetched again, and name the same person")
def user_info(world):
    visitor, first = signed_in(world, ALICE)
    calls = user_info_calls(world)
    time.sleep(1.2)  # OIDCUserInfoRefreshInterval is one second
    second = read(world, visitor)
    expect("email", second.get("OIDC_CLAIM_email"), first.get("OIDC_CLAIM_email"))
    expect("sub", second.get("OIDC_CLAIM_sub"), first.get("OIDC_CLAIM_sub"))
    expect("what the module complains of", user_info_calls(world)[len(calls) :], "")


def user_info_calls(world):
    """Errors of the module; it writes one when userinfo fails or names another sub."""
    log = world.apache.logs[0].read_text(errors="replace")
    return "\n".join(line for line in log.splitlines() if "auth_openidc:error" in line)


@scenario.check("the refresh token gives a new access token")
def refresh(world):
    visitor, first = signed_in(world, ALICE)
    query = {"refresh": world.apache.claims_url, "access_token": first["OIDC_access_token"]}
    page = visitor.get(world.apache.redirect_uri, params=query)
    expect("where the module sends the person after the refresh", page.location, world.apache.claims_url)
    second = read(world, visitor)
    expect_true("the access token is a new one", second["OIDC_access_token"] != first["OIDC_access_token"], "another token", "the same one")
    expect("sub", second["OIDC_CLAIM_sub"], first["OIDC_CLAIM_sub"])


@scenario.check("signing out at the app ends the app's session")
def sign_out(world):
    visitor, _ = signed_in(world, ALICE)
    page = visitor.get(world.apache.redirect_uri, params={"logout": world.apache.signed_out_url})
    end_session = world.app.discovery.get("end_session_endpoint")
    if end_session:
        expect_true("the module goes to end_session_endpoint", (page.location or "").startswith(end_session), end_session, page.location)
    page = visitor.follow(page)
    expect(f"the page after signing out ({page.url}, {page.status})", page.text.strip(), "signed out")
    again = visitor.get(world.apache.claims_url)
    expect_in("the protected page asks Countersign again", world.app.discovery["authorization_endpoint"], again.location or f"no redirect: {again.status}")
    if end_session:
        before = len(visitor.trail)
        visitor.follow(again)
        asked = [step for step in visitor.trail[before:] if world.simplesamlphp.url in step]
        expect_true("and Countersign, whose session is over too, asks the provider", asked, world.simplesamlphp.url, visitor.trail[before:])


@scenario.check("the module takes a logout token: a sign-out by an admin ends the app's session")
def back_channel(world):
    visitor, first = signed_in(world, ALICE)
    pool = world.people_pool["id"]
    address = world.apache.redirect_uri + "?logout=backchannel"
    world.server.command("client", "update", world.apache.client_id, "--pool", pool, "--backchannel-logout-uri", address)
    # What is registered counts after two seconds at the latest; whom to tell is read when the session ends.
    done = world.server.command("user", "sign-out", first["OIDC_CLAIM_sub"], "--pool", pool)
    expect("apps that are told", done["told"], [world.apache.client_id])

    def told():
        logout = world.server.command("logout", "show", done["reference"], "--pool", pool)
        return [app for app in logout["apps"] if app["result"] != "waiting"]

    apps = wait_until("the app was told", told, seconds=15)
    expect("what came of it at the app", {app["result"] for app in apps}, {"told"})
    again = visitor.get(world.apache.claims_url)
    expect_in("the protected page asks Countersign again", world.app.discovery["authorization_endpoint"], again.location or f"no redirect: {again.status}")
    world.server.command("client", "update", world.apache.client_id, "--pool", pool, "--backchannel-logout-uri", "none")
