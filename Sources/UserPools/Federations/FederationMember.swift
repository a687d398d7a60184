package import FoundationEssentials
import WireFormats

/// An identity provider of a federation, as the federation's signed metadata has it.
package struct FederationMember: Sendable, Hashable {
    package let entityID: String
    /// The `EntityDescriptor` by itself.
    package let metadata: String
    /// mdui:DisplayName by language (`en`, `de-AT`), else the Organization's; lower case.
    package var displayNames: [String: String]
    /// mdui:Keywords by language.
    package var keywords: [String: [String]]
    /// mdui:Logo, an https address.
    package var logo: String?
    /// mdrpi:RegistrationInfo/@registrationAuthority.
    package var registrationAuthority: String?
    /// mdattr:EntityAttributes: the values by the attribute's Name.
    package var entityAttributes: [String: [String]]
    /// For which domains it speaks.
    package var scopes: [FederationScope]
    /// When its metadata ends; nil where nobody says so.
    package var validUntil: Date?
    /// When it is asked for again, where it came by itself (MDQ).
    package var refreshAt: Date?

    package init(
        entityID: String, metadata: String, displayNames: [String: String] = [:], keywords: [String: [String]] = [:], logo: String? = nil,
        registrationAuthority: String? = nil, entityAttributes: [String: [String]] = [:], scopes: [FederationScope] = [], validUntil: Date? = nil,
        refreshAt: Date? = nil
    ) {
        (self.entityID, self.metadata) = (entityID, metadata)
        (self.displayNames, self.keywords, self.logo) = (displayNames, keywords, logo)
        (self.registrationAuthority, self.entityAttributes) = (registrationAuthority, entityAttributes)
        (self.scopes, self.validUntil, self.refreshAt) = (scopes, validUntil, refreshAt)
    }

    /// By bytes: as entity IDs are compared (SAML Core §1.3.2).
    package static func == (left: Self, right: Self) -> Bool {
        left.entityID.hasSameBytes(as: right.entityID) && left.metadata.hasSameBytes(as: right.metadata) && left.displayNames == right.displayNames
            && left.keywords == right.keywords && left.logo == right.logo && left.registrationAuthority == right.registrationAuthority
            && left.entityAttributes == right.entityAttributes && left.scopes == right.scopes && left.validUntil == right.validUntil
            && left.refreshAt == right.refreshAt
    }

    /// In bytes (SAML Core §8.3.6: 1,024 characters).
    package static let longestEntityID = 1024

    package func isValid(at now: Date) -> Bool { validUntil.map { now < $0 } ?? true }
    package func isFresh(at now: Date) -> Bool { refreshAt.map { now < $0 } ?? true }

    /// What it is called in the first of these languages that it has a name in; else in English, in any, or by its entity ID.
    package func displayName(in languages: [String]) -> String { Self.displayName(of: entityID, displayNames, in: languages) }

    static func displayName(of entityID: String, _ names: [String: String], in languages: [String]) -> String {
        for language in languages + ["en"] {
            if let name = names[language] { return name }
            // `de` for somebody who reads `de-AT`, and the other way round.
            let primary = language.utf8.prefix { $0 != UInt8(ascii: "-") }
            let related = names.keys.filter { $0.utf8.prefix { $0 != UInt8(ascii: "-") }.elementsEqual(primary) }
            if let name = related.min().flatMap({ names[$0] }) { return name }
        }
        return names.min { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }?.value ?? entityID
    }

    /// Whether it asks not to be offered to people (REFEDS Hide From Discovery): who names it is led there all the same.
    package var isHidden: Bool {
        entityAttributes["http://macedir.org/entity-category"]?.contains { $0.hasSameBytes(as: "http://refeds.org/category/hide-from-discovery") }
            ?? false
    }
}

/// A domain for which a member speaks (shibmd:Scope).
package struct FederationScope: Sendable, Hashable, Codable {
    package let value: String
    /// A pattern: what it means is another's word, and nobody here runs it.
    package let isRegexp: Bool

    package init(value: String, isRegexp: Bool = false) { (self.value, self.isRegexp) = (value, isRegexp) }
}

/// A member as a search shows it.
package struct FederationOffer: Sendable, Hashable {
    package let entityID: String
    /// By language.
    package let displayNames: [String: String]
    package let logo: String?

    package init(entityID: String, displayNames: [String: String], logo: String?) {
        (self.entityID, self.displayNames, self.logo) = (entityID, displayNames, logo)
    }

    package func displayName(in languages: [String]) -> String { FederationMember.displayName(of: entityID, displayNames, in: languages) }
}

extension FederationMember {
    package var offer: FederationOffer { FederationOffer(entityID: entityID, displayNames: displayNames, logo: logo) }
}

extension FederationMember {
    /// What it is found by; each once.
    package var searchWords: [String] { FederationWords.words(of: self) }
    /// By what it stands in order among others.
    package var sortName: String { FederationWords.sortName(of: self) }
}
