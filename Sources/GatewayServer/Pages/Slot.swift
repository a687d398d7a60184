/// What a template may leave open. A name that is not here does not get into a mould.
enum Slot: UInt8, Sendable, CaseIterable {
    // the frame
    case banner, pool, logo, logoSource, accent, accentSheet, links, privacy, privacyURL, terms, termsURL
    // forms
    case action, fields, fieldName, fieldValue, csrf
    // the choice
    case app, last, offerList, results, offers, href, provider, image, plate, imageSource, monogram, initial, afterOthers, leads
    case emailForm, email, problem, malformed, unknown, searchForm, search, nothing
    // a refusal
    case reference

    /// By its name in a template. A raw value of text would be hashed as text, for every value of every page.
    init?(named name: some StringProtocol) {
        guard let slot = Self.named[String(name)] else { return nil }
        self = slot
    }

    private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ("\($0)", $0) })
}

/// What is filled into a mould: a dictionary, but for so few slots that looking along them is faster than hashing.
struct Values: Sendable, ExpressibleByDictionaryLiteral {
    private var pairs: [(slot: Slot, value: Value)]

    init(dictionaryLiteral elements: (Slot, Value)...) { pairs = elements.map { (slot: $0.0, value: $0.1) } }

    subscript(slot: Slot) -> Value? {
        get { pairs.first { $0.slot == slot }?.value }
        set {
            pairs.removeAll { $0.slot == slot }
            if let newValue { pairs.append((slot, newValue)) }
        }
    }
}

enum Value: Sendable {
    case text(String)
    /// A section, once for each.
    case items([Values])

    /// A section that stands there, or does not.
    static func shown(_ isShown: Bool) -> Value { .items(isShown ? [[:]] : []) }
}
