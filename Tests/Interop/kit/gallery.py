"""Every page that a person can meet, each opened in the browser as a person would come to it."""

import json

import requests

from .app import App
from .processes import free_port
from .world import Site

PAGES = (
    "choice",
    "tiles",
    "unknown-domain",
    "search",
    "found",
    "nothing-found",
    "refused",
    "missing",
    "form-post",
    "confirm-sign-out",
    "signed-out",
    "consent",
    "account",
    "start-trial",
    "trial",
    "device",
    "device-unknown",
    "device-confirm",
    "device-allowed",
)
APP = "Order desk"
# What the buttons say; the second owns the domain.
STAFF, PARTNERS = "Acme staff", "Partners"
DOMAIN = "partners.example"
SIX = ("Contoso", "Fabrikam", "Northwind", "Tailspin Toys", "Wide World Importers", "Woodgrove Bank")
CROWD = 13  # providers; of more than twelve the page does not make buttons, people search
PEAK = "<path fill='#0b6e4f' d='M3 29 16 4l13 25h-8l-5-10-5 10z'/>"
MARK = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' width='32' height='32'>{PEAK}</svg>"
LOGO = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 120 32' width='120' height='32'>{PEAK}<path fill='#0b6e4f' d='M42 20h70v6H42zM42 8h48v6H42z'/></svg>"
DRESS = ("--display-name", "Acme", "--accent", "#0b6e4f", "--privacy-url", "https://acme.example/privacy", "--terms-url", "https://acme.example/terms")


