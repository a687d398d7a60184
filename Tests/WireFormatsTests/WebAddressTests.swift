import Testing
import WireFormats

@Suite("Addresses that are read")
struct WebAddressTests {
    @Test("the parts are those that every program reads")
    func parts() throws {
        let address = try #require(WebAddress("HTTPS://IdP.Example.com:8443/a?b=c"))
        #expect(address.isHTTPS && address.host == "idp.example.com" && address.port == 8443 && address.path == "/a?b=c")
        #expect(address.origin == "https://idp.example.com:8443")
        let six = try #require(WebAddress("http://[::1]/x"))
        #expect(six.isIPv6 && six.host == "::1" && six.origin == "http://[::1]" && six.isThisMachine)
        #expect(try #require(WebAddress("https://a.example?x")).path == "?x")
    }

    @Test(
        "what two programs could read differently is refused",
        arguments: [
            "https://a@b.example/", "https://a.example:80:80/", "https://a.example:/", "https://a.example:+1/", "https:/a.example/",
            "https://a.example\\b/",
            "https://a.example/#x", "https://a.example/ b", "https://[::1", "https://[127.0.0.1]/", "https://a..example/", "https://.a.example/",
            "https://a.example./", "https://-a.example/", "https:///x", "https://a.example:65536/", "https://ａ.example/", "javascript://a.example/",
            "https://[fe80::1%25lo]/", "https://a.example\u{0}/", "//a.example/", "",
        ])
    func refused(text: String) { #expect(WebAddress(text) == nil) }
}
