import FoundationEssentials
import Gateway
import Logging
import OpenIDConnect
import UserPools
import WireFormats

/// Twelve letters and digits that stand on a refused person's page and in the log.
struct Reference: CustomStringConvertible {
    let description: String

    init() {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
        description = String((0..<12).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}

extension Logger {
    /// One line a refused request: what an admin needs to understand it, and nothing that is secret.
    func refused(_ what: String, _ error: any Diagnosable, reference: Reference? = nil, level: Level = .notice, _ context: [String: String?] = [:]) {
        var metadata: Logger.Metadata = [
            "code": "\(error.code)", "reason": "\(error.message)", "remedy": "\(error.remedy)",
        ]
        if let reference { metadata["reference"] = "\(reference)" }
        if let expected = error.expected { metadata["expected"] = "\(expected)" }
        if let seen = error.seen { metadata["seen"] = "\(seen)" }
        for (key, value) in context { if let value { metadata[key] = "\(value)" } }
        if !error.acts.isEmpty {
            let place = Place(pool: context["pool"] ?? nil, client: context["client_id"] ?? nil, provider: context["provider"] ?? nil)
            metadata["try"] = .stringConvertible(PlacedRemedies(error.acts, at: place))
        }
        log(level: level, "\(what) refused", metadata: metadata)
    }

    /// One line a refused sign-in, and one more in its count.
    func refused(_ failure: SignInFailure, reference: Reference) {
        // What the app did wrong, or asked only to see (`prompt=none`), is for whoever looks for it.
        let isOfApp = failure.wayBack != nil && failure.error.isOfApp
        if !isOfApp { ServerMetrics.signInRefused(failure) }
        refused(
            isOfApp ? "authorization request" : "sign-in", failure.error.withoutWords, reference: reference,
            level: failure.error.isAlarm ? .error : isOfApp ? .info : .notice,
            [
                "pool": failure.pool?.text, "provider": failure.provider?.text ?? failure.error.provider, "client_id": failure.client?.text,
                "member": failure.member,
            ])
    }

    /// One line for what an app, and not a person, was told.
    func refusedToApp(_ what: String, _ error: OAuthError, pool: UserPool.ID, clientID: String?) {
        var metadata: Metadata = ["pool": "\(pool)", "code": "\(error.code)", "reason": "\(error.message)", "remedy": "\(error.remedy)"]
        if let clientID { metadata["client_id"] = "\(ProtocolText(clientID).prefix(128).string)" }
        if !error.acts.isEmpty {
            let client = clientID.flatMap { AppClient.ID($0) }
            metadata["try"] = .stringConvertible(PlacedRemedies(error.acts, at: Place(pool: pool, client: client)))
        }
        if let expected = error.expected { metadata["expected"] = "\(ProtocolText(expected).prefix(200).string)" }
        if let seen = error.seen { metadata["seen"] = "\(seen)" }
        // A device asks every few seconds, and is told each time that nobody answered yet.
        let isRoutine = error.error == .authorizationPending || error.error == .slowDown
        log(level: isRoutine ? .debug : .info, "\(what) refused", metadata: metadata)
    }
}
