"""A person of a page: pysaml2 is the provider `corp`, by whom ada signs in, is refused or signs out, so that there is what the page shows."""

import json
import pathlib
import time

from .app import App
from .confidential import Confidential
from .processes import free_port, wait_until
from .pysaml2_idp import Pysaml2
from .visitor import Visitor


class Corp(Pysaml2):
    def name_id(self, user):
        return f"{user}@example.com"

    email = name_id


class People:
    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.provider = Corp(sandbox.folder / "corp", free_port())
        text = self.provider.metadata.read_text()
        sandbox.stand_in.saml = text
        (sandbox.desk / "metadata" / "okta.xml").write_text(text)

    def ask(self, text):
        answer = self.sandbox.shell(text + " --output json")
        if answer.returncode:
            raise RuntimeError(f"{text}: {answer.stdout}{answer.stderr}")
        return json.loads(answer.stdout)

    def begin(self):
        """As far as the provider that the page registered last: the sign-in, the browser, and the redirect to it."""
        self.sandbox.start_server()
        self.registered = self.ask(f"countersign idp show {self.sandbox.values['PROVIDER']} --pool $POOL")
        client = self.ask("countersign client create People --pool $POOL --redirect-uri https://people.example.com/callback")
        self.sandbox.values["APP"] = client["client_id"]
        time.sleep(1.1)  # the running server sees it within a second
        secrets, visitor = Confidential(), Visitor(Confidential())
        self.provider.trust(visitor.get(self.registered["sp_metadata_url"]).text)
        self.app = App(self.ask("countersign pool show $POOL")["issuer"], client, secrets, "https://people.example.com/callback")
        sign_in = self.app.begin(identity_provider=self.registered["name"])
        page = visitor.follow(visitor.get(sign_in.url), until=(self.provider.base, self.app.redirect_uri))
        return sign_in, visitor, page.location

    def sign_in(self):
        sign_in, visitor, redirect = self.begin()
        answer = self.provider.answer(redirect, "ada")
        page = visitor.follow(visitor.post(answer.url, answer.form), until=self.app.redirect_uri)
        if not page.location:
            raise RuntimeError(f"{page.status}: {page.words[:300]}")
        return sign_in.answer(page.location).redeem(), visitor

    # ---- what a page takes for granted ----

    def signed_in(self):
        self.sign_in()

    def capture(self):
        """response.b64, as a browser's tools copy it."""
        _, _, redirect = self.begin()
        answer = self.provider.answer(redirect, "ada")
        (self.sandbox.desk / "response.b64").write_text(answer.form["SAMLResponse"])
        self.sandbox.values["CAPTURED_AT"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def refused(self):
        """REFERENCE is that of a response that nobody signed."""
        _, visitor, redirect = self.begin()
        answer = self.provider.answer(redirect, "ada", sign=[])
        visitor.post(answer.url, answer.form)
        found = wait_until("the record", lambda: self.ask("countersign signin list --pool $POOL --limit 1")["sign_ins"])
        self.sandbox.values["REFERENCE"] = found[0]["reference"]

    def signed_out(self):
        """REFERENCE is that of a sign-out."""
        done, visitor = self.sign_in()
        visitor.get(self.app.discovery["end_session_endpoint"], params={"id_token_hint": done.tokens["id_token"]})
        log = pathlib.Path(self.sandbox.folder / "server.log")
        line = wait_until("the sign-out", lambda: next((line for line in log.read_text().splitlines() if '"signed out"' in line), None))
        self.sandbox.values["REFERENCE"] = json.loads(line)["reference"]
