package import FoundationEssentials

/// What is tolerated of one SAML provider that does not do as the standard says: of this one alone, until a day, and for a reason. Past that day it
/// is refused again by itself.
package struct SAMLExceptions: Sendable, Hashable, Codable {
    package enum Quirk: String, Sendable, Hashable, Codable, CaseIterable {
        /// SHA-1 signatures, and RSA keys below 2048 bits.
        case sha1
        /// Assertions that do not say when the person signed in.
        case missingAuthnStatement = "missing_authn_statement"
        /// A Signature at another place than the schema's.
        case anySignatureOrder = "any_signature_order"
        /// A clock that is wrong by up to three minutes.
        case clockSkew = "clock_skew"
        /// AES-CBC, in responses that are signed as a whole.
        case cbc
        /// Documents that say that they are in ISO-8859-1.
        case latin1
        /// Signatures over inclusive canonical form.
        case inclusiveC14N = "inclusive_c14n"
    }

    package var missingAuthnStatementUntil: Date?
    package var anySignatureOrderUntil: Date?
    package var clockSkewUntil: Date?
    package var cbcUntil: Date?
    package var latin1Until: Date?
    package var inclusiveC14NUntil: Date?
    /// Why, by the quirk's name, where somebody said so.
    package var reasons: [String: String] = [:]

    package init() {}
}

/// One exception that is made, in force or over.
package struct SAMLException: Sendable, Hashable {
    package let quirk: SAMLExceptions.Quirk
    /// nil where it was made by a version that asked for no date.
    package let until: Date?
    package let reason: String?

    package init(quirk: SAMLExceptions.Quirk, until: Date?, reason: String?) { (self.quirk, self.until, self.reason) = (quirk, until, reason) }

    package func isInForce(at now: Date) -> Bool { until.map { now < $0 } ?? true }
}

extension SAMLConnection {
    package func allows(_ quirk: SAMLExceptions.Quirk, at now: Date) -> Bool {
        exception(quirk)?.isInForce(at: now) ?? false
    }

    /// All that are made, those that are over with them: until somebody ends them they say why people can sign in no more.
    package var madeExceptions: [SAMLException] { SAMLExceptions.Quirk.allCases.compactMap(exception) }

    /// The next day on which something is tolerated no more.
    package func nextExceptionEnd(after now: Date) -> Date? { madeExceptions.compactMap(\.until).filter { $0 > now }.min() }

    private func exception(_ quirk: SAMLExceptions.Quirk) -> SAMLException? {
        let (until, isForEver) = (until(quirk), isAllowedForEver(quirk))
        guard until != nil || isForEver else { return nil }
        return SAMLException(quirk: quirk, until: isForEver ? nil : until, reason: exceptions?.reasons[quirk.rawValue])
    }

    /// - Parameter until: nil ends it.
    package mutating func allow(_ quirk: SAMLExceptions.Quirk, until: Date?, because reason: String?) {
        var exceptions = exceptions ?? SAMLExceptions()
        switch quirk {
        case .sha1: allowsSHA1Until = until
        case .missingAuthnStatement: (allowsMissingAuthnStatement, exceptions.missingAuthnStatementUntil) = (false, until)
        case .anySignatureOrder: (allowsAnySignatureOrder, exceptions.anySignatureOrderUntil) = (false, until)
        case .clockSkew: exceptions.clockSkewUntil = until
        case .cbc: exceptions.cbcUntil = until
        case .latin1: exceptions.latin1Until = until
        case .inclusiveC14N: exceptions.inclusiveC14NUntil = until
        }
        exceptions.reasons[quirk.rawValue] = until == nil ? nil : reason ?? exceptions.reasons[quirk.rawValue]
        self.exceptions = exceptions
    }

    /// Gives one that is made another reason, or none.
    package mutating func explain(_ quirk: SAMLExceptions.Quirk, by reason: String?) {
        var exceptions = exceptions ?? SAMLExceptions()
        exceptions.reasons[quirk.rawValue] = reason
        self.exceptions = exceptions
    }

    private func until(_ quirk: SAMLExceptions.Quirk) -> Date? {
        switch quirk {
        case .sha1: allowsSHA1Until
        case .missingAuthnStatement: exceptions?.missingAuthnStatementUntil
        case .anySignatureOrder: exceptions?.anySignatureOrderUntil
        case .clockSkew: exceptions?.clockSkewUntil
        case .cbc: exceptions?.cbcUntil
        case .latin1: exceptions?.latin1Until
        case .inclusiveC14N: exceptions?.inclusiveC14NUntil
        }
    }

    private func isAllowedForEver(_ quirk: SAMLExceptions.Quirk) -> Bool {
        switch quirk {
        case .missingAuthnStatement: allowsMissingAuthnStatement
        case .anySignatureOrder: allowsAnySignatureOrder
        case .sha1, .clockSkew, .cbc, .latin1, .inclusiveC14N: false
        }
    }
}

extension FederationConnection {
    /// What is tolerated of every member.
    package var madeExceptions: [SAMLException] { connection(to: FederationMember(entityID: "", metadata: "")).madeExceptions }
    package func nextExceptionEnd(after now: Date) -> Date? {
        connection(to: FederationMember(entityID: "", metadata: "")).nextExceptionEnd(after: now)
    }
}
