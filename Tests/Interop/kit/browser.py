"""Headless Chromium: the person who sees pages, fills in forms and runs what scripts they bring."""

import os
import pathlib

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from .processes import wait_until

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SWITCHES = (
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    "--window-size=1000,800",
    "--no-first-run",
    # Nothing but the pages of the checks is fetched.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
)
POST = """
const form = Object.assign(document.createElement("form"), { method: "post", action: arguments[0] });
for (const [name, value] of Object.entries(arguments[1]))
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
document.body.append(form);
form.submit();
"""


class Browser:
    switches = SWITCHES

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "chromedriver.log"
        self.driver = None

    def start(self):
        options = Options()
        options.binary_location = CHROMIUM
        for switch in self.switches:
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})  # what a page's console says
        options.add_argument(f"--user-data-dir={self.folder / 'profile'}")
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses its sandbox to root
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER, log_output=str(self.log)))
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(30)
        return self

    def stop(self):
        if self.driver:
            self.driver.quit()
            self.driver = None

    def tell(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def forget_everything(self):
        """As if a new person sat down: no cookies of any host."""
        self.driver.get("about:blank")
        self.tell("Network.clearBrowserCookies")

    def take_cookies(self, visitor, url):
        """Goes on where a visitor without a browser has come."""
        for cookie in visitor.session.cookies:
            self.tell("Network.setCookie", name=cookie.name, value=cookie.value, url=url, path="/", secure=url.startswith("https:"), httpOnly=True)

    # ---- the person's screen and settings ----

    def sit_at(self, width=1000, height=800, scale=1, dark=False):
        """A window of that size, whose pixels are drawn `scale` times as large: a page at 200 % is half the window at scale 2."""
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        media = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        self.tell("Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in media.items()])

    def speak(self, languages):
        """What the browser sends as Accept-Language; empty for what it sends by itself."""
        self.tell("Network.enable")
        self.tell("Network.setExtraHTTPHeaders", headers={"Accept-Language": languages} if languages else {})

    def run_scripts(self, allowed):
        self.tell("Emulation.setScriptExecutionDisabled", value=not allowed)

    def as_delivered(self):
        """Takes all settings back."""
        self.tell("Emulation.clearDeviceMetricsOverride")
        self.tell("Emulation.setEmulatedMedia", features=[])
        self.speak("")
        self.run_scripts(True)

    def console(self):
        """What was complained of since this was last asked."""
        return [f"{each['level']}: {each['message']}" for each in self.driver.get_log("browser")]

    def press_key(self, key):
        ActionChains(self.driver).send_keys(key).perform()

    def open(self, url):
        self.driver.get(url)

    def post(self, url, fields):
        """As a form of the page that is open does."""
        self.driver.execute_script(POST, url, fields)

    @property
    def url(self):
        return self.driver.current_url

    @property
    def text(self):
        try:
            return self.driver.find_element(By.TAG_NAME, "body").text
        except WebDriverException:
            return ""  # between two pages there is none

    def password_field(self):
        return self.find("input[type=password]")

    def wait_for_form(self):
        return self.wait_until(self.password_field, "a sign-in form")

    def fill_in(self, user, password):
        """Types name and password as a person does, and presses Enter."""
        field = self.wait_for_form()
        name = self.driver.find_element(By.CSS_SELECTOR, "input[name=username]")
        name.clear()
        name.send_keys(user)
        field.clear()
        field.send_keys(password + "\n")

    def press(self, words):
        """Clicks the button with these words. Whether there was one."""
        try:
            button = next((each for each in self.driver.find_elements(By.TAG_NAME, "button") if each.text.strip() == words), None)
            if button:
                button.click()
            return bool(button)
        except WebDriverException:
            return False  # the page was just being replaced

    def find(self, selector):
        try:
            return next((each for each in self.driver.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()), None)
        except WebDriverException:
            return None

    def wait_until(self, condition, what, seconds=15):
        """The condition's first true answer. Between two pages anything may be missing: that counts as not yet."""

        def holds():
            try:
                return condition()
            except (WebDriverException, AttributeError):
                return None

        try:
            return wait_until(what, holds, seconds)
        except TimeoutError as timeout:
            raise TimeoutError(f"{timeout}; the page at {self.url} says: {self.text[:400]!r}") from None

    def wait_for(self, selector, seconds=15):
        return self.wait_until(lambda: self.find(selector), selector, seconds)

    def type_into(self, selector, words):
        field = self.wait_for(selector)
        field.clear()
        field.send_keys(words)

    def press_first(self, selector):
        self.wait_for(selector).click()

    def tick_all(self):
        for box in self.driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox]:enabled:not(:checked)"):
            box.click()

    def wait_for_text(self, part, seconds=15):
        return self.wait_until(lambda: part in self.text and self.text, f"the text {part!r}", seconds)

    def photograph(self, path):
        """For the reader of a failure: the picture, and the page's source beside it."""
        try:
            self.driver.save_screenshot(str(path))
            path.with_suffix(".html").write_text(self.driver.page_source)
            return path
        except WebDriverException:
            return None
