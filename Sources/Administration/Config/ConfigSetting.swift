import Crypto
import Gateway
import WireFormats

/// A document in a language of its own, or a picture: compared by its digest.
package struct ConfigContent: Sendable {
    /// Where it stands; nil: in the document itself, or it is stored.
    let reference: ConfigReference?
    /// Empty of a picture that is stored, of which the digest is known.
    let bytes: [UInt8]
    /// SHA-256 in base64url, as an `ImageReference` has it.
    let digest: String

    init(_ bytes: [UInt8], from reference: ConfigReference? = nil) {
        (self.bytes, self.reference, digest) = (bytes, reference, Array(SHA256.hash(data: bytes)).base64URLText)
    }

    init(stored digest: String) { (bytes, reference, self.digest) = ([], nil, digest) }

    var shown: String { "SHA-256 \(digest.prefix(12))…" + (reference.map { " of " + $0.text } ?? "") }
}

/// The value of one field: as a document has it, and as it is stored.
package enum ConfigSetting: Sendable {
    case absent
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([String])
    /// A secret, of which only the place is ever told.
    case secret(ConfigReference)
    case content(ConfigContent)

    init(_ text: String?) { self = text.map(ConfigSetting.text) ?? ConfigSetting.absent }
    init(_ number: Int?) { self = number.map(ConfigSetting.number) ?? ConfigSetting.absent }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { number } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var list: [String] { if case .list(let list) = self { list } else { [] } }
    var content: ConfigContent? { if case .content(let content) = self { content } else { nil } }

    var textChange: Change<String> { text.map(Change.set) ?? .remove }
    var numberChange: Change<Int> { number.map(Change.set) ?? .remove }
    var listChange: ListChange { ListChange(list) }
    var contentChange: Change<[UInt8]> { content.map { .set($0.bytes) } ?? .remove }

    func isSame(as other: ConfigSetting) -> Bool {
        switch (self, other) {
        case (.absent, .absent): true
        case (.flag(let one), .flag(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.text(let one), .text(let other)): one.hasSameBytes(as: other)
        case (.list(let one), .list(let other)): one.count == other.count && zip(one, other).allSatisfy { $0.hasSameBytes(as: $1) }
        case (.content(let one), .content(let other)): one.digest.hasSameBytes(as: other.digest)
        default: false
        }
    }

    /// For people, on one line. Of a secret the place alone.
    package var shown: String {
        switch self {
        case .absent: "(none)"
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): String(number)
        case .text(let text): text.isEmpty ? "(empty)" : text
        case .list(let list): list.isEmpty ? "(none)" : list.joined(separator: ", ")
        case .secret(let reference): "that of " + reference.text
        case .content(let content): content.shown
        }
    }
}
