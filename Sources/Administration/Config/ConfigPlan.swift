import Gateway
package import UserPools
import WireFormats

/// What would be done to make everything as a document says, in that order.
package struct ConfigPlan: Sendable {
    package let pools: [Pool]
    /// What is there and not in the document: it is left alone.
    package let left: [ConfigLeft]

    package struct Pool: Sendable {
        /// nil of one that is made first.
        let id: String?
        let name: String
        package let steps: [ConfigStep]
    }

    package var steps: [ConfigStep] { pools.flatMap(\.steps) }
}

/// Something that a document does not mention.
package struct ConfigLeft: Sendable {
    package let kind: ConfigStep.Kind
    package let name: String
    /// The name of the pool; nil of a pool.
    package let pool: String?
    /// Whether it goes where a plan may delete.
    package let isDeletable: Bool
}

/// One act, and what becomes another by it.
package struct ConfigStep: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case pool = "user pool"
        case attribute = "custom attribute"
        case algorithm = "signing algorithm"
        case resource
        case provider = "identity provider"
        case client
        case workload

        /// The field of a document that has those of one kind.
        var list: String {
            switch self {
            case .pool: "pools"
            case .attribute: "custom_attributes"
            case .algorithm: "signing_algorithms"
            case .resource: "resources"
            case .provider: "identity_providers"
            case .client: "clients"
            case .workload: "workloads"
            }
        }
    }

    package enum Verb: String, Sendable, CaseIterable { case create, change, delete }

    package let verb: Verb
    package let kind: Kind
    package let target: ConfigName
    package let pool: ConfigName
    package var differences: [ConfigDifference] = []
    /// Of what is deleted: what stands there now.
    var facts: [AuditEvent.Detail] = []
    let act: ConfigAct
}

/// What a step is about, or the pool that it is in.
package struct ConfigName: Sendable {
    package let name: String
    /// As it is given, or as it was found; nil of what has its name alone, and of what is given one when it is made.
    package let id: String?
    /// Whether the name does not say which one it is.
    let needsID: Bool

    /// For people.
    package var shown: String {
        guard needsID, let id, !id.hasSameBytes(as: name) else { return name }
        return "\(name) (\(id))"
    }
}

/// Where an apply ended before its end.
package struct ConfigStopped: Error, Sendable {
    package let done: [ConfigStep]
    package let failed: ConfigStep
    package let cause: AdministrationError
}

/// What an apply did.
package struct ConfigOutcome: Sendable {
    package let step: ConfigStep
    /// Of a client that was made with a secret, which nobody has seen.
    package var unseenSecretOf: (pool: UserPool.ID, client: AppClient.ID)?
    /// The pool of a federation that was made without its members: somebody has to give its aggregate.
    package var poolOfEmptyFederation: UserPool.ID?
}

extension ConfigPlan {
    /// Does it, each step in a transaction of its own, which looks whether what it changes is as it was when the plan was made. Where one is refused
    /// the rest is left: a plan that is made then goes on from there.
    package func apply(at desk: Administration) async throws(ConfigStopped) -> [ConfigOutcome] {
        var outcomes: [ConfigOutcome] = []
        for pool in pools {
            var progress = ConfigProgress(pool: pool.id ?? "")
            for step in pool.steps {
                do throws(AdministrationError) {
                    outcomes.append(try await step.perform(at: desk, &progress))
                } catch { throw ConfigStopped(done: outcomes.map(\.step), failed: step, cause: error) }
            }
        }
        return outcomes
    }
}
