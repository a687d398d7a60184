"""Everybody whom the guides name, on one machine: names that all lead here, TLS with a certificate for whoever is asked for, and providers behind it."""

import base64
import http.client
import http.server
import json
import pathlib
import re
import socket
import ssl
import struct
import subprocess
import threading
import urllib.parse

from cryptography.hazmat.primitives.asymmetric import ec

from .certificates import Certificate
from .countersign import ROOT

OURS = ("127.0.0.1", 8080)  # where the server of a page listens
CORP_KEYS = "/keys"


class Names:
    """A name server that knows no address but 127.0.0.1."""

    def start(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        while True:
            query, asker = self.socket.recvfrom(4096)
            end = query.index(0, 12) + 5
            is_ipv4 = query[end - 4:end - 2] == b"\0\1"
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1") if is_ipv4 else b""
            self.socket.sendto(query[:2] + b"\x85\x80" + struct.pack(">HHHH", 1, int(is_ipv4), 0, 0) + query[12:end] + answer, asker)


class StandIn:
    """Listens on port 443 and is whom the address says; `id.example.com` is the page's own server."""

    def __init__(self, folder, authority, signer):
        self.folder, self.authority, self.signer = pathlib.Path(folder), authority, signer
        self.certificates, self.server = {}, None
        self.saml, self.secret = None, None  # a provider's metadata in place of the usual one; the secret that we have there
        self.key = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()

    def start(self):
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                status, headers, body = stand_in.answer(self.command, self.headers["Host"].lower(), self.path, self.headers, self.rfile.read(length))
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate("localhost").files)
        context.sni_callback = self.choose
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def certificate(self, name):
        if name not in self.certificates:
            self.certificates[name] = Certificate(self.folder / name, name[:60], issuer=self.authority, dns=name)
        return self.certificates[name]

    def choose(self, connection, name, _):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate(name or "localhost").files)
        connection.context = context

    # ---- what is where ----

    def answer(self, method, host, target, headers, body):
        name, path = host.partition(":")[0], urllib.parse.urlsplit(target).path
        if name in ("id.example.com", "signin.example.com"):
            return self.pass_on(method, host, target, headers, body)
        issuer = f"https://{host}" + path.partition("/.well-known/")[0]
        if path.endswith("/.well-known/openid-configuration"):
            return as_json(self.discovery(issuer, host))
        if path.endswith(("jwks.json", CORP_KEYS, "/certs")):
            return as_json({"keys": [self.public_key()]})
        if path.endswith("/apps.json"):
            return as_json(["https://shop.example.com/callback", "https://shop.example.net/callback"])
        if method == "POST":
            # The token endpoint, asked whether it knows us: the code is nobody's in any case (RFC 6749 §5.2).
            known = self.secret in urllib.parse.unquote(base64.b64decode(headers.get("Authorization", "Basic ").split(" ")[1]).decode()) if self.secret else False
            return (400, [("Content-Type", "application/json")], b'{"error":"invalid_grant"}') if known else (401, [("Content-Type", "application/json")], b'{"error":"invalid_client"}')
        return 200, [("Content-Type", "application/samlmetadata+xml")], self.metadata(host, target).encode()

    def pass_on(self, method, host, target, headers, body):
        connection = http.client.HTTPConnection(*OURS, timeout=20)
        kept = {name: value for name, value in headers.items() if not name.lower().startswith("x-forwarded")}
        connection.request(method, target, body or None, {**kept, "Host": host, "X-Forwarded-For": "127.0.0.1"})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, [pair for pair in answer.getheaders() if pair[0].lower() not in ("content-length", "connection", "transfer-encoding")], content

    def discovery(self, issuer, host):
        where = f"https://{host}"
        # Microsoft's document for several tenants names none (its own placeholder).
        issuer = re.sub(r"/(organizations|common)/v2\.0$", "/{tenantid}/v2.0", issuer)
        return {
            "issuer": issuer + "/" if host.endswith("auth0.com") else issuer, "authorization_endpoint": f"{where}/authorize", "token_endpoint": f"{where}/token",
            "jwks_uri": f"{where}{CORP_KEYS}", "userinfo_endpoint": f"{where}/userinfo", "end_session_endpoint": f"{where}/logout",
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"], "scopes_supported": ["openid", "email", "profile", "groups", "offline_access"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"], "authorization_response_iss_parameter_supported": True,
        }

    def public_key(self):
        x, y = (base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode() for number in (self.key.x, self.key.y))
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "stand-in", "x": x, "y": y}

    def metadata(self, host, target):
        """A SAML provider's, with the entity ID that its address asks for; a federation's signed by its operator."""
        if self.saml:
            return self.saml
        text = (ROOT / "metadata" / "simplesamlphp.xml").read_text()
        entity = urllib.parse.unquote(target.rpartition("/entities/")[2]) if "/entities/" in target else f"https://{host}/idp"
        text = re.sub(r'entityID="[^"]*"', f'entityID="{entity}"', text, count=1)
        if "/entities/" in target:
            return self.signed(text, "EntityDescriptor")
        if "edugain" in target or "federation-metadata" in target:
            inner = re.sub(r"<\?xml[^>]*\?>", "", text)
            return self.signed(f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" Name="all">{inner}</md:EntitiesDescriptor>', "EntitiesDescriptor")
        return text

    def signed(self, text, root):
        """As operators do it: over the whole, until next week."""
        template = (
            '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
            '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_whole"><ds:Transforms>'
            '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
            '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>'
        )
        text = re.sub(rf"(<(?:md:)?{root}\b)([^>]*)>", rf'\1 ID="_whole" validUntil="{week_from_now()}"\2>{template}', text, count=1)
        draft = self.folder / "to-be-signed.xml"
        draft.write_text(text)
        sign = ["xmlsec1", "--sign", "--privkey-pem", f"{self.signer[1]},{self.signer[0]}", "--id-attr:ID", f"urn:oasis:names:tc:SAML:2.0:metadata:{root}"]
        return subprocess.run([*sign, draft], check=True, capture_output=True, text=True).stdout


def as_json(document):
    return 200, [("Content-Type", "application/json")], json.dumps(document).encode()


def week_from_now():
    import datetime

    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
