"""Pictures of every page, in light and dark, on a phone and on a desktop."""

import base64

from .gallery import PAGES
from .world import HOME

FOLDER = HOME / "screenshots"
SCREENS = {"phone": (390, 844), "desktop": (1280, 800)}
LIGHTS = ("light", "dark")
# The one picture that is committed, docs/images/sign-in.png.
README = (560, 720)


def take(browser, path, width, height, dark):
    browser.sit_at(width, height, dark=dark)
    path.write_bytes(base64.b64decode(browser.tell("Page.captureScreenshot", format="png")["data"]))
    return path


def take_all(gallery, languages=("ar",)):
    """The paths of what was taken; what an earlier run left is removed."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    taken, browser = [], gallery.browser
    try:
        for page in PAGES:
            gallery.show(page)
            taken += [
                take(browser, FOLDER / f"{page}-{light}-{screen}.png", *size, dark=light == "dark") for screen, size in SCREENS.items() for light in LIGHTS
            ]
            browser.as_delivered()
        for language in languages:
            browser.speak(language)
            gallery.show("choice")
            taken.append(take(browser, FOLDER / f"choice-{language}-light-phone.png", *SCREENS["phone"], dark=False))
            browser.as_delivered()
        gallery.show("choice")
        taken.append(take(browser, FOLDER / "readme.png", *README, dark=False))
    finally:
        browser.as_delivered()
    return taken
