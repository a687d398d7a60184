import FoundationEssentials
package import Gateway
package import OutgoingHTTP
package import UserPools
import WireFormats

/// What the gateway fetches leaves by the one way out.
extension OutgoingClient: DocumentSource {
    package func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        let reply: Reply
        do throws(OutgoingError) { reply = try await exchange(url, headers: version.conditions, limit: limit) } catch { throw FetchError(error) }
        switch reply.status {
        case 200: return .document(reply.body, DocumentVersion(reply.headers))
        case 304 where !version.conditions.isEmpty: return .unchanged(freshFor: DocumentVersion(reply.headers).freshFor)
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
        case 304 where !version.conditions.isEmpty: return .unchanged(freshFor: DocumentVersion(reply.headers).freshFor)
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
    init(_ headers: [(name: String, value: String)]) {
        func value(_ name: String) -> String? {
            let value = headers.first { $0.name.lowercased() == name }?.value
            return value.flatMap { (1...512).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? $0 : nil }
        }
        self.init(etag: value("etag"), lastModified: value("last-modified"))
        freshFor = Self.freshness(of: value("cache-control"), age: value("age"))
    }

    /// RFC 9111 §4.2.1, §5.2.2: what is `max-age`, less its age; a directive that is there twice, or `no-cache`, says nothing.
    private static func freshness(of control: String?, age: String?) -> TimeInterval? {
        guard let control else { return nil }
        let directives = ProtocolText(control).lowercased.split(at: ",").map { $0.trimmed.string }
        guard !directives.contains(where: { $0.hasPrefix("no-cache") || $0.hasPrefix("no-store") }) else { return nil }
        let lifetimes = directives.filter { $0.hasPrefix("max-age=") }.map { Int($0.dropFirst("max-age=".count)) }
        guard lifetimes.count == 1, let lifetime = lifetimes[0], (0...31_536_000).contains(lifetime) else { return nil }
        return TimeInterval(max(0, lifetime - max(0, age.flatMap { Int($0) } ?? 0)))
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
