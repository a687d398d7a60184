/// How the pages of a pool look to its users; what is nil is Countersign's own.
package struct Branding: Sendable, Hashable, Codable {
    /// Stands on the pages where the pool's name would.
    package var displayName: String?
    package var logo: ImageReference?
    /// `#rrggbb` of buttons and focus on a light page, and on a dark one.
    package var accent: String?
    package var darkAccent: String?
    package var privacyURL: String?
    package var termsURL: String?

    package init() {}
}

/// An image of a pool by its content: another image has another address, so browsers may keep it for ever.
package struct ImageReference: Sendable, Hashable, Codable {
    /// SHA-256 of the bytes in base64url, 43 characters.
    package let hash: String
    /// `image/png`, `image/jpeg`, `image/webp` or `image/svg+xml`.
    package let mediaType: String

    package init(hash: String, mediaType: String) {
        self.hash = hash
        self.mediaType = mediaType
    }
}
