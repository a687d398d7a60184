import FoundationEssentials
import UserPools

struct SQLInstallationStore: InstallationStore {
    let database: any SQLDatabase

    func find() async throws(StoreError) -> Installation {
        try await database.read { connection throws(StoreError) in
            var settings: [String: (value: String, since: Date)] = [:]
            for row in try connection.rows(Self.findSettings, []) {
                var columns = ColumnReader(row, of: "installation")
                settings[try columns.text("name")] = (try columns.text("value"), try columns.time("changed_at"))
            }
            return Installation(
                publicURL: settings[Self.publicURL]?.value, publicURLSince: settings[Self.publicURL]?.since,
                masterKeyID: settings[Self.masterKeyID]?.value, earlierTokenKeys: settings[Self.earlierTokenKeys]?.value,
                isUnfinishedCopy: settings[Self.unfinishedCopy] != nil, backedUpAt: settings[Self.backup]?.since)
        }
    }

    func announce(_ server: RunningServer, masterKeyID: String) async throws(StoreError) -> ServerAnnouncement {
        try await database.transaction { connection throws(StoreError) in
            if let known = try Self.setting(Self.masterKeyID, connection)?.value, known != masterKeyID { return .rollback(.otherMasterKey(known)) }
            _ = try connection.execute(Self.forget, [.time(Self.gone(at: server.seenAt)), .text(server.id)])
            if let row = try connection.row(Self.findOther, [.text(server.publicURL)]) { return .rollback(.refused(other: try Self.server(row))) }
            let values: [SQLValue] = [.text(server.id), .text(server.publicURL), .time(server.startedAt), .time(server.seenAt)]
            _ = try connection.execute(Self.insertServer, values)
            return .commit(.announced)
        }
    }

    func adopt(publicURL: String, at now: Date) async throws(StoreError) -> String? {
        // A write costs a sync of the disk, and at most starts there is nothing to write.
        guard try await find().publicURL != publicURL else { return nil }
        return try await database.write { connection throws(StoreError) in
            let before = try Self.setting(Self.publicURL, connection)?.value
            guard before != publicURL else { return nil }
            try Self.set(Self.publicURL, publicURL, at: now, connection)
            return before
        }
    }

    func recordMasterKey(_ id: String, at now: Date) async throws(StoreError) -> String {
        try await database.write { connection throws(StoreError) in
            if let known = try Self.setting(Self.masterKeyID, connection)?.value { return known }
            try Self.set(Self.masterKeyID, id, at: now, connection)
            return id
        }
    }

    func heartbeat(_ server: String, at now: Date) async throws(StoreError) -> Int? {
        try await database.write { connection throws(StoreError) in
            guard try connection.execute(Self.heartbeat, [.text(server), .time(now)]) > 0 else { return nil }
            return try connection.rows(Self.running, [.time(Self.gone(at: now))]).count
        }
    }

