"""An app of somebody else asks the person first, and she takes it back on a page of her own."""

import urllib.parse

from kit.app import App
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.visitor import Forms

scenario = Scenario("consent", needs=["pysaml2"])


def partner(world):
    site = world.site
    client = site.server.create_client(site.pool, "Partner desk", site.app.redirect_uri, "--third-party")
    return App(site.app.issuer, client, world.secrets, site.app.redirect_uri)


def press(visitor, page, name, **values):
    form = page.form(name)
    return visitor.submit(page, form, **values)


def told(page):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location or "").query))


@scenario.check("asked once; Deny is told to the app; access that is taken back is asked for again, and its refresh token is over")
def asked(world):
    site, app, visitor = world.site, partner(world), world.visitor()
    begun = app.begin()
    redirect = visitor.follow(visitor.get(begun.url), until=site.provider.base).location
    answer = site.answer(redirect, "ada")
    page = visitor.post(answer.url, answer.form)
    expect_in("the page names the app", "Partner desk", page.words)
    denied = press(visitor, page, "consent", decision="deny")
    expect("what the app is told", told(denied).get("error"), "access_denied")
    page = visitor.get(app.begin().url)
    expect_true("asked again", page.form("consent"), "a question", page.words[:200])
    begun = app.begin()
    page = visitor.get(begun.url)
    allowed = press(visitor, page, "consent", decision="allow")
    signed_in = begun.answer(allowed.location).redeem()
    again = press(visitor, page, "consent", decision="allow")
    expect("the same answer once more", told(again).get("code"), None)
    expect_true("not asked any more", told(visitor.get(app.begin().url)).get("code"), "a code", "none")
    account = visitor.get(app.issuer + "/account")
    expect_in("the person's page has the app", "Partner desk", account.words)
    # Other scenarios of the same run left apps there, too.
    forms = [form for form in Forms(account.text).forms if form["fields"].get("act") == "remove" and form["fields"]["id"] == app.client_id]
    expect("the app among those with access", len(forms), 1)
    visitor.submit(account, forms[0])
    expect("the refresh token", app.refresh(signed_in.tokens["refresh_token"]).json().get("error"), "invalid_grant")
    expect("prompt=none", told(visitor.get(app.begin(prompt="none").url)).get("error"), "consent_required")
