import FoundationEssentials
package import Gateway
package import HTTPTypes
package import UserPools

/// The gateway's two cookies (RFC 6265). On https their names begin with `__Host-`, so no other host and no plain http can set them.
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

    /// The cookies of `pool` in a request. One that comes twice, or does not look like ours, counts as absent.
    package func read(_ headers: HTTPFields, pool: UserPool.ID) -> BrowserCookies {
        func secret(_ name: String) -> Secret? {
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
                IdentifierAlphabet.accepts(value, length: 43...43, others: "-_")
            else { return nil }
            return Secret(value)
        }
        return BrowserCookies(binding: secret(bindingName(pool)), session: secret(sessionName(pool)))
    }

    /// Tells this browser from others until the provider's answer comes, by a POST from another site: hence `SameSite=None`. Plain
    /// http (development) cannot say that; without the attribute browsers send it with such a POST for two minutes.
    package func binding(_ secret: Secret, pool: UserPool.ID, seconds: Int) -> String {
        cookie(bindingName(pool), secret, seconds: seconds) + (secure ? "; SameSite=None" : "")
    }

    package func session(_ secret: Secret, pool: UserPool.ID, seconds: Int) -> String {
        cookie(sessionName(pool), secret, seconds: seconds) + "; SameSite=Lax"
    }

    package func clearedSession(pool: UserPool.ID) -> String {
        cookie(sessionName(pool), Secret(""), seconds: 0) + "; SameSite=Lax"
    }

    private func cookie(_ name: String, _ value: Secret, seconds: Int) -> String {
        "\(name)=\(String(decoding: value.reveal(), as: UTF8.self)); Path=/; Max-Age=\(seconds); HttpOnly" + (secure ? "; Secure" : "")
    }
}
