import Foundation
import Gateway
import SAML
import Synchronization
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats
import XMLSecurity

@testable import Administration

/// THREATS S36, case 74: metadata that keeps itself fresh.
@Suite("Documents that servers fetch again by themselves")
struct FollowingTests {
    private static let url = "https://other.example/metadata"
    private let other = FakeIdentityProvider(entityID: "https://other.example", key: .second, singleSignOnLocation: "https://other.example/sso")

    /// Runs `body` with a provider `other` that is followed, and looks that were told.
    private func with(
        signed isSigned: Bool = false, _ body: (GatewayFixture, DocumentFollower) async throws -> Void
    ) async throws {
        try await GatewayFixture.run { fixture in
            fixture.clock.publish(isSigned ? try signed(other.metadata()) : other.metadata(), at: Self.url)
            var settings = SAMLProviderSettings()
            settings.metadata = .url(Self.url)
            if isSigned { settings.following.signers = [Self.pem(.curve)] }
            _ = try await fixture.administration.perform(CreateSAMLProvider("other", pool: fixture.pool.id.text, settings: settings))
            try await body(fixture, follower(fixture))
        }
    }

    private func follower(_ fixture: GatewayFixture) -> DocumentFollower {
        DocumentFollower(
            Administration(
                stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: fixture.clock.environment, actor: .system))
    }

    private static func pem(_ key: FakeIdentityProvider.Key) -> [UInt8] {
        Array("-----BEGIN CERTIFICATE-----\n\(key.certificateBase64)\n-----END CERTIFICATE-----\n".utf8)
    }

    private func with(_ attributes: String, _ document: [UInt8]) -> [UInt8] {
        Array(String(decoding: document, as: UTF8.self).replacingOccurrences(of: "entityID=", with: attributes + " entityID=").utf8)
    }

    private func signed(_ document: [UInt8], by key: FakeIdentityProvider.Key = .curve) throws -> [UInt8] {
        try XMLSigner(privateKeyPEM: key.privateKeyPEM, certificateDER: nil)
            .sign(with("ID=\"_all\"", document), elementID: "_all", afterChild: nil)
    }

    /// Looks at what is due by now.
    private func look(_ follower: DocumentFollower) async throws -> [FollowingReport] {
        let reports = Mutex<[FollowingReport]>([])
        try await follower.lookAtDue { report in reports.withLock { $0.append(report) } }
        return reports.withLock(\.self)
    }

    private func failure(_ report: FollowingReport?) -> String? {
        guard case .failed(let error)? = report?.outcome else { return nil }
        return error.code
    }

    private func stored(_ fixture: GatewayFixture) async throws -> IdentityProvider {
        try await fixture.administration.provider("other", pool: fixture.pool.id.text).settings
    }

    private func updates(_ fixture: GatewayFixture) async throws -> [AuditEvent] {
        try await fixture.administration.auditEvents(pool: fixture.pool.id.text, user: nil, limit: 100).filter { $0.action == .providerUpdate }
    }

    @Test("a new key and a moved address are taken, recorded as done by the server, and told")
    func changed() async throws {
        try await with { fixture, follower in
            #expect(try await look(follower).map(\.isChange) == [false])
            var renewed = other
            renewed.publishedKeys = [.second, .first]
            renewed.singleSignOnLocation = "https://other.example/new-sso"
            fixture.clock.publish(renewed.metadata(), at: Self.url)
            fixture.clock.advance(by: 4 * 3600)
            let report = try #require(try await look(follower).first)
            guard case .changed(let changes) = report.outcome else { Issue.record("\(report.outcome)"); return }
            #expect(Set(changes.map(\.fact)) == ["metadata_sha256", "signing_certificates", "single_sign_on_services"])
            let provider = try await fixture.administration.provider("other", pool: fixture.pool.id.text)
            #expect(provider.saml?.metadata.signingKeys.count == 2)
            #expect(provider.saml?.metadata.preferredSingleSignOnService.location == "https://other.example/new-sso")
            let event = try #require(try await updates(fixture).first)
            #expect(event.actor == .system && event.detail("signing_certificates_before") != event.detail("signing_certificates"))
            #expect(event.detail("single_sign_on_services")?.contains("new-sso") == true)
        }
    }

