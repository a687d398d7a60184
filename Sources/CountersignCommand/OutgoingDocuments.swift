package import Gateway
package import OutgoingHTTP
package import UserPools

/// What the gateway fetches leaves by the one way out.
extension OutgoingClient: DocumentSource {
    package func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        let reply: Reply
        do throws(OutgoingError) { reply = try await exchange(url, headers: version.conditions, limit: limit) } catch { throw FetchError(error) }
        switch reply.status {
        case 200: return .document(reply.body, DocumentVersion(reply.headers))
        case 304 where !version.conditions.isEmpty: return .unchanged
        case let status: throw .status(status)
        }
    }

    package func download(
        _ url: String, limit: Int, seconds: Double, unless version: DocumentVersion
    ) async throws(FetchError) -> DownloadedDocument {
        let document = try await SpooledDocument.make()
        let reply: Reply
        do throws(OutgoingError) {
            reply = try await download(url, headers: version.conditions, limit: limit, seconds: seconds) { bytes throws(OutgoingError) in
                do throws(FetchError) { try await document.append(bytes) } catch { throw .unreachable(reason: "there is no room for it on the disk") }
            }
        } catch { throw FetchError(error) }
        switch reply.status {
        case 200: return .document(document, DocumentVersion(reply.headers))
        case 304 where !version.conditions.isEmpty: return .unchanged
        case let status: throw .status(status)
        }
    }
}

extension DocumentVersion {
    /// A server that knows an entity tag compares that and not the time (RFC 9110 §13.2.2); one that does not has the time.
    fileprivate var conditions: [(name: String, value: String)] {
        [etag.map { ("if-none-match", $0) }, lastModified.map { ("if-modified-since", $0) }].compactMap(\.self)
    }

    /// What it is called by the header of an answer; a name that could not be sent back as it came is none.
    fileprivate init(_ headers: [(name: String, value: String)]) {
        func value(_ name: String) -> String? {
            let value = headers.first { $0.name.lowercased() == name }?.value
            return value.flatMap { (1...512).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? $0 : nil }
        }
        self.init(etag: value("etag"), lastModified: value("last-modified"))
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
