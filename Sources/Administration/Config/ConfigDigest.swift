import Crypto
import UserPools
import WireFormats

extension ConfigPlan {
    /// SHA-256 of the steps in their order, of what each is about and of what stands before it, by which somebody who looked at a plan says which
    /// one that was. Of a secret it has the place alone.
    package var digest: String {
        let pools = pools.map { pool -> JSONValue in
            ["id": pool.id.map(JSONValue.string) ?? .null, "name": .string(pool.name), "steps": .array(pool.steps.map(\.whole))]
        }
        return Array(SHA256.hash(data: JSONWriter.encode(value: .array(pools)))).hexText
    }
}

extension ConfigStep {
    fileprivate var whole: JSONValue {
        [
            "action": .string(verb.rawValue), "kind": .string(kind.rawValue), "name": .string(target.name),
            "id": target.id.map(JSONValue.string) ?? .null, "client": act.client?.whole ?? .null,
            "fields": .array(differences.map { [.string($0.name), $0.before.whole, $0.after.whole] }),
            "facts": .array(facts.map { [.string($0.name), .string($0.value)] }),
        ]
    }
}

extension ConfigClientName {
    fileprivate var whole: JSONValue {
        switch self {
        case .known(let id): ["client_id": .string(id)]
        case .new(let name): ["client_name": .string(name)]
        }
    }
}

extension ConfigSetting {
    /// All of it, where `shown` may cut it short, and so that a text is no list.
    fileprivate var whole: JSONValue {
        switch self {
        case .absent: .null
        case .flag(let flag): .bool(flag)
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        case .list(let list): .array(list.map(JSONValue.string))
        case .secret(let reference): ["secret": .string(reference.text)]
        case .content(let content): ["sha256": .string(content.digest)]
        }
    }
}
