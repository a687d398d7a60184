package import UserPools

/// Whether all that is sealed opens.
package struct SealedSecrets: Sendable {
    package private(set) var opened = 0
    /// Where that stands which does not.
    package private(set) var unopened: [String] = []

    /// What does not read is left out: another check tells of it.
    package static func open(in stores: Stores, with sealer: Sealer) async throws(StoreError) -> SealedSecrets {
        var secrets = SealedSecrets()
        for pool in try await readable({ () async throws(StoreError) in try await stores.pools.list() }) {
            // Of a key that was withdrawn nothing is there any more.
            for key in try await readable({ () async throws(StoreError) in try await stores.keys.list(in: pool.id) }) where key.phase != .withdrawn {
                secrets.take("signing_keys, \(pool.id) / \(key.id)") { () throws(SealError) in
                    _ = try sealer.open(key.sealedPrivateKey, context: KeyRing.context(pool.id))
                    return true
                }
            }
            if let key = try await readable({ () async throws(StoreError) in try await stores.keys.subjectKey(of: pool.id).map { [$0] } ?? [] }).first
            {
                secrets.take("subject_keys, \(pool.id)") { () throws(SealError) in
                    _ = try sealer.open(key.sealed, context: KeyRing.subjectContext(pool.id))
                    return true
                }
            }
            let samlKeys = try await readable { () async throws(StoreError) in try await stores.samlKeys.list(in: pool.id) }
            for key in samlKeys where key.withdrawnAt == nil {
                secrets.take("saml_keys, \(pool.id) / \(key.id)") { () throws(SealError) in
                    _ = try sealer.open(key.sealedPrivateKey, context: SAMLKeyRing.context(pool.id))
                    return true
                }
            }
            for provider in try await readable({ () async throws(StoreError) in try await stores.providers.list(in: pool.id) }) {
                guard case .oidc(let connection) = provider.kind else { continue }
                for stage in ClientSecretStage.allCases {
                    let which = stage == .current ? "" : ", the \(stage.rawValue) client secret"
                    secrets.take("identity_providers, \(pool.id) / \(provider.name)\(which)") { () throws(SealError) in
                        try connection.openSecret(stage, of: provider, with: sealer) != nil
                    }
                }
            }
        }
        if let earlier = try await stores.installation.find().earlierTokenKeys {
            secrets.take("installation_settings, earlier_token_keys") { () throws(SealError) in
                _ = try EarlierTokenKeys(earlier, sealedBy: sealer)
                return true
            }
        }
        return secrets
    }

    private static func readable<Value>(_ list: () async throws(StoreError) -> [Value]) async throws(StoreError) -> [Value] {
        do { return try await list() } catch {
            guard case .corrupt = error else { throw error }
            return []
        }
    }

    /// - Parameter open: false where nothing was sealed.
    private mutating func take(_ place: String, _ open: () throws(SealError) -> Bool) {
        do { opened += try open() ? 1 : 0 } catch { unopened.append(place) }
    }
}
