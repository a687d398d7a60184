import Testing

@testable import OpenIDConnect

/// A resource server's own scopes go to tokens for it, and to no others (RFC 8707 §2).
struct ResourceScopeTests {
    private static let policy = ClientPolicy(
        scopes: ["openid", "email"], requiresProofKey: true,
        resources: [
            .init(uri: "https://orders.example.com", scopes: ["orders.read", "orders.write"]),
            .init(uri: "https://payroll.example.com", scopes: ["payroll.read"]),
        ])

    private func scope(_ asked: String?, _ resource: String?) throws(OAuthError) -> [String] {
        try Requests.authorize(["scope": asked, "resource": resource], policy: Self.policy).scope.names
    }

    @Test("with the resource its scopes are granted beside the client's, in the order of the request; those of another are left out")
    func withResource() throws {
        #expect(try scope("orders.read openid payroll.read orders.admin", "https://orders.example.com") == ["orders.read", "openid"])
        #expect(try scope("payroll.read", "https://payroll.example.com") == ["payroll.read"])
    }

    @Test("RFC 6749 §4.4: who asks for itself has no scope that says something of a person, and where nothing is asked for all others of its own")
    func toItself() throws {
        let policy = ClientPolicy(
            scopes: ["openid", "email", "jobs.run"], requiresProofKey: false,
            resources: [.init(uri: "https://orders.example.com", scopes: ["orders.read"])])
        #expect(try policy.grantToItself(nil, for: nil).names == ["jobs.run"])
        #expect(
            try policy.grantToItself(Scope("orders.read jobs.run openid groups"), for: "https://orders.example.com").names == [
                "orders.read", "jobs.run",
            ])
        #expect(try policy.grantToItself(Scope("offline_access"), for: nil).names == ["jobs.run"])
        for scope in ["openid", "groups email", "orders.read"] {
            let error = #expect(throws: OAuthError.self) { try policy.grantToItself(Scope(scope), for: nil) }
            #expect(error?.error == .invalidScope && error?.parameter == "scope")
        }
    }

    @Test("without a resource no resource's scope is granted; a request that names no scope gets the client's own")
    func withoutResource() throws {
        #expect(try scope("openid orders.read", nil) == ["openid"])
        #expect(Requests.refusal(["scope": "orders.read"], policy: Self.policy) == Refusal(.invalidScope, "scope"))
        #expect(try scope(nil, "https://orders.example.com") == ["openid", "email"])
    }
}
