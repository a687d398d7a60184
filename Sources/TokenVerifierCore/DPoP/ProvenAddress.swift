internal import WireFormats

/// The URL of a request as `htu` names it: without query and fragment, in the one form that its spellings have in common (RFC 9449 §4.3,
/// RFC 3986 §6.2.2 and §6.2.3).
package struct ProvenAddress: Sendable, Hashable {
    package let text: String

    /// nil for what is no absolute http or https URL.
    package init?(_ url: String) {
        guard let address = WebAddress(url, allowsFragment: true) else { return nil }
        let path = ProtocolText(address.path).prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard let path = Self.unescaped(Array(path.bytes)) else { return nil }
        text = address.origin + String(decoding: Self.withoutDots(path), as: UTF8.self)
    }

    /// Escapes of unreserved characters undone, and the others with upper-case digits; nil where one is cut short.
    private static func unescaped(_ path: [UInt8]) -> [UInt8]? {
        guard path.contains(UInt8(ascii: "%")) else { return path }
        var output: [UInt8] = []
        var index = 0
        while index < path.count {
            guard path[index] == UInt8(ascii: "%") else {
                output.append(path[index])
                index += 1
                continue
            }
            guard index + 2 < path.count, let decoded = PercentCoding.decode(path[index...(index + 2)], plusIsSpace: false), let byte = decoded.first
            else { return nil }
            if PercentCoding.isUnreserved(byte) {
                output.append(byte)
            } else {
                output += path[index...(index + 2)].map { (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) ? $0 - 32 : $0 }
            }
            index += 3
        }
        return output
    }

    /// RFC 3986 §5.2.4 of a path that begins with a slash, or is empty: that is `/`.
    private static func withoutDots(_ path: [UInt8]) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        guard !path.isEmpty else { return [slash] }
        let segments = path.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
        var kept: [ArraySlice<UInt8>] = []
        for (place, segment) in segments.enumerated() {
            let isLast = place == segments.count - 1
            if segment.elementsEqual("..".utf8) {
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append([]) }
            } else if segment.elementsEqual(".".utf8) {
                if isLast { kept.append([]) }
            } else {
                kept.append(segment)
            }
        }
        return kept.reduce(into: []) { $0 += [slash] + $1 }
    }
}
