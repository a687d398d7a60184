/// What a pool's pages show beside its branding; a member that is nil is as it is for everybody.
package struct PageSettings: Sendable, Hashable, Codable {
    /// In place of the logo where the person's system is dark.
    package var darkLogo: ImageReference?
    /// Whether the logo says the name already, so that it does not stand below it once more.
    package var hidesName: Bool?
    /// Where people get help: an https address, or `mailto:`.
    package var supportURL: String?
    /// Providers that stand first on the sign-in page, in this order; the others follow by name.
    package var providerOrder: [String]?

    package init() {}
}
