import Foundation
import SAML
import TestSupport
import Testing

private enum Rows {
    static let verdicts = VerdictTable("responses")

    /// Where the validator is stricter than the index, for a reason of the threat model (decision 0009).
    static let refusedByUs: [String: SAMLError.Code] = [
        // Case 70: NameID/@SPNameQualifier names another service provider than the audience.
        "python3-saml/tests/data/responses/invalids/wrong_spnamequalifier.xml.base64": .subject,
        "ruby-saml/test/responses/invalids/wrong_spnamequalifier.xml.base64": .subject,
        "ruby-saml/test/responses/invalids/invalid_audience.xml.base64": .subject,
        // Case 65: it names two requests.
        "ruby-saml/test/responses/invalids/invalid_subjectconfirmation_inresponse.xml.base64": .inResponseTo,
        // Stage F, Bindings §3.5.5.2: a signed Response must have a Destination.
        "gosaml2/providertests/testdata/onelogin/olgn09_response_50.b64": .destination,
        "gosaml2/providertests/testdata/onelogin/olgn09_response_155.b64": .destination,
        // Case 70: authenticated weeks after the assertion had ended; there is no moment at which all of it holds.
        "gosaml2/providertests/testdata/onelogin/olgn09_response_21.b64": .authnStatement,
        "gosaml2/providertests/testdata/onelogin/olgn09_response_83.b64": .authnStatement,
        "gosaml2/providertests/testdata/onelogin/olgn09_response_93.b64": .authnStatement,
    ]

    static let everythingAllowed = AcceptancePolicy(allowsSHA1: true, allowsMissingAuthnStatement: true, allowsAnySignatureOrder: true)
    static let acceptable = CorpusResponse.all.filter { $0.verdict.hasPrefix("ACCEPT") }
    static let accepted = acceptable.filter { refusedByUs[$0.file] == nil }
}

@Suite("Corpus: responses that other people's software made", .enabled(if: Corpus.isPresent || Corpus.isRequired, Comment(rawValue: Corpus.hint)))
struct CorpusResponseTests {
    @Test("The corpus has the rows that this suite was written for")
    func size() {
        #expect(CorpusResponse.all.count == 322)
        #expect(Rows.acceptable.count == 69 && Rows.verdicts.count == 322)
    }

    @Test("Every row gets exactly its verdict: strictly, with the exceptions that it names, and with every exception", arguments: CorpusResponse.all)
    func verdict(_ row: CorpusResponse) throws {
        let mayBeAccepted = row.verdict.hasPrefix("ACCEPT")
        let found = [AcceptancePolicy.strict, row.policy, Rows.everythingAllowed].map {
            verdict(row, policy: $0, at: mayBeAccepted ? row.moment : row.clock)
        }
        #expect(found == Rows.verdicts.expected(row.file, found: found))
        #expect((found[1] == "accepted") == (mayBeAccepted && Rows.refusedByUs[row.file] == nil))
        if !mayBeAccepted { #expect(!found.contains("accepted")) }
        if row.policy != .strict { #expect(found[0] != "accepted") }
        if let ours = Rows.refusedByUs[row.file] { #expect(found[1] == ours.rawValue) }
    }

    @Test("A row that may be accepted is accepted with the exceptions that it names", arguments: Rows.accepted)
    func accepted(_ row: CorpusResponse) throws {
        let assertion = try row.serviceProvider.accept(try row.document(), expecting: try row.expectation(policy: row.policy), at: row.moment)
        #expect(row.issuers.contains(assertion.issuer))
        #expect(!assertion.subject.value.isEmpty)
        #expect(assertion.replayUntil > row.moment)
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

        // Also where the NameID is qualified for its audience: that is looked at after it.
        let other = ServiceProvider.judgedByBoth(entityID: "https://other.example", consumer: row.recipient)
        #expect(code(other) == "saml.audience")

        let elsewhere = try row.expectation(policy: row.policy, recipient: row.recipient + "/")
        #expect(["saml.destination", "saml.recipient"].contains(code(nil, elsewhere) ?? ""))

        let request: SAML.Expectation.ExpectedRequest = row.inResponseTo == nil ? .answer(to: "_other") : .unsolicited
        #expect(["saml.in_response_to", "saml.unsolicited"].contains(code(nil, try row.expectation(policy: row.policy, request: request)) ?? ""))
        let another = try row.expectation(policy: row.policy, request: .answer(to: "_other"))
        #expect(["saml.in_response_to", "saml.unsolicited"].contains(code(nil, another) ?? ""))

        let key = FakeIdentityProvider.Key.second.certificateBase64
        #expect(code(nil, try row.expectation(policy: row.policy, certificates: [key])) == "saml.signature_invalid")
    }

    /// The code, or `accepted`; a file that cannot even be put before the validator has a verdict of another form.
    private func verdict(_ row: CorpusResponse, policy: AcceptancePolicy, at now: Date) -> String {
        guard let document = try? row.document() else { return "no message: its base64 or compression is broken" }
        guard let expectation = try? row.expectation(policy: policy) else { return "no expectation: its certificate cannot be read" }
        return row.serviceProvider.examine(document, expecting: expectation, at: now).error?.code ?? "accepted"
    }
}
