import Foundation
import Gateway
@testable import GatewayServer
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools
import WireFormats

/// Pages as the tests of them use them, each once in every shape that a person can meet.
enum PageSamples {
    static let fields: [(name: String, value: String)] = [
        ("response_type", "code"), ("client_id", "3n4b5urk1ft4fl3mg5e62d9ado"), ("redirect_uri", "https://app.example/callback?a=1&b=2"),
        ("scope", "openid email profile"), ("state", "\"><script>alert('x')</script>&amp; \u{202E}"), ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
    ]
    static let imageHash = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"

    static func branding(_ change: (inout Branding) -> Void = { _ in }) -> Branding {
        var branding = Branding()
        branding.displayName = "Northwind Traders"
        branding.accent = "#00695c"
        branding.privacyURL = "https://northwind.example/privacy"
        branding.termsURL = "https://northwind.example/terms"
        change(&branding)
        return branding
    }

    static func site(
        _ branding: Branding = branding(), name: String = "Customers", domain: String? = nil, pages change: (inout PageSettings) -> Void = { _ in }
    ) -> Site {
        var pool = UserPool(
            id: UserPool.ID("local_4fGh2kQ9x")!, name: name, domain: domain, signingAlgorithm: "RS256", branding: branding,
            createdAt: Date(timeIntervalSince1970: 0))
        var pages = PageSettings()
        change(&pages)
        pool.settings.pages = pages
        return Site(pool: pool, address: PoolAddress(publicURL: "https://id.example", pool: pool, onOwnDomain: domain != nil))
    }

    static func pageContext(_ language: Language = .english, _ branding: Branding = branding()) -> PageContext {
        PageContext(site(branding), language: language)
    }

    static func offer(_ name: String, _ displayName: String? = nil, _ logo: SignInChoice.Logo? = nil) -> SignInChoice.Offer {
        .init(name: IdentityProvider.Name(name)!, displayName: displayName ?? name, logo: logo)
    }

    static let offers = [
        offer("contoso", "Contoso AG"), offer("google", "Google", .preset("google")), offer("entra", "Microsoft", .preset("microsoft")),
        offer("github", "GitHub", .preset("github")),
    ]
    static let many = ["google", "microsoft", "apple", "github", "okta", "auth0", "keycloak", "gitlab", "facebook", "amazon"].map {
        offer($0, $0.capitalized, .preset($0))
    }
    static let odd = [
        offer(
            "long", "Gesellschaft für die grenzüberschreitende Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtenvereinigung mbH"),
        offer("hebrew", "‏אוניברסיטת חיפה (ה)", .image(ImageReference(hash: imageHash, mediaType: "image/png"))),
        offer("evil", "\"\u{301} onfocus=alert(1) '><script>alert(2)</script>\u{202E}drowssap"),
    ]

    static func choice(
        _ offers: [SignInChoice.Offer] = offers, last: String? = nil, isSearchable: Bool = false, search: String? = nil, asksForEmail: Bool = true,
        email: String? = nil, problem: SignInChoice.Problem? = nil, app: String = "Orders"
    ) -> SignInChoice {
        SignInChoice(
            app: app, offers: offers, last: last.flatMap { IdentityProvider.Name($0) }, isSearchable: isSearchable, search: search,
            asksForEmail: asksForEmail, email: email, problem: problem)
    }

    static func choose(_ choice: SignInChoice, _ pageContext: PageContext = pageContext()) -> Page {
        Pages.choose(choice, fields: fields, csrf: "c5rf-T0ken_", pageContext: pageContext)
    }

