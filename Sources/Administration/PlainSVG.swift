/// SVG as a picture: shapes, colours and gradients. What acts, loads, embeds or is only clever is not in the list, so it is refused.
///
/// A strict reader of its own: a file that it accepts holds no markup that any other reader could take for more.
struct PlainSVG {
    /// Why a file is not a plain picture.
    struct Refusal: Error, Equatable {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private static let elements: Set<String> = [
        "svg", "g", "defs", "title", "desc", "style", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "linearGradient",
        "radialGradient", "stop", "clipPath", "mask",
    ]
    private static let attributes: Set<String> = [
        "id", "class", "style", "version", "baseProfile", "viewBox", "preserveAspectRatio", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx",
        "cy", "r", "rx", "ry", "fx", "fy", "fr", "d", "points", "pathLength", "transform", "fill", "fill-opacity", "fill-rule", "clip-rule", "stroke",
        "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
        "vector-effect", "opacity", "color", "display", "visibility", "overflow", "offset", "stop-color", "stop-opacity", "gradientUnits",
        "gradientTransform", "spreadMethod", "clip-path", "clipPathUnits", "mask", "maskUnits", "maskContentUnits", "mask-type", "shape-rendering",
        "color-interpolation", "paint-order", "mix-blend-mode", "isolation", "enable-background", "role", "aria-label", "aria-hidden",
        "aria-labelledby", "focusable", "data-name", "xml:space", "xml:lang", "lang",
    ]
    private static let namespaces = ["xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"]
    private static let deepest = 64

    /// Whether the file means to be one.
    static func looksLike(_ bytes: [UInt8]) -> Bool {
        let tag = Array("<svg".utf8)
        return bytes.indices.contains { bytes[$0] == UInt8(ascii: "<") && bytes[$0...].starts(with: tag) }
    }

