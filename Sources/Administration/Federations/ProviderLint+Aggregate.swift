package import FoundationEssentials
package import Gateway
import SAML
import UserPools
import XMLSecurity

extension ProviderLint {
    /// A federation's document, which may be larger than memory: whether one of the signers signed it, and of its members the one that is asked for, or
    /// which of all cannot be used.
    /// - Parameter signers: certificates or public keys in PEM.
    package static func findings(
        ofAggregate document: SpooledDocument, signers: [[UInt8]], entityID: String?, at now: Date
    ) async throws(AdministrationError) -> [ProviderFinding] {
        let read = try signers.map { pem throws(AdministrationError) in try MetadataSigner.read(pem) }
        guard let signers = FederationSigners(read) else {
            throw .invalid(
                .metadataSigner, "", "is needed: a document of that size is read as a federation's, which somebody has signed",
                example: .words("the certificate that the federation's operator publishes, in PEM"))
        }
        var connection = FederationConnection(metadataURL: "", source: .aggregate, signers: signers)
        if let entityID { connection.filters.included = [entityID] }
        var member: FederationMember?
        let proof: FederationMetadata
        do throws(AdministrationError) {
            let reading = try AggregateReading(document, connection, at: now)
            while true {
                let step = try await reading.next(100, FederationImporter.chunk)
                if entityID != nil { member = member ?? step.members.first }
                if step.isEnd { break }
            }
            proof = try await reading.finish()
        } catch {
            guard case .metadata(let error) = error else { throw error }
            return [.metadata(error)]
        }
        if let entityID {
            guard let member else { return [.metadata(.metadataEntity(expected: entityID, found: []))] }
            return findings(of: Array(member.metadata.utf8), entityID: entityID, at: now)
        }
        let leftOut = proof.counts.leftOut.values.reduce(0, +)
        return ends(of: [proof.signingKey], at: now)
            + (leftOut == 0
                ? [] : [.membersLeftOut(leftOut, of: leftOut + proof.counts.identityProviders, first: proof.counts.examples.first?.entityID)])
    }
}
