import Foundation
import SAML
import TestSupport
import Testing

/// One row of METADATA_EXPECTED.tsv.
struct CorpusMetadata: Sendable, CustomTestStringConvertible {
    let file: String
    let bytes: Int
    let entities: Int
    let identityProviders: Int
    let validUntil: Date?
    let readableCertificates: Int
    let badCertificates: Int
    let lacksUsableEndpoint: Bool
    let firstEntityID: String

    var testDescription: String { file }

    static let all: [CorpusMetadata] = {
        guard Corpus.isPresent, let rows = try? Corpus.rows("METADATA_EXPECTED.tsv") else { return [] }
        return rows.map(CorpusMetadata.init)
    }()

    private init(_ row: [String]) {
        func number(_ name: String, in text: String) -> Int {
            text.split(separator: " ").first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) } ?? 0
        }
        file = row[0]
        bytes = Int(row[2]) ?? 0
        entities = Int(row[3]) ?? 0
        identityProviders = Int(row[4]) ?? 0
        validUntil = SAMLInstant.parse(row[5])
        readableCertificates = number("certs_ok", in: row[8])
        badCertificates = number("bad", in: row[8])
        lacksUsableEndpoint = number("idps_without_redirect_or_post", in: row[9]) > 0
        firstEntityID = row.last ?? ""
    }

    /// A day before it ends.
    var moment: Date { validUntil.map { $0 - 86_400 } ?? Date(timeIntervalSince1970: 1_600_000_000) }
}

@Suite("Corpus: metadata that other people's software made", .enabled(if: Corpus.isPresent || Corpus.isRequired, Comment(rawValue: Corpus.hint)))
struct CorpusMetadataTests {
    @Test("The corpus has the rows that this suite was written for")
    func size() {
        #expect(CorpusMetadata.all.count == 109)
    }

    @Test("Every file is read or refused with a code, at every time, and described or refused", arguments: CorpusMetadata.all)
    func verdict(_ row: CorpusMetadata) throws {
        let bytes = try Corpus.bytes(row.file)
        let code = refusal(bytes, at: row.moment)
        if let code { #expect(SAMLError.allCodes.contains(code)) }
        if row.identityProviders == 0 || row.badCertificates > 0 || row.readableCertificates == 0 { #expect(code != nil) }
        if row.identityProviders > 1, row.lacksUsableEndpoint == false { #expect(code != nil) }
        if code == nil, let validUntil = row.validUntil { #expect(refusal(bytes, at: validUntil) == "saml.metadata_expired") }
        let description = try? MessageDescription(describing: bytes, at: row.moment)
        #expect((description?.lines.isEmpty ?? true) == (description == nil))
    }

    @Test(
        "One identity provider with readable certificates and an endpoint is accepted",
        arguments: CorpusMetadata.all.filter {
            $0.identityProviders == 1 && $0.readableCertificates > 0 && $0.badCertificates == 0 && !$0.lacksUsableEndpoint && $0.bytes <= 1_048_576
        })
    func accepted(_ row: CorpusMetadata) throws {
        let metadata = try IdentityProviderMetadata(parsing: try Corpus.bytes(row.file), at: row.moment)
        #expect(row.entities > 1 || metadata.entityID == row.firstEntityID)
        // One that is listed twice counts once.
        #expect((1...row.readableCertificates).contains(metadata.signingKeys.count))
    }

    private func refusal(_ bytes: [UInt8], at now: Date) -> String? {
        do {
            _ = try IdentityProviderMetadata(parsing: bytes, at: now)
            return nil
        } catch {
            return error.code
        }
    }
}
