package import FoundationEssentials
import Gateway
import SAML
import UserPools
import XMLSecurity

/// Looks a provider over without asking anybody, and says what will hurt.
package enum ProviderLint {
    /// How long before its end something is told.
    static let notice: TimeInterval = 30 * 86_400

    /// A document as it would be registered.
    package static func findings(of document: [UInt8], entityID: String?, at now: Date) -> [ProviderFinding] {
        let metadata: IdentityProviderMetadata
        do { metadata = try IdentityProviderMetadata(parsing: document, entityID: entityID, at: now) } catch { return [.metadata(error)] }
        return (IdentityProviderMetadata.isUnsignedAggregate(document) ? [.unsignedAggregate] : [])
            + findings(of: metadata, weakKeysAllowed: false, at: now)
    }

    static func findings(of provider: SAMLProvider, at now: Date) -> [ProviderFinding] {
        let settings = provider.settings
        var findings = findings(of: provider.metadata, weakKeysAllowed: settings.allows(.sha1, at: now), at: now)
        if settings.metadataURL == nil { findings.append(.metadataByHand) }
        for exception in settings.madeExceptions {
            guard let end = exception.until else {
                findings.append(.exceptionWithoutDate(exception.quirk))
                continue
            }
            if end <= now {
                findings.append(.exceptionEnded(exception.quirk, at: end))
            } else if end < now.addingTimeInterval(notice) {
                findings.append(.exceptionEnds(exception.quirk, at: end))
            }
        }
        return findings
    }

    private static func findings(of metadata: IdentityProviderMetadata, weakKeysAllowed: Bool, at now: Date) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        if let end = metadata.validUntil {
            if end <= now { findings.append(.metadataEnded(at: end)) } else if isSoon(end, now) { findings.append(.metadataEnds(at: end)) }
        }
        for key in metadata.signingKeys {
            if !key.isSound, !weakKeysAllowed { findings.append(.weakKey(key.description, sha256: key.sha256)) }
            findings += ends(of: [key], at: now)
        }
        for endpoint in metadata.endpoints where endpoint.isPlainHTTP {
            findings.append(.plainHTTP(endpoint.location))
        }
        if metadata.singleLogoutServices.isEmpty { findings.append(.noSingleLogout) }
        return findings
    }

    static func ends(of keys: [TrustedKey], at now: Date) -> [ProviderFinding] {
        keys.compactMap { key in
            guard let end = key.notAfter, isSoon(end, now) else { return nil }
            return end <= now ? .certificateEnded(sha256: key.sha256, at: end) : .certificateEnds(sha256: key.sha256, at: end)
        }
    }

    private static func isSoon(_ end: Date, _ now: Date) -> Bool { end < now.addingTimeInterval(notice) }
}

extension Administration {
    /// What is wrong with a registered provider; nothing of it is changed, and nobody is asked.
    package func findings(ofProvider name: String, pool id: String) async throws(AdministrationError) -> [ProviderFinding] {
        let provider = try await provider(name, pool: id)
        let now = environment.now()
        var findings = provider.saml.map { ProviderLint.findings(of: $0, at: now) } ?? []
        let rules = provider.settings.attributeMapping.rules
        guard !rules.isEmpty else { return findings + [.nothingMapped] }
        let settings = provider.settings
        let (people, filled) = try await storing { () async throws(StoreError) in
            try await stores.users.filledAttributes(by: settings.name, in: settings.poolID, among: 100)
        }
        guard people > 0 else { return findings }
        var told: Set<String> = []
        for rule in rules where !filled.contains(rule.attribute) && told.insert(rule.attribute).inserted {
            let sources = rules.filter { $0.attribute == rule.attribute }.map(\.source)
            findings.append(.neverSeen(attribute: rule.attribute, sources: sources, people: people))
        }
        return findings
    }
}
