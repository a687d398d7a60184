import Glibc

/// A colour of sRGB, and how well it stands out against another (WCAG 2.2, "contrast ratio").
package struct AccentColor: Sendable, Hashable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package static let white = AccentColor(red: 255, green: 255, blue: 255)
    package static let black = AccentColor(red: 0, green: 0, blue: 0)
    /// The cards of the pages, on which a pool's accent is seen; `countersign.css` has the same.
    package static let lightSurface = AccentColor(red: 255, green: 255, blue: 255)
    package static let darkSurface = AccentColor(red: 0x1a, green: 0x1e, blue: 0x25)
    /// What a button or a focus ring needs against what is around it (WCAG 2.2, 1.4.11).
    package static let minimumContrast = 3.0

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// `#rrggbb`, digits in either case; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 7, text.utf8.first == UInt8(ascii: "#") else { return nil }
        self.init(digits: text.utf8.dropFirst())
    }

    /// `rrggbb` as ``digits`` writes it.
    package init?(digits: some Collection<UInt8>) {
        guard digits.count == 6 else { return nil }
        var value: UInt32 = 0
        for byte in digits {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        self.init(red: UInt8(truncatingIfNeeded: value >> 16), green: UInt8(truncatingIfNeeded: value >> 8), blue: UInt8(truncatingIfNeeded: value))
    }

    /// Six lower-case digits, without the `#`.
    package var digits: String {
        let alphabet = Array("0123456789abcdef")
        return [red, green, blue].reduce(into: "") { text, part in
            text.append(alphabet[Int(part >> 4)])
            text.append(alphabet[Int(part & 15)])
        }
    }

    /// 1 (the same) to 21 (black on white).
    package func contrast(with other: AccentColor) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    /// Whether a button of this colour can be told from a card of `surface`.
    package func isVisible(on surface: AccentColor) -> Bool { contrast(with: surface) >= Self.minimumContrast }

    /// Black or white, whichever is read better on this colour; the better of the two has at least 4.5.
    package var ink: AccentColor { contrast(with: .white) >= contrast(with: .black) ? .white : .black }

    /// This colour, or as much of white mixed into it as makes it visible on a dark `surface`.
    package func lightened(for surface: AccentColor) -> AccentColor {
        for step in 0...20 {
            let mixed = AccentColor(red: mix(red, step), green: mix(green, step), blue: mix(blue, step))
            // More than enough to be seen: dark pages are looked at in the dark.
            if mixed.contrast(with: surface) >= 4.5 { return mixed }
        }
        return .white
    }

    private func mix(_ part: UInt8, _ step: Int) -> UInt8 { UInt8(clamping: Int(part) + (255 - Int(part)) * step / 20) }

    /// WCAG 2.2, "relative luminance".
    private var luminance: Double {
        0.2126 * Self.linear[Int(red)] + 0.7152 * Self.linear[Int(green)] + 0.0722 * Self.linear[Int(blue)]
    }

    private static let linear: [Double] = (0...255).map { part in
        let value = Double(part) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
}