    func leave(_ server: String) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in _ = try connection.execute(Self.removeServer, [.text(server)]) }
    }

    func reseal<Refusal: Error>(
        for master: String, at now: Date, recorded event: AuditEvent, unless refuse: @escaping @Sendable (RunningServer) throws(Refusal) -> Void,
        key: @escaping @Sendable (SigningKey) throws(Refusal) -> [UInt8],
        samlKey: @escaping @Sendable (SAMLKey) throws(Refusal) -> [UInt8],
        subjectKey: @escaping @Sendable (SubjectKey) throws(Refusal) -> [UInt8],
        provider: @escaping @Sendable (inout IdentityProvider) throws(Refusal) -> Void,
        idToken: @escaping @Sendable (_ sealed: [UInt8], UserPool.ID, IdentityProvider.Name) -> [UInt8]?,
        tokenKeys: @escaping @Sendable (String?) throws(Refusal) -> String
    ) async throws(ChangeError<Refusal>) -> (keys: Int, secrets: Int) {
        let outcome: Result<(keys: Int, secrets: Int), Refusal>
        do {
            outcome = try await database.transaction {
                connection throws(StoreError) -> TransactionEnd<Result<(keys: Int, secrets: Int), Refusal>> in
                for server in try Self.running(at: now, connection) {
                    do throws(Refusal) { try refuse(server) } catch { return .rollback(.failure(error)) }
                }
                let keys = try connection.rows(Self.keys, []).map { row throws(StoreError) in try SQLSigningKeyStore.key(row) }
                for stored in keys {
                    let sealed: [UInt8]
                    do throws(Refusal) { sealed = try key(stored) } catch { return .rollback(.failure(error)) }
                    _ = try connection.execute(Self.setKey, [.identifier(stored.poolID), .identifier(stored.id), .bytes(sealed)])
                }
                let samlKeys = try SQLSAMLKeyStore.all(connection)
                for stored in samlKeys {
                    let sealed: [UInt8]
                    do throws(Refusal) { sealed = try samlKey(stored) } catch { return .rollback(.failure(error)) }
                    try SQLSAMLKeyStore.setPrivateKey(sealed, of: stored, connection)
                }
                let subjectKeys = try SQLSigningKeyStore.subjectKeys(connection)
                for stored in subjectKeys {
                    let sealed: [UInt8]
                    do throws(Refusal) { sealed = try subjectKey(stored) } catch { return .rollback(.failure(error)) }
                    try SQLSigningKeyStore.seal(sealed, of: stored, connection)
                }
                var secrets = 0
                for before in try SQLIdentityProviderStore.all(connection) {
                    var after = before
                    do throws(Refusal) { try provider(&after) } catch { return .rollback(.failure(error)) }
                    guard after != before else { continue }
                    try SQLIdentityProviderStore.setConnection(of: after, connection)
                    secrets += after.sealedSecrets.count
                }
                try SQLSessionStore.resealIDTokens(idToken, connection)
                try SQLSignInRecordStore.removeMessages(at: now, connection)
                let before = try Self.setting(Self.earlierTokenKeys, connection)?.value
                let earlier: String
                do throws(Refusal) { earlier = try tokenKeys(before) } catch { return .rollback(.failure(error)) }
                try Self.set(Self.earlierTokenKeys, earlier, at: now, connection)
                try Self.set(Self.masterKeyID, master, at: now, connection)
                try SQLAuditStore.insert(event, connection)
                return .commit(.success((keys.count + samlKeys.count + subjectKeys.count, secrets)))
            }
        } catch { throw .store(error) }
        do { return try outcome.get() } catch { throw .refused(error) }
    }

    func recordBackup(of moment: Date) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            if let known = try Self.setting(Self.backup, connection)?.since, known >= moment { return }
            try Self.set(Self.backup, "made", at: moment, connection)
        }
    }

    func probe(at now: Date) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in try Self.set("probe", "written", at: now, connection) }
    }

    static let publicURL = "public_url"
    static let masterKeyID = "master_key_id"
    private static let earlierTokenKeys = "earlier_token_keys"
    /// When it was changed is the moment of which the newest backup is.
    private static let backup = "backup"
    /// Stands as long as not all of another database is here; its value says which that is.
    static let unfinishedCopy = "unfinished_copy"

    /// A process that still has the master key from before it was replaced would store what nobody can open.
    static func requireMasterKey(_ sealedBy: String?, of what: String, _ connection: any SQLConnection) throws(StoreError) {
        guard let sealedBy, let known = try setting(masterKeyID, connection)?.value, known != sealedBy else { return }
        throw .conflict(what: "\(what) that is sealed with another master key")
    }

    static func setting(_ name: String, _ connection: any SQLConnection) throws(StoreError) -> (value: String, since: Date)? {
        guard let row = try connection.row(findSetting, [.text(name)]) else { return nil }
        var columns = ColumnReader(row, of: "installation")
        return (try columns.text("value"), try columns.time("changed_at"))
    }

    static func set(_ name: String, _ value: String, at now: Date, _ connection: any SQLConnection) throws(StoreError) {
        let statement = setting(name, is: value, at: now)
        _ = try connection.execute(statement.sql, statement.values)
    }

    static func setting(_ name: String, is value: String, at now: Date) -> SQLStatement {
        SQLStatement(setSetting, [.text(name), .text(value), .time(now)])
    }

    static func remove(_ name: String, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.execute(removeSetting, [.text(name)])
    }

    /// The servers that are there, as far as they said so.
    static func running(at now: Date, _ connection: any SQLConnection) throws(StoreError) -> [RunningServer] {
        try connection.rows(running, [.time(gone(at: now))]).map { row throws(StoreError) in try server(row) }
    }

    /// Whoever said nothing since then counts as gone.
    private static func gone(at now: Date) -> Date { now.addingTimeInterval(-RunningServer.presumedGoneAfter) }

    private static func server(_ row: SQLRow) throws(StoreError) -> RunningServer {
        var columns = ColumnReader(row, of: "server")
        return RunningServer(
            id: try columns.text("id"), publicURL: try columns.text("public_url"), startedAt: try columns.time("started_at"),
            seenAt: try columns.time("seen_at"))
    }

    private static let keys: SQL = "SELECT " + SQLSigningKeyStore.columns + " FROM signing_keys WHERE phase <> 'withdrawn' ORDER BY pool_id, id"
    private static let setKey: SQL = "UPDATE signing_keys SET sealed_private_key = $3 WHERE pool_id = $1 AND id = $2"
    private static let findSetting: SQL = "SELECT value, changed_at FROM installation_settings WHERE name = $1"
    private static let findSettings: SQL = "SELECT name, value, changed_at FROM installation_settings"
    private static let setSetting: SQL = """
        INSERT INTO installation_settings (name, value, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
        """
    private static let removeSetting: SQL = "DELETE FROM installation_settings WHERE name = $1"
    private static let forget: SQL = "DELETE FROM servers WHERE seen_at < $1 OR id = $2"
    private static let running: SQL = "SELECT id, public_url, started_at, seen_at FROM servers WHERE seen_at >= $1 ORDER BY started_at, id"
    private static let findOther: SQL =
        "SELECT id, public_url, started_at, seen_at FROM servers WHERE public_url <> $1 ORDER BY started_at, id LIMIT 1"
    private static let insertServer: SQL = "INSERT INTO servers (id, public_url, started_at, seen_at) VALUES ($1, $2, $3, $4)"
    private static let heartbeat: SQL = "UPDATE servers SET seen_at = $2 WHERE id = $1"
    private static let removeServer: SQL = "DELETE FROM servers WHERE id = $1"
}
