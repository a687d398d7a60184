/// How large and how intricate a document may be before libxml2 sees it (THREATS §1.1 stage A). Attributes cost libxml2 and
/// canonicalization quadratic time; namespace declarations and their length multiply in exclusive canonical form.
package struct XMLLimits: Sendable {
    package let bytes: Int
    package let tags: Int
    package let attributesPerTag: Int
    /// In the whole document, namespace declarations among them.
    package let attributes: Int
    /// Attributes with a prefix (xsi:type, xml:lang): exclusive canonical form searches those of all ancestors at every element.
    package let prefixedAttributesPerTag: Int
    package let namespaceDeclarations: Int
    /// Declared at one place and its ancestors together.
    package let namespacesInScope: Int
    package let namespaceLength: Int
    package let depth: Int
    /// Comments between elements, as metadata has them; never inside a value.
    package let allowsComments: Bool

    package init(
        bytes: Int, tags: Int = 20_000, attributesPerTag: Int = 64, attributes: Int = 16_384, prefixedAttributesPerTag: Int = 8,
        namespaceDeclarations: Int = 8_192,
        namespacesInScope: Int = 64, namespaceLength: Int = 256, depth: Int = 64, allowsComments: Bool = false
    ) {
        self.bytes = bytes
        self.tags = tags
        self.attributesPerTag = attributesPerTag
        self.attributes = attributes
        self.prefixedAttributesPerTag = prefixedAttributesPerTag
        self.namespacesInScope = namespacesInScope
        self.namespaceDeclarations = namespaceDeclarations
        self.namespaceLength = namespaceLength
        self.depth = depth
        self.allowsComments = allowsComments
    }

    /// A protocol message: the largest real one of the corpus has 8.5 KB, 134 tags and 12 attributes on a tag. 5,000 tags are room for
    /// more than 4,000 groups, and keep the canonical form, made once for each pinned key, within the 50 ms of the threat list. Some
    /// products declare namespaces again on every attribute value, so their number is not what is bounded closely: that in scope is.
    package static let message = XMLLimits(bytes: 256 * 1024, tags: 5_000)

    /// The metadata of one entity. Some products declare namespaces again on every element.
    package static let metadata = XMLLimits(bytes: 1024 * 1024, prefixedAttributesPerTag: 64, namespacesInScope: 256, allowsComments: true)
}
