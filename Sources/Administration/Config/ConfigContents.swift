import FoundationEssentials
import SAML
import UserPools
import WireFormats
import XMLSecurity

// How values that are more than a text stand in a document.

/// A picture in the document itself (RFC 2397).
enum ConfigPicture {
    static func bytes(_ text: String) -> [UInt8]? {
        guard let (head, body) = ProtocolText(text).cut(at: ","), head.hasPrefix("data:image/"), head.hasSuffix(";base64") else { return nil }
        return try? Base64.decode(body.string)
    }

    static func text(_ image: Image) -> String { "data:\(image.reference.mediaType);base64,\(Base64.encode(image.bytes))" }
}

/// A certificate or a public key in one form, whichever way its PEM was written.
enum ConfigPEM {
    private static let labels = ["CERTIFICATE", "PUBLIC KEY"]

    /// nil where it is neither, or more than one.
    static func canonical(_ pem: [UInt8]) -> String? {
        let lines = pem.split(separator: UInt8(ascii: "\n")).map { line in line.filter { $0 != UInt8(ascii: "\r") } }
        for label in labels {
            guard let begin = lines.firstIndex(of: Array("-----BEGIN \(label)-----".utf8)),
                let end = lines[begin...].firstIndex(of: Array("-----END \(label)-----".utf8))
            else { continue }
            let body = lines[(begin + 1)..<end].joined().filter { $0 > 0x20 }
            guard !lines[(end + 1)...].contains(where: { $0.starts(with: "-----BEGIN".utf8) }),
                let der = try? Base64.decode(String(decoding: body, as: UTF8.self))
            else { return nil }
            return text(der, label)
        }
        return nil
    }

    /// Those that are stored as base64 of their DER.
    static func texts(_ stored: [String]) -> [String] {
        stored.map { text in
            let der = (try? Base64.decode(text)) ?? []
            return self.text(der, labels[(try? TrustedKey(certificateDER: der)) == nil ? 1 : 0])
        }
    }

    /// Lines of 64 characters (RFC 7468 §2).
    private static func text(_ der: [UInt8], _ label: String) -> String {
        var (text, rest) = ("-----BEGIN \(label)-----\n", Array(Base64.encode(der).utf8)[...])
        while !rest.isEmpty {
            text += String(decoding: rest.prefix(64), as: UTF8.self) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END \(label)-----\n"
    }
}

/// What is tolerated of a SAML provider, as one text: `NAME UNTIL REASON`, with `-` where no day is said.
struct ConfigException {
    let quirk: SAMLExceptions.Quirk
    /// nil of a document: the day that it has, or the usual one of a new exception. nil where it is stored: an earlier version asked for none.
    var until: Date?
    let reason: String?

    init?(_ text: String) {
        guard let (name, rest) = ProtocolText(text).cut(at: " ") else { return nil }
        let (moment, reason) = rest.cut(at: " ") ?? (rest, ProtocolText(""))
        let until = SAMLInstant.parse(moment.string)
        guard let quirk = SAMLExceptions.Quirk(rawValue: name.string), until != nil || moment.string.hasSameBytes(as: Self.noDay) else { return nil }
        (self.quirk, self.until, self.reason) = (quirk, until, reason.isEmpty ? nil : reason.string)
    }

    private static let noDay = "-"

    static func text(_ exception: SAMLException) -> String {
        [exception.quirk.rawValue, exception.until.map(SAMLInstant.format) ?? noDay, exception.reason].compactMap(\.self)
            .joined(separator: " ")
    }

    /// The same with the days that are known, where none is said.
    static func dated(_ texts: [String], by known: [SAMLException]) -> [String] {
        texts.map { given in
            guard var exception = ConfigException(given), exception.until == nil else { return given }
            exception.until = known.first { $0.quirk == exception.quirk }?.until
            return text(SAMLException(quirk: exception.quirk, until: exception.until, reason: exception.reason))
        }
    }

    /// nil where one of them is none, or is there twice.
    static func read(_ values: [ConfigValue]) -> [String]? {
        var exceptions: [ConfigException] = []
        for value in values {
            guard case .members(let members) = value.content else { return nil }
            func text(_ name: String) -> String? {
                if case .text(let text)? = members.first(where: { $0.name == name })?.value.content { text } else { nil }
            }
            guard members.allSatisfy({ ["name", "until", "reason"].contains($0.name) }), let name = text("name"),
                // A day is a text, where there is one.
                text("until") != nil || !members.contains(where: { $0.name == "until" }),
                text("reason").map({ (1...500).contains($0.utf8.count) }) ?? true,
                let exception = ConfigException([name, text("until") ?? noDay, text("reason")].compactMap(\.self).joined(separator: " ")),
                !exceptions.contains(where: { $0.quirk == exception.quirk })
            else { return nil }
            exceptions.append(exception)
        }
        // In the order in which they are stored.
        return SAMLExceptions.Quirk.allCases.compactMap { quirk in exceptions.first { $0.quirk == quirk } }.map {
            text(SAMLException(quirk: $0.quirk, until: $0.until, reason: $0.reason))
        }
    }

    static func written(_ texts: [String]) -> ConfigValue {
        ConfigValue(
            .list(
                texts.map { text in
                    let exception = ConfigException(text)
                    var members = [ConfigValue.Member("name", ConfigValue(.text(exception?.quirk.rawValue ?? text)))]
                    if let until = exception?.until { members.append(.init("until", ConfigValue(.text(SAMLInstant.format(until))))) }
                    if let reason = exception?.reason { members.append(.init("reason", ConfigValue(.text(reason)))) }
                    return ConfigValue(.members(members))
                }))
    }
}

extension SAMLExceptions.Quirk {
    /// All of them, as a sentence has them.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
