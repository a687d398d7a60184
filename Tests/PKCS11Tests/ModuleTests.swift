import Dispatch
import Foundation
import OpenIDConnect
import Synchronization
import TestSupport
import Testing
import TokenVerifier
import WireFormats

@testable import PKCS11

@Suite("Keys in a hardware security module (PKCS #11), SoftHSM2", .enabled(if: SoftHSM.isInstalled))
struct ModuleTests {
    private static let owner = "local_pool12345"

    private func verifies(_ token: String, _ signer: ModuleSigner) async throws -> Bool {
        let keys = try JSONWebKeySet(bytes: PublishedKeySet([signer.publicJWK]).encoded())
        let verifier = TokenVerifier(issuer: "https://id.example/p", audience: nil, keys: keys, clock: { Date(timeIntervalSince1970: 1_795_000_000) })
        return (try? await verifier.verify(accessToken: token))?.subject == "ada"
    }

    private static let claims: JSONObject = [
        "iss": "https://id.example/p", "sub": "ada", "aud": "https://id.example/p", "client_id": "app", "exp": 1_795_000_600, "iat": 1_795_000_000,
        "jti": "1", "token_use": "access",
    ]

    /// The code of what a body throws; nil where it throws nothing.
    private func code(_ body: () async throws -> Void) async -> String? {
        do { try await body() } catch let error as SecurityModuleError { return error.code } catch let error as SigningKeyError {
            return error.code
        } catch { return "\(error)" }
        return nil
    }

    @Test("a key is made there, signs there, and what it signs verifies by its public half", arguments: SigningAlgorithm.allCases)
    func signs(_ algorithm: SigningAlgorithm) async throws {
        try await SoftHSM.with { hsm in
            let reference = try await hsm.withModule { module in
                let signer = try ModuleSigner(try await module.make(algorithm, for: Self.owner), in: module)
                try await signer.requireReady()
                let token = try await signer.sign(header: "at+jwt", claims: Self.claims)
                #expect(try await verifies(token, signer))
                #expect(try await !verifies(String(token.dropLast(4)) + "AAAA", signer))
                return signer.publicKey.moduleReference
            }
            // What is stored is the public half; another process finds the private one by it.
            let publicKey = try #require(TokenPublicKey(moduleReference: reference, algorithm: algorithm))
            try await hsm.withModule { module in
                let signer = try ModuleSigner(publicKey, in: module)
                #expect(try await verifies(try await signer.sign(header: "at+jwt", claims: Self.claims), signer))
            }
        }
    }

    @Test("a private half that is stored is taken for none of a module, and the other way about")
    func references() throws {
        for algorithm in SigningAlgorithm.allCases {
            let software = try TokenSigningKey.generate(algorithm)
            #expect(TokenPublicKey(moduleReference: software.privateKeyBytes, algorithm: algorithm) == nil)
            let reference = software.publicKey.moduleReference
            #expect(TokenPublicKey(moduleReference: reference, algorithm: algorithm)?.keyID == software.keyID)
            #expect(throws: SigningKeyError.invalidPrivateKey) { try TokenSigningKey(algorithm: algorithm, privateKey: reference) }
        }
        #expect(TokenPublicKey(moduleReference: Array("{".utf8) + [UInt8](repeating: 0, count: 31), algorithm: .ES256) == nil)
    }

