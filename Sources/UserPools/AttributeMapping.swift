internal import WireFormats

/// Which external attribute fills which attribute of the user.
package struct AttributeMapping: Sendable, Hashable, Codable {
    /// `ATTRIBUTE=SOURCE`, and whether a sign-in without the source is refused.
    package struct Rule: Sendable, Hashable, Codable {
        package let attribute: String
        package let source: String
        package let required: Bool

        package init(attribute: String, source: String, required: Bool = false) {
            self.attribute = attribute
            self.source = source
            self.required = required
        }
    }

    package var rules: [Rule]

    package init(rules: [Rule] = []) { self.rules = rules }

    /// Applies every rule to what a provider said.
    ///
    /// - Parameters:
    ///   - values: gives the values of a source; empty where the provider did not send it.
    ///   - pool: declares the custom attributes and their types.
    /// - Returns: the attributes that have a value now. What is absent stays as it was with the user.
    package func apply(to values: (String) -> [String], in pool: UserPool) throws(AttributeError) -> MappedAttributes {
        var mapped = MappedAttributes()
        for rule in rules {
            guard let attribute = UserAttribute(rule.attribute) else { throw .unknownAttribute(rule.attribute) }
            let found = values(rule.source).filter { !$0.isEmpty }.distinctByBytes
            if found.isEmpty {
                if rule.required { throw .missingSource(attribute: rule.attribute, source: rule.source) }
                continue
            }
            for value in found { try Self.requireReasonable(value, for: rule.attribute) }
            switch attribute {
            case .groups:
                mapped.groups = (mapped.groups + found).distinctByBytes
            case .standard(let name):
                mapped.values[name] = try Self.single(found, for: rule, as: Self.kind(ofStandard: name))
            case .custom(let name):
                guard let declared = pool.customAttributes.first(where: { $0.name == name }) else {
                    throw .unknownAttribute(rule.attribute)
                }
                mapped.values[attribute.name] =
                    declared.multivalued
                    ? .list(try found.map { value throws(AttributeError) in try Self.typed(value, for: rule.attribute, as: declared.type) })
                    : try Self.single(found, for: rule, as: declared.type)
            }
        }
        return mapped
    }

    private static func kind(ofStandard name: String) -> CustomAttribute.Kind {
        name == "email_verified" || name == "phone_number_verified" ? .boolean : .string
    }

    private static func single(_ found: [String], for rule: Rule, as kind: CustomAttribute.Kind) throws(AttributeError) -> AttributeValue {
        guard found.count == 1, let value = found.first else {
            throw .severalValues(attribute: rule.attribute, source: rule.source, count: found.count)
        }
        if rule.attribute == "email" { try requireAddress(value) }
        return try typed(value, for: rule.attribute, as: kind)
    }

    private static func typed(_ value: String, for attribute: String, as kind: CustomAttribute.Kind) throws(AttributeError) -> AttributeValue {
        switch kind {
        case .string: return .text(value)
        case .number:
            guard let number = Double(value), number.isFinite else { throw .wrongType(attribute: attribute, expected: "number") }
            return .number(number)
        case .boolean:
            switch ProtocolText(value).lowercased.string {
            case "true", "1": return .boolean(true)
            case "false", "0": return .boolean(false)
            default: throw .wrongType(attribute: attribute, expected: "boolean")
            }
        }
    }

    /// One `@` with something on both sides, no white space and nothing that is not seen: `a@x@y` could be read as two different domains, and is
    /// so by whoever takes an `@` with a variation selector for another character (THREATS case 129).
    private static func requireAddress(_ value: String) throws(AttributeError) {
        let parts = ProtocolText(value).split(at: "@")
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            !value.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint })
        else { throw .malformedEmail }
    }

    /// 2,048 characters of Unicode and no control characters, as Amazon Cognito has it.
    private static func requireReasonable(_ value: String, for attribute: String) throws(AttributeError) {
        guard value.utf8.count <= 8192, value.unicodeScalars.count <= 2048 else { throw .tooLong(attribute: attribute) }
        // The controls of Unicode (Cc): looking the category up costs more than all the rest of the mapping.
        let mayHaveLines = UserAttribute.ofSeveralLines.contains(attribute)
        guard
            value.unicodeScalars.allSatisfy({
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || mayHaveLines && ($0 == "\n" || $0 == "\r")
            })
        else { throw .controlCharacter(attribute: attribute) }
    }
}

/// What a mapping made of one sign-in.
package struct MappedAttributes: Sendable, Hashable {
    /// By attribute name: `email`, `custom:team`.
    package var values: [String: AttributeValue] = [:]
    /// What the provider says now; it replaces what it said before.
    package var groups: [String] = []

    package init() {}
}

/// Why the attributes of a sign-in were refused. Values are not told: they may be personal.
package enum AttributeError: Error, Equatable, Sendable {
    case unknownAttribute(String)
    case missingSource(attribute: String, source: String)
    case severalValues(attribute: String, source: String, count: Int)
    case wrongType(attribute: String, expected: String)
    case malformedEmail
    case tooLong(attribute: String)
    case controlCharacter(attribute: String)
}
