import Gateway
import WireFormats

/// Where something stands that does not stand in the document itself: a secret never does, and a picture need not.
package enum ConfigReference: Sendable, Hashable {
    case file(String)
    case environment(String)

    init?(_ text: String) {
        guard let (scheme, rest) = ProtocolText(text).cut(at: ":"), !rest.isEmpty else { return nil }
        switch scheme.string {
        case "file": self = .file(rest.string)
        case "env": self = .environment(rest.string)
        default: return nil
        }
    }

    package var text: String {
        switch self {
        case .file(let path): "file:" + path
        case .environment(let name): "env:" + name
        }
    }
}

/// How what a document refers to is had.
package struct ConfigReferences: Sendable {
    /// Whether secrets are read, and compared with those that are stored.
    let opensSecrets: Bool
    let open: @Sendable (ConfigReference) throws -> [UInt8]

    /// - Parameter open: what the reference is to, or a `Diagnosable` that says why it cannot be had.
    package init(opensSecrets: Bool = true, open: @escaping @Sendable (ConfigReference) throws -> [UInt8]) {
        (self.opensSecrets, self.open) = (opensSecrets, open)
    }

    /// A file of one secret: editors end it with a line break, which no secret has.
    func secret(_ reference: ConfigReference) throws -> SecretBytes {
        var bytes = try open(reference)
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw ConfigReferenceError.empty }
        return SecretBytes(bytes)
    }

    func content(_ reference: ConfigReference) throws -> [UInt8] {
        let bytes = try open(reference)
        guard !bytes.isEmpty else { throw ConfigReferenceError.empty }
        return bytes
    }
}

/// Why what a document refers to cannot be had.
package enum ConfigReferenceError: Diagnosable, Equatable {
    case notSet(String)
    case empty

    package var code: String { "config.reference" }
    package var message: String {
        switch self {
        case .notSet(let name): "The environment has no variable '\(name)'."
        case .empty: "What is referred to is empty."
        }
    }
    package var remedy: String {
        switch self {
        case .notSet: "Set the variable for this command, or refer to a file."
        case .empty: "Write what is meant into the file or the variable that is referred to."
        }
    }
}
