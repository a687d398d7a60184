import XMLSecurity

/// SVG as a picture: shapes, colours and gradients. What acts, loads, embeds or is only clever is not in the list, so it is refused.
///
/// The tree is XMLSecurity's. The bytes are looked at for the few things that the tree does not show and that another reader, one of HTML
/// say, could take for more than they are.
struct PlainSVG {
    /// Why a file is not a plain picture.
    struct Refusal: Error, Equatable {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private static let namespace = "http://www.w3.org/2000/svg"
    private static let links = "http://www.w3.org/1999/xlink"
    private static let xml = "http://www.w3.org/XML/1998/namespace"
    private static let limits = XMLLimits(bytes: LogoPicture.maximumBytes, namespacesInScope: 16, allowsComments: true)

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
        "aria-labelledby", "focusable", "data-name", "lang",
    ]
    private static let xmlAttributes: Set<String> = ["space", "lang"]

    /// Whether the file means to be one.
    static func looksLike(_ bytes: [UInt8]) -> Bool {
        let tag = Array("<svg".utf8)
        return bytes.indices.contains { bytes[$0] == UInt8(ascii: "<") && bytes[$0...].starts(with: tag) }
    }

    static func require(_ bytes: [UInt8]) throws(Refusal) {
        try requireNothingHidden(bytes)
        let root: XMLElement
        do throws(XMLSecurityError) { root = try XMLDocument(parsing: bytes, limits: limits).root } catch { throw Refusal(error.message) }
        guard root.name == XMLName(namespace, "svg") else { throw Refusal("it is not one svg element (with xmlns)") }
        try require(root)
    }

    /// By its `viewBox`, or by `width` and `height` (SVG 2 §8.2); nil where neither says it in numbers.
    static func size(of bytes: [UInt8]) -> (width: Double, height: Double)? {
        guard let root = try? XMLDocument(parsing: bytes, limits: limits).root else { return nil }
        let box = (root.attribute("viewBox") ?? "").utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }.map { Double(Substring($0)) }
        if box.count == 4, let width = box[2], let height = box[3] { return (width, height) }
        guard let width = root.attribute("width").flatMap({ Double($0) }), let height = root.attribute("height").flatMap({ Double($0) }) else {
            return nil
        }
        return (width, height)
    }

    /// Comments without markup inside, which a reader of HTML would end sooner than one of XML; no other declaration and no CDATA section; the
    /// five entities of XML and no number, which would hide what the rules look for.
    private static func requireNothingHidden(_ bytes: [UInt8]) throws(Refusal) {
        for index in bytes.indices {
            let rest = bytes[(index + 1)...]
            switch bytes[index] {
            case UInt8(ascii: "<") where rest.first == UInt8(ascii: "!"):
                guard rest.starts(with: "!--".utf8), let inside = comment(rest.dropFirst(3)), !inside.contains(where: "<>".utf8.contains) else {
                    throw Refusal("it has a document type, a section that is no element, or a comment with markup inside")
                }
            case UInt8(ascii: "&"):
                guard ["amp;", "lt;", "gt;", "quot;", "apos;"].contains(where: { rest.starts(with: $0.utf8) }) else {
                    throw Refusal("it has a character reference")
                }
            default: break
            }
        }
    }

    /// What stands before the first `--`, which must be the comment's end.
    private static func comment(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = text.indices.first(where: { text[$0...].starts(with: "--".utf8) }), text[end...].starts(with: "-->".utf8) else { return nil }
        return text[..<end]
    }

    /// An element and what is in it; the depth is bounded by the limits.
    private static func require(_ element: XMLElement) throws(Refusal) {
        let name = element.name.localName
        guard element.name.namespace.utf8.elementsEqual(namespace.utf8), elements.contains(name) else {
            throw Refusal("the element '\(name.prefix(40))' is not in the list")
        }
        for attribute in element.attributes { try require(attribute, of: name) }
        let isText = ["title", "desc", "style"].contains(name)
        var text = ""
        for child in element.children {
            switch child {
            case .element(let inner):
                guard !isText else { throw Refusal("there is an element inside of '\(name)'") }
                guard inner.name.localName != "svg" else { throw Refusal("it is not one svg element") }
                try require(inner)
            case .text(let part):
                guard isText || part.utf8.allSatisfy({ $0 <= 0x20 }) else { throw Refusal("it has text outside of its title") }
                text += part
            }
        }
        // As a whole: readers join what stands before and behind a comment.
        if name == "style" { try requireHarmlessStyle(text) }
    }

    private static func require(_ attribute: XMLElement.Attribute, of element: String) throws(Refusal) {
        let name = attribute.name.localName
        switch attribute.name.namespace {
        case "" where attributes.contains(name), xml where xmlAttributes.contains(name): break
        case "" where name == "href", links where name == "href":
            // A gradient may begin from another one of the same file.
            guard element.hasSuffix("Gradient"), attribute.value.utf8.first == UInt8(ascii: "#") else { throw Refusal("'href' refers to something") }
        default: throw Refusal("the attribute '\(name.prefix(40))' is not in the list")
        }
        try requireHarmlessStyle(attribute.value)
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
}
