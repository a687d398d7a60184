/// ArgumentParser breaks the lines of its help, but for the one that begins with "USAGE:".
enum UsageLine {
    /// The text, with no usage line that is longer than `width`.
    static func wrapped(in text: String, width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isUsage = line.hasPrefix("USAGE: ") || line.hasPrefix("Usage: ")
            return isUsage && line.utf8.count > width ? wrapped(String(line), width: width) : String(line)
        }.joined(separator: "\n")
    }

    private static func wrapped(_ line: String, width: Int) -> String {
        let indent = String(repeating: " ", count: "USAGE: ".utf8.count)
        var lines: [String] = []
        var current = ""
        for part in parts(of: line) {
            if !current.isEmpty, current.utf8.count + 1 + part.utf8.count > width {
                lines.append(current)
                current = indent + part
            } else {
                current += (current.isEmpty ? "" : " ") + part
            }
        }
        return (lines + [current]).joined(separator: "\n")
    }

    /// What stands together: an option with its value, and all that is between brackets.
    private static func parts(of line: String) -> [String] {
        var parts: [String] = []
        var depth = 0
        for word in line.split(separator: " ") {
            let isValue = word.hasPrefix("<") && parts.last?.hasPrefix("--") == true && parts.last?.contains(" ") == false
            if let last = parts.last, depth > 0 || isValue { parts[parts.count - 1] = last + " " + word } else { parts.append(String(word)) }
            depth += word.count { $0 == "[" } - word.count { $0 == "]" }
        }
        return parts
    }
}
