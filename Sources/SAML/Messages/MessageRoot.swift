import XMLSecurity

extension XMLElement {
    /// The root of a protocol message, of which nothing is proven.
    static func root(ofMessage bytes: [UInt8]) throws(SAMLError) -> XMLElement {
        do { return try XMLDocument(parsing: bytes, limits: .message).root } catch { throw .xml(error) }
    }
}