    static func require(_ bytes: [UInt8]) throws(Refusal) {
        guard let text = String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self) else {
            throw Refusal("it is not UTF-8")
        }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || "\t\n\r".unicodeScalars.contains($0) }) else {
            throw Refusal("it has control characters")
        }
        var reader = PlainSVG(rest: Array(text.utf8)[...])
        try reader.document()
    }

    private var rest: ArraySlice<UInt8>
    private var open: [String] = []
    private var isOver = false

    private init(rest: ArraySlice<UInt8>) { self.rest = rest }

    private mutating func document() throws(Refusal) {
        if skip("<?xml ") { try declaration() }
        while let byte = rest.first {
            if skip("<!--") { try comment() } else if byte != UInt8(ascii: "<") { try text() } else { try tag() }
        }
        guard isOver else { throw Refusal("it ends in the middle") }
    }

    /// Another encoding than UTF-8 would be another text to a browser.
    private mutating func declaration() throws(Refusal) {
        guard let inside = take(until: "?>") else { throw Refusal("it ends in the middle") }
        let lower = inside.lowercased()
        guard !lower.contains("encoding") || lower.contains("encoding=\"utf-8\"") || lower.contains("encoding='utf-8'") else {
            throw Refusal("it does not say that it is UTF-8")
        }
    }

    private mutating func comment() throws(Refusal) {
        // Readers join what stands before and behind a comment, and the rules look at each alone.
        guard open.last != "style" else { throw Refusal("its style has a comment") }
        // A reader of HTML would end some comments sooner.
        guard let inside = take(until: "--"), skip(">"), !inside.contains("<"), !inside.contains(">") else {
            throw Refusal("a comment has no end, or markup inside")
        }
    }

    private mutating func text() throws(Refusal) {
        let run = rest.prefix { $0 != UInt8(ascii: "<") }
        rest = rest.dropFirst(run.count)
        let text = String(decoding: run, as: UTF8.self)
        if text.utf8.allSatisfy({ $0 <= 0x20 }) { return }
        switch open.last {
        case "title", "desc": try Self.requireKnownEntities(text)
        case "style":
            try Self.requireKnownEntities(text)
            try Self.requireHarmlessStyle(text)
        default: throw Refusal("it has text outside of its title")
        }
    }

    private mutating func tag() throws(Refusal) {
        if skip("</") {
            guard let name = name(), open.last == name else { throw Refusal("its tags do not match") }
            skipSpace()
            guard skip(">") else { throw Refusal("its tags do not match") }
            open.removeLast()
            isOver = open.isEmpty
            return
        }
        rest = rest.dropFirst()
        guard let name = name() else { throw Refusal("it has a document type, an instruction or a section that is no element") }
        guard Self.elements.contains(name) else { throw Refusal("the element '\(name.prefix(40))' is not in the list") }
        guard open.isEmpty == (name == "svg"), !isOver, open.count < Self.deepest else { throw Refusal("it is not one svg element") }
        if let parent = open.last, ["title", "desc", "style"].contains(parent) { throw Refusal("there is an element inside of '\(parent)'") }
        let given = try attributes(of: name)
        guard name != "svg" || given.contains("xmlns") else { throw Refusal("it does not say that it is SVG (xmlns)") }
        if skip("/>") {
            isOver = open.isEmpty
        } else if skip(">") {
            open.append(name)
        } else {
            throw Refusal("a tag has no end")
        }
    }

    private mutating func attributes(of element: String) throws(Refusal) -> Set<String> {
        var given: Set<String> = []
        while true {
            let space = skipSpace()
            if rest.first == UInt8(ascii: ">") || rest.starts(with: Array("/>".utf8)) { return given }
            guard space, let name = name(), skip("="), let quote = rest.first, quote == 0x22 || quote == 0x27 else {
                throw Refusal("an attribute of '\(element)' does not read")
            }
            rest = rest.dropFirst()
            let run = rest.prefix { $0 != quote }
            rest = rest.dropFirst(run.count)
            guard !rest.isEmpty, !run.contains(UInt8(ascii: "<")), given.insert(name).inserted else {
                throw Refusal("an attribute of '\(element)' does not read")
            }
            rest = rest.dropFirst()
            try Self.require(name, String(decoding: run, as: UTF8.self), of: element)
        }
    }

    private static func require(_ name: String, _ value: String, of element: String) throws(Refusal) {
        if let namespace = namespaces[name] {
            guard value == namespace else { throw Refusal("'\(name)' is another namespace than \(namespace)") }
            return
        }
        if name == "href" || name == "xlink:href" {
            // A gradient may begin from another one of the same file.
            guard element.hasSuffix("Gradient"), value.first == "#" else { throw Refusal("'\(name)' refers to something") }
        } else if !attributes.contains(name) {
            throw Refusal("the attribute '\(name.prefix(40))' is not in the list")
        }
        try requireKnownEntities(value)
        try requireHarmlessStyle(value)
    }

    /// No document type, so there are five entities; others are not needed, and numbers would hide what the rules look for.
    private static func requireKnownEntities(_ text: String) throws(Refusal) {
        // By bytes: with a mark behind it a sign is another character to Swift, and the same to a browser.
        for part in text.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).dropFirst() {
            guard ["amp;", "lt;", "gt;", "quot;", "apos;"].contains(where: { part.starts(with: $0.utf8) }) else {
                throw Refusal("it has a character reference")
            }
        }
    }

    /// CSS, and attributes that are CSS: `url(#…)` alone refers to anything, and no escape hides one.
    private static func requireHarmlessStyle(_ text: String) throws(Refusal) {
        // In ASCII characters and bytes are one; nothing that the rules look for is beyond it.
        let text = String(decoding: text.utf8.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        guard !text.contains("\\"), !text.contains("@") else { throw Refusal("its style has an escape or an at-rule") }
        for part in text.lowercased().split(separator: "url(", omittingEmptySubsequences: false).dropFirst() {
            let inside = part.drop { $0.isWhitespace || $0 == "\"" || $0 == "'" }
            guard inside.first == "#" else { throw Refusal("its style refers to something outside of it") }
        }
        for word in ["image(", "image-set(", "expression", "behavior", "-moz-binding", "javascript:", "src("] where text.lowercased().contains(word) {
            throw Refusal("its style has '\(word)'")
        }
    }

    // Reading

    private mutating func skip(_ text: StaticString) -> Bool {
        let wanted = Array(text.description.utf8)
        guard rest.starts(with: wanted) else { return false }
        rest = rest.dropFirst(wanted.count)
        return true
    }

    @discardableResult private mutating func skipSpace() -> Bool {
        let run = rest.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        rest = rest.dropFirst(run.count)
        return !run.isEmpty
    }

    private mutating func name() -> String? {
        let run = rest.prefix { IdentifierCharacter.accepts($0) }
        guard !run.isEmpty else { return nil }
        rest = rest.dropFirst(run.count)
        return String(decoding: run, as: UTF8.self)
    }

    private mutating func take(until end: StaticString) -> String? {
        let wanted = Array(end.description.utf8)
        var place = rest.startIndex
        while place + wanted.count <= rest.endIndex {
            if rest[place...].starts(with: wanted) {
                let taken = String(decoding: rest[..<place], as: UTF8.self)
                rest = rest[(place + wanted.count)...]
                return taken
            }
            place += 1
        }
        return nil
    }

    private enum IdentifierCharacter {
        /// ASCII is all that a name in the lists has.
        static func accepts(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
