package import UserPools

extension AppClient {
    /// The origins of the client's redirect URIs, as browsers write them (RFC 6454 §6.2): the scheme and host in lower case, no default port.
    package var derivedWebOrigins: Set<String> { Set(redirectURIs.compactMap(Self.webOrigin)) }

    private static func webOrigin(_ uri: String) -> String? {
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where uri.utf8.starts(with: scheme.utf8) {
            let authority = uri.utf8.dropFirst(scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
            var origin = scheme + String(decoding: authority, as: UTF8.self).lowercased()
            if origin.utf8.suffix(port.utf8.count).elementsEqual(port.utf8) { origin.removeLast(port.utf8.count) }
            return origin
        }
        return nil
    }
}

/// Which pages' scripts may read answers of a pool's endpoints (THREATS case 144).
extension Directory {
    /// Whether any enabled client of the pool has this origin: all that can be said before it is known which client asks.
    package func isWebOrigin(_ origin: String, in pool: UserPool.ID) async throws(StoreError) -> Bool {
        let origins = try await webOrigins.value(pool) { () async throws(StoreError) in
            try await stores.clients.list(in: pool).filter(\.enabled).reduce(into: Set()) { $0.formUnion($1.derivedWebOrigins) }
        }
        return origins?.contains(origin) == true
    }
}
