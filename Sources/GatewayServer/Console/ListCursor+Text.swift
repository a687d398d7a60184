import FoundationEssentials
import UserPools
import WireFormats

/// In an address: `1795000000000-7KQ2M4XW9ABC`, milliseconds and the key.
extension ListCursor {
    private static let longestKey = 200

    init?(_ text: String) {
        guard let (before, after) = ProtocolText(text).cut(at: "-"), let milliseconds = before.number(digits: 1...15),
            (1...Self.longestKey).contains(after.bytes.count)
        else { return nil }
        self.init(at: Date(timeIntervalSince1970: Double(milliseconds) / 1000), key: after.string)
    }

    var text: String { "\(Int((at.timeIntervalSince1970 * 1000).rounded()))-\(key)" }
}
