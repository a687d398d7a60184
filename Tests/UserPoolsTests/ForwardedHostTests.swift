import Testing
import UserPools

@Suite("hosts behind a proxy")
struct ForwardedHostTests {
    @Test(
        "a host name in lower case, with a port that is not the usual one",
        arguments: [
            ("wiki.example.com", true), ("wiki.example.com:8443", true), ("localhost:8080", true), ("127.0.0.1:8080", true), ("a", true),
            ("Wiki.example.com", false), ("wiki.example.com:443", false), ("wiki.example.com:0", false), ("wiki.example.com:65536", false),
            ("wiki.example.com:08443", false), ("wiki.example.com:", false), ("wiki.example.com:x", false), ("https://wiki.example.com", false),
            ("wiki.example.com/", false), ("*.example.com", false), ("", false), ("wiki.example.com.", false), ("a:1:2", false), ("a@b", false),
            ("wiki example.com", false), ("w\u{131}ki.example.com", false),
        ])
    func form(host: String, accepted: Bool) { #expect(ForwardedHost.accepts(host) == accepted) }

    @Test("https, and http on this machine alone") func origin() {
        #expect(ForwardedHost(host: "wiki.example.com:8443").callback == "https://wiki.example.com:8443/_countersign/callback")
        #expect(ForwardedHost(host: "localhost:8080").callback == "http://localhost:8080/_countersign/callback")
        #expect(ForwardedHost(host: "localhost.evil.example").origin == "https://localhost.evil.example")
    }

    @Test("HOST and HOST=GROUP, there and back; a host with groups and without needs them") func entries() {
        let hosts = ForwardedHost.hosts(["a.example", "b.example=x", "b.example=y=z", "a.example=q"])
        #expect(hosts == [.init(host: "a.example", requiredGroups: ["q"]), .init(host: "b.example", requiredGroups: ["x", "y=z"])])
        #expect(ForwardedHost.entries(hosts) == ["a.example=q", "b.example=x", "b.example=y=z"])
        #expect(ForwardedHost.hosts(ForwardedHost.entries(hosts)) == hosts)
    }
}
