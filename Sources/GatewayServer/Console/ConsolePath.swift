import UserPools
import WireFormats

/// A page of the console, by its path on our own host. What comes back from a sign-in as the place where somebody wanted to be is read by this, so that
/// it leads nowhere else (case 219).
struct ConsolePath: Sendable, Hashable {
    let text: String

    static let overview = ConsolePath(trusted: "/console")
    private static let longest = 1024

    static func overview(query: [(name: String, value: String)]) -> ConsolePath {
        ConsolePath(trusted: FormCoding.append(query, to: overview.text))
    }

    private init(trusted text: String) { self.text = text }

    init?(_ text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.mayStand) else { return nil }
        let segments = ProtocolText(text).prefix { $0 != UInt8(ascii: "?") }.split(at: "/").map(\.string)
        guard segments.count >= 2, segments[0].isEmpty, segments[1] == "console", !segments.dropFirst().contains(""),
            !ProtocolText(text).hasDotSegment
        else { return nil }
        // Those lead on to a page by themselves.
        guard segments.count != 3 || !["signed-in", "sign-in"].contains(segments[2]) else { return nil }
        self.text = text
    }

    /// Of the installation.
    static func of(_ part: String, query: [(name: String, value: String)] = []) -> ConsolePath {
        ConsolePath(trusted: FormCoding.append(query, to: "/console/" + PercentCoding.encode(part)))
    }

    /// Of a pool.
    static func of(_ pool: UserPool.ID, _ parts: String..., query: [(name: String, value: String)] = []) -> ConsolePath {
        let path = ([pool.text] + parts).reduce("/console") { $0 + "/" + PercentCoding.encode($1) }
        return ConsolePath(trusted: FormCoding.append(query, to: path))
    }

    private static func mayStand(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~/?=&%+@:,*!'()".utf8.contains(byte)
        }
    }
}

struct ConsoleLink: Sendable {
    /// How it looks: a way to another page, an act whose page asks first, or one of those that take something away.
    enum Manner: String, Sendable { case way, act, danger }

    let text: String
    let path: String
    var manner = Manner.way

    init(_ text: String, _ path: ConsolePath, _ manner: Manner = .way) { (self.text, self.path, self.manner) = (text, path.text, manner) }

    /// To a page of ours that is not the console's.
    init(_ text: String, page: String) { (self.text, path) = (text, page) }
}
