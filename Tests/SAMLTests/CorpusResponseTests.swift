import Foundation
import SAML
import TestSupport
import Testing

private enum Rows {
    /// Where the validator is stricter than the index, for a reason of the threat model.
    static let refusedByUs: [String: SAMLError.Code] = [
        // Case 70: NameID/@SPNameQualifier names another service provider than the audience.
        "python3-saml/tests/data/responses/invalids/wrong_spnamequalifier.xml.base64": .subject,
        "ruby-saml/test/responses/invalids/wrong_spnamequalifier.xml.base64": .subject,
        "ruby-saml/test/responses/invalids/invalid_audience.xml.base64": .subject,
        "ruby-saml/test/responses/invalids/invalid_subjectconfirmation_inresponse.xml.base64": .subject,
        // Stage F, Bindings §3.5.5.2: a signed Response must have a Destination.
        "gosaml2/providertests/testdata/onelogin/olgn09_response_50.b64": .destination,
        "gosaml2/providertests/testdata/onelogin/olgn09_response_155.b64": .destination,
        // Case 70: authenticated weeks after the assertion had ended; there is no moment at which all of it holds.
        "gosaml2/providertests/testdata/onelogin/olgn09_response_21.b64": .authnStatement,
        "gosaml2/providertests/testdata/onelogin/olgn09_response_83.b64": .authnStatement,
        "gosaml2/providertests/testdata/onelogin/olgn09_response_93.b64": .authnStatement,
    ]

    static let everythingAllowed = AcceptancePolicy(allowsSHA1: true, allowsMissingAuthnStatement: true, allowsAnySignatureOrder: true)
    static let refused = CorpusResponse.all.filter { $0.verdict == "REJECT" }
    static let acceptable = CorpusResponse.all.filter { $0.verdict.hasPrefix("ACCEPT") }
    static let accepted = acceptable.filter { refusedByUs[$0.file] == nil }
    static let needingAnException = acceptable.filter { $0.policy != .strict }
    static let stricter = acceptable.filter { refusedByUs[$0.file] != nil }
}

@Suite("Corpus: responses that other people's software made", .enabled(if: Corpus.isPresent || Corpus.isRequired, Comment(rawValue: Corpus.hint)))
struct CorpusResponseTests {
    @Test("The corpus has the rows that this suite was written for")
    func size() {
        #expect(CorpusResponse.all.count == 322)
        #expect(Rows.acceptable.count == 69)
    }

    @Test("A row that must be refused is refused in every configuration", arguments: Rows.refused)
    func refused(_ row: CorpusResponse) {
        for policy in [AcceptancePolicy.strict, Rows.everythingAllowed] {
            #expect(throws: (any Error).self) {
                try row.serviceProvider.accept(try row.document(), expecting: try row.expectation(policy: policy), at: row.clock)
            }
        }
    }

    @Test("A row that may be accepted is accepted with the exceptions that it names", arguments: Rows.accepted)
    func accepted(_ row: CorpusResponse) throws {
        let assertion = try row.serviceProvider.accept(try row.document(), expecting: try row.expectation(policy: row.policy), at: row.moment)
        #expect(row.issuers.contains(assertion.issuer))
        #expect(!assertion.subject.value.isEmpty)
        #expect(assertion.replayUntil > row.moment)
    }

    @Test("A row that needs an exception is refused without it", arguments: Rows.needingAnException)
    func strict(_ row: CorpusResponse) throws {
        let error = try refusal(row, policy: .strict)
        let allowed = ["saml.weak_algorithm", "saml.signature_position", "saml.authn_statement"]
        #expect(allowed.contains(error ?? ""))
    }

    @Test("Where we are stricter than the index", arguments: Rows.stricter)
    func stricter(_ row: CorpusResponse) throws {
        #expect(try refusal(row, policy: row.policy) == Rows.refusedByUs[row.file]?.rawValue)
    }

    @Test("An accepted row is refused at another time, for another audience, recipient or request, and with another key", arguments: Rows.accepted)
    func derived(_ row: CorpusResponse) throws {
        let document = try row.document()
        let expected = try row.expectation(policy: row.policy)
        func code(
            _ serviceProvider: ServiceProvider? = nil, _ expectation: SAML.Expectation? = nil, at now: Date? = nil
        ) -> String? {
            (serviceProvider ?? row.serviceProvider).examine(document, expecting: expectation ?? expected, at: now ?? row.moment).error?.code
        }
        let century: TimeInterval = 100 * 365 * 86_400
        #expect(["saml.expired", "saml.authn_statement"].contains(code(at: row.moment + 100 * century) ?? ""))
        #expect(["saml.not_yet_valid", "saml.authn_statement"].contains(code(at: row.moment - century) ?? ""))

        // Where the NameID is qualified for its audience, that is the first rule to notice another one.
        let other = ServiceProvider(entityID: "https://other.example", assertionConsumerServices: [row.recipient])
        #expect(["saml.audience", "saml.subject"].contains(code(other) ?? ""))

        let elsewhere = try row.expectation(policy: row.policy, recipient: row.recipient + "/")
        #expect(["saml.destination", "saml.recipient"].contains(code(nil, elsewhere) ?? ""))

        let request: SAML.Expectation.ExpectedRequest = row.inResponseTo == nil ? .answer(to: "_other") : .unsolicited
        #expect(["saml.in_response_to", "saml.unsolicited"].contains(code(nil, try row.expectation(policy: row.policy, request: request)) ?? ""))
        let another = try row.expectation(policy: row.policy, request: .answer(to: "_other"))
        #expect(["saml.in_response_to", "saml.unsolicited"].contains(code(nil, another) ?? ""))

        let key = FakeIdentityProvider.Key.second.certificateBase64
        #expect(code(nil, try row.expectation(policy: row.policy, certificates: [key])) == "saml.signature_invalid")
    }

    private func refusal(_ row: CorpusResponse, policy: AcceptancePolicy) throws -> String? {
        row.serviceProvider.examine(try row.document(), expecting: try row.expectation(policy: policy), at: row.moment).error?.code
    }
}
