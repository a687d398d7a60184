/// How large and how intricate a document may be before libxml2 sees it (THREATS §1.1 stage A). Attributes cost libxml2 and
/// canonicalization quadratic time; namespace declarations and their length multiply in exclusive canonical form.
package struct XMLLimits: Sendable {
    package let bytes: Int
    package let tags: Int
    package let attributesPerTag: Int
    package let namespaceDeclarations: Int
    package let namespaceLength: Int
    package let depth: Int
    /// Comments between elements, as metadata has them; never inside a value.
    package let allowsComments: Bool

    package init(
        bytes: Int, tags: Int = 20_000, attributesPerTag: Int = 64, namespaceDeclarations: Int = 256, namespaceLength: Int = 256, depth: Int = 64,
        allowsComments: Bool = false
    ) {
        self.bytes = bytes
        self.tags = tags
        self.attributesPerTag = attributesPerTag
        self.namespaceDeclarations = namespaceDeclarations
        self.namespaceLength = namespaceLength
        self.depth = depth
        self.allowsComments = allowsComments
    }

    /// A protocol message: the largest real one of the corpus has 8.5 KB, 134 tags and 12 attributes on a tag.
    package static let message = XMLLimits(bytes: 256 * 1024)

    /// The metadata of one entity. Some products declare namespaces again on every element.
    package static let metadata = XMLLimits(bytes: 1024 * 1024, namespaceDeclarations: 4096, allowsComments: true)
}
