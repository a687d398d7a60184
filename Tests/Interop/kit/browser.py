"""Headless Chromium: the person who sees pages, fills in forms and runs what scripts they bring."""

import os
import pathlib

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from .processes import wait_until

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SWITCHES = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--window-size=1000,800",
    "--no-first-run",
    # Nothing but the pages of the checks is fetched.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
)


class Browser:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "chromedriver.log"
        self.driver = None

    def start(self):
        options = Options()
        options.binary_location = CHROMIUM
        for switch in SWITCHES:
            options.add_argument(switch)
        options.add_argument(f"--user-data-dir={self.folder / 'profile'}")
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses its sandbox to root
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER, log_output=str(self.log)))
        self.driver.set_page_load_timeout(30)
        return self

    def stop(self):
        if self.driver:
            self.driver.quit()
            self.driver = None

    def forget_everything(self):
        """As if a new person sat down: no cookies of any host."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})

    def open(self, url):
        self.driver.get(url)

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
        try:
            fields = self.driver.find_elements(By.CSS_SELECTOR, "input[type=password]")
            return next((each for each in fields if each.is_displayed()), None)
        except WebDriverException:
            return None

    def wait_for_form(self):
        return wait_until(f"a sign-in form (last page: {self.url})", self.password_field)

    def fill_in(self, user, password):
        """Types name and password as a person does, and presses Enter."""
        field = self.wait_for_form()
        name = self.driver.find_element(By.CSS_SELECTOR, "input[name=username]")
        name.clear()
        name.send_keys(user)
        field.clear()
        field.send_keys(password + "\n")

    def wait_for_text(self, part, seconds=15):
        try:
            return wait_until(f"the text {part!r}", lambda: part in self.text and self.text, seconds)
        except TimeoutError:
            raise TimeoutError(f"{part!r} did not appear in {seconds} s; the page at {self.url} says: {self.text[:400]!r}") from None

    def photograph(self, path):
        """For the reader of a failure: the picture, and the page's source beside it."""
        try:
            self.driver.save_screenshot(str(path))
            path.with_suffix(".html").write_text(self.driver.page_source)
            return path
        except WebDriverException:
            return None
