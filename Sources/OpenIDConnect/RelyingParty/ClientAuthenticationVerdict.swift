package import FoundationEssentials
package import TokenVerifier
internal import WireFormats

/// What a token endpoint thinks of the way in which we prove who we are. Only `RelyingParty.tryAuthentication` finds it out.
package enum ClientAuthenticationVerdict: Sendable, Hashable {
    /// It knew us and refused the code, and a stranger it did not know.
    case proven
    /// It did not take us for who we say we are.
    case refused(seen: String)
    /// Neither follows from what it answered.
    case unclear(seen: String)
}

extension RelyingParty {
    /// Asks for tokens with a code that nobody gave. A token endpoint authenticates the client before it looks at the code (RFC 6749 §4.1.3), so one
    /// that refuses the code alone has taken us for who we are.
    ///
    /// Some look at the code first, and would say the same to anybody. So a stranger asks as well, as the same client with a secret that nobody has.
    package func tryAuthentication(
        redirectURI: String, random: (Int) -> [UInt8], at now: Date, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> ClientAuthenticationVerdict {
        let own = try await verdict(redirectURI: redirectURI, random: random, at: now, transport: transport)
        guard own == .proven else { return own }
        switch try await stranger(random(32)).verdict(redirectURI: redirectURI, random: random, at: now, transport: transport) {
        case .refused: return .proven
        case .proven: return .unclear(seen: "the same answer to a secret that nobody has")
        case .unclear(let seen): return .unclear(seen: "\(seen), to a secret that nobody has")
        }
    }

    /// RFC 6749 §5.2. GitHub has words of its own.
    private func verdict(
        redirectURI: String, random: (Int) -> [UInt8], at now: Date, transport: any HTTPTransport
    ) async throws(RelyingPartyError) -> ClientAuthenticationVerdict {
        let form: [(name: String, value: String)] = [
            ("grant_type", "authorization_code"), ("code", Base64URL.encode(random(32))), ("redirect_uri", redirectURI),
            ("code_verifier", ProofKey(randomBytes: random(32)).codeVerifier),
        ]
        let response = try await answer(to: form, assertionID: Base64URL.encode(random(16)), at: now, transport: transport)
        let error = (try? Self.object(response, of: .token))?["error"]?.string.map { AuthorizationCallback.named($0) }
        let seen = [error, "status \(response.status)"].compactMap(\.self).joined(separator: ", ")
        if response.status == 401 { return .refused(seen: seen) }
        switch error {
        case "invalid_client", "unauthorized_client", "incorrect_client_credentials": return .refused(seen: seen)
        case "invalid_grant", "bad_verification_code": return .proven
        default: return .unclear(seen: seen)
        }
    }

    /// All it does is as we do it, but for the secret: a provider that looks at the algorithm alone must not seem to tell us apart.
    private func stranger(_ random: [UInt8]) -> RelyingParty {
        var stranger = self
        let secret = Array(Base64URL.encode(random).utf8)
        switch authentication {
        case .none: break
        case .basic: stranger.authentication = .basic(secret: secret)
        case .post: stranger.authentication = .post(secret: secret)
        case .privateKey(let key): stranger.authentication = .privateKey(key.ofStranger)
        case .signedSecret(let key, let issuer): stranger.authentication = .signedSecret(key.ofStranger, issuer: issuer)
        }
        return stranger
    }
}
