"""pysaml2 as an identity provider that answers as it is told: what is signed, by whom, for whom, encrypted or not.

It has no pages: the check takes the AuthnRequest from the redirect, and posts the answer as the browser would."""

import base64
import contextlib
import functools
import logging
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse
import warnings

warnings.simplefilter("ignore")  # pysaml2 and its XML schema library warn of their own future
logging.getLogger("saml2").setLevel(logging.CRITICAL)

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, entity  # noqa: E402
from saml2.config import IdPConfig  # noqa: E402
from saml2.metadata import entity_descriptor  # noqa: E402
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID  # noqa: E402
from saml2.server import Server  # noqa: E402
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256  # noqa: E402

PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


class Answer:
    """What the browser posts to the consumer service."""

    def __init__(self, url, xml, relay_state, request_id):
        self.url, self.xml, self.relay_state, self.request_id = url, xml, relay_state, request_id

    @property
    def form(self):
        form = {"SAMLResponse": base64.b64encode(self.xml.encode()).decode()}
        return {**form, "RelayState": self.relay_state} if self.relay_state else form

    def with_xml(self, change):
        changed = change(self.xml)
        if changed == self.xml:
            raise ValueError("the tampering changed nothing")
        return Answer(self.url, changed, self.relay_state, self.request_id)


