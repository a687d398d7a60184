"""The pages that people see, in Chromium: by keyboard, for a screen reader, in light and dark, small and large, in six languages."""

from selenium.webdriver.common.keys import Keys

from kit import screenshots
from kit.accessibility import (
    expect_accessible,
    expect_axe,
    expect_fits,
    expect_structure,
    measure,
    of_role,
    tree,
    walk_by_keyboard,
)
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.gallery import APP, CROWD, DOMAIN, PAGES, PARTNERS, STAFF, Gallery

scenario = Scenario("sign_in_page", needs=["pysaml2", "chromium"])
LANGUAGES = ("en", "de", "fr", "es", "ja", "ar")


def gallery(world):
    return world.part("gallery", lambda: Gallery(world))


def direction(language):
    return "rtl" if language == "ar" else "ltr"


def show(world, page, language="", **settings):
    """A page, as a new person of that language opens it at that screen."""
    world.browser.as_delivered()
    world.browser.speak(language)
    world.browser.sit_at(**settings)
    world.browser.console()  # what was said before is not this page's
    gallery(world).show(page)
    return world.browser


def arrives(world, base):
    """Nobody listens there: the browser says so, and where it wanted to go."""
    world.browser.wait_until(lambda: world.browser.url.startswith(base), f"the way to {base}")


# ---- every page ----


def check_page(page):
    @scenario.check(f"{page}: words, contrast in light and dark, targets, 320 px and 200 %, axe-core")
    def everything(world):
        browser = show(world, page)
        expect_accessible(browser, page)
        browser.sit_at(width=640, height=400, scale=2)
        expect_fits(browser, f"{page} at 200 %")
        complaints = [each for each in browser.console() if not ("Failed to load resource" in each and browser.url in each)]  # its own status, 400 or 404
        expect("the console's complaints", complaints, [])


for each in PAGES:
    check_page(each)


@scenario.check("every page allows no inline code and no frame around it")
def policy(world):
    pages = (gallery(world).app.begin().url, f"{gallery(world).issuer}/oauth2/authorize?client_id=unknown", f"{gallery(world).issuer}/logout")
    for url in pages:
        headers = world.visitor().get(url).headers
        policy = headers.get("Content-Security-Policy", "")
        expect_in("the policy", "default-src 'none'", policy)
        expect_in("the policy", "frame-ancestors 'none'", policy)
        expect_true("no unsafe-…", "unsafe" not in policy, "no unsafe-…", policy)


# ---- the choice ----


@scenario.check("the choice has a main landmark, one heading, the providers and a labelled e-mail box")
def choice(world):
    nodes = tree(show(world, "choice"))
    ways = [node.name for node in of_role(nodes, "link", "button")]
    for provider in (STAFF, PARTNERS):
        expect_true(f"a way to {provider}", any(provider in way for way in ways), provider, ways)
    boxes = of_role(nodes, "textbox")
    expect("boxes", len(boxes), 1)
    expect_in("its label", "mail", boxes[0].name)
    expect_in("the heading names the app", APP, of_role(nodes, "heading")[0].name)


@scenario.check("a pool's own name, logo, colour and links are on its pages, and on no other pool's")
def branding(world):
    for page, own in (("choice", True), ("search", False)):
        browser = show(world, page)
        look = browser.driver.execute_script(DRESS)
        expect_true(f"{page}: images came", all(look["images"]) and bool(look["images"]) == own, "all of them" if own else "none", look["images"])
        expect(f"{page}: its name", "Acme" in browser.text, own)
        expect(f"{page}: its colour", "rgb(11, 110, 79)" in look["fills"], own)
        expect(f"{page}: its links", [link for link in look["links"] if "acme.example" in link], LINKS if own else [])


DRESS = """return {
    images: [...document.images].map((image) => image.complete && image.naturalWidth > 0),
    fills: [...document.querySelectorAll("main a, main button")].map((each) => getComputedStyle(each).backgroundColor),
    links: [...document.links].map((link) => link.href),
}"""
LINKS = ["https://acme.example/privacy", "https://acme.example/terms"]


@scenario.check("by keyboard alone: Tab goes down the page with a ring that can be seen, Enter goes to the provider")
def keyboard(world):
    for light in ("light", "dark"):
        browser = show(world, "choice", dark=light == "dark")
        begins = measure(browser)["focus"]
        expect_true("where typing begins", begins and "mail" in begins["what"], "the e-mail box", begins)
        order = [each["what"] for each in walk_by_keyboard(browser)]
        listed = [each["what"] for each in measure(browser)["controls"]]
        begin = listed.index(begins["what"])
        expect(f"the order of the focus ({light})", order, listed[begin + 1 :])
        expect_true("all ways to sign in have it", len(order) >= 4, "e-mail box, its button, two providers", order)
    browser = show(world, "choice")
    for _ in range(len(order)):
        browser.press_key(Keys.TAB)
        if PARTNERS in measure(browser)["focus"]["what"]:
            break
    browser.press_key(Keys.ENTER)
    arrives(world, gallery(world).domain_owner)


