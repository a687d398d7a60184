import FoundationEssentials
import HTTPTypes
import SampleServer
import TokenVerifier

/// Every page of the app.
enum Pages {
    private static let site = "Sample app"

    static func signedOut() -> Page {
        Page(
            "You are signed out", of: site, .blue,
            body: """
                <p>This app knows nobody. It sends people to Countersign to sign in, and gets back who they are.</p>
                \(button("Sign in", "/sign-in"))
                """)
    }

    static func signedIn(_ signedIn: SignedIn, service: String?, serviceAnswer: String? = nil) -> Page {
        let claims: [HTML] = signedIn.verified.claims.members.members.map { "<tr><th>\($0.name)</th><td>\(text($0.value))</td></tr>" }
        let answer: HTML = serviceAnswer.map { "<p>The service answered:</p><pre>\($0)</pre>" } ?? ""
        return Page(
            "You are signed in as \(signedIn.verified.claims.string("name") ?? signedIn.verified.subject)", of: site, .blue,
            body: """
                \(answer)
                \(service == nil ? "" : button("Call the service", "/call-service"))
                \(signedIn.refreshToken == nil ? "" : button("Refresh the tokens", "/refresh", plain: true))
                \(button("Sign out", "/sign-out", plain: true))
                <p>The claims of your ID token, verified:</p>
                <table>\(claims)</table>
                """)
    }

    static func failed(_ error: any Error) -> Page {
        Page(
            "That did not work", of: site, .blue, status: .badRequest,
            body: "<p class=\"problem\">\(sentence(error))</p><p><a href=\"/\">Begin again</a></p>")
    }

    /// An error in words. Those of the verifier say what to do about it as well.
    static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as TokenError: "\(error.message) (\(error.code)). \(error.remedy)"
        case let error as HTTPTransportError: "\(error.message). \(error.remedy)"
        default: "\(error)"
        }
    }

    private static func button(_ label: String, _ action: String, plain: Bool = false) -> HTML {
        "<form class=\"inline\" method=\"post\" action=\"\(action)\"><button class=\"\(plain ? "plain" : "")\">\(label)</button></form>"
    }

    private static func text(_ value: JSONValue) -> String {
        value.string ?? String(decoding: (try? JSONEncoder().encode(Claim(value))) ?? Data(), as: UTF8.self)
    }
}

/// A claim as JSON.
struct Claim: Encodable {
    private let value: JSONValue
    init(_ value: JSONValue) { self.value = value }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        if case .object(let object) = value {
            var container = encoder.container(keyedBy: Name.self)
            for member in object.members { try container.encode(Claim(member.value), forKey: Name(stringValue: member.name)) }
            return
        }
        var container = encoder.singleValueContainer()
        switch value {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values.map(Claim.init))
        case .object: break
        }
    }
}
