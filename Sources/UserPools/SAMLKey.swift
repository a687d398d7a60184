package import FoundationEssentials

/// An RSA key with which a pool signs SAML messages, or to which identity providers encrypt theirs. The private half is sealed with the master key.
///
/// Identity providers read our metadata once a day, or by hand: a change is made known long before it counts, and takes place at its moment by
/// itself, without another command or a server that must be there.
package struct SAMLKey: Sendable, Identified {
    package typealias ID = Identifier<SAMLKey>

    /// SAML Metadata §2.4.1.1, KeyDescriptor/@use.
    package enum Use: String, Sendable, CaseIterable { case signing, encryption }

    package enum Phase: String, Sendable, CaseIterable {
        /// Signs or is published for encryption from `activeFrom` on; what is encrypted to it is decrypted already.
        case upcoming
        case current
        /// Another one took its place.
        case retired
        /// Taken back, because somebody else may have it: its private half is gone.
        case withdrawn
    }

    /// SHA-256 of the certificate in lower-case hexadecimal digits, as identity providers show it.
    package let id: ID
    package let poolID: UserPool.ID
    package let use: Use
    /// DER. Identity providers take the key from it.
    package let certificate: [UInt8]
    /// PKCS #8, sealed; empty where the key was withdrawn.
    package let sealedPrivateKey: [UInt8]
    package let createdAt: Date
    package let activeFrom: Date
    /// From when on another key counts in its place; nil for the newest one.
    package let supersededAt: Date?
    package let withdrawnAt: Date?
    /// Names the master key with which a new key was sealed; where another one counts by now, it is not stored.
    package let sealedBy: String?

    package init(
        id: ID, poolID: UserPool.ID, use: Use, certificate: [UInt8], sealedPrivateKey: [UInt8], createdAt: Date, activeFrom: Date,
        supersededAt: Date? = nil, withdrawnAt: Date? = nil, sealedBy: String? = nil
    ) {
        self.id = id
        self.poolID = poolID
        self.use = use
        self.certificate = certificate
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.activeFrom = activeFrom
        self.supersededAt = supersededAt
        self.withdrawnAt = withdrawnAt
        self.sealedBy = sealedBy
    }

    package func phase(at now: Date) -> Phase {
        if withdrawnAt != nil { return .withdrawn }
        if let supersededAt, supersededAt <= now { return .retired }
        return now < activeFrom ? .upcoming : .current
    }

    /// How long a new key is known before it counts. A signing key: until everybody who reads our metadata daily, and an admin who does it by hand,
    /// has it. An encryption key: until every server of this database has it.
    package static func announcedBefore(_ use: Use) -> TimeInterval { use == .signing ? 7 * 86_400 : 60 }
    /// How long a signing key stays published after it signed: what it signed last is still on its way.
    package static let publishedAfter: TimeInterval = 86_400
    /// How long what is encrypted to a key that is published no more is decrypted: whoever read our metadata before may do so for a while.
    package static let keptAfter: TimeInterval = 30 * 86_400
    /// The maximum of keys of one use that a pool keeps, from which on a rotation is refused: each may be tried for an answer.
    package static let maximumKept = 4

    package func isPublished(at now: Date) -> Bool {
        switch (use, phase(at: now)) {
        case (_, .withdrawn), (.encryption, .upcoming), (.encryption, .retired): false
        case (_, .current), (.signing, .upcoming): true
        case (.signing, .retired): supersededAt.map { now < $0.addingTimeInterval(Self.publishedAfter) } ?? true
        }
    }

    /// Whether the private half is needed for anything.
    package func isKept(at now: Date) -> Bool {
        let after = use == .signing ? Self.publishedAfter : Self.keptAfter
        return withdrawnAt == nil && (supersededAt.map { now < $0.addingTimeInterval(after) } ?? true)
    }

    package static func acceptsIdentifier(_ text: String) -> Bool { text.utf8.count == 64 && IdentifierAlphabet.accepts(text, length: 64...64) }
}

/// Another key counts from `key.activeFrom` on, in the place of one.
package struct SAMLKeyRotation: Sendable {
    /// The newest key until now.
    package let replacing: SAMLKey.ID
    package let key: SAMLKey

    package init(replacing: SAMLKey.ID, key: SAMLKey) { (self.replacing, self.key) = (replacing, key) }
}

/// Who takes the place of a key that is withdrawn.
package enum SAMLKeySuccessor: Sendable {
    /// The newest key, which was to count later: it does at once.
    case known(SAMLKey.ID)
    case new(SAMLKey)
}
