import FoundationEssentials
import Gateway
import OpenIDConnect
internal import TokenVerifier
import UserPools
import WireFormats

extension OIDCProviderSettings {
    /// Sets what is given, seals the secret, and checks the whole: a provider that could not sign anybody in is refused here.
    func apply(
        to provider: inout IdentityProvider, _ known: OIDCConnection, in pool: UserPool, logo: ReadLogo, sealer: Sealer
    ) throws(AdministrationError) {
        var connection = known
        try common.apply(to: &provider, in: pool, logo: logo)
        if let change = scopes { connection.scopes = try Self.words(change).applied(to: connection.scopes, .scope) }
        if let prompt { connection.prompt = prompt.isEmpty ? nil : prompt }
        if let values = acrValues { connection.acrValues = values.isEmpty ? nil : values }
        connection.contextMapping = try common.contexts.applied(to: connection.contextMapping, of: .oidc)
        if let change = parameters { connection.extraParameters = try Self.apply(change, to: connection.extraParameters) }
        if let change = algorithms { connection.algorithms = try change.applied(to: connection.algorithms, .algorithm) }
        if let change = allowedTenants { connection.tenants = try change.applied(to: connection.tenants, .allowedTenant) }
        connection.keyID = keyID ?? connection.keyID
        connection.teamID = teamID ?? connection.teamID
        connection.assertionAudience = assertionAudience ?? connection.assertionAudience
        connection.sharesRedirectURI = sharesRedirectURI ?? connection.sharesRedirectURI
        connection.onGroupOverage = onGroupOverage ?? connection.onGroupOverage
        connection.followsDiscovery = followsDiscovery ?? connection.followsDiscovery
        connection.refreshesUpstream = refreshesUpstream ?? connection.refreshesUpstream
        connection.singleLogout = singleLogout ?? connection.singleLogout
        if let secret = clientKey ?? clientSecret {
            let now = provider.updatedAt
            let sealed = try Self.sealed(secret, keyID: connection.keyID, for: connection, of: provider, sealer, at: now)
            // Given once more, the one that is used is not the one before.
            let before = (try? known.openSecret(of: provider, with: sealer))?.revealText()
            let isSame = before?.hasSameBytesInConstantTime(as: secret.revealText()) == true
            connection.replaceSecret(with: sealed, keeping: isSame ? nil : known[.current], at: now)
        }
        if connection.clientAuthentication == .none {
            guard clientSecret == nil, clientKey == nil else { throw Self.takesNoSecret }
            connection[.current] = nil
        }
        if connection.dialect == .github, provider.attributeMapping.rules.contains(where: { $0.source == "groups" }),
            GitHub.groupScopes.isDisjoint(with: connection.scopes)
        {
            connection.scopes.append("read:org")
        }
        if scopes == nil || connection.onGroupOverage == .fetch { connection.scopes.removeAll { $0 == Microsoft.graphScope } }
        if connection.onGroupOverage == .fetch { connection.scopes.append(Microsoft.graphScope) }
        try Self.check(connection)
        provider.kind = .oidc(connection)
    }

    static let takesNoSecret = AdministrationError.invalid(
        .clientAuthentication, "none", "takes no secret and no key", example: .give(.clientAuthentication, "client_secret_basic"))

