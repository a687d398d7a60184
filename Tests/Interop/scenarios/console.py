"""The console in Chromium: who gets in, what is explained, what is done; by keyboard, at 320 px, in light and dark, in six languages."""

import base64
import contextlib
import os
import sqlite3
import time
import urllib.parse

from selenium.webdriver.common.keys import Keys

from kit.accessibility import expect_accessible, expect_axe, expect_fits, expect_structure, measure, of_role, tree, walk_by_keyboard
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.countersign import ROOT
from kit.world import HOME, Site

scenario = Scenario("console", needs=["pysaml2", "chromium"])
GROUP = "countersign-admins"
LANGUAGES = ("en", "de", "fr", "es", "ja", "ar")
# Pages without a name in their address; below the pool but for the first.
PAGES = ("", "signins", "users", "providers", "clients", "keys", "logouts", "audit")
PICTURES = ROOT / "docs" / "images"

MOVE = """for (const each of document.querySelectorAll("code")) each.textContent = each.textContent.replace(arguments[0], "/var/lib/countersign").replace(" --development", "")"""


class Console:
    """A server whose console is for one group of its pool, somebody in it who is signed in, and a sign-in that was refused."""

    def __init__(self, world):
        self.world, self.browser = world, world.browser
        self.server = world.new_server("console")
        self.site = Site(world, self.server, "Staff", "Order desk")
        self.server.stop()
        self.remember_a_week()
        self.server.options = (*self.server.options, "--console-pool", self.site.pool["id"], "--console-group", GROUP)
        self.server.start()
        self.url, self.pool = self.server.url + "/console", self.server.url + "/console/" + self.site.pool["id"]
        self.reference = self.refuse()
        self.confidential = self.server.command(
            "client", "create", "Back office", "--pool", self.site.pool["id"], "--redirect-uri", "https://office.example/callback", "--confidential"
        )["client_id"]
        for user in ("bob", "carol", "dora"):
            self.site.sign_in(world.visitor(), user)
        self.admin = world.visitor()
        self.enter(self.admin)

    def refuse(self):
        """An answer that was altered on its way: the reference that the app is told."""
        visitor = self.world.visitor()
        sign_in, redirect = self.site.to_provider(visitor)
        answer = self.site.answer(redirect, "bob").with_xml(lambda xml: xml.replace("engineering", "Engineering"))
        page = visitor.follow(visitor.post(answer.url, answer.form), until=self.site.app.redirect_uri)
        return urllib.parse.unquote_plus(page.location).split("Reference: ")[1][:12]

    def remember_a_week(self):
        """Sign-ins of days that nobody waits for: more by day than by night, and an afternoon on which many were refused."""
        if not self.server.database.startswith("sqlite:"):
            return
        hour = int(time.time() // 3600)
        with contextlib.closing(sqlite3.connect(self.server.database.removeprefix("sqlite:"))) as database, database:
            for ago in range(6, 7 * 24):
                at, busy = (hour - ago) * 3_600_000, 3 + 40 * (7 <= (hour - ago) % 24 <= 17)
                refused = 25 if 50 <= ago <= 55 else busy // 12
                for outcome, code, count in (("accepted", "", busy + ago % 5), ("refused", "saml.audience", refused)):
                    values = (self.site.pool["id"], at, "pysaml2", outcome, code, count, at + 31 * 86_400_000)
                    database.execute("INSERT OR REPLACE INTO sign_in_counts VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def enter(self, visitor, user="ada", groups=(GROUP,)):
        """From the console to the provider and back."""
        page = visitor.follow(visitor.get(self.url), until=self.site.provider.base)
        answer = self.site.answer(page.location, user, groups=groups)
        return visitor.follow(visitor.post(answer.url, answer.form))

    def show(self, page="", language="", **screen):
        self.browser.as_delivered()
        self.browser.forget_everything()
        self.browser.take_cookies(self.admin, self.server.url)
        self.browser.speak(language)
        self.browser.sit_at(**screen)
        self.browser.console()
        self.browser.open(self.url if page == "" else f"{self.pool}/{page}")
        self.browser.wait_for("main h1")
        return self.browser

    def user(self, name):
        return next(each for each in self.server.command("user", "list", "--pool", self.site.pool["id"]) if name in each["username"])

    @property
    def named(self):
        """Pages that are about one thing."""
        user = self.user("bob")["sub"]
        client = self.site.app.client_id
        return (
            f"signins/{self.reference}", f"users/{user}", f"users/{user}/sign-out", f"users/{user}/delete", "providers/pysaml2", f"clients/{client}",
            f"clients/{self.confidential}/rotate-secret", f"clients/{client}/delete", f"keys/{self.site.pool['signing_algorithms'][0]}/rotate", "keys/saml-signing/rotate",
        )


def console(world):
    return world.part("console", lambda: Console(world))


@scenario.check("who is in the group gets in, who is not is told why, and who has no session signs in first")
def walls(world):
    expect("in the group", console(world).admin.get(console(world).url).status, 200)
    page = console(world).enter(world.visitor(), "eve", groups=("engineering",))
    expect("in no group", page.status, 403)
    expect_in("its code", "console.not_member", page.text)
    page = world.visitor().get(console(world).pool + "/users")
    expect("without a session", page.status, 303)
    expect_in("the way", "/oauth2/authorize?", page.location)


@scenario.check("every page: words, contrast in light and dark, targets, 320 px, 200 %, axe-core")
def pages(world):
    for page in (*PAGES, *console(world).named):
        browser = console(world).show(page)
        expect_accessible(browser, page)
        expect_axe(browser, f"{page} at 320 px")
        browser.sit_at(width=640, height=400, scale=2)
        expect_fits(browser, f"{page} at 200 %")
        expect(f"{page}: the console's complaints", browser.console(), [])


@scenario.check("six languages; Arabic from right to left at 320 px")
def languages(world):
    headings = set()
    for language in LANGUAGES:
        browser = console(world).show(language=language)
        nodes = expect_structure(browser, language, language, "rtl" if language == "ar" else "ltr")
        headings.add(next(node.name for node in of_role(nodes, "heading")))
        expect_true(f"{language}: whole messages", "{{" not in browser.text, "no gaps", browser.text)
    expect("headings", len(headings), len(LANGUAGES))
    for page in (*PAGES, *console(world).named):
        browser = console(world).show(page, language="ar", width=320, height=640)
        expect_fits(browser, f"{page} at 320 px")
        expect_axe(browser, page)


@scenario.check("by keyboard: the first stop leads past the tabs, and each stop can be seen")
def keyboard(world):
    browser = console(world).show("signins")
    browser.press_key(Keys.TAB)
    expect_in("the first stop", "content", measure(browser)["focus"]["what"])
    browser = console(world).show("signins")
    order = [each["what"] for each in walk_by_keyboard(browser)]
    expect_true("stops", len(order) >= 12, "tabs, boxes, rows", order)


@scenario.check("a reference leads to what was checked, expected and seen; without scripts")
def explanation(world):
    browser = console(world).show()
    browser.run_scripts(False)
    browser.open(console(world).url)
    browser.type_into("input[name=reference]", console(world).reference.lower() + "\n")
    browser.wait_until(lambda: "/signins/" in browser.url, "the sign-in")
    shown = console(world).server.command("signin", "show", console(world).reference, "--pool", console(world).site.pool["id"])
    for part in (shown["message"], shown["remedy"], shown["code"], *shown["commands"]):
        expect_in("the page", part, browser.text)
    browser.run_scripts(True)


@scenario.check("sign somebody out: nothing before the question is answered, and the audit trail has who did it")
def sign_out(world):
    user = console(world).user("carol")
    browser = console(world).show(f"users/{user['sub']}/sign-out")
    browser.press_first("main form button")
    browser.wait_until(lambda: browser.url.endswith(user["sub"]), "the user")
    expect_in("sessions", "Nothing was found", browser.text)
    browser = console(world).show("audit")
    expect_in("the trail", "user.sign_out", browser.text)
    expect_in("the trail", "console (pysaml2_", browser.text)


@scenario.check("sign-outs are listed, and each leads to who was told")
def sign_outs(world):
    browser = console(world).show("logouts")
    expect_in("by whom", "An admin", browser.text)
    browser.press_first("main td a")
    browser.wait_until(lambda: "/logouts/" in browser.url, "the sign-out")
    expect_in("the sign-out", "an admin", browser.text)


@scenario.check("a deletion wants the name: by keyboard, without scripts; nothing is deleted by another one")
def deletion(world):
    user = console(world).user("dora")
    for typed, outcome in (("dora", "console.confirmation"), (user["username"], "")):
        browser = console(world).show(f"users/{user['sub']}")
        browser.run_scripts(False)
        browser.open(console(world).pool + f"/users/{user['sub']}/delete")
        browser.type_into("#confirm", typed + "\n")
        if outcome:
            browser.wait_until(lambda: outcome in browser.text, outcome)
            expect("still there", console(world).user("dora")["sub"], user["sub"])
        else:
            browser.wait_until(lambda: browser.url.endswith("/users"), "the users")
        browser.run_scripts(True)
    names = [each["username"] for each in console(world).server.command("user", "list", "--pool", console(world).site.pool["id"])]
    expect_true("deleted", user["username"] not in names, "no dora", names)


@scenario.check("nobody takes away the provider by which they came in")
def lock_out(world):
    page = console(world).admin.get(console(world).pool + "/providers/pysaml2/disable")
    expect("refused", page.status, 409)
    expect_in("its code", "console.own_provider", page.text)


@scenario.check("an app's new secret: shown once, on a page that is accessible and that nobody keeps")
def secret(world):
    client = console(world).confidential
    browser = console(world).show(f"clients/{client}/rotate-secret")
    browser.press_first("main form button")
    browser.wait_until(lambda: "Copy the secret now" in browser.text, "the secret")
    console(world).server.secrets.remember("client secret", browser.driver.find_elements("css selector", "main dd code")[-1].text)
    expect_axe(browser, "the new secret")
    browser.sit_at(width=320, height=640)
    expect_fits(browser, "the new secret at 320 px")
    browser = console(world).show(f"clients/{client}/rotate-secret")
    expect_in("a third one", "admin.two_secrets", browser.text)


@scenario.check("pictures for docs/images, 150 kB each at most")
def pictures(world):
    user = console(world).user("bob")["sub"]
    for name, page in {"overview": "", "signin": f"signins/{console(world).reference}", "user": f"users/{user}", "provider": "providers/pysaml2"}.items():
        browser = console(world).show(page, width=1100, height=820)
        # A picture is of a server, and not of where this one was tried.
        browser.driver.execute_script(MOVE, str(console(world).server.folder))
        folder = PICTURES if os.environ.get("COUNTERSIGN_WRITE_DOCS") == "1" else HOME
        path = folder / f"console-{name}.png"
        path.write_bytes(base64.b64decode(browser.tell("Page.captureScreenshot", format="png")["data"]))
        expect_true(name, 2_000 < path.stat().st_size <= 150_000, "2 to 150 kB", path.stat().st_size)
    browser.as_delivered()