    @Test("a look that finds nothing new changes nothing: the same version, and a document that is signed anew or lasts longer")
    func unchanged() async throws {
        try await with { fixture, follower in
            let before = try await stored(fixture)
            _ = try await look(follower)
            let known = try #require(try await fixture.stores.following.find(before.name, in: before.poolID))
            #expect(known.version.etag != nil && known.checkedAt == fixture.clock.now && known.dueAt > fixture.clock.now)
            // Before it is due nobody asks.
            let asked = fixture.clock.fetched.count
            #expect(try await look(follower).isEmpty && fixture.clock.fetched.count == asked)
            for document in [other.metadata(), try signed(other.metadata()), with("validUntil=\"2027-06-01T00:00:00Z\"", other.metadata())] {
                fixture.clock.publish(document, at: Self.url)
                fixture.clock.advance(by: 4 * 3600)
                #expect(try await look(follower).map(\.isChange) == [false])
            }
            #expect(try await stored(fixture) == before)
            #expect(try await updates(fixture).isEmpty)
            let last = try #require(try await fixture.stores.following.find(before.name, in: before.poolID))
            #expect(last.validUntil.map(SAMLInstant.format) == "2027-06-01T00:00:00Z")
        }
    }

    @Test("case 74: nothing that is no good replaces the last good copy; tries become rarer, and go on")
    func lastGood() async throws {
        try await with { fixture, follower in
            _ = try await look(follower)
            let before = try await stored(fixture)
            var stranger = other
            stranger.entityID = "https://stranger.example"
            var keyless = other
            keyless.publishedKeys = []
            let documents: [([UInt8]?, String)] = [
                (nil, "fetch.unreachable"), (Array("<html/>".utf8), "saml.metadata_root"), (stranger.metadata(), "saml.metadata_entity"),
                (keyless.metadata(), "saml.metadata_no_signing_key"),
                (with("validUntil=\"2020-01-01T00:00:00Z\"", other.metadata()), "saml.metadata_expired"),
            ]
            fixture.clock.advance(by: 4 * 3600)
            var pauses: [TimeInterval] = []
            for (number, (document, code)) in documents.enumerated() {
                fixture.clock.publish(document, at: Self.url)
                let report = try #require(try await look(follower).first)
                #expect(failure(report) == code && report.document.failures == number + 1)
                pauses.append(report.document.dueAt.timeIntervalSince(fixture.clock.now))
                fixture.clock.advance(by: Int(pauses[number].rounded(.up)))
            }
            #expect(zip(pauses, [60, 120, 240, 480, 960]).allSatisfy { (0.7...1.3).contains($0 / $1) }, "\(pauses)")
            #expect(try await stored(fixture) == before)
            fixture.clock.publish(other.metadata(), at: Self.url)
            #expect(try await look(follower).first?.document.failures == 0)
        }
    }

    @Test("what an admin changes meanwhile counts, whether the document, the address or who must sign it")
    func overtaken() async throws {
        let changes: [@Sendable (inout SAMLProviderSettings) -> Void] = [
            { $0.metadata = .document(FakeIdentityProvider(entityID: "https://other.example", key: .first).metadata()) },
            { $0.following.isOn = false }, { $0.enabled = false },
        ]
        for change in changes {
            try await with { fixture, _ in
                var renewed = other
                renewed.publishedKeys = [.curve]
                let slow = Meanwhile(document: renewed.metadata()) { try? await fixture.updateProvider("other", change) }
                let known = fixture.clock.environment
                let environment = Gateway.Environment(
                    now: known.now, random: known.random, uptime: known.uptime, documents: slow, transport: NoTransport())
                let follower = DocumentFollower(
                    Administration(stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: environment, actor: .system)
                )
                _ = try await look(follower)
                let after = try await stored(fixture)
                if case .saml(let saml) = after.kind, saml.metadataURL == nil {
                    #expect(try await fixture.administration.provider("other", pool: after.poolID.text).saml?.metadata.signingKeys.count == 1)
                    #expect(!saml.metadata.utf8.elementsEqual(renewed.metadata()))
                }
                // Whatever was changed is not changed back, and nobody looks any more.
                #expect(after.followed == nil)
                #expect(try await fixture.stores.following.find(after.name, in: after.poolID) == nil)
            }
        }
    }

