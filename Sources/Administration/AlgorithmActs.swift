import Gateway
package import OpenIDConnect
package import UserPools

/// Has a pool sign by one more algorithm, for clients that ask for it. Of the pool's own: it goes on when another one takes its place.
package struct AddSigningAlgorithm: AdminAct {
    let algorithm: SigningAlgorithm
    let pool: String

    package init(_ algorithm: SigningAlgorithm, to pool: String) { (self.algorithm, self.pool) = (algorithm, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let (before, name) = (try await desk.pool(pool), algorithm.rawValue)
        var step: KeyStep?
        if try await !desk.signs(by: name, in: before) {
            do { step = try await desk.keyRing.start(algorithm, in: before, by: desk.actor) } catch { throw .keys(error) }
        }
        return try await desk.changePool(before, .poolAddAlgorithm, keys: step) { (pool) throws(AdministrationError) in
            var others = pool.settings.signingAlgorithms ?? []
            if !others.contains(name) { others.append(name) }
            pool.settings.signingAlgorithms = others
        }.after
    }
}

/// Ends an algorithm for which no client asks any more; what was signed by it verifies until it is over.
package struct RemoveSigningAlgorithm: AdminAct {
    let algorithm: SigningAlgorithm
    let pool: String

    package init(_ algorithm: SigningAlgorithm, from pool: String) { (self.algorithm, self.pool) = (algorithm, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let (before, name) = (try await desk.pool(pool), algorithm.rawValue)
        let isOwn = before.signingAlgorithm == name
        // The store looks again in the transaction; here it is said who asks.
        try require(in: before, asked: isOwn ? [] : try await desk.listClients(pool: before.id.text))
        return try await desk.changePool(before, .poolRemoveAlgorithm, keys: isOwn ? nil : desk.keyRing.stop(name, in: before)) {
            (pool) throws(AdministrationError) in
            // It became the pool's own meanwhile, or not any more.
            guard (pool.signingAlgorithm == name) == isOwn else { throw .store(.conflict(what: "signing algorithm \(name)")) }
            apply(to: &pool)
        }.after
    }

    func apply(to pool: inout UserPool) {
        let others = (pool.settings.signingAlgorithms ?? []).filter { $0 != algorithm.rawValue }
        pool.settings.signingAlgorithms = others.isEmpty ? nil : others
    }

    /// - Parameter clients: of which none may ask for it.
    func require(in before: UserPool, asked clients: [AppClient]) throws(AdministrationError) {
        let name = algorithm.rawValue
        guard before.settings.signingAlgorithms?.contains(name) == true || before.signingAlgorithm == name else {
            throw .notFound(.algorithm, name: name, pool: before.id)
        }
        guard before.settings.signingAlgorithms?.contains(name) == true else {
            throw .invalid(
                .addedAlgorithm, name, "is the pool's own algorithm, which signs its access tokens",
                example: .words("give the pool another one by \(.signingAlgorithm) first"))
        }
        let users = clients.filter { $0.metadata.signedResponseAlgs.contains(name) }
        if let client = users.first, let response = SignedResponse.allCases.first(where: { client.metadata[$0] == name }) {
            throw .invalid(
                .addedAlgorithm, name,
                "is asked for by \(users.count == 1 ? "a client" : "\(users.count) clients"), '\(client.name)' \(users.count == 1 ? "by name" : "among them")",
                example: .act(.endSignedResponseAlg(response)))
        }
    }
}

extension UserPool {
    /// Gives it another algorithm of its own; the one that it had goes on where clients ask for it.
    mutating func setSigningAlgorithm(_ name: String, keepingLast: Bool) {
        let last = signingAlgorithm
        signingAlgorithm = name
        guard keepingLast, settings.signingAlgorithms?.contains(last) != true else { return }
        settings.signingAlgorithms = (settings.signingAlgorithms ?? []) + [last]
    }
}

extension Administration {
    /// Whether a key of the algorithm signs; an earlier version may have retired that of one which the pool lists still. The pool's own is made
    /// where it is asked for.
    func signs(by algorithm: String, in pool: UserPool) async throws(AdministrationError) -> Bool {
        guard pool.signingAlgorithms.contains(algorithm) else { return false }
        guard algorithm != pool.signingAlgorithm else { return true }
        return try await listKeys(pool: pool.id.text).contains { $0.phase == .current && $0.algorithm == algorithm }
    }

    /// Clients whose answers are signed by that algorithm, whichever is the pool's own.
    func clients(askingFor algorithm: String, in pool: UserPool) async throws(AdministrationError) -> [AppClient] {
        try await listClients(pool: pool.id.text).filter { $0.metadata.signedResponseAlgs.contains(algorithm) }
    }

    /// What happens to keys when a pool gets another algorithm of its own, and whether the one that it has goes on.
    func move(
        _ pool: UserPool, to algorithm: SigningAlgorithm, in place: KeyPlace? = nil, atOnce: Bool
    ) async throws(AdministrationError) -> (step: KeyStep?, keepsLast: Bool) {
        let (last, isAsked) = (pool.signingAlgorithm, try await !clients(askingFor: pool.signingAlgorithm, in: pool).isEmpty)
        guard pool.signingAlgorithms.contains(algorithm.rawValue) else {
            do { return (try await keyRing.step(of: pool, to: algorithm, in: place, atOnce: atOnce, by: actor), isAsked) } catch {
                throw .keys(error)
            }
        }
        // Its keys are known, and sign already.
        let isKept = isAsked || pool.settings.signingAlgorithms?.contains(last) == true
        return (isKept ? nil : keyRing.stop(last, in: pool), isAsked)
    }
}
