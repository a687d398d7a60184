import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

extension Example {
    func deviceRequest(_ userCode: SecretHash? = nil, device: SecretHash? = nil, scopes: [String] = ["openid", "email"]) -> DeviceRequest {
        DeviceRequest(
            deviceCode: device ?? randomHash(), userCode: userCode ?? randomHash(), poolID: poolID, clientID: clientID, scopes: scopes,
            resource: "https://orders.example.com", address: "203.0.113.7", createdAt: now, expiresAt: now + DeviceRequest.lifetime)
    }
}

/// RFC 8628: a device is let in by one browser, once.
extension StoreConformanceTests {
    /// A request that a browser claimed and a sign-in was let in by.
    private func allowed(_ stores: Stores, subject: String = "ann") async throws -> (request: DeviceRequest, session: Session) {
        let (request, browser) = (example.deviceRequest(), example.randomHash())
        try await stores.devices.insert(request)
        #expect(try await stores.devices.claim(request.userCode, in: example.poolID, browser: browser, at: example.now) == request)
        let (completed, code) = try await example.signIn(stores, subject: subject)
        #expect(
            try await stores.devices.allow(request.userCode, in: example.poolID, browser: browser, by: code, at: example.now) { _, _, _ in }
                == .allowed)
        return (request, completed.session)
    }

    private func poll(
        _ request: DeviceRequest, _ stores: Stores, at seconds: TimeInterval = 0, of client: String = "client-1", token: SecretHash? = nil
    ) async throws(DevicePollError) -> (grant: Grant, user: User) {
        try await stores.devices.poll(request.deviceCode, of: AppClient.ID(client)!, in: example.poolID, at: example.now + seconds) { grant, _, _ in
            RefreshToken(hash: token ?? example.randomHash(), grant: grant, issuedAt: example.now, expiresAt: example.now + 3600)
        }
    }

    @Test(
        "case 176: of 50 polls of one device that was let in, at once and through two processes, one gets the grant, and one refresh token is there",
        arguments: DatabaseKind.all)
    func deviceOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let (request, session) = try await allowed(first)
            let tokens = (0..<50).map { _ in example.randomHash() }
            let outcomes = await gather(50) { index throws(DevicePollError) in
                (index, try await poll(request, index.isMultiple(of: 2) ? first : second, token: tokens[index]).grant)
            }
            #expect(outcomes.successes.count == 1)
            #expect(outcomes.failures == Array(repeating: .unknown, count: 49))
            let (winner, grant) = try #require(outcomes.successes.first)
            #expect(grant.sessionID == session.id && grant.scopes == ["openid", "email"])
            for (index, hash) in tokens.enumerated() {
                let token = example.token(for: grant, hash: hash)
                #expect((try await first.grants.find(token.presented) != nil) == (index == winner))
            }
        }
    }

    @Test("case 175: of 20 browsers that type one code at once one has it, and goes on having it", arguments: DatabaseKind.all)
    func claimedOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let request = example.deviceRequest()
            try await first.devices.insert(request)
            let browsers = (0..<20).map { _ in example.randomHash() }
            let claims = await gather(20) { index throws(StoreError) in
                let store = (index.isMultiple(of: 2) ? first : second).devices
                return try await store.claim(request.userCode, in: example.poolID, browser: browsers[index], at: example.now) == nil ? nil : index
            }
            #expect(claims.failures == [])
            let winner = try #require(claims.successes.compactMap(\.self).first)
            #expect(claims.successes.compactMap(\.self).count == 1)
            for (index, browser) in browsers.enumerated() {
                let claimed = try await second.devices.claim(request.userCode, in: example.poolID, browser: browser, at: example.now)
                let found = try await second.devices.find(request.userCode, in: example.poolID, browser: browser, at: example.now)
                #expect((claimed != nil) == (index == winner) && (found?.request == request) == (index == winner))
            }
            #expect(
                try await first.devices.deny(request.userCode, in: example.poolID, browser: browsers[(winner + 1) % 20], at: example.now) == false)
        }
    }

    @Test(
        "§3.5: pending, too soon, denied, expired, unknown; the interval grows by five seconds, and no further than a minute",
        arguments: DatabaseKind.all)
    func devicePolls(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (request, browser) = (example.deviceRequest(), example.randomHash())
            try await stores.devices.insert(request)
            func expect(
                _ error: DevicePollError, at seconds: TimeInterval, of client: String = "client-1", sourceLocation: SourceLocation = #_sourceLocation
            ) async {
                await #expect(throws: error, sourceLocation: sourceLocation) { _ = try await poll(request, stores, at: seconds, of: client) }
            }
            await expect(.pending, at: 0)
            await expect(.pending, at: 5)
            await expect(.tooSoon, at: 9)
            // Ten from now on.
            await expect(.tooSoon, at: 14)
            await expect(.pending, at: 29)
            await expect(.unknown, at: 100, of: "client-2")
            await expect(.unknown, at: 100, of: "client-1-")
            // A clock that was set back.
            await expect(.pending, at: 20)
            for second in 1...15 { await expect(.tooSoon, at: 20 + TimeInterval(second)) }
            await expect(.tooSoon, at: 94)
            await expect(.pending, at: 154)
            #expect(try await stores.devices.claim(request.userCode, in: example.poolID, browser: browser, at: example.now + 160) != nil)
            #expect(try await stores.devices.claim(request.userCode, in: UserPool.ID("local_x")!, browser: browser, at: example.now + 160) == nil)
            await expect(.expired, at: 900)
            #expect(try await stores.devices.claim(request.userCode, in: example.poolID, browser: browser, at: example.now + 900) == nil)
            #expect(try await stores.devices.deny(request.userCode, in: example.poolID, browser: browser, at: example.now + 899))
            #expect(try await stores.devices.find(request.userCode, in: example.poolID, browser: browser, at: example.now + 899) == nil)
            await expect(.denied, at: 899)
            #expect(try await stores.devices.removeExpired(at: example.now + 4499, limit: 10) == 0)
            #expect(try await stores.devices.removeExpired(at: example.now + 4500, limit: 10) == 1)
            await expect(.unknown, at: 899)
        }
    }

    @Test(
        "a code of a sign-in lets one device in; one that is used, over or refused lets none in, and the request waits still",
        arguments: DatabaseKind.all)
    func allowance(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (request, browser) = (example.deviceRequest(), example.randomHash())
            try await stores.devices.insert(request)
            _ = try await stores.devices.claim(request.userCode, in: example.poolID, browser: browser, at: example.now)
            func allow(_ code: SecretHash, _ refusal: GrantRefusal? = nil, at seconds: TimeInterval = 0) async throws -> DeviceAllowance {
                try await stores.devices.allow(request.userCode, in: example.poolID, browser: browser, by: code, at: example.now + seconds) {
                    seen, _, _ throws(GrantRefusal) in
                    guard seen == request else { throw .otherClient }
                    if let refusal { throw refusal }
                }
            }
            let used = try await example.signIn(stores, subject: "bob").code
            _ = try await stores.grants.redeem(code: used, at: example.now) { _, _ in nil }
            #expect(try await allow(used) == .codeUsed)
            #expect(try await allow(example.randomHash()) == .codeUsed)
            let code = try await example.signIn(stores).code
            #expect(try await allow(code, at: 300) == .codeUsed)
            #expect(try await allow(code, .wrongVerifier) == .refused(.wrongVerifier))
            #expect(try await stores.devices.find(request.userCode, in: example.poolID, browser: browser, at: example.now)?.isAllowed == false)
            #expect(try await allow(code) == .allowed)
            #expect(try await stores.devices.find(request.userCode, in: example.poolID, browser: browser, at: example.now)?.isAllowed == true)
            #expect(try await allow(code) == .gone)
            #expect(try await stores.devices.deny(request.userCode, in: example.poolID, browser: browser, at: example.now) == false)
            // The code is the device's now.
            await #expect(throws: GrantError.reused) { try await stores.grants.redeem(code: code, at: example.now) { _, _ in nil } }
        }
    }

    @Test("whose session ended, or who was disabled, before the device asked, lets none in", arguments: DatabaseKind.all)
    func deviceAfterSignOut(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (request, session) = try await allowed(stores)
            #expect(try await stores.sessions.end(session.id, in: example.poolID))
            await #expect(throws: DevicePollError.denied) { _ = try await poll(request, stores) }
            await #expect(throws: DevicePollError.unknown) { _ = try await poll(request, stores) }
            let (refused, _) = try await allowed(stores, subject: "bob")
            await #expect(throws: DevicePollError.refused(.notAdmitted)) {
                _ = try await stores.devices.poll(refused.deviceCode, of: example.clientID, in: example.poolID, at: example.now) {
                    _, _, _ throws(GrantRefusal) in throw .notAdmitted
                }
            }
            // Used up all the same.
            await #expect(throws: DevicePollError.unknown) { _ = try await poll(refused, stores) }
        }
    }

    @Test("two devices that wait do not have one code", arguments: DatabaseKind.all)
    func userCodeConflict(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let code = example.randomHash()
            try await stores.devices.insert(example.deviceRequest(code))
            await #expect(throws: StoreError.conflict(what: "user code")) { try await stores.devices.insert(example.deviceRequest(code)) }
        }
    }
}