    private static func members(_ pageContext: PageContext) -> [(name: String, page: Page)] {
        func member(_ host: String, _ name: String) -> FederationOffer {
            FederationOffer(entityID: "https://\(host)/idp", displayNames: ["en": name], logo: "https://\(host)/logo.png")
        }
        let found = odd.map { member("\($0.name.text).example", $0.displayName) } + [member("a.example", "Twin"), member("b.example", "Twin")]
        let federation = offer("edu", "Research & Education")
        let choices = [
            ("empty", MemberChoice(app: "Orders", federation: federation)),
            ("last", MemberChoice(app: "Orders", federation: federation, last: found[0])),
            ("found", MemberChoice(app: "Orders", federation: federation, search: "Uni <b>", found: found, hasMore: true, last: found[2])),
            ("nothing", MemberChoice(app: odd[2].displayName, federation: odd[2], search: "\u{202E}nowhere")),
        ]
        return choices.map { ("members-" + $0, Pages.find($1, fields: fields, pageContext: pageContext)) }
    }

    private static func consent(_ pageContext: PageContext) -> Page {
        var question = ConsentQuestion(
            id: PendingSignIn.ID("_0123456789abcdef")!, app: odd[2].displayName, host: "app.example:8443", person: "alice\u{202E}@example.com",
            scopes: ["openid", "profile", "email", "phone", "address", "groups", "reports.read<b>"],
            redirectURI: "https://app.example:8443/callback", binding: SecretBytes("x"))
        question.logo = ImageReference(hash: String(repeating: "h", count: 43), mediaType: "image/png")
        (question.policyURI, question.termsURI) = ("https://app.example/privacy?a=1&b=2#us", "https://terms.example/of/use")
        question.isOwnWord = true
        return Pages.consent(question, csrf: "c5rf-T0ken_", pageContext: pageContext)
    }

    private static func account(_ pageContext: PageContext, apps: Bool = true) -> Page {
        let then = Date(timeIntervalSince1970: 1_795_000_000)
        return Pages.account(
            AccountOverview(
                person: "alice@example.com",
                sessions: [
                    .init(id: Session.ID("session-number-1-")!, browserName: "Firefox, Linux", since: then, provider: "Contoso AG", isHere: true),
                    .init(id: Session.ID("session-number-2-")!, browserName: nil, since: then, provider: nil, isHere: false),
                ],
                apps: apps
                    ? [
                        .init(
                            id: AppClient.ID("abc")!, name: odd[2].displayName, host: "app.example", scopes: ["openid", "reports.read"],
                            allowedAt: then, usedAt: then),
                        .init(id: AppClient.ID("def")!, name: "Orders", host: nil, scopes: ["email"], allowedAt: nil, usedAt: then),
                    ] : [],
                binding: SecretBytes("x")),
            csrf: "c5rf-T0ken_", pageContext: pageContext)
    }

    private static func devices(_ pageContext: PageContext) -> [(name: String, page: Page)] {
        func enter(_ code: String?, _ problem: Pages.DeviceProblem? = nil) -> Page {
            Pages.enterDeviceCode(code, problem: problem, csrf: "c5rf-T0ken_", pageContext: pageContext)
        }
        func confirm(_ app: String, _ person: String, _ address: String?) -> Page {
            let question = DeviceSignIn.Question(
                userCode: UserCode(typed: "WDJBMJHT")!, app: app, address: address, askedAt: Date(timeIntervalSince1970: 1_796_000_000),
                person: person)
            return Pages.confirmDevice(question, code: "\"><b>", csrf: "c5rf-T0ken_", pageContext: pageContext)
        }
        return [
            ("device", enter(nil)), ("device-filled", enter("wdjb-mjht")), ("device-unknown", enter("\"><b>", .unknown)),
            ("device-many", enter("WDJB-MJHT", .tooMany)), ("device-gone", enter(nil, .gone)),
            ("device-confirm", confirm("Living room", "alice@example.com", "2001:db8:85a3:8d3:1319:8a2e:370:7348")),
            ("device-confirm-odd", confirm(odd[2].displayName, odd[1].displayName, nil)),
            ("device-allowed", Pages.deviceAllowed(pageContext: pageContext)), ("device-denied", Pages.deviceDenied(pageContext: pageContext)),
        ]
    }

