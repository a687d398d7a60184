import WireFormats

/// An attribute of a user that a provider may fill: a standard claim, the groups, or one of the pool's own.
package enum UserAttribute: Hashable, Sendable, Comparable {
    case standard(String)
    case groups
    case custom(String)

    /// The claims of OIDC Core §5.1 that may be mapped. `sub`, `iss`, `aud` and their like are never a provider's to say.
    package static let standardNames: Set<String> = [
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email",
        "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address",
    ]

    /// `email`, `groups`, `custom:NAME`; nil for any other name.
    package init?(_ name: String) {
        if name == "groups" {
            self = .groups
        } else if ProtocolText(name).hasPrefix("custom:") {
            let short = ProtocolText(name).dropFirst("custom:".utf8.count).string
            guard CustomAttribute(name: short, type: .string, multivalued: false) != nil else { return nil }
            self = .custom(short)
        } else if Self.standardNames.contains(name) {
            self = .standard(name)
        } else {
            return nil
        }
    }

    /// The name as it stands in mappings, claims and answers.
    package var name: String {
        switch self {
        case .standard(let name): name
        case .groups: "groups"
        case .custom(let name): "custom:" + name
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}

/// The value of one attribute, typed as its claim will be.
package enum AttributeValue: Hashable, Sendable {
    case text(String)
    case number(Double)
    case boolean(Bool)
    case list([AttributeValue])
}
