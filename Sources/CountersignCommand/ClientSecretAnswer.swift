import Administration
import Gateway
import SAML
import TokenVerifier
import UserPools

extension ConfiguredProvider {
    /// What is known of each stage; never a secret.
    func secretsAnswer(_ composition: Composition) -> Answer {
        var document: JSONObject = [
            "name": .string(settings.name.text), "client_id": .string(oidc?.clientID ?? ""),
            "token_endpoint_auth_method": .string(oidc?.clientAuthentication.rawValue ?? ""),
        ]
        var fields = FieldList()
        fields.append("name", settings.name.text)
        fields.append("client ID", oidc?.clientID)
        fields.append("client authentication", oidc?.clientAuthentication.rawValue)
        for stage in ClientSecretStage.allCases {
            document.append(stage.rawValue, secretDocument(stage, composition.administration))
            describeSecret(stage, to: &fields, composition.administration)
        }
        return Answer(document: .object(document), text: fields.text())
    }

    /// For 'idp show': null where the stage is empty.
    func secretDocument(_ stage: ClientSecretStage, _ administration: Administration) -> JSONValue {
        guard let secret = oidc?[stage] else { return .null }
        return [
            "since": Self.time(secret.since), "tested_at": Self.time(secret.testedAt),
            "key_id": oidc?.usesClientKey == true ? secret.keyID.map(JSONValue.string) ?? .null : .null,
            "client_jwk": administration.publicClientKey(of: self, stage).map(JSONValue.object) ?? .null,
        ]
    }

    private func describeSecret(_ stage: ClientSecretStage, to fields: inout FieldList, _ administration: Administration) {
        fields.append(stage.rawValue, secretText(stage) ?? "none")
        guard let key = administration.publicClientKey(of: self, stage) else { return }
        fields.append(stage.rawValue + " client_jwk", String(decoding: key.encoded(), as: UTF8.self))
    }

    /// nil where the stage is empty.
    func secretText(_ stage: ClientSecretStage) -> String? {
        guard let secret = oidc?[stage] else { return nil }
        let since = secret.since.map { "since " + SAMLInstant.format($0) } ?? "of an earlier version"
        let tested = secret.testedAt.map { ", proven " + SAMLInstant.format($0) } ?? (stage == .pending ? ", not proven yet" : "")
        return since + tested
    }

    /// What a change did to the secrets that are not used.
    func secretNotes(since before: ConfiguredProvider, _ composition: Composition) -> [String] {
        guard let old = before.oidc, let new = oidc else { return [] }
        var notes: [String] = []
        if old.pendingSecret != nil, new.pendingSecret == nil { notes.append("removed the client secret or key that was pending") }
        if old.previousSecret != nil, new.previousSecret == nil { notes.append("removed the previous client secret or key") }
        if let kept = new.previousSecret, kept.sealed == old.sealedSecret {
            notes.append(composition.wayBack(of: settings.name.text, pool: settings.poolID.text))
        }
        return notes
    }
}

extension Composition {
    func wayBack(of provider: String, pool: String) -> String {
        "the one before is kept; this uses it again: " + installation.command("idp", "secret", "back", provider, "--pool", pool)
    }
}
