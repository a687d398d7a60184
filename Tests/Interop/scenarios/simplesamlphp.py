"""SimpleSAMLphp is the identity provider, Chromium the person, a small app the app."""

import hashlib
import ssl
import time

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.people import ALICE, BOB, CAROL, MANY
from kit.tokens import check_both

scenario = Scenario("simplesamlphp", needs=["simplesamlphp", "chromium"])


def arrive(world, app, text):
    """Waits for the app's page, which must say just that."""
    page = world.browser.wait_for_text(f"{app.name}: ")
    expect("the app's page", page, f"{app.name}: {text}")
    return app.last


def sign_in(world, person, app=None):
    """A new person sits down at the browser and signs in."""
    app = app or world.app
    world.browser.forget_everything()
    world.browser.open(app.url + "/sign-in")
    world.browser.fill_in(person.user, person.password)
    return arrive(world, app, "signed in")


def visits_to_provider(world):
    return world.simplesamlphp.count("SSOService.php?SAMLRequest")


def expect_person(claims, person):
    expect("email", claims.get("email"), person.email)
    expect("name", claims.get("name"), person.name)
    expect("given_name", claims.get("given_name"), person.given_name)
    expect("family_name", claims.get("family_name"), person.family_name)
    expect("groups", sorted(claims.get("groups", [])), sorted(person.groups))


@scenario.check("the provider is registered from its metadata URL")
def registered(world):
    issuer, provider = world.people_pool["issuer"], world.people_pool["provider"]
    certificate = (world.simplesamlphp.folder / "cert" / "idp.crt").read_text()
    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
    expect("name", provider["name"], "ssp")
    expect("entity_id", provider["entity_id"], world.simplesamlphp.entity_id)
    expect("sso_url", provider["sso_url"], world.simplesamlphp.url + "/saml2/idp/SSOService.php")
    seen = [each["sha256"].replace(":", "").lower() for each in provider["signing_certificates"]]
    expect("signing_certificates: sha256", seen, [fingerprint])
    expect("acs_url", provider["acs_url"], issuer + "/saml2/idpresponse")
    expect("sp_metadata_url", provider["sp_metadata_url"], issuer + "/saml2/metadata?idp=" + provider["name"])
    expect("sp_entity_id is the metadata's URL", provider["sp_entity_id"], issuer + "/saml2/metadata")
    listed = world.server.command("idp", "list", "--pool", world.people_pool["id"])
    expect("`idp list` has it", [each["name"] for each in listed], ["ssp"])


@scenario.check("alice gets e-mail and groups")
def alice(world):
    claims, access = check_both(sign_in(world, ALICE))
    expect_person(claims, ALICE)
    expect("username", access["username"], f"ssp_{ALICE.name_id}")


@scenario.check("bob's surname keeps its umlaut")
def bob(world):
    expect_person(check_both(sign_in(world, BOB))[0], BOB)


@scenario.check("many gets all twenty groups")
def many(world):
    expect_person(check_both(sign_in(world, MANY))[0], MANY)


@scenario.check("carol, for whom the provider sends no groups, gets none")
def carol(world):
    expect_person(check_both(sign_in(world, CAROL))[0], CAROL)


@scenario.check("a wrong password ends at the form, then the right one works")
def wrong_password(world):
    world.browser.forget_everything()
    world.browser.open(world.app.url + "/sign-in")
    world.browser.fill_in(ALICE.user, "not-her-password")
    world.browser.wait_for_text("Incorrect username or password")
    expect_in("the browser is still at the provider", world.simplesamlphp.url, world.browser.url)
    world.browser.fill_in(ALICE.user, ALICE.password)
    expect_person(check_both(arrive(world, world.app, "signed in"))[0], ALICE)


@scenario.check("a second sign-in finds the same user")
def same_user(world):
    first, second = (check_both(sign_in(world, ALICE))[0] for _ in range(2))
    expect("sub", second["sub"], first["sub"])
    expect_true("each sign-in is a session of its own", second["sid"] != first["sid"], "another sid", second["sid"])
    user = world.server.command("user", "show", first["sub"], "--pool", world.people_pool["id"])
    expect("`user show` by sub: username", user["username"], f"ssp_{ALICE.name_id}")
    expect("`user show`: identities", [(one["provider"], one["subject"]) for one in user["identities"]], [("ssp", ALICE.name_id)])
    expect("`user show`: e-mail", user["attributes"]["email"], ALICE.email)
    expect("`user show`: groups", sorted(user["groups"]), sorted(ALICE.groups))


@scenario.check("a second app of the pool signs in without going back to the provider")
def second_app(world):
    first = check_both(sign_in(world, BOB))[0]
    visits = visits_to_provider(world)
    expect_true("it was visited for the first app", visits > 0, "once or more", visits)
    world.browser.open(world.second_app.url + "/sign-in")
    second = check_both(arrive(world, world.second_app, "signed in"))[0]
    expect("sub", second["sub"], first["sub"])
    expect("sid", second["sid"], first["sid"])
    expect("auth_time", second["auth_time"], first["auth_time"])
    expect("visits to the provider", visits_to_provider(world), visits)


@scenario.check("prompt=none succeeds where there is a session")
def silent(world):
    sign_in(world, BOB)
    world.browser.open(world.second_app.url + "/sign-in?prompt=none")
    check_both(arrive(world, world.second_app, "signed in"))


@scenario.check("prompt=none without a session gives login_required (case 113)")
def silent_without_session(world):
    world.browser.forget_everything()
    world.browser.open(world.app.url + "/sign-in?prompt=none")
    arrive(world, world.app, "error login_required")


