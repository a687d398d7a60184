import FoundationEssentials
import UserPools

extension GrantHolder {
    /// Throws unless the app is for the user still: who left the last of its groups gets no more tokens.
    func requireAdmission(to client: AppClient, at now: Date) throws(GrantRefusal) {
        guard client.admits(user, at: now) else { throw .notAdmitted }
    }

    /// Throws unless whoever vouched for the user may still do so: a provider that was disabled, or taken from the client, gives no more tokens.
    func requireSource(of grant: Grant, for client: AppClient) throws(GrantRefusal) {
        guard let name = grant.source?.provider else { return }
        guard client.identityProviders.isEmpty || client.identityProviders.contains(name) else { throw .otherSource }
        guard sourceIsEnabled else { throw .disabledSource }
    }
}
