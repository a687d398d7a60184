import Administration
import Foundation
import Gateway
import SAML
import Synchronization
import TestSupport
import Testing
import UserPools
import XMLSecurity

@Suite("Warnings before a signing certificate or a document ends")
struct EndWatchTests {
    private func watch(_ fixture: GatewayFixture) -> EndWatch {
        EndWatch(
            Administration(
                stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: fixture.clock.environment, actor: .system))
    }

    /// What is warned of now: part and whole days left.
    private func look(_ watch: EndWatch, _ fixture: GatewayFixture) async throws -> [String] {
        var told: [String] = []
        _ = try await watch.look { warning in
            told.append("\(warning.provider) \(warning.part) \(Int(warning.until.timeIntervalSince(fixture.clock.now) / 86_400))")
        }
        return told
    }

    private func document(_ idp: FakeIdentityProvider, until days: Int, _ now: Date) -> [UInt8] {
        let until = SAMLInstant.format(now.addingTimeInterval(TimeInterval(days) * 86_400))
        let text = String(decoding: idp.metadata(), as: UTF8.self)
        return Array(text.replacingOccurrences(of: "entityID=", with: "validUntil=\"\(until)\" entityID=").utf8)
    }

    @Test("30, 14, 7 and 1 days before, once for each, by one of several servers; after a start only what is new; a renewed document ends it")
    func thresholds() async throws {
        try await GatewayFixture.run { fixture in
            let document = document(fixture.identityProvider, until: 40, fixture.clock.now)
            try await fixture.updateProvider { $0.metadata = .document(document) }
            let (first, second) = (watch(fixture), watch(fixture))
            var told: [Int: [String]] = [:]
            for day in 0...41 {
                told[40 - day] = try await look(day.isMultiple(of: 2) ? first : second, fixture).filter { $0.contains("document") }
                #expect(try await look(second, fixture).filter { $0.contains("document") } == [])
                fixture.clock.advance(by: 86_400)
            }
            #expect(told.filter { !$0.value.isEmpty }.keys.sorted() == [1, 7, 14, 30])
            let renewed = self.document(fixture.identityProvider, until: 20, fixture.clock.now)
            try await fixture.updateProvider { $0.metadata = .document(renewed) }
            #expect(try await look(first, fixture).filter { $0.contains("document") } == [])
            fixture.clock.advance(by: 7 * 86_400)
            #expect(try await look(first, fixture).filter { $0.contains("document") } == ["corp document 13"])
        }
    }

    @Test("a certificate is warned of by the one that lasts longest; a server that begins late warns of the last threshold alone")
    func certificate() async throws {
        try await GatewayFixture.run { fixture in
            let keys = try #require(try await fixture.administration.provider("corp", pool: fixture.pool.id.text).saml?.metadata.signingKeys)
            let last = try #require(keys.compactMap(\.notAfter).max())
            let watch = watch(fixture)
            #expect(try await watch.look { _ in }.map { $0.until[.certificate] } == [last])
            fixture.clock.setNow(last.addingTimeInterval(-10 * 86_400))
            #expect(try await look(watch, fixture).filter { $0.contains("certificate") } == ["corp certificate 10"])
            fixture.clock.setNow(last.addingTimeInterval(3600))
            #expect(try await look(watch, fixture).filter { $0.contains("certificate") } == ["corp certificate 0"])
            #expect(try await look(watch, fixture).filter { $0.contains("certificate") } == [])
        }
    }

    @Test("where there are too many, those are told of which anything of ends first; what ended long ago takes nobody's place")
    func nearest() async throws {
        try await GatewayFixture.run { fixture in
            let now = fixture.clock.now
            let document = document(fixture.identityProvider, until: 5, now)
            try await fixture.updateProvider { $0.metadata = .document(document) }
            try await fixture.addProvider("another", FakeIdentityProvider(entityID: "https://another.example"))
            try await fixture.addProvider("tolerated", FakeIdentityProvider(entityID: "https://tolerated.example")) {
                $0.exceptions = [.clockSkew: now + 86_400]
            }
            let desk = Administration(
                stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: fixture.clock.environment, actor: .system)
            let watch = EndWatch(desk, maximum: 1)
            #expect(try await watch.look { _ in }.map(\.provider.text) == ["tolerated"])
            fixture.clock.advance(by: 2 * 86_400)
            #expect(try await watch.look { _ in }.map(\.provider.text) == ["corp"])
            fixture.clock.advance(by: 40 * 86_400)
            #expect(try await watch.look { _ in }.map(\.provider.text) == ["another"])
        }
    }

