import Foundation
import SAML
import TestSupport
import Testing

@Suite("SAML Core §1.3.3: times are in UTC")
struct InstantTests {
    @Test(
        "Every accepted form is the same instant that Foundation says",
        arguments: [
            "2027-01-15T08:00:00Z", "2027-01-15T08:00:00+00:00", "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z", "1583-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2100-02-28T12:00:00Z",
        ])
    func accepted(_ text: String) throws {
        let formatter = ISO8601DateFormatter()
        #expect(SAMLInstant.parse(text) == formatter.date(from: text))
    }

    @Test("The calendar is Gregorian all the way back (ISO 8601), where Foundation's is Julian before 1582")
    func proleptic() {
        #expect(SAMLInstant.parse("0001-01-01T00:00:00Z") == Date(timeIntervalSince1970: -62_135_596_800))
    }

    @Test("Fractions of one to nine digits")
    func fractions() {
        let whole = SAMLInstant.parse("2027-01-15T08:00:00Z") ?? .distantPast
        #expect(SAMLInstant.parse("2027-01-15T08:00:00.5Z") == whole + 0.5)
        #expect(SAMLInstant.parse("2027-01-15T08:00:00.123Z").map { abs($0.timeIntervalSince(whole) - 0.123) < 0.000_001 } == true)
        #expect(SAMLInstant.parse("2027-01-15T08:00:00.123456789Z") != nil)
    }

    @Test(
        "case 62: everything else is refused",
        arguments: [
            "2027-01-15T08:00:00", "2027-01-15T08:00:00+14:00", "2027-01-15T08:00:00-00:00", "2027-01-15T08:00:00+01:00", "99999-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z", "-2027-01-15T08:00:00Z", "2027-01-15T08:00:60Z", "2016-12-31T23:59:60Z", "2027-01-15T24:00:00Z",
            "2027-01-15T08:60:00Z", "2027-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
            "2027-00-01T00:00:00Z", "2027-01-00T00:00:00Z", "2027-04-31T00:00:00Z", "2027-1-15T08:00:00Z", "2027-01-15 08:00:00Z",
            "2027-01-15T08:00:00.Z", "2027-01-15T08:00:00.1234567890Z", "2027-01-15T08:00:00." + String(repeating: "1", count: 50) + "Z",
            " 2027-01-15T08:00:00Z", "2027-01-15T08:00:00Z ", "2027-01-15T08:00:00z", "2027-01-15t08:00:00Z", "", "Z", "2027-01-15",
            "２０２７-01-15T08:00:00Z", "+027-01-15T08:00:00Z", "2027-01-15T08:00:00Z\u{0}",
        ])
    func refused(_ text: String) {
        #expect(SAMLInstant.parse(text) == nil)
    }

    @Test("case 62: a refusal costs less than a millisecond, however long the text is")
    func cost() {
        let text = "2027-01-15T08:00:00." + String(repeating: "9", count: 250_000) + "Z"
        let seconds = processorSeconds { for _ in 0..<100 { _ = SAMLInstant.parse(text) } }
        #expect(seconds < 0.1)
    }

    @Test("What is written is what Foundation writes: leap days, ends of months and years, fractions, and years before 1970")
    func written() {
        let odd = [0, 0.9999, 951_782_399, 951_782_400, 951_868_799.5, 4_107_542_399, 4_107_542_400, 253_402_300_799, -1, -0.5]
        for seconds in odd + stride(from: 0.25, through: 253_402_300_000, by: 86_399 * 7_919) {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(SAMLInstant.format(date) == date.formatted(.iso8601))
        }
    }

    @Test("What is written is read again")
    func roundTrip() {
        for seconds in stride(from: -12_000_000_000.0, through: 250_000_000_000.0, by: 7_777_777_777.0) {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(SAMLInstant.parse(SAMLInstant.format(date)) == date)
        }
    }
}
