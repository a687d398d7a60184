package import Gateway
package import OutgoingHTTP

/// What the gateway fetches leaves by the one way out.
extension OutgoingClient: DocumentSource {
    package func fetch(_ url: String, limit: Int) async throws(FetchError) -> [UInt8] {
        let reply: Reply
        do throws(OutgoingError) { reply = try await exchange(url, limit: limit) } catch { throw FetchError(error) }
        guard reply.status == 200 else { throw .status(reply.status) }
        return reply.body
    }
}

extension FetchError {
    init(_ error: OutgoingError) {
        switch error {
        case .refusedURL(let reason): self = .refusedURL(reason: reason)
        case .unreachable(let reason): self = .unreachable(reason: reason)
        case .untrustedCertificate(let store): self = .untrustedCertificate(store: store)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        }
    }
}
