package import Foundation
package import UserPools

// What a test does to a store without caring what is recorded of it.

extension AuditEvent {
    /// A record of no interest.
    package static func any(_ kind: Target.Kind = .pool, _ name: String = "any", in pool: UserPool.ID? = nil, at: Date = Date()) -> AuditEvent {
        AuditEvent(id: UUID().uuidString.lowercased(), poolID: pool, at: at, actor: .system, action: Action("test"), target: Target(kind, name))
    }
}

extension User {
    /// The groups of memberships that are valid for good.
    package var groups: [String] { groups(at: Date(timeIntervalSince1970: 1_795_000_000)) }
}

private func storing<Value>(_ body: () async throws(ChangeError<Never>) -> Value) async throws(StoreError) -> Value {
    do { return try await body() } catch { throw error.storeError }
}

extension UserPoolStore {
    package func insert(_ pool: UserPool) async throws(StoreError) { try await insert(pool, recorded: .any(.pool, pool.id.text, in: pool.id)) }

    package func update(_ pool: UserPool) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(pool.id, images: [], keys: nil, recorded: { _, _ in .any(in: pool.id) }) { (found: inout UserPool) throws(Never) in
                found = pool
            } != nil
        }
    }

    /// False where there is no such pool.
    package func setLogo(_ image: Image?, of pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(pool, images: [image].compactMap(\.self), keys: nil, recorded: { _, _ in .any(in: pool) }) {
                (pool: inout UserPool) throws(Never) in pool.branding.logo = image?.reference
            } != nil
        }
    }

    package func delete(_ id: UserPool.ID) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await delete(id, recorded: { _ in .any(.pool, id.text, in: id) }, unless: { (_: UserPool) throws(Never) in })
        }
    }
}

extension AppClientStore {
    package func insert(_ client: AppClient) async throws(StoreError) {
        try await insert(client, recorded: .any(.client, client.id.text, in: client.poolID))
    }

    package func update(_ client: AppClient) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(client.id, in: client.poolID, recorded: { _, _ in .any(in: client.poolID) }) {
                (found: inout AppClient) throws(Never) in found = client
            } != nil
        }
    }

    package func delete(_ id: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await delete(id, in: pool) { _ in .any(.client, id.text, in: pool) }
    }
}

extension IdentityProviderStore {
    package func insert(_ provider: IdentityProvider) async throws(StoreError) {
        try await insert(provider, image: nil, recorded: .any(.provider, provider.name.text, in: provider.poolID))
    }

    package func update(_ provider: IdentityProvider) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(provider.name, in: provider.poolID, image: nil, recorded: { _, _ in .any(in: provider.poolID) }) {
                (found: inout IdentityProvider) throws(Never) in found = provider
            } != nil
        }
    }

    /// False where there is no such provider.
    package func setLogo(_ image: Image?, of provider: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(provider, in: pool, image: image, recorded: { _, _ in .any(.provider, provider.text, in: pool) }) {
                (provider: inout IdentityProvider) throws(Never) in provider.logo = image?.reference
            } != nil
        }
    }

    package func delete(_ name: IdentityProvider.Name, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await delete(name, in: pool) { _ in .any(.provider, name.text, in: pool) }
    }
}

extension UserStore {
    package func setEnabled(_ enabled: Bool, _ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(id, in: pool, recorded: { _, _ in .any(.user, id.text, in: pool) }) {
                (user: inout User) throws(Never) in user.enabled = enabled
            } != nil
        }
    }

    package func set(_ memberships: [GroupMembership], of id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await storing { () async throws(ChangeError<Never>) in
            try await change(id, in: pool, recorded: { _, _ in .any(.user, id.text, in: pool) }) {
                (user: inout User) throws(Never) in user.memberships = memberships
            } != nil
        }
    }

    package func delete(_ id: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await delete(id, in: pool) { _ in .any(.user, id.text, in: pool) }
    }
}

extension SessionStore {
    package func endAll(of user: User.ID, in pool: UserPool.ID) async throws(StoreError) -> Int {
        try await endAll(of: user, in: pool, recorded: .any(.user, user.text, in: pool))
    }

    package func endAll(of user: User.ID, in pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Int {
        try await endAll(of: user, in: pool, recorded: event, .always)
    }
}

extension SigningKeyStore {
    package func insertFirst(_ key: SigningKey) async throws(StoreError) -> SigningKey { try await insertFirst(key, recorded: nil) }

    package func rotate(_ rotation: KeyRotation) async throws(StoreError) -> Bool {
        try await rotate(rotation, recorded: .any(.key, rotation.signing.id.text, in: rotation.signing.poolID))
    }
}

extension ConsentStore {
    package func allow(
        _ consent: Consent, answering question: PendingSignIn.ID, with code: AuthorizationCode, pushed: SecretHash?
    ) async throws(StoreError) -> Bool {
        try await allow(
            consent, answering: question, with: code, pushed: pushed, recorded: .any(.user, consent.userID.text, in: consent.poolID))
    }

    package func revoke(_ user: User.ID, _ client: AppClient.ID, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        try await revoke(user, client, in: pool, recorded: .any(.user, user.text, in: pool))
    }
}
