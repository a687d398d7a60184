internal import struct FoundationEssentials.Date
internal import WireFormats

/// When an issuer wants to be asked again (RFC 9110 §10.2.3), within our bounds.
enum RetryAfter {
    /// Longer nobody is left without keys because of a header.
    static let maximum = 300.0

    /// Seconds from `now`; nil where the header is missing or says nothing that can be read.
    static func seconds(_ value: String?, now: Date) -> Double? {
        guard let value, value.utf8.count <= 64 else { return nil }
        let text = ProtocolText(value).trimmed
        let bytes = Array(text.string.utf8)
        guard !bytes.isEmpty else { return nil }
        let seconds: Double
        if let number = number(bytes[...], digits: 1...18) {
            seconds = Double(number)
        } else if let date = date(bytes) {
            seconds = date - now.timeIntervalSince1970
        } else {
            return nil
        }
        return min(max(seconds, 0), maximum)
    }

    /// IMF-fixdate, the one form that is written: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7). Seconds since 1970.
    private static func date(_ bytes: [UInt8]) -> Double? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map { Array($0.utf8) }
        guard bytes.count == 29, bytes[25...].elementsEqual(" GMT".utf8), let month = months.firstIndex(of: Array(bytes[8..<11])),
            let day = number(bytes[5..<7], digits: 2...2), let year = number(bytes[12..<16], digits: 4...4),
            let hour = number(bytes[17..<19], digits: 2...2), let minute = number(bytes[20..<22], digits: 2...2),
            let second = number(bytes[23..<25], digits: 2...2), year >= 1970
        else { return nil }
        // Days since 1970, in years that begin in March, so that the leap day is the last.
        let (shifted, of) = month < 2 ? (year - 1, month + 10) : (year, month - 2)
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * of + 2) / 5 + day - 719_469
        return Double(86_400 * days + 3600 * hour + 60 * minute + second)
    }

    private static func number(_ bytes: ArraySlice<UInt8>, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return bytes.reduce(0) { 10 * $0 + Int($1 - 0x30) }
    }
}
