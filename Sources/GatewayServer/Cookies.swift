import FoundationEssentials
package import Gateway
package import HTTPTypes
package import UserPools
package import WireFormats

/// The gateway's cookies (RFC 6265). On https their names begin with `__Host-`, so no other host and no plain http can set them.
package struct CookieJar: Sendable {
    private let prefix: String
    private let secure: Bool

    /// - Parameter publicURL: whether it is https says what the cookies look like; no header of a request does.
    package init(publicURL: String) {
        secure = publicURL.hasPrefix("https://")
        prefix = secure ? "__Host-" : ""
    }

    private func bindingName(_ pool: UserPool.ID) -> String { prefix + "countersign-browser-" + pool.text }
    private func sessionName(_ pool: UserPool.ID) -> String { prefix + "countersign-session-" + pool.text }
    private func choiceName(_ pool: UserPool.ID) -> String { prefix + "countersign-choice-" + pool.text }

    /// The cookies of `pool` in a request. One that comes twice, or does not look like ours, counts as absent.
    package func read(_ headers: HTTPFields, pool: UserPool.ID) -> BrowserCookies {
        func secret(_ name: String) -> SecretBytes? { value(name, in: headers, length: 43...43, others: "-_").map { SecretBytes($0) } }
        return BrowserCookies(
            binding: secret(bindingName(pool)), session: secret(sessionName(pool)), browserName: BrowserName.name(of: headers[.userAgent]))
    }

    /// The value of the last choice, not believed yet.
    package func choice(_ headers: HTTPFields, pool: UserPool.ID) -> String? {
        value(choiceName(pool), in: headers, length: 1...LastChoice.longestValue, others: "-_.")
    }

    private func value(_ name: String, in headers: HTTPFields, length: ClosedRange<Int>, others: String = "") -> String? {
        let wanted = Array((name + "=").utf8)
        var values: [Substring.UTF8View] = []
        for header in headers[values: .cookie] {
            // By bytes: what else a browser sends along may be any text.
            for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == UInt8(ascii: " ") }
                if pair.starts(with: wanted) { values.append(Substring(pair).utf8.dropFirst(wanted.count)) }
            }
        }
        guard values.count == 1, let value = values.first.map({ String(Substring($0)) }),
            IdentifierAlphabet.accepts(value, length: length, others: others)
        else { return nil }
        return value
    }

    /// Tells this browser from others until the provider's answer comes, by a POST from another site: hence `SameSite=None`. Plain
    /// http (development) cannot say that; without the attribute browsers send it with such a POST for two minutes.
    package func binding(_ secret: SecretBytes, pool: UserPool.ID, seconds: Int) -> String {
        cookie(bindingName(pool), Self.text(secret), seconds: seconds) + (secure ? "; SameSite=None" : "")
    }

    package func session(_ secret: SecretBytes, pool: UserPool.ID, seconds: Int) -> String {
        cookie(sessionName(pool), Self.text(secret), seconds: seconds) + "; SameSite=Lax"
    }

    package func clearedSession(pool: UserPool.ID) -> String {
        cookie(sessionName(pool), "", seconds: 0) + "; SameSite=Lax"
    }

    /// With which provider this browser signed in last, for half a year.
    package func choice(_ value: String, pool: UserPool.ID) -> String {
        cookie(choiceName(pool), value, seconds: 180 * 24 * 3600) + "; SameSite=Lax"
    }

    /// The language that a person chose, for a year; for all pools alike.
    func language(_ language: Language) -> String { cookie(languageName, language.rawValue, seconds: 365 * 24 * 3600) + "; SameSite=Lax" }

    func language(_ headers: HTTPFields) -> Language? {
        value(languageName, in: headers, length: 2...2).flatMap { Language(code: $0) }
    }

    private var languageName: String { prefix + "countersign-language" }

    /// The cookies of an app's host behind a proxy, of which the jar must be. Another site's requests bring none of them but for navigations.
    package func forwardTicket(_ headers: HTTPFields) -> String? { value(ticketName, in: headers, length: 1...1024, others: "-_") }
    package func forwardTicket(_ value: String, seconds: Int) -> String { cookie(ticketName, value, seconds: seconds) + "; SameSite=Lax" }

    /// What a code that comes back belongs to.
    package func forwardSecret(_ headers: HTTPFields) -> SecretBytes? {
        value(secretName, in: headers, length: 43...43, others: "-_").map { SecretBytes($0) }
    }
    package func forwardSecret(_ secret: SecretBytes, seconds: Int) -> String {
        cookie(secretName, Self.text(secret), seconds: seconds) + "; SameSite=Lax"
    }

    private var ticketName: String { prefix + "countersign-forward" }
    private var secretName: String { prefix + "countersign-forward-sign-in" }

    private static func text(_ secret: SecretBytes) -> String { secret.revealText() }

    private func cookie(_ name: String, _ value: String, seconds: Int) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly" + (secure ? "; Secure" : "")
    }
}

extension GatewayApplication {
    /// The cookies that a completed sign-in leaves behind, whatever kind its provider is of.
    func cookies(of done: CompletedSignIn, pool: UserPool.ID) -> [String] {
        let session = cookies.session(done.sessionCookie, pool: pool, seconds: max(0, Int(done.sessionEndsAt.timeIntervalSince(now()))))
        // Where the provider began, nobody chose.
        guard done.client != nil else { return [session] }
        return [session, cookies.choice(lastChoice.value(done.provider, member: done.member, pool: pool), pool: pool)]
    }
}
