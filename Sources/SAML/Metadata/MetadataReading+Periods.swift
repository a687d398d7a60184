import FoundationEssentials
import XMLSecurity

extension MetadataReading {
    /// §2.3.1, §2.3.2, §2.4.1: how long the document may be kept before it is looked at again. What is no duration says nothing: it is a hint.
    static func cacheDuration(of element: XMLElement) -> TimeInterval? { element.attribute("cacheDuration").flatMap(SAMLDuration.parse) }
}

extension IdentityProviderMetadata {
    /// Whether it says the same of keys, addresses and everything else that counts, for however long: products sign their document anew at each request.
    package func saysTheSame(as other: IdentityProviderMetadata) -> Bool {
        var (one, two) = (self, other)
        (one.validUntil, one.cacheDuration, two.validUntil, two.cacheDuration) = (nil, nil, nil, nil)
        return one == two
    }
}
