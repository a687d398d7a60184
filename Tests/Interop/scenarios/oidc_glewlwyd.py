"""glewlwyd is the identity provider, by OpenID Connect; Chromium the person, a small app and mod_auth_openidc the apps."""

import urllib.parse

from kit.apache import claims_of
from kit.app import App, AppWithPages
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.glewlwyd import SCOPES
from kit.people import ALICE, BOB, CAROL, MANY
from kit.processes import free_port
from kit.refusals import expect_refused, expect_told
from kit.tokens import check_both, verify

scenario = Scenario("oidc_glewlwyd", needs=["glewlwyd", "apache", "chromium"])


def open_form(world, app=None):
    """A new person sits down at the browser and comes as far as glewlwyd's form."""
    world.browser.forget_everything()
    world.browser.open((app or world.partners_app).url + "/sign-in")
    world.browser.wait_for_form()


def sign_in(world, person, app=None):
    app = app or world.partners_app
    open_form(world, app)
    world.glewlwyd.sign_in(world.browser, person)
    return arrive(world, app)


def arrive(world, app):
    expect("the app's page", world.browser.wait_for_text(f"{app.name}: "), f"{app.name}: signed in")
    return app.last


def to_provider(world, visitor, app, **parameters):
    """A new sign-in without pages, as far as the redirect to glewlwyd."""
    begun = app.begin(**parameters)
    page = visitor.follow(visitor.get(begun.url), until=(world.glewlwyd.url, app.redirect_uri))
    expect_true("a redirect", page.location, world.glewlwyd.url, page.words[:300])
    return begun, page.location


def answered(world, request, person):
    """glewlwyd's answer to an authorization request: the redirect to Countersign, not yet followed."""
    location = world.glewlwyd.answer(request, person)
    world.secrets.remember("code", query_of(location).get("code"))
    return location


def sign_in_without_pages(world, person, app=None, **parameters):
    """Much faster than Chromium, for what is no matter of pages."""
    app, visitor = app or world.partners_app, world.visitor()
    begun, request = to_provider(world, visitor, app, **parameters)
    page = visitor.follow(visitor.get(answered(world, request, person)), until=app.redirect_uri)
    expect_true("it ends at the app", page.location, app.redirect_uri, f"{page.status}: {page.words[:300]}")
    return begun.answer(page.location)


