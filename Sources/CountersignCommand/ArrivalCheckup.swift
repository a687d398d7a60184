import FoundationEssentials
import WireFormats

/// How a request to the public URL arrived at the server that answered it.
struct Arrival: Sendable, Equatable {
    /// Who asked, as the server understands it; nil where it says of itself that it cannot know.
    let address: String?
    let connection: String?
    let connectionIsProxy: Bool
    let time: Date

    init?(_ bytes: [UInt8]) {
        guard let seen = try? JSONParser.parseObject(bytes), let isProxy = seen["connection_is_proxy"]?.bool, let time = seen["time"]?.integer
        else { return nil }
        self.init(
            address: seen["address"]?.string, connection: seen["connection"]?.string, connectionIsProxy: isProxy,
            time: Date(timeIntervalSince1970: Double(time) / 1_000))
    }

    init(address: String?, connection: String?, connectionIsProxy: Bool, time: Date) {
        (self.address, self.connection, self.connectionIsProxy, self.time) = (address, connection, connectionIsProxy, time)
    }
}

/// What two requests show of the way between: one as it is, and one that claims to come from somebody else.
struct ArrivalCheckup: Sendable {
    /// Kept for examples (RFC 5737 §3): nobody asks from there.
    static let forged = "192.0.2.1"
    /// What assertions and tokens are tolerated by is a minute or more.
    private static let (much, little) = (TimeInterval(60), TimeInterval(5))

    let plain: Arrival
    /// Of the request with `X-Forwarded-For: 192.0.2.1`.
    let claimed: Arrival
    /// When the first one was sent, and answered.
    let sent: Date
    let answered: Date

    var checks: [DoctorCheck] { [clock, proxy] }

    /// The answer's time lies between the two moments where both clocks are the same.
    private var clock: DoctorCheck {
        let apart = plain.time < sent ? plain.time.timeIntervalSince(sent) : max(plain.time.timeIntervalSince(answered), 0)
        let finding = DoctorFinding.clocksDiffer(seconds: Int(apart.rounded()))
        if abs(apart) > Self.much { return .fail("clocks", finding) }
        return abs(apart) > Self.little ? .warn("clocks", finding) : .ok("clocks", "the server that answers has this machine's time")
    }

    private var proxy: DoctorCheck {
        guard let address = plain.address else { return .warn("proxy", DoctorFinding.proxyNotNamed) }
        if plain.connectionIsProxy, plain.connection == plain.address { return .warn("proxy", DoctorFinding.proxyTellsNobody(proxy: address)) }
        if claimed.address == Self.forged { return .fail("proxy", DoctorFinding.addressIsForged) }
        return .ok("proxy", "this request came from \(address)\(plain.connectionIsProxy ? ", by the proxy \(plain.connection ?? "")" : "")")
    }
}
