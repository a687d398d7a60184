import FoundationEssentials
package import Gateway
import OpenIDConnect
import UserPools
package import WireFormats

// A client secret at an OpenID provider, or the private key in its place, is replaced in stages (docs/decisions/0087).

/// Keeps another one beside the one that is used. No sign-in sends it until it is taken into use; one that was pending goes.
package struct SetClientSecret: AdminAct {
    /// What is given, by its kind: a private key is never sent as a secret.
    package enum Given: Sendable {
        case secret(SecretBytes)
        /// In PEM; `id` is what the provider calls it, nil its thumbprint.
        case key(SecretBytes, id: String?)
    }

    let given: Given
    let provider: String
    let pool: String

    package init(_ given: Given, of provider: String, pool: String) { (self.given, self.provider, self.pool) = (given, provider, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let known = try await desk.openIDProvider(provider, pool: pool).settings
        let (given, sealer, now) = (given, desk.sealer, desk.environment.now())
        return try await desk.changeSecrets(of: known, .providerSetSecret) { (connection) throws(AdministrationError) in
            try given.requireKind(of: connection)
            let (bytes, keyID): (SecretBytes, String?) =
                switch given {
                case .secret(let secret): (secret, nil)
                case .key(let key, let id): (key, id)
                }
            connection.pendingSecret = try OIDCProviderSettings.sealed(bytes, keyID: keyID, for: connection, of: known, sealer, at: now)
        }
    }
}

/// Asks the provider whether it takes the pending one, as a sign-in would prove us there, and keeps when it did.
package struct TestClientSecret: AdminAct {
    let provider: String
    let pool: String
    let redirectURI: String

    /// - Parameter redirectURI: one that is registered for us there; some providers look at it first.
    package init(of provider: String, pool: String, redirectURI: String) {
        (self.provider, self.pool, self.redirectURI) = (provider, pool, redirectURI)
    }

    /// - Throws: where it is not proven, also what the provider answered.
    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let known = try await desk.openIDProvider(provider, pool: pool)
        guard let connection = known.oidc, let pending = connection.pendingSecret else {
            throw .clientSecret(.notPending(isKey: known.oidc?.usesClientKey ?? false))
        }
        var asked = connection
        asked[.current] = pending
        let (proving, now) = (asked, desk.environment.now())
        let verdict = try await verdict(on: proving, of: known.settings, at: desk)
        // What was proven before, and is refused now, is proven no more.
        let after = try await desk.changeSecrets(of: known.settings, .providerTestSecret) { (connection) throws(AdministrationError) in
            guard connection.pendingSecret?.sealed == pending.sealed, connection.proves(as: proving) else {
                throw .clientSecret(.changedMeanwhile)
            }
            switch verdict {
            case .proven: connection.pendingSecret?.testedAt = now
            case .refused: connection.pendingSecret?.testedAt = nil
            case .unclear: break
            }
        }
        switch verdict {
        case .proven: return after
        case .refused(let seen): throw .clientSecret(.refused(seen: seen, isKey: connection.usesClientKey))
        case .unclear(let seen): throw .clientSecret(.unclear(seen: seen))
        }
    }

    private func verdict(
        on connection: OIDCConnection, of provider: IdentityProvider, at desk: Administration
    ) async throws(AdministrationError) -> ClientAuthenticationVerdict {
        let environment = desk.environment
        do {
            return try await connection.relyingParty(of: provider, with: desk.sealer).tryAuthentication(
                redirectURI: redirectURI, random: environment.random, at: environment.now(), transport: environment.transport)
        } catch let error as RelyingPartyError {
            throw .relyingParty(error)
        } catch let error as SealError {
            throw .keys(.seal(error))
        } catch { throw .relyingParty(.clientKey) }
    }
}

/// Takes the pending one into use; the one that was used is kept as the previous one.
package struct FinishClientSecret: AdminAct {
    let provider: String
    let pool: String
    let mayBeUntested: Bool

    /// - Parameter mayBeUntested: also where the provider was not seen to take it.
    package init(of provider: String, pool: String, mayBeUntested: Bool = false) {
        (self.provider, self.pool, self.mayBeUntested) = (provider, pool, mayBeUntested)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let known = try await desk.openIDProvider(provider, pool: pool).settings
        let (now, mayBeUntested) = (desk.environment.now(), mayBeUntested)
        return try await desk.changeSecrets(of: known, .providerFinishSecret, at: now) { (connection) throws(AdministrationError) in
            guard let pending = connection.pendingSecret else { throw .clientSecret(.notPending(isKey: connection.usesClientKey)) }
            guard mayBeUntested || pending.testedAt != nil else { throw .clientSecret(.untested) }
            connection.finishSecret(at: now)
        }
    }
}

