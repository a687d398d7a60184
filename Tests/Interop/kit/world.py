"""Everything that runs during the checks: started at first use, stopped at the end, in the reverse order."""

import os
import pathlib
import shutil

from . import apache, browser, disk, forward, glewlwyd, guide_text, nginx, pgbouncer, postgresql, prometheus, proxies, simplesamlphp, throwaway
from .app import App, AppWithPages
from .apache import Apache
from .browser import Browser
from .confidential import Confidential
from .countersign import BINARY, ROOT, Countersign
from .glewlwyd import SCOPES, Glewlwyd
from .people import PEOPLE
from .postgresql import PostgreSQL
from .processes import free_port
from .simplesamlphp import SimpleSAMLphp
from .throwaway import Throwaway
from .visitor import Visitor

HOME = ROOT / ".build-interop"


def missing_browser():
    return [package for package, path in {"chromium": browser.CHROMIUM, "chromium-driver": browser.DRIVER}.items() if not os.path.exists(path)]


def missing_earlier():
    return [] if os.environ.get("COUNTERSIGN_EARLIER_BIN") else ["an earlier countersign (scripts/upgrade-test builds one)"]


def missing_outside():
    built = ROOT / ".build-outside" / "debug"
    return [] if all((built / name).exists() for name in ("CoreService", "NetworkService")) else ["Tests/Outside (scripts/outside-package builds it)"]


def missing_go():
    paths = {"golang-go": shutil.which("go"), "golang-github-coreos-go-oidc-dev": os.path.exists("/usr/share/gocode/src/github.com/coreos/go-oidc")}
    return [package for package, is_there in paths.items() if not is_there]


def missing_node():
    paths = {"nodejs": shutil.which("node"), "node-jose": os.path.exists("/usr/share/nodejs/jose")}
    return [package for package, there in paths.items() if not there]


def missing_xmlsec():
    return [] if shutil.which("xmlsec1") else ["xmlsec1"]


def missing_softhsm():
    return [] if shutil.which("softhsm2-util") else ["softhsm2"]


MISSING = {
    "simplesamlphp": simplesamlphp.missing,
    "glewlwyd": glewlwyd.missing,
    "apache": apache.missing,
    "chromium": missing_browser,
    "pysaml2": missing_xmlsec,
    "postgresql": postgresql.missing,
    "nginx": nginx.missing,
    "node": missing_node,
    "go": missing_go,
    "forward": forward.missing,
    "proxies": proxies.missing,
    "guides": guide_text.missing,
    "pgbouncer": pgbouncer.missing,
    "disk": disk.missing,
    "earlier": missing_earlier,
    "outside": missing_outside,
    "throwaway": throwaway.missing,
    "softhsm": missing_softhsm,
    "prometheus": prometheus.missing,
}


class Site:
    """One pool of one server, with pysaml2 as its identity provider and one app: enough for everything but pages."""

    def __init__(self, world, server, name, app="app", **provider):
        from .pysaml2_idp import Pysaml2  # half a second to load: only where it is needed

        self.world, self.server = world, server
        self.provider = Pysaml2(server.folder / f"pysaml2-{name}", free_port(), **provider)
        self.pool = server.create_pool(name)
        source = ["--metadata-file", str(self.provider.metadata)]
        self.registered = server.create_saml_provider(self.pool, "pysaml2", source, self.provider.mapping)
        self.provider.trust(world.fetch(self.registered["sp_metadata_url"]))
        redirect_uri = f"http://localhost:{free_port()}/callback"
        self.app = App(self.pool["issuer"], server.create_client(self.pool, app, redirect_uri), world.secrets, redirect_uri)

    def to_provider(self, visitor, **parameters):
        """A new sign-in, as far as the identity provider; the sign-in, and the redirect that led there."""
        sign_in = self.app.begin(**parameters)
        page = visitor.follow(visitor.get(sign_in.url), until=(self.provider.base, self.app.redirect_uri))
        return sign_in, page.location

    def sign_in(self, visitor, user, **how):
        """The whole way for one user; a code or an error."""
        sign_in, redirect = self.to_provider(visitor)
        answer = self.answer(redirect, user, **how)
        page = visitor.follow(visitor.post(answer.url, answer.form), until=self.app.redirect_uri)
        if not page.location:
            raise RuntimeError(f"the sign-in ended at {page.url} ({page.status}): {page.words[:300]}")
        return sign_in.answer(page.location)

    def answer(self, redirect, user, **how):
        self.world.secrets.remember("NameID", self.provider.name_id(user))
        self.world.secrets.remember("e-mail", self.provider.email(user))
        return self.provider.answer(redirect, user, **how)


