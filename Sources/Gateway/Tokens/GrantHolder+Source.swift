import FoundationEssentials
import UserPools

extension AppClient {
    /// Whether what an identity provider said at that time may stand in the client's tokens still; nil is a time that nobody kept.
    func accepts(attributesOf time: Date?, at now: Date) -> Bool {
        guard let most = metadata.attributesMaxAge else { return true }
        return time.map { now.timeIntervalSince($0) < TimeInterval(most) } ?? false
    }
}

extension GrantHolder {
    /// Throws where a provider vouched for the user so long ago that the client wants to hear of it again.
    func requireFreshAttributes(of grant: Grant, for client: AppClient, at now: Date) throws(GrantRefusal) {
        guard grant.source == .pool || client.accepts(attributesOf: grant.attributesAt, at: now) else { throw .staleAttributes }
    }

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
