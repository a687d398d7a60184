"""glewlwyd from Debian, as an OpenID Connect provider: people with groups, a client with a secret, keys that can be replaced."""

import json
import os
import pathlib
import shutil
import sqlite3
import urllib.parse
from secrets import token_urlsafe

import requests
from joserfc.jwk import RSAKey

from .people import PEOPLE
from .processes import Process, free_port

PROGRAM = "/usr/bin/glewlwyd"
WEBAPP = pathlib.Path("/usr/share/glewlwyd/webapp")
TEMPLATES = pathlib.Path("/usr/share/glewlwyd/templates")
TABLES = pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
PACKAGES = {"glewlwyd": PROGRAM, "glewlwyd-common": WEBAPP / "login.html"}
SCOPES = ("openid", "profile", "email", "groups")

# Debian's own configuration is left alone: --config-file names this one.
CONFIG = """
port=%(port)d
bind_address="127.0.0.1"
external_url="%(url)s"
login_url="login.html"
api_prefix="api"
static_files_path="%(folder)s/webapp"
log_mode="file"
log_level="INFO"
log_file="%(folder)s/glewlwyd.log"
cookie_secure=0
cookie_same_site="empty"
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
allow_multiple_user_per_session=true
login_api_enabled=true
add_x_frame_option_header_deny=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
use_secure_connection=false
secure_connection_key_file="none"
secure_connection_pem_file="none"
secure_connection_ca_file="none"
hash_algorithm="SHA512"
database = { type = "sqlite3" path = "%(folder)s/glewlwyd.db" };
static_files_mime_types = (%(types)s);
"""
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "application/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".ico": "image/x-icon",
}
FLOWS = ("code", "token", "id-token", "none", "password", "client", "device", "refresh")
# What a user has beside name and e-mail; glewlwyd wants it declared before it starts.
PROPERTIES = {"groups": True, "given_name": False, "family_name": False}