class World:
    def __init__(self):
        self.folder = HOME / "run"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.in_ci = os.environ.get("CI") == "true"
        self.secrets = Confidential()
        self.servers, self.started, self.parts = [], [], {}
        self.photographs = 0
        for person in PEOPLE:
            self.secrets.remember("NameID", person.name_id)
            self.secrets.remember("e-mail", person.email)
            self.secrets.remember("password", person.password)

    def missing(self, needs):
        found = [f"the package {package} (scripts/bootstrap --interop installs it)" for need in needs for package in MISSING[need]()]
        return found if BINARY.exists() else [*found, f"{BINARY} (swift build makes it)"]

    def part(self, name, make):
        """The part of that name, made once; a part that could not start fails each of its checks with the same words."""
        if name not in self.parts:
            try:
                self.parts[name] = make()
            except Exception as problem:
                self.parts[name] = problem
        if isinstance(self.parts[name], Exception):
            raise self.parts[name].with_traceback(None)  # the first words are enough; each raise would add its frames
        return self.parts[name]

    def started_part(self, part, *arguments):
        self.started.append(part)  # before its start: half a start wants stopping too
        return part.start(*arguments)

    def new_server(self, name, **how):
        if os.environ.get("COUNTERSIGN_INTEROP_DATABASE") == "postgresql" and "database" not in how:
            how["database"] = self.postgresql.new_database(name)
        return self.started_part(self.server_to_be(name, **how))

    def server_to_be(self, name, **how):
        """One that is not started yet."""
        server = Countersign(name, self.folder / name, self.secrets, **how)
        self.servers.append(server)
        return server

    def visitor(self):
        return Visitor(self.secrets)

    def fetch(self, url):
        page = self.visitor().get(url)
        if page.status != 200:
            raise RuntimeError(f"{url} answers {page.status}: {page.text[:300]}")
        return page.text

    # ---- the parts ----

    @property
    def postgresql(self):
        return self.part("postgresql", lambda: self.started_part(PostgreSQL(self.folder)))

    @property
    def throwaway(self):
        return self.part("throwaway", lambda: self.started_part(Throwaway(self.folder / "throwaway")))

    @property
    def server(self):
        return self.part("server", lambda: self.new_server("countersign"))

    @property
    def browser(self):
        return self.part("browser", lambda: self.started_part(Browser(self.folder / "chromium")))

    @property
    def simplesamlphp(self):
        return self.part("simplesamlphp", lambda: self.started_part(SimpleSAMLphp(self.folder / "simplesamlphp")))

    @property
    def strict_simplesamlphp(self):
        return self.part("strict simplesamlphp", lambda: self.started_part(SimpleSAMLphp(self.folder / "strict-simplesamlphp", simplesamlphp.STRICT)))

    @property
    def strict_pool(self):
        return self.part("strict pool", lambda: self.make_people_pool("strict people", self.strict_simplesamlphp))

    @property
    def strict_app(self):
        return self.part("strict app", lambda: self.make_app("strict-app", self.strict_pool))

    @property
    def people_pool(self):
        """The pool whose people sign in at SimpleSAMLphp, registered from its metadata URL."""
        return self.part("people pool", lambda: self.make_people_pool("people", self.simplesamlphp))

    def make_people_pool(self, name, provider):
        server = self.server
        pool = server.create_pool(name)
        mapping = {"email": "mail", "groups": "groups", "family_name": "sn", "given_name": "givenName", "name": "displayName"}
        registered = server.create_saml_provider(pool, "ssp", ["--metadata-url", provider.metadata_url], mapping, "--development")
        provider.trust(self.fetch(registered["sp_metadata_url"]))
        return {**pool, "provider": registered}

    @property
    def glewlwyd(self):
        return self.part("glewlwyd", lambda: self.started_part(Glewlwyd(self.folder / "glewlwyd")))

    @property
    def partners_pool(self):
        """The pool whose people sign in at glewlwyd, registered from its issuer."""
        return self.part("partners pool", self.make_partners_pool)

    def make_partners_pool(self):
        pool = self.server.create_pool("partners")
        return {**pool, "provider": self.add_glewlwyd(pool, "glewlwyd")}

    def add_glewlwyd(self, pool, name, method="client_secret_basic", *more):
        """A provider of the pool: glewlwyd, where we are a client of its own."""
        client = self.glewlwyd.create_client(f"{pool['name']}-{name}", f"{pool['issuer']}/oauth2/idpresponse/{name}", method)
        mapping = {name: name for name in ("email", "name", "given_name", "family_name", "groups")}
        options = ["--client-authentication", method, *(["--key-id", client["client_id"]] if "client_key" in client else []), *more]
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        return self.server.create_oidc_provider(pool, name, self.glewlwyd.issuer, client, mapping, *options, *scopes)

    @property
    def app(self):
        return self.part("app", lambda: self.make_app("app", self.people_pool))

    @property
    def second_app(self):
        return self.part("second app", lambda: self.make_app("second-app", self.people_pool))

    @property
    def partners_app(self):
        return self.part("partners app", lambda: self.make_app("partners-app", self.partners_pool))

    def make_app(self, name, pool):
        app = AppWithPages(name)
        self.started.append(app)
        client = self.server.create_client(pool, name, app.redirect_uri)
        return app.register(pool["issuer"], client, self.secrets)

    @property
    def apache(self):
        return self.part("apache", lambda: self.make_apache("apache", self.people_pool))

    @property
    def partners_apache(self):
        return self.part("partners apache", lambda: self.make_apache("partners-apache", self.partners_pool))

    def make_apache(self, name, pool):
        part = Apache(self.folder / name)
        options = ["--confidential", "--logout-uri", part.signed_out_url]
        client = self.server.create_client(pool, name, part.redirect_uri, *options)
        return self.started_part(part, pool["issuer"], client)

    @property
    def site(self):
        """On the same server, a pool with pysaml2."""
        return self.part("site", lambda: Site(self, self.server, "scripted"))

    def new_site(self, name):
        """One more pool of the same server, with a pysaml2 of its own."""
        return Site(self, self.server, name)

    # ---- the end, and what a failure shows ----

    def evidence(self):
        """Paths worth reading after a failure; a picture of the browser's page is taken for it."""
        paths = [server.log for server in self.servers]
        for name in ("simplesamlphp", "glewlwyd", "apache", "partners apache", "postgresql", "throwaway"):
            paths += getattr(self.parts.get(name), "logs", [])
        window = self.parts.get("browser")
        if isinstance(window, Browser) and window.driver:
            self.photographs += 1
            paths.append(window.photograph(self.folder / f"page-{self.photographs}.png"))
        return [path.relative_to(ROOT) if path.is_relative_to(ROOT) else path for path in paths if path and pathlib.Path(path).exists()]

    def stop(self):
        while self.started:
            part = self.started.pop()
            try:
                part.stop()
            except Exception as problem:
                print(f"interop: could not stop {type(part).__name__}: {problem}")