    /// Every page in every shape, by a name that a file can have.
    static func all(_ pageContext: PageContext) -> [(name: String, page: Page)] {
        let choices: [(String, SignInChoice)] = [
            ("buttons", choice(asksForEmail: false)), ("email", choice()), ("last", choice(last: "google")),
            ("malformed", choice(last: "contoso", email: "alice@", problem: .malformedEmail)),
            ("unknown", choice(email: "alice@nowhere.example", problem: .unknownDomain)),
            ("logos", choice(many, asksForEmail: false)), ("tiles-last", choice(many, last: "github")),
            ("odd", choice(odd, last: "long", app: odd[2].displayName)),
            ("search", choice([], isSearchable: true)),
            ("search-last", choice([offer("contoso", "Contoso AG")], last: "contoso", isSearchable: true, asksForEmail: false)),
            ("found", choice(offers, isSearchable: true, search: "Con", asksForEmail: false)),
            ("nothing", choice([], isSearchable: true, search: "Xyz", asksForEmail: false, problem: .nothingFound)),
        ]
        return choices.map { ("choice-" + $0, choose($1, pageContext)) } + members(pageContext) + devices(pageContext)
            + ConsoleSamples.all(pageContext)
            + [
                (
                    "refused-app",
                    Pages.refused(
                        status: 503, reference: Reference(), mayRetry: true,
                        app: AppAddress(name: odd[2].displayName, url: "https://app.example/login?iss=\"><b>"), pageContext: pageContext)
                )
            ]
            + [400, 403, 404, 429, 500, 503].map { ("refused-\($0)", Pages.refused(status: $0, reference: Reference(), pageContext: pageContext)) }
            + [
                ("landing", Pages.landing(pageContext: pageContext)),
                ("signed-in", Pages.signedIn(pageContext: pageContext)), ("signed-out", Pages.signedOut(pageContext: pageContext)),
                ("consent", consent(pageContext)), ("account", account(pageContext)), ("account-no-apps", account(pageContext, apps: false)),
                ("still-signed-in", Pages.stillSignedIn(pageContext: pageContext)),
                (
                    "signed-out-again",
                    Pages.signedOut(
                        again: "https://app.example/login?iss=\"><b>", frames: ["https://app.example/out?sid=\"><b>"], pageContext: pageContext)
                ),
                (
                    "leaving",
                    Pages.leaving(for: "https://app.example/bye?state=\"><b>", frames: ["https://b.example/out"], pageContext: pageContext)
                ),
                (
                    "confirm",
                    Pages.confirmSignOut(
                        fields: [("client_id", "abc")], action: pageContext.base + "/logout", target: "https://app.example/bye",
                        pageContext: pageContext)
                ),
                ("signed-out-partly", Pages.partlySignedOut(reference: "7KQ2M4XW9ABC", next: nil, pageContext: pageContext)),
                (
                    "signed-out-partly-app",
                    Pages.partlySignedOut(reference: "7KQ2M4XW9ABC", next: "https://app.example/bye?state=\"><b>", pageContext: pageContext)
                ),
                ("sign-out-refused", Pages.signOutRefused(status: 400, reference: Reference(), pageContext: pageContext)),
                ("sign-out-onward", Pages.onward(to: "https://idp.example/slo?SAMLRequest=a&Signature=b", pageContext: pageContext)),
                (
                    "sign-out-form",
                    Pages.signOutForm(action: "https://idp.example/slo", fields: [("SAMLRequest", "abc")], pageContext: pageContext)
                ),
                (
                    "to-provider",
                    Pages.toProvider(action: "https://idp.example/sso", fields: [("SAMLRequest", "abc")], pageContext: pageContext)
                ),
                ("start-trial", Pages.startTrial(at: odd[2].displayName, ticket: "abc", pageContext: pageContext)),
                (
                    "form-post",
                    Pages.formPost(action: "https://app.example/callback", fields: [("code", "abc"), ("state", "\"><b>")], pageContext: pageContext)
                ),
            ]
    }
}

extension Page {
    var text: String { String(decoding: html, as: UTF8.self) }
    var policy: String { response().headers[.contentSecurityPolicy] ?? "" }
}
