import Administration
import TestSupport
import UserPools

extension OpenIDFlow {
    /// A pool with a provider made from a preset, under the preset's name.
    /// - Parameter register: beyond preset, client ID and secret.
    static func runPreset(
        _ preset: String, _ provider: FakeOpenIDProvider, declaring custom: String? = nil,
        _ register: @escaping @Sendable (inout OIDCProviderSettings) -> Void = { _ in }, _ body: (OpenIDFlow) async throws -> Void
    ) async throws {
        try await run(
            provider: provider, name: preset,
            register: { settings in
                (settings.preset, settings.issuer, settings.map) = (preset, nil, nil)
                register(&settings)
            }, declaring: custom, body)
    }

    /// The scopes of the authorization request.
    func scopes() async throws -> Set<String> {
        Set((try await request()["scope"] ?? "").split(separator: " ").map(String.init))
    }
}
