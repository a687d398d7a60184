import Administration
import Gateway
import OpenIDConnect
import UserPools
import WireFormats

// What a change brought about that its admin may not have meant: said beside the answer.

extension Composition {
    /// Whoever has one of these was meant to sign nobody in.
    private static var grantsOfPrograms: Set<String> { ["client_credentials", AppClient.exchangeGrantType, AppClient.workloadGrantType] }

    /// - Parameter before: nil where the client is new.
    func notes(on client: AppClient, since before: AppClient? = nil) async throws -> [String] {
        let pool = try await administration.pool(client.poolID.text)
        let place = Place(pool: pool.id, client: client.id)
        var notes: [String] = []
        // OpenID Connect Core §11: offline_access means nothing here, and is no mistake.
        let known = Scope.standard + ClientPolicy.scopesOfEveryClient + ["offline_access"] + pool.resources.flatMap(\.scopes)
        for scope in client.scopes where before?.scopes.contains(where: { $0.hasSameBytes(as: scope) }) != true {
            if !known.contains(where: { $0.hasSameBytes(as: scope) }) {
                notes.append("the scope '\(scope)' is neither a standard one nor one of a resource of the pool: no claim and no service knows it")
            }
        }
        // Who acts for itself was meant to.
        if !client.signsPeopleIn, before.map(\.signsPeopleIn) ?? Self.grantsOfPrograms.isDisjoint(with: client.grantTypes) {
            let command = Remedy.allowGrant("authorization_code").command(at: place, of: installation)
            notes.append("without the grant authorization_code nobody can sign in by this client; this gives it back: \(command)")
        }
        if let before, before.sector != client.sector {
            notes.append(
                "everybody has another sub at this app from now on, and its refresh tokens serve no more: "
                    + "what it keeps of people by sub finds nobody until it learns the new ones")
        }
        return notes
    }

    /// Added to a client that offers every provider, one is offered already.
    func noteOnOffer(of names: [String], by client: AppClient) -> [String] {
        guard let name = names.first, client.identityProviders.isEmpty else { return [] }
        let command = installation.command("client", "update", client.id.text, "--pool", client.poolID.text, "--idp", name)
        return ["the client offers every provider of the pool, and went on doing so; to offer that one alone: \(command)"]
    }

    /// The clients whose users could choose nobody without this provider, as a sentence about its end.
    func consequence(forClientsOf provider: IdentityProvider) async throws -> String? {
        let left = try await administration.listClients(pool: provider.poolID.text).filter { $0.identityProviders == [provider.name] }
        guard !left.isEmpty else { return nil }
        let named = left.prefix(5).map { "'\($0.name)' (\($0.id))" } + (left.count > 5 ? ["\(left.count - 5) more"] : [])
        return "It is the only one that \(left.count == 1 ? "the client offers" : "these clients offer"), and nobody can sign in there without it: "
            + named.joined(separator: ", ") + "."
    }
}
