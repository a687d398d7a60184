import Crypto
import UserPools
import WireFormats

extension ConfigPlan {
    /// SHA-256 of the steps in their order and of what stands before each, by which somebody who looked at a plan says which one that was. Of a
    /// secret it has the place alone.
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
            "action": .string(verb.rawValue), "kind": .string(kind.rawValue), "name": .string(name),
            "fields": .array(differences.map { [.string($0.name), $0.before.whole, $0.after.whole] }),
            "facts": .array(facts.map { [.string($0.name), .string($0.value)] }),
        ]
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