    /// The secret as it is stored, if it is one that the provider can be shown.
    static func sealed(
        _ secret: SecretBytes, keyID: String?, for connection: OIDCConnection, of provider: IdentityProvider, _ sealer: Sealer, at now: Date
    ) throws(AdministrationError) -> StagedSecret {
        let text = secret.revealText()
        if connection.usesClientKey {
            do { _ = try ClientKey(pem: text) } catch {
                throw .invalid(
                    .clientKey, "",
                    "is needed for private_key_jwt and Apple, and what was given is no private key in PEM (PKCS #8), RSA of 2048 bits or more, or P-256",
                    example: .words("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out client.pem makes one"))
            }
        } else {
            guard (1...4096).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw .invalid(
                    .clientSecret, "", "is not 1 to 4,096 printable ASCII characters on one line", example: .give(.clientSecret, "client-secret.txt"))
            }
        }
        do throws(SealError) {
            return try OIDCConnection.seal(secret, keyID: keyID, of: provider, with: sealer, at: now)
        } catch { throw .keys(.seal(error)) }
    }

    private static func check(_ connection: OIDCConnection) throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check(try checkClientID(connection.clientID))
        try problems.check(try checkAddresses(connection))
        try problems.check(try checkScopes(connection))
        try problems.check(try checkCredentials(connection))
        try problems.check(try checkAlgorithms(connection.algorithms))
        try problems.check(try checkPrompt(connection.prompt))
        try problems.check(try checkHabits(connection))
        try problems.check(try checkTenants(connection))
        try problems.refuse()
    }

    private static func checkClientID(_ clientID: String) throws(AdministrationError) {
        guard (1...512).contains(clientID.utf8.count), clientID.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .invalid(.clientID, clientID, "is not 1 to 512 printable ASCII characters", example: .give(.clientID, "0oa1b2c3d4"))
        }
    }

    private static func checkScopes(_ connection: OIDCConnection) throws(AdministrationError) {
        let (scopes, example) = (connection.scopes, Problem.Example.give([.init(.scope, "openid"), .init(.scope, "email")]))
        guard scopes.allSatisfy({ (try? Scope($0)) != nil }), scopes.count <= 100 else {
            throw .invalid(.scope, scopes.joined(separator: " "), "is no scope", example: example)
        }
        guard !connection.dialect.isOpenID || scopes.contains("openid") else {
            throw .invalid(.scope, scopes.joined(separator: " "), "lacks openid, without which there is no ID token", example: example)
        }
    }

    private static func checkCredentials(_ connection: OIDCConnection) throws(AdministrationError) {
        guard connection.clientAuthentication == .none || connection.sealedSecret != nil else {
            throw .invalid(
                .clientSecret, "", "or \(Field.clientKey) is needed for \(connection.clientAuthentication.rawValue)",
                example: .give(.clientSecret, "client-secret.txt"))
        }
        if connection.dialect == .apple, connection.teamID == nil || connection.keyID == nil || connection.sealedSecret == nil {
            throw .invalid(
                .teamID, connection.teamID ?? "", "is needed with \(Field.keyID) and \(Field.clientKey): Apple's secrets are signed",
                example: .give([.init(.teamID, "A1B2C3D4E5"), .init(.keyID, "F6G7H8J9K0"), .init(.clientKey, "AuthKey_F6G7H8J9K0.p8")]))
        }
    }

    private static func checkAlgorithms(_ algorithms: [String]) throws(AdministrationError) {
        guard let unknown = algorithms.first(where: { TokenAlgorithm(rawValue: $0) == nil }) ?? (algorithms.isEmpty ? "" : nil) else { return }
        throw .invalid(
            .algorithm, unknown,
            "is none of \(TokenAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")): only signatures with a public key count",
            example: .give(.algorithm, "RS256"))
    }

    private static func checkPrompt(_ prompt: String?) throws(AdministrationError) {
        guard let prompt, !["none", "login", "consent", "select_account"].contains(prompt) else { return }
        throw .invalid(.prompt, prompt, "is none of none, login, consent, select_account", example: .give(.prompt, "select_account"))
    }

    /// What only some providers do.
    private static func checkHabits(_ connection: OIDCConnection) throws(AdministrationError) {
        guard connection.followsDiscovery != true || connection.isDiscovered else {
            throw .invalid(
                .followDiscovery, "", "needs a provider whose addresses come from its discovery document",
                example: .words("leave it out, and give the addresses that change"))
        }
        // Apple says nothing new, and may be asked once a day.
        guard connection.refreshesUpstream != true || [.standard, .microsoft].contains(connection.dialect) else {
            throw .invalid(
                .refreshUpstream, "", "needs a provider that gives refresh tokens and, with them, ID tokens",
                example: .words("leave it out; an app may have a \(Field.attributesMaxAge), after which people sign in anew"))
        }
        guard connection.singleLogout != true || connection.dialect.isOpenID else {
            throw .invalid(
                .singleLogout, "", "needs an OpenID provider; OAuth 2.0 alone has no sign-out",
                example: .words("leave it out: a sign-out ends the session here"))
        }
        guard connection.contextMapping == nil || connection.dialect.isOpenID else {
            throw .invalid(
                .mapACR, "", "needs ID tokens, which say how the person was authenticated; this provider has none",
                example: .words("leave it out, or register a provider that has them"))
        }
        guard !connection.sharesRedirectURI || connection.endpoints.sendsIssuer else {
            throw .invalid(
                .sharedRedirectURI, "", "needs a provider that names itself in every answer (RFC 9207), which this one does not promise",
                example: .words("leave it out: each provider has a redirect URI of its own"))
        }
        guard connection.onGroupOverage == .refuse || connection.dialect == .microsoft else {
            throw .invalid(
                .onGroupOverage, connection.onGroupOverage.rawValue, "is for the preset microsoft: nobody else leaves groups out",
                example: .give(.onGroupOverage, "refuse"))
        }
    }

    private static func checkAddresses(_ connection: OIDCConnection) throws(AdministrationError) {
        let endpoints = connection.endpoints
        var addresses: [(field: Field, url: String?)] = [
            (.authorizationURL, endpoints.authorization), (.tokenURL, endpoints.token), (.issuer, connection.issuer),
        ]
        if connection.dialect.isOpenID { addresses.append((.keysURL, endpoints.keys ?? "")) }
        addresses.append((.endSessionURL, endpoints.endSession))
        addresses.append((.userInfoURL, connection.dialect.isOpenID ? endpoints.userInfo : endpoints.userInfo ?? ""))
        var problems = ProblemList()
        for (field, url) in addresses {
            guard let url else { continue }
            try problems.check(try check(url, field))
        }
        try problems.refuse()
    }

    private static func check(_ url: String, _ field: Field) throws(AdministrationError) {
        guard !url.isEmpty else {
            throw .invalid(field, "", "is needed where there is no discovery", example: .give(field, "https://id.example.com/…"))
        }
        // http to this machine the way out allows in development only.
        guard field == .issuer && url == Microsoft.template || WebAddress.isAllowed(url) else {
            throw .invalid(
                field, url, "is not an https address without user information and fragment (http for this machine)",
                example: .give(field, "https://id.example.com/…"))
        }
    }

    private static func checkTenants(_ connection: OIDCConnection) throws(AdministrationError) {
        for tenant in connection.tenants where !Microsoft.isTenantID(tenant) {
            throw .invalid(.allowedTenant, tenant, "is no tenant ID", example: .give(.allowedTenant, "72f988bf-86f1-41af-91ab-2d7cd011db47"))
        }
        let isMany = connection.issuer == Microsoft.template
        guard isMany == !connection.tenants.isEmpty else {
            throw .invalid(
                .allowedTenant, connection.tenants.first ?? "",
                isMany
                    ? "is needed with common and organizations: whoever can make a tenant could sign in otherwise"
                    : "goes with the tenants common and organizations",
                example: .give([.init(.tenant, "organizations"), .init(.allowedTenant, "72f988bf-86f1-41af-91ab-2d7cd011db47")]))
        }
    }

    /// Several may be given at once, separated by spaces, as a request has them.
    private static func words(_ change: ListChange) -> ListChange {
        func words(_ texts: [String]) -> [String] { texts.flatMap { ProtocolText($0).split(at: " ").filter { !$0.isEmpty }.map(\.string) } }
        return ListChange(replacement: change.replacement.map(words), added: words(change.added), removed: words(change.removed))
    }

    /// An added parameter takes the place of one of its name; to remove one its name is enough.
    private static func apply(
        _ change: ListChange, to known: [OIDCConnection.Parameter]
    ) throws(AdministrationError) -> [OIDCConnection.Parameter] {
        var parameters = try change.replacement.map { given throws(AdministrationError) in try self.parameters(given) } ?? known
        for name in change.removed {
            guard let index = parameters.firstIndex(where: { $0.name.hasSameBytes(as: name) }) else {
                throw .invalid(.parameter, name, "is not there to be removed", example: .words("the name of one that is there"))
            }
            parameters.remove(at: index)
        }
        for parameter in try self.parameters(change.added) {
            parameters.removeAll { $0.name.hasSameBytes(as: parameter.name) }
            parameters.append(parameter)
        }
        return parameters
    }

    /// `NAME=VALUE`, of which none is the protocol's own.
    private static func parameters(_ given: [String]) throws(AdministrationError) -> [OIDCConnection.Parameter] {
        var parameters: [OIDCConnection.Parameter] = []
        for text in given {
            guard let (left, right) = ProtocolText(text).cut(at: "="), !left.isEmpty, text.utf8.count <= 1024 else {
                throw .invalid(.parameter, text, "is not NAME=VALUE", example: .give(.parameter, "hd=example.com"))
            }
            let name = left.string
            guard !RelyingParty.reservedParameters.contains(name) else {
                throw .invalid(.parameter, name, "is set by the protocol, or has a place of its own", example: .give(.parameter, "hd=example.com"))
            }
            parameters.append(OIDCConnection.Parameter(name: name, value: right.string))
        }
        return parameters
    }
}
