import Administration
import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

/// `idp refresh --dry-run`: what would become another, as it is and as it would be.
enum RefreshAnswer {
    static func answer(_ name: String, _ changes: [FactChange]) -> Answer {
        // That the document has other bytes is no change by itself: some products sign theirs anew at each request.
        let counting = changes.filter { $0.fact != "metadata_sha256" }
        let list = counting.map { change -> JSONValue in
            ["fact": .string(change.fact), "before": .string(change.before), "after": .string(change.after)]
        }
        var fields = FieldList()
        for change in counting {
            fields.append(change.fact + ", now", change.before.isEmpty ? "(none)" : change.before)
            fields.append(change.fact + ", then", change.after.isEmpty ? "(none)" : change.after)
        }
        return Answer(
            document: ["name": .string(name), "changed": .bool(!counting.isEmpty), "changes": .array(list), "dry_run": true],
            text: counting.isEmpty ? "Nothing that counts would change.\n" : fields.text(), notes: ["nothing was changed"])
    }
}

extension ConfiguredProvider {
    /// What is known of the document that servers fetch again by themselves.
    func append(_ followed: FollowedDocument?, to document: inout JSONObject, _ fields: inout FieldList, at now: Date) {
        document.append("followed", .bool(settings.followed != nil))
        document.append("checked_at", Self.time(followed?.checkedAt))
        document.append("next_check_at", Self.time(followed?.dueAt))
        document.append("check_failures", .integer(followed?.failures ?? 0))
        document.append("check_error", followed?.lastError.map(JSONValue.string) ?? .null)
        guard settings.followed != nil else {
            let url = saml?.settings.metadataURL
            if url != nil { fields.append("kept fresh", "no; --follow-metadata lets the server fetch it again by itself") }
            return
        }
        fields.append(
            "kept fresh", followed?.checkedAt.map { "yes, last had \(SAMLInstant.format($0))" } ?? "yes, a server that runs looks at it next")
        guard let followed, followed.failures > 0 else { return }
        fields.append("last tries", "\(followed.failures) failed: \(followed.lastError ?? ""); the last good copy counts")
    }
}
