import Testing
import WireFormats

@testable import CountersignCommand

@Suite("Who asks")
struct ClientAddressTests {
    @Test("X-Forwarded-For names the client as far as trusted proxies wrote it, and no further (THREATS P10)")
    func clientAddress() throws {
        let trusted = [try #require(AddressRange("10.0.0.0/8"))]
        func find(_ connection: String, _ forwarded: String...) -> String? {
            IPAddress(connection).map { ClientAddress.find(connection: $0, forwarded: forwarded, trusted: trusted) }
        }
        #expect(find("203.0.113.9", "198.51.100.1") == "203.0.113.9")
        #expect(find("10.0.0.1", "198.51.100.1") == "198.51.100.1")
        #expect(find("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2") == "198.51.100.1")
        #expect(find("10.0.0.1", "6.6.6.6", "198.51.100.1") == "198.51.100.1")
        #expect(find("10.0.0.1", "198.51.100.1, evil") == "10.0.0.1")
        #expect(find("10.0.0.1") == "10.0.0.1")
    }

    @Test("case 146: on a socket for both families an IPv4 proxy is itself, and so is who connects without one")
    func mapped() throws {
        let trusted = [try #require(AddressRange("127.0.0.0/8"))]
        func find(_ connection: String, _ forwarded: String...) -> String? {
            IPAddress(connection).map { ClientAddress.find(connection: $0, forwarded: forwarded, trusted: trusted) }
        }
        #expect(find("::ffff:127.0.0.1", "198.51.100.1") == "198.51.100.1")
        #expect(find("::ffff:127.0.0.1", "198.51.100.1, ::ffff:127.0.0.2") == "198.51.100.1")
        #expect(find("::ffff:127.0.0.1", "::ffff:198.51.100.1") == "198.51.100.1")
        #expect(find("::ffff:203.0.113.9", "198.51.100.1") == "203.0.113.9")
        #expect(find("::ffff:127.0.0.1") == "127.0.0.1")
        // So is a range of them that somebody wrote as a log shows them.
        guard case .success(let written) = GatewayConfiguration.ranges("::ffff:127.0.0.0/104") else {
            Issue.record("not read")
            return
        }
        #expect(written == trusted)
        // What only looks alike is no proxy.
        #expect(find("::127.0.0.1", "198.51.100.1") == "::127.0.0.1")
    }

    @Test("what is no address ends the chain, whatever stands in it")
    func hostile() throws {
        let trusted = [try #require(AddressRange("10.0.0.0/8"))]
        let proxy = try #require(IPAddress("10.0.0.1"))
        for forwarded in ["198.51.100.1,\u{301} 10.0.0.2", "198.51.100.1, 10.0.0.2\u{FE0F}", "198.51.100.1, [10.0.0.2]", ", ,"] {
            #expect(ClientAddress.find(connection: proxy, forwarded: [forwarded], trusted: trusted) == "10.0.0.1")
        }
    }
}
