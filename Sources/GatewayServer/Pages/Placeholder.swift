/// What a template may leave open. A name that is not here does not get into a compiled template.
enum Placeholder: UInt8, Sendable, CaseIterable {
    // the frame
    case banner, pool, poolName, logo, logoSource, logoName, themedLogo, darkSource, icon, iconSource, accent, accentSheet
    case links, privacy, privacyURL, terms, termsURL, languageMenu, languages, languageCode, languageName
    // forms
    case action, fields, fieldName, fieldValue, csrf
    // the choice
    case app, last, offerList, results, offers, query, choice, provider, image, plate, imageSource, monogram, initial, afterOthers, leads
    case emailForm, email, problem, malformed, unknown, searchForm, search, nothing, focused, otherWays, tiles, tileOffers, allWays, allWaysURL
    // the members of a federation
    case federation, more, host
    // a refusal
    case reference, calm, retry, back, backURL, support, supportURL
    // a device
    case userCode, filled, many, gone, person, from, address, when
    // where a sign-out goes on
    case next, nextURL, cancel, cancelURL, frames, frameURL
    // what an app of somebody else asks for
    case scopes, scopeID, scopeProfile, scopeEmail, scopePhone, scopeAddress, scopeGroups, scopeOther, scopeName
    case ownWord, appLinks, policy, policyURL, policyHost, appTerms, appTermsURL, termsHost
    // a person's own page
    case sessions, entry, browser, browserName, unknownBrowser, here, byProvider, appList, apps, noApps, place, allowed, used
    // a dry sign-in
    case verdict, refusal, sections, heading, notes, note, facts, fact, failing, mark, outcome, label, details, detail, commands, command
    // the console
    case navigation, tabs, current, linkURL, linkText, visitor, accountURL, within, notice, entitled, boxes, boxName, boxValue, buttonText
    case drawings, drawingWidth, drawnFrom, drawnUntil, acceptedNote, refusedNote, bars, x, acceptedY, acceptedHeight, refusedHeight, english, code,
        words
    case tables, table, columns, rows, cells, cell, linked, toned, tone, folded, actForm, ways, way

    /// By its name in a template. A raw value of text would be hashed as text, for every value of every page.
    init?(named name: some StringProtocol) {
        guard let placeholder = Self.named[String(name)] else { return nil }
        self = placeholder
    }

    private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ("\($0)", $0) })
}

/// What is filled into a compiled template: a dictionary, but for so few placeholders that looking along them is faster than hashing.
struct Values: Sendable, ExpressibleByDictionaryLiteral {
    private(set) var pairs: [(Placeholder, Value)]

    init(dictionaryLiteral elements: (Placeholder, Value)...) { pairs = elements }
    init(_ pairs: [(Placeholder, Value)]) { self.pairs = pairs }

    subscript(placeholder: Placeholder) -> Value? {
        get { pairs.first { $0.0 == placeholder }?.1 }
        set {
            pairs.removeAll { $0.0 == placeholder }
            if let newValue { pairs.append((placeholder, newValue)) }
        }
    }
}

enum Value: Sendable {
    case text(String)
    /// The same, escaped once for all places where it stands.
    case escaped(EscapedText)
    /// A section, once for each.
    case items([Values])

    /// A section that stands there, or does not.
    static func shown(_ isShown: Bool) -> Value { .items(isShown ? [[:]] : []) }
}
