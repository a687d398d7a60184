"""What all modules share: one real server with TLS, one pool, the scripted provider behind it, the suite's own site, and the apps that are registered."""

import contextlib
import datetime
import ipaddress
import json
import os
import pathlib
import shutil
import threading
import time

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kit import browser
from kit.browser import Browser
from kit.checks import expect, expect_in
from kit.confidential import Confidential
from kit.countersign import BINARY, ROOT, Countersign, Refused
from kit.processes import wait_until
from kit.tokens import discovery

from . import keys
from .app import App
from .fapi import FAPIApp, SigningApp
from .modules import NotYet
from .person import Person
from .checks import client_basic, client_dynamic
from .site import Site
from .upstream import PERSON, Upstream

def missing():
    """What this computer lacks."""
    packages = [package for package, path in {"chromium": browser.CHROMIUM, "chromium-driver": browser.DRIVER}.items() if not os.path.exists(path)]
    found = [f"the package {package} (scripts/bootstrap --interop installs it)" for package in packages]
    return found if BINARY.exists() else [*found, f"{BINARY} (swift build makes it)"]


FOLDER = ROOT / ".build-interop" / "conformance"
EVERY_SCOPE = "openid profile email address phone"


class SecureServer(Countersign):
    """The real binary, on https with a certificate that the suite's clients trust."""

    def __init__(self, folder, secrets, certificate, key, options=()):
        super().__init__("conformance", folder, secrets, options=["--tls-certificate", str(certificate), "--tls-key", str(key), *options])
        self.url = f"https://localhost:{self.port}"
        self.lock = threading.Lock()

    def is_ready(self):
        try:
            return requests.get(self.url + "/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


class Suite:
    """`Plain`, below, is the same without TLS."""

    def __init__(self):
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        self.secrets, self.started, self.lock = Confidential(), [], threading.Lock()
        self.certificate, self.certificate_key = make_certificate(FOLDER)
        os.environ["REQUESTS_CA_BUNDLE"] = str(self.certificate)
        self.parts, self.window_lock = {}, threading.Lock()

    def start(self):
        self.site = self.keep(Site(self.certificate, self.certificate_key).start())
        self.upstream = self.keep(Upstream().start())
        self.server = SecureServer(FOLDER, self.secrets, self.certificate, self.certificate_key)
        self.keep(self.server)
        self.server.start()
        self.pool = self.server.create_pool("conformance")
        self.issuer = self.pool["issuer"]
        self.people = self.add_provider(self.pool, "people", "--no-single-logout")
        self.lying_pool = self.server.create_pool("providers that lie")
        client_basic.providers(self)
        client_dynamic.providers(self)
        self.let_apps_register()
        self.metadata = discovery(self.issuer)
        self.register_apps()
        return self

    def keep(self, part):
        self.started.append(part)
        return part

    def stop(self):
        while self.started:
            self.started.pop().stop()

    # ---- what is registered before the modules begin ----

    def add_provider(self, pool, name, *options, sources=None, **lies):
        """A tenant of the upstream, registered in the pool from its discovery document."""
        tenant = self.upstream.tenant(name, **lies)
        client = {"client_id": tenant.client_id, "client_secret": tenant.client_secret}
        mapping = sources or self.mappable()
        scopes = [word for scope in EVERY_SCOPE.split() for word in ("--scope", scope)]
        registered = self.server.create_oidc_provider(pool, name, tenant.issuer, client, mapping, *scopes, *options)
        tenant.redirect_uri = registered["redirect_uri"]
        return tenant

    def mappable(self):
        """What is mapped, ours and theirs: the members of `address` one by one, and not `updated_at`, which Countersign says itself."""
        simple = [name for name in PERSON if name not in ("updated_at", "address")] + ["email", "email_verified"]
        members = [f"address.{name}" for name in PERSON["address"] if name != "formatted"]
        return {**{name: name for name in simple + members}, "address": "address"}

    def let_apps_register(self):
        """Where this build has it: with a token of an admin."""
        try:
            self.server.command("pool", "update", self.pool["id"], "--registration", "token")
            token = self.server.command("registration", "token", "create", "--pool", self.pool["id"], "--for", "24h", "--uses", "500")
        except Refused:
            return
        self.initial_token = token["initial_access_token"]
        self.secrets.remember("initial access token", self.initial_token)
        time.sleep(2)  # a running server sees a change within two seconds

    def register_apps(self):
        scopes = EVERY_SCOPE.split()
        self.basic = self.app("basic", "/basic", scopes=scopes)
        self.second = self.app("second", "/second", scopes=scopes)
        self.rp_app = self.app("behind", "/behind", pool=self.lying_pool, idp=None)
        self.rp_app.issuer, self.rp_app.metadata = self.lying_pool["issuer"], discovery(self.lying_pool["issuer"])
        self.post = self.app("post", "/post", "--auth-method", "client_secret_post", method="client_secret_post", scopes=scopes)

        self.objects = self.with_key("objects", "/objects", keys.make_key("RS256"), "--pkce", "optional", scopes=scopes, kind=App)
        self.fapi = self.fapi_app("fapi", "PS256")
        self.fapi_other = self.fapi_app("fapi-other", "ES256")
        if "request_object_signing_alg_values_supported" in self.metadata:
            # JARM (response_mode=jwt) with it, as the plan's variant of signed answers.
            how = {"kind": SigningApp, **({"response_mode": "jwt"} if "jwt" in self.metadata["response_modes_supported"] else {})}
            self.signing = self.fapi_app("signing", "PS256", *self.signs_requests, **how)
            self.signing_other = self.fapi_app("signing-other", "ES256", *self.signs_requests, **how)

    # Registers that requests of the app are signed, always.
    signs_requests = ("--require-signed-request-object",)

    def fapi_app(self, name, algorithm, *options, kind=FAPIApp, **defaults):
        """As the FAPI 2.0 Security Profile has a client: key, pushed requests, PKCE, tokens that are bound."""
        options = ["--require-dpop", "--require-par", "--pkce", "required", "--refresh-grace", "60", "--code-lifetime", "60", *options]
        return self.with_key(name, "/" + name, keys.make_key(algorithm), *options, scopes=EVERY_SCOPE.split(), kind=kind, **defaults)

    def app(self, name, path, *options, kind=App, method="client_secret_basic", scopes=("openid", "profile", "email", "phone"), pool=None, confidential=True, key=None, idp="people", **defaults):
        redirect_uri = self.site.base + path
        words = [word for scope in scopes for word in ("--scope", scope)] + (["--confidential"] if confidential else []) + (["--idp", idp] if idp else [])
        registered = self.server.create_client(pool or self.pool, name, redirect_uri, *words, "--logout-uri", redirect_uri + "/signed-out", *options)
        return kind(self, registered, redirect_uri, method, key=key, **defaults)

    def with_key(self, name, path, key, *options, **how):
        """An app that proves itself by a key of its own."""
        file = FOLDER / f"{name}.jwks.json"
        file.write_text(json.dumps({"keys": [keys.public(key)]}))
        return self.app(name, path, "--jwks-file", str(file), *options, method="private_key_jwt", confidential=False, key=key, **how)

    # ---- what modules ask for ----

    def person(self, name):
        return Person(self, name)

    def require_metadata(self, member, feature, value=None):
        """A module that needs what discovery does not list is not supported yet."""
        listed = self.metadata.get(member)
        if not listed or (value is not None and value not in listed):
            raise NotYet(feature)

    def metadata_of(self, path, **metadata):
        """What an app says of itself (RFC 7591 §2); None leaves a member out."""
        full = {
            "application_type": "web",
            "client_name": f"conformance {path}",
            "redirect_uris": [f"{self.site.base}/{path}"],
            "response_types": ["code"],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": "openid profile email",
            **metadata,
        }
        return {name: value for name, value in full.items() if value is not None}

    def ask_to_register(self, metadata):
        self.require_metadata("registration_endpoint", "dynamic registration (RFC 7591)")
        return requests.post(self.metadata["registration_endpoint"], json=metadata, headers={"Authorization": f"Bearer {self.initial_token}"}, timeout=20)

    @property
    def plain(self):
        """For apps whose keys the server fetches from the suite's site: of an https issuer only https will do, and the site's certificate is the suite's own."""
        return self.part("plain server", lambda: Plain(self))

    def register(self, path, key=None, **metadata):
        """An app that registers itself; its own word comes back as it was registered."""
        key = key or keys.make_key("RS256")
        asked = self.metadata_of(path, **{"jwks": {"keys": [keys.public(key)]}, **metadata})
        answer = self.ask_to_register(asked)
        expect(f"status of the registration ({answer.text[:300]})", answer.status_code, 201)
        expect_in("Cache-Control", "no-store", answer.headers.get("Cache-Control", ""))
        registered = answer.json()
        for name in ("registration_access_token", "client_secret"):
            self.secrets.remember(name.replace("_", " "), registered.get(name))
        for name in ("redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types"):
            expect(f"registered {name}", registered.get(name), asked[name])
        return App(self, registered, f"{self.site.base}/{path}", asked["token_endpoint_auth_method"], scope="openid", key=key)

    def part(self, name, make):
        """Made once, by whoever asks first."""
        with self.lock:
            if name not in self.parts:
                self.parts[name] = make()
            return self.parts[name]

    @property
    def browser(self):
        """Headless Chromium; one for all, so modules that use it do so one after another."""
        return self.part("browser", lambda: self.keep(Trusting(FOLDER / "chromium").start()))

    @contextlib.contextmanager
    def window(self):
        """The browser, for one module at a time."""
        with self.window_lock:
            yield self.browser

    def log_line(self, reference, code=None):
        """The log's line with a code under the reference that a page or an app was told."""

        def find():
            lines = [json.loads(line) for line in self.server.log_text().splitlines() if reference in line]
            return next((line for line in lines if "code" in line), None)

        return wait_until(f"the log has reference {reference}", find, seconds=5)


class Plain(Suite):
    """A second server, on http on this machine as in development; a pool of its own in which apps register themselves."""

    def __init__(self, suite):
        self.secrets, self.site, self.upstream, self.parts, self.lock = suite.secrets, suite.site, suite.upstream, {}, threading.Lock()
        self.server = suite.keep(Countersign("plain", FOLDER / "plain", suite.secrets))
        self.server.start()
        self.pool = self.server.create_pool("plain")
        self.issuer = self.pool["issuer"]
        self.people = self.add_provider(self.pool, "people-plain", "--no-single-logout")
        self.let_apps_register()
        self.metadata = discovery(self.issuer)


class Trusting(Browser):
    """Chromium that takes the suite's certificate."""

    switches = (*browser.SWITCHES, "--ignore-certificate-errors")


def make_certificate(folder):
    """One of its own for localhost, which signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=30)).add_extension(names, critical=False)
    certificate = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    paths = pathlib.Path(folder) / "localhost.crt", pathlib.Path(folder) / "localhost.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return paths
