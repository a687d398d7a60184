import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// samlp:ArtifactResponse, SAML Core §3.5.2: the message that an artifact stood for, or nothing. What it says may always be used to refuse; it is proof only
/// where it is signed. The message in it is judged by itself.
struct ArtifactResponse {
    let issueInstant: Date
    let inResponseTo: String?
    let issuer: String
    let destination: String?
    let status: Status?
    /// Whether there is a message; none where the provider has it no more (§3.5.2.1).
    let holdsMessage: Bool

    static let name = XMLName.samlp("ArtifactResponse")
    static let message = XMLName.samlp("Response")

    init(_ root: XMLElement) throws(SAMLError) {
        let header = try MessageHeader(root, attributes: ["InResponseTo"])
        (issueInstant, issuer, destination) = (header.issueInstant, header.issuer, header.destination)
        inResponseTo = root.attribute("InResponseTo")
        status = Status(ofResponse: root)
        let known: Set<XMLName> = [.assertion("Issuer"), .signature("Signature"), .samlp("Extensions"), .samlp("Status")]
        let others = root.elements.filter { !known.contains($0.name) }
        guard others.count <= 1, others.allSatisfy({ $0.name == Self.message }) else {
            throw .artifactResolution("there is something else than one Response in it")
        }
        holdsMessage = !others.isEmpty
    }
}
