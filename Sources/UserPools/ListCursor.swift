package import FoundationEssentials

/// Where a page of a list ends whose newest come first, and of one moment those with the greatest key: the next page has what is behind it.
package struct ListCursor: Sendable, Hashable {
    package let at: Date
    package let key: String

    package init(at: Date, key: String) { (self.at, self.key) = (at, key) }
}
