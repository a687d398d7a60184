import Gateway
import UserPools
import WireFormats

/// What an admin says of a pool's pages beside their colours.
package struct PageChanges: Sendable {
    /// The bytes of the image.
    package var darkLogo = Change<[UInt8]>.keep
    /// Whether the name stands below the logo; nil: as it was, and of a logo that is given by its shape.
    package var showsName: Bool?
    package var supportURL = Change<String>.keep
    package var providerOrder: ListChange?

    package init() {}
}

/// The same, checked.
struct CheckedPageChanges: Sendable {
    private(set) var darkLogo = Change<Image>.keep
    private var showsName: Bool?
    private var supportURL = Change<String>.keep
    private var providerOrder: ListChange?

    /// None.
    init() {}

    init(_ changes: PageChanges) throws(AdministrationError) {
        var problems = ProblemList()
        let darkLogo = try problems.check(try Branding.checked(logo: changes.darkLogo, of: .darkLogo))
        let supportURL = try problems.check(try Self.checked(changes.supportURL))
        try problems.check(try Self.require(changes.providerOrder))
        try problems.refuse()
        (self.darkLogo, self.supportURL) = (darkLogo ?? .keep, supportURL ?? .keep)
        (showsName, providerOrder) = (changes.showsName, changes.providerOrder)
    }

    /// - Parameters:
    ///   - logo: of the light page.
    ///   - isWordmark: whether that is twice as wide as high: a name in letters, which would stand there twice.
    func apply(to pages: inout PageSettings, logo: Change<Image>, isWordmark: Bool) throws(AdministrationError) {
        pages.darkLogo = darkLogo.map(\.reference).applied(to: pages.darkLogo)
        pages.supportURL = supportURL.applied(to: pages.supportURL)
        switch logo {
        case .keep: break
        case .remove: pages.hidesName = nil
        case .set: pages.hidesName = isWordmark ? true : nil
        }
        if let showsName { pages.hidesName = !showsName }
        if let providerOrder {
            let order = try providerOrder.applied(to: pages.providerOrder ?? [], .providerOrder).distinctByBytes
            pages.providerOrder = order.isEmpty ? nil : order
        }
    }

    /// An https address, or one to write to.
    private static func checked(_ url: Change<String>) throws(AdministrationError) -> Change<String> {
        guard case .set(let text) = url, ProtocolText(text).hasPrefix("mailto:") else {
            return try Branding.checked(url: url, field: .supportURL)
        }
        guard EmailAddress(String(decoding: text.utf8.dropFirst("mailto:".utf8.count), as: UTF8.self)) != nil else {
            throw .invalid(.supportURL, text, "has no e-mail address behind mailto:", example: .give(.supportURL, "mailto:help@example.com"))
        }
        return url
    }

    private static func require(_ order: ListChange?) throws(AdministrationError) {
        guard let given = order?.given else { return }
        if let wrong = given.first(where: { IdentityProvider.Name($0) == nil }) {
            throw .invalid(.providerOrder, wrong, "is no name of an identity provider", example: .give(.providerOrder, "google"))
        }
        guard given.count <= SignInChoice.maximumButtons else {
            throw .invalid(
                .providerOrder, given.joined(separator: " "), "are more than the \(SignInChoice.maximumButtons) that have a button",
                example: .words("name those that are to stand first"))
        }
    }
}
