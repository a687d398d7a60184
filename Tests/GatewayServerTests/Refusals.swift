import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
}

extension TestServer {
    /// What becomes of a refused sign-in, and what the log says of it: the code, what was expected and seen, and the remedy, under a
    /// reference. Nothing is stored. While nothing is proven the browser gets a page with a fixed sentence and the reference (CONTRACT "HTTP").
    ///
    /// - Parameter told: `error` of the answer to the app, where its redirect URI is proven (case 145); no page then.
    func expectRefusal(
        _ code: String, status: Int = 400, expected: String? = nil, seen: String? = nil, told: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation, _ request: () async throws -> Answer
    ) async throws {
        let before = try await fixture.contents()
        let answer = try await request()
        #expect(answer.status == (told == nil ? status : 303), "\(answer.location ?? answer.body)", sourceLocation: sourceLocation)
        #expect(answer.setCookies == [], sourceLocation: sourceLocation)
        let after = try await fixture.contents()
        #expect(after == before, sourceLocation: sourceLocation)
        if let told {
            expectToldApp(answer, told, sourceLocation: sourceLocation)
        } else {
            expectPage(answer, sourceLocation: sourceLocation)
            #expect(answer.location == nil, sourceLocation: sourceLocation)
        }

        let reference = try #require(referenceShown(in: answer), sourceLocation: sourceLocation)
        let lines = log.lines.filter { $0.metadata["reference"] == reference }
        #expect(lines.count == 1, sourceLocation: sourceLocation)
        let line = try #require(lines.first, sourceLocation: sourceLocation)
        #expect(line.metadata["code"] == code, "\(line.text)", sourceLocation: sourceLocation)
        #expect(line.metadata["remedy"]?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(line.metadata["reason"]?.isEmpty == false, sourceLocation: sourceLocation)
        if let expected { #expect(line.metadata["expected"] == expected, sourceLocation: sourceLocation) }
        if let seen { #expect(line.metadata["seen"] == seen, sourceLocation: sourceLocation) }
        // Neither page nor app is told what the log says.
        for secret in [code, line.metadata["reason"], line.metadata["remedy"]] {
            if let secret {
                #expect(!answer.body.contains(secret), sourceLocation: sourceLocation)
                #expect(answer.parameter("error_description")?.contains(secret) != true, sourceLocation: sourceLocation)
            }
        }
    }

    private func expectToldApp(
        _ answer: Answer, _ error: String, app: TestApp? = nil, state: Bool = true, sourceLocation: SourceLocation
    ) {
        let app = app ?? self.app
        #expect(answer.location?.hasPrefix(app.redirectURI + "?") == true, "\(answer.location ?? "")", sourceLocation: sourceLocation)
        #expect(answer.parameters("error") == [error], sourceLocation: sourceLocation)
        #expect(answer.parameters("state") == (state ? [app.state] : []), sourceLocation: sourceLocation)
        #expect(answer.parameters("iss") == [fixture.issuer] && answer.parameter("code") == nil, sourceLocation: sourceLocation)
        #expect(answer.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
    }

    /// A page of ours as every page must be (THREATS P9, P13, case 114).
    func expectPage(_ answer: Answer, referrerPolicy: String = "no-referrer", sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8", sourceLocation: sourceLocation)
        #expect(answer.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
        #expect(answer.headers[.referrerPolicy] == referrerPolicy, sourceLocation: sourceLocation)
        #expect(answer.headers[.xContentTypeOptions] == "nosniff", sourceLocation: sourceLocation)
        let policy = answer.headers[.contentSecurityPolicy] ?? ""
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            #expect(policy.contains(part), sourceLocation: sourceLocation)
        }
        #expect(!policy.contains("unsafe") && !policy.contains("*"), sourceLocation: sourceLocation)
        #expect(
            !answer.body.contains("<script>") && !answer.body.contains(" style=") && !answer.body.contains(" onload"), sourceLocation: sourceLocation)
    }

    /// On the page, or in what the app is told.
    private func referenceShown(in answer: Answer) -> String? {
        if let shown = answer.body.firstMatch(of: /Reference: <code>([2-9A-Z]{12})<\/code>/) { return String(shown.1) }
        return answer.parameter("error_description")?.firstMatch(of: /Reference: ([2-9A-Z]{12})$/).map { String($0.1) }
    }

    /// RFC 6749 §4.1.2.1: the app is told by a redirect, with its state and our issuer, and nobody else; nothing is stored.
    func expectTold(
        _ app: TestApp, _ error: String, state: Bool = true, sourceLocation: SourceLocation = #_sourceLocation,
        _ request: () async throws -> Answer
    ) async throws {
        let before = try await fixture.contents()
        let answer = try await request()
        #expect(answer.status == 303 || answer.status == 302, "\(answer.body)", sourceLocation: sourceLocation)
        expectToldApp(answer, error, app: app, state: state, sourceLocation: sourceLocation)
        #expect(answer.parameter("error_description")?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(answer.setCookies == [], sourceLocation: sourceLocation)
        let after = try await fixture.contents()
        #expect(after == before, sourceLocation: sourceLocation)
        let line = log.lines.last { $0.metadata["code"] == "oauth." + error }
        #expect(line?.metadata["remedy"]?.isEmpty == false, sourceLocation: sourceLocation)
    }

    /// RFC 6749 §5.2.
    func expectError(
        _ error: String, status: Int = 400, sourceLocation: SourceLocation = #_sourceLocation, _ request: () async throws -> Answer
    ) async throws {
        let answer = try await request()
        #expect(answer.status == status, "\(answer.body)", sourceLocation: sourceLocation)
        #expect(answer.json["error"]?.string == error, "\(answer.body)", sourceLocation: sourceLocation)
        #expect(answer.json["error_description"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(answer.json["access_token"] == nil && answer.json["refresh_token"] == nil, sourceLocation: sourceLocation)
        #expect(answer.headers[.contentType] == "application/json", sourceLocation: sourceLocation)
        #expect(answer.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
        if status == 401 { #expect(answer.headers[.wwwAuthenticate] != nil, sourceLocation: sourceLocation) }
    }
}
