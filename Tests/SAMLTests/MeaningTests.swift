import Foundation
import SAML
import TestSupport
import Testing

@Suite("SAML Profiles §4.1.4.2 and §4.1.4.3: who, to whom, and in answer to what")
struct MeaningTests {
    private let fixture = Fixture()
    private let other = "https://other.example"

    @Test("case 54: a status other than success, with an assertion beside it, and no status")
    func status() {
        #expect(fixture.refusal { $0.status = "urn:oasis:names:tc:SAML:2.0:status:Requester" } == "saml.status")
        #expect(fixture.refusal { $0.status = nil } == "saml.status")
        #expect(fixture.refusal { $0.status = "urn:oasis:names:tc:SAML:2.0:status:success" } == "saml.status")
        #expect(throws: SAMLError.status(nil)) { try fixture.accept(fixture.response { $0.status = nil }) }
    }

    @Test("Version 2.0 and nothing else")
    func version() {
        #expect(fixture.refusal { $0.version = "1.1" } == "saml.version")
        #expect(fixture.refusal { $0.version = "2.0 " } == "saml.version")
        // The Response's alone, and the Assertion's alone.
        for part in [0, 1] {
            let code = fixture.refusal {
                $0.beforeSigning = { document in
                    var parts = document.components(separatedBy: "<saml:Assertion")
                    parts[part] = parts[part].replacingOccurrences(of: "Version=\"2.0\"", with: "Version=\"1.1\"")
                    return parts.joined(separator: "<saml:Assertion")
                }
            }
            #expect(code == "saml.version")
        }
    }

    @Test("case 55: the Assertion's issuer is other, missing, of another case, or has a blank")
    func assertionIssuer() {
        let own = fixture.identityProvider.entityID
        for issuer in [other, own + " ", own.uppercased(), own + "/", ""] {
            #expect(throws: SAMLError.issuer(expected: own, seen: issuer)) { try fixture.accept(fixture.response { $0.issuer = issuer }) }
        }
        #expect(fixture.refusal { $0.issuer = nil } == "saml.issuer")
    }

    @Test("case 55: an issuer in another format than entity")
    func issuerFormat() {
        func issuer(_ format: String) -> String? {
            fixture.refusal { $0.replace("<saml:Issuer>", with: "<saml:Issuer Format=\"\(format)\">") }
        }
        #expect(issuer(NameIDFormat.unspecified) == "saml.issuer")
        #expect(issuer(NameIDFormat.entity) == nil)
    }

    @Test("case 55: the Response's issuer may be missing, not other")
    func responseIssuer() {
        #expect(fixture.refusal { $0.responseIssuer = nil } == nil)
        #expect(fixture.refusal { $0.responseIssuer = other } == "saml.issuer")
    }

    @Test("Canonically equivalent text is not the same entity ID")
    func unicode() {
        var fixture = Fixture()
        fixture.identityProvider.entityID = "https://idp.example/caf\u{E9}"
        #expect(fixture.refusal { $0.issuer = "https://idp.example/cafe\u{301}" } == "saml.issuer")
    }

    @Test("case 56: the answer of connection A at connection B")
    func otherConnection() {
        var connectionB = Fixture()
        connectionB.identityProvider = FakeIdentityProvider(entityID: "https://b.example/metadata", key: .first)
        #expect(connectionB.refusal(of: fixture.response()) == "saml.issuer")
        connectionB.identityProvider = FakeIdentityProvider(entityID: "https://b.example/metadata", key: .second)
        #expect(connectionB.refusal(of: fixture.response()) == "saml.signature_invalid")
    }

    @Test("case 57: a destination on another host, of another connection, or empty")
    func destination() {
        for destination in [other, Fixture.consumer + "/", Fixture.consumer.replacingOccurrences(of: "https", with: "http"), ""] {
            #expect(fixture.refusal { $0.destination = destination } == "saml.destination")
        }
    }