    @Test("a document that was proven by signers whom another admin takes out meanwhile is not put into force")
    func signersOvertaken() async throws {
        try await with(signed: true) { fixture, _ in
            let old = try signed(other.metadata())
            var renewed = other
            renewed.publishedKeys = [.second, .curve]
            let new = try signed(renewed.metadata(), by: .first)
            let slow = Meanwhile(document: old) {
                try? await fixture.updateProvider("other") {
                    $0.metadata = .document(new)
                    $0.following.signers = [Self.pem(.first)]
                }
            }
            let known = fixture.clock.environment
            let environment = Gateway.Environment(
                now: known.now, random: known.random, uptime: known.uptime, documents: slow, transport: NoTransport())
            let administration = Administration(stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: environment)
            var settings = SAMLProviderSettings()
            settings.metadata = .url(Self.url)
            let error = await #expect(throws: AdministrationError.self) {
                _ = try await administration.perform(UpdateSAMLProvider("other", pool: fixture.pool.id.text, settings: settings))
            }
            #expect(error?.code == "storage.conflict")
            let after = try await fixture.administration.provider("other", pool: fixture.pool.id.text)
            #expect(after.saml?.settings.metadata.utf8.elementsEqual(new) == true)
        }
    }

    @Test("a pinned signer: unsigned, signed by another, and changed after it was signed are refused; signed by it is taken")
    func signer() async throws {
        try await with(signed: true) { fixture, follower in
            _ = try await look(follower)
            let before = try await stored(fixture)
            var renewed = other
            renewed.publishedKeys = [.second, .first]
            let good = try signed(renewed.metadata())
            let spoilt = Array(String(decoding: good, as: UTF8.self).replacingOccurrences(of: "other.example/sso", with: "evil.example/sso").utf8)
            for (document, code) in [
                (renewed.metadata(), "saml.metadata_unsigned"), (try signed(renewed.metadata(), by: .first), "saml.metadata_signature_invalid"),
                (spoilt, "saml.metadata_signature_invalid"),
            ] {
                fixture.clock.publish(document, at: Self.url)
                fixture.clock.advance(by: 5 * 3600)
                #expect(failure(try await look(follower).first) == code)
                #expect(try await stored(fixture) == before)
            }
            fixture.clock.publish(good, at: Self.url)
            fixture.clock.advance(by: 5 * 3600)
            #expect(try await look(follower).map(\.isChange) == [true])
        }
    }

    @Test("a signer that the document in force lacks is refused, and so is what is no certificate")
    func signerOfNothing() async throws {
        try await with { fixture, _ in
            let unsigned = await #expect(throws: AdministrationError.self) {
                try await fixture.updateProvider("other") { $0.following.signers = [Self.pem(.curve)] }
            }
            #expect(unsigned?.code == "saml.metadata_unsigned")
            let nonsense = await #expect(throws: AdministrationError.self) {
                try await fixture.updateProvider("other") { $0.following.signers = [Array("hello".utf8)] }
            }
            guard case .problems(let problems)? = nonsense else { Issue.record("\(String(describing: nonsense))"); return }
            #expect(problems.map(\.field) == [.metadataSigner])
        }
    }

    @Test("following is on where an address was given, off for a file, and as the admin says; a file cannot be followed")
    func onAndOff() async throws {
        try await with { fixture, _ in
            #expect(try await stored(fixture).followed == Self.url)
            try await fixture.updateProvider("other") { $0.following.isOn = false }
            #expect(try await stored(fixture).followed == nil)
            // A new address leaves what the admin said.
            fixture.clock.publish(other.metadata(), at: Self.url + "2")
            try await fixture.updateProvider("other") { $0.metadata = .url(Self.url + "2") }
            #expect(try await stored(fixture).followed == nil)
            try await fixture.updateProvider("other") { $0.following.isOn = true }
            #expect(try await stored(fixture).followed == Self.url + "2")
            let error = await #expect(throws: AdministrationError.self) { try await fixture.updateProvider("corp") { $0.following.isOn = true } }
            guard case .problems(let problems)? = error else { Issue.record("\(String(describing: error))"); return }
            #expect(problems.map(\.field) == [.followMetadata])
        }
    }

    @Test("a key that nobody knows: the document is looked at at once, and at most once a minute")
    func hurry() async throws {
        try await with { fixture, follower in
            _ = try await look(follower)
            let provider = try await stored(fixture)
            var renewed = other
            renewed.publishedKeys = [.first]
            fixture.clock.publish(renewed.metadata(), at: Self.url)
            #expect(try await follower.lookNow(provider.name, in: provider.poolID)?.isChange == true)
            fixture.clock.publish(other.metadata(), at: Self.url)
            #expect(try await follower.lookNow(provider.name, in: provider.poolID) == nil)
            fixture.clock.advance(by: 60)
            #expect(try await follower.lookNow(provider.name, in: provider.poolID)?.isChange == true)
            #expect(try await follower.lookNow(fixture.provider, in: provider.poolID) == nil, "a file is not followed")
        }
    }

    @Test("the next look: by cacheDuration, else after four hours; between five minutes and a day; well before the copy ends")
    func schedule() {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        func pause(
            _ duration: TimeInterval?, ends: TimeInterval? = nil, failures: Int = 0, fresh: TimeInterval? = nil, chance: Double = 1
        ) -> TimeInterval {
            var document = FollowedDocument(poolID: UserPool.ID("local_Ab3")!, provider: IdentityProvider.Name("corp")!, address: "a", dueAt: now)
            (document.cacheDuration, document.validUntil, document.failures) = (duration, ends.map { now.addingTimeInterval($0) }, failures)
            document.freshFor = fresh
            return FollowingSchedule.next(document, at: now, chance: chance).timeIntervalSince(now)
        }
        #expect(pause(nil) == 4 * 3600 && pause(3600) == 3600 && pause(0) == 300 && pause(30 * 86_400) == 86_400)
        #expect(pause(nil, ends: 3600) == 2700 && pause(nil, ends: 10) == 300 && pause(nil, ends: -10) == 300)
        // RFC 9111: not before the server says so, but for what the document says itself.
        #expect(pause(nil, fresh: 10 * 3600, chance: 0) == 10 * 3600 && pause(nil, fresh: 60) == 4 * 3600 && pause(nil, fresh: 9e6) == 86_400)
        #expect(pause(3600, fresh: 10 * 3600) == 3600 && pause(nil, ends: 3600, fresh: 10 * 3600) == 2700)
        #expect(pause(nil, failures: 1) == 75 && pause(nil, failures: 60) == 5 * 3600)
    }

    @Test("max-age of the server is kept to, of an answer that nothing is new as well")
    func maxAge() async throws {
        try await with { fixture, follower in
            fixture.clock.setFreshness(12 * 3600)
            for _ in 0..<2 {
                let looked = try await look(follower)
                let due = try #require(looked.first).document.dueAt
                #expect(looked.count == 1 && due >= fixture.clock.now.addingTimeInterval(12 * 3600))
                fixture.clock.advance(by: 11 * 3600)
                #expect(try await look(follower).isEmpty)
                fixture.clock.advance(by: 2 * 3600)
            }
        }
    }

    @Test("an issuer's discovery document is followed where the admin asks for it: a moved token address is taken, another issuer's is not")
    func discovery() async throws {
        try await GatewayFixture.run { fixture in
            let address = "https://op.example/.well-known/openid-configuration"
            func document(_ changes: [String: JSONValue?] = [:]) throws -> [UInt8] {
                let provider = try FakeOpenIDProvider()
                provider.change { $0.discovery = { $0.with(changes) } }
                return provider.discoveryDocument()
            }
            fixture.clock.publish(try document(), at: address)
            var settings = OIDCProviderSettings()
            (settings.issuer, settings.clientID, settings.clientSecret) = ("https://op.example", "countersign-1", SecretBytes("secret"))
            let pool = fixture.pool.id.text
            let made = try await fixture.administration.perform(CreateOIDCProvider("op", pool: pool, settings: settings))
            let follower = follower(fixture)
            #expect(try await look(follower).isEmpty, "pinned unless asked for")
            var follow = OIDCProviderSettings()
            follow.followsDiscovery = true
            _ = try await fixture.administration.perform(UpdateOIDCProvider("op", pool: pool, settings: follow))
            #expect(try await look(follower).map(\.isChange) == [false])
            for (changes, code) in [
                (["issuer": "https://evil.example"], "token.provider_metadata"), (["token_endpoint": "https://op.example/new"], nil),
            ]
                as [([String: JSONValue?], String?)]
            {
                fixture.clock.publish(try document(changes), at: address)
                fixture.clock.advance(by: 5 * 3600)
                let report = try await look(follower).first
                #expect(failure(report) == code && report?.isChange == (code == nil))
            }
            let after = try await fixture.administration.provider("op", pool: pool)
            #expect(after.oidc?.endpoints.token == "https://op.example/new" && after.oidc?.sealedSecret == made.oidc?.sealedSecret)
        }
    }

    @Test("a dry run tells what a refresh would change, and changes nothing")
    func preview() async throws {
        try await with { fixture, _ in
            let pool = fixture.pool.id.text
            #expect(try await fixture.administration.perform(PreviewRefresh("other", pool: pool)).isEmpty)
            let before = try await stored(fixture)
            var renewed = other
            (renewed.publishedKeys, renewed.displayName) = ([.second, .curve], "Renamed")
            fixture.clock.publish(with("validUntil=\"2027-06-01T00:00:00Z\"", renewed.metadata()), at: Self.url)
            let changes = try await fixture.administration.perform(PreviewRefresh("other", pool: pool))
            #expect(
                Set(changes.map(\.fact)) == ["metadata_sha256", "signing_certificates", "metadata_display_name", "metadata_valid_until"])
            #expect(changes.first { $0.fact == "metadata_valid_until" }?.after == "2027-06-01T00:00:00Z")
            #expect(try await stored(fixture) == before)
        }
    }
}

/// A document that takes its time.
private struct Meanwhile: DocumentSource {
    let document: [UInt8]
    let meanwhile: @Sendable () async -> Void

    func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        await meanwhile()
        return .document(document, DocumentVersion())
    }
}