@scenario.check("an e-mail address goes to the provider that owns its domain")
def email(world):
    show(world, "choice").type_into("input[type=email]", f"Somebody@{DOMAIN.upper()}\n")
    arrives(world, gallery(world).domain_owner)


@scenario.check("an unknown domain: what is wrong is said at the box, what was typed is kept, the providers are there")
def unknown_domain(world):
    nodes = tree(show(world, "unknown-domain"))
    box, told = of_role(nodes, "textbox")[0], of_role(nodes, "alert")
    expect("invalid", str(box.properties.get("invalid")).lower(), "true")
    expect_true("an alert", told, "one", nodes)
    message = world.browser.find("[role=alert]").text
    expect_in("the box is described by it", message, box.description)
    expect("what was typed", world.browser.find("input[type=email]").get_property("value"), "somebody@elsewhere.example")
    expect_true("the providers", any(PARTNERS in each.name for each in of_role(nodes, "link", "button")), PARTNERS, nodes)


@scenario.check("many providers: none is listed until it is searched for")
def search(world):
    browser = show(world, "search")
    expect("companies listed", browser.text.count("company-"), 0)
    show(world, "found")
    expect("companies found", sum("company-0" in each.name for each in of_role(tree(browser), "link", "button")), 9)
    expect_true("not all", CROWD > 9, "some are not found", CROWD)
    show(world, "nothing-found")
    expect("companies found", browser.text.count("company-"), 0)


@scenario.check("the last choice is offered first")
def last_choice(world):
    browser = show(world, "choice")
    gallery(world).sign_in()
    browser.open(gallery(world).app.begin(prompt="select_account").url)
    browser.wait_for("main h1")
    ways = [node.name for node in of_role(tree(browser), "link", "button") if STAFF in node.name or PARTNERS in node.name]
    expect_true("the first way", ways and STAFF in ways[0], STAFF, ways)


@scenario.check("without scripts: the buttons and the e-mail box work as before")
def without_scripts(world):
    browser = show(world, "choice")
    browser.run_scripts(False)
    gallery(world).show("choice")
    browser.press_first("main a.button, main ul button")
    browser.wait_until(lambda: "/oauth2/authorize" not in browser.url, "the way to a provider")
    browser.run_scripts(False)
    gallery(world).show("choice")
    browser.type_into("input[type=email]", f"somebody@{DOMAIN}\n")
    arrives(world, gallery(world).domain_owner)


@scenario.check("six providers and an e-mail box fit a window of 860 px, and each tile says where it leads")
def tiles(world):
    browser = show(world, "tiles", width=1280, height=860)
    high = browser.driver.execute_script("return document.documentElement.scrollHeight")
    expect_true("the height of the page", high <= 860, "at most 860 px", f"{high} px")
    names = [node.name for node in of_role(tree(browser), "link") if node.name.startswith("Continue with")]
    expect("tiles", len(names), 6)


# ---- languages ----


@scenario.check("the language menu works without scripts, and the next page still speaks that language")
def language_menu(world):
    browser = show(world, "choice")
    browser.run_scripts(False)
    gallery(world).show("choice")
    browser.press_first(".languages summary")
    browser.press_first("button[value=de]")
    browser.wait_for("html[lang=de] main h1")
    browser.open(gallery(world).app.begin(ui_locales="fr").url)
    browser.wait_for("html[lang=de] main h1")
    browser.run_scripts(True)


@scenario.check("six languages by ui_locales and by Accept-Language; Arabic from right to left")
def languages(world):
    browser, headings = show(world, "choice"), {}
    for language in LANGUAGES:
        for how in ("ui_locales", "Accept-Language"):
            browser.speak(language if how == "Accept-Language" else "en")
            gallery(world).choice(**({"ui_locales": language} if how == "ui_locales" else {}))
            browser.wait_for("main h1")
            nodes = expect_structure(browser, f"{how} {language}", language, direction(language))
            heading = next(node.name for node in of_role(nodes, "heading"))
            expect(f"the heading by {how}", heading, headings.setdefault(language, heading))
            expect_true(f"{language}: whole messages", "{{" not in browser.text, "no gaps", browser.text)
    expect_true("each language has words of its own", len(set(headings.values())) == len(LANGUAGES), f"{len(LANGUAGES)} headings", headings)
    browser.speak("tlh, pt;q=0.8, fr;q=0.5")
    gallery(world).choice()
    expect("one that is not there, then French", measure(browser)["language"], "fr")


@scenario.check("every page in Arabic: from right to left, nothing cut off, axe-core has no complaint")
def arabic(world):
    for page in PAGES:
        browser = show(world, page, language="ar")
        expect_structure(browser, page, "ar", "rtl")
        browser.sit_at(width=320, height=640)
        expect_fits(browser, f"{page} at 320 px")
        expect_axe(browser, page)


# ---- pictures ----


@scenario.check("pictures of every page, light and dark, phone and desktop")
def pictures(world):
    world.browser.as_delivered()
    taken = screenshots.take_all(gallery(world))
    expect_true("pictures", len(taken) >= 4 * len(PAGES), f"at least {4 * len(PAGES)}", len(taken))
    expect("empty ones", [path.name for path in taken if path.stat().st_size < 2000], [])
