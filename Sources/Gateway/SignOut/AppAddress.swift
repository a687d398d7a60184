/// An app by its name, and where a sign-in begins there.
package struct AppAddress: Sendable, Hashable {
    package let name: String
    package let url: String

    package init(name: String, url: String) { (self.name, self.url) = (name, url) }
}
