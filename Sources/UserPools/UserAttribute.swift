import WireFormats

/// An attribute of a user that a provider may fill: a standard claim, the groups, or one of the pool's own.
package enum UserAttribute: Hashable, Sendable, Comparable {
    case standard(String)
    case groups
    case custom(String)

    /// The claims of OIDC Core §5.1 that may be mapped. `sub`, `iss`, `aud` and their like are never a provider's to say.
    package static let standardNames = simpleNames.union(addressMembers.dropFirst().map { "address." + $0 })

    private static let simpleNames: Set<String> = [
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email",
        "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address",
    ]

    /// The members of the claim `address` (OIDC Core §5.1.1). The attribute `address` is the first, `address.locality` and so on the others.
    package static let addressMembers = ["formatted", "street_address", "locality", "region", "postal_code", "country"]

    /// OIDC Core §5.1.1: `formatted` and `street_address` may have several lines.
    static let ofSeveralLines: Set<String> = ["address", "address.street_address"]

    /// The claims that come of them, and `updated_at`, which we know ourselves.
    package static let standardClaims = (simpleNames + ["updated_at"]).sorted()

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
