import Testing

/// The elements of a page, read as the HTML standard's tokenizer reads tags (§13.2.5): what a browser would make of it.
struct PageReader {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// The texts in it and below, spaces as they came.
        var text = ""
        /// The names of the elements around it, outermost first.
        let path: [String]

        subscript(_ attribute: String) -> String? { attributes[attribute] }
    }

    private(set) var elements: [Element] = []
    private(set) var problems: [String] = []

    private static let void: Set<String> = ["meta", "link", "img", "source", "input", "br", "circle/", "path/"]

    init(_ html: String) {
        var rest = Substring(html).unicodeScalars
        var open: [Int] = []
        while let scalar = rest.first {
            guard scalar == "<", let next = rest.dropFirst().first, next == "!" || next == "/" || (next.properties.isAlphabetic && next.isASCII)
            else {
                for index in open { elements[index].text.unicodeScalars.append(scalar) }
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst()
            if next == "!" {
                rest = rest.drop { $0 != ">" }.dropFirst()
            } else if next == "/" {
                let name = String(rest.dropFirst().prefix { $0 != ">" })
                rest = rest.drop { $0 != ">" }.dropFirst()
                if let last = open.last, elements[last].name == name { open.removeLast() } else { problems.append("</\(name)> closes nothing") }
            } else {
                let name = String(rest.prefix { $0 != " " && $0 != ">" && $0 != "/" })
                rest = rest.dropFirst(name.unicodeScalars.count)
                let (attributes, closesItself) = readAttributes(&rest, of: name)
                elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
                if !closesItself && !Self.void.contains(name) { open.append(elements.count - 1) }
            }
        }
        for index in open { problems.append("<\(elements[index].name)> stays open") }
    }

    private mutating func readAttributes(_ rest: inout Substring.UnicodeScalarView, of element: String) -> ([String: String], Bool) {
        var attributes: [String: String] = [:]
        var closesItself = false
        while let scalar = rest.first, scalar != ">" {
            if scalar == " " || scalar == "\n" || scalar == "/" {
                closesItself = scalar == "/"
                rest = rest.dropFirst()
                continue
            }
            let name = String(rest.prefix { !" =>/\n".unicodeScalars.contains($0) })
            rest = rest.dropFirst(name.unicodeScalars.count)
            var value = ""
            if rest.first == "=" {
                rest = rest.dropFirst()
                if rest.first == "\"" {
                    value = String(rest.dropFirst().prefix { $0 != "\"" })
                    rest = rest.dropFirst(value.unicodeScalars.count + 2)
                } else {
                    problems.append("\(name) of <\(element)> is not quoted")
                    rest = rest.drop { $0 != " " && $0 != ">" }
                }
            }
            if attributes.updateValue(Self.decode(value), forKey: name) != nil { problems.append("\(name) of <\(element)> is there twice") }
        }
        rest = rest.dropFirst()
        return (attributes, closesItself)
    }

    /// By scalars: a semicolon with a combining mark behind it is one `Character`.
    static func decode(_ text: String) -> String {
        let names = ["lt": "<", "gt": ">", "quot": "\"", "#39": "'", "amp": "&"]
        var (decoded, rest) = ("", Substring(text).unicodeScalars)
        while let scalar = rest.first {
            let name = scalar == "&" ? String(rest.dropFirst().prefix { $0 != ";" }) : ""
            if let meant = names[name] {
                decoded += meant
                rest = rest.dropFirst(name.count + 2)
            } else {
                decoded.unicodeScalars.append(scalar)
                rest = rest.dropFirst()
            }
        }
        return decoded
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    func first(id: String) -> Element? { elements.first { $0["id"] == id } }

    /// Names and values of the form that has an input `name`; of the page's only form without one.
    func fields() -> [[(name: String, value: String)]] {
        var forms: [[(name: String, value: String)]] = []
        for element in elements {
            if element.name == "form" { forms.append([]) }
            if element.name == "input", !forms.isEmpty { forms[forms.count - 1].append((element["name"] ?? "", element["value"] ?? "")) }
        }
        return forms
    }
}
