import FoundationEssentials
package import OpenIDConnect
package import UserPools

/// What becomes of a pool's keys: they are published, sign, and are retired or taken back.
extension KeyRing {
    /// One step of a rotation: publishes the next key, or lets it sign where it was published long enough, or at once.
    ///
    /// - Parameters:
    ///   - algorithm: one by which the pool signs; nil: its own.
    ///   - place: where keys are made; nil: where the one is that waits, or else the one that signs.
    package func rotate(
        _ pool: UserPool, of algorithm: SigningAlgorithm?, in place: KeyPlace? = nil, atOnce: Bool, by actor: Actor
    ) async throws(KeyRingError) -> RotationStep {
        try await take(try await step(of: pool, to: algorithm, in: place, atOnce: atOnce, by: actor), in: pool)
    }

    /// A step that is no change of the pool: another algorithm is one, and taken with it.
    package func take(_ step: KeyStep?, in pool: UserPool) async throws(KeyRingError) -> RotationStep {
        if let name = step?.newAlgorithm { throw .rotation(.noKey(algorithm: name)) }
        do {
            switch step {
            case .start, .stop, nil: throw StoreError.corrupt(what: "a step of a rotation")
            case .publish(let key, let event):
                let standing = try await store.insertFirst(key, recorded: event)
                if standing.id != key.id { await discard([key]) }
                return .published(standing)
            case .rotate(let rotation, let event):
                let before = try await store.list(in: pool.id)
                guard try await store.rotate(rotation, recorded: event) else {
                    await discard(rotation.keys)
                    throw KeyRotationError.rotatedMeanwhile(rotation.retiring.id, pool: pool.id)
                }
                // One that waited, and will not be the next.
                await discard(before)
                return .signs(rotation.signing.id, retired: rotation.retiring.id)
            }
        } catch {
            await discard(step?.keys ?? [], after: error)
            throw KeyRingError(error)
        }
    }