    @Test("exceptions: each before its day, the next one first; one that is taken back or prolonged is warned of no more")
    func exceptions() async throws {
        try await GatewayFixture.run { fixture in
            let begin = fixture.clock.now
            func day(_ day: Int) -> Date { begin.addingTimeInterval(TimeInterval(day) * 86_400) }
            try await fixture.updateProvider { $0.exceptions = [.clockSkew: day(10), .sha1: day(60)] }
            let watch = watch(fixture)
            func told(on number: Int) async throws -> [String] {
                fixture.clock.setNow(day(number).addingTimeInterval(60))
                return try await look(watch, fixture).filter { $0.contains("exception") }
            }
            #expect(try await told(on: 0) == ["corp exception 9"])
            #expect(try await told(on: 1) == [])
            #expect(try await told(on: 3) == ["corp exception 6"])
            #expect(try await told(on: 9) == ["corp exception 0"])
            // The first is over, and the other is far away.
            #expect(try await told(on: 11) == [])
            #expect(try await watch.look { _ in }.first?.until[.exception] == day(60))
            #expect(try await told(on: 31) == ["corp exception 28"])
            try await fixture.updateProvider { $0.exceptions = [.sha1: day(200)] }
            #expect(try await told(on: 59) == [])
            try await fixture.updateProvider { $0.endedExceptions = [.sha1] }
            #expect(try await told(on: 199) == [])
            #expect(try await watch.look { _ in }.first?.until[.exception] == nil)
        }
    }

    @Test("a federation's exceptions are warned of as a provider's are, and its signer's end is read anew with the signer")
    func federation() async throws {
        try await GatewayFixture.run { fixture in
            func day(_ day: Int) -> Date { fixture.clock.now.addingTimeInterval(TimeInterval(day) * 86_400) }
            func pem(_ key: FakeIdentityProvider.Key) -> [UInt8] {
                Array("-----BEGIN CERTIFICATE-----\n\(key.certificateBase64)\n-----END CERTIFICATE-----\n".utf8)
            }
            var settings = FederationSettings()
            (settings.source, settings.signers) = (.query("https://mdq.example"), [pem(.curve)])
            settings.saml.exceptions = [.clockSkew: day(10)]
            let made = try await fixture.administration.perform(CreateFederation("fed", pool: fixture.pool.id.text, settings: settings) { _ in })
            let watch = watch(fixture)
            #expect(try await look(watch, fixture).filter { $0.contains("exception") } == ["fed exception 10"])
            func ends() async throws -> ProviderEnds? {
                try await watch.look { _ in }.first { $0.provider == made.provider.settings.name }
            }
            var change = FederationSettings()
            change.saml.endedExceptions = [.clockSkew]
            _ = try await fixture.administration.perform(UpdateFederation("fed", pool: fixture.pool.id.text, settings: change))
            #expect(try await ends()?.until[.exception] == nil)
            #expect(try await ends()?.until[.certificate] != nil)
            func isRead() async throws -> Bool? {
                try await fixture.stores.ends.list(after: nil, limit: 10).first { $0.provider == made.provider.settings.name }?.isRead
            }
            #expect(try await isRead() == true)
            change = FederationSettings()
            change.signers = [pem(.second)]
            _ = try await fixture.administration.perform(UpdateFederation("fed", pool: fixture.pool.id.text, settings: change))
            #expect(try await isRead() == false)
        }
    }

    @Test("exceptions that end one after the other are each warned of", arguments: [1, 5])
    func exceptionBehindAnother(_ days: Int) async throws {
        try await GatewayFixture.run { fixture in
            let begin = fixture.clock.now
            func day(_ day: Int) -> Date { begin.addingTimeInterval(TimeInterval(day) * 86_400) }
            try await fixture.updateProvider { $0.exceptions = [.clockSkew: day(10), .sha1: day(10 + days)] }
            let watch = watch(fixture)
            for (number, expected) in [(9, ["corp exception 0"]), (10, ["corp exception \(days - 1)"])] {
                fixture.clock.setNow(day(number).addingTimeInterval(60))
                #expect(try await look(watch, fixture).filter { $0.contains("exception") } == expected)
            }
        }
    }

    @Test("a document that keeps itself fresh is warned of where it cannot be renewed any more")
    func followed() async throws {
        try await GatewayFixture.run { fixture in
            let url = "https://idp.example/metadata"
            let text = document(fixture.identityProvider, until: 5, fixture.clock.now)
            fixture.clock.publish(text, at: url)
            try await fixture.updateProvider { $0.metadata = .url(url) }
            let desk = Administration(
                stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: fixture.clock.environment, actor: .system)
            let (follower, watch) = (DocumentFollower(desk), EndWatch(desk))
            try await follower.lookAtDue { _ in }
            #expect(try await look(watch, fixture).filter { $0.contains("document") } == [])
            fixture.clock.publish(nil, at: url)
            fixture.clock.advance(by: 86_400)
            try await follower.lookAtDue { _ in }
            #expect(try await look(watch, fixture).filter { $0.contains("document") } == ["corp document 4"])
        }
    }
}
