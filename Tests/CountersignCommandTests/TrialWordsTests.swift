import Testing

@testable import CountersignCommand

@Suite("What the page of a dry sign-in says in this command line's words")
struct TrialWordsTests {
    @Test(
        "an attribute is commonly filled from a source of that name, by what products and OpenID Connect call it; of the rest nobody guesses",
        arguments: [
            ("urn:oid:0.9.2342.19200300.100.1.3", "email"), ("http://schemas.xmlsoap.org/claims/Group", "groups"), ("family_name", "family_name"),
            ("User.FirstName", "given_name"), ("department", nil), ("sub", nil), ("custom:x", nil), ("", nil),
        ] as [(String, String?)])
    func attributes(_ source: String, _ attribute: String?) { #expect(TrialWords.attribute(for: source) == attribute) }
}
