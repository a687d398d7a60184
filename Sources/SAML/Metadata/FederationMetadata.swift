package import FoundationEssentials
package import XMLSecurity

/// That all entities which `FederationMetadataReader` handed out stood in one document that one of the pinned keys signed. Only this file can make one.
package struct FederationMetadata: Sendable {
    package let signingKey: TrustedKey
    package let validUntil: Date
    /// How long the document may be kept before it is looked at again, in seconds.
    package let cacheDuration: TimeInterval?
    package let counts: FederationCounts

    fileprivate init(signingKey: TrustedKey, validUntil: Date, cacheDuration: TimeInterval?, counts: FederationCounts) {
        (self.signingKey, self.validUntil, self.cacheDuration, self.counts) = (signingKey, validUntil, cacheDuration, counts)
    }
}

/// What a federation's metadata consists of.
package struct FederationCounts: Sendable, Hashable {
    /// Identity providers that were handed out.
    package var identityProviders = 0
    /// Entities that are none.
    package var others = 0
    /// Identity providers that cannot be used, by the code of the reason.
    package var leftOut: [String: Int] = [:]
    /// The first of them, for people who look for one.
    package var examples: [Example] = []

    package struct Example: Sendable, Hashable {
        /// nil where it could not even be read.
        package let entityID: String?
        package let code: String
        package let message: String
    }

    mutating func leaveOut(_ entityID: String?, _ error: SAMLError) {
        leftOut[error.code, default: 0] += 1
        if examples.count < 100 { examples.append(Example(entityID: entityID?.shortened, code: error.code, message: error.message)) }
    }
}

/// md:EntitiesDescriptor of a federation, SAML Metadata §2.3.1, read while it arrives, in the memory of one entity: a document of 100 MB has 10,000.
///
/// What it hands out is not proven before `finish`. A document that has no validUntil is refused: whoever kept an old one could bring it back for ever,
/// with keys that were taken out since. One that lies in another EntitiesDescriptor is refused, too.
package struct FederationMetadataReader: ~Copyable {
    /// eduGAIN had about 100 MB in 2025.
    package static let largestDocument = 256 * 1024 * 1024

    private var reader: SignedAggregateReader
    private let now: Date
    private var isBegun = false
    private var validUntil: Date?
    private var counts = FederationCounts()
    /// Of the entity IDs, to find one that is there twice.
    private var seen: Set<[UInt8]> = []

    /// - Parameter signers: the keys that may sign it; at least one.
    package init(signers: [TrustedKey], limit: Int = FederationMetadataReader.largestDocument, at now: Date) throws(SAMLError) {
        do { reader = try SignedAggregateReader(.federation, keys: signers, limit: limit) } catch { throw .metadataXML(error) }
        self.now = now
    }

    /// Reads on, and hands out the identity providers that became whole, each once. One that cannot be used is counted, and nothing else.
    package mutating func read(_ chunk: [UInt8], _ visit: (FederationEntity) -> Void) throws(SAMLError) {
        if !isBegun, MetadataReading.isWebPage(chunk) { throw .metadataRoot(seen: "a web page (HTML)") }
        isBegun = isBegun || !chunk.isEmpty
        var found: [Result<UnprovenMember, XMLSecurityError>] = []
        do throws(XMLSecurityError) { try reader.read(chunk) { found.append($0) } } catch { throw Self.described(error) }
        guard let root = reader.root else { return }
        if validUntil == nil { validUntil = try Self.end(of: root, at: now) }
        for result in found { take(result, in: root).map(visit) }
    }

    /// At the end of the document.
    package consuming func finish() throws(SAMLError) -> FederationMetadata {
        let (root, others) = (reader.root, reader.otherMembers)
        let (validUntil, counts) = (validUntil, counts)
        do throws(XMLSecurityError) {
            let proven = try reader.finish()
            guard let root, let validUntil else { throw .unsigned }
            var all = counts
            all.others = others
            return FederationMetadata(
                signingKey: proven.signingKey, validUntil: validUntil, cacheDuration: MetadataReading.cacheDuration(of: root), counts: all)
        } catch {
            throw Self.described(error)
        }
    }

    private mutating func take(_ result: Result<UnprovenMember, XMLSecurityError>, in root: XMLElement) -> FederationEntity? {
        let member: UnprovenMember
        switch result {
        case .success(let found): member = found
        case .failure(let error):
            counts.leaveOut(nil, .metadataXML(error))
            return nil
        }
        let entityID = member.element.attribute("entityID")
        do throws(SAMLError) {
            let entity = try FederationEntity(member.element, document: member.bytes, around: [root], at: now)
            // Which of the two is meant would be a guess; the first was handed out already.
            guard seen.insert(Array(entity.entityID.utf8)).inserted else { throw .metadataChoice(found: [entity.entityID]) }
            counts.identityProviders += 1
            return entity
        } catch {
            counts.leaveOut(entityID, error)
            return nil
        }
    }

    private static func end(of root: XMLElement, at now: Date) throws(SAMLError) -> Date {
        guard let end = try MetadataReading.validUntil(of: root) else { throw .metadataWithoutEnd }
        guard end > now else { throw .metadataExpired(validUntil: end, now: now) }
        return end
    }

    private static func described(_ error: XMLSecurityError) -> SAMLError {
        if case .unexpectedRoot(_, let found) = error { return .metadataRoot(seen: "<\(found)>") }
        return .metadataXML(error)
    }
}

extension AggregateShape {
    fileprivate static let federation = AggregateShape(
        root: .metadata("EntitiesDescriptor"), member: .metadata("EntityDescriptor"), role: .metadata("IDPSSODescriptor"),
        extensions: .metadata("Extensions"))
}
