package import FoundationEssentials

/// A key that signs a pool's tokens; the private half is sealed with the master key.
package struct SigningKey: Sendable, Identified {
    package typealias ID = Identifier<SigningKey>
    package enum Phase: String, Sendable, CaseIterable { case upcoming, current, retired }

    /// `kid`: the RFC 7638 thumbprint.
    package let id: ID
    package let poolID: UserPool.ID
    package let algorithm: String
    package var phase: Phase
    package let sealedPrivateKey: [UInt8]
    package let createdAt: Date
    package var retiredAt: Date?

    package init(
        id: ID, poolID: UserPool.ID, algorithm: String, phase: Phase, sealedPrivateKey: [UInt8], createdAt: Date, retiredAt: Date? = nil
    ) {
        self.id = id
        self.poolID = poolID
        self.algorithm = algorithm
        self.phase = phase
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.retiredAt = retiredAt
    }

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 16...64, others: "_-")
    }
}
