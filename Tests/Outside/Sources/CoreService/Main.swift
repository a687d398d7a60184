import Foundation
import TokenVerifierCore

/// A way to the network of the service's own; here: documents that were fetched before, in a folder.
struct Documents: HTTPTransport {
    let folder: String

    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let name = request.url.hasSuffix("/openid-configuration") ? "discovery.json" : "jwks.json"
        guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else { throw .unreachable }
        return HTTPTransportResponse(status: 200, body: Array(bytes))
    }
}

/// `CoreService ISSUER AUDIENCE FOLDER SCOPE < token`: verifies without waiting, once the keys are there.
@main
struct CoreService {
    static func main() async {
        let words = CommandLine.arguments
        let verifier = TokenVerifier(issuer: words[1], audience: words[2], transport: Documents(folder: words[3]))
        do {
            try await verifier.loadKeys()
            let token = try verifier.verifyNow(accessToken: readLine() ?? "", scopes: [words[4]])
            print(token.subject, token.groups.joined(separator: ","))
        } catch {
            print(error)
            exit(1)
        }
    }
}
