package import OpenIDConnect
package import UserPools

/// Where the private half of a signing key is.
package enum KeyPlace: String, Sendable, CaseIterable {
    /// In our database, sealed with the master key.
    case database
    /// In a hardware security module, which it never leaves.
    case hsm
}

extension SigningKeyError: Diagnosable {}
extension SecurityModuleError: Diagnosable {}

extension KeyRing {
    /// nil where there is no private half any more.
    package func place(of key: SigningKey) throws(KeyRingError) -> KeyPlace? {
        guard key.phase != .withdrawn else { return nil }
        do { return try publicKeyInModule(key) == nil ? .database : .hsm } catch { throw KeyRingError(error) }
    }

    /// Where keys are made that nobody gave a place: the youngest decision counts, which is that of the key that waits.
    func placeOfNext(after current: SigningKey, _ upcoming: SigningKey?) throws(KeyRingError) -> KeyPlace {
        if let upcoming, let waits = try place(of: upcoming) { return waits }
        return try place(of: current) ?? .database
    }

    /// Deletes what a security module has of a key; nothing is there of another one.
    package func destroy(_ key: SigningKey) async throws(KeyRingError) {
        do {
            guard key.phase != .withdrawn, let publicKey = try publicKeyInModule(key) else { return }
            guard let module else { throw SecurityModuleError.notConfigured }
            try await module.destroy(publicKey)
        } catch { throw KeyRingError(error) }
    }

    /// Deletes what was made and not stored: another server was first, or the change was refused. What cannot be deleted now is left there, and signs
    /// for nobody.
    ///
    /// Not where the database did not say whether it stored them: it may do so still.
    package func discard(_ keys: [SigningKey]) async {
        guard module != nil, let pool = keys.first?.poolID, let stored = try? await store.list(in: pool) else { return }
        for key in keys where !stored.contains(where: { $0.id == key.id }) { try? await destroy(key) }
    }
}
