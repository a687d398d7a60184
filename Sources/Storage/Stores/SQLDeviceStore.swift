import FoundationEssentials
import UserPools

struct SQLDeviceStore: DeviceStore {
    let database: any SQLDatabase

    private typealias Polled = (grant: Grant, user: User)

    func insert(_ request: DeviceRequest) async throws(StoreError) {
        let values: [SQLValue] = [
            .hash(request.deviceCode), .hash(request.userCode), .identifier(request.poolID), .identifier(request.clientID),
            StoredJSON.value(request.scopes), .text(request.resource), .text(request.address), .integer(DeviceRequest.interval),
            .time(request.createdAt), .time(request.expiresAt),
        ]
        try await database.insert(SQLStatement(Self.insert, values), conflict: "user code")
    }

    func claim(_ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, at now: Date) async throws(StoreError) -> DeviceRequest? {
        let values = Self.key(userCode, pool, browser) + [.time(now)]
        return try await database.write { connection throws(StoreError) in
            try connection.row(Self.claim, values).map { row throws(StoreError) in try Self.request(row) }
        }
    }

    func find(
        _ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, at now: Date
    ) async throws(StoreError) -> (request: DeviceRequest, isAllowed: Bool)? {
        let rows = try await database.rows(of: [SQLStatement(Self.find, Self.key(userCode, pool, browser) + [.time(now)])])[0]
        guard let row = rows.first else { return nil }
        var columns = ColumnReader(row, of: "device request")
        return (try Self.request(row), try columns.optionalText("family_id") != nil)
    }

    func allow(
        _ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, by code: SecretHash, at now: Date,
        check: @escaping @Sendable (DeviceRequest, AuthorizationCode, GrantHolder) throws(GrantRefusal) -> Void
    ) async throws(StoreError) -> DeviceAllowance {
        try await database.transaction { connection throws(StoreError) in
            let key = Self.key(userCode, pool, browser) + [.time(now)]
            let owner = StoredUser.Search.ofCode(code)
            let answers = try connection.rows(
                of: [SQLStatement(Self.findWaiting, key), SQLGrantStore.use(code, at: now), StoredGrant.find(code)] + owner.statements)
            guard let row = answers[0].first else { return .rollback(.gone) }
            guard !answers[1].isEmpty, let found = answers[2].first, let user = try owner.user(in: answers[3...]) else {
                return .rollback(.codeUsed)
            }
            let (given, family, sourceIsEnabled) = try StoredGrant.code(code, found)
            guard family == .waiting, given.expiresAt > now else { return .rollback(.codeUsed) }
            guard user.enabled else { return .rollback(.refused(.disabled)) }
            let request = try Self.request(row)
            do throws(GrantRefusal) { try check(request, given, GrantHolder(user: user, sourceIsEnabled: sourceIsEnabled)) } catch {
                return .rollback(.refused(error))
            }
            try connection.executeLater(Self.allow, key + [.identifier(given.grant.family)], rows: 1, conflict: "device request")
            return .commit(.allowed)
        }
    }

    func deny(_ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, at now: Date) async throws(StoreError) -> Bool {
        let values = Self.key(userCode, pool, browser) + [.time(now)]
        return try await database.write { connection throws(StoreError) in try connection.execute(Self.deny, values) > 0 }
    }

    func poll(
        _ deviceCode: SecretHash, of client: AppClient.ID, in pool: UserPool.ID, at now: Date,
        check: @escaping @Sendable (Grant, _ grantedAt: Date, GrantHolder) throws(GrantRefusal) -> RefreshToken?
    ) async throws(DevicePollError) -> (grant: Grant, user: User) {
        let outcome: Result<Polled, DevicePollError>
        do {
            outcome = try await database.transaction { connection throws(StoreError) in
                let key: [SQLValue] = [.hash(deviceCode), .identifier(pool), .identifier(client), .time(now)]
                // Who was let in is so once: whatever follows, nobody else gets this row.
                let answers = try connection.rows(of: [SQLStatement(Self.use, key), SQLStatement(Self.findByDevice, Array(key.dropLast()))])
                guard let used = answers[0].first else { return try Self.wait(answers[1].first, deviceCode, at: now, connection) }
                var columns = ColumnReader(used, of: "device request")
                return .commit(try Self.begin(try columns.identifier("family_id"), deviceCode, check, connection))
            }
        } catch { throw .store(error) }
        return try outcome.get()
    }

    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int {
        let forgotten = now.addingTimeInterval(-DeviceRequest.memory)
        return try await database.write { connection throws(StoreError) in
            try connection.execute(Self.removeExpired, [.time(forgotten), .limit(limit)])
        }
    }

