import Crypto
import CryptoExtras
import Foundation
import Testing
import WireFormats

@testable import TokenVerifierCore

/// An issuer with an RSA key, made once: a key takes its time.
private struct RSAMint {
    static let shared = Result { try RSAMint() }

    let key: _RSA.Signing.PrivateKey
    private init() throws { key = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    func jwk(algorithm: String? = "RS256") throws -> String {
        let numbers = try key.publicKey.getKeyPrimitives()
        let name = algorithm.map { #""alg":"\#($0)","# } ?? ""
        let (modulus, exponent) = (Base64URL.encode(Array(numbers.modulus)), Base64URL.encode(Array(numbers.publicExponent)))
        return #"{\#(name)"kty":"RSA","kid":"key-1","use":"sig","n":"\#(modulus)","e":"\#(exponent)"}"#
    }

    func verifier(algorithms: Set<TokenAlgorithm> = TokenAlgorithm.recommended, jwk algorithm: String? = "RS256") throws -> TokenVerifier {
        let keys = try JSONWebKeySet(json: #"{"keys":[\#(jwk(algorithm: algorithm))]}"#)
        return TokenVerifier(issuer: Mint.issuer, audience: Mint.audience, algorithms: algorithms, keys: keys, clock: { Mint.now })
    }

    static func input(algorithm: String) -> String {
        let header = #"{"alg":"\#(algorithm)","kid":"key-1","typ":"at+jwt"}"#
        return Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(Mint.accessClaims().utf8))
    }

    func signature(_ input: String, isPSS: Bool = false) throws -> [UInt8] {
        let digest = SHA256.hash(data: Array(input.utf8))
        return Array(try key.signature(for: digest, padding: isPSS ? .PSS : .insecurePKCS1v1_5).rawRepresentation)
    }
}

@Suite("RFC 8725 §3.1: an algorithm belongs to a key; cases 77, 78, 83")
struct AlgorithmConfusionTests {
    private let mint = Mint()

    private func verify(_ verifier: TokenVerifier, _ input: String, _ signature: [UInt8]) async -> String? {
        await code { () throws(TokenError) in try await verifier.verify(accessToken: input + "." + Base64URL.encode(signature)) }
    }

    @Test("a good RS256 token passes, and a PS256 token where the key leaves it open") func good() async throws {
        let rsa = try RSAMint.shared.get()
        let (plain, probabilistic) = (RSAMint.input(algorithm: "RS256"), RSAMint.input(algorithm: "PS256"))
        #expect(await verify(try rsa.verifier(), plain, try rsa.signature(plain)) == nil)
        #expect(await verify(try rsa.verifier(jwk: nil), plain, try rsa.signature(plain)) == nil)
        #expect(await verify(try rsa.verifier(jwk: nil), probabilistic, try rsa.signature(probabilistic, isPSS: true)) == nil)
    }

    /// What an attacker has of a public key, each also with white space before or behind it (CVE-2026-34950).
    private static func secrets(_ texts: [String], _ bytes: [[UInt8]]) -> [[UInt8]] {
        let trimmed = texts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        return (texts + trimmed).flatMap { [$0, " " + $0, "\n" + $0, "\t" + $0, $0 + "\n", $0 + " "] }.map { Array($0.utf8) } + bytes + [[0], []]
    }

    @Test(
        "case 77: an HMAC keyed with the RSA public key as PEM, DER, JWK text or modulus, with a leading space and without",
        arguments: ["HS256", "HS384", "HS512", "hs256", " HS256", "HMAC"])
    func rsaAsSecret(algorithm: String) async throws {
        let rsa = try RSAMint.shared.get()
        let key = rsa.key.publicKey
        let secrets = Self.secrets(
            [key.pemRepresentation, key.pkcs1PEMRepresentation, try rsa.jwk(), #"{"keys":[\#(try rsa.jwk())]}"#],
            [Array(key.derRepresentation), Array(key.pkcs1DERRepresentation), Array(try key.getKeyPrimitives().modulus)])
        let input = RSAMint.input(algorithm: algorithm)
        let verifiers = [
            try rsa.verifier(), try rsa.verifier(algorithms: Set(TokenAlgorithm.allCases), jwk: nil), try rsa.verifier(algorithms: [.RS256]),
        ]
        for secret in secrets {
            let secret = SymmetricKey(data: secret)
            let codes = [
                Array(HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: secret)),
                Array(HMAC<SHA512>.authenticationCode(for: Array(input.utf8), using: secret)),
            ]
            for verifier in verifiers {
                for code in codes { #expect(await verify(verifier, input, code) == "token.algorithm") }
            }
        }
    }

    @Test("case 77: an HMAC keyed with the EC public key, and one that calls itself by the key's algorithm") func ecAsSecret() async throws {
        let key = mint.key.publicKey
        let secrets = Self.secrets([key.pemRepresentation, mint.jwk], [Array(key.rawRepresentation), Array(key.derRepresentation)])
        for (algorithm, expected) in [("HS256", "token.algorithm"), ("ES256", "token.signature")] {
            let input = RSAMint.input(algorithm: algorithm)
            for secret in secrets {
                let code = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: SymmetricKey(data: secret))
                #expect(await verify(try mint.verifier(), input, Array(code)) == expected)
            }
        }
    }

    @Test("case 78: an algorithm that is not the key's: RS256, EdDSA and PS256 with an EC key")
    func otherAlgorithm() async throws {
        for name in ["RS256", "EdDSA", "PS256"] {
            let token = mint.sign(header: mint.header(algorithm: name), payload: Mint.accessClaims())
            let verifier = try mint.verifier()
            #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } == "token.unknown_key")
        }
        // ES384 is a real algorithm, but not one of the pinned ones.
        let token = mint.sign(header: mint.header(algorithm: "ES384"), payload: Mint.accessClaims())
        let verifier = try mint.verifier()
        #expect(await code { () throws(TokenError) in try await verifier.verify(accessToken: token) } == "token.algorithm")
    }

    @Test("case 78: a real RS256 signature where the issuer's key of that name is an EC key") func rsaTokenOnECKey() async throws {
        let rsa = try RSAMint.shared.get()
        let input = RSAMint.input(algorithm: "RS256")
        #expect(await verify(try mint.verifier(), input, try rsa.signature(input)) == "token.unknown_key")
    }

    @Test("case 78: a key whose alg is RS256 takes no PS256, and the other way round") func paddings() async throws {
        let rsa = try RSAMint.shared.get()
        let (plain, probabilistic) = (RSAMint.input(algorithm: "RS256"), RSAMint.input(algorithm: "PS256"))
        #expect(await verify(try rsa.verifier(), probabilistic, try rsa.signature(probabilistic, isPSS: true)) == "token.unknown_key")
        #expect(await verify(try rsa.verifier(jwk: "PS256"), plain, try rsa.signature(plain)) == "token.unknown_key")
        // The header says one, the signature is the other.
        #expect(await verify(try rsa.verifier(jwk: nil), plain, try rsa.signature(plain, isPSS: true)) == "token.signature")
        #expect(await verify(try rsa.verifier(jwk: nil), probabilistic, try rsa.signature(probabilistic)) == "token.signature")
        #expect(await verify(try rsa.verifier(algorithms: [.PS256], jwk: nil), plain, try rsa.signature(plain)) == "token.algorithm")
    }

    @Test("case 78: ES256 signed with a P-384 key, whatever that key's alg says") func otherCurve() async throws {
        let key = P384.Signing.PrivateKey()
        let point = Array(key.publicKey.rawRepresentation)
        let input = RSAMint.input(algorithm: "ES256")
        let signature = Array(try key.signature(for: SHA256.hash(data: Array(input.utf8))).rawRepresentation)
        let members: JSONObject = [
            "kty": "EC", "crv": "P-384", "x": .string(Base64URL.encode(point[..<48])), "y": .string(Base64URL.encode(point[48...])),
        ]
        let coordinates = #""x":"\#(Base64URL.encode(point[..<48]))","y":"\#(Base64URL.encode(point[48...]))""#
        let keys = try JSONWebKeySet(json: #"{"keys":[{"kid":"key-1","kty":"EC","crv":"P-384",\#(coordinates)}]}"#)
        #expect(await verify(try mint.verifier(keys: keys), input, signature) == "token.unknown_key")
        let jws = try CompactJWS(input + "." + Base64URL.encode(signature), algorithms: Set(TokenAlgorithm.allCases))
        #expect(throws: TokenError.signature) { try jws.verify(with: try JSONWebKey(members)) }
        var named = members
        named.append("alg", "ES256")
        #expect(throws: JSONWebKey.Unusable.notSupported) { try JSONWebKey(named) }
    }

    @Test("case 83: RSA signatures with flipped bits, zeros, one, too long, too short, over another input") func badRSA() async throws {
        let rsa = try RSAMint.shared.get()
        let input = RSAMint.input(algorithm: "RS256")
        let good = try rsa.signature(input)
        let modulus = Array(try rsa.key.publicKey.getKeyPrimitives().modulus)
        var broken: [[UInt8]] = [
            [UInt8](repeating: 0, count: 256), [UInt8](repeating: 0, count: 255) + [1], [UInt8](repeating: 0xFF, count: 256), modulus, [0] + good,
            good + [0], Array(good.dropFirst()), good.dropLast(), [0], good + good, try rsa.signature(input + "x"),
        ]
        for bit in stride(from: 0, to: 2048, by: 131) {
            var changed = good
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            broken.append(changed)
        }
        let verifier = try rsa.verifier()
        for signature in broken { #expect(await verify(verifier, input, signature) == "token.signature") }
        #expect(await verify(verifier, input, good) == nil)
    }
}
