import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Administration

@Suite("Configuration as a document: whatever a document says, once it is applied there is nothing to do, and its export makes the same")
struct ConfigPropertyTests {
    /// The same documents in each run; the one that fails is named with the failure.
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]

    private func document(_ value: ConfigValue) throws(ConfigError) -> ConfigDocument { try ConfigDocument(value, ConfigExportTests.references) }

    /// What is refused is taken back, until nothing is.
    private func mended(_ configuration: RandomConfiguration, _ desk: Administration) async throws -> (RandomConfiguration, ConfigPlan) {
        var configuration = configuration
        for _ in 0..<200 {
            do throws(ConfigError) {
                return (configuration, try await desk.plan(try document(configuration.value), deletes: true))
            } catch { configuration.mend(error) }
        }
        throw Unexpected()
    }

    /// Then there is nothing to do, nor of an export that was written and read; what is exported, as usual and as a whole.
    private func expectDone(_ value: ConfigValue, _ desk: Administration) async throws -> (short: ConfigValue, whole: ConfigValue) {
        #expect(ConfigPlanTests.lines(try await desk.plan(try document(value), deletes: true)) == [])
        let id = try #require(try await desk.listPools().first { $0.name == "staff" }).id.text
        var exports: [ConfigValue] = []
        for isWhole in [false, true] {
            let text = ConfigExportTests.text(try await desk.exportConfig(pool: id, isWhole: isWhole).value)
            let read = ConfigPlanTests.value(try JSONParser.parse(Array(text.utf8)))
            #expect(ConfigPlanTests.lines(try await desk.plan(try document(read), deletes: true)) == [])
            #expect(ConfigExportTests.text(read) == text)
            exports.append(read)
        }
        return (exports[0], exports[1])
    }

    @Test("of each field that there is, in any company: made, changed, exported, and made where nothing is", arguments: seeds)
    func anything(seed: UInt64) async throws {
        let sample = try Sample()
        var random = SeededGenerator(seed: seed)
        try await ConfigExportTests.with { _, desk in
            var made = RandomConfiguration(sample.pool)
            made.scramble(sample.values, &random)
            let (one, plan) = try await mended(made, desk)
            _ = try await plan.apply(at: desk)
            _ = try await expectDone(one.value, desk)

            var changed = RandomConfiguration(one.object)
            changed.scramble(sample.values, &random)
            let (other, change) = try await mended(changed, desk)
            _ = try await change.apply(at: desk)
            let exported = try await expectDone(other.value, desk)
            #expect(one.differences + other.differences > 100)

            for export in [exported.short, exported.whole] {
                try await ConfigExportTests.with { _, desk in
                    _ = try await desk.plan(try document(export), deletes: false).apply(at: desk)
                    let copy = try await expectDone(export, desk)
                    #expect(ConfigExportTests.text(copy.short) == ConfigExportTests.text(exported.short))
                    #expect(ConfigExportTests.text(copy.whole) == ConfigExportTests.text(exported.whole))
                }
            }
        }
    }

    @Test("of one field that becomes another, one step, of what has that field; and then nothing to do", arguments: seeds)
    func oneField(seed: UInt64) async throws {
        let sample = try Sample()
        var random = SeededGenerator(seed: seed)
        try await ConfigExportTests.with { _, desk in
            var configuration = RandomConfiguration(sample.pool)
            _ = try await desk.plan(try document(configuration.value), deletes: true).apply(at: desk)
            var steps = 0
            for _ in 0..<25 {
                var changed = configuration
                let (field, thing) = changed.changeOne(sample.values, &random)
                let plan: ConfigPlan
                // What goes with another field alone is another test's.
                do throws(ConfigError) { plan = try await desk.plan(try document(changed.value), deletes: true) } catch { continue }
                #expect(plan.steps.allSatisfy { $0.verb == .change && $0.target.name == thing } && plan.steps.count < 2, "\(thing): \(field)")
                steps += plan.steps.count
                _ = try await plan.apply(at: desk)
                let lines = ConfigPlanTests.lines(try await desk.plan(try document(changed.value), deletes: true))
                #expect(lines == [], "\(thing): \(field)")
                configuration = changed
            }
            #expect(steps > 5)
        }
    }

    private struct Unexpected: Error {}
}

/// A pool that has every field, and values of each.
private struct Sample {
    let pool: JSONObject
    private(set) var values = ConfigSamples()

    init() throws {
        let base = ConfigExportTests.whole(try ClientSigner())
        pool = Self.pool(base)
        values.gather(base, "pool")
        values.gather(ConfigFederationTests.whole, "federation")
        for case .object(let provider) in Self.items(base, "identity_providers") {
            values.gather(provider, provider.members.first { $0.name == "type" }?.value.string ?? "")
        }
        for case .object(let client) in Self.items(base, "clients") { values.gather(client, "client") }
    }

    private static func items(_ pool: JSONObject, _ name: String) -> [JSONValue] {
        if case .array(let values)? = pool.members.first(where: { $0.name == name })?.value { values } else { [] }
    }

    /// With a federation beside the providers.
    private static func pool(_ base: JSONObject) -> JSONObject {
        JSONObject(
            base.members.map { member -> (String, JSONValue) in
                switch member.name {
                case "clients":
                    let clients = items(base, member.name).map { client -> JSONValue in
                        guard case .object(let client) = client else { return client }
                        // Its document would have to name the addresses of all hosts.
                        return .object(JSONObject(client.members.filter { $0.name != "sector_identifier_uri" }.map { ($0.name, $0.value) }))
                    }
                    return (member.name, .array(clients))
                case "identity_providers": return (member.name, .array(items(base, member.name) + [.object(ConfigFederationTests.whole)]))
                default: return (member.name, member.value)
                }
            })
    }
}
