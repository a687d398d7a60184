/// What a message says before anything of it was verified: for look-ups, and for the status of a response that has no assertion.
package enum UnprovenMessage {
    /// Elements that have these names and stand in one another from the root down. Nothing else is copied, however much there is.
    package static func peek(_ message: [UInt8], at names: Set<XMLName>) throws(XMLSecurityError) -> XMLElement {
        try XMLSecurityLibrary.start()
        return try ParsedDocument(message, limits: .message).read { root throws(XMLSecurityError) in
            try StructuralGate.checkNodes(of: root, allowsComments: false)
            var copier = ElementCopier { names.contains($0) }
            return try copier.copy(root)
        }
    }
}
