/// Where something stands in a configuration document, both counted from 1.
package struct ConfigPlace: Sendable, Hashable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
}

/// What a configuration document says, whatever it is written in.
package struct ConfigValue: Sendable {
    package enum Content: Sendable {
        case absent
        case flag(Bool)
        case number(Int)
        case text(String)
        case list([ConfigValue])
        case members([Member])
    }

    package struct Member: Sendable {
        package let name: String
        /// Of the name.
        package let place: ConfigPlace?
        package let value: ConfigValue

        package init(_ name: String, _ value: ConfigValue, at place: ConfigPlace? = nil) {
            (self.name, self.value, self.place) = (name, value, place)
        }
    }

    package let content: Content
    /// nil of what was not read.
    package let place: ConfigPlace?

    package init(_ content: Content, at place: ConfigPlace? = nil) { (self.content, self.place) = (content, place) }

    /// As a sentence calls it.
    var kind: String {
        switch content {
        case .absent: "nothing"
        case .flag(let flag): flag ? "true" : "false"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .members: "a mapping"
        }
    }
}
