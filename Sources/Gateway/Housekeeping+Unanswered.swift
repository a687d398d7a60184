import Logging
import SAML
import UserPools

extension Housekeeping {
    /// Sign-ins that got no answer, or no good one, from a provider whose metadata wants signed requests: that ours is not, or that it
    /// does not have our certificate, is the likely reason, which the provider shows to the person alone.
    func tellOfUnanswered(_ pending: [PendingSignIn], _ directory: Directory) async {
        for pending in pending {
            guard case .provider(let name) = pending.source,
                case .saml(let saml)? = try? await directory.provider(name, member: pending.member, in: pending.poolID)?.connection,
                saml.metadata.wantsAuthnRequestsSigned
            else { continue }
            let reason = saml.signsRequests ? "does it have our certificate, which our metadata has?" : "ours are not signed"
            logger.notice(
                "a sign-in got no good answer from a provider that wants signed requests; \(reason)",
                metadata: [
                    "pool": "\(pending.poolID)", "provider": "\(name)", "client_id": "\(pending.request.clientID)", "request": "\(pending.id)",
                ])
        }
    }
}
