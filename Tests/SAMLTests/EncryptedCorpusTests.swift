import Foundation
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@testable import SAML

/// A row of the corpus with something encrypted in it, and what is inside where one of the corpus' keys opens it.
private struct EncryptedRow: Sendable, CustomTestStringConvertible {
    static let verdicts = VerdictTable("encrypted")
    static let all: [EncryptedRow] = CorpusResponse.all.compactMap { row in
        guard let document = try? row.document(), String(decoding: document, as: UTF8.self).contains("EncryptedData") else { return nil }
        return EncryptedRow(row: row, document: document)
    }
    /// All that lie beside the documents.
    static let keys: [DecryptionKey] = [
        "crewjam-saml/xmlenc/testdata/key.pem", "crewjam-saml/xmlenc/testdata/cert.key",
        "gosaml2/providertests/testdata/oktaenc_sp_encryption_key.pem",
        "gosaml2/testdata/test.key", "python3-saml/tests/data/misc/sp2.key", "ruby-saml/test/certificates/ruby-saml.key",
    ].compactMap { try? DecryptionKey(privateKeyPEM: Corpus.text($0)) }

    let row: CorpusResponse
    let document: [UInt8]
    /// The response, and the assertion that was encrypted in it.
    let elements: [XMLElement]

    var testDescription: String { row.file }

    init(row: CorpusResponse, document: [UInt8]) {
        (self.row, self.document) = (row, document)
        guard let root = try? XMLDocument(parsing: document, limits: .message).root else {
            elements = []
            return
        }
        let decryption = Decryption(keys: Self.keys, recipient: "", allowsCBC: true)
        let opened = root.elements(.assertion("EncryptedAssertion")).compactMap { try? decryption.open($0, expecting: .assertion("Assertion")) }
        elements = opened + [root]
    }

    /// The code, or `accepted`, for whom the assertion says it is, at the moment that it says.
    func verdict(policy: AcceptancePolicy, keys: [DecryptionKey]) throws -> String {
        func said(_ path: [String], _ attribute: String? = nil) -> String? { elements.lazy.compactMap { $0.value(at: path[...], attribute) }.first }
        let recipient = said(["Subject", "SubjectConfirmation", "SubjectConfirmationData"], "Recipient") ?? row.recipient
        let audience = said(["Conditions", "AudienceRestriction", "Audience"]) ?? row.audience
        let request = said(["Subject", "SubjectConfirmation", "SubjectConfirmationData"], "InResponseTo") ?? row.inResponseTo
        let issuer = said(["Issuer"]) ?? "https://idp.example"
        let moments = elements.flatMap { element in
            [
                element.value(at: [], "IssueInstant"), element.value(at: ["Conditions"], "NotBefore"),
                element.value(at: ["AuthnStatement"], "AuthnInstant"),
            ]
        }
        let moment = moments.compactMap { $0.flatMap(SAMLInstant.parse) }.max() ?? row.moment
        let embedded = elements.flatMap { $0.certificates }
        let anchors = try row.anchorCertificates() + embedded
        let certificates = anchors.isEmpty ? [FakeIdentityProvider.Key.first.certificateBase64] : Array(Set(anchors)).sorted()
        let metadata = TestMetadata.document(entityID: issuer, certificates: certificates)
        let expectation = SAML.Expectation(
            identityProvider: try IdentityProviderMetadata(parsing: metadata, at: moment), assertionConsumerService: recipient,
            request: request.map { .answer(to: $0) } ?? .unsolicited, policy: policy)
        var serviceProvider = ServiceProvider.judgedByBoth(entityID: audience, consumer: recipient)
        serviceProvider.decryptionKeys = keys
        return serviceProvider.examine(document, expecting: expectation, at: moment).error?.code ?? "accepted"
    }
}

extension XMLElement {
    fileprivate func value(at path: ArraySlice<String>, _ attribute: String?) -> String? {
        guard let name = path.first else { return attribute.map { self.attribute($0) } ?? (try? text()) }
        return first(.assertion(name))?.value(at: path.dropFirst(), attribute)
    }

    /// Those of its own signature.
    fileprivate var certificates: [String] {
        let data = first(.signature("Signature"))?.first(.signature("KeyInfo"))?.elements(.signature("X509Data")) ?? []
        return data.flatMap { $0.elements(.signature("X509Certificate")) }.compactMap { try? $0.text().filter { !$0.isWhitespace } }
    }
}

@Suite(
    "Corpus: encrypted documents, decrypted by the keys beside them",
    .enabled(if: Corpus.isPresent || Corpus.isRequired, Comment(rawValue: Corpus.hint)))
struct EncryptedCorpusTests {
    private static let exceptions = AcceptancePolicy(allowsSHA1: true, allowsMissingAuthnStatement: true, allowsAnySignatureOrder: true)
    private static let everything = AcceptancePolicy(
        allowsSHA1: true, allowsMissingAuthnStatement: true, allowsAnySignatureOrder: true, allowsCBC: true)

    @Test("The corpus has the rows that this suite was written for, and the keys")
    func size() {
        #expect(EncryptedRow.all.count == 64 && EncryptedRow.verdicts.count == 64 && EncryptedRow.keys.count == 6)
    }

    @Test(
        "Every row gets exactly its verdict: without a key, strictly, with every exception but CBC, and with CBC",
        arguments: 0..<EncryptedRow.all.count)
    func verdict(_ index: Int) throws {
        let row = EncryptedRow.all[index]
        let found = [
            try row.verdict(policy: Self.everything, keys: []), try row.verdict(policy: .strict, keys: EncryptedRow.keys),
            try row.verdict(policy: Self.exceptions, keys: EncryptedRow.keys), try row.verdict(policy: Self.everything, keys: EncryptedRow.keys),
        ]
        #expect(found == EncryptedRow.verdicts.expected(row.row.file, found: found))
        #expect(found[0] != "accepted")
        #expect(found.allSatisfy { $0 == "accepted" || SAMLError.allCodes.contains($0) })
    }

    @Test("xmlsec decrypts the same bytes, wherever it knows the algorithms", arguments: 0..<EncryptedRow.all.count)
    func bothDecrypt(_ index: Int) throws {
        let row = EncryptedRow.all[index]
        guard let assertion = row.elements.first, row.elements.count == 2 else { return }
        let pems = try [
            "crewjam-saml/xmlenc/testdata/key.pem", "crewjam-saml/xmlenc/testdata/cert.key",
            "gosaml2/providertests/testdata/oktaenc_sp_encryption_key.pem",
            "gosaml2/testdata/test.key", "python3-saml/tests/data/misc/sp2.key", "ruby-saml/test/certificates/ruby-saml.key",
        ].map { try Corpus.text($0) }
        let plain = try pems.lazy.compactMap { try Encryption.decryptedByXMLSec(row.document, privateKeyPEM: $0) }.first
        #expect(try XMLDocument(parsing: try #require(plain), limits: .message).root == assertion)
    }
}
