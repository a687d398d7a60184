import WireFormats

/// Text in columns. On a terminal it is as wide as that: cells wrap, and what must be copied whole is never broken. Elsewhere a row is a line.
struct Table {
    struct Column {
        let title: String
        /// Identifiers: wrapped, they could not be copied.
        var isWhole = false
    }

    private static let gap = 2
    private static let narrowest = 8

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// One cell a column; missing ones are empty.
    mutating func append(_ cells: String...) { append(cells: cells) }

    mutating func append(cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? Printable.line(cells[$0]) : "" })
    }

    /// - Parameters:
    ///   - empty: stands in place of a table without rows.
    ///   - width: nil is as wide as it becomes.
    func text(orIfEmpty empty: String, width: Int? = Terminal.width) -> String {
        guard !rows.isEmpty else { return empty + "\n" }
        let widths = widths(fitting: width ?? .max)
        return ([columns.map(\.title)] + rows).map { line($0, widths) }.joined()
    }

    private func widths(fitting width: Int) -> [Int] {
        var widths = columns.indices.map { column in
            max(Printable.width(columns[column].title), rows.map { Printable.width($0[column]) }.max() ?? 0)
        }
        func excess() -> Int { widths.reduce(0, +) + Self.gap * (widths.count - 1) - width }
        while excess() > 0 {
            let flexible = widths.indices.filter { !columns[$0].isWhole && widths[$0] > Self.narrowest }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let wrapped = cells.indices.map { columns[$0].isWhole ? [cells[$0]] : Wrapping.lines(cells[$0], width: widths[$0]) }
        var text = ""
        for index in 0..<(wrapped.map(\.count).max() ?? 1) {
            var line = ""
            for column in cells.indices {
                let cell = index < wrapped[column].count ? wrapped[column][index] : ""
                line += cell + String(repeating: " ", count: max(0, widths[column] - Printable.width(cell)) + Self.gap)
            }
            text += line.trimmingTrailingSpaces() + "\n"
        }
        return text
    }
}

/// One field a line, `name  value`; further lines of a value stand below it.
struct FieldList {
    private(set) var fields: [(name: String, values: [String])] = []

    /// Left out where there is no value.
    mutating func append(_ name: String, _ value: String?) {
        if let value { fields.append((name, [value])) }
    }

    mutating func append(_ name: String, _ values: [String], orIfEmpty empty: String = "none") {
        fields.append((name, values.isEmpty ? [empty] : values))
    }

    /// - Parameter columns: nil is as wide as it becomes.
    func text(width columns: Int? = Terminal.width) -> String {
        let width = fields.map { Printable.width($0.name) }.max() ?? 0
        var text = ""
        for field in fields {
            var name = field.name
            for value in field.values {
                // Addresses and the like stay whole, so that they can be copied; sentences wrap.
                for line in Wrapping.lines(Printable.line(value), width: columns.map { max(20, $0 - width - 2) }, breakingWords: false) {
                    text += (name + String(repeating: " ", count: width - Printable.width(name) + 2) + line).trimmingTrailingSpaces() + "\n"
                    name = ""
                }
            }
        }
        return text
    }
}

enum Wrapping {
    /// Lines of at most `width` columns, broken at spaces; a word that is too long is broken too, unless it must not be.
    static func lines(_ text: String, width: Int?, breakingWords: Bool = true) -> [String] {
        guard let width, Printable.width(text) > width else { return [text] }
        var lines: [String] = []
        var line = "", used = 0
        func flush() {
            if !line.isEmpty { lines.append(line) }
            (line, used) = ("", 0)
        }
        for word in text.split(separator: " ") {
            let length = Printable.width(String(word))
            if used > 0, used + 1 + length > width { flush() }
            if length <= width || !breakingWords {
                line += (used > 0 ? " " : "") + word
                used += length + (used > 0 ? 1 : 0)
                continue
            }
            for character in word {
                let size = Printable.width(character)
                if used + size > width { flush() }
                line.append(character)
                used += size
            }
        }
        flush()
        return lines.isEmpty ? [""] : lines
    }
}

extension String {
    func trimmingTrailingSpaces() -> String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
