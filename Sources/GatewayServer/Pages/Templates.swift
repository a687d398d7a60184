import Mustache

/// Every page there is.
enum PageKind: String, Sendable, CaseIterable {
    case choice, members, refused, forbidden, missing, many, unavailable, landing, signedIn, signedOut, confirmSignOut, formPost, toProvider
    case consent, account, stillSignedIn, leaving, partlySignedOut, signOutRefused, upstreamSignOut, upstreamSignOutForm, startTrial, trial
    case device, deviceConfirm, deviceAllowed, deviceDenied
    case console

    /// Its own sentences begin with this.
    var messages: String {
        switch self {
        case .choice, .members, .refused, .forbidden, .missing, .many, .unavailable, .landing, .trial, .device, .consent, .account,
            .console:
            rawValue
        case .signedIn: "signed_in"
        case .signedOut: "signed_out"
        case .stillSignedIn: "still_signed_in"
        case .leaving: "leaving"
        case .confirmSignOut: "confirm"
        case .formPost: "form_post"
        case .partlySignedOut: "partly_signed_out"
        case .signOutRefused: "sign_out_refused"
        case .upstreamSignOut, .upstreamSignOutForm: "upstream_sign_out"
        case .toProvider: "to_provider"
        case .startTrial: "start_trial"
        case .deviceConfirm: "device_confirm"
        case .deviceAllowed: "device_allowed"
        case .deviceDenied: "device_denied"
        }
    }

    /// Whether the request that it answers may be sent any number of times.
    var canBeAskedForAgain: Bool {
        switch self {
        case .choice, .members, .landing, .account, .device, .missing, .startTrial, .console: true
        default: false
        }
    }

    var template: String {
        switch self {
        case .choice: "choice"
        case .consent: "consent"
        case .account: "account"
        case .members: "members"
        case .refused, .forbidden, .missing, .many, .unavailable, .signOutRefused: "refused"
        case .partlySignedOut: "partly-signed-out"
        case .upstreamSignOut, .leaving: "onward"
        case .landing: "landing"
        case .trial: "trial"
        case .console: "console"
        case .device: "device"
        case .deviceConfirm: "device-confirm"
        case .signedIn, .stillSignedIn, .deviceAllowed: "signed-in"
        case .signedOut, .deviceDenied: "signed-out"
        case .confirmSignOut, .startTrial: "confirm"
        case .formPost, .toProvider, .upstreamSignOutForm: "form-post"
        }
    }

    /// What stands around it.
    var layout: String { self == .console ? "console-layout" : "layout" }
}

enum Templates {
    static let sources: [String: [UInt8]] = [
        "layout": PackageResources.layout_mustache,
        "console-layout": PackageResources.console_layout_mustache,
        "console": PackageResources.console_mustache,
        "table": PackageResources.table_mustache,
        "mark": PackageResources.mark_mustache,
        "consent": PackageResources.consent_mustache,
        "account": PackageResources.account_mustache,
        "scopes": PackageResources.scopes_mustache,
        "frames": PackageResources.frames_mustache,
        "fields": PackageResources.fields_mustache,
        "separator": PackageResources.separator_mustache,
        "choice": PackageResources.choice_mustache,
        "members": PackageResources.members_mustache,
        "refused": PackageResources.refused_mustache,
        "landing": PackageResources.landing_mustache,
        "signed-in": PackageResources.signed_in_mustache,
        "signed-out": PackageResources.signed_out_mustache,
        "confirm": PackageResources.confirm_mustache,
        "form-post": PackageResources.form_post_mustache,
        "partly-signed-out": PackageResources.partly_signed_out_mustache,
        "onward": PackageResources.onward_mustache,
        "trial": PackageResources.trial_mustache,
        "device": PackageResources.device_mustache,
        "device-confirm": PackageResources.device_confirm_mustache,
    ]

    private static let parsed = Result { try sources.mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) } }

    /// The templates of one page; `page` is what stands in the layout.
    static func library(for page: PageKind) throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for (name, template) in try parsed.get() { library.register(template, named: name == page.template ? "page" : name) }
        return library
    }

    /// All compiled templates, made when the server is ready, or the first page asks for them.
    static let compiledTemplates: [Language: [PageKind: CompiledTemplate]] = Dictionary(
        uniqueKeysWithValues: Language.allCases.map { language in
            (language, Dictionary(uniqueKeysWithValues: PageKind.allCases.map { ($0, CompiledTemplate($0, in: language)) }))
        })

    static func compiledTemplate(_ page: PageKind, in language: Language) -> CompiledTemplate {
        compiledTemplates[language]?[page] ?? CompiledTemplate(page, in: language)
    }
}
