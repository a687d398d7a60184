"""spid-sp-test answers our requests as an identity provider of Italy's SPID: 8 right answers, and 103 that its authors want refused."""

import base64
import urllib.parse
import zlib

from kit import spid
from kit.app import App
from kit.checks import Scenario, expect
from kit.processes import free_port
from kit.refusals import expect_refused, expect_told
from kit.tokens import check_both

scenario = Scenario("spid", needs=["pysaml2"])
PERSON, EMAIL = spid.settings.ATTRIBUTES["fiscalNumber"], spid.settings.ATTRIBUTES["email"]

# The rules are SPID's beyond this number: what SAML allows is accepted.
ACCEPTED = {
    "1": "right",
    "3": "the response is signed, and the assertion in it by that; SPID wants both",
    "28": "the assertion says whose it is, and the signature proves it",
    "31": "Issuer without Format",
    "45": "Format of the NameID is empty; the person is named by an attribute",
    "46": "no Format of the NameID",
    "47": "another Format of the NameID",
    "49": "no NameQualifier",
    "71": "no Format of the assertion's Issuer, which SAML gives a default",
    "76": "no NotBefore",
    "95": "the level that was asked for",
    "103": "other attributes than SPID's",
    "109": "attributes without NameFormat",
    "110": "IssueInstant with milliseconds",
}
# Answers that name no request of ours end at a page, which is not the app's.
AT_A_PAGE = "8 33 16 17 18 xsw1 xsw2 xsw3 xsw4 xsw5 xsw6 xsw7 xsw8".split()
# Here the provider itself says no, and the app is told so.
DENIED = "104 105 106 107 108 111".split()
REFUSED = {
    "saml.unsigned": "2",
    "saml.signature_invalid": "4 5 100",
    "saml.duplicate_id": "xsw1 xsw7 xsw8",
    "saml.unexpected_root": "xsw2 xsw3 xsw4 xsw5 xsw6",
    "saml.transforms": "xslt",
    "saml.malformed": "8 33",
    "saml.reference_uri": "9 34",
    "saml.version": "10 35",
    "saml.malformed_time": "11 12 13 36 37 38 63 65 75 77 79 81",
    "saml.expired": "14 39 66 78 82",
    "saml.not_yet_valid": "15 40 80",
    "saml.in_response_to": "16 18 60 61 62",
    "saml.unsolicited": "17",
    "saml.destination": "19 20 21",
    "saml.status": "22 23 24 26 104 105 106 107 108 111",
    "saml.issuer": "27 29 30 68 69 70 72",
    "saml.assertion_count": "32",
    "saml.subject": "41 42 43 44 48",
    "saml.subject_confirmation": "51 52 53 54 55 56 64",
    "saml.recipient": "57 58 59",
    "saml.audience": "73 74 83 85 86 87",
    "saml.authn_statement": "88 89 90 92 93 94 96 97",
    "saml.subject_attribute": "98 99",
}


def app(world):
    """The app of a pool where spid-sp-test is the provider: NameIDs are transient there, and the person is named by an attribute."""

    def make():
        server = world.server
        pool, metadata, redirect_uri = server.create_pool("spid"), server.folder / "spid.xml", f"http://localhost:{free_port()}/callback"
        spid.write_metadata(metadata)
        for kind, value in (("NameID", spid.NAME_ID), ("NameID", PERSON), ("e-mail", EMAIL)):
            world.secrets.remember(kind, value)
        more = ["--subject", "fiscalNumber", "--authn-context", spid.LEVEL]
        server.create_saml_provider(pool, "spid", ["--metadata-file", str(metadata)], {"email": "email"}, *more)
        return App(pool["issuer"], server.create_client(pool, "app", redirect_uri), world.secrets, redirect_uri)

    return world.part("app of spid", make)


def answered(world, case):
    """One sign-in up to the page, or the redirect to the app, after that answer."""
    visitor, sign_in = world.visitor(), app(world).begin()
    page = visitor.follow(visitor.get(sign_in.url), until=spid.ENTITY_ID)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location).query))
    url, xml = spid.make_answer(case, zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15))
    return sign_in, visitor.follow(visitor.post(url, spid.form(xml, query["RelayState"])), until=app(world).redirect_uri)


@scenario.check("each of its answers is judged here")
def complete(world):
    judged = [*ACCEPTED, *(case for cases in REFUSED.values() for case in cases.split())]
    expect("cases", sorted(judged), sorted(spid.CASES))


@scenario.check("its right answers, and those that only SPID forbids, are accepted", seconds=120)
def accepted(world):
    for case in ACCEPTED:
        sign_in, page = answered(world, case)
        claims, access = check_both(sign_in.answer(page.location).redeem())
        expect(f"{case}: username", access["username"], "spid_" + PERSON)
        if case != "103":
            expect(f"{case}: email", claims.get("email"), EMAIL)


@scenario.check("all others are refused, each for its reason (cases 8, 16-47, 59-66)", seconds=300)
def refused(world):
    for code, cases in REFUSED.items():
        for case in cases.split():
            _, page = answered(world, case)
            line = expect_refused(world.server, page) if case in AT_A_PAGE else expect_told(world.server, page, app(world), "access_denied" if case in DENIED else "server_error")
            expect(f"{case}: {spid.CASES[case]['name']}", line.get("code"), code)
