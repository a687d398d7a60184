import Testing
import WireFormats

@Suite("Addresses of machines, and blocks of them")
struct IPAddressTests {
    @Test(
        "only the plain forms are addresses",
        arguments: ["2130706433", "0x7f.1", "127.1", "1.2.3", "::1%lo", "[::1]", "", "1.2.3.4.5", "01.2.3.4.", "a::b::c"])
    func malformed(text: String) { #expect(IPAddress(text) == nil) }

    @Test("a CIDR block contains what its prefix says")
    func ranges() throws {
        let ten = try #require(AddressRange("10.1.0.0/20"))
        #expect(ten.contains(try #require(IPAddress("10.1.15.255"))))
        #expect(!ten.contains(try #require(IPAddress("10.1.16.0"))))
        #expect(!ten.contains(try #require(IPAddress("::1"))))
        #expect(try #require(AddressRange("0.0.0.0/0")).contains(try #require(IPAddress("255.1.2.3"))))
        let one = try #require(AddressRange("2001:db8::5"))
        #expect(one.contains(try #require(IPAddress("2001:db8::5"))))
        #expect(!one.contains(try #require(IPAddress("2001:db8::4"))))
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/+8", "::/129", "x/8"] { #expect(AddressRange(text) == nil) }
    }

    @Test("case 146, RFC 4291 §2.5.5.2: an IPv4 address that a socket for both families shows is that address; what only looks alike is not")
    func mapped() throws {
        #expect(try #require(IPAddress("::ffff:192.0.2.1")).unmapped == IPAddress("192.0.2.1"))
        for text in ["::192.0.2.1", "::fffe:c000:201", "64:ff9b::192.0.2.1", "2001:db8::1", "192.0.2.1"] {
            #expect(try #require(IPAddress(text)).unmapped == IPAddress(text))
        }
        #expect(AddressRange("::ffff:10.0.0.0/104")?.unmapped == AddressRange("10.0.0.0/8"))
    }

    @Test("an address is written as it was read (RFC 5952 for IPv6)")
    func description() throws {
        for text in ["0.0.0.0", "1.2.3.4", "10.20.30.40", "255.255.255.255", "::", "::1", "2001:db8::5", "64:ff9b::c000:201"] {
            #expect(try #require(IPAddress(text)).description == text)
        }
    }

    @Test("RFC 6890: which addresses mean this machine")
    func loopback() throws {
        for text in ["127.0.0.1", "127.255.0.9", "::1"] { #expect(try #require(IPAddress(text)).isLoopback) }
        for text in ["128.0.0.1", "::", "::2", "1::1", "::ffff:127.0.0.1"] { #expect(try !#require(IPAddress(text)).isLoopback) }
    }
}
