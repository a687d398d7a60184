package import FoundationEssentials
import WireFormats

/// What an app calls its people (OpenID Connect Core §8); nil is `public`: what every other one calls them.
package enum SubjectType: String, Sendable, Codable {
    /// Another name at each sector, so that no two of them know that they speak of one person.
    case pairwise
}

/// Apps that may know that they speak of one person (OpenID Connect Core §8.1).
package enum Sector: Sendable, Hashable {
    /// All apps that are at home at this host, or that its document names.
    case host(String)
    /// An app without a host of its own: on people's machines, or on devices.
    case client(AppClient.ID)

    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.host(let one), .host(let other)): one.hasSameBytes(as: other)
        case (.client(let one), .client(let other)): one == other
        default: false
        }
    }
}

/// The secret of a pool of which the names of its people at each sector are made. It never becomes another: everybody would be somebody else.
package struct SubjectKey: Sendable, Hashable {
    package let poolID: UserPool.ID
    /// 32 random bytes, sealed.
    package let sealed: [UInt8]
    package let createdAt: Date
    /// Names the master key that opens it; nil as it comes from the database.
    package let sealedBy: String?

    package init(poolID: UserPool.ID, sealed: [UInt8], createdAt: Date, sealedBy: String? = nil) {
        (self.poolID, self.sealed, self.createdAt, self.sealedBy) = (poolID, sealed, createdAt, sealedBy)
    }
}

extension AppClient {
    /// Where the redirect URIs of all apps of its sector are named; as an admin said, else as the app did.
    package var sectorIdentifierURI: String? { metadata.sectorIdentifierURI ?? metadata.registration?.sectorIdentifierURI }

    /// nil of an app that calls people as everybody does.
    package var sector: Sector? {
        guard metadata.subjectType == .pairwise else { return nil }
        if let uri = sectorIdentifierURI { return WebAddress(uri).map { .host($0.host) } ?? .client(id) }
        let hosts = redirectHosts
        guard hosts.count == 1, let host = hosts.first, let host else { return .client(id) }
        return .host(host)
    }

    /// Whether its redirect URIs are of several hosts, and nobody said which is the sector (§8.1).
    package var lacksSector: Bool { metadata.subjectType == .pairwise && sectorIdentifierURI == nil && redirectHosts.count > 1 }

    /// Of its redirect URIs. What every machine has, and an app's own scheme, is nobody's host.
    private var redirectHosts: Set<String?> { Set(redirectURIs.map { WebAddress($0).flatMap { $0.isThisMachine ? nil : $0.host } }) }

    /// From now on people have other names at it than before: what it was given by the old ones ends.
    package mutating func noteSubjects(since before: AppClient, at now: Date) {
        guard sector != before.sector else { return }
        metadata.subjectsSince = Int(now.timeIntervalSince1970)
    }
}
