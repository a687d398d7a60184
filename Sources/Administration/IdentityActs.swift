import FoundationEssentials
import Gateway
import SAML
package import UserPools
import WireFormats

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

/// Gives a user one more identity: who signs in by it is this user from then on.
package struct LinkUser: AdminAct {
    let user: String
    let selection: IdentitySelection
    let pool: String

    /// - Parameter user: the `sub`, or the username.
    package init(_ user: String, to selection: IdentitySelection, pool: String) {
        (self.user, self.selection, self.pool) = (user, selection, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> User {
        let found = try await desk.user(user, pool: pool)
        let identity = try await desk.identity(selection, pool: pool)
        let event = desk.event(.userLink, found, identity)
        let linked: Bool
        do throws(StoreError) {
            linked = try await desk.stores.users.link(identity, to: found.id, in: found.poolID, recorded: event)
        } catch {
            guard case .conflict(let owner, _) = error else { throw .store(error) }
            throw .invalid(
                .subject, selection.subject, "is an identity of the user '\(owner)' already",
                example: .act(.unlinkIdentity(user: owner, provider: selection.provider, subject: selection.subject)))
        }
        guard linked else { throw .notFound(.user, name: user, pool: found.poolID) }
        return try await desk.user(found.id.text, pool: pool)
    }
}

/// Takes an identity from a user; what its provider began for the user ends.
package struct UnlinkUser: AdminAct {
    let user: String
    let selection: IdentitySelection
    let pool: String

    /// - Parameter user: the `sub`, or the username.
    package init(_ user: String, from selection: IdentitySelection, pool: String) {
        (self.user, self.selection, self.pool) = (user, selection, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> User {
        let user = try await desk.user(user, pool: pool)
        // The provider may be gone already: its name and the subject say which identity is meant, if no other has both.
        let found = user.identities.filter {
            $0.provider.text.hasSameBytes(as: selection.provider) && $0.subject.hasSameBytes(as: selection.subject)
                && selection.issuer?.hasSameBytes(as: $0.issuer) != false
        }
        guard let identity = found.first else { throw .notFound(.identity, name: selection.subject, pool: user.poolID) }
        guard found.count == 1 else {
            throw .invalid(
                .issuer, "", "is needed, since the user has this subject from several issuers", example: .give(.issuer, "\(identity.issuer)"))
        }
        let event = desk.event(.userUnlink, user, identity)
        _ = try await desk.storing { () async throws(StoreError) in
            try await desk.stores.users.unlink(identity, from: user.id, in: user.poolID, recorded: event)
        }
        return try await desk.user(user.id.text, pool: pool)
    }
}

extension Administration {
    fileprivate func event(_ action: AuditEvent.Action, _ user: User, _ identity: FederatedIdentity) -> AuditEvent {
        AuditEvent(
            id: environment.uuidText(), poolID: user.poolID, at: environment.now(), actor: actor, action: action, user: user.id,
            identity: identity)
    }

    fileprivate func identity(_ selection: IdentitySelection, pool id: String) async throws(AdministrationError) -> FederatedIdentity {
        let provider = try await provider(selection.provider, pool: id)
        guard (1...1024).contains(selection.subject.utf8.count) else {
            throw .invalid(.subject, selection.subject, "is empty or longer than 1,024 bytes", example: .give(.subject, "24400320"))
        }
        switch provider.connection {
        case .saml(let saml):
            try Self.require(selection.issuer, among: [saml.settings.entityID])
            if let name = saml.settings.subjectAttribute {
                return FederatedIdentity(
                    provider: provider.settings.name, issuer: saml.settings.entityID,
                    subject: SubjectAttribute(named: name).normalized(selection.subject), format: ProvenIdentity.format(ofAttribute: name))
            }
            let format = selection.nameIDFormat ?? "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
            return FederatedIdentity(
                provider: provider.settings.name, issuer: saml.settings.entityID, subject: selection.subject,
                format: ProvenIdentity.format(format, nameQualifier: nil, spNameQualifier: nil))
        case .federation(let federation):
            guard let issuer = selection.issuer, (1...1024).contains(issuer.utf8.count) else {
                throw .invalid(
                    .issuer, selection.issuer ?? "", "is needed: the entity ID of the member that says who this is",
                    example: .give(.issuer, "https://idp.example.edu/entity"))
            }
            let format: String, subject: String
            if let name = federation.subjectAttribute {
                (format, subject) = (ProvenIdentity.format(ofAttribute: name), SubjectAttribute(named: name).normalized(selection.subject))
            } else {
                let named = selection.nameIDFormat ?? "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
                (format, subject) = (ProvenIdentity.format(named, nameQualifier: nil, spNameQualifier: nil), selection.subject)
            }
            return FederatedIdentity(provider: provider.settings.name, issuer: issuer, subject: subject, format: format)
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
        guard let issuer, !issuers.contains(where: { $0.hasSameBytes(as: issuer) }) else { return }
        throw .invalid(.issuer, issuer, "is none that this provider speaks for", example: .give(.issuer, issuers.first ?? ""))
    }
}
