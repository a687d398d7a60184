import SAML
import TestSupport
import Testing

@Suite("Corpus: documents that some forty other projects wrote", .enabled(if: Corpus.isPresent || Corpus.isRequired, Comment(rawValue: Corpus.hint)))
struct PeerTests {
    @Test("The corpus has the rows that this suite was written for, and each has a verdict")
    func size() {
        #expect(PeerCase.all.count == 1_102 && PeerCase.verdicts.count == 1_102)
        #expect(PeerMetadata.all.count == 151 && PeerMetadata.verdicts.count == 151)
    }

    @Test("Every message gets exactly its verdict", arguments: PeerCase.all)
    func message(_ peer: PeerCase) throws {
        let found = try peer.verdict()
        #expect([found] == PeerCase.verdicts.expected(peer.id, found: [found]))
        #expect((found == "accepted") == (peer.expectation == "accept"))
        // A century later even metadata has ended; nothing else of it may be wrong here.
        let isOfMetadata = found.hasPrefix("saml.metadata") && found != "saml.metadata_expired"
        if found != "accepted" { #expect(SAMLError.allCodes.contains(found) && !isOfMetadata) }
    }

    @Test("Every metadata document gets exactly its verdict", arguments: PeerMetadata.all)
    func metadata(_ peer: PeerMetadata) throws {
        let found = try peer.verdict()
        #expect([found] == PeerMetadata.verdicts.expected(peer.id, found: [found]))
        #expect((found == "accepted") == peer.isAccepted)
        if found != "accepted" { #expect(SAMLError.allCodes.contains(found) && found.hasPrefix("saml.metadata")) }
    }
}
