import UserPools
import WireFormats

/// What an admin says of how a client is told that a session is over; what is not given stays.
package struct ClientLogoutSettings: Sendable {
    /// Where it takes logout tokens.
    package var backchannelURI = Change<String>.keep
    package var backchannelSessionRequired: Bool?
    /// What a browser opens that is signed out.
    package var frontchannelURI = Change<String>.keep
    package var frontchannelSessionRequired: Bool?

    package init() {}

    /// - Parameters:
    ///   - client: with the redirect URIs that it is to have.
    ///   - before: with those that it had.
    func apply(to client: inout AppClient, since before: AppClient) throws(AdministrationError) {
        var (problems, metadata) = (ProblemList(), client.metadata)
        if let uri = try problems.check(try backchannel(client)) { metadata.backchannelLogoutURI = uri }
        if let uri = try problems.check(try frontchannel(client, since: before)) { metadata.frontchannelLogoutURI = uri }
        try problems.refuse()
        // Asked for without an address it would be of nothing, and goes with the address.
        metadata.backchannelLogoutSessionRequired =
            metadata.backchannelLogoutURI.flatMap { _ in Self.flag(backchannelSessionRequired, metadata.backchannelLogoutSessionRequired) }
        metadata.frontchannelLogoutSessionRequired =
            metadata.frontchannelLogoutURI.flatMap { _ in Self.flag(frontchannelSessionRequired, metadata.frontchannelLogoutSessionRequired) }
        client.metadata = metadata
    }

    /// False is what it is for everybody.
    private static func flag(_ given: Bool?, _ before: Bool?) -> Bool? { given ?? before ?? false ? true : nil }

    /// Back-Channel Logout §2.2: https, and without a fragment. On this machine http will do; a server fetches it in development only.
    private func backchannel(_ client: AppClient) throws(AdministrationError) -> String? {
        if case .set(let uri) = backchannelURI {
            guard let address = WebAddress(uri), address.isHTTPS || address.isThisMachine, !uri.utf8.contains(UInt8(ascii: "#")) else {
                throw .invalid(
                    .backchannelLogoutURI, uri, "is no https address without a fragment",
                    example: .give(.backchannelLogoutURI, "https://app.example.com/backchannel-logout"))
            }
        }
        return backchannelURI.applied(to: client.metadata.backchannelLogoutURI)
    }

    /// Front-Channel Logout §2: of the scheme, host and port of a redirect URI.
    private func frontchannel(_ client: AppClient, since before: AppClient) throws(AdministrationError) -> String? {
        guard let uri = frontchannelURI.applied(to: client.metadata.frontchannelLogoutURI) else { return nil }
        let isGiven = if case .set = frontchannelURI { true } else { false }
        guard isGiven || !client.redirectURIs.elementsEqual(before.redirectURIs, by: { $0.hasSameBytes(as: $1) }) else { return uri }
        let origin = WebAddress(uri).flatMap { _ in AppClient.origin(of: uri) }
        guard let origin, !uri.utf8.contains(UInt8(ascii: "#")), client.redirectURIs.contains(where: { AppClient.origin(of: $0) == origin })
        else {
            throw .invalid(
                .frontchannelLogoutURI, uri, "is not of the scheme, host and port of one of its redirect URIs",
                example: .give(.frontchannelLogoutURI, example(client)))
        }
        return uri
    }

    private func example(_ client: AppClient) -> String {
        (client.redirectURIs.lazy.compactMap(AppClient.origin).first ?? "https://app.example.com") + "/frontchannel-logout"
    }
}
