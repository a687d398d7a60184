import FoundationEssentials
package import UserPools
import WireFormats

/// The addresses of apps that a browser opens in frames of the page that says that it is signed out (OpenID Connect Front-Channel Logout 1.0 §3).
package struct FrontChannelLogout: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    let environment: Environment

    package init(publicURL: String, directory: Directory, stores: Stores, keyRing: KeyRing, environment: Environment) {
        (self.publicURL, self.directory, self.stores) = (publicURL, directory, stores)
        (self.keyRing, self.environment) = (keyRing, environment)
    }

    /// A page has no more of them.
    private static let maximum = 30

    /// Those of one logout that were on no page yet. They count as shown from now on.
    ///
    /// What goes wrong here is no reason not to tell the person that they are signed out.
    package func frames(of record: LogoutRecord?, in pool: UserPool) async -> [String] {
        guard let record, let notices = try? await stores.logouts.notices(of: record.reference, in: pool.id) else { return [] }
        var frames: [String] = []
        for var notice in notices where notice.channel == .front && notice.result == nil && frames.count < Self.maximum {
            guard let client = try? await directory.client(notice.clientID, in: pool.id), let address = client.metadata.frontchannelLogoutURI,
                let subjects = try? await keyRing.subjects(at: client)
            else { continue }
            let issuer = PoolAddress(publicURL: publicURL, pool: pool).issuer
            frames.append(FormCoding.append([("iss", issuer), ("sid", subjects.sessionID(notice.sessionID))], to: address))
            (notice.result, notice.changedAt) = (.shown, environment.now())
            try? await stores.logouts.keep(notice)
        }
        return frames
    }
}
