/// The parameters of a request, decoded from a query or a form (RFC 6749 §3.1, §3.2, Appendix B).
///
/// A parameter without a value counts as missing; one that is given twice is refused by whoever asks for it (THREATS case 100).
package struct Parameters: Sendable {
    private let pairs: [(name: String, value: String)]

    /// The decoded pairs in the order of the request.
    package init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

    /// The one value of `name`, nil where it is missing or empty.
    /// - Throws: `invalid_request` where there is more than one.
    package func single(_ name: String) throws(OAuthError) -> String? {
        var found: String?
        for pair in pairs where pair.name == name {
            guard found == nil else { throw OAuthError(.invalidRequest, "A parameter is given more than once.", parameter: name) }
            found = pair.value
        }
        return found?.isEmpty == true ? nil : found
    }

    /// The one value of `name`, at most `limit` bytes of it and no control characters.
    package func single(_ name: String, limit: Int) throws(OAuthError) -> String? {
        guard let value = try single(name) else { return nil }
        guard value.utf8.count <= limit else {
            throw OAuthError(.invalidRequest, "A parameter is too long.", parameter: name, expected: "at most \(limit) bytes")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw OAuthError(.invalidRequest, "A parameter holds a control character.", parameter: name)
        }
        return value
    }

    /// The one value of `name`, which must be there.
    package func required(_ name: String, limit: Int) throws(OAuthError) -> String {
        guard let value = try single(name, limit: limit) else { throw OAuthError(.invalidRequest, "A parameter is missing.", parameter: name) }
        return value
    }

    /// Every value of `name` that is not empty.
    package func all(_ name: String) -> [String] { pairs.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

    /// The first value of `name`, for what decides nothing.
    package subscript(name: String) -> String? { all(name).first }

    /// Those of these names.
    package func only(_ names: Set<String>) -> [(name: String, value: String)] { pairs.filter { names.contains($0.name) } }

    /// All but those of this name.
    package func without(_ name: String) -> [(name: String, value: String)] { pairs.filter { $0.name != name } }

    /// The same with what is not named in it yet.
    package func adding(_ more: [(name: String, value: String)]) -> Parameters {
        let named = Set(pairs.map(\.name))
        return Parameters(pairs + more.filter { !named.contains($0.name) })
    }

    /// Of all names and values together.
    package var byteCount: Int { pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } }

    /// Whether the request has a parameter of this name, even an empty one.
    package func contains(_ name: String) -> Bool { pairs.contains { $0.name == name } }
}
