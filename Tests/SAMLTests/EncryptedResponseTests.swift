import Foundation
import TestSupport
import Testing
import XMLSecurity

@testable import SAML

@Suite("SAML Core §2.2.4, §2.3.4, §2.7.3.2: responses with encrypted parts, from the wire to the person")
struct EncryptedResponseTests {
    private var fixture: Fixture

    init() throws {
        fixture = Fixture()
        fixture.decryptionKeys = [try TestKey.serviceProvider.decryption]
    }

    private static let signings = [FakeResponse.Signed.assertion, .response, .both]

    @Test("an EncryptedAssertion, whatever is signed: the same person as in the open", arguments: signings)
    func assertion(_ signed: FakeResponse.Signed) throws {
        let open = try fixture.accept(fixture.response { $0.signed = signed })
        let response = fixture.response { ($0.signed, $0.encryption) = (signed, Encryption()) }
        let assertion = try fixture.accept(response)
        #expect(assertion.subject == open.subject && assertion.sessionIndex == open.sessionIndex && assertion.signedBy == open.signedBy)
        #expect(try assertion.attributes.values(named: "groups") == ["staff", "engineers"])
        #expect(!String(decoding: response, as: UTF8.self).contains("alice@"))
        // Its InResponseTo finds the pending sign-in before anything is decrypted.
        #expect(try UnverifiedResponse(peeking: response).inResponseTo == Fixture.requestID)
    }

    @Test("case 50: decrypted and not signed is refused, and every rule is asked of what was decrypted as of anything")
    func rules() {
        #expect(fixture.refusal { ($0.signed, $0.encryption) = (.none, Encryption()) } == "saml.unsigned")
        for signed in Self.signings {
            func refusal(_ configure: (inout FakeResponse) -> Void) -> String? {
                fixture.refusal {
                    ($0.signed, $0.encryption) = (signed, Encryption())
                    configure(&$0)
                }
            }
            #expect(refusal { $0.recipient = "https://other.example" } == "saml.recipient")
            #expect(refusal { $0.audiences = [["https://other.example"]] } == "saml.audience")
            #expect(refusal { $0.issuer = "https://other.example" } == "saml.issuer")
            #expect(refusal { $0.confirmationInResponseTo = "_other" } == "saml.in_response_to")
            #expect(refusal { $0.destination = "https://other.example" } == "saml.destination")
            #expect(refusal { $0.nameID = nil } == "saml.subject")
        }
        #expect(fixture.refusal(at: Fixture.now + 3_600) { $0.encryption = Encryption() } == "saml.expired")
    }

    @Test("EncryptedID and EncryptedAttribute, alone and in an EncryptedAssertion", arguments: signings)
    func inner(_ signed: FakeResponse.Signed) throws {
        for encryption in [nil, Encryption()] {
            let response = fixture.response { ($0.signed, $0.encryption, $0.innerEncryption) = (signed, encryption, .aes128GCM) }
            let assertion = try fixture.accept(response)
            #expect(assertion.subject.value == "alice@example.com" && assertion.subject.format == NameIDFormat.emailAddress)
            #expect(try assertion.attributes.values(named: "groups") == ["staff", "engineers"] && assertion.attributes.encryptedCount == 0)
        }
    }

    @Test("an EncryptedID that does not open refuses; an EncryptedAttribute that does not is passed over and counted (case 131)")
    func unopened() throws {
        let foreign = {
            var encryption = Encryption()
            encryption.key = .somebodyElse
            return encryption
        }()
        #expect(fixture.refusal { $0.innerEncryption = foreign } == "saml.encryption_key")
        var keyless = fixture
        keyless.decryptionKeys = []
        #expect(keyless.refusal { $0.innerEncryption = Encryption() } == "saml.encryption_not_supported")
        let response = fixture.response {
            $0.beforeSigning = {
                $0.encrypting("Attribute", as: "EncryptedAttribute", foreign).encrypting("Attribute", as: "EncryptedAttribute", .aes256CBC)
            }
        }
        let attributes = try fixture.accept(response).attributes
        #expect(attributes.encryptedCount == 2 && attributes.arrived.last == "2 encrypted")
        #expect(try attributes.values(named: "groups") == ["staff", "engineers"])
    }

    @Test("no more than sixteen encrypted attributes are opened: each may cost a private key's operation")
    func bounded() throws {
        let response = fixture.response { response in
            response.attributes = (0..<18).map { FakeResponse.Attribute("a\($0)", "x") }
            response.innerEncryption = Encryption()
        }
        let attributes = try fixture.accept(response).attributes
        #expect(attributes.encryptedCount == 2)
        #expect(try attributes.values(named: "a15") == ["x"] && attributes.values(named: "a16") == nil)
    }

    @Test("finding 9: AES-CBC by a provider's exception, and only where the signature of the response covers it")
    func chained() {
        var allowing = fixture
        allowing.policy.allowsCBC = true
        for signed in Self.signings {
            let response = fixture.response { ($0.signed, $0.encryption) = (signed, .aes256CBC) }
            #expect(fixture.refusal(of: response) == "saml.unsupported_encryption")
            #expect(allowing.refusal(of: response) == (signed == .assertion ? "saml.unsupported_encryption" : nil))
        }
        // What stands in a signed assertion is covered.
        let inner = fixture.response { $0.innerEncryption = .aes128CBC }
        #expect(allowing.refusal(of: inner) == nil && fixture.refusal(of: inner) == "saml.unsupported_encryption")
    }

    @Test("the exception that helps is named, and only at the error that it mends")
    func exception() {
        #expect(SAMLError.xml(.cbcNotAllowed("x")).exception == .cbc)
        for error in [XMLSecurityError.cbcNotSigned("x"), .unsupportedEncryption("x"), .decryptionFailed] {
            #expect(SAMLError.xml(error).exception == nil)
        }
    }

    @Test("saml inspect with a key describes what is inside, and without one that it is encrypted")
    func inspected() throws {
        let response = fixture.response { ($0.encryption, $0.innerEncryption) = (.aes256CBC, Encryption()) }
        let closed = try MessageDescription(describing: response, at: Fixture.now).lines
        #expect(closed.contains { $0.label == "EncryptedAssertion" && $0.value.hasSuffix("aes256-cbc") } && !closed.contains { $0.label == "NameID" })
        let opened = try MessageDescription(describing: response, decrypting: fixture.decryptionKeys, at: Fixture.now).lines
        #expect(opened.contains { $0.label == "NameID" && $0.value == "alice@example.com" })
        #expect(opened.contains { $0.label == "Attribute" && $0.value == "groups" })
        let foreign = try MessageDescription(describing: response, decrypting: [try TestKey.somebodyElse.decryption], at: Fixture.now).lines
        #expect(foreign.contains { $0.label == "Decryption" })
    }
}
