import Foundation
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@testable import SAML

@Suite("Single logout: SAML Core §3.7, Profiles §4.4, THREATS S39 and S40, case 73")
struct LogoutTests {
    private static let now = Fixture.now
    private static let service = "https://id.example/local_4fGh2kQ9x/saml2/logout"
    private let fixture = Fixture()
    private var identityProvider: FakeIdentityProvider { fixture.identityProvider }

    private func logout(_ configure: (inout FakeIdentityProvider.Logout) -> Void = { _ in }) -> FakeIdentityProvider.Logout {
        identityProvider.logout(at: Self.service, now: Self.now, configure)
    }

    private var expected: LogoutExpectation {
        LogoutExpectation(
            identityProvider: identityProvider.identityProviderMetadata(at: Self.now), singleLogoutService: Self.service, policy: .strict)
    }

    private func accept(_ message: BrowserMessage, at now: Date = now) throws(SAMLError) -> ValidatedLogoutRequest {
        try fixture.serviceProvider.accept(logoutRequest: try message.received(), expecting: expected, at: now)
    }

    private func refusal(at now: Date = now, _ configure: (inout FakeIdentityProvider.Logout) -> Void) throws -> String? {
        do {
            _ = try accept(try logout(configure).sent(), at: now)
            return nil
        } catch let error as SAMLError { return error.code }
    }

    private func refusal(query: String) -> String? {
        do {
            _ = try fixture.serviceProvider.accept(logoutRequest: try ReceivedMessage(query: query), expecting: expected, at: Self.now)
            return nil
        } catch { return error.code }
    }

    private static let bindings = [Binding.httpRedirect, .httpPOST]

    @Test(
        "a request that fits in everything is accepted, by both bindings and kinds of keys", arguments: bindings,
        [FakeIdentityProvider.Key.first, .curve])
    func accepted(_ binding: Binding, _ key: FakeIdentityProvider.Key) throws {
        var identityProvider = FakeIdentityProvider(key: key)
        identityProvider.publishedKeys = [.second, key]
        let name = NameID(
            value: "alice", format: NameIDFormat.persistent, nameQualifier: identityProvider.entityID,
            spNameQualifier: fixture.serviceProvider.entityID)
        let message = try identityProvider.logout(at: Self.service, now: Self.now) {
            ($0.binding, $0.nameID, $0.sessionIndexes, $0.relayState) = (binding, name, ["index <1>", "index 2"], "state of/them=")
        }.sent().received()
        let expected = LogoutExpectation(
            identityProvider: identityProvider.identityProviderMetadata(at: Self.now), singleLogoutService: Self.service, policy: .strict)
        let request = try fixture.serviceProvider.accept(logoutRequest: message, expecting: expected, at: Self.now)
        #expect(request.nameID == name)
        #expect(request.sessionIndexes == ["index <1>", "index 2"])
        #expect(request.replayUntil == Self.now.addingTimeInterval(360))
        #expect(message.relayState == "state of/them=")
    }