def query_of(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def users(world):
    return world.server.command("user", "list", "--pool", world.partners_pool["id"])


def expect_person(world, claims, person):
    for name in ("email", "name", "given_name", "family_name"):
        expect(name, claims.get(name), getattr(person, name))
    expect("groups", sorted(claims.get("groups", [])), sorted(person.groups))
    identity = claims.get("identities", [{}])[0]
    expect("identities: provider", identity.get("provider"), "glewlwyd")
    world.secrets.remember("NameID", identity.get("subject"))  # upstream's `sub` is as confidential as a NameID


@scenario.check("glewlwyd alone signs bob in to an app: what fails after this is ours")
def alone(world):
    app = AppWithPages("alone")
    world.started.append(app)
    app.register(world.glewlwyd.issuer, world.glewlwyd.create_client("alone", app.redirect_uri), world.secrets)
    app.scope = " ".join(SCOPES)
    done = sign_in(world, BOB, app)
    claims = verify(done.tokens["id_token"], app.discovery["jwks_uri"])[1]
    expect("family_name", claims["family_name"], BOB.family_name)
    expect("groups", claims["groups"], list(BOB.groups))


@scenario.check("the provider is registered from its issuer")
def registered(world):
    provider, issuer = world.partners_pool["provider"], world.partners_pool["issuer"]
    expect("name", provider["name"], "glewlwyd")
    expect("type", provider["type"], "oidc")
    expect("issuer", provider["issuer"], world.glewlwyd.issuer)
    expect("redirect_uri", provider["redirect_uri"], issuer + "/oauth2/idpresponse/glewlwyd")
    expect("`idp list` has it", [each["name"] for each in world.server.command("idp", "list", "--pool", world.partners_pool["id"])], ["glewlwyd"])


@scenario.check("the request to glewlwyd has PKCE, a nonce, a state and the scopes")
def request(world):
    _, location = to_provider(world, world.visitor(), world.partners_app)
    query = query_of(location)
    expect("code_challenge_method", query.get("code_challenge_method"), "S256")
    expect("scope", sorted(query.get("scope", "").split()), sorted(SCOPES))
    expect("redirect_uri", query.get("redirect_uri"), world.partners_pool["provider"]["redirect_uri"])
    again = query_of(to_provider(world, world.visitor(), world.partners_app)[1])
    for name in ("nonce", "state", "code_challenge"):
        fresh = len(query.get(name, "")) >= 32 and query[name] != again[name]
        expect_true(name, fresh, "a new one each time, of 128 bits at least", (query.get(name), again.get(name)))


@scenario.check("bob gets e-mail, name and group, and his surname keeps its umlaut")
def bob(world):
    claims = check_both(sign_in(world, BOB))[0]
    expect_person(world, claims, BOB)
    user = world.server.command("user", "show", claims["sub"], "--pool", world.partners_pool["id"])
    expect("`user show`: username", user["username"], f"glewlwyd_{claims['identities'][0]['subject']}")
    expect("`user show`: family_name", user["attributes"]["family_name"], BOB.family_name)
    expect("`user show`: groups", user["groups"], list(BOB.groups))


@scenario.check("twenty groups, and none")
def groups(world):
    for person in (MANY, CAROL):
        expect_person(world, check_both(sign_in_without_pages(world, person).redeem())[0], person)


@scenario.check("a second sign-in finds the same user")
def same_user(world):
    first, second = (check_both(sign_in_without_pages(world, ALICE).redeem())[0] for _ in range(2))
    expect_person(world, first, ALICE)
    expect("sub", second["sub"], first["sub"])


@scenario.check("a wrong password stays at glewlwyd's form, and the right one then ends at the app")
def wrong_password(world):
    app = world.partners_app
    open_form(world)
    world.browser.fill_in(BOB.user, "not-bobs-password")
    world.browser.wait_for_text("Authentication error")
    expect_true("still at glewlwyd", world.browser.url.startswith(world.glewlwyd.url + "/login.html"), world.glewlwyd.url, world.browser.url)
    expect_true("its form is still there", world.browser.password_field(), "a password field", world.browser.text)
    world.glewlwyd.sign_in(world.browser, BOB)
    check_both(arrive(world, app))


@scenario.check("mod_auth_openidc, behind Countersign, is told the same")
def apache(world):
    visitor, apache = world.visitor(), world.partners_apache
    page = visitor.follow(visitor.get(apache.claims_url), until=world.glewlwyd.url)
    page = visitor.follow(visitor.get(answered(world, page.location, BOB)))
    expect(f"status of the protected page ({page.url}: {page.words[:200]})", page.status, 200)
    shown = claims_of(page.text)
    for kind in ("access_token", "refresh_token"):
        world.secrets.remember(kind.replace("_", " "), shown.get(f"OIDC_{kind}"))
    expect("email", shown.get("OIDC_CLAIM_email"), BOB.email)
    expect("family_name", shown.get("OIDC_CLAIM_family_name"), BOB.family_name)
    expect("groups", shown.get("OIDC_CLAIM_groups"), ",".join(BOB.groups))


@scenario.check("glewlwyd's keys are replaced between two sign-ins, and both succeed (case 96)")
def keys_replaced(world):
    before = check_both(sign_in_without_pages(world, ALICE).redeem())[0]
    world.glewlwyd.rotate_key()
    after = check_both(sign_in(world, ALICE))[0]
    expect("sub", after["sub"], before["sub"])
    check_both(sign_in_without_pages(world, BOB).redeem())


def methods_app(world):
    """An app of a pool that knows glewlwyd several times, each by another client."""

    def make():
        pool, redirect_uri = world.server.create_pool("methods"), f"http://localhost:{free_port()}/callback"
        app = App(pool["issuer"], world.server.create_client(pool, "app", redirect_uri), world.secrets, redirect_uri)
        app.pool = pool
        return app

    return world.part("methods app", make)


@scenario.check("each way to prove who we are: client_secret_basic, client_secret_post, private_key_jwt, none")
def client_authentication(world):
    app = methods_app(world)
    # glewlwyd 2.7 wants its token endpoint as the audience of an assertion, as OpenID Connect Core §9 had it.
    assertion = ("--assertion-audience", "token_endpoint")
    methods = (("client_secret_basic", "basic"), ("client_secret_post", "post"), ("private_key_jwt", "signed", *assertion), ("none", "public"))
    for method, name, *more in methods:
        world.add_glewlwyd(app.pool, name, method, *more)
        done = sign_in_without_pages(world, BOB, app, identity_provider=name).redeem()
        expect(f"{method}: family_name", check_both(done)[0].get("family_name"), BOB.family_name)


@scenario.check("where glewlwyd does not take us for who we are, the sign-in is refused, and the log says by whom")
def client_refused(world):
    app = methods_app(world)
    world.add_glewlwyd(app.pool, "changed")
    world.glewlwyd.change_secret("methods-changed")
    # Unless told otherwise our assertion is for the issuer (RFC 7523bis, THREATS O16), which glewlwyd 2.7 does not take.
    world.add_glewlwyd(app.pool, "key", "private_key_jwt")
    for name, code in (("changed", "oidc.token_refused"), ("key", "oidc.answer")):
        visitor = world.visitor()
        _, request = to_provider(world, visitor, app, identity_provider=name)
        line = expect_told(world.server, visitor.get(answered(world, request, BOB)), app, "server_error", "token endpoint")
        expect(f"{name}: the log's code and provider", (line["code"], line.get("provider")), (code, name))


@scenario.check("glewlwyd does not say when somebody signed in: prompt=login and max_age are refused, for nothing proves that it asked again")
def not_proven(world):
    for parameters, code in (({"prompt": "login"}, "oidc.authentication_time"), ({"max_age": "3600"}, "oidc.authentication_time")):
        visitor = world.visitor()
        _, request = to_provider(world, visitor, world.partners_app, **parameters)
        line = expect_told(world.server, visitor.get(answered(world, request, ALICE)), world.partners_app, "server_error")
        expect(f"{parameters}: the log's code", line["code"], code)


@scenario.check("an answer given twice, or by another browser, is refused (cases 90, 115)")
def stolen(world):
    visitor, app = world.visitor(), world.partners_app
    _, request = to_provider(world, visitor, app)
    location = answered(world, request, ALICE)
    thief = world.visitor()
    to_provider(world, thief, app)
    expect_refused(world.server, thief.get(location))
    expect_refused(world.server, world.visitor().get(location))
    page = visitor.follow(visitor.get(location), until=app.redirect_uri)
    expect_true("the first one's own answer ends at the app", page.location, app.redirect_uri, page.words[:300])
    expect_refused(world.server, visitor.get(location))


@scenario.check("an answer that names another issuer is refused (case 91)")
def mix_up(world):
    visitor = world.visitor()
    _, request = to_provider(world, visitor, world.partners_app)
    location = answered(world, request, ALICE)
    expect_in("glewlwyd says who it is", urllib.parse.quote(world.glewlwyd.issuer, safe=""), location)
    other = location.replace(urllib.parse.quote(world.glewlwyd.issuer, safe=""), urllib.parse.quote("https://attacker.example", safe=""))
    expect_told(world.server, visitor.get(other), world.partners_app, "server_error")


@scenario.check("a refusal by the provider ends the sign-in, and its words are shown to nobody (case 92)")
def refusal(world):
    visitor, app = world.visitor(), world.partners_app
    begun, request = to_provider(world, visitor, app)
    answer = {"error": "access_denied", "error_description": "<b>look-here</b>\r\nX: y", "state": query_of(request)["state"], "iss": world.glewlwyd.issuer}
    page = visitor.get(world.partners_pool["provider"]["redirect_uri"], params=answer)
    if page.location:  # the app may be told, since it is proven; in words of OAuth
        expect_true("the app's redirect URI", page.location.startswith(app.redirect_uri), app.redirect_uri, page.location)
        expect("error", begun.answer(page.location).error, "access_denied")
    expect_true("the provider's words", "look-here" not in (page.location or "") + page.text, "not shown", page.location or page.text)
    expect("prompt=none after it", visitor.sign_in(app.begin(prompt="none")).error, "login_required")


@scenario.check("glewlwyd is stopped: the app is told to try later, no session, no user, and the log says what to do (cases 93, 145)")
def stopped(world):
    app, visitor, before = world.partners_app, world.visitor(), users(world)
    _, request = to_provider(world, visitor, app)
    location = answered(world, request, BOB)
    open_form(world)
    in_browser = answered(world, query_of(world.browser.url)["callback_url"], BOB)
    world.glewlwyd.stop()

    line = expect_told(world.server, visitor.get(location), app, "temporarily_unavailable")
    for name in ("code", "remedy"):
        expect_true(f"the log's line: {name}", line.get(name), "some words", line)
    expect("cookies of a session", [name for name in visitor.session.cookies.keys() if "session" in name], [])
    expect("prompt=none after it", visitor.sign_in(app.begin(prompt="none")).error, "login_required")
    expect("users", users(world), before)

    world.browser.open(in_browser)
    expect("Chromium's page", world.browser.wait_for_text(f"{app.name}: "), f"{app.name}: error temporarily_unavailable")


@scenario.check("glewlwyd is started again, and people sign in as before")
def started_again(world):
    world.glewlwyd.run()
    check_both(sign_in(world, BOB))
