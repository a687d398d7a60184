import Administration
import UserPools

extension GatewayFixture {
    package static let initiateLoginURI = "https://app.example/begin?tenant=1"

    /// Lets the provider begin sign-ins, which go on at the fixture's client.
    package func allowInitiatedSignIns() async throws {
        try await updateClient { $0.initiateLoginURI = .set(Self.initiateLoginURI) }
        try await updateProvider { ($0.allowsIDPInitiated, $0.idpInitiatedClient) = (true, client.id.text) }
    }
}
