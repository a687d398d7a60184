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

    /// One that stands where a text is, which nobody means: `env:NAME`, or `file:PATH` without blanks, that is no URI with a host.
    static func misplaced(in value: ConfigValue) -> (text: String, place: ConfigPlace?)? {
        switch value.content {
        case .text(let text): isMeant(text) ? (text, value.place) : nil
        case .list(let values): values.lazy.compactMap(misplaced).first
        case .members(let members): members.lazy.compactMap { misplaced(in: $0.value) }.first
        case .absent, .flag, .number: nil
        }
    }

    private static func isMeant(_ text: String) -> Bool {
        switch ConfigReference(text) {
        case .environment(let name)?:
            name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        case .file(let path)?: !ProtocolText(path).hasPrefix("//") && path.utf8.allSatisfy { $0 > 0x20 }
        case nil: false
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

    /// What a secret may be in: not in what is the server's own, and with a relative path not above the document.
    func requireSecret(_ reference: ConfigReference) throws(ConfigReferenceError) {
        switch reference {
        case .environment(let name): guard !ProtocolText(name).hasPrefix("COUNTERSIGN_") else { throw .ownSetting(name) }
        case .file(let path): guard ProtocolText(path).hasPrefix("/") || !Self.climbs(path) else { throw .outside(path) }
        }
    }

    /// Some of what is read ends on pages that anybody sees: it lies with the document, where whoever reviews that sees it as well.
    private func requireContent(_ reference: ConfigReference) throws(ConfigReferenceError) {
        switch reference {
        case .environment(let name): throw .notASecret(name)
        case .file(let path): guard !ProtocolText(path).hasPrefix("/"), !Self.climbs(path) else { throw .outside(path) }
        }
    }

    private static func climbs(_ path: String) -> Bool { ProtocolText(path).split(at: "/").contains { $0.string.hasSameBytes(as: "..") } }

    /// A file of one secret: editors end it with a line break, which no secret has.
    func secret(_ reference: ConfigReference) throws -> SecretBytes {
        try requireSecret(reference)
        var bytes = try open(reference)
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw ConfigReferenceError.empty }
        return SecretBytes(bytes)
    }

    func content(_ reference: ConfigReference) throws -> [UInt8] {
        try requireContent(reference)
        let bytes = try open(reference)
        guard !bytes.isEmpty else { throw ConfigReferenceError.empty }
        return bytes
    }
}

/// Why what a document refers to cannot be had.
package enum ConfigReferenceError: Diagnosable, Equatable {
    case notSet(String)
    case empty
    /// A variable that is a setting of the server itself.
    case ownSetting(String)
    /// A path that leads away from the document.
    case outside(String)
    /// A variable in place of a document or a picture.
    case notASecret(String)
    /// A reference in place of a text.
    case misplaced(String)

    package var code: String { "config.reference" }
    package var message: String {
        switch self {
        case .notSet(let name): "The environment has no variable '\(name)'."
        case .empty: "What is referred to is empty."
        case .ownSetting(let name): "The variable '\(name.prefix(100))' is a setting of the server itself, which no file has."
        case .outside(let path): "'file:\(path.prefix(200))' leads away from the folder of the document."
        case .notASecret(let name): "'env:\(name.prefix(100))' stands where a document or a picture does; a variable has a secret alone."
        case .misplaced(let text): "'\(text.prefix(200))' stands where a text does, and would be taken as it stands."
        }
    }
    package var remedy: String {
        switch self {
        case .notSet: "Set the variable for this command, or refer to a file."
        case .empty: "Write what is meant into the file or the variable that is referred to."
        case .ownSetting: "Give the secret to a variable of another name."
        case .outside: "Put the file beside the document, or below it. A secret alone may have an absolute path."
        case .notASecret: "Refer to a file beside the document, or write what is meant into the document."
        case .misplaced: "Write the text itself: only secrets, documents and pictures refer to something else."
        }
    }
}
