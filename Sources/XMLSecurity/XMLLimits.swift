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
    /// Bytes of namespace declarations that the canonical form of a signed element may write, on top of the document's own.
    package let canonicalDeclarations: Int
    /// Comparisons for the canonical forms of all signatures of a document: 10 to 20 ns each.
    package let canonicalSteps: Int
    /// Comments between elements, as metadata has them; never inside a value.
    package let allowsComments: Bool

    package init(
        bytes: Int, tags: Int = 20_000, attributesPerTag: Int = 64, attributes: Int = 16_384, prefixedAttributesPerTag: Int = 8,
        namespaceDeclarations: Int = 8_192,
        namespacesInScope: Int = 64, namespaceLength: Int = 256, depth: Int = 64, canonicalDeclarations: Int = 768 * 1024,
        canonicalSteps: Int = 1_000_000, allowsComments: Bool = false
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
        self.canonicalDeclarations = canonicalDeclarations
        self.canonicalSteps = canonicalSteps
        self.allowsComments = allowsComments
    }

    /// A protocol message: the largest real one of the corpus has 8.5 KB, 134 tags and 12 attributes on a tag. 5,000 tags are room for
    /// more than 4,000 groups. Some products declare namespaces again on every attribute value, so their number is not what is bounded
    /// closely: that in scope is, and what canonical form makes of them.
    package static let message = XMLLimits(bytes: 256 * 1024, tags: 5_000)

    /// The bytes that a signature over such a message digested. Canonical form writes a declaration wherever it is used first: with an
    /// xsi:type on each value it is longer than the message (case 132). Beside `canonicalDeclarations` a byte becomes four at most, `>` in a text.
    package static let digestedMessage = XMLLimits(
        bytes: (4 * 256 + 768) * 1024, tags: 5_000, attributesPerTag: 80, attributes: 65_536, namespaceDeclarations: 65_536)

    /// The metadata of one entity. Some products declare namespaces again on every element.
    package static let metadata = XMLLimits(
        bytes: 1024 * 1024, prefixedAttributesPerTag: 64, namespacesInScope: 256, canonicalDeclarations: 8 * 1024 * 1024,
        canonicalSteps: 20_000_000, allowsComments: true)

    /// What is shown to people, as much as metadata may have; comments are told, as they refuse a message.
    package static let inspected = XMLLimits(bytes: 1024 * 1024, prefixedAttributesPerTag: 64, namespacesInScope: 256)

    /// One part of an aggregate: the root's start tag and one of its children, an entity with all of its endpoints. What is more intricate refuses
    /// the whole document: without its canonical form nobody knows what was signed.
    static let aggregatePart = XMLLimits(
        bytes: 4 * 1024 * 1024, tags: 60_000, attributesPerTag: 64, attributes: 131_072, prefixedAttributesPerTag: 64,
        namespaceDeclarations: 65_536, namespacesInScope: 256, canonicalDeclarations: 8 * 1024 * 1024, canonicalSteps: 20_000_000,
        allowsComments: true)

    static let digestedAggregatePart = XMLLimits(
        bytes: 24 * 1024 * 1024, tags: 60_000, attributesPerTag: 128, attributes: 262_144, prefixedAttributesPerTag: 64,
        namespaceDeclarations: 131_072, namespacesInScope: 256)

    static let digestedMetadata = XMLLimits(
        bytes: 12 * 1024 * 1024, attributesPerTag: 128, attributes: 131_072, prefixedAttributesPerTag: 64, namespaceDeclarations: 131_072,
        namespacesInScope: 256)
}
