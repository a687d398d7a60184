import ArgumentParser

/// Single logout with a SAML provider.
struct SAMLLogoutOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Sign people out at the provider too, and here when it says so, where its metadata has an address for it.")
    var singleLogout: Bool?

    var isEmpty: Bool { singleLogout == nil }
}
