import WireFormats

package import FoundationEssentials

/// By which `doctor` shows a server that it holds the same master key: the moment, sealed.
///
/// It opens nothing but what a server says of the request itself, so it may be used more than once. It lasts a day, whatever the two clocks say: how far
/// they are apart is what is asked.
package struct CheckupPass: Sendable {
    package static let header = "Countersign-Checkup"
    private static let (context, life) = ("checkup pass", TimeInterval(86_400))
    private let sealer: Sealer

    package init(sealer: Sealer) { self.sealer = sealer }

    package func text(at now: Date) throws(SealError) -> String {
        let seconds = UInt64(max(now.timeIntervalSince1970, 0))
        return try sealer.seal((0..<8).map { UInt8(truncatingIfNeeded: seconds >> (56 - 8 * $0)) }, context: Self.context).base64URLText
    }

    package func accepts(_ text: String?, at now: Date) -> Bool {
        guard let text, text.utf8.count == 48, let sealed = Base64URL.decode(text),
            let plain = try? sealer.open(sealed, context: Self.context).reveal()
        else { return false }
        let seconds = plain.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return abs(now.timeIntervalSince1970 - Double(seconds)) < Self.life
    }
}
