import UserPools
import WireFormats

/// What an admin says of `Scoping`; nil leaves it as it is.
package struct SAMLScopingChanges: Sendable {
    /// A number of proxies.
    package var proxyCount = Change<String>.keep
    /// Entity IDs; empty is anybody.
    package var identityProviders: [String]?

    package init() {}

    private static let largestCount = 100
    private static let maximumProviders = 20

    func applied(to before: SAMLScoping?) throws(AdministrationError) -> SAMLScoping? {
        var scoping = before ?? SAMLScoping()
        switch proxyCount {
        case .keep: break
        case .remove: scoping.proxyCount = nil
        case .set(let text):
            guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let count = Int(text), count <= Self.largestCount
            else {
                throw .invalid(.proxyCount, text, "is no number from 0 to \(Self.largestCount)", example: .give(.proxyCount, "0"))
            }
            scoping.proxyCount = count
        }
        if let identityProviders {
            guard identityProviders.count <= Self.maximumProviders else {
                throw .invalid(.scopeToIDP, "", "is there more than \(Self.maximumProviders) times", example: .words("those that people come from"))
            }
            for entityID in identityProviders
            where !(1...1024).contains(entityID.utf8.count) || !entityID.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) {
                throw .invalid(
                    .scopeToIDP, entityID, "is no entity ID: 1 to 1024 printable ASCII characters without blanks",
                    example: .give(.scopeToIDP, "https://idp.example.com/metadata"))
            }
            scoping.identityProviders = identityProviders.isEmpty ? nil : identityProviders
        }
        return scoping == SAMLScoping() ? nil : scoping
    }
}
