"""The libraries that apps are made of, each by its own means: what the quick starts say, and idpyoidc, PyJWT and joserfc beside them."""

import json
import logging
import os
import subprocess
import urllib.parse

import requests

from kit.browser_apps import BrowserApp
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.people import ALICE
from kit.quick_starts import QuickStart, block, settings
from kit.tokens import discovery

scenario = Scenario("clients", needs=["pysaml2", "simplesamlphp", "chromium"])
AUDIENCE = "https://orders.example.com"


def through(world, visitor, page, user, home):
    """From an app to the provider and back to the app's own page."""
    site = world.site
    page = visitor.follow(page, until=site.provider.base)
    if page.location:
        answer = site.answer(page.location, user)
        page = visitor.follow(visitor.post(answer.url, answer.form))
    expect_true("the way ends at the app", page.url.startswith(home) and page.status == 200, home, f"{page.url} ({page.status}): {page.words[:300]}")
    return page


def started(world, app, *words, **more):
    world.started.append(app)
    return app.start(*words, **more)


@scenario.check("the Flask quick start (Authlib) signs ada in and out")
def flask(world):
    site, visitor = world.site, world.visitor()
    app = QuickStart(world, "flask_app").register(site.server, site.pool)
    started(world, app, "-m", "flask", "--app", "flask_app", "run", "--port", str(app.port))
    page = through(world, visitor, visitor.get(app.url), "ada", app.url)
    expect("the app's page", page.words, f"signed in as {site.provider.email('ada')}")
    page = visitor.follow(visitor.get(app.url + "/sign-out"), until=app.url + "/sign-in")
    expect("after signing out the browser is back at the app", page.location, app.url + "/sign-in")
    begun = site.app.begin(prompt="none")
    expect("and no session is left", visitor.sign_in(begun).error, "login_required")


@scenario.check("the Django quick start (mozilla-django-oidc) signs grace in")
def django(world):
    site, visitor = world.site, world.visitor()
    app = QuickStart(world, "django_app", "/oidc/callback/").register(site.server, site.pool)
    environment = {"DATABASE": str(app.folder / "db.sqlite3")}
    made = subprocess.run(app.python("django_app.py", "migrate"), cwd=app.folder, env=app.environment(**environment), capture_output=True, text=True)
    expect_true("migrate", made.returncode == 0, "exit status 0", made.stderr[-600:])
    started(world, app, "django_app.py", "runserver", "--noreload", str(app.port), **environment)
    page = through(world, visitor, visitor.get(app.url), "grace", app.url)
    expect("the app's page", page.words, f"signed in as {site.provider.email('grace')}")


@scenario.check("the nightly job (requests-oauthlib) calls the service (PyJWT), which takes its token and no other")
def program(world):
    site = world.site
    site.server.command("pool", "add-resource", site.pool["id"], AUDIENCE, "--scope", "orders.read")
    job = QuickStart(world, "nightly_job")
    # Programs sign nobody in, so there is no redirect URI.
    job.client = site.server.command("client", "create", "nightly-job", "--pool", site.pool["id"], "--confidential", "--grant", "client_credentials", "--resource", AUDIENCE)
    service = QuickStart(world, "orders").register(site.server, site.pool, "--resource", AUDIENCE)
    started(world, service, "-m", "flask", "--app", "orders", "run", "--port", str(service.port))
    job.settings = settings(site.server, site.pool, job.client)
    # Over plain http on loopback, which the library refuses by itself.
    environment = job.environment(ORDERS_URL=service.url + "/orders", OAUTHLIB_INSECURE_TRANSPORT="1")
    ran = subprocess.run(job.python("nightly_job.py"), cwd=job.folder, env=environment, capture_output=True, text=True)
    expect_true("the job", ran.returncode == 0, "exit status 0", ran.stderr[-600:])
    expect("what the service answered", ran.stdout.strip(), f"orders for {job.client['client_id']}")
    person = site.sign_in(world.visitor(), "ada").redeem()
    for what, token in {"an access token for another audience": person.tokens["access_token"], "an ID token": person.tokens["id_token"], "nothing": "x"}.items():
        expect(f"status with {what}", requests.get(service.url + "/orders", headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code, 401)


@scenario.check("requests-oauthlib goes the code flow with PKCE, and refreshes by itself")
def requests_oauthlib(world):
    from requests_oauthlib import OAuth2Session

    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    site, visitor, metadata = world.site, world.visitor(), discovery(world.site.pool["issuer"])
    client = site.server.create_client(site.pool, "requests-oauthlib", site.app.redirect_uri, "--confidential")
    session = OAuth2Session(client["client_id"], redirect_uri=site.app.redirect_uri, scope=["openid", "email"], pkce="S256")
    url, _ = session.authorization_url(metadata["authorization_endpoint"])
    page = visitor.follow(visitor.get(url), until=site.provider.base)
    answer = site.answer(page.location, "ada")
    page = visitor.follow(visitor.post(answer.url, answer.form), until=site.app.redirect_uri)
    tokens = site.app.remember(session.fetch_token(metadata["token_endpoint"], authorization_response=page.location, client_secret=client["client_secret"]))
    expect("e-mail by userinfo", session.get(metadata["userinfo_endpoint"]).json()["email"], site.provider.email("ada"))
    again = session.refresh_token(metadata["token_endpoint"], auth=(client["client_id"], client["client_secret"]))
    site.app.remember(again)
    expect_true("another refresh token", again["refresh_token"] != tokens["refresh_token"], "another", "the same")


@scenario.check("idpyoidc discovers, signs ada in with PKCE, verifies the ID token and asks userinfo")
def idpyoidc(world):
    from cryptojwt.key_jar import KeyJar
    from idpyoidc.client.rp_handler import RPHandler

    logging.getLogger("idpyoidc").setLevel(logging.CRITICAL)  # it complains of its own expectations
    site, visitor = world.site, world.visitor()
    client = site.server.create_client(site.pool, "idpyoidc", site.app.redirect_uri, "--confidential")
    configuration = {
        "client_type": "oidc",
        "issuer": site.pool["issuer"],
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "redirect_uris": [site.app.redirect_uri],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "email", "profile"],
        "add_ons": {"pkce": {"function": "idpyoidc.client.oauth2.add_on.pkce.add_support", "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"}}},
    }
    # A key jar of its own: else it writes one into whatever folder this is.
    handler = RPHandler("http://localhost", client_configs={"countersign": configuration}, keyjar=KeyJar())
    begun = handler.begin("countersign")
    url = begun if isinstance(begun, str) else begun["url"]
    page = visitor.follow(visitor.get(url), until=site.provider.base)
    answer = site.answer(page.location, "ada")
    page = visitor.follow(visitor.post(answer.url, answer.form), until=site.app.redirect_uri)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location).query))
    world.secrets.remember("code", query["code"])
    done = handler.finalize(site.pool["issuer"], query)
    expect_true("it ends without an error", "error" not in done, "tokens", done)
    expect("e-mail by userinfo", done["userinfo"]["email"], site.provider.email("ada"))
    world.secrets.remember("access token", done.get("token"))
    expect("iss of the ID token", done["id_token"]["iss"], site.pool["issuer"])


