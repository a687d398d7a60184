import Administration

/// Which characters a configuration document may have (YAML 1.2 §5.1).
enum ConfigCharacters {
    /// Where the first stands that none may have, or what is no UTF-8; a column counts characters.
    static func findForbidden(in bytes: [UInt8]) -> ConfigPlace? {
        var (parser, iterator) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator())
        var (line, column) = (1, 1)
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput: return nil
            case .error: return ConfigPlace(line: line, column: column)
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                guard isAllowed(scalar) else { return ConfigPlace(line: line, column: column) }
                if scalar == "\n" { (line, column) = (line + 1, 1) } else if scalar != byteOrderMark { column += 1 }
            }
        }
    }

    private static let byteOrderMark: Unicode.Scalar = "\u{FEFF}"

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
