import OutgoingHTTP
import Testing
import WireFormats

@Suite("THREATS §1.3: which addresses are public")
struct AddressRefusalTests {
    @Test(
        "each kind of address is told apart; every row of the registries has one here, for a row that does not read refuses nothing",
        arguments: [
            ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("::1", .loopback), ("0.0.0.0", .unspecified), ("::", .unspecified),
            ("0.1.2.3", .reserved), ("10.0.0.1", .privateNetwork), ("172.16.0.1", .privateNetwork), ("172.31.255.255", .privateNetwork),
            ("192.168.1.1", .privateNetwork), ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal), ("100.64.0.1", .carrierGrade),
            ("100.127.255.255", .carrierGrade), ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("ff02::1", .multicast),
            ("255.255.255.255", .reserved), ("240.0.0.1", .reserved), ("192.0.0.8", .reserved), ("192.88.99.1", .reserved), ("192.0.2.1", .reserved),
            ("198.18.0.1", .reserved), ("198.19.255.255", .reserved), ("198.51.100.1", .reserved), ("203.0.113.9", .reserved),
            ("fc00::1", .privateNetwork), ("fd12:3456::1", .privateNetwork), ("fec0::1", .privateNetwork), ("::ffff:127.0.0.1", .translated),
            ("::ffff:8.8.8.8", .translated), ("::ffff:a9fe:a9fe", .translated), ("::127.0.0.1", .translated), ("64:ff9b::7f00:1", .translated),
            ("64:ff9b:1::1", .translated), ("2002:7f00:1::", .translated), ("2001:0:4136:e378::1", .translated), ("2001:db8::1", .reserved),
            ("2001:20::1", .reserved), ("3fff::1", .reserved), ("4000::1", .reserved), ("1.1.1.1", nil), ("8.8.8.8", nil), ("172.15.255.255", nil),
            ("172.32.0.1", nil), ("100.63.255.255", nil), ("100.128.0.1", nil), ("223.255.255.255", nil), ("169.253.255.255", nil),
            ("2606:4700::1111", nil), ("2a00:1450:4001::1", nil),
        ] as [(String, IPAddress.Refusal?)])
    func classification(text: String, expected: IPAddress.Refusal?) throws {
        #expect(try #require(IPAddress(text)).refusal == expected)
    }
}
