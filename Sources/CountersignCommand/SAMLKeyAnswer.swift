import Administration
import ArgumentParser
import FoundationEssentials
import SAML
import TokenVerifier
import UserPools
import WireFormats
import XMLSecurity

/// Which of a pool's keys are meant.
struct KeyUseOption: ParsableArguments {
    enum Use: String, ExpressibleByArgument, CaseIterable {
        case token
        case samlSigning = "saml-signing"
        case samlEncryption = "saml-encryption"
    }

    @Option(help: ArgumentHelp("What the keys are for.", valueName: "token|saml-signing|saml-encryption")) var use: Use = .token

    /// nil for the keys that sign tokens.
    var saml: SAMLKey.Use? {
        switch use {
        case .token: nil
        case .samlSigning: .signing
        case .samlEncryption: .encryption
        }
    }
}

extension Answer {
    init(samlKeys keys: [SAMLKey], at now: Date) {
        var table = Table([.init(title: "KEY ID", isWhole: true), .init(title: "PHASE"), .init(title: "CREATED"), .init(title: "FROM")])
        for key in keys {
            let days = [key.createdAt, key.activeFrom].map { String(SAMLInstant.format($0).prefix(10)) }
            table.append(key.id.text, key.phase(at: now).rawValue, days[0], days[1])
        }
        self.init(
            document: .array(keys.map { .object($0.document(at: now)) }), text: table.text(orIfEmpty: "No keys; the server makes them at first use."))
    }
}

extension MetadataReach {
    private static let shown = 20

    /// Who has the newest key, as far as that can be known.
    var notes: [String] {
        guard let since, !(fetched + others).isEmpty else { return [] }
        let sum =
            "\(fetched.count) of \(fetched.count + others.count) SAML providers fetched our metadata at their sp_metadata_url since the newest key"
        let rest = others.prefix(Self.shown).map(\.text).joined(separator: ", ") + (others.count > Self.shown ? ", …" : "")
        return [sum + " of \(SAMLInstant.format(since))" + (others.isEmpty ? "" : "; nobody did at that of \(rest)")]
    }
}

extension SAMLKey {
    /// What an admin is told of a key that takes another one's place.
    func told(at now: Date) -> String {
        switch (use, phase(at: now)) {
        case (.signing, .upcoming): "the key \(id) is in our metadata and signs from \(SAMLInstant.format(activeFrom)) on, by itself"
        case (.encryption, .upcoming): "the key \(id) is in our metadata from \(SAMLInstant.format(activeFrom)) on, by itself"
        case (.signing, _): "the key \(id) signs; identity providers that verify our requests refuse them until they read our new metadata"
        case (.encryption, _): "the key \(id) is in our metadata; a running server follows within 2 seconds"
        }
    }

    fileprivate func document(at now: Date) -> JSONObject {
        func time(_ date: Date?) -> JSONValue { date.map { .string(SAMLInstant.format($0)) } ?? .null }
        return [
            "kid": .string(id.text), "use": .string("saml-" + use.rawValue), "phase": .string(phase(at: now).rawValue),
            "created_at": time(createdAt), "active_from": time(activeFrom), "retired_at": time(supersededAt), "withdrawn_at": time(withdrawnAt),
            "published": .bool(isPublished(at: now)), "certificate": .string(Base64.encode(certificate)),
            "not_after": time((try? TrustedKey(certificateDER: certificate))?.notAfter),
        ]
    }
}