    @Test("case 205: a key signs and does nothing else, nobody reads it, and one that was made otherwise is refused")
    func confined() async throws {
        try await SoftHSM.with { hsm in
            // As an administrator could bring one from elsewhere: SoftHSM's tool lets it decrypt, too.
            let brought = try TokenSigningKey.generate(.RS256)
            let pem =
                "-----BEGIN PRIVATE KEY-----\n" + Data(brought.privateKeyBytes).base64EncodedString(options: .lineLength64Characters)
                + "\n-----END PRIVATE KEY-----\n"
            try await hsm.importKey(pem: pem, id: try #require(Base64URL.decode(brought.keyID)))
            try await hsm.withModule { module in
                let signer = try ModuleSigner(brought.publicKey, in: module)
                #expect(await code { _ = try await signer.sign(header: "JWT", claims: [:]) } == "hsm.not_confined")
                let made = try await module.make(.RS256, for: Self.owner)
                #expect(await code { _ = try await module.sign([1, 2, 3], by: made) } == nil)
            }
        }
    }

    @Test("case 205: another key under the name of the one is found out before anything that it signed goes out")
    func otherKey() async throws {
        try await SoftHSM.with { hsm in
            try await hsm.withModule { module in
                let (one, other) = (try await module.make(.ES256, for: Self.owner), try await module.make(.ES256, for: Self.owner))
                try await module.destroy(one)
                // Whoever has the PIN renames it.
                let library = try #require(Self.library())
                let session = try library.open(try #require(try library.slots().first), writes: true)
                let id = try #require(Base64URL.decode(one.keyID))
                let otherID = try #require(Base64URL.decode(other.keyID))
                for isPrivate in [true, false] {
                    let object = try #require(try library.find(private: isPrivate, id: otherID, session).first)
                    try library.name(object, id: id, label: "renamed", session)
                }
                library.close(session)
                let signer = try ModuleSigner(one, in: module)
                #expect(await code { _ = try await signer.sign(header: "JWT", claims: [:]) } == "hsm.other_key")
                #expect(await code { try await signer.requireReady() } == "hsm.other_key")
            }
        }
    }

    @Test("what is destroyed is gone, and once more is no error; what has its name twice is refused")
    func destroyed() async throws {
        try await SoftHSM.with { hsm in
            try await hsm.withModule { module in
                let key = try await module.make(.ES256, for: Self.owner)
                try await module.destroy(key)
                #expect(await code { _ = try await module.sign([1], by: key) } == "hsm.no_key")
                #expect(await code { try await module.destroy(key) } == nil)
                // The connection is as good as before.
                let other = try await module.make(.ES256, for: Self.owner)
                #expect(await code { _ = try await module.sign([1], by: other) } == nil)
            }
        }
    }

    @Test("case 206: taken away it refuses at once, and put back it signs again within seconds, with nothing started anew")
    func away() async throws {
        let changes = Mutex<[String]>([])
        try await SoftHSM.with { hsm in
            try await hsm.withModule(changed: { error in changes.withLock { $0.append(error?.code ?? "works") } }) { module in
                let signer = try ModuleSigner(try await module.make(.ES256, for: Self.owner), in: module)
                _ = try await signer.sign(header: "JWT", claims: [:])
                try hsm.takeAway()
                for _ in 0..<3 {
                    #expect(await code { _ = try await signer.sign(header: "JWT", claims: [:]) } == "hsm.unavailable")
                }
                let began = ContinuousClock.now
                for _ in 0..<100 { _ = await code { _ = try await signer.sign(header: "JWT", claims: [:]) } }
                // Each would wait for five seconds, were it not refused.
                #expect(ContinuousClock.now - began < .seconds(100))
                try hsm.putBack()
                var answer: String? = ""
                for _ in 0..<100 {
                    answer = await code { try await signer.requireReady() }
                    if answer == nil { break }
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(answer == nil)
                #expect(try await !signer.sign(header: "JWT", claims: [:]).isEmpty)
            }
        }
        #expect(changes.withLock(\.self) == ["hsm.unavailable", "works"])
    }

    @Test("sessions that the module forgot, and a login that is over, are made anew before anybody notices")
    func reconnects() async throws {
        try await SoftHSM.with { hsm in
            try await hsm.withModule { module in
                let key = try await module.make(.RS256, for: Self.owner)
                for _ in 0..<3 {
                    _ = try await module.sign([1], by: key)
                    // CKR_CRYPTOKI_NOT_INITIALIZED, from here on.
                    try #require(Self.library()).finalize()
                    #expect(await code { _ = try await module.sign([1], by: key) } == nil)
                }
            }
        }
    }

    @Test("a wrong PIN is tried once, so that the token is not locked; another one is tried at once")
    func wrongPIN() async throws {
        let pin = Mutex("0000-0000")
        let asked = Mutex(0)
        try await SoftHSM.with { hsm in
            try await hsm.withModule(
                pin: {
                    asked.withLock { $0 += 1 }
                    return pin.withLock(\.self)
                }
            ) { module in
                #expect(await code { try await module.connect() } == "hsm.pin")
                #expect(await code { try await module.connect() } == "hsm.pin")
                try await Task.sleep(for: .milliseconds(1_100))
                #expect(await code { try await module.connect() } == "hsm.pin")
                pin.withLock { $0 = SoftHSM.pin }
                try await Task.sleep(for: .milliseconds(1_100))
                #expect(await code { try await module.connect() } == nil)
                #expect(asked.withLock(\.self) == 3)
            }
        }
    }

    @Test("no module, no token of that label, and two of it: each has its own code, and says what there is")
    func misconfigured() async throws {
        try await SoftHSM.with { hsm in
            for path in ["/nowhere/module.so", "/lib/x86_64-linux-gnu/libz.so.1"] {
                try await hsm.withModule(library: path) { module in #expect(await code { try await module.connect() } == "hsm.library") }
            }
            try await hsm.withModule(label: "countersign") { module in
                await #expect(throws: SecurityModuleError.token(label: "countersign", found: [SoftHSM.label, ""])) { try await module.connect() }
            }
            try await hsm.add(SoftHSM.label)
            try await hsm.withModule { module in #expect(await code { try await module.connect() } == "hsm.token") }
        }
    }

    @Test("many at once: each token verifies, whichever session signed it; more than may wait are refused at once")
    func many() async throws {
        try await SoftHSM.with { hsm in
            try await hsm.withModule { module in
                let signer = try ModuleSigner(try await module.make(.ES256, for: Self.owner), in: module)
                let good = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<200 {
                        group.addTask { try await verifies(try await signer.sign(header: "at+jwt", claims: Self.claims), signer) }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(good == 200)
            }
            try await hsm.withModule(sessions: 1, longestQueue: 2) { module in
                let key = try await module.make(.RS256, for: Self.owner)
                let codes = await withTaskGroup(of: String?.self) { group in
                    for _ in 0..<100 { group.addTask { await code { _ = try await module.sign([1], by: key) } } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(codes) == [nil, "hsm.busy"])
            }
        }
    }

    @Test("who waits too long is told so, and what is late is nobody's")
    func patience() async throws {
        try await SoftHSM.with { hsm in
            let refused = DispatchSemaphore(value: 0)
            let late: @Sendable () -> String = {
                _ = refused.wait(timeout: .now() + 60)
                return SoftHSM.pin
            }
            try await hsm.withModule(sessions: 1, patience: .milliseconds(50), pin: late) { module in
                let answer = await code { try await module.connect() }
                refused.signal()
                #expect(answer == "hsm.busy")
            }
        }
    }

    @Test("an answer of the module has the standard's name, or its number")
    func names() {
        #expect(CallFailure(call: "C_Sign", value: 0x32).name == "CKR_DEVICE_REMOVED" && CallFailure(call: "C_Sign", value: 0x32).isLost)
        #expect(CallFailure(call: "C_Login", value: 0xA0).isOfPIN && !CallFailure(call: "C_Login", value: 0xA0).isLost)
        #expect(CallFailure(call: "C_Sign", value: 0x8000_0012).name == "0x80000012")
        #expect(CallFailure(call: "C_Sign", value: 0x60).isOfHandle && CallFailure(call: "C_GenerateKeyPair", value: 0x70).isOfAlgorithm)
    }

    private static func library() -> Library? {
        var reason = ""
        return Library(path: SoftHSM.library, reason: &reason)
    }
}
