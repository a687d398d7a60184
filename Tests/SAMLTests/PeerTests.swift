import SAML
import TestSupport
import Testing

@Suite("Corpus: documents that some forty other projects wrote", .enabled(if: Corpus.isPresent || Corpus.isRequired, Comment(rawValue: Corpus.hint)))
struct PeerTests {
    /// Decision 0009: where we are stricter than that checker, or milder, and why.
    private static let others: [String: String] = [:]

    @Test("The corpus has the rows that this suite was written for, and each has a verdict")
    func size() {
        #expect(PeerCase.all.count == 1_102 && PeerCase.verdicts.count == 1_102)
        #expect(PeerMetadata.all.count == 151 && PeerMetadata.verdicts.count == 151)
    }

    @Test("Every message gets exactly its verdict", arguments: PeerCase.all)
    func message(_ peer: PeerCase) throws {
        let found = try peer.verdict()
        #expect([found] == PeerCase.verdicts.expected(peer.id, found: [found]))
        guard Self.others[peer.id] != found else { return }
        #expect((found == "accepted") == (peer.expectation == "accept"))
        if found != "accepted" { #expect(SAMLError.allCodes.contains(found) && !found.hasPrefix("saml.metadata")) }
    }

    @Test("Every metadata document gets exactly its verdict", arguments: PeerMetadata.all)
    func metadata(_ peer: PeerMetadata) throws {
        let found = try peer.verdict()
        #expect([found] == PeerMetadata.verdicts.expected(peer.file, found: [found]))
        guard Self.others[peer.file] != found else { return }
        #expect((found == "accepted") == peer.isAccepted)
        if found != "accepted" { #expect(SAMLError.allCodes.contains(found) && found.hasPrefix("saml.metadata")) }
    }
}
