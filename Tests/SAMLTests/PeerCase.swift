import Foundation
import SAML
import TestSupport
import Testing

/// One row of peers/CASES.tsv: a message that another project has among its tests, and what a strict service provider says of it.
struct PeerCase: Sendable, CustomTestStringConvertible {
    static let verdicts = VerdictTable("peers")
    static let all: [PeerCase] = numbered("peers/CASES.tsv").compactMap { $0.count >= 9 ? PeerCase($0) : nil }

    let id: String
    /// `accept`, `refuse`, or `encrypted`, which is refused too.
    let expectation: String
    let file: String
    private let metadata: String
    private let serviceProvider: String
    private let consumerService: String
    private let request: String?
    private let moment: Date
    private let policy: AcceptancePolicy

    var testDescription: String { id }

    private init(_ row: [String]) {
        (id, file, metadata, serviceProvider, consumerService) = (row[0], row[1], row[2], row[3], row[4])
        request = row[5].isEmpty ? nil : row[5]
        moment = SAMLInstant.parse(row[6]) ?? .distantPast
        policy = AcceptancePolicy(
            allowsSHA1: row[7].contains("--allow-sha1"), allowsMissingAuthnStatement: row[7].contains("--allow-missing-authn-statement"))
        expectation = row[8]
    }

    /// The code of the refusal, or `accepted`. What is wrong with the case itself is thrown.
    func verdict() throws -> String {
        let document = try Corpus.bytes("peers/files/" + metadata)
        let provider: IdentityProviderMetadata
        do throws(SAMLError) { provider = try IdentityProviderMetadata(parsing: document, at: moment) } catch { return error.code }
        let message: [UInt8]
        do throws(SAMLError) { message = try Self.decode(try Self.captured(file)) } catch { return error.code }
        let said = try? UnverifiedResponse(peeking: message).inResponseTo
        let expected = SAML.Expectation(
            identityProvider: provider, assertionConsumerService: consumerService,
            request: (request ?? said ?? nil).map { .answer(to: $0) } ?? .unsolicited, policy: policy)
        let examination = ServiceProvider.judgedByBoth(entityID: serviceProvider, consumer: consumerService)
            .examine(message, expecting: expected, at: moment)
        return examination.error?.code ?? "accepted"
    }

    private static func captured(_ file: String) throws(SAMLError) -> [UInt8] {
        do { return try Corpus.bytes("peers/files/" + file) } catch { throw .badRequest("the corpus lacks \(file)") }
    }

    /// XML, base64, or the body of the form, as `saml validate` takes them.
    private static func decode(_ bytes: [UInt8]) throws(SAMLError) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.hasPrefix("<") else { return bytes }
        let field = text.split(separator: "&").first { $0.hasPrefix("SAMLResponse=") }?.dropFirst("SAMLResponse=".count)
        let value = field.map { $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? "" } ?? text
        return try HTTPPostBinding.decode(parameters: [(name: "SAMLResponse", value: value)]).response
    }
}

/// One row of peers/METADATA.tsv: whether the document is metadata of a SAML 2.0 identity provider.
struct PeerMetadata: Sendable, CustomTestStringConvertible {
    static let verdicts = VerdictTable("peer-metadata")
    static let all: [PeerMetadata] = numbered("peers/METADATA.tsv").compactMap { $0.count >= 4 ? PeerMetadata($0) : nil }

    let id: String
    private let file: String
    let isAccepted: Bool
    private let entityID: String?
    private let moment: Date

    var testDescription: String { id }

    private init(_ row: [String]) {
        id = row[0]
        file = String(row[0].split(separator: "#")[0])
        entityID = row[1].isEmpty ? nil : row[1]
        moment = SAMLInstant.parse(row[2]) ?? .distantPast
        isAccepted = row[3] == "accept"
    }

    func verdict() throws -> String {
        let bytes = try Corpus.bytes("peers/files/" + file)
        do throws(SAMLError) {
            _ = try IdentityProviderMetadata(parsing: bytes, entityID: entityID, at: moment)
            return "accepted"
        } catch {
            return error.code
        }
    }
}

/// The rows of an index. The second row of one name is another case: `name#2`.
private func numbered(_ index: String) -> [[String]] {
    var seen: [String: Int] = [:]
    return ((try? Corpus.rows(index)) ?? []).map { row in
        seen[row[0], default: 0] += 1
        let number = seen[row[0]] ?? 1
        return number == 1 ? row : ["\(row[0])#\(number)"] + row.dropFirst()
    }
}