    /// The first keys of an algorithm that the pool has not: one that signs at once, since no client asks for it yet, and the one after it.
    package func start(_ algorithm: SigningAlgorithm, in pool: UserPool, by actor: Actor) async throws(KeyRingError) -> KeyStep {
        do {
            let (stored, name) = (try await stored(pool), algorithm.rawValue)
            try Self.requireRoom(stored, at: now(), in: pool, rotating: [])
            let upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == name }
            if let upcoming { try await requireReady(upcoming) }
            let own = Self.signing(of: stored, in: pool)
            let place = try own.flatMap { own throws(KeyRingError) in try self.place(of: own) } ?? .database
            let key = if let upcoming { upcoming } else { try await make(.current, name, for: pool, in: place) }
            return .start(key, next: try await make(.upcoming, name, for: pool, in: place), recorded: event(.keyPublish, key.id, pool, by: actor))
        } catch { throw KeyRingError(error) }
    }

    /// No key of the algorithm signs any more.
    package func stop(_ algorithm: String, in pool: UserPool) -> KeyStep { .stop(algorithm: algorithm, of: pool.id, at: now()) }

    /// What the next step of a rotation is, for whoever takes it together with another change of the pool.
    ///
    /// - Parameters:
    ///   - algorithm: of the key that is to sign; nil for the pool's own. One that the pool does not have takes the place of its own.
    ///   - place: where keys are made; nil: where the one is that waits, or else the one that signs.
    package func step(
        of pool: UserPool, to algorithm: SigningAlgorithm?, in place: KeyPlace? = nil, atOnce: Bool, by actor: Actor
    ) async throws(KeyRingError) -> KeyStep {
        do {
            let stored = try await stored(pool)
            guard let own = Self.signing(of: stored, in: pool) else { throw StoreError.corrupt(what: "a signing key of the pool") }
            let name = algorithm?.rawValue ?? own.algorithm
            let isKnown = pool.signingAlgorithms.contains(name)
            let current = isKnown ? stored.last { $0.phase == .current && $0.algorithm == name } ?? own : own
            var upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == name }
            let place = try place ?? placeOfNext(after: current, upcoming)
            // At once, a key that waits elsewhere is not the one that was asked for.
            if atOnce, let waiting = upcoming, try self.place(of: waiting) != place { upcoming = nil }
            let now = now()
            if !atOnce {
                guard let upcoming else {
                    let key = try await make(.upcoming, name, for: pool, in: place)
                    return .publish(key, recorded: event(.keyPublish, key.id, pool, by: actor))
                }
                if let from = upcoming.maySignFrom, now < from {
                    throw KeyRotationError.tooYoung(upcoming.id, algorithm: name, publishedAt: upcoming.createdAt, maySignFrom: from, pool: pool.id)
                }
            }
            try Self.requireRoom(stored, at: now, in: pool, rotating: [current.algorithm, name])
            if let waiting = upcoming {
                do { try await requireReady(waiting) } catch {
                    guard atOnce else { throw error }
                    upcoming = nil
                }
            }
            let rotation = try await rotation(retiring: current, for: upcoming, name, of: pool, in: place)
            return .rotate(rotation, recorded: event(.keyRotate, rotation.signing.id, pool, by: actor, retired: current.id))
        } catch { throw KeyRingError(error) }
    }

    /// Takes a key back that somebody else may have. Where it is the one that signs, another one does at once: whoever keeps the key set refuses
    /// new tokens until he looks again, and what the withdrawn key signed is refused by all who look.
    package func withdraw(_ id: SigningKey.ID, of pool: UserPool, by actor: Actor) async throws(KeyRingError) -> KeyWithdrawal {
        var rotation: KeyRotation?
        do {
            let stored = try await stored(pool)
            guard let key = stored.first(where: { $0.id == id }), key.phase != .withdrawn else {
                throw KeyRotationError.unknownKey(id, pool: pool.id)
            }
            if key.phase == .current {
                var upcoming = stored.first { $0.phase == .upcoming && $0.algorithm == key.algorithm }
                let place = try placeOfNext(after: key, upcoming)
                if let waiting = upcoming { do { try await requireReady(waiting) } catch { upcoming = nil } }
                rotation = try await self.rotation(retiring: key, for: upcoming, key.algorithm, of: pool, in: place)
            }
            let event = event(.keyWithdraw, id, pool, by: actor)
            guard try await store.withdraw(id, in: pool.id, rotation: rotation, at: now(), recorded: event) else {
                await discard(rotation?.keys ?? [])
                throw KeyRotationError.rotatedMeanwhile(id, pool: pool.id)
            }
            // One that waited, and will not be the next.
            await discard(stored)
            // It counts no more, whatever becomes of the private half.
            var left: KeyRingError?
            do throws(KeyRingError) { try await destroy(key) } catch { left = error }
            return KeyWithdrawal(withdrawn: id, signing: rotation?.signing.id, left: left)
        } catch {
            await discard(rotation?.keys ?? [], after: error)
            throw KeyRingError(error)
        }
    }

    private func discard(_ keys: [SigningKey], after error: any Error) async {
        if (error as? StoreError)?.isRefusal == true { await discard(keys) }
    }

    /// One key after another: the one that waits signs, or one that is made now, and the next one is made.
    private func rotation(
        retiring current: SigningKey, for waiting: SigningKey?, _ name: String, of pool: UserPool, in place: KeyPlace
    ) async throws -> KeyRotation {
        let signing = if let waiting { waiting } else { try await make(.current, name, for: pool, in: place) }
        return KeyRotation(retiring: current, signing: signing, upcoming: try await make(.upcoming, name, for: pool, in: place), now: now())
    }

    /// A pool has room for one more key, and the one that signs has signed a while.
    private static func requireRoom(
        _ stored: [SigningKey], at now: Date, in pool: UserPool, rotating algorithms: [String]
    ) throws(KeyRotationError) {
        let retired = stored.filter { $0.phase == .retired }, retirements = retired.compactMap(\.retiredAt)
        if let last = retired.filter({ algorithms.contains($0.algorithm) }).compactMap(\.retiredAt).max() {
            let from = last.addingTimeInterval(SigningKey.minimumInterval)
            // A clock that was set back far must not bar rotations until it is there again.
            guard now >= from || now < last.addingTimeInterval(-SigningKey.minimumInterval) else {
                throw .tooSoon(rotatedAt: last, from: from, pool: pool.id)
            }
        }
        let published = stored.count { $0.phase.isPublished }
        guard published < SigningKey.maximumPublished else {
            throw .tooMany(published, from: retirements.min().map { $0.addingTimeInterval(SigningKey.publishedAfter) } ?? now, pool: pool.id)
        }
    }

    private func event(_ action: AuditEvent.Action, _ key: SigningKey.ID, _ pool: UserPool, by actor: Actor, retired: SigningKey.ID? = nil)
        -> AuditEvent
    {
        AuditEvent(
            id: makeID(), poolID: pool.id, at: now(), actor: actor, action: action, target: AuditEvent.Target(.key, key.text),
            details: retired.map { [AuditEvent.Detail("retired", $0.text)] } ?? [])
    }
}
