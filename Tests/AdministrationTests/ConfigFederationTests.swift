import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats
import XMLSecurity

@testable import Administration

@Suite("Configuration as a document: federations")
struct ConfigFederationTests {
    private static let url = "https://federation.example/all.xml"
    private static let signer = "-----BEGIN CERTIFICATE-----\n\(FakeIdentityProvider.Key.curve.certificateBase64)\n-----END CERTIFICATE-----\n"

    private static func aggregate() throws -> [UInt8] {
        let entities = ["a.example", "b.example"].map { host -> String in
            let text = String(decoding: FakeIdentityProvider.member(host, key: .second).metadata(), as: UTF8.self)
            return text.firstRange(of: "?>").map { String(text[$0.upperBound...]) } ?? text
        }
        let text =
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_all\" validUntil=\"2027-01-10T00:00:00Z\">"
            + entities.joined() + "</md:EntitiesDescriptor>"
        return try XMLSigner(privateKeyPEM: FakeIdentityProvider.Key.curve.privateKeyPEM, certificateDER: nil)
            .sign(Array(text.utf8), elementID: "_all", afterChild: nil)
    }

    /// All that a federation has.
    static let whole: JSONObject = [
        "name": "edu", "type": "federation", "mdq_url": "https://mdq.example/service", "metadata_signers": [.string(signer)],
        "registration_authorities": ["https://registrar.example"], "entity_categories": ["https://refeds.org/category/research-and-scholarship"],
        "entity_attributes": ["urn:a": ["https://one.example", "https://two.example"], "urn:b": "https://three.example"],
        "included_members": ["https://a.example/idp"], "excluded_members": ["https://b.example/idp"], "subject": "pairwise-id",
        "exceptions": [["name": "clock_skew", "until": "2099-01-31T00:00:00Z", "reason": "an old member"]], "single_logout": false,
        "sign_requests": "always", "request_binding": "redirect", "response_binding": "post", "name_id_format": "persistent", "force_authn": true,
        "authn_context": ["X509"], "authn_context_comparison": "minimum", "provider_name": "Acme", "send_subject": true, "ask_passively": true,
        "proxy_count": 2, "scope_to_idps": ["https://idp.example.com"], "display_name": "Research & Education",
        "logo": .string("data:image/png;base64," + Base64.encode(TestImage.png)), "attribute_mapping": ["email": "friendly:mail"],
        "required_attributes": ["email"], "acr_mapping": ["mfa": "X509"], "enabled": false,
    ]

    private func document(_ fixture: GatewayFixture, _ federations: [JSONObject]) throws(ConfigError) -> ConfigDocument {
        let pool: JSONValue = ["name": .string(fixture.pool.name), "identity_providers": .array(federations.map(JSONValue.object))]
        return try ConfigDocument(ConfigPlanTests.value(["version": 1, "pools": [pool]]), ConfigReferences { _ in [] })
    }

    private func plan(_ fixture: GatewayFixture, _ federations: [JSONObject], deletes: Bool = false) async throws(ConfigError) -> ConfigPlan {
        try await fixture.administration.plan(try document(fixture, federations), deletes: deletes)
    }

    private static func with(_ federation: JSONObject, _ more: JSONObject) -> JSONObject {
        JSONObject(federation.members.filter { !more.names.contains($0.name) }.map { ($0.name, $0.value) } + more.members.map { ($0.name, $0.value) })
    }

