import Foundation
import SAML
import TestSupport
import Testing

@Suite("SAML Core §2.2.3, §2.4 and §2.7.2: subject and authentication")
struct SubjectTests {
    private let fixture = Fixture()
    private let now = Fixture.now

    @Test(
        "case 69: a NameID that is empty, blank, padded, too long, or has control, bidirectional or unassigned characters",
        arguments: [
            "", " ", " alice", "alice ", "alice\n", "al\tice", "al\u{85}ice", "al\u{2028}ice", "\u{A0}alice", "alice\u{7F}",
            "al\u{202E}eci", "ali\u{2066}ce", "alice\u{200F}", "al\u{61C}ice", "al\u{378}ice", "al\u{10FFFF}ice",
            String(repeating: "a", count: 10_240),
        ])
    func badNameID(_ nameID: String) {
        #expect(fixture.refusal { $0.nameID = nameID } == "saml.subject")
    }

    @Test("case 69: a NameID that is missing, doubled, nested, or encrypted")
    func noNameID() {
        #expect(fixture.refusal { $0.nameID = nil } == "saml.subject")
        #expect(fixture.refusal { $0.replace("alice@example.com</saml:NameID>", with: "<b>alice</b></saml:NameID>") } == "saml.subject")
        #expect(fixture.refusal { $0.replace("<saml:Subject>", with: "<saml:Subject><saml:NameID>bob</saml:NameID>") } == "saml.subject")
        let encrypted = "<saml:EncryptedID><x xmlns=\"urn:x\"/></saml:EncryptedID>"
        #expect(
            fixture.refusal {
                $0.nameID = nil
                $0.replace("<saml:Subject>", with: "<saml:Subject>\(encrypted)")
            } == "saml.encryption_structure")
        #expect(fixture.refusal { $0.replace("<saml:Subject>", with: "<saml:Subject><saml:BaseID/>") } == "saml.subject")
        let behind = fixture.refusal {
            ($0.nameID, $0.nameIDFormat) = (nil, nil)
            $0.replace("</saml:Subject>", with: "<saml:NameID>alice</saml:NameID></saml:Subject>")
        }
        #expect(behind == "saml.subject")
    }

    @Test("A NameID is taken as it is, byte for byte")
    func bytes() throws {
        for nameID in ["Alice Example", "cafe\u{301}@example.com", "a&b<c>\"d'", "日本語", String(repeating: "a", count: 1024)] {
            let subject = try fixture.accept(fixture.response { $0.nameID = nameID }).subject
            #expect(subject.value.utf8.elementsEqual(nameID.utf8))
        }
        #expect(NameID(value: "cafe\u{301}") != NameID(value: "caf\u{E9}"))
        #expect(NameID(value: "a", format: NameIDFormat.persistent) != NameID(value: "a"))
        #expect(NameID(value: "a", spNameQualifier: "x") != NameID(value: "a", nameQualifier: "x"))
        #expect(Set([NameID(value: "a"), NameID(value: "a")]).count == 1)
    }

    @Test("case 70: a NameID qualified for another service provider, or by another identity provider")
    func qualifiers() {
        #expect(fixture.refusal { $0.spNameQualifier = "https://other.example" } == "saml.subject")
        #expect(fixture.refusal { $0.spNameQualifier = "" } == "saml.subject")
        // A wrong entity ID usually stands in both: the audience is what the admin is told of.
        #expect(fixture.refusal { ($0.audiences, $0.spNameQualifier) = ([["https://other.example"]], "https://other.example") } == "saml.audience")
        #expect(fixture.refusal { $0.spNameQualifier = fixture.serviceProvider.entityID } == nil)
        for format in [NameIDFormat.persistent, NameIDFormat.transient] {
            #expect(fixture.refusal { ($0.nameIDFormat, $0.nameQualifier) = (format, "https://other.example") } == "saml.subject")
            #expect(fixture.refusal { ($0.nameIDFormat, $0.nameQualifier) = (format, fixture.identityProvider.entityID) } == nil)
        }
        #expect(fixture.refusal { ($0.nameIDFormat, $0.nameQualifier) = (NameIDFormat.unspecified, "CORP") } == nil)
    }

    @Test("case 70: authenticated in the future, or a session that has expired")
    func authnStatement() {
        #expect(fixture.refusal { $0.authnInstant = now + 60 } == nil)
        #expect(fixture.refusal { $0.authnInstant = now + 61 } == "saml.authn_statement")
        #expect(fixture.refusal { $0.sessionNotOnOrAfter = now - 59 } == nil)
        #expect(fixture.refusal { $0.sessionNotOnOrAfter = now - 60 } == "saml.authn_statement")
        #expect(
            fixture.refusal { $0.beforeSigning = { $0.replacingOccurrences(of: "AuthnInstant=\"[^\"]*\"", with: "", options: .regularExpression) } }
                == "saml.authn_statement")
    }

    @Test("No AuthnStatement is an exception that must be made")
    func missingAuthnStatement() throws {
        let response = fixture.response { $0.authnInstant = nil }
        #expect(fixture.refusal(of: response) == "saml.authn_statement")
        var lenient = fixture
        lenient.policy.allowsMissingAuthnStatement = true
        let assertion = try lenient.accept(response)
        #expect(assertion.authnInstant == nil && assertion.sessionIndex == nil)
    }

    @Test("ForceAuthn and max_age are looked at in the answer")
    func authenticationAge() {
        var forced = fixture
        forced.requestedForceAuthnAfter = now - 120
        #expect(forced.refusal { $0.authnInstant = now - 60 } == nil)
        #expect(forced.refusal { $0.authnInstant = now - 181 } == "saml.authn_statement")
        var aged = fixture
        aged.maximumAuthenticationAge = 600
        #expect(aged.refusal { $0.authnInstant = now - 660 } == nil)
        #expect(aged.refusal { $0.authnInstant = now - 661 } == "saml.authn_statement")
        aged.policy.allowsMissingAuthnStatement = true
        #expect(aged.refusal { $0.authnInstant = nil } == "saml.authn_statement")
    }

    @Test("What the application is told of the session")
    func session() throws {
        let assertion = try fixture.accept(fixture.response { $0.sessionNotOnOrAfter = now + 3600 })
        #expect(assertion.authnInstant == now - 5)
        #expect(assertion.sessionIndex == "_session1")
        #expect(assertion.sessionNotOnOrAfter == now + 3600)
        #expect(assertion.authnContextClassRef == "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
    }
}