class Glewlwyd:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        # Another site than the gateway's localhost, as in life.
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = self.url + "/api"
        self.issuer = self.api + "/oidc"
        self.logs = [self.folder / "glewlwyd.log", self.folder / "output.log"]
        self.admin = requests.Session()
        self.keys = 0
        self.process = None

    # ---- start and stop ----

    def start(self):
        self.folder.mkdir(parents=True)
        self.copy_webapp()
        self.make_database()
        types = ", ".join(f'{{ extension = "{extension}" mime_type = "{kind}" }}' for extension, kind in TYPES.items())
        (self.folder / "glewlwyd.conf").write_text(CONFIG % {"port": self.port, "url": self.url, "folder": self.folder, "types": types})
        self.run()
        self.call("POST", "/auth/", {"username": "admin", "password": "password"})  # those of the fresh database
        self.call("POST", "/mod/plugin/", self.plugin(self.new_key()))
        for scope in SCOPES:
            settings = {"display_name": scope, "description": scope, "password_required": True, "password_max_age": 0, "scheme": {}}
            known = self.admin.get(f"{self.api}/scope/{scope}", timeout=10).status_code == 200
            self.call("PUT" if known else "POST", f"/scope/{scope if known else ''}", {"name": scope, **settings})
        for person in PEOPLE:
            self.call("POST", "/user/?source=database", self.user(person))
        return self

    def run(self):
        """Starts the program on the database that is there; `stop` and this are the provider's way down and up again."""
        self.stop()  # where the check that stops it failed before it did
        self.process = Process("glewlwyd", [PROGRAM, f"--config-file={self.folder / 'glewlwyd.conf'}"], self.folder / "output.log")
        self.process.wait_until_ready(self.is_ready)

    def is_ready(self):
        try:
            return requests.get(self.url + "/config", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        if self.process:
            self.process.stop()

    def copy_webapp(self):
        """Its server follows no symbolic link, and Debian's link for config.json leads to a folder: the page would stay at "Loading..."."""
        shutil.copytree(WEBAPP, self.folder / "webapp", ignore=shutil.ignore_patterns("config.json", "admin.js", "profile.js", "*.map"))
        shutil.copyfile(TEMPLATES / "config.json", self.folder / "webapp" / "config.json")

    def make_database(self):
        with sqlite3.connect(self.folder / "glewlwyd.db") as database:
            database.executescript("PRAGMA synchronous=OFF; BEGIN;" + TABLES.read_text() + "; COMMIT;")
            for name, multiple in PROPERTIES.items():
                shape = '{"multiple":%s,"read":true,"write":true,"profile-read":true,"profile-write":false}' % str(multiple).lower()
                change = f"gumi_parameters = json_set(gumi_parameters, '$.\"data-format\".{name}', json(?))"
                database.execute(f"UPDATE g_user_module_instance SET {change} WHERE gumi_name = 'database'", (shape,))
        database.close()

    # ---- what its admin does ----

    def call(self, method, path, document=None):
        answer = self.admin.request(method, self.api + path, json=document, timeout=20)
        if answer.status_code != 200:
            raise RuntimeError(f"glewlwyd: {method} {path} answers {answer.status_code}: {answer.text[:300]}")
        return answer

    def new_key(self):
        self.keys += 1
        return RSAKey.generate_key(2048, {"kid": f"glewlwyd-{self.keys}", "alg": "RS256", "use": "sig"}, private=True).as_dict(private=True)

    def rotate_key(self):
        """A new key signs, and the old one is published no more. Its kid."""
        key = self.new_key()
        self.call("PUT", "/mod/plugin/oidc", self.plugin(key))
        self.call("PUT", "/mod/plugin/oidc/reset")
        return key["kid"]

    def create_client(self, client_id, redirect_uri, method="client_secret_basic"):
        """A client that proves who it is by that method; what an app needs to know of itself, in our command line's words."""
        secret = token_urlsafe(24) if method.startswith("client_secret") else None
        key = RSAKey.generate_key(2048, {"kid": client_id, "alg": "RS256", "use": "sig"}) if method == "private_key_jwt" else None
        registration = {
            "client_id": client_id,
            "name": client_id,
            "confidential": method != "none",
            "enabled": True,
            "redirect_uri": [redirect_uri],
            "token_endpoint_auth_method": [method],
            "authorization_type": ["code", "refresh_token"],
            "scope": [],
            **({"password": secret} if secret else {}),
            **({"jwks": {"keys": [key.as_dict(private=False)]}} if key else {}),
        }
        self.call("POST", "/client/?source=database", registration)
        client = {"client_id": client_id, "client_secret": secret, "client_key": key.as_pem(private=True).decode() if key else None}
        return {name: value for name, value in client.items() if value}

    def change_secret(self, client_id):
        client = self.call("GET", f"/client/{client_id}").json()
        self.call("PUT", f"/client/{client_id}?source=database", {**client, "password": token_urlsafe(24)})

    # ---- what a person does there ----

    def sign_in(self, browser, person):
        """On the page that is open: name and password, consent where it is asked for the first time, and "Continue" back to the app."""
        browser.fill_in(person.user, person.password)
        browser.wait_until(lambda: self.step(browser), "the way back from glewlwyd", seconds=20)

    def step(self, browser):
        """One click. Whether the browser is elsewhere."""
        if not browser.url.startswith(self.url):
            return True
        if "Grant access" in browser.text:
            browser.tick_all()
        browser.press("Grant access") or browser.press("Continue")
        return False

    def answer(self, request, person):
        """The same without pages, by its interface for scripts: from an authorization request to the redirect that answers it."""
        visitor = requests.Session()
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request).query))
        steps = (
            visitor.post(self.api + "/auth/", json={"username": person.user, "password": person.password}, timeout=20),
            visitor.put(f"{self.api}/auth/grant/{query['client_id']}", json={"scope": query["scope"]}, timeout=20),
            visitor.get(request + "&g_continue", allow_redirects=False, timeout=20),
        )
        location = steps[-1].headers.get("Location", "")
        if not location.startswith(query["redirect_uri"]):
            raise RuntimeError(f"glewlwyd answers {[step.status_code for step in steps]}: {location or steps[-1].text[:300]}")
        return location

    # ---- shapes of its interface ----

    def user(self, person):
        return {
            "username": person.user,
            "password": person.password,
            "name": person.name,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "email": person.email,
            "groups": list(person.groups),
            "enabled": True,
            "scope": list(SCOPES),
        }

    def plugin(self, key):
        def claim(name):
            return {"name": name, "user-property": name, "type": "string", "mandatory": True, "on-demand": False, "scope": []}

        parameters = {
            "iss": self.issuer,
            "jwks-private": json.dumps({"keys": [key]}),
            "default-kid": key["kid"],
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "jwks-show": True,
            "subject-type": "public",
            "oauth-as-iss-id": True,  # RFC 9207
            "access-token-duration": 3600,
            "refresh-token-duration": 1209600,
            "code-duration": 600,
            "refresh-token-rolling": False,
            "refresh-token-one-use": "never",
            "allow-non-oidc": False,
            **{f"auth-type-{kind}-enabled": kind in ("code", "id-token", "refresh") for kind in FLOWS},
            "pkce-allowed": True,
            "pkce-method-plain-allowed": False,
            "pkce-required": True,
            "pkce-scopes": [],
            "introspection-revocation-allowed": False,
            # For private_key_jwt, whose keys are those of the client's JWKS.
            "request-parameter-allow": True,
            "request-maximum-exp": 600,
            "client-jwks-parameter": "jwks",
            "encrypt-out-token-allow": False,
            "client-register-allowed": False,
            "session-management-allowed": False,
            "resource-allowed": False,
            "scope": [],
            "allowed-scope": list(SCOPES),
            "name-claim": "mandatory",
            "name-claim-scope": ["profile"],
            "email-claim": "mandatory",
            "email-claim-scope": ["email"],
            "claims": [claim(name) for name in PROPERTIES],
        }
        return {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "parameters": parameters}


def missing():
    return [package for package, path in PACKAGES.items() if not os.path.exists(path)]
