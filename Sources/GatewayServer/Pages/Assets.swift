import HTTPTypes
import Hummingbird

/// A file that pages load from our own host, so that no page needs inline code.
struct Asset: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]

    /// With a mark of the content: another style sheet after an upgrade has another address.
    let address: String

    init(_ path: String, _ type: String, _ bytes: [UInt8]) {
        (self.path, self.type, self.bytes) = (path, type, bytes)
        // FNV-1a: tells one version from the next, and nothing more.
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        mark = String(hash, radix: 36)
        address = path + "?" + mark
    }

    private let mark: String

    func response(to request: Request) -> Response {
        let isMarked = request.uri.query == mark
        return Self.response(type: type, bytes: bytes, cacheControl: isMarked ? Self.forEver : "public, max-age=3600")
    }

    static let forEver = "public, max-age=31536000, immutable"

    static func response(type: String, bytes: [UInt8], cacheControl: String) -> Response {
        Response(
            status: .ok,
            // An image that is opened by itself is a document, and may do no more than be seen.
            headers: [.contentType: type, .cacheControl: cacheControl, .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

enum Assets {
    static let all = [styleSheet, consoleSheet, submitScript, icon, regular, semibold] + logos.values.sorted { $0.path < $1.path }

    static let styleSheet = Asset("/assets/countersign.css", "text/css; charset=utf-8", Array(fontFaces.utf8) + PackageResources.countersign_css)
    static let consoleSheet = Asset("/assets/console.css", "text/css; charset=utf-8", PackageResources.console_css)
    static let submitScript = Asset("/assets/submit.js", "text/javascript; charset=utf-8", PackageResources.submit_js)
    static let icon = Asset("/assets/icon.svg", svg, PackageResources.icon_svg)
    static let regular = Asset("/assets/fonts/inter-regular.woff2", "font/woff2", PackageResources.inter_regular_woff2)
    static let semibold = Asset("/assets/fonts/inter-semibold.woff2", "font/woff2", PackageResources.inter_semibold_woff2)

    /// Letters for languages of Western Europe; whoever reads another sees those of the system.
    private static let fontFaces = [(regular, "400"), (semibold, "600")].map { font, weight in
        "@font-face { font-family: Inter; font-weight: \(weight); font-display: swap; src: url(\"\(font.address)\") format(\"woff2\") }\n"
    }.joined()

    /// Drawings of our own for the providers that presets are named after.
    static let logos: [String: Asset] = Dictionary(
        uniqueKeysWithValues: [
            ("google", PackageResources.google_svg), ("microsoft", PackageResources.microsoft_svg), ("apple", PackageResources.apple_svg),
            ("github", PackageResources.github_svg), ("okta", PackageResources.okta_svg), ("auth0", PackageResources.auth0_svg),
            ("keycloak", PackageResources.keycloak_svg), ("gitlab", PackageResources.gitlab_svg), ("facebook", PackageResources.facebook_svg),
            ("amazon", PackageResources.amazon_svg),
        ].map { ($0, Asset("/assets/logos/\($0).svg", svg, $1)) })

    private static let svg = "image/svg+xml"

    static var routes: [Route] {
        all.map { asset in .serverDocument(String(asset.path.dropFirst())) { request, _ in asset.response(to: request) } } + [
            .serverDocument("assets/accent/:colours") { _, context in
                guard let sheet = AccentSheet(file: context.parameters.get("colours") ?? "") else { throw HTTPError(.notFound) }
                return Asset.response(type: "text/css; charset=utf-8", bytes: Array(sheet.text.utf8), cacheControl: Asset.forEver)
            }
        ]
    }
}
