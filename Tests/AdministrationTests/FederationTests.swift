import Crypto
import Foundation
import Gateway
import SAML
import Synchronization
import TestSupport
import Testing
import TokenVerifier
import UserPools
import XMLSecurity

@testable import Administration

/// THREATS S36, case 74: a federation's members are those of a document that its operator signed.
@Suite("Federations: import, refresh, metadata query")
struct FederationTests {
    private static let url = "https://federation.example/all.xml"
    private static let query = "https://mdq.example/service"
    private static let category = "http://macedir.org/entity-category"

    private func entity(_ host: String, category: String = "https://example/member", authority: String = "https://registrar.example") -> String {
        let provider = FakeIdentityProvider(
            entityID: "https://\(host)/idp", key: .second, singleSignOnLocation: "https://\(host)/sso")
        let extensions = """
            <md:Extensions><mdrpi:RegistrationInfo xmlns:mdrpi="urn:oasis:names:tc:SAML:metadata:rpi" registrationAuthority="\(authority)"/>\
            <mdattr:EntityAttributes xmlns:mdattr="urn:oasis:names:tc:SAML:metadata:attribute"><saml:Attribute \
            xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="\(Self.category)"><saml:AttributeValue>\(category)</saml:AttributeValue>\
            </saml:Attribute></mdattr:EntityAttributes></md:Extensions>
            """
        var text = String(decoding: provider.metadata(), as: UTF8.self)
        if let end = text.firstRange(of: "?>") { text = String(text[end.upperBound...]) }
        guard let role = text.firstRange(of: "<md:IDPSSODescriptor") else { return text }
        return text[..<role.lowerBound] + extensions + text[role.lowerBound...]
    }

    private func signed(_ text: String, by key: FakeIdentityProvider.Key = .curve) throws -> [UInt8] {
        try XMLSigner(privateKeyPEM: key.privateKeyPEM, certificateDER: nil).sign(Array(text.utf8), elementID: "_all", afterChild: nil)
    }

    private func aggregate(
        _ entities: [String], validUntil: String = "2027-01-10T00:00:00Z", by key: FakeIdentityProvider.Key = .curve
    ) throws -> [UInt8] {
        try signed(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_all\" validUntil=\"\(validUntil)\">\(entities.joined())"
                + "</md:EntitiesDescriptor>", by: key)
    }

    private func settings(_ source: FederationSettings.Source?, by key: FakeIdentityProvider.Key = .curve) -> FederationSettings {
        var settings = FederationSettings()
        settings.source = source
        settings.signers = [Array("-----BEGIN CERTIFICATE-----\n\(key.certificateBase64)\n-----END CERTIFICATE-----\n".utf8)]
        return settings
    }

    private func create(_ fixture: GatewayFixture, _ settings: FederationSettings) async throws -> ConfiguredFederation {
        try await fixture.administration.perform(CreateFederation("fed", pool: fixture.pool.id.text, settings: settings) { _ in })
    }

    private func refresh(
        _ fixture: GatewayFixture, dryRun: Bool = false, acceptsOlder: Bool = false
    ) async throws -> ConfiguredFederation {
        try await fixture.administration.perform(
            RefreshFederation("fed", pool: fixture.pool.id.text, document: nil, isTrial: dryRun, acceptsOlder: acceptsOlder) { _ in })
    }

    private func code(_ body: () async throws -> Void) async throws -> String? {
        do {
            try await body()
            return nil
        } catch let error as AdministrationError {
            return error.code
        }
    }

    private func member(_ fixture: GatewayFixture, _ host: String) async throws -> FederationMember? {
        let name = try #require(IdentityProvider.Name("fed"))
        return try await fixture.stores.federations.find("https://\(host)/idp", of: name, in: fixture.pool.id)
    }

