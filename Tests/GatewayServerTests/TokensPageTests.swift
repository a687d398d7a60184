import Foundation
import HTTPTypes
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

/// docs/tokens.md, held against what a real sign-in gives.
@Suite("docs/tokens.md: every claim, and when it is there")
struct TokensPageTests {
    /// A row of the table: for each kind of token `●`, `○` or nothing.
    private struct Row {
        let claims: [String]
        let marks: [String]
    }

    private static let kinds = ["id-token", "access-token", "userinfo", "introspection"]

    private static func page() throws -> String {
        try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/tokens.md"), encoding: .utf8)
    }

    private static func rows() throws -> [Row] {
        try page().split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.count == 6, "\(line)")
            return Row(claims: cells[0].matches(of: #/`([^`]+)`/#).map { String($0.output.1) }, marks: Array(cells[1...4]))
        }
    }

    /// The claims of a JWT.
    private func claims(_ token: String?) throws -> JSONObject {
        let parts = try #require(token).split(separator: ".").map(String.init)
        return try JSONParser.parseObject(try #require(Base64URL.decode(parts[1])))
    }

    private func example(_ kind: String) throws -> JSONObject {
        let text = try Self.page()
        let begin = try #require(text.range(of: "```json \(kind)\n")).upperBound
        let end = try #require(text[begin...].range(of: "```")).lowerBound
        return try JSONParser.parseObject(Array(text[begin..<end].utf8))
    }

    @Test("what a sign-in gives has a row for each of its claims, and what is marked as always there, is there; the examples have the same claims")
    func realTokens() async throws {
        let rows = try Self.rows()
        try #require(rows.count > 25)
        try await TestServer.run { server in
            let answer = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server).json
            let access = try #require(answer["access_token"]?.string)
            let userInfo = try await server.get(server.fixture.issuer + "/oauth2/userInfo", headers: [.authorization: "Bearer \(access)"])
            let real: [String: JSONObject] = [
                "id-token": try claims(answer["id_token"]?.string), "access-token": try claims(access), "userinfo": userInfo.json,
                "introspection": try await server.app.introspect(access, at: server).json,
            ]
            for (column, kind) in Self.kinds.enumerated() {
                let names = try #require(real[kind]).members.map(\.name)
                #expect(names.count > 3, "\(kind)")
                for name in names {
                    let row = rows.first { $0.claims.contains(name) || (name.hasPrefix("custom:") && $0.claims.contains("custom:…")) }
                    #expect(row.map { $0.marks[column] != "" } == true, "\(kind): \(name) has no row, or no mark there")
                }
                for row in rows where row.marks[column] == "●" {
                    #expect(row.claims.allSatisfy(names.contains), "\(kind): \(row.claims) is always there, says the page")
                }
                // The examples show what is real: each of their claims may be there, and all that is always there is.
                let shown = try example(kind).members.map(\.name)
                for name in shown { #expect(rows.contains { $0.claims.contains(name) && $0.marks[column] != "" }, "\(kind): example \(name)") }
                for row in rows where row.marks[column] == "●" { #expect(row.claims.allSatisfy(shown.contains), "\(kind): example \(row.claims)") }
                for name in names where !name.hasPrefix("custom:") && !["given_name", "family_name"].contains(name) {
                    #expect(shown.contains(name), "\(kind): the example lacks \(name)")
                }
            }
        }
    }

    @Test("the logout token of the page is the one that apps are sent")
    func logoutToken() throws {
        let real = LogoutTokenClaims(issuer: "i", subject: "s", clientID: "c", issuedAt: Date(), tokenID: "t", sessionID: "s").claims()
        let shown = try example("logout-token")
        #expect(shown.members.map(\.name) == real.members.map(\.name) && shown["events"] == real["events"])
    }

    @Test("marks are ● and ○, and no claim has two rows")
    func form() throws {
        let rows = try Self.rows()
        #expect(rows.allSatisfy { $0.marks.allSatisfy { ["●", "○", ""].contains($0) } })
        let claims = rows.flatMap(\.claims)
        #expect(Set(claims).count == claims.count)
    }

    @Test("a client that acts for itself has the claims that the page says, and none of a person")
    func clientAlone() async throws {
        try await TestServer.run { server in
            try await server.changeClient { $0.grantTypes.append("client_credentials") }
            let access = try claims(try await server.app.credentials(at: server).json["access_token"]?.string)
            for row in try Self.rows() where row.marks[1] == "●" { #expect(row.claims.allSatisfy { access[$0] != nil }, "\(row.claims)") }
            for name in ["username", "sid", "origin_jti", "groups", "auth_time"] { #expect(access[name] == nil, "\(name)") }
        }
    }
}
