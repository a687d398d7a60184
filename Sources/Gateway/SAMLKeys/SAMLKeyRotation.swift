package import FoundationEssentials
import SAML
package import UserPools

/// Changes of a pool's own SAML keys. Each says from when on it counts, and needs nobody at that moment.
extension SAMLKeyRing {
    /// Makes the next key known, which counts when everybody may have it; or lets the next key count at once.
    ///
    /// - Returns: the key that counts from its `activeFrom` on.
    package func rotate(_ pool: UserPool, _ use: SAMLKey.Use, atOnce: Bool, by actor: Actor) async throws(KeyRingError) -> SAMLKey {
        do {
            let stored = try await stored(pool), now = environment.now()
            let newest = try Self.newest(use, of: stored)
            if newest.phase(at: now) == .upcoming {
                guard atOnce else { throw SAMLKeyError.announced(newest.id, from: newest.activeFrom, pool: pool.id) }
                let event = event(.keyRotate, newest, pool, from: now, by: actor)
                guard try await store.activate(newest.id, in: pool.id, at: now, recorded: event) else {
                    throw SAMLKeyError.changedMeanwhile(newest.id, pool: pool.id)
                }
                return try Self.newest(use, of: try await store.list(in: pool.id))
            }
            let kept = stored.filter { $0.use == use && $0.isKept(at: now) }
            guard kept.count < SAMLKey.maximumKept else {
                let ends = kept.compactMap(\.supersededAt).min()?.addingTimeInterval(use == .signing ? SAMLKey.publishedAfter : SAMLKey.keptAfter)
                throw SAMLKeyError.tooMany(kept.count, from: ends ?? now, pool: pool.id)
            }
            let key = try await make(use, for: pool, from: atOnce ? now : Self.announced(use, at: now))
            let event = event(atOnce ? .keyRotate : .keyPublish, key, pool, from: key.activeFrom, by: actor)
            guard try await store.rotate(SAMLKeyRotation(replacing: newest.id, key: key), recorded: event) else {
                throw SAMLKeyError.changedMeanwhile(newest.id, pool: pool.id)
            }
            return key
        } catch { throw KeyRingError(error) }
    }

    /// Takes a key back that somebody else may have.
    ///
    /// - Returns: the key that takes its place, where it had one.
    package func withdraw(_ id: SAMLKey.ID, of pool: UserPool, by actor: Actor) async throws(KeyRingError) -> SAMLKey? {
        do {
            let stored = try await store.list(in: pool.id), now = environment.now()
            guard let key = stored.first(where: { $0.id == id }), key.withdrawnAt == nil else { throw SAMLKeyError.unknown(id, pool: pool.id) }
            let newest = try Self.newest(key.use, of: stored)
            let successor: SAMLKeySuccessor?
            switch key.phase(at: now) {
            case .upcoming: successor = .new(try await make(key.use, for: pool, from: Self.announced(key.use, at: now)))
            case .current: successor = newest.id == key.id ? .new(try await make(key.use, for: pool, from: now)) : .known(newest.id)
            case .retired, .withdrawn: successor = nil
            }
            let event = event(.keyWithdraw, key, pool, from: nil, by: actor)
            guard try await store.withdraw(id, in: pool.id, successor: successor, at: now, recorded: event) else {
                throw SAMLKeyError.changedMeanwhile(id, pool: pool.id)
            }
            return successor == nil ? nil : try Self.newest(key.use, of: try await store.list(in: pool.id))
        } catch { throw KeyRingError(error) }
    }

    private static func newest(_ use: SAMLKey.Use, of stored: [SAMLKey]) throws(StoreError) -> SAMLKey {
        guard let key = stored.first(where: { $0.use == use && $0.supersededAt == nil }) else { throw .corrupt(what: "a SAML key of the pool") }
        return key
    }

    /// As a whole second, which is what an admin is told.
    private static func announced(_ use: SAMLKey.Use, at now: Date) -> Date {
        Date(timeIntervalSince1970: (now.timeIntervalSince1970 + SAMLKey.announcedBefore(use)).rounded(.up))
    }

    private func event(_ action: AuditEvent.Action, _ key: SAMLKey, _ pool: UserPool, from moment: Date?, by actor: Actor) -> AuditEvent {
        AuditEvent(
            id: environment.uuidText(), poolID: pool.id, at: environment.now(), actor: actor, action: action,
            target: AuditEvent.Target(.key, key.id.text),
            details: [AuditEvent.Detail("use", "saml-" + key.use.rawValue)]
                + (moment.map { [AuditEvent.Detail("active_from", SAMLInstant.format($0))] } ?? []))
    }
}

/// Why a SAML key was not changed.
package enum SAMLKeyError: Diagnosable, Equatable {
    /// The next key is known already, and counts later.
    case announced(SAMLKey.ID, from: Date, pool: UserPool.ID)
    case changedMeanwhile(SAMLKey.ID, pool: UserPool.ID)
    case tooMany(Int, from: Date, pool: UserPool.ID)
    case unknown(SAMLKey.ID, pool: UserPool.ID)

    package var code: String {
        switch self {
        case .announced: "saml_keys.announced"
        case .changedMeanwhile: "saml_keys.changed_meanwhile"
        case .tooMany: "saml_keys.too_many"
        case .unknown: "saml_keys.unknown"
        }
    }

    package var message: String {
        switch self {
        case .announced(let key, let from, _): "The next key \(key) is known already; it counts from \(SAMLInstant.format(from)) on, by itself."
        case .changedMeanwhile(let key, _): "Another command was first: the key \(key) is not what it was."
        case .tooMany(let count, let from, _):
            "The pool keeps \(count) keys of this use, and each may have to be tried; the first of them goes at \(SAMLInstant.format(from))."
        case .unknown(let key, _): "The pool has no key \(key), or it was withdrawn already."
        }
    }

    package var expected: String? {
        switch self {
        case .announced: "no upcoming key"
        case .changedMeanwhile: "the newest key"
        case .tooMany: "fewer than \(SAMLKey.maximumKept) keys"
        case .unknown: "a key of the pool"
        }
    }

    package var seen: String? {
        switch self {
        case .announced(let key, _, _), .unknown(let key, _): key.text
        case .changedMeanwhile: "another key"
        case .tooMany(let count, _, _): "\(count) keys"
        }
    }

    package var remedy: String {
        switch self {
        case .announced(_, let from, _):
            """
            There is nothing to do before \(SAMLInstant.format(from)). In an emergency do not wait: an identity provider that did not read the new \
            metadata refuses our requests until it does.
            """
        case .changedMeanwhile: "Nothing was changed this time. See what the other one did."
        case .tooMany(_, let from, _): "Wait until \(SAMLInstant.format(from)). Where a key leaked, take it back at once."
        case .unknown: "See which keys the pool has."
        }
    }

    package var acts: [Remedy] { [.listSAMLKeys] }
}