    @Test("every field of a federation is made, exported and made again as the same; a second plan is empty")
    func everything() async throws {
        #expect(Set(ConfigFields.federation.names).subtracting(Self.whole.names) == ["metadata_url"])
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            _ = try await plan(fixture, [Self.whole]).apply(at: desk)
            #expect(ConfigPlanTests.lines(try await plan(fixture, [Self.whole])) == [])
            var exported: [String] = []
            for isWhole in [false, true] {
                let export = try await desk.exportConfig(pool: fixture.pool.id.text, isWhole: isWhole)
                let read = try ConfigDocument(export.value, ConfigReferences { _ in [] })
                #expect(ConfigPlanTests.lines(try await desk.plan(read, deletes: true)) == [])
                exported.append(ConfigExportTests.text(export.value))
                try await GatewayFixture.run { other in
                    _ = try await other.administration.plan(read, deletes: true).apply(at: other.administration)
                    let copy = try await other.administration.exportConfig(pool: other.pool.id.text, isWhole: isWhole)
                    #expect(ConfigExportTests.text(copy.value) == exported.last)
                }
            }
        }
    }

    @Test("an aggregate is imported where it is made; what is changed by hand is found; one that the list lacks goes with --prune alone")
    func aggregate() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            fixture.clock.publish(try Self.aggregate(), at: Self.url)
            let wanted: JSONObject = [
                "name": "edu", "type": "federation", "metadata_url": .string(Self.url), "metadata_signers": [.string(Self.signer)],
                "attribute_mapping": ["email": "friendly:mail"],
            ]
            let first = try await plan(fixture, [wanted])
            #expect(first.steps.map(\.verb) == [.create] && first.left.map(\.name).contains("corp"))
            _ = try await first.apply(at: desk)
            #expect(try await desk.federation("edu", pool: fixture.pool.id.text).status?.members == 2)
            #expect(ConfigPlanTests.lines(try await plan(fixture, [wanted])) == [])

            var byHand = FederationSettings()
            byHand.excluded = ["https://b.example/idp"]
            _ = try await desk.perform(UpdateFederation("edu", pool: fixture.pool.id.text, settings: byHand))
            let drift = Self.with(wanted, ["excluded_members": []])
            let found = try await plan(fixture, [drift])
            #expect(ConfigPlanTests.lines(found) == ["change | identity provider | edu | excluded_members: https://b.example/idp -> (none)"])
            byHand.excluded = ["https://a.example/idp"]
            _ = try await desk.perform(UpdateFederation("edu", pool: fixture.pool.id.text, settings: byHand))
            let stopped = await #expect(throws: ConfigStopped.self) { try await found.apply(at: desk) }
            #expect(stopped?.cause == .changedMeanwhile("federation 'edu'"))
            _ = try await plan(fixture, [drift]).apply(at: desk)
            #expect(ConfigPlanTests.lines(try await plan(fixture, [drift])) == [])

            #expect(try await plan(fixture, []).steps.isEmpty)
            let gone = try await plan(fixture, [], deletes: true)
            #expect(ConfigPlanTests.lines(gone) == ["delete | identity provider | corp", "delete | identity provider | edu"])
            _ = try await gone.apply(at: desk)
            #expect(try await desk.listProviders(pool: fixture.pool.id.text).isEmpty)
        }
    }

    @Test("one that an admin registered from a file is exported without an address, and plans nothing; elsewhere it is made, and wants its members")
    func fromFile() async throws {
        try await GatewayFixture.run { fixture in
            let desk = fixture.administration
            try await fixture.addFederation([]) { connection in
                connection = FederationConnection(
                    metadataURL: "", source: .aggregate, signers: FederationSigners([FakeIdentityProvider.Key.curve.certificateBase64])!)
            }
            for isWhole in [false, true] {
                let export = try await desk.exportConfig(pool: fixture.pool.id.text, isWhole: isWhole)
                #expect(ConfigExportTests.text(export.value).contains(#""metadata_url":null"#))
                let read = try ConfigDocument(export.value, ConfigReferences { _ in [] })
                #expect(ConfigPlanTests.lines(try await desk.plan(read, deletes: true)) == [])
                try await GatewayFixture.run { other in
                    let outcomes = try await other.administration.plan(read, deletes: true).apply(at: other.administration)
                    #expect(outcomes.compactMap(\.poolOfEmptyFederation) == [other.pool.id])
                    #expect(ConfigPlanTests.lines(try await other.administration.plan(read, deletes: true)) == [])
                    let copy = try await other.administration.exportConfig(pool: other.pool.id.text, isWhole: isWhole)
                    #expect(ConfigExportTests.text(copy.value) == ConfigExportTests.text(export.value))
                }
            }
        }
    }

    @Test(
        "null in place of the address ends that the aggregate is fetched; beside the address of a query service it says nothing, wherever it stands")
    func withoutAddress() async throws {
        try await GatewayFixture.run { fixture in
            let (desk, pool) = (fixture.administration, fixture.pool.id.text)
            fixture.clock.publish(try Self.aggregate(), at: Self.url)
            let base: JSONObject = [
                "name": "edu", "type": "federation", "metadata_signers": [.string(Self.signer)], "attribute_mapping": ["email": "friendly:mail"],
            ]
            func address() async throws -> [String] {
                let found = try await desk.federation("edu", pool: pool)
                return [found.connection.source.rawValue, found.connection.metadataURL]
            }
            _ = try await plan(fixture, [Self.with(base, ["metadata_url": .string(Self.url)])]).apply(at: desk)
            let gone = try await plan(fixture, [Self.with(base, ["metadata_url": .null])])
            #expect(ConfigPlanTests.lines(gone) == ["change | identity provider | edu | metadata_url: \(Self.url) -> (none)"])
            _ = try await gone.apply(at: desk)
            #expect(try await address() == ["aggregate", ""])
            // The members that are there stay.
            #expect(try await desk.federation("edu", pool: pool).status?.members == 2)
            let orders: [JSONObject] = [
                ["metadata_url": .null, "mdq_url": "https://mdq.example"], ["mdq_url": "https://mdq.example", "metadata_url": .null],
            ]
            for order in orders {
                _ = try await plan(fixture, [Self.with(base, order)]).apply(at: desk)
                #expect(try await address() == ["mdq", "https://mdq.example"])
                #expect(ConfigPlanTests.lines(try await plan(fixture, [Self.with(base, order)])) == [])
                _ = try await plan(fixture, [Self.with(base, ["metadata_url": .string(Self.url)])]).apply(at: desk)
                #expect(try await address() == ["aggregate", Self.url])
            }
        }
    }

    private func fields(of error: ConfigError?) -> [Field] {
        (error?.problems ?? []).flatMap { (problem) -> [Field] in
            if case .refused(.problems(let problems)) = problem.cause { problems.map(\.field) } else { [] }
        }
    }

    @Test("without a signer, with two addresses, or with groups that members would give, one is refused in the plan")
    func refusals() async throws {
        try await GatewayFixture.run { fixture in
            func refused(_ more: JSONObject) async -> [Field] {
                let error = await #expect(throws: ConfigError.self) { try await plan(fixture, [Self.with(Self.whole, more)]) }
                return fields(of: error)
            }
            #expect(await refused(["metadata_signers": []]) == [.metadataSigner])
            #expect(await refused(["attribute_mapping": ["email": "friendly:mail", "groups": "memberOf"]]) == [.map])
            #expect(await refused(["mdq_url": "http://mdq.example"]) == [.metadataURL])
            let both = await #expect(throws: ConfigError.self) {
                try await plan(fixture, [Self.with(Self.whole, ["metadata_url": .string(Self.url)])])
            }
            guard case .several(["metadata_url", "mdq_url"])? = both?.problems.first?.cause else {
                Issue.record("\(String(describing: both))")
                return
            }
        }
    }
}
