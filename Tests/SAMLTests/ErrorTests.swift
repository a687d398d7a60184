import Foundation
import SAML
import TestSupport
import Testing
import XMLSecurity

@Suite("Errors: a stable code, a sentence, a remedy")
struct ErrorTests {
    private let errors: [SAMLError] = {
        let now = Fixture.now
        return [
            .badRequest("x"), .malformed("x"), .tooLarge(limit: 1), .xml(.unsigned), .version(seen: nil), .status(nil),
            .issuer(expected: "a", seen: "b"),
            .destination(expected: "a", seen: nil), .subject("x"), .subjectConfirmation("x"), .recipient(expected: "a", seen: "b"),
            .inResponseTo(expected: "a", seen: "b"), .unsolicited, .expired("x", at: now, now: now), .notYetValid("x", from: now, now: now),
            .malformedTime("x", seen: "y"), .conditions("x"), .audience(expected: "a", found: ["b"]), .authnStatement("x"),
            .attribute(name: "n", "x"), .subjectAttribute(name: "n", "x"),
            .artifact("x"), .artifactResolution("x"), .artifactUnknown,
            .metadataXML(.doctype), .metadataRoot(seen: "x"), .metadataEntityID(seen: nil), .metadataEntity(expected: "a", found: []),
            .metadataChoice(found: ["a", "b"]), .metadataNoIdentityProvider(found: []), .metadataExpired(validUntil: now, now: now),
            .metadataTime(seen: "x"), .metadataWithoutEnd, .metadataRolledBack(validUntil: Date(), held: Date()), .metadataWithoutMembers(read: 1),
            .metadataNoSigningKey, .metadataOnlyEncryptionKeys, .metadataCertificate("x."),
            .metadataTooManyKeys(count: 9, limit: 8),
            .metadataNoSingleSignOn(bindings: []), .metadataEndpoint(seen: "x"),
        ]
    }()

    @Test("Every kind of error has a code of its own, and all codes are listed")
    func codes() {
        #expect(Set(errors.map(\.code)).count == errors.count)
        #expect(Set(errors.map(\.code)).isSubset(of: SAMLError.allCodes))
        #expect(Set(SAMLError.Code.allCases.map(\.rawValue)).isSubset(of: Set(errors.map(\.code))))
        #expect(SAMLError.allCodes.allSatisfy { $0.hasPrefix("saml.") && $0 == $0.lowercased() && !$0.contains(" ") })
        #expect(SAMLError.allCodes == SAMLError.allCodes.sorted())
    }

    @Test("An exception is offered where it mends what was refused, and for nothing else of the same code")
    func exceptions() {
        let sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
        #expect(SAMLError.xml(.sha1NotAllowed(sha1)).exception == .sha1)
        #expect(SAMLError.xml(.signatureOrder).exception == .anySignatureOrder)
        #expect(SAMLError.noAuthnStatement.exception == .missingAuthnStatement)
        for error in errors + [.xml(.weakAlgorithm(sha1)), .xml(.signaturePosition("x")), .metadataXML(.sha1NotAllowed(sha1))] {
            #expect(error.exception == nil, "\(error.code)")
        }
        for (identifier, expected) in [
            (sha1, XMLSecurityError.sha1NotAllowed(sha1)),
            ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", .weakAlgorithm("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")),
            ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", .weakAlgorithm("http://www.w3.org/2000/09/xmldsig#hmac-sha1")),
            ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", .weakAlgorithm("http://www.w3.org/2000/09/xmldsig#dsa-sha1")),
        ] {
            #expect(throws: expected) { try SignatureAlgorithm(identifier: identifier, policy: .strict) }
        }
    }

    @Test("The words of THREATS §5 are codes")
    func words() {
        let words = [
            "bad_request", "malformed", "too_large", "doctype", "encoding", "too_complex", "comment", "processing_instruction", "unexpected_root",
            "unsigned",
            "signature_invalid", "signature_structure", "weak_algorithm", "unsupported_algorithm", "signature_position", "assertion_count",
            "reference_mismatch", "duplicate_id", "reference_uri", "reference_count", "transforms", "canonicalization", "unexpected_attribute",
            "unsupported_encryption", "status", "issuer", "in_response_to", "destination", "recipient", "subject_confirmation", "expired",
            "not_yet_valid", "malformed_time", "audience", "conditions", "unsolicited", "subject", "authn_statement", "attribute",
        ]
        for word in words { #expect(SAMLError.allCodes.contains("saml." + word)) }
    }

    @Test("Every error has a sentence and a remedy")
    func texts() {
        for error in errors {
            #expect(error.message.hasSuffix("."), "\(error.code)")
            #expect(error.remedy.hasSuffix(".") || error.remedy.hasSuffix(")."), "\(error.code)")
            #expect((error.seen?.unicodeScalars.count ?? 0) <= 230)
        }
    }

    @Test("The status says what the identity provider said, and what stands behind it")
    func status() {
        let fixture = Fixture()
        let response = fixture.response {
            $0.status = "urn:oasis:names:tc:SAML:2.0:status:Requester"
            $0.substatus = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"
            $0.statusMessage = "no such format"
        }
        guard case .failure(let error) = fixture.serviceProvider.examine(response, expecting: fixture.expectation, at: Fixture.now).verdict else {
            Issue.record("accepted")
            return
        }
        #expect(error.message.contains("InvalidNameIDPolicy") && error.message.contains("no such format"))
        #expect(error.remedy.contains("NameID"))
    }

    @Test("two verifiers that disagree are an alarm, and nothing else is")
    func alarm() {
        #expect(SAMLError.ofXML.filter(\.isAlarm).map(\.code) == ["saml.verifiers_disagree"])
    }
}
