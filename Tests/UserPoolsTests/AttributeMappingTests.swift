import Foundation
import Testing
import UserPools

/// How what a provider says becomes attributes of a user.
@Suite struct AttributeMappingTests {
    let pool = UserPool(
        id: UserPool.ID("local_Ab3")!, name: "Staff", domain: nil, signingAlgorithm: "ES256",
        customAttributes: [
            CustomAttribute(name: "team", type: .string, multivalued: true)!, CustomAttribute(name: "level", type: .number, multivalued: false)!,
            CustomAttribute(name: "scores", type: .number, multivalued: true)!, CustomAttribute(name: "admin", type: .boolean, multivalued: false)!,
        ], createdAt: Date(timeIntervalSince1970: 0))

    private func apply(_ rules: [AttributeMapping.Rule], to said: [String: [String]]) throws(AttributeError) -> MappedAttributes {
        try AttributeMapping(rules: rules).apply(to: { said[$0] ?? [] }, in: pool)
    }

    private func apply(_ attribute: String, _ values: String..., required: Bool = false) throws(AttributeError) -> MappedAttributes {
        try apply([.init(attribute: attribute, source: "source", required: required)], to: ["source": values])
    }

    @Test("each rule fills its attribute from its source; what no rule names is left out")
    func rules() throws {
        let mapped = try apply(
            [.init(attribute: "email", source: "mail"), .init(attribute: "name", source: "displayName")],
            to: ["mail": ["ann@example.com"], "displayName": ["Ann"], "title": ["Dr"]])
        #expect(mapped.values == ["email": .text("ann@example.com"), "name": .text("Ann")])
        #expect(mapped.groups == [])
    }

    @Test("values get the type of their attribute")
    func types() throws {
        #expect(try apply("email_verified", "TRUE").values == ["email_verified": .boolean(true)])
        #expect(try apply("phone_number_verified", "0").values == ["phone_number_verified": .boolean(false)])
        #expect(try apply("custom:level", "7.5").values == ["custom:level": .number(7.5)])
        #expect(try apply("custom:admin", "1").values == ["custom:admin": .boolean(true)])
        #expect(try apply("custom:scores", "1", "2", "1").values == ["custom:scores": .list([.number(1), .number(2)])])
        #expect(try apply("custom:team", "a").values == ["custom:team": .list([.text("a")])])
    }

    @Test("a value that is not of its attribute's type is refused", arguments: ["", " ", "seven", "nan", "inf", "1,5"])
    func wrongNumber(_ value: String) throws {
        if value.isEmpty {
            #expect(try apply("custom:level", value).values.isEmpty)
        } else {
            #expect(throws: AttributeError.wrongType(attribute: "custom:level", expected: "number")) { try apply("custom:level", value) }
        }
        #expect(throws: AttributeError.wrongType(attribute: "email_verified", expected: "boolean")) { try apply("email_verified", "yes") }
    }

    @Test("case 71: a single-valued attribute with different values is refused; the same value twice is one")
    func severalValues() throws {
        #expect(throws: AttributeError.severalValues(attribute: "email", source: "source", count: 2)) {
            try apply("email", "ann@example.com", "eve@example.com")
        }
        #expect(throws: AttributeError.severalValues(attribute: "custom:level", source: "source", count: 2)) { try apply("custom:level", "1", "2") }
        #expect(try apply("email", "ann@example.com", "ann@example.com").values == ["email": .text("ann@example.com")])
    }

    @Test(
        "cases 71 and 129: an address that two readers could read differently is refused",
        arguments: [
            "a@x@y", "a", "@x", "a@", "a b@x", "a@x y", "\"a@b\"@x", "a@\u{A0}x", "evil@attacker.example@\u{FE0F}victim.example",
            "evil@\u{FE0F}attacker.example@victim.example", "evil@attacker.example@\u{200D}victim.example", "evil@\u{301}x@y",
            "e\u{200D}vil@victim.example",
        ])
    func malformedEmail(_ value: String) {
        #expect(throws: AttributeError.malformedEmail) { try apply("email", value) }
    }

    @Test(
        "case 71: nothing maps onto a claim that is ours to say, nor onto an attribute nobody declared",
        arguments: [
            "sub", "iss", "aud", "exp", "nonce", "identities", "token_use", "cognito:groups", "custom:", "custom:unknown", "custom:a b", "Email",
        ])
    func protectedClaims(_ attribute: String) {
        #expect(throws: AttributeError.unknownAttribute(attribute)) { try apply(attribute, "value") }
    }

    @Test("a required source that is missing or empty is refused; another one leaves the attribute alone")
    func required() throws {
        #expect(throws: AttributeError.missingSource(attribute: "email", source: "source")) { try apply("email", required: true) }
        #expect(throws: AttributeError.missingSource(attribute: "email", source: "source")) { try apply("email", "", required: true) }
        #expect(try apply("email").values.isEmpty)
    }

    @Test("groups take every value once, from all their sources, in order")
    func groups() throws {
        let mapped = try apply(
            [.init(attribute: "groups", source: "memberOf"), .init(attribute: "groups", source: "roles")],
            to: ["memberOf": ["b", "a", "b"], "roles": ["a", "c", ""]])
        #expect(mapped.groups == ["b", "a", "c"])
        #expect(mapped.values.isEmpty)
    }

    @Test("case 129: groups are told apart by their bytes, also where they come from two sources, in linear time")
    func groupsByBytes() throws {
        let rules = ["memberOf", "roles"].map { AttributeMapping.Rule(attribute: "groups", source: $0) }
        let mapped = try apply(rules, to: ["memberOf": ["caf\u{E9}", "a"], "roles": ["cafe\u{301}", "a"]])
        #expect(mapped.groups.map { Array($0.utf8) } == ["caf\u{E9}", "a", "cafe\u{301}"].map { Array($0.utf8) })

        let many = (0..<8_000).map { "gr\u{FC}ppe-\($0)" }
        let began = processorTime()
        #expect(try apply(rules, to: ["memberOf": many, "roles": many]).groups.count == many.count)
        #expect(processorTime() - began < 2)
    }

    @Test("2,048 characters and no control characters")
    func reasonable() throws {
        #expect(try apply("name", String(repeating: "x", count: 2048)).values.count == 1)
        #expect(throws: AttributeError.tooLong(attribute: "name")) { try apply("name", String(repeating: "x", count: 2049)) }
        // One character of many scalars is still many bytes.
        #expect(throws: AttributeError.tooLong(attribute: "name")) { try apply("name", "e" + String(repeating: "\u{301}", count: 5000)) }
        for control in ["a\0b", "a\nb", "a\u{7F}", "a\u{85}"] {
            #expect(throws: AttributeError.controlCharacter(attribute: "groups")) { try apply("groups", "fine", control) }
        }
        // OpenID Connect Core §5.1.1: lines of an address, and nothing else that is no character.
        for name in ["address", "address.street_address"] {
            #expect(try apply(name, "Nyhavn 1\n1051 Copenhagen\r\nDenmark").values.count == 1)
            #expect(throws: AttributeError.controlCharacter(attribute: name)) { try apply(name, "Nyhavn 1\t1051") }
        }
        #expect(throws: AttributeError.controlCharacter(attribute: "address.locality")) { try apply("address.locality", "a\nb") }
    }
}

/// Of this thread alone.
private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