    @Test("Core §3.7.1: an EncryptedID names the person for whom has the key, in signed bytes as everything", arguments: bindings)
    func encryptedName(_ binding: Binding) throws {
        let message = try logout {
            ($0.binding, $0.beforeSigning) = (binding, { $0.encrypting("NameID", as: "EncryptedID", Encryption()) })
        }.sent().received()
        var role = fixture.serviceProvider
        #expect(throws: SAMLError.xml(.encryptedNotSupported)) {
            try role.accept(logoutRequest: message, expecting: expected, at: Self.now)
        }
        role.decryptionKeys = [try TestKey.serviceProvider.decryption]
        #expect(try role.accept(logoutRequest: message, expecting: expected, at: Self.now).nameID == logout().nameID)
        role.decryptionKeys = [try TestKey.somebodyElse.decryption]
        #expect(throws: SAMLError.xml(.encryptedForAnother)) { try role.accept(logoutRequest: message, expecting: expected, at: Self.now) }
    }

    @Test("not signed, signed by another's key, altered after signing", arguments: bindings)
    func signature(_ binding: Binding) throws {
        #expect(try refusal { ($0.binding, $0.key) = (binding, .second) } == "saml.signature_invalid")
        #expect(try refusal { ($0.binding, $0.key) = (binding, .curve) } == "saml.signature_invalid")
        let document = logout().document
        let unsigned = Base64.encode(binding == .httpPOST ? document : Deflate.deflate(document))
        let received =
            binding == .httpPOST
            ? try ReceivedMessage(form: [("SAMLRequest", unsigned)]) : try ReceivedMessage(query: "SAMLRequest=" + PercentCoding.encode(unsigned))
        #expect(throws: SAMLError.xml(.unsigned)) {
            try fixture.serviceProvider.accept(logoutRequest: received, expecting: expected, at: Self.now)
        }
    }

    @Test("a form whose content was altered after signing")
    func altered() throws {
        guard case .form(_, let fields) = try logout({ $0.binding = .httpPOST }).sent() else { throw CancellationError() }
        let document = String(decoding: try Base64.decode(fields[0].value), as: UTF8.self).replacing("alice@", with: "bob@")
        let message = try ReceivedMessage(form: [("SAMLRequest", Base64.encode(Array(document.utf8)))])
        #expect(throws: SAMLError.xml(.signatureInvalid(.content))) {
            try fixture.serviceProvider.accept(logoutRequest: message, expecting: expected, at: Self.now)
        }
    }

    @Test("THREATS S40: the query counts octet for octet, each parameter once and in its order")
    func rawOctets() throws {
        let query = try logout { $0.relayState = "state" }.sent().query
        let parts = query.split(separator: "&").map(String.init)
        #expect(refusal(query: query) == nil)
        #expect(refusal(query: "lang=en&" + query + "&utm=1") == nil)
        // The same values, written otherwise.
        #expect(
            refusal(query: query.replacing("%2B", with: "%2b").replacing("%3D", with: "%3d").replacing("%2F", with: "%2f"))
                == "saml.signature_invalid")
        #expect(refusal(query: query.replacing("RelayState=state", with: "RelayState=other")) == "saml.signature_invalid")
        #expect(refusal(query: query.replacing("&RelayState=state", with: "")) == "saml.signature_invalid")
        #expect(refusal(query: [parts[1], parts[0], parts[2], parts[3]].joined(separator: "&")) == "saml.bad_request")
        #expect(refusal(query: [parts[0], parts[2], parts[1], parts[3]].joined(separator: "&")) == "saml.bad_request")
        #expect(refusal(query: [parts[0], parts[1], "x=1", parts[2], parts[3]].joined(separator: "&")) == "saml.bad_request")
        for part in parts { #expect(refusal(query: query + "&" + part) == "saml.bad_request", "\(part.prefix(20))") }
        #expect(refusal(query: query + "&SAMLResponse=PHg%2B") == "saml.bad_request")
        #expect(refusal(query: query.replacing("RelayState=", with: "Relay%53tate=")) == "saml.bad_request")
        #expect(refusal(query: query.replacing("SigAlg=", with: "Sig%41lg=")) == "saml.bad_request")
        #expect(refusal(query: query + "&SAMLEncoding=x") == "saml.bad_request")
        #expect(refusal(query: query + "&SAMLEncoding=" + PercentCoding.encode(HTTPRedirectBinding.deflate)) == nil)
        #expect(refusal(query: parts[0] + "&" + parts[1]) == "saml.unsigned")
        #expect(refusal(query: parts[0] + "&" + parts[1] + "&" + parts[2]) == "saml.bad_request")
    }

    @Test(
        "an algorithm that is not on the list verifies nothing",
        arguments: [
            ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "saml.weak_algorithm"),
            ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "saml.weak_algorithm"),
            ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "saml.signature_invalid"), ("", "saml.unsupported_algorithm"),
            ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "saml.signature_invalid"),
        ])
    func algorithm(_ identifier: String, _ code: String) throws {
        let query = try logout().sent().query
        let parts = query.split(separator: "&").map(String.init)
        let begin = parts[0] + "&SigAlg=" + PercentCoding.encode(identifier)
        let value = try FakeIdentityProvider.Key.first.signer.signature(over: Array(begin.utf8))
        #expect(refusal(query: begin + "&Signature=" + PercentCoding.encode(Base64.encode(value))) == code)
    }

    @Test("case 4, the whole way: what inflates without end is stopped at 128 KiB before a signature is looked at")
    func bomb() {
        let bomb = PercentCoding.encode(Base64.encode(Deflate.deflate([UInt8](repeating: 0x20, count: 20_000_000))))
        #expect(refusal(query: "SAMLRequest=\(bomb)&SigAlg=x&Signature=eA%3D%3D") == "saml.too_large")
    }

    @Test("issuer, destination, times, name: each is looked at", arguments: bindings)
    func meaning(_ binding: Binding) throws {
        func refusal(at now: Date = Self.now, _ configure: (inout FakeIdentityProvider.Logout) -> Void) throws -> String? {
            try self.refusal(at: now) {
                $0.binding = binding
                configure(&$0)
            }
        }
        #expect(try refusal { $0.issuer = "https://other.example" } == "saml.issuer")
        #expect(try refusal { $0.destination = nil } == "saml.destination")
        #expect(try refusal { $0.destination = Self.service + "/" } == "saml.destination")
        #expect(try refusal { $0.issueInstant = Self.now.addingTimeInterval(61) } == "saml.not_yet_valid")
        #expect(try refusal { $0.issueInstant = Self.now.addingTimeInterval(59) } == nil)
        #expect(try refusal(at: Self.now.addingTimeInterval(359)) { _ in } == nil)
        #expect(try refusal(at: Self.now.addingTimeInterval(360)) { _ in } == "saml.expired")
        #expect(try refusal(at: Self.now.addingTimeInterval(359)) { $0.notOnOrAfter = nil } == nil)
        #expect(try refusal(at: Self.now.addingTimeInterval(360)) { $0.notOnOrAfter = nil } == "saml.expired")
        #expect(try refusal(at: Self.now.addingTimeInterval(86_460)) { $0.notOnOrAfter = .distantFuture } == "saml.expired")
        #expect(try refusal { $0.nameID = NameID(value: "alice", spNameQualifier: "https://other.example") } == "saml.subject")
        #expect(
            try refusal { $0.nameID = NameID(value: "alice", format: NameIDFormat.persistent, nameQualifier: "https://other.example") }
                == "saml.subject")
        #expect(try refusal { $0.beforeSigning = { $0.replacing("Version=\"2.0\"", with: "Version=\"1.1\"") } } == "saml.version")
    }

    @Test(
        "what is in the message and is not understood refuses it",
        arguments: [
            ("</saml:NameID>", "</saml:NameID><saml:NameID>bob</saml:NameID>", "saml.subject"),
            ("</saml:NameID>", "</saml:NameID><saml:Assertion/>", "saml.malformed"),
            ("<saml:NameID", "<saml:BaseID/><saml:NameID", "saml.subject"),
            ("<saml:NameID", "<saml:EncryptedID/><saml:NameID", "saml.encryption_structure"),
            (" Version=", " x:Version=\"2.0\" xmlns:x=\"urn:x\" Version=", "saml.unexpected_attribute"),
            (" Version=", " InResponseTo=\"_x\" Version=", "saml.unexpected_attribute"),
            ("samlp:LogoutRequest", "samlp:AuthnRequest", "saml.unexpected_root"),
            ("samlp:LogoutRequest", "samlp:ManageNameIDRequest", "saml.unexpected_root"),
            ("</saml:Issuer>", "</saml:Issuer><saml:Issuer>https://idp.example</saml:Issuer>", "saml.malformed"),
        ])
    func unknownContent(_ old: String, _ new: String, _ code: String) throws {
        #expect(try refusal { $0.beforeSigning = { $0.replacing(old, with: new) } } == code)
    }

    @Test("a comment in a name, and a signature inside a message whose query is signed")
    func hidden() throws {
        #expect(try refusal { $0.beforeSigning = { $0.replacing("alice@", with: "alice@<!-- -->") } } == "saml.comment")
        guard case .form(_, let fields) = try logout({ $0.binding = .httpPOST }).sent() else { throw CancellationError() }
        let signed = String(decoding: try Base64.decode(fields[0].value), as: UTF8.self)
        #expect(try refusal { $0.beforeSigning = { _ in signed } } == "saml.signature_position")
    }

    @Test("an answer names our request, its issuer and our address, and says how it went", arguments: bindings)
    func answers(_ binding: Binding) throws {
        let request = LogoutRequest(
            id: "_ours", issueInstant: Self.now, destination: "https://idp.example/slo", issuer: fixture.serviceProvider.entityID, notOnOrAfter: nil,
            nameID: NameID(value: "alice"), sessionIndexes: [])
        func accept(_ message: BrowserMessage, to id: String = "_ours") throws(SAMLError) -> ValidatedLogoutResponse {
            try fixture.serviceProvider.accept(logoutResponse: try message.received(), to: id, expecting: expected, at: Self.now)
        }
        func refusal(_ message: BrowserMessage, to id: String = "_ours") -> String? {
            do throws(SAMLError) { _ = try accept(message, to: id) } catch { return error.code }
            return nil
        }
        let good = try identityProvider.answer(request, at: Self.service, by: binding, now: Self.now)
        #expect(try accept(good).status.isCompleteLogout)
        #expect(
            try !accept(identityProvider.answer(request, at: Self.service, status: .partlyLoggedOut, by: binding, now: Self.now)).status
                .isCompleteLogout)
        #expect(
            try !accept(identityProvider.answer(request, at: Self.service, status: .logoutFailed, by: binding, now: Self.now)).status.isCompleteLogout
        )
        #expect(refusal(good, to: "_another") == "saml.in_response_to")
        #expect(refusal(try identityProvider.answer(request, at: Self.service, by: binding, key: .second, now: Self.now)) == "saml.signature_invalid")
        #expect(refusal(try identityProvider.answer(request, at: "https://elsewhere.example", by: binding, now: Self.now)) == "saml.destination")
        #expect(
            refusal(try FakeIdentityProvider(entityID: "https://other.example").answer(request, at: Self.service, by: binding, now: Self.now))
                == "saml.issuer")
        // A request is no answer, however well it is signed.
        #expect(refusal(try logout { $0.binding = binding }.sent()) == "saml.bad_request")
    }
}
