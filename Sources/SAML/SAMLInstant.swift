package import FoundationEssentials

/// xs:dateTime as SAML Core §1.3.3 allows it: UTC only. One fixed form, so that no input costs more than its few characters,
/// and nothing rolls over (30 February, hour 25 and second 60 are refused; Foundation's parser would move them).
package enum SAMLInstant {
    /// `YYYY-MM-DDThh:mm:ss`, up to nine fraction digits, `Z` or `+00:00`; nil for everything else.
    package static func parse(_ text: String) -> Date? {
        let bytes = Array(text.utf8.prefix(40))
        guard bytes.count >= 20, bytes.count < 40 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            year >= 1, month >= 1, month <= 12, day >= 1, day <= daysInMonth(month, of: year), hour < 24, minute < 60, second < 60
        else { return nil }

        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard digits.count >= 1, digits.count <= 9, let value = number(digits.startIndex..<digits.endIndex) else { return nil }
            var scale = 1.0
            for _ in digits { scale *= 10 }
            fraction = Double(value) / scale
            rest = rest[digits.endIndex...]
        }
        guard rest.elementsEqual("Z".utf8) || rest.elementsEqual("+00:00".utf8) else { return nil }
        let seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// The form this module writes: whole seconds and `Z`.
    package static func format(_ date: Date) -> String {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        // Foundation's formatter, which knows every year, takes as long as all the rest of a log line.
        guard seconds >= 0, seconds < 253_402_300_800 else { return date.formatted(.iso8601) }
        let (days, second) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = calendarDay(days)
        var text: [UInt8] = []
        text.reserveCapacity(20)
        func append(_ number: Int, _ places: [Int], _ mark: Unicode.Scalar) {
            for place in places { text.append(UInt8(ascii: "0") + UInt8(number / place % 10)) }
            text.append(UInt8(ascii: mark))
        }
        append(year, [1000, 100, 10, 1], "-")
        append(month, [10, 1], "-")
        append(day, [10, 1], "T")
        append(second / 3600, [10, 1], ":")
        append(second / 60 % 60, [10, 1], ":")
        append(second % 60, [10, 1], "Z")
        return String(decoding: text, as: UTF8.self)
    }

    private static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, counting years from March so that the leap day comes last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear - 719_468
    }

    /// The reverse, from 1970 on.
    private static func calendarDay(_ daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
