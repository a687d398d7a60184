"""pysaml2 is the identity provider: each way to sign, and answers that must be refused (THREATS §5)."""

import time
import urllib.parse

from kit.checks import Scenario, expect, expect_true
from kit.refusals import expect_refused, expect_told
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("pysaml2", needs=["pysaml2"])


def sign_in(world, user, **how):
    return check_both(world.site.sign_in(world.visitor(), user, **how).redeem())[0]


def refuse(world, change=None, reason="", **how):
    """One sign-in that goes well up to an answer that is no good."""
    visitor = world.visitor()
    _, redirect = world.site.to_provider(visitor)
    answer = world.site.answer(redirect, "mallory", **how)
    if change:
        answer = answer.with_xml(change)
    expect_told(world.site.server, visitor.post(answer.url, answer.form), world.site.app, "server_error", reason)


@scenario.check("an answer whose assertion is signed is accepted")
def assertion_signed(world):
    claims = sign_in(world, "ada", sign=["assertion"], groups=["engineering", "analysts"])
    expect("email, mapped by its Name", claims.get("email"), world.site.provider.email("ada"))
    expect("family_name", claims.get("family_name"), "Søndergård-Łuczak")
    expect("groups", sorted(claims.get("groups", [])), ["analysts", "engineering"])


@scenario.check("an answer whose response is signed is accepted")
def response_signed(world):
    expect("email", sign_in(world, "ada", sign=["response"]).get("email"), world.site.provider.email("ada"))


@scenario.check("an answer with both signed is accepted")
def both_signed(world):
    expect("email", sign_in(world, "ada", sign=["assertion", "response"]).get("email"), world.site.provider.email("ada"))


@scenario.check("what the provider says of groups replaces what it said before")
def groups_replaced(world):
    first = sign_in(world, "grace", groups=["navy", "compilers"])
    second = sign_in(world, "grace", groups=["compilers"])
    expect("sub", second["sub"], first["sub"])
    expect("groups at the first sign-in", sorted(first.get("groups", [])), ["compilers", "navy"])
    expect("groups at the second", second.get("groups"), ["compilers"])


@scenario.check("an unsigned answer is refused (case 16)")
def unsigned(world):
    refuse(world, sign=[], reason="unsigned")


@scenario.check("an assertion changed after it was signed is refused (case 17)")
def assertion_changed(world):
    refuse(world, lambda xml: xml.replace("mallory@pysaml2.example", "administrator@pysaml2.example"), reason="signature")


@scenario.check("an assertion changed under a signed response is refused (case 17)")
def response_changed(world):
    refuse(world, lambda xml: xml.replace(">engineering<", ">administrators<"), sign=["response"], reason="signature")


@scenario.check("an answer encrypted with 3DES is refused, and the log says so (case 52)")
def encrypted(world):
    refuse(world, encrypt=True, reason="encrypt")


@scenario.check("an assertion encrypted with AES-256-GCM for the certificate in our metadata is decrypted; it is signed inside, around, or both")
def decrypted(world):
    for sign in (["assertion"], ["response"], ["assertion", "response"]):
        expect("email", sign_in(world, "ada", sign=sign, encrypt="gcm").get("email"), world.site.provider.email("ada"))


@scenario.check("encrypted and not signed is refused (case 50)")
def only_encrypted(world):
    refuse(world, sign=[], encrypt="gcm", reason="signed")


@scenario.check("the same answer a second time is refused (case 67)")
def replay(world):
    visitor = world.visitor()
    sign_in, redirect = world.site.to_provider(visitor)
    answer = world.site.answer(redirect, "ada")
    page = visitor.post(answer.url, answer.form)
    home = world.site.app.redirect_uri
    expect_true("the first one goes back to the app", (page.location or "").startswith(home), home, page.location or page.words)
    sign_in.answer(page.location)
    expect_refused(world.site.server, visitor.post(answer.url, answer.form), "replay|in_response_to|pending|sign.?in")


@scenario.check("an answer posted by another browser is refused (case 115)")
def other_browser(world):
    _, redirect = world.site.to_provider(world.visitor())
    answer = world.site.answer(redirect, "ada")
    with_a_sign_in_of_its_own = world.visitor()
    world.site.to_provider(with_a_sign_in_of_its_own)
    expect_refused(world.site.server, with_a_sign_in_of_its_own.post(answer.url, answer.form))
    expect_refused(world.site.server, world.visitor().post(answer.url, answer.form))


@scenario.check("two tabs of one browser each end where they began (case 115)")
def two_tabs(world):
    visitor, site = world.visitor(), world.site
    (left, left_redirect), (right, right_redirect) = site.to_provider(visitor), site.to_provider(visitor)
    for sign_in, redirect in ((right, right_redirect), (left, left_redirect)):
        answer = site.answer(redirect, "ada")
        page = visitor.follow(visitor.post(answer.url, answer.form), until=site.app.redirect_uri)
        expect_true("it ends at the app", page.location, site.app.redirect_uri, page.words[:300])
        check_both(sign_in.answer(page.location).redeem())


@scenario.check("a new sign-in gets a new session, and the old cookie is dead (case 116)")
def session_fixation(world):
    visitor, site = world.visitor(), world.site
    site.sign_in(visitor, "ada").redeem()
    before = dict(visitor.session.cookies)
    sign_in, redirect = site.to_provider(visitor, prompt="login")
    answer = site.answer(redirect, "ada")
    page = visitor.follow(visitor.post(answer.url, answer.form), until=site.app.redirect_uri)
    sign_in.answer(page.location).redeem()
    after = dict(visitor.session.cookies)
    kept = [name for name in before if before[name] == after.get(name)]
    expect_true("the session's cookie has a new value", len(kept) < len(before), "a changed cookie", f"all kept: {kept}")
    thief = world.visitor()
    thief.session.cookies.update(before)
    expect("prompt=none with the old cookie", thief.sign_in(site.app.begin(prompt="none")).error, "login_required")


@scenario.check("a sign-in that the provider begins goes on at the app that is named for it, which then asks for itself (case 66)")
def begun_there(world):
    site = Site(world, world.server, "begun-there")
    pool, client = ("--pool", site.pool["id"]), site.app.client_id
    world.server.command("client", "update", client, *pool, "--initiate-login-uri", "https://app.example/begin")
    world.server.command("idp", "update", "pysaml2", *pool, "--allow-idp-initiated", "--idp-initiated-client", client)
    time.sleep(2)  # a running server sees a change within that
    visitor, answer = world.visitor(), site.provider.unasked(site.registered, "ada")
    begin = "https://app.example/begin?iss=" + urllib.parse.quote(site.pool["issuer"], safe="")
    expect("where the browser goes, whatever RelayState says", visitor.post(answer.url, {**answer.form, "RelayState": "https://evil.example/"}).location, begin)
    check_both(visitor.sign_in(site.app.begin(prompt="none")).redeem())
    expect_refused(world.server, world.visitor().post(answer.url, answer.form), "replay")
