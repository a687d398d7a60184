import Foundation
import SAML
import TestSupport
import Testing
import WireFormats
import XMLSecurity

/// One row of SAML_EXPECTED.tsv with what MANIFEST.tsv says of the same file: a Response that somebody else's software made.
struct CorpusResponse: Sendable, CustomTestStringConvertible {
    let file: String
    let encoding: String
    let verdict: String
    let reasons: [String]
    let legacyReasons: [String]
    /// The index' clock: two minutes after Conditions/@NotBefore.
    let clock: Date
    let issueInstants: [Date]
    let anchor: String
    let issuers: [String]
    let audience: String
    let recipient: String
    let inResponseTo: String?

    var testDescription: String { file }

    static let all: [CorpusResponse] = {
        guard Corpus.isPresent, let expected = try? Corpus.rows("SAML_EXPECTED.tsv"), let manifest = try? Corpus.rows("MANIFEST.tsv") else {
            return []
        }
        let facts = Dictionary(manifest.map { ($0[0], $0) }, uniquingKeysWith: { first, _ in first })
        return expected.map { CorpusResponse($0, facts: facts[$0[0]] ?? []) }
    }()

    private init(_ row: [String], facts: [String]) {
        func fact(_ column: Int) -> [String] {
            column < facts.count ? facts[column].split(separator: "|", omittingEmptySubsequences: false).map(String.init) : []
        }
        file = row[0]
        encoding = row[1]
        verdict = row[2]
        reasons = row[3].split(separator: ",").map(String.init)
        legacyReasons = row[4].split(separator: ",").map(String.init)
        clock = SAMLInstant.parse(row[5]) ?? Date(timeIntervalSince1970: 1_500_000_000)
        issueInstants = fact(17).compactMap(SAMLInstant.parse)
        anchor = row.count > 6 ? row[6] : ""
        issuers = fact(10)
        audience = fact(12).first ?? ""
        recipient = fact(13).first ?? ""
        inResponseTo = fact(14).first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The document itself, unpacked as the row says.
    func document() throws -> [UInt8] {
        let bytes = try Corpus.bytes(file)
        switch encoding {
        case "xml": return bytes
        case "b64": return try Base64.decodeFolded(bytes.filter { $0 != 9 })
        default: return try Deflate.inflate(try Base64.decodeFolded(bytes.filter { $0 != 9 }), limit: 1_000_000)
        }
    }

    /// The service provider that the file was made for.
    var serviceProvider: ServiceProvider { .judgedByBoth(entityID: audience, consumer: recipient) }

    /// A moment at which the message existed. Half of the products set NotBefore minutes back, so that the index' clock is before the message
    /// was issued and before the AuthnInstant in it, which case 70 refuses; those are looked at as they were issued.
    var moment: Date { max(clock, issueInstants.max() ?? clock) }

    /// All exceptions that the row's reasons name, and only those.
    var policy: AcceptancePolicy {
        AcceptancePolicy(
            allowsSHA1: legacyReasons.contains { $0.hasPrefix("sha1") || $0 == "rsa1024" },
            allowsMissingAuthnStatement: legacyReasons.contains("quirk:no-authnstatement"),
            allowsAnySignatureOrder: legacyReasons.contains("quirk:signature-order"))
    }

    func expectation(
        policy: AcceptancePolicy, recipient: String? = nil, request: SAML.Expectation.ExpectedRequest? = nil, certificates: [String]? = nil
    ) throws -> SAML.Expectation {
        let ownRequest = inResponseTo.map { SAML.Expectation.ExpectedRequest.answer(to: $0) } ?? .unsolicited
        return SAML.Expectation(
            identityProvider: try identityProvider(certificates: certificates), assertionConsumerService: recipient ?? self.recipient,
            request: request ?? ownRequest, policy: policy)
    }

    /// Metadata that pins the anchor's certificates for the issuer that the file names.
    private func identityProvider(certificates: [String]?) throws -> IdentityProviderMetadata {
        let fallback = [FakeIdentityProvider.Key.first.certificateBase64]
        let pinned = try certificates ?? anchorCertificates()
        let keys = (pinned.isEmpty ? fallback : pinned).prefix(IdentityProviderMetadata.maximumSigningKeys)
        let issuer = (issuers.last { !$0.isEmpty } ?? "https://idp.example").filter { !$0.isWhitespace }
        return try IdentityProviderMetadata(parsing: TestMetadata.document(entityID: issuer, certificates: Array(keys)), at: clock)
    }

    func anchorCertificates() throws -> [String] {
        switch anchor {
        case "": []
        case "embedded": CorpusResponse.certificates(in: String(decoding: try document(), as: UTF8.self))
        default: CorpusResponse.certificates(in: try Corpus.text(anchor.replacingOccurrences(of: "embedded=", with: "")))
        }
    }

    /// Every certificate of a file: PEM, ds:X509Certificate, or nothing but base64.
    static func certificates(in text: String) -> [String] {
        let patterns = ["-----BEGIN CERTIFICATE-----([^-]*)-----END", "<(?:[a-zA-Z0-9]+:)?X509Certificate[^>]*>([^<]*)<"]
        var found: [String] = []
        for pattern in patterns {
            guard let expression = try? NSRegularExpression(pattern: pattern) else { continue }
            for match in expression.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
                guard let range = Range(match.range(at: 1), in: text) else { continue }
                found.append(text[range].filter { !$0.isWhitespace })
            }
        }
        if found.isEmpty, text.hasPrefix("MII") { found = [text.filter { !$0.isWhitespace }] }
        return Array(Set(found)).sorted()
    }
}
