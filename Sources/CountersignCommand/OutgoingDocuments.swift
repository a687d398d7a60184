import Gateway
import OutgoingHTTP
package import WireFormats

/// What the gateway fetches leaves by the one way out.
extension OutgoingClient: DocumentSource {
    package func fetch(_ url: String, limit: Int) async throws(FetchError) -> [UInt8] {
        let reply: Reply
        do throws(OutgoingError) { reply = try await exchange(url, limit: limit) } catch {
            switch error {
            case .refusedURL(let reason): throw .refusedURL(reason: reason)
            case .unreachable(let reason): throw .unreachable(reason: reason)
            case .untrustedCertificate(let store): throw .untrustedCertificate(store: store)
            case .tooLarge(let limit): throw .tooLarge(limit: limit)
            }
        }
        guard reply.status == 200 else { throw .status(reply.status) }
        return reply.body
    }
}