/// Uses the previous one again; the one that was used is pending then, and has to be tested.
package struct ReturnClientSecret: AdminAct {
    let provider: String
    let pool: String

    package init(of provider: String, pool: String) { (self.provider, self.pool) = (provider, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let known = try await desk.openIDProvider(provider, pool: pool).settings
        let now = desk.environment.now()
        return try await desk.changeSecrets(of: known, .providerReturnSecret, at: now) { (connection) throws(AdministrationError) in
            guard connection.previousSecret != nil else { throw .clientSecret(.noPrevious) }
            guard connection.pendingSecret == nil else { throw .clientSecret(.stillPending) }
            connection.returnSecret(at: now)
        }
    }
}

/// Deletes one that is not used.
package struct ForgetClientSecret: AdminAct {
    package enum Stage: String, Sendable, CaseIterable { case pending, previous }

    let stage: Stage
    let provider: String
    let pool: String

    package init(_ stage: Stage, of provider: String, pool: String) { (self.stage, self.provider, self.pool) = (stage, provider, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let known = try await desk.openIDProvider(provider, pool: pool).settings
        let stage = stage
        return try await desk.changeSecrets(of: known, .providerForgetSecret) { (connection) throws(AdministrationError) in
            switch stage {
            case .pending:
                guard connection.pendingSecret != nil else { throw .clientSecret(.notPending(isKey: connection.usesClientKey)) }
                connection.pendingSecret = nil
            case .previous:
                guard connection.previousSecret != nil else { throw .clientSecret(.noPrevious) }
                connection.previousSecret = nil
            }
        }
    }
}

extension Administration {
    /// An OpenID Connect or OAuth 2.0 provider, or an error that says that it is none.
    package func openIDProvider(_ name: String, pool: String) async throws(AdministrationError) -> ConfiguredProvider {
        let found = try await provider(name, pool: pool)
        try Self.require(.oidc, found)
        return found
    }

    /// - Parameter moment: of a change of what is used.
    fileprivate func changeSecrets(
        of provider: IdentityProvider, _ action: AuditEvent.Action, at moment: Date? = nil,
        _ change: @escaping @Sendable (inout OIDCConnection) throws(AdministrationError) -> Void
    ) async throws(AdministrationError) -> ConfiguredProvider {
        try await changeProvider(provider, action) { (provider) throws(AdministrationError) in
            guard case .oidc(var connection) = provider.kind else {
                throw .store(.conflict(what: "identity provider \(provider.name)"))
            }
            try change(&connection)
            provider.kind = .oidc(connection)
            if let moment { provider.updatedAt = moment }
        }.after
    }
}

extension SetClientSecret.Given {
    /// What is kept must be what the provider is shown: a change between the two is an update, at once.
    fileprivate func requireKind(of connection: OIDCConnection) throws(AdministrationError) {
        guard connection.clientAuthentication != .none else {
            throw .invalid(
                .clientAuthentication, "none", "takes no secret and no key", example: .acts([.replaceClientSecret, .replaceClientKey]))
        }
        switch self {
        case .key(_, let id):
            guard connection.usesClientKey else {
                throw .invalid(
                    .clientKey, "", "is not what proves us at this provider: it is sent a secret; a key takes its place at once",
                    example: .acts([.setClientSecret, .replaceClientKey]))
            }
            guard connection.dialect != .apple || id != nil else {
                throw .invalid(.keyID, "", "is needed: Apple has a name for each key", example: .give(.keyID, "F6G7H8J9K0"))
            }
        case .secret:
            guard connection.usesClientKey else { return }
            throw .invalid(
                .clientSecret, "", "is not what proves us at this provider: a key signs there",
                example: .acts(connection.dialect == .apple ? [.setClientKey] : [.setClientKey, .replaceClientSecret]))
        }
    }
}