@scenario.check("prompt=login goes back to the provider, which asks again")
def prompt_login(world):
    first = check_both(sign_in(world, ALICE))[0]
    time.sleep(1.1)  # auth_time counts in whole seconds
    world.browser.open(world.app.url + "/sign-in?prompt=login")
    world.browser.fill_in(ALICE.user, ALICE.password)
    second = check_both(arrive(world, world.app, "signed in"))[0]
    expect("sub", second["sub"], first["sub"])
    expect_true("auth_time is later", second["auth_time"] > first["auth_time"], f"after {first['auth_time']}", second["auth_time"])


@scenario.check("max_age=0 goes back to the provider too")
def max_age(world):
    sign_in(world, ALICE)
    world.browser.open(world.app.url + "/sign-in?max_age=0")
    world.browser.fill_in(ALICE.user, ALICE.password)
    check_both(arrive(world, world.app, "signed in"))


@scenario.check("the button 'Sign out' ends the session at the provider too: both sign what they say, and no page's policy is in the way")
def signing_out(world):
    sign_in(world, ALICE)
    world.browser.open(world.app.issuer + "/logout")
    world.browser.press_first("button")
    world.browser.wait_until(lambda: world.browser.text.startswith("You are signed out") or "signed out" in world.browser.text, "the page after signing out")
    shown = world.server.last_logout(world.people_pool)
    expect("each party", [(party["name"], party["result"]) for party in shown["parties"]], [("countersign", "ended"), ("ssp", "signed_out")])
    expect("begun by", shown["begun_by"]["kind"], "person")
    world.browser.open(world.app.url + "/sign-in")
    expect_true("the provider asks for the password again", world.browser.wait_for_form(), "a form", world.browser.text)


@scenario.check("who signs out at the provider is signed out here, with the tokens")
def signing_out_there(world):
    tokens = sign_in(world, BOB).tokens
    world.browser.open(world.simplesamlphp.url + "/saml2/idp/initSLO.php?RelayState=" + world.simplesamlphp.url + "/")
    world.browser.wait_until(lambda: world.server.last_logout(world.people_pool)["begun_by"] == {"kind": "provider", "name": "ssp"}, "a logout that the provider began")
    expect("each party", [party["result"] for party in world.server.last_logout(world.people_pool)["parties"]], ["ended", "answered"])
    expect("a refresh afterwards", world.app.refresh(tokens["refresh_token"]).json().get("error"), "invalid_grant")


@scenario.check("one that answers signed requests alone says so in its metadata, and takes ours")
def signed_requests(world):
    expect_in("its metadata", 'WantAuthnRequestsSigned="true"', world.fetch(world.strict_simplesamlphp.metadata_url))
    visitor = world.visitor()
    redirect = visitor.get(world.strict_app.begin().url).location
    expect_in("our request leads to its form", "Enter your username and password", visitor.follow(visitor.get(redirect)).words)
    unsigned = world.visitor().get(redirect.split("&SigAlg=")[0])
    expect_in("without its signature", "Validation of received messages enabled, but no signature found", unsigned.words)


@scenario.check("what it encrypts with AES-256-GCM for the certificate in our metadata is decrypted")
def encrypted(world):
    world.strict_simplesamlphp.encrypt_with("AES256_GCM")
    expect_person(check_both(sign_in(world, ALICE, world.strict_app))[0], ALICE)


@scenario.check("with AES-128-CBC, its own default, it is refused, until an admin allows it for this provider until a day (case 52)")
def encrypted_without_integrity(world):
    world.strict_simplesamlphp.encrypt_with("AES128_CBC")
    world.browser.forget_everything()
    world.browser.open(world.strict_app.url + "/sign-in")
    world.browser.fill_in(BOB.user, BOB.password)
    arrive(world, world.strict_app, "error server_error")
    expect_in("the log", '"saml.unsupported_encryption"', world.server.log_text())
    tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    world.server.command("idp", "update", "ssp", "--pool", world.strict_pool["id"], "--allow-cbc-until", tomorrow)
    time.sleep(2)  # a running server sees a change within that
    expect_person(check_both(sign_in(world, BOB, world.strict_app))[0], BOB)


@scenario.check("its answers by artifact are fetched from it; the same artifact again is refused, and it is not asked")
def by_artifact(world):
    server, provider, pool = world.server, world.simplesamlphp, world.people_pool
    updated = server.command("idp", "update", "ssp", "--pool", pool["id"], "--response-binding", "artifact")
    expect("response_binding", updated["requests"]["response_binding"], "artifact")
    time.sleep(2)  # a running server sees a change within that
    expect_person(check_both(sign_in(world, ALICE))[0], ALICE)
    visitor = world.visitor()
    brought = visitor.follow(visitor.get(world.app.begin().url), until=pool["issuer"] + "/saml2/idpresponse", person=BOB).location
    expect_in("what the browser brings", "?SAMLart=", brought)
    expect_in("bob has a code", "code=", visitor.get(brought).location)
    expect("how often it was asked", provider.count("POST /saml2/idp/ArtifactResolutionService.php"), 2)
    expect("the same artifact again", visitor.get(brought).status, 400)
    expect("how often it was asked then", provider.count("POST /saml2/idp/ArtifactResolutionService.php"), 2)
    server.command("idp", "update", "ssp", "--pool", pool["id"], "--response-binding", "post")
    time.sleep(2)  # a sign-in that is begun before the server sees it would still be answered by artifact, and refused
