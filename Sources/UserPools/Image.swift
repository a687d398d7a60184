/// An image of a pool, as the admin gave it.
package struct Image: Sendable, Hashable {
    package let reference: ImageReference
    package let bytes: [UInt8]

    package init(reference: ImageReference, bytes: [UInt8]) {
        self.reference = reference
        self.bytes = bytes
    }
}