class Pysaml2:
    # By Name, and by FriendlyName where the mapping says so (Core §2.7.3.1).
    mapping = {
        "email": "urn:oid:0.9.2342.19200300.100.1.3",
        "groups": "friendly:isMemberOf",
        "given_name": "friendly:givenName",
        "family_name": "friendly:sn",
        "name": "friendly:displayName",
    }

    def __init__(self, folder, port, logs_out=False, wants_signed=False):
        """`logs_out`: whether its metadata has single logout; `wants_signed`: whether a request must be signed; it may come by POST then."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs_out, self.wants_signed = logs_out, wants_signed
        self.base = f"http://127.0.0.1:{port}"  # nobody listens there: the redirect to it is read, not followed
        self.key, self.certificate = self.make_key("idp")
        self.metadata = self.folder / "idp.xml"
        self.publish()
        self.server = None

    def publish(self):
        self.metadata.write_text(str(entity_descriptor(IdPConfig().load(self.configuration()))))

    def change_key(self, name, metadata):
        """Publishes a new key in place of the old one, and signs with it; `metadata` is the service provider's own."""
        self.sign_with(*self.make_key(name), metadata)
        self.publish()

    def sign_with(self, key, certificate, metadata):
        """Signs with another key than what is published."""
        self.key, self.certificate = key, certificate
        self.trust(metadata)

    def make_key(self, name):
        key, certificate = str(self.folder / f"{name}.key"), str(self.folder / f"{name}.crt")
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-sha256", "-days", "30", "-subj", f"/CN=interop {name}"]
        subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        return key, certificate

    def configuration(self, **more):
        provider = {
            "endpoints": {"single_sign_on_service": [(self.base + "/sso", BINDING_HTTP_REDIRECT)]},
            "name_id_format": [NAMEID_FORMAT_PERSISTENT],
            "policy": {"default": {"lifetime": {"minutes": 10}, "name_form": NAME_FORMAT_URI}},
        }
        if self.logs_out:
            provider["endpoints"]["single_logout_service"] = [(self.base + "/slo", BINDING_HTTP_REDIRECT), (self.base + "/slo", BINDING_HTTP_POST)]
        if self.wants_signed:
            provider["endpoints"]["single_sign_on_service"].append((self.base + "/sso", BINDING_HTTP_POST))
            provider["want_authn_requests_signed"] = True
        own = {"entityid": self.base + "/idp", "key_file": self.key, "cert_file": self.certificate, "xmlsec_binary": shutil.which("xmlsec1")}
        return {**own, "service": {"idp": provider}, **more}

    def trust(self, metadata):
        """Reads the service provider's own metadata."""
        path = self.folder / "service-provider.xml"
        path.write_text(metadata)
        self.server = Server(config=IdPConfig().load(self.configuration(metadata={"local": [str(path)]})))

    def answer(self, redirect, user, groups=("engineering",), sign=("assertion",), encrypt=False, context=PASSWORD):
        """The answer to the AuthnRequest in a redirect to us, for a user that was just authenticated so.

        `encrypt`: "gcm" for the certificate in the service provider's metadata; True for a foreign one, as pysaml2 does it by itself, with 3DES."""
        if not redirect or not redirect.startswith(self.base + "/sso"):
            raise RuntimeError(f"that is no redirect to pysaml2: {redirect}")
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(redirect).query))
        request = self.read_request(redirect)
        where = self.server.response_args(request.message)
        with self.authenticated_encryption() if encrypt == "gcm" else contextlib.nullcontext():
            response = self.server.create_authn_response(
                self.attributes(user, groups),
                in_response_to=where["in_response_to"],
                destination=where["destination"],
                sp_entity_id=where["sp_entity_id"],
                name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.name_id(user)),
                authn={"class_ref": context, "authn_auth": self.base},
                sign_assertion="assertion" in sign,
                sign_response="response" in sign,
                encrypt_assertion=bool(encrypt),
                encrypt_cert_assertion=self.foreign_certificate() if encrypt is True else None,
                sign_alg=SIG_RSA_SHA256,
                digest_alg=DIGEST_SHA256,
            )
        return Answer(where["destination"], str(response), query.get("RelayState"), where["in_response_to"])

    def requested_contexts(self, redirect):
        """The classes that the AuthnRequest in a redirect asks for."""
        asked = self.read_request(redirect).message.requested_authn_context
        return [reference.text for reference in asked.authn_context_class_ref] if asked else []

    def decline(self, redirect, reason):
        """The answer that says no, with the second-level status of that name (SAML Core §3.2.2.2)."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(redirect).query))
        where = self.server.response_args(self.read_request(redirect).message)
        words = ("urn:oasis:names:tc:SAML:2.0:status:" + reason, "It cannot be done")
        response = self.server.create_error_response(
            where["in_response_to"], where["destination"], words, sign=True, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
        )
        return Answer(where["destination"], str(response), query.get("RelayState"), where["in_response_to"])

    @contextlib.contextmanager
    def authenticated_encryption(self):
        """AES-256-GCM in place of pysaml2's 3DES, for which it has no setting."""
        template, encrypt = entity.pre_encryption_part, self.server.sec.encrypt_assertion
        entity.pre_encryption_part = functools.partial(template, msg_enc="http://www.w3.org/2009/xmlenc11#aes256-gcm")
        self.server.sec.encrypt_assertion = functools.partial(encrypt, key_type="aes-256")
        try:
            yield
        finally:
            entity.pre_encryption_part, self.server.sec.encrypt_assertion = template, encrypt

    def read_request(self, redirect):
        """The AuthnRequest in a redirect to us; where it must be signed, verified over the query."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(redirect).query))
        return self.server.parse_authn_request(
            query["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=query.get("RelayState"), sigalg=query.get("SigAlg"), signature=query.get("Signature")
        )

    def read_posted_request(self, form):
        """The AuthnRequest of a form, whose signature is inside; pysaml2 verifies it with xmlsec1."""
        return self.server.parse_authn_request(form["SAMLRequest"], BINDING_HTTP_POST, relay_state=form.get("RelayState"))

    def unasked(self, registered, user, groups=("engineering",)):
        """An answer that no request asked for; `registered` is what our command line said of this provider."""
        response = self.server.create_authn_response(
            self.attributes(user, groups),
            in_response_to=None,
            destination=registered["acs_url"],
            sp_entity_id=registered["sp_entity_id"],
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.name_id(user)),
            authn={"class_ref": PASSWORD, "authn_auth": self.base},
            sign_assertion=True,
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
        )
        return Answer(registered["acs_url"], str(response), None, None)

    # ---- single logout ----

    def read_logout(self, redirect):
        """Our LogoutRequest in a redirect to us, its signature verified over the query; the request, and its RelayState."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(redirect).query))
        request = self.server.parse_logout_request(
            query["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=query.get("RelayState"), sigalg=query["SigAlg"], signature=query["Signature"]
        )
        return request.message, query.get("RelayState")

    def answer_logout(self, request, relay_state, binding=BINDING_HTTP_REDIRECT):
        """Where the browser brings the answer, and as what: an address, or an address and a form."""
        response = self.server.create_logout_response(request, [binding], sign=binding == BINDING_HTTP_POST, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        destination = re.search(r"Destination=\"([^\"]+)\"", str(response))[1]  # signed, it is text
        return self.sent(binding, response, destination, relay_state, response=True)

    def ask_logout(self, registered, name_id, session_indexes, binding=BINDING_HTTP_REDIRECT):
        """A LogoutRequest of our own, as it comes through the browser."""
        _, request = self.server.create_logout_request(
            registered["sp_slo_url"],
            registered["sp_entity_id"],
            name_id=name_id,
            session_indexes=session_indexes,
            expire=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 300)),
            sign=binding == BINDING_HTTP_POST,
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
        )
        return self.sent(binding, request, registered["sp_slo_url"], "their-state", response=False)

    def sent(self, binding, message, destination, relay_state, response):
        if binding == BINDING_HTTP_POST:
            name = "SAMLResponse" if response else "SAMLRequest"
            return destination, {name: base64.b64encode(str(message).encode()).decode(), "RelayState": relay_state}
        sent = self.server.apply_binding(binding, str(message), destination, relay_state, response=response, sign=True, sigalg=SIG_RSA_SHA256)
        return dict(sent["headers"])["Location"], None

    def read_logout_response(self, page):
        """What we answered, its signature verified: the status code, and the RelayState."""
        if page.location:
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location).query))
            signed = page.location.split("?", 1)[1].rsplit("&Signature=", 1)[0]
            self.verify_octets(signed, query["Signature"])
            binding = BINDING_HTTP_REDIRECT
        else:
            query, binding = page.form("SAMLResponse")["fields"], BINDING_HTTP_POST
        answer = self.server.parse_logout_request_response(query["SAMLResponse"], binding)
        return answer.response.status.status_code.value, query.get("RelayState")

    def verify_octets(self, octets, signature):
        """Of a query: by the key in our metadata, with another library than pysaml2's."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        metadata = (self.folder / "service-provider.xml").read_text()
        certificates = re.findall(r'use="signing".*?X509Certificate>([^<]+)<', metadata, re.DOTALL)
        key = x509.load_der_x509_certificate(base64.b64decode(certificates[0])).public_key()
        key.verify(base64.b64decode(signature), octets.encode(), padding.PKCS1v15(), hashes.SHA256())

    def foreign_certificate(self):
        """One to encrypt for: with pysaml2's default, 3DES, it is refused before anybody would need the key."""
        text = pathlib.Path(self.make_key("recipient")[1]).read_text()
        return re.sub(r"-----.*?-----|\s", "", text)

    def attributes(self, user, groups):
        family_name = "Søndergård-Łuczak"
        return {
            "uid": user,
            "mail": self.email(user),
            "givenName": user.title(),
            "sn": family_name,
            "displayName": f"{user.title()} {family_name}",
            "isMemberOf": list(groups),
        }

    def name_id(self, user):
        return f"nid-{user}-51d9e3"

    def email(self, user):
        return f"{user}@pysaml2.example"
