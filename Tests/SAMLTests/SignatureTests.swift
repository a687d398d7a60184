import FoundationEssentials
import Foundation
import SAML
import TestSupport
import Testing
import XMLSecurity

@Suite("SAML Core §5.4 and the message's kind, as the service provider sees them")
struct SignatureTests {
    private let fixture = Fixture()

    @Test("The right answer is accepted, whatever of it is signed", arguments: [FakeResponse.Signed.assertion, .response, .both])
    func accepted(_ signed: FakeResponse.Signed) throws {
        let assertion = try fixture.accept(fixture.response { $0.signed = signed })
        #expect(assertion.subject.value == "alice@example.com")
        #expect(assertion.signedBy.count == 64)
    }

    @Test("Elliptic curve keys sign as well")
    func ellipticCurve() throws {
        let fixture = Fixture(identityProvider: FakeIdentityProvider(key: .curve))
        #expect(try fixture.accept(fixture.response()).issuer == fixture.identityProvider.entityID)
    }

    @Test("Any of several published keys may sign: a change of keys needs no appointment")
    func rollover() throws {
        var fixture = Fixture()
        fixture.identityProvider.publishedKeys = [.first, .second]
        for key in [FakeIdentityProvider.Key.first, .second] {
            fixture.identityProvider.key = key
            #expect(try fixture.accept(fixture.response()).id.isEmpty == false)
        }
    }

    @Test(
        "case 15: a root that is no SAML 2.0 Response",
        arguments: [
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_a\" Version=\"2.0\"/>",
            "<samlp:LogoutResponse xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_a\" Version=\"2.0\"/>",
            "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"a\"/>",
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a\" Version=\"2.0\"/>",
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:1.0:protocol\" ResponseID=\"_a\" MajorVersion=\"1\"/>",
            "<samlp:Response xmlns:samlp=\"urn:example:other\" ID=\"_a\" Version=\"2.0\"/>", "<Response ID=\"_a\" Version=\"2.0\"/>",
        ])
    func unexpectedRoot(_ document: String) {
        let bytes = Array(document.utf8)
        #expect(fixture.refusal(of: bytes) == "saml.unexpected_root")
        let error = #expect(throws: SAMLError.self) { try UnverifiedResponse(peeking: bytes) }
        #expect(error?.code == "saml.unexpected_root")
    }

    @Test("case 16: no signature at all")
    func unsigned() {
        #expect(fixture.refusal { $0.signed = .none } == "saml.unsigned")
    }

    @Test(
        "case 17: altered after it was signed",
        arguments: [FakeResponse.Signed.assertion, .response, .both],
        [("alice@example.com", "admin@example.com"), ("<saml:AttributeValue>staff<", "<saml:AttributeValue>admins<")])
    func altered(_ signed: FakeResponse.Signed, _ change: (String, String)) {
        let code = fixture.refusal {
            $0.signed = signed
            $0.afterSigning = { $0.replacingOccurrences(of: change.0, with: change.1) }
        }
        #expect(code == "saml.signature_invalid")
    }

    @Test("case 18: signed by another key, or by another connection's")
    func otherKey() {
        var fixture = fixture
        fixture.identityProvider.publishedKeys = [.second]
        #expect(fixture.refusal(of: fixture.response()) == "saml.signature_invalid")
        fixture.identityProvider.publishedKeys = [.curve]
        #expect(fixture.refusal(of: fixture.response()) == "saml.signature_invalid")
    }

    @Test("case 19: the attacker's certificate in KeyInfo, with a signature that fits it")
    func embeddedCertificate() {
        let attacker = FakeIdentityProvider(entityID: fixture.identityProvider.entityID, key: .second)
        let forged = attacker.respond(
            requestID: Fixture.requestID, acs: Fixture.consumer, audience: fixture.serviceProvider.entityID, nameID: "admin@example.com",
            at: Fixture.now)
        #expect(String(decoding: forged, as: UTF8.self).contains(FakeIdentityProvider.Key.second.certificateBase64.prefix(60)))
        #expect(fixture.refusal(of: forged) == "saml.signature_invalid")
    }

    @Test("case 47: both signed, and one of the two signatures is bad", arguments: [0, 1])
    func oneOfTwoBad(_ which: Int) {
        let code = fixture.refusal {
            $0.signed = .both
            // Every signature value ends in "==" here; one digit of one of them is changed.
            $0.afterSigning = { document in
                var parts = document.components(separatedBy: "SignatureValue>")
                let index = which == 0 ? 1 : parts.count - 2
                let first = parts[index].first.map { $0 == "A" ? "B" : "A" } ?? ""
                parts[index] = first + parts[index].dropFirst()
                return parts.joined(separator: "SignatureValue>")
            }
        }
        #expect(code == "saml.signature_invalid")
    }

    @Test(
        "case 127: an answer that opens an assertion, however it is spelled, is not read again for its status",
        arguments: ["</saml:Assertion >", "</saml:Assertion\n>", "</saml:Assertion>"])
    func spelling(_ end: String) throws {
        let response = fixture.response {
            $0.signed = .none
            $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder"
            $0.replace("</saml:Assertion>", with: end)
        }
        #expect(throws: SAMLError.xml(.unsigned)) { try fixture.accept(response) }
    }

    @Test(
        "case 127: whatever prefix it has; else the status would be read, of a message that is not signed", arguments: ["<x:Assertion", "<Assertion"])
    func anyPrefix(_ start: String) {
        let code = fixture.refusal {
            $0.hasAssertion = false
            $0.signed = .none
            $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder"
            $0.replace("<samlp:Status>", with: "\(start) xmlns=\"urn:x\" xmlns:x=\"urn:x\"/><samlp:Status>")
        }
        #expect(code == "saml.assertion_count")
    }

    @Test("case 54: a failure that is not signed still tells why")
    func failureWithoutAssertion() {
        let response = fixture.response {
            $0.hasAssertion = false
            $0.signed = .none
            $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder"
            $0.substatus = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
            $0.statusMessage = "cancelled\u{9}by <b>alice</b>"
        }
        let examination = fixture.serviceProvider.examine(response, expecting: fixture.expectation, at: Fixture.now)
        guard case .status(let status?) = examination.error else {
            Issue.record("the status is not the reason")
            return
        }
        #expect(status.subcode == "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
        #expect(status.message == "cancelled\\u{9}by <b>alice</b>")
        #expect(examination.error?.code == "saml.status")
    }

    @Test("What was peeked at is for look-ups only")
    func unverified() throws {
        let unverified = try UnverifiedResponse(peeking: fixture.response { $0.signed = .none })
        #expect(unverified.inResponseTo == Fixture.requestID)
        #expect(unverified.issuer == fixture.identityProvider.entityID)
        let confirmed = try UnverifiedResponse(
            peeking: fixture.response {
                $0.inResponseTo = nil
                $0.responseIssuer = nil
            })
        #expect(confirmed.inResponseTo == Fixture.requestID)
        #expect(confirmed.issuer == fixture.identityProvider.entityID)
        #expect(try UnverifiedResponse(peeking: fixture.response(requestID: nil)).inResponseTo == nil)
    }
}
