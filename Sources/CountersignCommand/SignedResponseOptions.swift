import Administration
import ArgumentParser

/// By which algorithms a client gets signed answers; its metadata have the same names (RFC 7591, RFC 9701, JARM).
struct SignedResponseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Signs its ID tokens and logout tokens; 'none': the pool's own algorithm.", valueName: "ALG"))
    var idTokenSignedResponseAlg: String?
    @Option(
        name: .customLong("userinfo-signed-response-alg"),
        help: ArgumentHelp("Signs every answer of userinfo; 'none': JSON, unless it asks for JWT.", valueName: "ALG"))
    var userInfoSignedResponseAlg: String?
    @Option(help: ArgumentHelp("Signs answers of introspection that it wants as JWT.", valueName: "ALG"))
    var introspectionSignedResponseAlg: String?
    @Option(help: ArgumentHelp("Signs answers that it wants by response_mode=jwt (JARM).", valueName: "ALG"))
    var authorizationSignedResponseAlg: String?

    private var all: [String?] {
        [idTokenSignedResponseAlg, userInfoSignedResponseAlg, introspectionSignedResponseAlg, authorizationSignedResponseAlg]
    }

    var isEmpty: Bool { all.allSatisfy { $0 == nil } }

    var given: SignedResponseSettings {
        var settings = SignedResponseSettings()
        settings.idToken = change(idTokenSignedResponseAlg)
        settings.userInfo = change(userInfoSignedResponseAlg)
        settings.introspection = change(introspectionSignedResponseAlg)
        settings.authorization = change(authorizationSignedResponseAlg)
        return settings
    }
}
