import UserPools
import WireFormats

/// What an admin says of the ways of authentication that apps ask a provider for, each `ACR=CLASS`.
package struct ContextMappingSettings: Sendable {
    /// nil leaves it as it is.
    package var rules: ListChange?

    package init(_ rules: ListChange? = nil) { self.rules = rules }

    /// A token says the `acr`, and a request the class.
    private static let longestACR = 255, longestClass = 1024
    private static let maximumRules = 50
    /// SAML Authentication Context §3.4.
    private static let classes = "urn:oasis:names:tc:SAML:2.0:ac:classes:"

    enum Kind { case saml, oidc }

    /// - Parameter kind: a class of SAML may be given by its last part (`X509`).
    func applied(to before: AuthenticationContextMapping?, of kind: Kind) throws(AdministrationError) -> AuthenticationContextMapping? {
        guard let change = rules else { return before }
        var rules = try change.replacement.map { texts throws(AdministrationError) in try Self.rules(texts, of: kind) } ?? before?.rules ?? []
        for text in change.removed {
            let count = rules.count
            // To remove all classes of an `acr` its name is enough.
            let rule = try? Self.rule(text, of: kind)
            rules.removeAll { $0.acr.hasSameBytes(as: text) || $0 == rule }
            guard rules.count < count else {
                var problem = Problem(.mapACR, text, "is not mapped", example: .words("an ACR, or an ACR=CLASS, that is there"))
                problem.isRemoval = true
                throw .problems([problem])
            }
        }
        for rule in try Self.rules(change.added, of: kind) where !rules.contains(rule) { rules.append(rule) }
        guard rules.count <= Self.maximumRules else {
            throw .invalid(.mapACR, "", "is there more than \(Self.maximumRules) times", example: .words("those that apps ask for"))
        }
        return AuthenticationContextMapping(rules)
    }

    private static func rules(_ texts: [String], of kind: Kind) throws(AdministrationError) -> [AuthenticationContextMapping.Rule] {
        try texts.map { text throws(AdministrationError) in try rule(text, of: kind) }
    }

    private static func rule(_ text: String, of kind: Kind) throws(AdministrationError) -> AuthenticationContextMapping.Rule {
        guard let (acr, given) = ProtocolText(text).cut(at: "="), isWord(acr, longest: longestACR), isWord(given, longest: longestClass) else {
            throw .invalid(
                .mapACR, text, "is not ACR=CLASS, both printable ASCII without blanks", example: .give(.mapACR, "mfa=https://refeds.org/profile/mfa"))
        }
        let upstream = kind == .saml && !given.contains(":") ? classes + given.string : given.string
        return AuthenticationContextMapping.Rule(acr: acr.string, upstream: upstream)
    }

    private static func isWord(_ text: ProtocolText, longest: Int) -> Bool {
        (1...longest).contains(text.count) && text.allSatisfy { (0x21..<0x7F).contains($0) }
    }
}

extension AuthenticationContextMapping? {
    /// What is recorded of it.
    var fact: AuditEvent.Detail { .init("acr_mapping", self?.rules.map(\.text).joined(separator: " ") ?? "") }
}
