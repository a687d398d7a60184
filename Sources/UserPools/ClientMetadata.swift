/// What is registered of few clients, in the terms of RFC 7591 §2; a member that is nil is as it is for everybody.
///
/// Stored as one JSON object. A server of a version that does not know it has no client in which anything of it is set: it would serve it
/// without what was asked for.
package struct ClientMetadata: Sendable, Hashable, Codable {
    /// Seconds without a refresh after which a refresh token ends, however long it might live.
    package var refreshTokenIdle: Int?

    package init() {}
}

/// What is set of few pools; a member that is nil is as it is for everybody. Stored as one JSON object.
package struct PoolSettings: Sendable, Hashable, Codable {
    package init() {}
}