    @Test("case 57: a missing destination passes only where the Response is not signed (Bindings §3.5.5.2)")
    func missingDestination() {
        #expect(fixture.refusal { $0.destination = nil } == nil)
        #expect(
            fixture.refusal {
                $0.destination = nil
                $0.signed = .response
            } == "saml.destination")
    }

    @Test("case 58: a recipient that is missing, other, http, or has a slash more")
    func recipient() {
        for recipient in [nil, other, Fixture.consumer + "/", Fixture.consumer.replacingOccurrences(of: "https", with: "http"), ""] {
            #expect(throws: SAMLError.recipient(expected: Fixture.consumer, seen: recipient)) {
                try fixture.accept(fixture.response { $0.recipient = recipient })
            }
        }
    }

    @Test("case 59: no bearer confirmation, or one without its data")
    func confirmation() {
        for method in ["holder-of-key", "sender-vouches", "Bearer"] {
            #expect(fixture.refusal { $0.confirmationMethod = "urn:oasis:names:tc:SAML:2.0:cm:\(method)" } == "saml.subject_confirmation")
        }
        #expect(fixture.refusal { $0.confirmationNotOnOrAfter = nil } == "saml.subject_confirmation")
        #expect(fixture.refusal { $0.confirmationNotBefore = Fixture.now - 60 } == "saml.subject_confirmation")
        #expect(fixture.refusal { $0.beforeSigning = { Self.without("SubjectConfirmationData", in: $0) } } == "saml.subject_confirmation")
        #expect(fixture.refusal { $0.beforeSigning = { Self.without("SubjectConfirmation", in: $0) } } == "saml.subject_confirmation")
    }

    @Test("case 60: of two confirmations one valid one is enough, none is not")
    func twoConfirmations() {
        func second(_ recipient: String, firstRecipient: String) -> String? {
            fixture.refusal {
                $0.recipient = firstRecipient
                $0.replace(
                    "</saml:Subject>",
                    with:
                        "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">"
                        + "<saml:SubjectConfirmationData Recipient=\"\(recipient)\" "
                        + "InResponseTo=\"\(Fixture.requestID)\" NotOnOrAfter=\"\(SAMLInstant.format(Fixture.now + 60))\"/>"
                        + "</saml:SubjectConfirmation></saml:Subject>"
                )
            }
        }
        #expect(second(Fixture.consumer, firstRecipient: other) == nil)
        #expect(second(other, firstRecipient: Fixture.consumer) == nil)
        #expect(second(other, firstRecipient: other) == "saml.recipient")
    }

    @Test("case 65: an InResponseTo that is not this request's, in either place")
    func inResponseTo() {
        #expect(fixture.refusal(of: fixture.response(requestID: "_another")) == "saml.in_response_to")
        #expect(fixture.refusal { $0.inResponseTo = "_another" } == "saml.in_response_to")
        #expect(fixture.refusal { $0.confirmationInResponseTo = "_another" } == "saml.in_response_to")
        #expect(fixture.refusal { $0.confirmationInResponseTo = nil } == "saml.in_response_to")
        #expect(fixture.refusal { $0.inResponseTo = Fixture.requestID.uppercased() } == "saml.in_response_to")
        #expect(fixture.refusal { $0.inResponseTo = nil } == nil)
    }

    @Test("case 66: an unsolicited response where a request is pending, and an answer where none is")
    func unsolicited() {
        #expect(throws: SAMLError.unsolicited) { try fixture.accept(fixture.response(requestID: nil)) }
        var initiated = fixture
        initiated.request = .unsolicited
        #expect(initiated.refusal(of: initiated.response(requestID: nil)) == nil)
        #expect(initiated.refusal(of: initiated.response()) == "saml.in_response_to")
        #expect(initiated.refusal { $0.inResponseTo = nil } == "saml.in_response_to")
        #expect(initiated.refusal { $0.confirmationInResponseTo = nil } == "saml.in_response_to")
    }

    private static func without(_ element: String, in document: String) -> String {
        document.replacingOccurrences(of: "<saml:\(element)[ >].*</saml:\(element)>", with: "", options: .regularExpression)
            .replacingOccurrences(of: "<saml:\(element) [^>]*/>", with: "", options: .regularExpression)
    }
}