    @Test("members are what the operator signed, by the filters; a new document replaces them, and the audit tells")
    func imported() async throws {
        try await GatewayFixture.run { fixture in
            fixture.clock.publish(
                try aggregate([
                    entity("one.example"), entity("two.example"), entity("other.example", category: "https://example/other"),
                    entity("foreign.example", authority: "https://foreign.example"),
                ]), at: Self.url)
            var given = settings(.aggregate(Self.url))
            (given.categories, given.registrationAuthorities) = (["https://example/member"], ["https://registrar.example"])
            given.excluded = ["https://two.example/idp"]
            let made = try await create(fixture, given)
            #expect(made.imported?.counts.identityProviders == 4 && made.status?.members == 1)
            #expect(try await member(fixture, "one.example")?.registrationAuthority == "https://registrar.example")
            for host in ["two.example", "other.example", "foreign.example"] { #expect(try await member(fixture, host) == nil) }

            fixture.clock.publish(try aggregate([entity("three.example")], validUntil: "2027-01-11T00:00:00Z"), at: Self.url)
            #expect(try await refresh(fixture, dryRun: true).imported?.members == 1)
            #expect(try await member(fixture, "three.example") == nil)
            #expect(try await refresh(fixture).status?.members == 1)
            #expect(try await member(fixture, "one.example") == nil)
            #expect(try await member(fixture, "three.example") != nil)
            let events = try await fixture.administration.auditEvents(pool: fixture.pool.id.text, user: nil, limit: 100)
            #expect(events.filter { $0.action == .federationImport }.count == 2)
        }
    }

    @Test("the last good members stay: another signer, an altered document, an older one, one without members or an end, none at all")
    func kept() async throws {
        try await GatewayFixture.run { fixture in
            let good = try aggregate([entity("one.example")])
            fixture.clock.publish(good, at: Self.url)
            var given = settings(.aggregate(Self.url))
            given.categories = ["https://example/member"]
            _ = try await create(fixture, given)
            let altered = Array(String(decoding: good, as: UTF8.self).replacingOccurrences(of: "one.example/sso", with: "evil.example/sso").utf8)
            let documents: [([UInt8]?, String)] = [
                (try aggregate([entity("evil.example")], by: .second), "saml.metadata_signature_invalid"),
                (altered, "saml.metadata_signature_invalid"),
                (try aggregate([entity("old.example")], validUntil: "2027-01-09T00:00:00Z"), "saml.metadata_rolled_back"),
                (try aggregate([entity("two.example", category: "https://example/other")]), "saml.metadata_without_members"),
                (try signed("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_all\"/>"), "saml.metadata_without_end"),
                (nil, "fetch.unreachable"),
            ]
            for (document, expected) in documents {
                fixture.clock.publish(document, at: Self.url)
                #expect(try await code { _ = try await refresh(fixture) } == expected)
                #expect(try await member(fixture, "one.example") != nil)
                for host in ["evil.example", "old.example", "two.example"] { #expect(try await member(fixture, host) == nil) }
            }
            // None of them stands in the way of the next one.
            fixture.clock.publish(try aggregate([entity("two.example"), entity("three.example")]), at: Self.url)
            #expect(try await refresh(fixture).status?.members == 2)
        }
    }

    @Test("an older document is taken once where an admin says so, which the audit tells; and where the signer is another one")
    func older() async throws {
        try await GatewayFixture.run { fixture in
            fixture.clock.publish(try aggregate([entity("far.example")], validUntil: "2037-01-10T00:00:00Z"), at: Self.url)
            _ = try await create(fixture, settings(.aggregate(Self.url)))
            fixture.clock.publish(try aggregate([entity("near.example")]), at: Self.url)
            #expect(try await code { _ = try await refresh(fixture) } == "saml.metadata_rolled_back")
            #expect(try await code { _ = try await refresh(fixture, dryRun: true) } == "saml.metadata_rolled_back")
            _ = try await refresh(fixture, acceptsOlder: true)
            #expect(try await member(fixture, "near.example") != nil)
            func told() async throws -> [Bool] {
                try await fixture.administration.auditEvents(pool: fixture.pool.id.text, user: nil, limit: 100)
                    .filter { $0.action == .federationImport }.map { $0.details.contains { $0.name == "accepted_older" } }
            }
            #expect(try await told() == [true, false])
            let before = try aggregate([entity("before.example")], validUntil: "2027-01-09T00:00:00Z", by: .second)
            fixture.clock.publish(before, at: Self.url)
            _ = try await fixture.administration.perform(
                UpdateFederation("fed", pool: fixture.pool.id.text, settings: settings(nil, by: .second)))
            try await DocumentFollower(fixture.administration).lookAtDue { _ in }
            #expect(try await member(fixture, "before.example") != nil)
            #expect(try await told() == [false, true, false])
        }
    }

    @Test("lint of a federation's file: its signature, which members cannot be used, and one of them as if it were registered alone")
    func linted() async throws {
        func findings(_ document: [UInt8], _ entityID: String? = nil, by key: FakeIdentityProvider.Key? = .curve) async throws -> [String] {
            let spooled = try await SpooledDocument.make()
            try await spooled.append(document)
            let signers = key.map { [Array("-----BEGIN CERTIFICATE-----\n\($0.certificateBase64)\n-----END CERTIFICATE-----\n".utf8)] } ?? []
            return try await ProviderLint.findings(ofAggregate: spooled, signers: signers, entityID: entityID, at: FixedEnvironment().now).map(\.code)
        }
        let keyless = entity("two.example").replacingOccurrences(of: "KeyDescriptor use=\"signing\"", with: "KeyDescriptor use=\"encryption\"")
        let whole = try aggregate([entity("one.example"), keyless, entity("three.example")])
        #expect(try await findings(whole) == ["lint.members_left_out"])
        #expect(try await findings(whole, "https://three.example/idp") == ["lint.no_single_logout"])
        #expect(try await findings(whole, "https://nobody.example/idp") == ["saml.metadata_entity"])
        #expect(try await findings(whole, by: .second) == ["saml.metadata_signature_invalid"])
        #expect(try await code { _ = try await findings(whole, by: nil) } == "admin.invalid")
    }

    @Test("what cannot be imported is not registered; a signer is needed")
    func notRegistered() async throws {
        try await GatewayFixture.run { fixture in
            fixture.clock.publish(try aggregate([entity("one.example")], by: .second), at: Self.url)
            #expect(try await code { _ = try await create(fixture, settings(.aggregate(Self.url))) } == "saml.metadata_signature_invalid")
            var unsigned = settings(.aggregate(Self.url))
            unsigned.signers = nil
            #expect(try await code { _ = try await create(fixture, unsigned) } == "admin.invalid")
            unsigned.signers = []
            #expect(try await code { _ = try await create(fixture, unsigned) } == "admin.invalid")
            #expect(try await code { _ = try await create(fixture, settings(.aggregate("http://federation.example/all.xml"))) } == "admin.invalid")
            #expect(try await fixture.administration.listFederations(pool: fixture.pool.id.text).isEmpty)
        }
    }

    @Test("servers fetch it again by themselves; who registered it just now has not to wait for them")
    func followed() async throws {
        try await GatewayFixture.run { fixture in
            fixture.clock.publish(try aggregate([entity("one.example")]), at: Self.url)
            _ = try await create(fixture, settings(.aggregate(Self.url)))
            let follower = DocumentFollower(fixture.administration)
            let reports = Mutex<[FollowingReport]>([])
            try await follower.lookAtDue { report in reports.withLock { $0.append(report) } }
            #expect(reports.withLock(\.count) == 0)
            fixture.clock.publish(try aggregate([entity("one.example"), entity("two.example")]), at: Self.url)
            fixture.clock.advance(by: 24 * 3600)
            try await follower.lookAtDue { report in reports.withLock { $0.append(report) } }
            #expect(reports.withLock { $0.map(\.isChange) } == [true])
            #expect(try await member(fixture, "two.example") != nil)
        }
    }

    @Test("draft-young-md-query: one member on demand, by its name or its hash, signed by itself; the one that was asked for, or none")
    func metadataQuery() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await create(fixture, settings(.query(Self.query)))
            let provider = try await fixture.administration.federation("fed", pool: fixture.pool.id.text).provider.settings
            let query = FederationQuery(fixture.administration)
            func one(_ host: String, by key: FakeIdentityProvider.Key = .curve, end: String = " validUntil=\"2027-01-10T00:00:00Z\"") throws
                -> [UInt8]
            {
                try signed(
                    entity(host).replacingOccurrences(of: " entityID=", with: " ID=\"_all\"\(end) cacheDuration=\"PT2H\" entityID="), by: key)
            }
            func publish(_ document: [UInt8], for host: String, byHash: Bool = false) {
                let name = FederationQuery.identifiers(of: "https://\(host)/idp")[byHash ? 1 : 0]
                fixture.clock.publish(document, at: "\(Self.query)/entities/\(name)")
            }
            func fetch(_ host: String) async -> MemberFetch { await query.fetch("https://\(host)/idp", of: provider) }
            fixture.clock.answerMissing()

            publish(try one("one.example"), for: "one.example")
            #expect(await fetch("one.example") == .kept)
            let kept = try #require(try await member(fixture, "one.example"))
            #expect(kept.refreshAt == fixture.clock.now.addingTimeInterval(2 * 3600))
            #expect(kept.validUntil == SAMLInstant.parse("2027-01-10T00:00:00Z"))
            publish(try one("hash.example"), for: "hash.example", byHash: true)
            #expect(await fetch("hash.example") == .kept)
            #expect(FederationQuery.identifiers(of: "a")[1] == "%7Bsha1%7D86f7e437faa5a7fce15d1ddcb9eaeaea377667b8")

            publish(try one("evil.example", by: .second), for: "evil.example")
            publish(try one("one.example"), for: "swapped.example")
            publish(Array(entity("unsigned.example").utf8), for: "unsigned.example")
            publish(try one("endless.example", end: ""), for: "endless.example")
            publish(try aggregate([entity("group.example")]), for: "group.example")
            for host in ["evil.example", "swapped.example", "unsigned.example", "endless.example", "group.example", "nobody.example"] {
                #expect(await fetch(host) == .absent, "\(host)")
                #expect(try await member(fixture, host) == nil, "\(host)")
            }
            // What there was not is not asked for again at once.
            let asked = fixture.clock.fetched.count
            publish(try one("nobody.example"), for: "nobody.example")
            #expect(await fetch("nobody.example") == .absent && fixture.clock.fetched.count == asked)
            fixture.clock.advance(by: 61)
            #expect(await fetch("nobody.example") == .kept)

            // What the service refuses to have any more is gone; what comes altered changes nothing.
            publish(try one("hash.example", by: .second), for: "hash.example", byHash: true)
            #expect(await fetch("hash.example") == .absent)
            #expect(try await member(fixture, "hash.example") != nil)
            let name = FederationQuery.identifiers(of: "https://nobody.example/idp")[0]
            fixture.clock.publish(nil, at: "\(Self.query)/entities/\(name)")
            #expect(await fetch("nobody.example") == .absent)
            #expect(try await member(fixture, "nobody.example") == nil)
        }
    }

    @Test("while the metadata query service is away nobody is told that there is no such member, and what was known stays")
    func queryAway() async throws {
        try await GatewayFixture.run { fixture in
            _ = try await create(fixture, settings(.query(Self.query)))
            let provider = try await fixture.administration.federation("fed", pool: fixture.pool.id.text).provider.settings
            let query = FederationQuery(fixture.administration)
            let url = "\(Self.query)/entities/\(FederationQuery.identifiers(of: "https://one.example/idp")[0])"
            let document = try signed(
                entity("one.example").replacingOccurrences(of: " entityID=", with: " ID=\"_all\" validUntil=\"2027-01-10T00:00:00Z\" entityID="))
            fixture.clock.publish(document, at: url)
            #expect(await query.fetch("https://one.example/idp", of: provider) == .kept)
            fixture.clock.publish(nil, at: url)
            #expect(await query.fetch("https://one.example/idp", of: provider) == .unavailable)
            #expect(try await member(fixture, "one.example") != nil)
            let asked = fixture.clock.fetched.count
            #expect(await query.fetch("https://one.example/idp", of: provider) == .unavailable && fixture.clock.fetched.count == asked)
        }
    }
}
