import Gateway
import UserPools
import WireFormats

/// What an admin says that people see of a client where they are asked; what is not given stays.
package struct ClientPageSettings: Sendable {
    /// The bytes of the image.
    package var logo = Change<[UInt8]>.keep
    /// Where the app says what it does with what it gets.
    package var policyURI = Change<String>.keep
    package var termsURI = Change<String>.keep

    package init() {}

    /// The logo, looked at.
    func image() throws(AdministrationError) -> Image? {
        guard case .set(let bytes) = logo else { return nil }
        return try LogoFile.image(bytes)
    }

    func apply(to client: inout AppClient) throws(AdministrationError) {
        var problems = ProblemList()
        let (policy, terms) = (
            try problems.check(try Branding.checked(url: policyURI, field: .policyURI)),
            try problems.check(try Branding.checked(url: termsURI, field: .termsURI))
        )
        let image = try problems.check(try image())
        try problems.refuse()
        client.metadata.policyURI = (policy ?? .keep).applied(to: client.metadata.policyURI)
        client.metadata.termsURI = (terms ?? .keep).applied(to: client.metadata.termsURI)
        if case .remove = logo { client.metadata.logo = nil }
        if let image = image ?? nil { client.metadata.logo = image.reference }
    }
}
