import UserPools

/// A pool's colours as a style sheet of a few lines. Its address has the colours in it: no store is asked, and browsers may keep it for ever.
struct AccentSheet: Sendable, Equatable {
    let light: AccentColor
    let dark: AccentColor

    /// nil where the pool has no colour of its own.
    init?(_ branding: Branding) {
        let (light, dark) = (branding.accent.flatMap { AccentColor($0) }, branding.darkAccent.flatMap { AccentColor($0) })
        guard let base = light ?? dark else { return nil }
        self.light = base
        self.dark = dark ?? base.lightened(for: .darkSurface)
    }

    /// The name at the end of ``path``: `0b57d0-8ab4f8.css`.
    init?(file: String) {
        let name = Array(file.utf8)
        guard name.count == 17, name[6] == UInt8(ascii: "-"), name[13...].elementsEqual(".css".utf8),
            let light = AccentColor(digits: name[..<6]), let dark = AccentColor(digits: name[7..<13]),
            file == "\(light.digits)-\(dark.digits).css"
        else { return nil }
        (self.light, self.dark) = (light, dark)
    }

    var path: String { "/assets/accent/\(light.digits)-\(dark.digits).css" }

    var text: String {
        "\(Self.rule(light, on: .lightSurface))@media (prefers-color-scheme: dark) { \(Self.rule(dark, on: .darkSurface))}\n"
    }

    /// A colour that cannot be told from the card gets an edge that can, and leaves the focus ring as it is (WCAG 2.2, 1.4.11).
    private static func rule(_ color: AccentColor, on surface: AccentColor) -> String {
        let seen = color.isVisible(on: surface)
        let edge = seen ? "--accent-edge: #\(color.digits); --ring: #\(color.digits)" : "--accent-edge: var(--edge)"
        return ":root { --accent: #\(color.digits); --on-accent: #\(color.ink.digits); \(edge) }\n"
    }
}