@scenario.check("PyJWT and joserfc verify both tokens by the published keys, and refuse a changed one")
def verifiers(world):
    import jwt
    from joserfc import jwt as joserfc_jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    site, done = world.site, world.site.sign_in(world.visitor(), "ada").redeem()
    keys = jwt.PyJWKClient(site.app.discovery["jwks_uri"])
    key_set = KeySet.import_key_set(requests.get(site.app.discovery["jwks_uri"], timeout=10).json())
    for kind, audience in (("id_token", site.app.client_id), ("access_token", site.app.issuer)):
        token = done.tokens[kind]
        claims = jwt.decode(token, keys.get_signing_key_from_jwt(token), ["RS256"], audience=audience, issuer=site.app.issuer, options={"require": ["exp", "iat", "sub"]})
        expect(f"{kind}: both libraries read the same", joserfc_jwt.decode(token, key_set, algorithms=["RS256"]).claims, claims)
        head, body, signature = token.split(".")
        changed = ".".join((head, body, signature[:-6] + ("AAAAAA" if signature[-6:] != "AAAAAA" else "BBBBBB")))
        for library, attempt in (("PyJWT", lambda: jwt.decode(changed, keys.get_signing_key_from_jwt(changed), ["RS256"], audience=audience)), ("joserfc", lambda: joserfc_jwt.decode(changed, key_set, algorithms=["RS256"]))):
            try:
                attempt()
            except (jwt.PyJWTError, JoseError):
                continue
            raise AssertionError(f"{library} took a {kind} whose signature was changed")


@scenario.check("the page without a server signs alice in with plain fetch in Chromium, and refreshes")
def spa(world):
    app, browser = BrowserApp("spa"), world.browser
    world.started.append(app)
    client = world.server.create_client(world.people_pool, "spa", app.start().origin + "/")
    text = block("spa.html").replace("https://id.example.com/local_4fGh2kQ9x", world.people_pool["issuer"]).replace('"CLIENT_ID"', json.dumps(client["client_id"]))
    app.serve("/", "text/html; charset=utf-8", text)
    browser.forget_everything()
    browser.open(app.origin)
    browser.fill_in(ALICE.user, ALICE.password)
    expect_in("the page", f"signed in as {ALICE.email}", browser.wait_for_text("signed in as"))
    expect("the code is gone from the address", browser.url, app.origin + "/")
    browser.press_first("#again")
    expect_in("the page", f"refreshed for {ALICE.email}", browser.wait_for_text("refreshed for"))
    tokens = browser.driver.execute_script("return tokens")
    for kind in ("access_token", "refresh_token", "id_token"):
        world.secrets.remember(kind.replace("_", " "), tokens.get(kind))
