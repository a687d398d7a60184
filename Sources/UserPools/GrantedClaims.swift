/// Single claims that an app asked for beside its scopes (OpenID Connect Core §5.5), by name.
package struct GrantedClaims: Sendable, Hashable, Codable {
    package let idToken: [String]
    package let userInfo: [String]

    /// nil where there are none.
    package init?(idToken: [String], userInfo: [String]) {
        guard !idToken.isEmpty || !userInfo.isEmpty else { return nil }
        (self.idToken, self.userInfo) = (idToken, userInfo)
    }
}
