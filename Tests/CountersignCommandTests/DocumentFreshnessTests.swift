import FoundationEssentials
import Testing
import UserPools

@testable import CountersignCommand

@Suite("RFC 9111 §4.2: for how long a fetched document need not be asked for again")
struct DocumentFreshnessTests {
    @Test(
        "max-age, less its age; what is there twice, is no number, or is not to be kept says nothing",
        arguments: [
            ("max-age=3600", nil, 3600), ("public, MAX-AGE=60", "15", 45), ("max-age=60", "90", 0), ("max-age=60", "-5", 60), ("max-age=0", nil, 0),
            ("max-age=60, max-age=90", nil, nil), ("max-age=sixty", nil, nil), ("max-age=-1", nil, nil), ("s-maxage=60", nil, nil),
            ("no-cache, max-age=60", nil, nil), ("no-store", nil, nil), ("max-age=99999999999", nil, nil), ("", nil, nil),
        ] as [(String, String?, TimeInterval?)])
    func freshness(_ control: String, _ age: String?, _ expected: TimeInterval?) {
        let headers = [("Cache-Control", control)] + (age.map { [("Age", $0)] } ?? [])
        #expect(DocumentVersion(headers.map { (name: $0.0, value: $0.1) }).freshFor == expected)
    }

    @Test("without Cache-Control nothing is said") func none() { #expect(DocumentVersion([]).freshFor == nil) }
}