    /// What a device is told that was not let in, and what is remembered of its question.
    private static func wait(
        _ row: SQLRow?, _ deviceCode: SecretHash, at now: Date, _ connection: any SQLConnection
    ) throws(StoreError) -> TransactionEnd<Result<Polled, DevicePollError>> {
        guard let row else { return .rollback(.failure(.unknown)) }
        var columns = ColumnReader(row, of: "device request")
        let (isDenied, interval) = (try columns.flag("denied"), try columns.integer("poll_interval"))
        let (polledAt, expiresAt) = (try columns.optionalTime("polled_at"), try columns.time("expires_at"))
        guard !isDenied else { return .rollback(.failure(.denied)) }
        guard expiresAt > now else { return .rollback(.failure(.expired)) }
        // A clock that was set back is no device in haste; one that comes a little early has a clock of its own.
        let waited = polledAt.map { now.timeIntervalSince($0) } ?? .infinity
        let isTooSoon = waited >= 0 && waited < TimeInterval(interval) - tolerance
        let next = isTooSoon ? min(interval + DeviceRequest.interval, DeviceRequest.longestInterval) : interval
        _ = try connection.execute(keepPoll, [.hash(deviceCode), .integer(next), .time(now)])
        return .commit(.failure(isTooSoon ? .tooSoon : .pending))
    }

    private static let tolerance: TimeInterval = 0.5

    /// The first refresh token of what the device was let in for, where the person's session and all else still stand.
    private static func begin(
        _ family: TokenFamily.ID, _ deviceCode: SecretHash, _ check: @Sendable (Grant, Date, GrantHolder) throws(GrantRefusal) -> RefreshToken?,
        _ connection: any SQLConnection
    ) throws(StoreError) -> Result<Polled, DevicePollError> {
        // By its name alone: no token of it is there yet.
        let name = PresentedRefreshToken(.named(family, generation: 0, isAuthentic: false), hash: deviceCode)
        let owner = StoredUser.Search.ofFamily(family)
        let answers = try connection.rows(of: [StoredFamily.find(name)] + owner.statements)
        guard let stored = try StoredFamily(answers[0].first, found: name), !stored.ended, stored.generation == 0,
            let user = try owner.user(in: answers[1...]), user.enabled
        else { return .failure(.denied) }
        let token: RefreshToken?
        do {
            token = try check(stored.grant, stored.grantedAt, GrantHolder(user: user, sourceIsEnabled: stored.sourceIsEnabled))
        } catch { return .failure(.refused(error)) }
        if let token {
            guard token.grant.family == family else { throw .corrupt(what: "refresh token of another family") }
            try StoredFamily.begin(token, connection)
        }
        return .success((stored.grant, user))
    }

    private static func key(_ userCode: SecretHash, _ pool: UserPool.ID, _ browser: SecretHash) -> [SQLValue] {
        [.hash(userCode), .identifier(pool), .hash(browser)]
    }

    private static func request(_ row: SQLRow) throws(StoreError) -> DeviceRequest {
        var columns = ColumnReader(row, of: "device request")
        return DeviceRequest(
            deviceCode: try columns.hash("device_code"), userCode: try columns.hash("user_code"), poolID: try columns.identifier("pool_id"),
            clientID: try columns.identifier("client_id"), scopes: try columns.list("scopes"), resource: try columns.optionalText("resource"),
            address: try columns.optionalText("address"), createdAt: try columns.time("created_at"), expiresAt: try columns.time("expires_at"))
    }

    private static let columns: SQL = "device_code, user_code, pool_id, client_id, scopes, resource, address, created_at, expires_at"
    private static let insert: SQL = """
        INSERT INTO device_requests
            (device_code, user_code, pool_id, client_id, scopes, resource, address, denied, poll_interval, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)
        """
    /// Of a browser, and not answered yet.
    private static let waiting: SQL =
        "user_code = $1 AND " + .poolID + " = $2 AND browser = $3 AND expires_at > $4 AND denied = 0 AND family_id IS NULL"
    private static let claim: SQL =
        "UPDATE device_requests SET browser = $3 WHERE user_code = $1 AND " + .poolID
        + " = $2 AND (browser IS NULL OR browser = $3) AND expires_at > $4 AND denied = 0 AND family_id IS NULL RETURNING " + columns
    private static let find: SQL =
        "SELECT " + columns + ", family_id FROM device_requests WHERE user_code = $1 AND " + .poolID
        + " = $2 AND browser = $3 AND expires_at > $4 AND denied = 0"
    private static let findWaiting: SQL = "SELECT " + columns + " FROM device_requests WHERE " + waiting
    private static let allow: SQL = "UPDATE device_requests SET family_id = $5 WHERE " + waiting
    private static let deny: SQL = "UPDATE device_requests SET denied = 1 WHERE " + waiting
    private static let use: SQL =
        "DELETE FROM device_requests WHERE device_code = $1 AND " + .poolID
        + " = $2 AND client_id = $3 AND expires_at > $4 AND denied = 0 AND family_id IS NOT NULL RETURNING family_id"
    private static let findByDevice: SQL =
        "SELECT denied, poll_interval, polled_at, expires_at FROM device_requests WHERE device_code = $1 AND " + .poolID + " = $2 AND client_id = $3"
    private static let keepPoll: SQL = "UPDATE device_requests SET poll_interval = $2, polled_at = $3 WHERE device_code = $1"
    private static let removeExpired: SQL =
        "DELETE FROM device_requests WHERE device_code IN ("
        + "SELECT device_code FROM device_requests WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2" + .skippingLocked + ")"
}
