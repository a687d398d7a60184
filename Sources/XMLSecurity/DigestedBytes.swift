internal import WireFormats

/// Stage E: the exact bytes that a signature digested, and what they must turn out to be. It proves nothing by itself: that these bytes were
/// digested is known to `SignatureJudges` alone.
package struct DigestedBytes: Sendable, Equatable {
    package let bytes: [UInt8]
    private let name: XMLName
    private let id: String
    private let inclusivePrefixes: String

    /// - Parameters:
    ///   - name, id: of the element that was asked for.
    ///   - inclusivePrefixes: those of the canonicalization, separated by single spaces.
    package init(_ bytes: [UInt8], name: XMLName, id: String, inclusivePrefixes: String) {
        (self.bytes, self.name, self.id, self.inclusivePrefixes) = (bytes, name, id, inclusivePrefixes)
    }

    /// Parses them under the rules of stages A to C, as a document of its own: it must be the element that was asked for, and
    /// canonicalizing it again must give the same bytes (case 151).
    package func read(limits: XMLLimits) throws(XMLSecurityError) -> XMLElement {
        try XMLSecurityLibrary.start()
        guard bytes.first == UInt8(ascii: "<") else { throw .canonicalization }
        let document = try ParsedDocument(bytes, limits: limits)
        return try document.read { root throws(XMLSecurityError) in
            guard root.isElement(name) else { throw .unexpectedRoot(expected: name.description, found: root.name.description) }
            guard root.attribute("ID")?.value?.hasSameBytes(as: id) == true else {
                throw .referenceMismatch(expected: id, found: root.attribute("ID")?.value ?? "")
            }
            try StructuralGate.checkNodes(of: root, allowsComments: false)
            guard root.isCanonical(bytes, inclusivePrefixes: inclusivePrefixes) else { throw .canonicalization }
            var copier = ElementCopier()
            return try copier.copy(root)
        }
    }
}
