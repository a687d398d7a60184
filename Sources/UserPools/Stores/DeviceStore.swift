package import FoundationEssentials

/// Devices that wait to be let in: each by one browser, once, and for one answer.
package protocol DeviceStore: Sendable {
    /// `.conflict` where a device that waits has that user code already.
    func insert(_ request: DeviceRequest) async throws(StoreError)

    /// Binds the request of a code to the browser in which it was typed: from then on no other may answer it. nil where there is none, it is over,
    /// answered, or another browser's. One statement.
    func claim(_ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, at now: Date) async throws(StoreError) -> DeviceRequest?
    /// The request that this browser claimed and did not deny, and whether it let the device in.
    func find(
        _ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, at now: Date
    ) async throws(StoreError) -> (request: DeviceRequest, isAllowed: Bool)?

    /// Lets the device in, by a code that the person's sign-in gave: both are used up in one transaction, and what the code was for is the device's.
    /// - Parameter check: sees both before; where it throws nothing is written.
    func allow(
        _ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, by code: SecretHash, at now: Date,
        check: @escaping @Sendable (DeviceRequest, AuthorizationCode, GrantHolder) throws(GrantRefusal) -> Void
    ) async throws(StoreError) -> DeviceAllowance
    /// False where the request is not this browser's to answer, or was answered.
    func deny(_ userCode: SecretHash, in pool: UserPool.ID, browser: SecretHash, at now: Date) async throws(StoreError) -> Bool

    /// A device asks. Where it was let in the request is used up, whatever `check` says, and of many that ask at once one alone gets it; `check` returns
    /// the refresh token to write with it.
    func poll(
        _ deviceCode: SecretHash, of client: AppClient.ID, in pool: UserPool.ID, at now: Date,
        check: @escaping @Sendable (Grant, _ grantedAt: Date, GrantHolder) throws(GrantRefusal) -> RefreshToken?
    ) async throws(DevicePollError) -> (grant: Grant, user: User)

    /// Deletes up to `limit` requests that need not be remembered any more; returns how many.
    func removeExpired(at now: Date, limit: Int) async throws(StoreError) -> Int
}

/// What came of letting a device in.
package enum DeviceAllowance: Sendable, Equatable {
    case allowed
    /// There is no such request any more, it was answered, or it is not this browser's.
    case gone
    /// The code of the sign-in is used or over: the person signs in again.
    case codeUsed
    case refused(GrantRefusal)
}

/// Why a device gets nothing, now or ever (RFC 8628 §3.5).
package enum DevicePollError: Error, Equatable, Sendable {
    /// Nobody answered yet.
    case pending
    /// The same, and it asks too often.
    case tooSoon
    case denied
    case expired
    /// Never was, is another client's, or was used.
    case unknown
    case refused(GrantRefusal)
    case store(StoreError)
}
