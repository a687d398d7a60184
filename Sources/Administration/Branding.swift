import FoundationEssentials
import Gateway
import UserPools
import WireFormats

/// What an admin says of one thing that may be absent.
package enum Change<Value: Sendable>: Sendable {
    case keep
    case remove
    case set(Value)

    /// What is there afterwards.
    func applied(to value: Value?) -> Value? {
        switch self {
        case .keep: value
        case .remove: nil
        case .set(let new): new
        }
    }

    var given: Value? { if case .set(let value) = self { value } else { nil } }

    func map<Other: Sendable>(_ transform: (Value) -> Other) -> Change<Other> {
        switch self {
        case .keep: .keep
        case .remove: .remove
        case .set(let value): .set(transform(value))
        }
    }
}

/// What an admin says of how a pool's pages look.
package struct BrandingSettings: Sendable {
    package var displayName = Change<String>.keep
    /// The bytes of the image.
    package var logo = Change<[UInt8]>.keep
    /// `#rrggbb`.
    package var accent = Change<String>.keep
    package var darkAccent = Change<String>.keep
    package var privacyURL = Change<String>.keep
    package var termsURL = Change<String>.keep
    package var pages = PageChanges()

    package init() {}
}

/// The same, checked: what may be written any number of times.
struct CheckedBranding: Sendable {
    private let displayName: Change<String>
    private let accent: Change<String>
    private let darkAccent: Change<String>
    private let privacyURL: Change<String>
    private let termsURL: Change<String>
    private let logo: Change<Image>
    private let isWordmark: Bool
    private let pages: CheckedPageChanges

    /// - Throws: all problems of what is given.
    init(_ settings: BrandingSettings) throws(AdministrationError) {
        var problems = ProblemList()
        let displayName = try problems.check(try Branding.checked(displayName: settings.displayName))
        let accent = try problems.check(try Branding.checked(accent: settings.accent, field: .accent, on: .lightSurface, of: "light"))
        let darkAccent = try problems.check(try Branding.checked(accent: settings.darkAccent, field: .darkAccent, on: .darkSurface, of: "dark"))
        let privacyURL = try problems.check(try Branding.checked(url: settings.privacyURL, field: .privacyURL))
        let termsURL = try problems.check(try Branding.checked(url: settings.termsURL, field: .termsURL))
        let logo = try problems.check(try Branding.checked(logo: settings.logo))
        let pages = try problems.check(try CheckedPageChanges(settings.pages))
        try problems.refuse()
        // Nothing is nil here that was not refused.
        (self.displayName, self.accent, self.darkAccent) = (displayName ?? .keep, accent ?? .keep, darkAccent ?? .keep)
        (self.privacyURL, self.termsURL, self.logo) = (privacyURL ?? .keep, termsURL ?? .keep, logo ?? .keep)
        self.pages = pages ?? CheckedPageChanges()
        isWordmark = self.logo.given.map { LogoPicture.isWordmark($0.bytes) } ?? false
    }

    /// The pictures that are given.
    var images: [Image] { [logo.given, pages.darkLogo.given].compactMap(\.self) }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        var branding = pool.branding
        branding.displayName = displayName.applied(to: branding.displayName)
        branding.accent = accent.applied(to: branding.accent)
        branding.darkAccent = darkAccent.applied(to: branding.darkAccent)
        branding.privacyURL = privacyURL.applied(to: branding.privacyURL)
        branding.termsURL = termsURL.applied(to: branding.termsURL)
        branding.logo = logo.map(\.reference).applied(to: branding.logo)
        pool.branding = branding
        var settings = pool.settings.pages ?? PageSettings()
        try pages.apply(to: &settings, logo: logo, isWordmark: isWordmark)
        pool.settings.pages = settings == PageSettings() ? nil : settings
    }
}

extension Branding {
    static func checked(displayName: Change<String>) throws(AdministrationError) -> Change<String> {
        if case .set(let name) = displayName {
            guard (1...64).contains(name.unicodeScalars.count),
                name.unicodeScalars.allSatisfy({ !isInvisible($0) }), name.unicodeScalars.contains(where: { !$0.properties.isWhitespace })
            else {
                throw .invalid(.displayName, name, "is not 1 to 64 characters that can be seen", example: .give(.displayName, "Acme staff"))
            }
        }
        return displayName
    }

    /// Control characters, and those that turn the direction of what follows.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format: scalar.properties.isBidiControl
        default: false
        }
    }

    static func checked(logo: Change<[UInt8]>, of field: Field = .logo) throws(AdministrationError) -> Change<Image> {
        switch logo {
        case .keep: .keep
        case .remove: .remove
        case .set(let bytes): .set(try LogoFile.image(bytes, of: field))
        }
    }

    /// WCAG 2.2, 1.4.11: what can be pressed has 3:1 against what is around it. The text on it is black or white, and of these two one has at
    /// least 4.58:1 on any colour, so 1.4.3 holds by itself.
    fileprivate static func checked(
        accent: Change<String>, field: Field, on surface: AccentColor, of page: String
    ) throws(AdministrationError) -> Change<String> {
        guard case .set(let text) = accent else { return accent }
        guard let color = AccentColor(text) else {
            throw .invalid(field, text, "is not a colour of the form #rrggbb", example: .give(field, "#0b57d0"))
        }
        guard color.isVisible(on: surface) else {
            let near = color.nearest(visibleOn: surface)
            throw .invalid(
                field, text,
                "has a contrast of \(hundredths(color.contrast(with: surface))):1 against the \(page) page (#\(surface.digits)), and needs 3:1; the nearest that has it has \(hundredths(near.contrast(with: surface))):1",
                example: .give(field, "#\(near.digits)"))
        }
        return .set("#" + color.digits)
    }

    /// Two digits behind the point, rounded down: 2.996 is not 3.
    private static func hundredths(_ ratio: Double) -> String {
        let whole = Int((ratio * 100).rounded(.down))
        return "\(whole / 100)." + (whole % 100 < 10 ? "0" : "") + "\(whole % 100)"
    }

    static func checked(url: Change<String>, field: Field) throws(AdministrationError) -> Change<String> {
        guard case .set(let text) = url else { return url }
        guard ProtocolText(text).hasPrefix("https://"), WebAddress(text, allowsFragment: true) != nil else {
            throw .invalid(field, text, "is not an https address", example: .give(field, "https://www.example.com/privacy"))
        }
        return .set(text)
    }
}

extension AccentColor {
    /// This colour with as little black or white mixed into it as makes it visible on `surface`.
    fileprivate func nearest(visibleOn surface: AccentColor) -> AccentColor {
        let target: AccentColor = surface.contrast(with: .black) > surface.contrast(with: .white) ? .black : .white
        func mix(_ part: UInt8, _ other: UInt8, _ step: Int) -> UInt8 { UInt8(clamping: (Int(part) * (100 - step) + Int(other) * step) / 100) }
        for step in 1...100 {
            let mixed = AccentColor(
                red: mix(red, target.red, step), green: mix(green, target.green, step), blue: mix(blue, target.blue, step))
            if mixed.isVisible(on: surface) { return mixed }
        }
        return target
    }
}