class Gallery:
    """A pool with branding of its own, with two identity providers, of which pysaml2 is one; and one in ours, with a crowd of them."""

    def __init__(self, world):
        self.world, self.browser, self.server = world, world.browser, world.server
        self.site = Site(world, self.server, "acme", APP)
        self.issuer, self.app = self.site.pool["issuer"], self.site.app
        logo, mark = self.server.folder / "logo.svg", self.server.folder / "mark.svg"
        logo.write_text(LOGO)
        mark.write_text(MARK)
        self.server.command("pool", "update", self.site.pool["id"], "--logo", str(logo), *DRESS)
        branding = ("--display-name", STAFF, "--logo", str(mark))
        self.server.command("idp", "update", "pysaml2", "--pool", self.site.pool["id"], *branding)
        self.domain_owner = self.add_provider(self.site.pool, "partners", "--display-name", PARTNERS, "--domain", DOMAIN)
        partner = self.server.create_client(self.site.pool, "Partner desk", self.app.redirect_uri, "--third-party")
        self.partner_app = App(self.issuer, partner, world.secrets, self.app.redirect_uri)
        six = self.server.create_pool("Six companies")
        for number, name in enumerate(SIX):
            domain = ("--domain", "contoso.example") if number == 0 else ()
            self.add_provider(six, f"company-{number}", "--display-name", name, *domain)
        client = self.server.create_client(six, APP, self.app.redirect_uri)
        self.six_app = App(six["issuer"], client, world.secrets, self.app.redirect_uri)
        crowd = self.server.create_pool("Trade fair")
        for number in range(1, CROWD + 1):
            self.add_provider(crowd, f"company-{number:02}")
        client = self.server.create_client(crowd, APP, self.app.redirect_uri)
        self.crowd_app = App(crowd["issuer"], client, world.secrets, self.app.redirect_uri)

    def add_provider(self, pool, name, *options):
        """One at which nobody signs in, so any metadata does. Where it would be."""
        base = f"http://127.0.0.1:{free_port()}"
        file = self.server.folder / f"{name}.xml"
        file.write_text(self.site.provider.metadata.read_text().replace(self.site.provider.base, base))
        self.server.create_saml_provider(pool, name, ["--metadata-file", str(file)], {"email": "mail"}, *options)
        return base

    def show(self, page):
        """Opens one of PAGES in the browser of somebody who was never here."""
        self.browser.forget_everything()
        getattr(self, page.replace("-", "_"))()
        self.browser.wait_for("main h1")

    # ---- the pages ----

    def choice(self, **parameters):
        self.browser.open(self.app.begin(**parameters).url)

    def tiles(self):
        self.browser.open(self.six_app.begin().url)

    def unknown_domain(self):
        self.choice()
        self.browser.type_into("input[type=email]", "somebody@elsewhere.example\n")
        self.browser.wait_for("[aria-invalid=true]")

    def search(self):
        self.browser.open(self.crowd_app.begin().url)

    def found(self):
        self.search()
        self.browser.type_into("input[type=search]", "company-0\n")
        self.browser.wait_for("h2")

    def nothing_found(self):
        self.search()
        self.browser.type_into("input[type=search]", "nobody\n")
        self.browser.wait_for("[aria-invalid=true]")

    def refused(self):
        self.browser.open(f"{self.issuer}/oauth2/authorize?client_id=unknown")

    def missing(self):
        self.browser.open(f"{self.server.url}/nowhere")

    def form_post(self):
        """Its script posts the form at once; who has none presses the button."""
        self.sign_in()
        self.browser.run_scripts(False)
        self.browser.open(self.app.begin(response_mode="form_post").url)
        self.browser.run_scripts(True)  # those that look at the page; its own has had its chance

    def confirm_sign_out(self):
        self.sign_in()
        self.browser.open(self.issuer + "/logout")

    def signed_out(self):
        self.confirm_sign_out()
        asked = self.browser.wait_for("main h1").text
        self.browser.press_first("main form button")
        self.browser.wait_until(lambda: self.browser.find("main h1").text != asked, "another page than the question")

    def consent(self):
        """An app of somebody else asks; of a session that is there already."""
        self.sign_in()
        self.browser.open(self.partner_app.begin().url)

    def account(self):
        self.sign_in()
        self.browser.open(self.issuer + "/account")

    def start_trial(self):
        self.browser.open(self.trial_address())

    def trial(self):
        visitor = self.world.visitor()
        form = visitor.get(self.trial_address()).form("ticket")
        answer = self.site.answer(visitor.post(form["action"], form["fields"]).location, "ada", groups=["navy"])
        self.browser.take_cookies(visitor, self.server.url)
        self.browser.open(self.issuer + "/logout")  # a page of the same place, that it is posted from
        self.browser.post(answer.url, answer.form)
        self.browser.wait_for("main section")

    def device(self):
        self.browser.open(self.device_codes()["verification_uri_complete"])

    def device_unknown(self):
        self.browser.open(self.issuer + "/device")
        self.browser.type_into("#user-code", "BBBB-BBBB\n")
        self.browser.wait_for("[aria-invalid=true]")

    def device_confirm(self):
        self.sign_in()
        self.device()
        self.browser.press_first("main form button")
        self.browser.wait_for("button[value=allow]")

    def device_allowed(self):
        self.device_confirm()
        self.browser.press_first("button[value=allow]")
        self.browser.wait_until(lambda: self.browser.find("button[value=allow]") is None, "the answer")

    def device_codes(self):
        """Of a device of the pool that has just begun."""
        if not hasattr(self, "device_client"):
            arguments = ("client", "create", APP, "--pool", self.site.pool["id"], "--grant", "device_code")
            self.device_client = self.server.command(*arguments)["client_id"]
        codes = requests.post(self.issuer + "/oauth2/device_authorization", {"client_id": self.device_client}, timeout=10).json()
        self.world.secrets.remember("device code", codes["device_code"])
        return codes

    def trial_address(self):
        _, output, _ = self.server.run("idp", "test", "pysaml2", "--pool", self.site.pool["id"], *self.server.place, "--output", "json")
        address = json.loads(output)["address"]
        self.world.secrets.remember("trial ticket", address.rpartition("=")[2])
        return address

    def sign_in(self):
        """A session at the pool, and the provider as the last choice."""
        visitor = self.world.visitor()
        _, redirect = self.site.to_provider(visitor, identity_provider="pysaml2")
        answer = self.site.answer(redirect, "ada")
        page = visitor.follow(visitor.post(answer.url, answer.form), until=self.app.redirect_uri)
        if not page.location:
            raise RuntimeError(f"the sign-in ended at {page.url} ({page.status}): {page.words[:300]}")
        self.browser.take_cookies(visitor, self.server.url)
