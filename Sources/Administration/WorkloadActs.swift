import Gateway
package import UserPools
import TokenVerifier
import WireFormats

/// Registers a program that somebody else vouches for, and the client that it may act as (RFC 7523 §2.1).
package struct AddWorkload: AdminAct {
    let name: String
    let issuer: String
    let subject: String
    let client: String
    let keys: ClientSettings.Keys?
    let mayRepeat: Bool
    let before: Workload?
    let pool: String

    /// - Parameters:
    ///   - subject: the whole of `sub`, or with `*` at its end what it begins with.
    ///   - keys: nil: where the issuer's discovery document says.
    ///   - before: the one of that name whose place it takes.
    package init(
        _ name: String, issuer: String, subject: String, client: String, keys: ClientSettings.Keys?, mayRepeat: Bool,
        insteadOf before: Workload? = nil, to pool: String
    ) {
        (self.name, self.issuer, self.subject, self.client) = (name, issuer, subject, client)
        (self.keys, self.mayRepeat, self.before, self.pool) = (keys, mayRepeat, before, pool)
    }

    /// How many a pool has at most.
    static let maximum = 200

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let pool = try await desk.pool(pool)
        let made = try made(for: try await desk.client(client, pool: pool.id.text))
        return try await desk.changePool(pool, .poolAddWorkload) { (pool) throws(AdministrationError) in try put(made, into: &pool) }.after
    }

    /// What it is, if it may act as that client.
    func made(for client: AppClient) throws(AdministrationError) -> Workload {
        var problems = ProblemList()
        try problems.check(try Administration.requireName(name))
        try problems.check(try requireIssuer())
        try problems.check(try requireSubject())
        let keySet = try problems.check(try ClientSettings.keySet(keys)) ?? nil
        try problems.check(try requireGrant(of: client))
        try problems.refuse()
        var workload = Workload(name: name, issuer: issuer, subject: subject, clientID: client.id.text, mayRepeat: mayRepeat)
        switch keySet {
        case .document(let text)?: workload.keySet = text
        case .url(let url)?: workload.keySetURL = url
        case nil: break
        }
        return workload
    }

    func put(_ made: Workload, into pool: inout UserPool) throws(AdministrationError) {
        var workloads = pool.settings.workloads ?? []
        if let before {
            guard let index = workloads.firstIndex(of: before) else { throw .changedMeanwhile("workload '\(made.name)'") }
            workloads[index] = made
            pool.settings.workloads = workloads
            return
        }
        guard !workloads.contains(where: { $0.name.hasSameBytes(as: made.name) }) else { throw .store(.conflict(what: "workload \(made.name)")) }
        guard workloads.count < Self.maximum else {
            throw .invalid(
                .name, made.name, "would be one more than \(Self.maximum); a pool has no more", example: .words("a subject that ends in *"))
        }
        workloads.append(made)
        pool.settings.workloads = workloads
    }

    private func requireIssuer() throws(AdministrationError) {
        guard let address = WebAddress(issuer), address.isHTTPS || address.isThisMachine else {
            throw .invalid(.issuer, issuer, "is no https address", example: .give(.issuer, "https://token.actions.githubusercontent.com"))
        }
    }

    /// One that everybody at that platform has is nobody's.
    private func requireSubject() throws(AdministrationError) {
        let isTooShort = subject.utf8.last == UInt8(ascii: "*") && subject.utf8.count < 5
        guard !subject.isEmpty, subject.utf8.count <= 1024, !isTooShort, subject.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalid(
                .subject, subject, "is neither a whole subject nor enough of one, with * at its end",
                example: .give(.subject, "repo:acme/shop:ref:refs/heads/main"))
        }
    }

    private func requireGrant(of client: AppClient) throws(AdministrationError) {
        guard client.grantTypes.contains(AppClient.workloadGrantType) else {
            throw .invalid(
                .clientID, client.id.text, "does not have the grant \(AppClient.workloadGrantType)",
                example: .act(.allowGrant(AppClient.workloadGrantType)))
        }
    }
}

/// Takes a workload away: its tokens live until they expire.
package struct RemoveWorkload: AdminAct {
    let name: String
    let before: Workload?
    let pool: String

    /// - Parameter before: as it was when that was decided; nil: whatever it is.
    package init(_ name: String, insteadOf before: Workload? = nil, from pool: String) {
        (self.name, self.before, self.pool) = (name, before, pool)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> UserPool {
        let pool = try await desk.pool(pool)
        return try await desk.changePool(pool, .poolRemoveWorkload) { (pool) throws(AdministrationError) in try apply(to: &pool) }.after
    }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        var workloads = pool.settings.workloads ?? []
        guard let index = workloads.firstIndex(where: { $0.name.hasSameBytes(as: name) }) else {
            throw .notFound(.workload, name: name, pool: pool.id)
        }
        guard before == nil || workloads[index] == before else { throw .changedMeanwhile("workload '\(name)'") }
        workloads.remove(at: index)
        pool.settings.workloads = workloads.isEmpty ? nil : workloads
    }
}
