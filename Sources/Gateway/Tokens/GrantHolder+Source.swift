import FoundationEssentials
import UserPools
import WireFormats

extension Grant {
    /// Throws unless whoever asks has the key that the code, or the refresh token, is bound to, where it is bound to one (RFC 9449 §5, §10).
    func requireKey(_ proven: String?) throws(GrantRefusal) {
        guard let boundKey else { return }
        guard let proven, proven.hasSameBytes(as: boundKey) else { throw .otherKey }
    }
}

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
