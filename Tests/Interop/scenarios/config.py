"""Configuration as a file: it makes a pool with pysaml2 and an app, ada signs in, and what is changed by hand is found and made good."""

import pathlib
import secrets
import shutil

from kit.app import App
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.processes import free_port
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("config", needs=["pysaml2"])

FILE = """version: 1
pools:
  - name: from a file
    signing_algorithm: ES256
    identity_providers:
      - name: pysaml2
        type: saml
        metadata: file:pysaml2.xml
        attribute_mapping:
{mapping}
    clients:
      - client_name: app
        client_id: order-desk
        confidential: true
        client_secret: file:app-secret.txt
        redirect_uris: [{redirect_uri}]
        refresh_token_lifetime: 86400
"""


class FromFile(Site):
    """What `config apply` makes of a file, in place of what commands make."""

    def __init__(self, world):
        from kit.pysaml2_idp import Pysaml2

        self.world, self.server = world, world.new_server("config")
        self.provider = Pysaml2(self.server.folder / "pysaml2-config", free_port())
        self.folder = self.server.folder / "configuration"
        self.folder.mkdir()
        shutil.copy(self.provider.metadata, self.folder / "pysaml2.xml")
        self.secret = secrets.token_urlsafe(32)
        world.secrets.remember("client secret", self.secret)
        (self.folder / "app-secret.txt").write_text(self.secret + "\n")
        self.redirect_uri = f"http://localhost:{free_port()}/callback"
        mapping = "\n".join(f'          {ours}: "{theirs}"' for ours, theirs in self.provider.mapping.items())
        self.file = self.folder / "countersign.yaml"
        self.file.write_text(FILE.format(mapping=mapping, redirect_uri=self.redirect_uri))

    def config(self, *words, database=None, status=0):
        place = ["--database", f"sqlite:{database}"] if database else self.server.place
        seen, output, error = self.server.run("config", *words, *place)
        expect(f"status of config {words[0]} ({error.strip()})", seen, status)
        return output

    def connect(self):
        self.pool = next(pool for pool in self.server.command("pool", "list") if pool["name"] == "from a file")
        shown = self.server.command("idp", "show", "pysaml2", "--pool", self.pool["id"])
        self.provider.trust(self.world.fetch(shown["sp_metadata_url"]))
        client = {"client_id": "order-desk", "client_secret": self.secret}
        self.app = App(self.pool["issuer"], client, self.world.secrets, self.redirect_uri)


def applied(world):
    def make():
        made = FromFile(world)
        made.planned = made.config("plan", str(made.file))
        made.applied = made.config("apply", str(made.file))
        made.connect()
        return made

    return world.part("what a file made", make)


@scenario.check("a plan shows what an apply makes; afterwards there is nothing to do")
def converges(world):
    here = applied(world)
    for line in ("+ create user pool from a file", "+ create identity provider pysaml2", "+ create client app"):
        expect_in("the plan", line, here.planned)
    expect("the end of the plan", here.planned.splitlines()[-2], "3 to create, 0 to change, 0 to delete")
    expect("the digest", here.planned.splitlines()[-1].split()[0], "digest")
    expect("the end of the apply", here.applied.splitlines()[-1], "3 created, 0 changed, 0 deleted")
    expect_true("no secret is shown", here.secret not in here.planned + here.applied, "nowhere", "there")
    for word in ("plan", "drift"):
        expect(word, here.config(word, str(here.file)), "nothing to do\n")


@scenario.check("ada signs in with the provider and the app that the file made, whose secret is that of the file")
def signs_in(world):
    here = applied(world)
    access = check_both(here.sign_in(world.visitor(), "ada").redeem())[0]
    expect("e-mail", access.get("email"), here.provider.email("ada"))


@scenario.check("what is changed by hand is drift, by its name and with status 1; an apply makes it good")
def drift(world):
    here = applied(world)
    here.server.command("client", "update", "order-desk", "--pool", here.pool["id"], "--refresh-token-lifetime", "2h")
    found = here.config("drift", str(here.file), status=1)
    expect_in("the drift", "~ change client app of from a file\n    refresh_token_lifetime: 7200 -> 86400\n", found)
    here.config("apply", str(here.file))
    expect("the drift afterwards", here.config("drift", str(here.file)), "nothing to do\n")


@scenario.check("an export makes the same in an empty installation, byte for byte, identifiers and all")
def elsewhere(world):
    here = applied(world)
    exported = here.config("export", "--ids", "--pool", here.pool["id"])
    copy = here.folder / "copy.yaml"
    copy.write_text(exported)
    database = pathlib.Path(here.folder) / "elsewhere.db"
    here.config("apply", str(copy), database=database)
    expect("the export there", here.config("export", "--ids", database=database), exported)
