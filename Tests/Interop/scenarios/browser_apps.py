"""Apps without a server of their own, each on another origin than Countersign: what the browser lets them see (CORS)."""

import json

import requests

from kit.browser_apps import PlainPage, SwaggerUI
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.people import ALICE
from kit.tokens import discovery, verify

scenario = Scenario("browser_apps", needs=["simplesamlphp", "chromium"])


def plain_page(world):
    def make():
        app = PlainPage("plain page")
        world.started.append(app)
        client = world.server.create_client(world.people_pool, "plain page", app.start().origin + "/")
        return app.install(world.people_pool["issuer"], client)

    return world.part("plain page", make)


def swagger_ui(world):
    def make():
        app = SwaggerUI("Swagger UI")
        world.started.append(app)
        client = world.server.create_client(world.people_pool, "swagger", app.start().origin + "/oauth2-redirect.html")
        return app.install(discovery(world.people_pool["issuer"]), client)

    return world.part("swagger ui", make)


@scenario.check("a plain page signs alice in, and sees discovery, keys, tokens, userinfo and revocation; never with cookies")
def plain(world):
    app, browser = plain_page(world), world.browser
    browser.forget_everything()
    browser.open(app.origin)
    browser.fill_in(ALICE.user, ALICE.password)
    expect_in("the page", "plain page: signed in", browser.wait_for_text("plain page: "))
    answers = json.loads(browser.driver.execute_script("return document.getElementById('answers').textContent"))
    tokens = json.loads(answers["token"]["body"])
    for kind in ("access_token", "refresh_token", "id_token"):
        world.secrets.remember(kind.replace("_", " "), tokens.get(kind))
    claims = verify(tokens["id_token"], discovery(world.people_pool["issuer"])["jwks_uri"])[1]
    expect("the ID token is alice's", claims["email"], ALICE.email)
    expect("userinfo", json.loads(answers["userinfo"]["body"])["email"], ALICE.email)
    expect("keys", answers["keys"].get("status"), 200)
    expect("the page may read why a refresh failed", json.loads(answers["again"]["body"])["error"], "invalid_grant")
    expect("revocation", answers["revoke"].get("status"), 200)
    expect_true("with cookies the browser shows nothing", "blocked" in answers["withCookies"], "blocked", answers["withCookies"])


@scenario.check("the same page on an origin that no app has registered sees keys and discovery, and no answer of the token endpoint")
def stranger(world):
    app, browser = plain_page(world), world.browser
    other = PlainPage("stranger")
    world.started.append(other)
    other.start().install(world.people_pool["issuer"], app.client)
    other.serve("/", "text/html", "<!doctype html><p>stranger")
    browser.open(other.origin)
    issuer = world.people_pool["issuer"]
    script = """
        const [url, body, done] = arguments;
        fetch(url, body ? { method: "POST", body: new URLSearchParams(body) } : {}).then((answer) => done(answer.status), () => done("blocked"));
        """
    metadata = discovery(issuer)
    grant = {"grant_type": "refresh_token", "refresh_token": "none", "client_id": app.client["client_id"]}
    expect("discovery", browser.driver.execute_async_script(script, issuer + "/.well-known/openid-configuration", None), 200)
    expect("keys", browser.driver.execute_async_script(script, metadata["jwks_uri"], None), 200)
    expect("token", browser.driver.execute_async_script(script, metadata["token_endpoint"], grant), "blocked")
    expect("revocation", browser.driver.execute_async_script(script, metadata["revocation_endpoint"], {"token": "x", "client_id": grant["client_id"]}), "blocked")


@scenario.check("Swagger UI signs alice in by its popup, with PKCE, and calls userinfo with the token")
def swagger(world):
    app, browser = swagger_ui(world), world.browser
    browser.forget_everything()
    browser.open(app.origin)
    browser.press_first("button.authorize")
    window = browser.driver.current_window_handle
    browser.press_first(".modal-ux button.authorize")
    popup = browser.wait_until(lambda: next((each for each in browser.driver.window_handles if each != window), None), "a popup")
    browser.driver.switch_to.window(popup)
    browser.fill_in(ALICE.user, ALICE.password)
    browser.wait_until(lambda: popup not in browser.driver.window_handles, "the popup's end")
    browser.driver.switch_to.window(window)
    browser.wait_until(lambda: browser.find(".modal-ux") and "Logout" in browser.find(".modal-ux").text, "Swagger UI has tokens")
    browser.press_first(".modal-ux .btn-done")
    browser.press_first(".try-out__btn")
    browser.press_first("button.execute")
    said = browser.wait_until(lambda: ALICE.email in browser.text and browser.text, "userinfo's answer")
    expect_in("the answer", '"email": "' + ALICE.email, said)
    stored = browser.driver.execute_script("return window.ui.authSelectors.authorized().toJS()")
    for kind in ("access_token", "refresh_token", "id_token"):
        world.secrets.remember(kind.replace("_", " "), stored["countersign"]["token"].get(kind))


@scenario.check("an origin is allowed by its name: never by *, and never with credentials")
def headers(world):
    app, endpoint = plain_page(world), discovery(world.people_pool["issuer"])["token_endpoint"]
    ask = {"Origin": app.origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-requested-with"}
    answer = requests.options(endpoint, headers=ask, timeout=5)
    expect("the origin allowed", answer.headers.get("Access-Control-Allow-Origin"), app.origin)
    expect_in("Vary", "Origin", answer.headers.get("Vary", ""))
    expect("credentials", answer.headers.get("Access-Control-Allow-Credentials"), None)
    for origin in ("http://localhost:1", "null", app.origin + ".evil.example", app.origin.upper()):
        refused = requests.options(endpoint, headers={**ask, "Origin": origin}, timeout=5)
        expect(f"the origin allowed to {origin}", refused.headers.get("Access-Control-Allow-Origin"), None)
