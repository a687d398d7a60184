"""Apache with mod_auth_openidc: a careful OpenID Connect app, and a page behind it that shows what it was told."""

import os
import pathlib
import re
import stat
import tempfile

import requests

from .processes import Process, free_port

SERVER = "/usr/sbin/apache2"
MODULES = pathlib.Path("/usr/lib/apache2/modules")
PACKAGES = {"apache2": SERVER, "libapache2-mod-auth-openidc": MODULES / "mod_auth_openidc.so"}
WANTED = ("mpm_prefork", "authn_core", "authz_core", "authz_user", "alias", "cgi", "auth_openidc")

CONFIG = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
{user}
{modules}
DocumentRoot {folder}/www
StartServers 2
MaxRequestWorkers 6

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {redirect_uri}
OIDCScope "openid email profile"
OIDCPKCEMethod S256
OIDCCryptoPassphrase interop
OIDCRemoteUserClaim sub
OIDCCookiePath /
OIDCPassClaimsAs environment
# The claims of userinfo are fetched again when they are older than a second.
OIDCUserInfoRefreshInterval 1
OIDCDefaultLoggedOutURL {url}/index.html

<Directory {folder}/www>
    Require all granted
</Directory>
ScriptAlias /secure/claims {folder}/www/claims
<Location /secure>
    AuthType openid-connect
    Require valid-user
</Location>
"""
# The protected page: one line for each claim that the module passes on.
CLAIMS = """#!/bin/sh
printf 'Content-Type: text/plain; charset=utf-8\\r\\n\\r\\n'
env | grep -E '^(OIDC_|REMOTE_USER=)' | sort
"""


class Apache:
    def __init__(self, folder):
        self.folder = reachable(pathlib.Path(folder))
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.claims_url = self.url + "/secure/claims"
        self.redirect_uri = self.url + "/secure/redirect_uri"
        self.signed_out_url = self.url + "/index.html"
        self.logs = [self.folder / "error.log"]
        self.process = None

    def start(self, issuer, client):
        self.client_id = client["client_id"]
        www = self.folder / "www"
        www.mkdir(parents=True, exist_ok=True)
        (www / "index.html").write_text("signed out\n")
        (www / "claims").write_text(CLAIMS)
        (www / "claims").chmod(0o755)
        values = {
            "folder": self.folder,
            "port": self.port,
            "url": self.url,
            "redirect_uri": self.redirect_uri,
            "issuer": issuer,
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "user": "User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            "modules": "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in WANTED),
        }
        (self.folder / "httpd.conf").write_text(CONFIG.format(**values))
        self.process = Process("Apache", [SERVER, "-d", self.folder, "-f", self.folder / "httpd.conf", "-DFOREGROUND"], self.folder / "apache.log")
        self.process.wait_until_ready(self.is_ready)
        return self

    def is_ready(self):
        try:
            return requests.get(self.signed_out_url, timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        if self.process:
            self.process.stop()


def claims_of(text):
    """The protected page, as name and value."""
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def reachable(folder):
    """A folder that Apache's own user can enter: a clone in a closed home directory is none."""
    folder.mkdir(parents=True, exist_ok=True)
    closed = [each for each in (folder, *folder.parents) if not each.stat().st_mode & stat.S_IXOTH]
    if os.geteuid() != 0 or not closed:
        return folder
    elsewhere = pathlib.Path(tempfile.mkdtemp(prefix="countersign-interop-apache-"))
    elsewhere.chmod(0o755)
    return elsewhere


def missing():
    return [package for package, path in PACKAGES.items() if not os.path.exists(path)]
