import Foundation
import TokenVerifier

/// `NetworkService ISSUER AUDIENCE < token`: the issuer is asked for its keys.
@main
struct NetworkService {
    static func main() async {
        let words = CommandLine.arguments
        let verifier = TokenVerifier(issuer: words[1], audience: words[2])
        do {
            let token = try await verifier.verify(accessToken: readLine() ?? "")
            print(token.subject, token.groups.joined(separator: ","))
        } catch {
            print(error)
            exit(1)
        }
    }
}
