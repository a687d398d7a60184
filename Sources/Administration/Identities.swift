import FoundationEssentials
import Gateway
package import UserPools

/// Which identity an admin means: a provider of the pool, and the name that it has for the person.
package struct IdentitySelection: Sendable {
    package let provider: String
    package let subject: String
    /// nil: the provider's own; needed where one provider speaks for many.
    package let issuer: String?
    /// SAML: the NameID's format; nil is `unspecified`.
    package let nameIDFormat: String?

    package init(provider: String, subject: String, issuer: String? = nil, nameIDFormat: String? = nil) {
        self.provider = provider
        self.subject = subject
        self.issuer = issuer
        self.nameIDFormat = nameIDFormat
    }
}

extension Administration {
    /// Gives a user one more identity: who signs in by it is this user from then on.
    /// - Parameter name: the `sub`, or the username.
    package func linkUser(_ name: String, to selection: IdentitySelection, pool id: String) async throws(AdministrationError) -> User {
        let user = try await user(name, pool: id)
        let identity = try await identity(selection, pool: id)
        let event = event(.userLink, user, identity)
        let linked: Bool
        do throws(StoreError) {
            linked = try await stores.users.link(identity, to: user.id, in: user.poolID, recorded: event)
        } catch {
            guard case .conflict(let owner, _) = error else { throw .store(error) }
            throw .invalid(
                .subject, selection.subject, "is an identity of the user '\(owner)' already",
                example: .act(.unlinkIdentity(user: owner, provider: selection.provider, subject: selection.subject)))
        }
        guard linked else { throw .notFound(.user, name: name, pool: user.poolID) }
        return try await self.user(user.id.text, pool: id)
    }

    /// Takes an identity from a user; what its provider began for the user ends.
    package func unlinkUser(_ name: String, from selection: IdentitySelection, pool id: String) async throws(AdministrationError) -> User {
        let user = try await user(name, pool: id)
        // The provider may be gone already: its name and the subject say which identity is meant, if no other has both.
        let found = user.identities.filter {
            $0.provider.text == selection.provider && $0.subject == selection.subject && (selection.issuer == nil || selection.issuer == $0.issuer)
        }
        guard let identity = found.first else {
            throw .notFound(.identity, name: selection.subject, pool: user.poolID)
        }
        guard found.count == 1 else {
            throw .invalid(
                .issuer, "", "is needed, since the user has this subject from several issuers", example: .give(.issuer, "\(identity.issuer)"))
        }
        let event = event(.userUnlink, user, identity)
        _ = try await storing { () async throws(StoreError) in
            try await stores.users.unlink(identity, from: user.id, in: user.poolID, recorded: event)
        }
        return try await self.user(user.id.text, pool: id)
    }

    /// What was recorded, the newest first.
    /// - Parameter name: of one user, the `sub` or the username; a deleted user's `sub` counts too.
    package func auditEvents(pool id: String, user name: String?, limit: Int) async throws(AdministrationError) -> [AuditEvent] {
        // A pool that was deleted has its events all the same.
        guard let pool = UserPool.ID(id) else { throw .notFound(.pool, name: id, pool: nil) }
        var subject: User.ID?
        if let name {
            subject = User.ID(name)
            if subject == nil { subject = try await user(name, pool: id).id }
        }
        let wanted = subject
        let events = try await storing { () async throws(StoreError) in
            try await stores.audit.list(in: pool, target: wanted.map { AuditEvent.Target(.user, $0.text) }, limit: limit)
        }
        if events.isEmpty { _ = try await self.pool(id) }
        return events
    }

    /// What was done to the installation as a whole, and which pools were deleted.
    package func auditEventsOfInstallation(limit: Int) async throws(AdministrationError) -> [AuditEvent] {
        try await storing { () async throws(StoreError) in try await stores.audit.list(in: nil, target: nil, limit: limit) }
    }

    private func event(_ action: AuditEvent.Action, _ user: User, _ identity: FederatedIdentity) -> AuditEvent {
        AuditEvent(
            id: environment.uuidText(), poolID: user.poolID, at: environment.now(), actor: actor, action: action, user: user.id,
            identity: identity)
    }

    private func identity(_ selection: IdentitySelection, pool id: String) async throws(AdministrationError) -> FederatedIdentity {
        let provider = try await provider(selection.provider, pool: id)
        guard (1...1024).contains(selection.subject.utf8.count) else {
            throw .invalid(.subject, selection.subject, "is empty or longer than 1,024 bytes", example: .give(.subject, "24400320"))
        }
        switch provider.connection {
        case .saml(let saml):
            try Self.require(selection.issuer, among: [saml.settings.entityID])
            let format = selection.nameIDFormat ?? "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
            return FederatedIdentity(
                provider: provider.settings.name, issuer: saml.settings.entityID, subject: selection.subject,
                format: ProvenIdentity.format(format, nameQualifier: nil, spNameQualifier: nil))
        case .oidc(let connection):
            guard connection.tenants.isEmpty || selection.issuer != nil else {
                throw .invalid(
                    .issuer, "", "is needed, since this provider speaks for several tenants", example: .give(.issuer, connection.issuers.first ?? ""))
            }
            try Self.require(selection.issuer, among: connection.issuers)
            return FederatedIdentity(
                provider: provider.settings.name, issuer: selection.issuer ?? connection.issuer, subject: selection.subject, format: "")
        }
    }

    /// An identity of an issuer that the provider does not speak for would never sign in.
    private static func require(_ issuer: String?, among issuers: [String]) throws(AdministrationError) {
        guard let issuer, !issuers.contains(issuer) else { return }
        throw .invalid(.issuer, issuer, "is none that this provider speaks for", example: .give(.issuer, issuers.first ?? ""))
    }
}
