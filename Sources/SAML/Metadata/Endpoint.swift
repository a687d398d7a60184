/// md:EndpointType, SAML Metadata §2.2.2: where a message of one kind is sent, and by which binding.
package struct Endpoint: Hashable, Sendable {
    package let binding: Binding
    package let location: String
    /// Where answers go, if not to the location.
    package let responseLocation: String?
    /// Of md:IndexedEndpointType (§2.2.3).
    package let index: Int?

    package init(binding: Binding, location: String, responseLocation: String? = nil, index: Int? = nil) {
        (self.binding, self.location, self.responseLocation, self.index) = (binding, location, responseLocation, index)
    }

    /// True where the browser would be sent over plain HTTP: fit for development only.
    package var isPlainHTTP: Bool { !location.lowercased().hasPrefix("https://") }
}
