/// Well-formed elements full of what canonical form has rules for: prefixes declared again, undeclared defaults, declarations that nobody uses,
/// attributes of one local name in several namespaces, every character that is escaped, CDATA sections. The same seed, the same documents.
struct RandomXML {
    private var state: UInt64
    /// Whether comments may be in it.
    var comments = false

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    private static let prefixes = ["", "a", "b", "c", "ab", "z", "A", "_x", "\u{E4}"]
    private static let namespaces = ["urn:1", "urn:2", "urn:3", "http://x.example/?q='1'", "urn:a", "urn:b%20"]
    private static let characters = [
        "a", "b", " ", "c", "<", ">", "&", "\"", "'", "\t", "\n", "\r", "]", "\u{E4}", "\u{1F600}", "e\u{301}", "\u{FFFD}",
    ]

    // SplitMix64
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
    private mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }
    mutating func one<T>(of values: [T]) -> T { values[number(below: values.count)] }

    /// 0 to 4 prefixes for a PrefixList, some of them declared nowhere.
    mutating func prefixList() -> String {
        (0..<one(of: [0, 0, 1, 2, 4])).map { _ in one(of: ["#default", "a", "b", "c", "z", "xml", "nobody", "ab"]) }.joined(separator: " ")
    }

    /// - Parameters:
    ///   - depth: at most so many levels of elements.
    ///   - name: the local name, without a prefix.
    mutating func element(depth: Int, in scope: [String: String] = [:], name: String? = nil) -> String {
        var declared: [String: String] = [:]
        for _ in 0..<one(of: [0, 0, 0, 1, 1, 2, 4]) {
            let prefix = one(of: Self.prefixes)
            declared[prefix] = prefix.isEmpty && chance(40) ? "" : one(of: Self.namespaces)
        }
        let scope = scope.merging(declared) { $1 }
        let usable = scope.keys.filter { !$0.isEmpty }.sorted()
        let local = name ?? one(of: ["e", "f", "g"])
        let tag = name == nil && !usable.isEmpty && chance(60) ? one(of: usable) + ":" + local : local

        var attributes = declared.keys.sorted().map { "xmlns\($0.isEmpty ? "" : ":" + $0)=\"\(declared[$0] ?? "")\"" }
        var taken: Set<String> = []
        for _ in 0..<one(of: [0, 0, 1, 2, 3, 6]) {
            let local = one(of: ["x", "y", "Z", "z", "k.1", "\u{E9}"])
            let prefix = chance(10) ? "xml" : !usable.isEmpty && chance(60) ? one(of: usable) : ""
            let quote = one(of: ["\"", "'"])
            guard taken.insert("{\(scope[prefix] ?? prefix)\(prefix.isEmpty ? "" : "}")\(local)").inserted else { continue }
            attributes.append("\(prefix.isEmpty ? "" : prefix + ":")\(local)=\(quote)\(text(quotedBy: quote))\(quote)")
        }
        for index in attributes.indices { attributes.swapAt(index, number(below: attributes.count)) }

        var content = ""
        for _ in 0..<(depth > 0 ? number(below: 4) : 0) {
            switch number(below: 10) {
            case 0..<5: content += element(depth: depth - 1, in: scope)
            case 5..<8: content += text(quotedBy: nil)
            case 8: content += "<![CDATA[" + plain(9).joined() + "]]>"
            default: content += comments ? "<!--" + plain(5).joined() + "-->" : ""
            }
        }
        let head = "<" + tag + attributes.map { one(of: [" ", "\n", "  "]) + $0 }.joined()
        return content.isEmpty && chance(50) ? head + "/>" : head + ">" + content + "</\(tag)>"
    }

    private mutating func plain(_ limit: Int) -> [String] {
        (0..<number(below: limit)).map { _ in one(of: Self.characters) }.filter { $0 != "]" }
    }

    private mutating func text(quotedBy quote: String?) -> String {
        (0..<number(below: 9)).map { _ in
            let character = one(of: Self.characters)
            switch character {
            case "&": return "&amp;"
            case "<": return one(of: ["&lt;", "&#60;"])
            case ">": return quote == nil ? "&gt;" : one(of: [">", "&gt;"])
            case "\t", "\n", "\r": return chance(60) ? "&#x\(String(character.unicodeScalars.first?.value ?? 9, radix: 16));" : character
            case quote: return character == "\"" ? "&quot;" : "&apos;"
            default: return chance(5) ? character.unicodeScalars.map { "&#\($0.value);" }.joined() : character
            }
        }.joined()
    }
}
