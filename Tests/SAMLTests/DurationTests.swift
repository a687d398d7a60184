import Foundation
import SAML
import TestSupport
import Testing

@Suite("xs:duration (XML Schema Part 2 §3.2.6), as cacheDuration has it")
struct DurationTests {
    @Test(
        "is read into seconds",
        arguments: [
            ("PT6H", 21_600), ("P1D", 86_400), ("PT30M", 1800), ("PT0S", 0), ("P1Y2M3DT4H5M6S", 365 * 86_400 + 2 * 2_592_000 + 3 * 86_400 + 14_706),
            ("P0Y0M0DT6H0M0.000S", 21_600), ("P7D", 604_800), ("PT1M30S", 90),
        ] as [(String, Double)])
    func good(_ text: String, _ seconds: Double) { #expect(SAMLDuration.parse(text) == seconds) }

    @Test(
        "what is none is nil, however it is spoilt",
        arguments: [
            "", "P", "PT", "P1", "1D", "-P1D", "P-1D", "PT1D", "P1H", "P1DT", "PT1S1M", "P1M1Y", "P1D1D", "PT1.5H", "PT.5", "P1DT1H ", " P1D", "P１D",
            "P9999999999D", "P99Y", "PTT1H", "P1d", String(repeating: "P", count: 100_000),
        ])
    func bad(_ text: String) { #expect(SAMLDuration.parse(text) == nil) }

    @Test("metadata: the shortest cacheDuration of the entity and the groups around it counts; one that is no duration says nothing")
    func metadata() throws {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        let entity = String(decoding: FakeIdentityProvider().metadata(), as: UTF8.self)
        func duration(_ group: String?, _ own: String?) throws -> TimeInterval? {
            let own = own.map { entity.replacingOccurrences(of: "entityID=", with: "cacheDuration=\"\($0)\" entityID=") } ?? entity
            let body = own.range(of: "<md:EntityDescriptor").map { String(own[$0.lowerBound...]) } ?? own
            let outer = group.map { " cacheDuration=\"\($0)\"" } ?? ""
            let text = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"\(outer)>\(body)</md:EntitiesDescriptor>"
            return try IdentityProviderMetadata(parsing: Array(text.utf8), at: now).cacheDuration
        }
        #expect(try duration(nil, nil) == nil)
        #expect(try duration("PT1H", nil) == 3600)
        #expect(try duration("PT1H", "PT30M") == 1800)
        #expect(try duration("PT1H", "P1D") == 3600)
        #expect(try duration("soon", "P1D") == 86_400)
    }
}
