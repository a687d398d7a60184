"""Clients show certificates to TLS of our own, and tokens are bound to them (RFC 8705; cases 207 and 208)."""

import base64
import os
import socket
import ssl
import subprocess

import certifi
import requests

from kit.certificates import Certificate
from kit.checks import Scenario, expect, expect_true
from kit.processes import free_port
from kit.tokens import discovery, verify
from kit.world import Site

scenario = Scenario("certificates", needs=["pysaml2"])


class Stage:
    def __init__(self, world):
        self.world, folder = world, world.folder / "certificates"
        self.root = Certificate(folder, "root", is_authority=True)
        self.between = Certificate(folder, "between", issuer=self.root, is_authority=True)
        self.job = Certificate(folder, "job", issuer=self.between, dns="job.example.com")
        self.other = Certificate(folder, "other", issuer=self.between, dns="other.example.com")
        self.own = Certificate(folder, "of its own", dns="job.example.com")
        self.host = Certificate(folder, "localhost", dns="localhost")
        # Whatever else this process asks by https stays as it was.
        bundle = folder / "bundle.pem"
        bundle.write_text(open(certifi.where()).read() + self.host.pem)
        os.environ["REQUESTS_CA_BUNDLE"] = self.bundle = str(bundle)
        self.port = free_port()
        options = ["--tls-certificate", self.host.files[0], "--tls-key", self.host.files[1], "--mtls-listen", f"127.0.0.1:{self.port}"]
        self.server = world.server_to_be("certificates", options=[*options, "--client-certificate-authorities", self.root.files[0]])
        self.server.url = f"https://localhost:{self.server.port}"
        self.server.is_ready = self.is_ready
        world.started_part(self.server)
        self.site = Site(world, self.server, "certificates")
        self.pool = self.site.pool["id"]
        # The person's app; its tokens are bound to what it shows.
        self.server.command("client", "update", self.site.app.client_id, "--pool", self.pool, "--certificate-bound-tokens")
        self.named = self.client("--tls-san-dns", "job.example.com")
        self.itself = self.client("--tls-certificate-file", self.own.files[0], "--certificate-bound-tokens")
        self.metadata = discovery(self.site.pool["issuer"])
        self.aliases = self.metadata["mtls_endpoint_aliases"]

    def is_ready(self):
        try:
            return requests.get(self.server.url + "/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def client(self, *options):
        return self.server.command("client", "create", "job", "--pool", self.pool, "--confidential", "--grant", "client_credentials", *options)["client_id"]

    def token(self, client, shown, endpoint=None):
        form = {"grant_type": "client_credentials", "client_id": client}
        answer = requests.post(endpoint or self.aliases["token_endpoint"], form, cert=shown and shown.files, timeout=20)
        body = answer.json()
        self.world.secrets.remember("access token", body.get("access_token"))
        return answer.status_code, body.get("error"), body

    def ask(self, form, shown):
        """As ada's app, which has no secret."""
        answer = requests.post(self.aliases["token_endpoint"], {"client_id": self.site.app.client_id, **form}, cert=shown and shown.files, timeout=20)
        return answer.status_code, self.site.app.remember(answer.json())

    def redeem(self, shown):
        """ada's tokens, fetched with that certificate."""
        begun = self.site.sign_in(self.world.visitor(), "ada")
        return self.ask(self.site.app.redeem_form(begun.code, begun.verifier), shown)


def stage(world):
    return world.part("certificates", lambda: Stage(world))


def asks(port, version):
    """Whether a server asks for a certificate in the handshake, as s_client sees it."""
    command = ["openssl", "s_client", "-connect", f"localhost:{port}", f"-{version}", "-msg"]
    seen = subprocess.run(command, input="", capture_output=True, text=True, timeout=20).stdout
    expect_true(f"the handshake with {version}", "ServerHello" in seen, "one", seen[-300:])
    return "CertificateRequest" in seen


@scenario.check("where browsers come nobody is asked for a certificate; where clients come everybody is")
def asked(world):
    for version in ("tls1_2", "tls1_3"):
        expect(f"{version}: sign-in pages", asks(stage(world).server.port, version), False)
        expect(f"{version}: mtls_endpoint_aliases", asks(stage(world).port, version), True)
    base = stage(world).aliases["token_endpoint"].removesuffix("/oauth2/token")
    for path in ("/oauth2/authorize", "/.well-known/openid-configuration", "/account"):
        expect(path, requests.get(base + path, timeout=20).status_code, 404)


@scenario.check("a job is known by the name of its certificate, by an authority between, and by nothing else (case 208)")
def named(world):
    the = stage(world)
    expect("its own", the.token(the.named, the.job)[:2], (200, None))
    for what, shown in (("another client's", the.other), ("nobody's", the.own), ("none", None)):
        expect(what, the.token(the.named, shown)[:2], (401, "invalid_client"))
    expect("at the address for browsers", the.token(the.named, the.job, the.metadata["token_endpoint"])[:2], (401, "invalid_client"))


@scenario.check("a certificate that nobody else issued is known itself, and the token is bound to it")
def itself(world):
    the = stage(world)
    status, error, body = the.token(the.itself, the.own)
    expect("its own", (status, error), (200, None))
    bound = base64.urlsafe_b64encode(the.own.thumbprint).rstrip(b"=").decode()
    expect("cnf", verify(body["access_token"], the.metadata["jwks_uri"])[1]["cnf"], {"x5t#S256": bound})
    expect("another", the.token(the.itself, the.job)[:2], (401, "invalid_client"))


@scenario.check("ada's token opens userinfo with the certificate of her app, and with no other (case 207)")
def userinfo(world):
    the = stage(world)
    expect("tokens without a certificate", the.redeem(None)[0], 400)
    status, tokens = the.redeem(the.job)
    expect(f"the tokens ({tokens.get('error_description')})", status, 200)
    headers = {"Authorization": "Bearer " + tokens["access_token"]}
    alias, plain = the.aliases["userinfo_endpoint"], the.metadata["userinfo_endpoint"]
    answer = requests.get(alias, headers=headers, cert=the.job.files, timeout=20)
    expect("with its certificate", (answer.status_code, answer.json().get("given_name")), (200, "Ada"))
    for what, url, shown in (("another", alias, the.other), ("none", alias, None), ("where nobody is asked", plain, the.job)):
        answer = requests.get(url, headers=headers, cert=shown and shown.files, timeout=20)
        expect_true(what, answer.status_code == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"], "invalid_token", answer.headers)
    # So is what the app gets new ones with; whoever else has it uses nothing up.
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    for what, shown in (("another", the.other), ("none", None)):
        expect(f"a refresh with {what}", the.ask(form, shown)[0], 400)
    expect("a refresh with its certificate", the.ask(form, the.job)[0], 200)


@scenario.check("sessions of TLS are not resumed, so that every connection proves its key (case 207)")
def resumed(world):
    the = stage(world)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=the.bundle)
        context.minimum_version = context.maximum_version = version
        context.load_cert_chain(*the.job.files)
        session = None
        for turn in ("first", "second"):
            with socket.create_connection(("localhost", the.port), timeout=20) as plain, context.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
                body = f"grant_type=client_credentials&client_id={the.named}"
                head = f"POST /{the.pool}/oauth2/token HTTP/1.1\r\nHost: localhost:{the.port}\r\nConnection: close\r\n"
                head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
                tls.sendall((head + body).encode())
                answer = b""
                while part := tls.recv(65536):
                    answer += part
                expect(f"{version.name}, {turn}", answer.split(b"\r\n")[0], b"HTTP/1.1 200 OK")
                expect(f"{version.name}, {turn}: resumed", tls.session_reused, False)
                session = tls.session
                world.secrets.remember("access token", answer.split(b'"access_token":"')[-1].split(b'"')[0].decode())
