import Foundation
import Testing

@testable import CountersignCommand

@Suite("doctor: how a request arrives")
struct ArrivalCheckupTests {
    private static let noon = Date(timeIntervalSince1970: 1_800_000_000)

    /// The codes of what is not well, by `check verdict code`.
    private func findings(
        plain: Arrival, claimed: String? = "203.0.113.7", answered: Date = noon.addingTimeInterval(2)
    ) -> [String] {
        let other = Arrival(address: claimed, connection: plain.connection, connectionIsProxy: plain.connectionIsProxy, time: plain.time)
        return ArrivalCheckup(plain: plain, claimed: other, sent: Self.noon, answered: answered).checks.filter { $0.verdict != .ok }
            .map { "\($0.name) \($0.verdict) \($0.code ?? "")" }
    }

    private func arrival(_ address: String?, by connection: String = "10.0.0.2", isProxy: Bool = true, after seconds: Double = 1) -> Arrival {
        Arrival(address: address, connection: connection, connectionIsProxy: isProxy, time: Self.noon.addingTimeInterval(seconds))
    }

    @Test("a proxy that adds who asks is well, and so is a server without one")
    func well() {
        #expect(findings(plain: arrival("203.0.113.7")) == [])
        #expect(findings(plain: arrival("203.0.113.7", by: "203.0.113.7", isProxy: false)) == [])
    }

    @Test("a made-up address that is believed fails")
    func forged() {
        #expect(findings(plain: arrival("203.0.113.7"), claimed: "192.0.2.1") == ["proxy fail doctor.address_is_forged"])
    }

    @Test("a proxy that says nothing, and one that was not named")
    func silent() {
        // The made-up address is believed there because nobody wrote another one behind it: the same cause.
        #expect(findings(plain: arrival("10.0.0.2"), claimed: "192.0.2.1") == ["proxy warn doctor.proxy_tells_nobody"])
        #expect(findings(plain: arrival(nil, isProxy: false), claimed: nil) == ["proxy warn doctor.proxy_not_named"])
    }

    @Test(
        "clocks: what the request took is no difference",
        arguments: [
            (1.0, nil), (2.0, nil), (6.9, nil), (8.0, "warn"), (61.0, "warn"), (63.0, "fail"), (-4.0, nil), (-6.0, "warn"), (-61.0, "fail"),
        ] as [(Double, String?)])
    func clocks(seconds: Double, verdict: String?) {
        #expect(findings(plain: arrival("203.0.113.7", after: seconds)) == (verdict.map { ["clocks \($0) doctor.clocks_differ"] } ?? []))
    }

    @Test("an answer of something else is none", arguments: ["", "{}", #"{"connection_is_proxy":true}"#, #"{"connection_is_proxy":1,"time":1}"#])
    func other(text: String) {
        #expect(Arrival(Array(text.utf8)) == nil)
    }
}
