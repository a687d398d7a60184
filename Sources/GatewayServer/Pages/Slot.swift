/// What a template may leave open. A name that is not here does not get into a mould.
enum Slot: String, Sendable, CaseIterable {
    // the frame
    case banner, pool, logo, logoSource, accent, accentSheet, links, privacy, privacyURL, terms, termsURL
    // forms
    case action, fields, fieldName, fieldValue, csrf
    // the choice
    case app, last, offerList, results, offers, href, provider, image, plate, imageSource, monogram, initial, afterOthers, leads
    case emailForm, email, problem, malformed, unknown, searchForm, search, nothing
    // a refusal
    case reference
}

/// What is filled into a mould.
typealias Values = [Slot: Value]

enum Value: Sendable {
    case text(String)
    /// A section, once for each.
    case items([Values])

    /// A section that stands there, or does not.
    static func shown(_ isShown: Bool) -> Value { .items(isShown ? [[:]] : []) }
}
