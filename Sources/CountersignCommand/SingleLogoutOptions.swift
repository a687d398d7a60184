import ArgumentParser

/// Single logout with a provider, whatever its kind is.
struct SingleLogoutOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "Sign people out at the provider too, where it has an address for it; a SAML provider also signs out here.")
    var singleLogout: Bool?

    var isEmpty: Bool { singleLogout == nil }
}
