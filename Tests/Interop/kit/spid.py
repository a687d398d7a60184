"""The answers of spid-sp-test, the tool by which Italy's agency for digital identity judges service providers: one right one, and 110 with one
thing wrong, each written and signed by that tool with its own keys."""

import base64
import datetime
import logging
import pathlib
import re
import warnings

warnings.simplefilter("ignore")
logging.getLogger("spid_sp_test").setLevel(logging.CRITICAL)

from lxml import etree  # noqa: E402
from spid_sp_test.idp.settings import SAML2_IDP_CONFIG  # noqa: E402
from spid_sp_test.response import SpidSpResponseCheck, saml_rnd_id  # noqa: E402
from spid_sp_test.responses import settings  # noqa: E402

ENTITY_ID = SAML2_IDP_CONFIG["entityid"]
SINGLE_SIGN_ON = ENTITY_ID + "/samlsso"
LEVEL = "https://www.spid.gov.it/SpidL2"
NAME_ID = "that-transient-opaque-value"
CASES = settings.RESPONSE_TESTS

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity_id}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{location}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>
"""


def write_metadata(path):
    lines = pathlib.Path(SAML2_IDP_CONFIG["cert_file"]).read_text().split("-----")[2].split()
    path.write_text(METADATA.format(entity_id=ENTITY_ID, certificate="".join(lines), location=SINGLE_SIGN_ON))


def make_answer(case, request):
    """The tool's answer of that number to an AuthnRequest of ours (its XML, without a prolog): where it is posted, and its XML."""
    request = etree.fromstring(request)
    issuer = request.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
    now = datetime.datetime.now(datetime.timezone.utc)
    check = SpidSpResponseCheck()
    check.acr = LEVEL
    check.authnreq_attrs = dict(request.attrib)
    check.response_attrs = {
        "ResponseID": saml_rnd_id(),
        "AuthnRequestID": request.get("ID"),
        "IssueInstant": request.get("IssueInstant"),
        "NotOnOrAfter": written(now + datetime.timedelta(minutes=5)),
        "AssertionConsumerURL": request.get("AssertionConsumerServiceURL"),
        "NameIDNameQualifier": settings.DEFAULT_RESPONSE["NameIDNameQualifier"],
        "NameID": NAME_ID,
        "AssertionID": saml_rnd_id(),
        "AuthnIstant": written(now),
        "SessionIndex": saml_rnd_id(),
        "Issuer": ENTITY_ID,
        "Audience": issuer,
        "AuthnContextClassRef": LEVEL,
        "IssueInstantMillis": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "sign_response": True,
        "sign_assertion": True,
    }
    answer = check.load_test(test_name=case)
    # Its templates break the line around the NameID's value, where we take text alone.
    text = re.sub(r">\s+" + NAME_ID + r"\s+<", f">{NAME_ID}<", answer.render(user_attrs=settings.ATTRIBUTES))
    signed = check.sign(text, key_file=answer.private_key, cert_file=answer.response_attrs.get("X509Certificate"))
    return request.get("AssertionConsumerServiceURL"), check.post_xml(signed, CASES[case])


def written(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def form(xml, relay_state):
    return {"SAMLResponse": base64.b64encode(xml.encode()).decode(), "RelayState": relay_state}
