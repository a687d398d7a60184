"""What a page is to people who read it in another light, size or way: measured in the browser, judged by WCAG 2.2 AA."""

import pathlib
from importlib import resources

from selenium.webdriver.common.keys import Keys

from .checks import expect, expect_true

MEASURE = pathlib.Path(__file__).with_name("measure.js").read_text()
TEXT, EDGE, TARGET = 4.5, 3.0, 24  # §1.4.3, §1.4.11, §2.5.8
INPUTS = ("textbox", "searchbox", "combobox", "checkbox")


def measure(browser):
    return browser.driver.execute_script(MEASURE)


class Node:
    """What a screen reader is told of one thing, as Chromium computes it."""

    def __init__(self, node):
        self.role, self.name = node.get("role", {}).get("value"), node.get("name", {}).get("value", "")
        self.description = node.get("description", {}).get("value", "")
        self.properties = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}

    def __repr__(self):
        return f"{self.role} '{self.name}'"


def tree(browser):
    nodes = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [Node(node) for node in nodes if not node.get("ignored")]


def of_role(nodes, *roles):
    return [node for node in nodes if node.role in roles]


# ---- judgements: each takes the page that is open ----


def expect_structure(browser, what, language="en", direction="ltr"):
    """Language, direction, title; one main landmark, one first heading; a name on all that can be used."""
    seen, nodes = measure(browser), tree(browser)
    expect(f"{what}: lang", seen["language"], language)
    expect(f"{what}: dir", seen["direction"], direction)
    expect_true(f"{what}: title", seen["title"].strip(), "some words", seen["title"])
    expect_true(f"{what}: style", seen["styled"], "a style sheet that came", "none")
    expect(f"{what}: main landmarks", len(of_role(nodes, "main")), 1)
    headings = [node.name for node in of_role(nodes, "heading") if node.properties.get("level") == 1]
    expect_true(f"{what}: first headings", len(headings) == 1 and headings[0].strip(), "one, with words", headings)
    nameless = [node for node in of_role(nodes, "button", "link", *INPUTS) if not node.name.strip()]
    expect(f"{what}: what has no name", nameless, [])
    return nodes


def expect_contrast(browser, what):
    seen = measure(browser)
    expect(f"{what}: words below {TEXT}:1", [each for each in seen["texts"] if each["contrast"] < TEXT], [])
    expect(f"{what}: edges below {EDGE}:1", [each for each in seen["controls"] if each["contrast"] is not None and each["contrast"] < EDGE], [])
    expect_true(f"{what}: words that were measured", seen["texts"], "some", seen["texts"])


def expect_targets(browser, what):
    expect(f"{what}: smaller than {TARGET} px", [each for each in measure(browser)["controls"] if each["size"] < TARGET], [])


def expect_fits(browser, what):
    """Nothing to scroll sideways for, nothing cut off."""
    seen = measure(browser)
    expect_true(f"{what}: width of the page", seen["fullWidth"] <= seen["width"], f"at most {seen['width']} px", f"{seen['fullWidth']} px")
    expect(f"{what}: cut off", seen["cutOff"], [])


def walk_by_keyboard(browser, limit=40):
    """Presses Tab until nothing new has the focus; what had it, in order, each with a ring that can be seen (§2.4.7, §2.4.11, §2.4.13)."""
    order = []
    for _ in range(limit):
        browser.press_key(Keys.TAB)
        ring = measure(browser)["focus"]
        if ring is None or ring["what"] in [each["what"] for each in order]:
            return order
        expect_true(f"the focus on {ring['what']}", ring["width"] >= 2 and ring["contrast"] >= EDGE, f"a ring of 2 px and {EDGE}:1", ring)
        expect(f"{ring['what']}: covered while it has the focus", ring["covered"], False)
        order.append(ring)
    raise RuntimeError(f"{limit} times Tab and no end: {[each['what'] for each in order]}")


def expect_axe(browser, what):
    """axe-core's rules: WCAG 2.2 A and AA, and its best practices."""
    browser.driver.execute_script(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    ask = "const done = arguments[0]; axe.run(document, {iframes: false, preload: false}).then(done, problem => done({problem: String(problem)}))"
    answer = browser.driver.execute_async_script(ask)
    expect(f"{what}: axe-core itself", answer.get("problem"), None)
    found = [f"{each['id']}: {each['help']} at {[node['html'][:120] for node in each['nodes'][:3]]}" for each in answer["violations"]]
    expect(f"{what}: violations that axe-core {answer['testEngine']['version']} sees", found, [])
    expect_true(f"{what}: rules that axe-core applied", len(answer["passes"]) > 8, "more than 8", len(answer["passes"]))


def expect_accessible(browser, page):
    """What holds for every page: as it is, light and dark, and at last at 320 px."""
    expect_structure(browser, page)
    for light in ("light", "dark"):
        browser.sit_at(dark=light == "dark")
        expect_contrast(browser, f"{page}, {light}")
        expect_axe(browser, f"{page}, {light}")
    expect_targets(browser, page)
    browser.sit_at(width=320, height=640)
    expect_fits(browser, f"{page} at 320 px")
