@testable import GatewayServer
import HTTPTypes
import TestSupport
import Testing

@Suite("Only the methods of the route table run anything (RFC 9110 §15.5.6, THREATS case 143)")
struct MethodTests {
    private static let methods: [HTTPRequest.Method] = [.head, .options, .trace, .put, .delete, .patch]

    @Test("case 143: HEAD, OPTIONS, TRACE on every route run no flow and write nothing; 405 says which methods do")
    func everyRoute() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            _ = try await browser.signIn(server.app)
            let before = try await server.fixture.contents()
            let routes = server.fixture.application().surfaces.flatMap(\.routes)
            #expect(routes.count > 30)
            // Where something begins or ends HEAD is not among them.
            let flows = routes.filter { !Self.isDocument($0.path) }
            #expect(
                flows.count > 10 && flows.allSatisfy { !$0.methods.contains(.head) }, "\(flows.filter { $0.methods.contains(.head) }.map(\.path))")
            for route in routes {
                let taken = routes.filter { $0.path == route.path }.flatMap(\.methods)
                for (method, path) in Self.methods.flatMap({ method in Self.paths(of: route, server).map { (method, $0) } }) {
                    if method == .head, taken.contains(.head) { continue }
                    let answer = try await server.send(
                        method, path + "?" + formText(server.app.parameters()), headers: [.cookie: Self.cookies(of: browser)])
                    // A browser's preflight; at the root of a host there is no pool that it could be for.
                    if taken.contains(method), method != .options || route.path.hasSuffix("/envoy/**") {
                        // An address that takes it knows nothing of whoever asks here.
                        #expect((400..<500).contains(answer.status) && answer.setCookies == [] && answer.location == nil, "\(method) \(path)")
                        continue
                    }
                    if taken.contains(method) {
                        #expect(answer.status == (path.contains(server.pool) ? 204 : 404) && answer.body.utf8.count < 200, "\(method) \(path)")
                        continue
                    }
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(answer.headers[.allow]?.contains(taken[0].rawValue) == true, "\(method) \(path)")
                    #expect(answer.setCookies == [] && answer.location == nil, "\(method) \(path)")
                    if method == .head { #expect(answer.body == "") }
                }
            }
            #expect(try await server.fixture.contents() == before)
        }
    }

    @Test(
        "case 143: HEAD of a document says what GET would, without its body",
        arguments: ["P/.well-known/openid-configuration", "P/.well-known/jwks.json", "P/saml2/metadata", "/assets/countersign.css", "/healthz"])
    func documents(place: String) async throws {
        try await TestServer.run { server in
            let path = place.hasPrefix("P") ? server.pool + place.dropFirst() : place
            let (head, get) = (try await server.send(.head, path), try await server.get(path))
            #expect(head.status == 200 && head.body == "")
            #expect(head.headers[.contentType] == get.headers[.contentType] && get.body != "")
        }
    }

    private static func paths(of route: Route, _ server: TestServer) -> [String] {
        let path = route.path.replacing(":hash", with: "x").replacing(":provider", with: "x").replacing(":colours", with: "x")
        return switch route.target {
        case .pool: [server.pool + "/" + path, "/" + path]
        case .poolAtEnd: ["/" + path + server.pool]
        case .alias: [server.pool + "/" + path]
        case .server: ["/" + path]
        }
    }

    private static func isDocument(_ path: String) -> Bool {
        // Envoy asks by the method of the request that it is about; nothing begins or ends there.
        ["", "healthz", "readyz", "checkup", "saml2/metadata", "forward-auth/:client/envoy/**"].contains(path) || path.hasPrefix(".well-known/")
            || path.hasPrefix("assets/")
    }

    private static func cookies(of browser: Browser) -> String { browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
}
