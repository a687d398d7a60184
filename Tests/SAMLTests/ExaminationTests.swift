import XMLSecurity
import Foundation
import SAML
import TestSupport
import Testing

@Suite("The examination of `countersign saml validate` is the validation itself, written down")
struct ExaminationTests {
    private let fixture = Fixture()

    private func examine(_ response: [UInt8]) -> Examination {
        fixture.serviceProvider.examine(response, expecting: fixture.expectation, at: Fixture.now)
    }

    private static let names = [
        "signature", "response", "assertion", "version", "status", "response_issuer", "assertion_issuer", "destination",
        "subject_confirmation", "recipient", "confirmation_period", "in_response_to", "issue_instant", "conditions_period", "audience", "name_id",
        "authn_statement",
        "authn_instant", "session",
    ]

    @Test("An accepted response passes every check, in order")
    func accepted() throws {
        let examination = examine(fixture.response())
        #expect(examination.checks.map(\.name) == Self.names)
        #expect(examination.checks.allSatisfy { $0.outcome == .ok })
        #expect(examination.checks.allSatisfy { $0.section?.hasPrefix("SAML ") == true })
        #expect(examination.error == nil)
        #expect(try examination.verdict.get().subject.value == "alice@example.com")
    }

    @Test("A refused one has one failed check; what comes after was not reached")
    func refused() {
        let examination = examine(fixture.response { $0.recipient = "https://other.example" })
        let error = SAMLError.recipient(expected: Fixture.consumer, seen: "https://other.example")
        #expect(examination.error == error)
        let failed = examination.checks.firstIndex { $0.name == "recipient" } ?? 0
        #expect(examination.checks[failed].outcome == .failed(error))
        #expect(examination.checks[failed].expected == Fixture.consumer)
        #expect(examination.checks[failed].seen == "https://other.example")
        #expect(examination.checks[..<failed].allSatisfy { $0.outcome == .ok })
        #expect(examination.checks[(failed + 1)...].allSatisfy { $0.outcome == .notReached })
    }

    @Test("Which certificates are trusted is said where none of them fitted, and not of a structure that is wrong")
    func trustedKeys() {
        func signature(_ examination: Examination) -> Check? { examination.checks.first { $0.name == "signature" } }
        var other = fixture
        other.identityProvider.publishedKeys = [.second]
        let unknown = signature(fixture.serviceProvider.examine(fixture.response(), expecting: other.expectation, at: Fixture.now))
        #expect(unknown?.expected == "the one certificate in the metadata")
        let moved = signature(
            examine(fixture.response { $0.afterSigning = { $0.replacingOccurrences(of: "<ds:KeyInfo>", with: "<ds:Object/><ds:KeyInfo>") } }))
        #expect(moved?.outcome == .failed(.xml(.signatureStructure("the children are not SignedInfo, SignatureValue and at most one KeyInfo"))))
        #expect(moved?.expected == nil)
    }

    @Test("Accepting and examining come to the same verdict")
    func same() {
        let configurations: [(inout FakeResponse) -> Void] = [
            { _ in }, { $0.signed = .none }, { $0.status = nil }, { $0.issuer = "x" }, { $0.destination = "x" }, { $0.nameID = nil },
            { $0.audiences = nil },
            { $0.authnInstant = nil }, { $0.confirmationInResponseTo = nil },
            {
                $0.hasAssertion = false; $0.signed = .none; $0.status = "x"
            },
            {
                $0.notOnOrAfter = Fixture.now - 3600; $0.notBefore = nil
            }, { $0.version = "1.1" }, { $0.afterSigning = { "<!-- -->" + $0 } },
        ]
        var codes: Set<String?> = []
        for configure in configurations {
            let response = fixture.response(configure)
            let examination = examine(response)
            #expect(examination.error?.code == fixture.refusal(of: response))
            let failures = examination.checks.filter { if case .failed = $0.outcome { true } else { false } }
            #expect(failures.count == (examination.error == nil ? 0 : 1))
            codes.insert(examination.error?.code)
        }
        // Two of them are refused for their status.
        #expect(codes.count == configurations.count - 1)
    }

    @Test("What a stranger wrote cannot steer a terminal or a log")
    func controls() {
        let hostile = "https://evil.example/\u{9B}2J\u{202E}" + String(repeating: "x", count: 1000)
        let seen = examine(fixture.response { $0.recipient = hostile }).error?.seen ?? ""
        #expect(seen.hasPrefix("https://evil.example/\\u{9b}2J\\u{202e}xxx"))
        #expect(seen.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x9B && $0.value != 0x202E })
        #expect(seen.unicodeScalars.count <= 230)
    }
}
