import Gateway
import OpenIDConnect
import UserPools
import WireFormats

// What is a part of the pool itself: custom attributes, algorithms, resources, workloads.

extension ConfigPlanner {
    mutating func planAttributes() {
        for attribute in document.attributes ?? [] {
            if let known = pool.customAttributes.first(where: { $0.name.hasSameBytes(as: attribute.name) }) {
                var fixed: [(name: String, before: ConfigSetting)] = []
                if let type = attribute.type, type != known.type { fixed.append(("type", .text(known.type.rawValue))) }
                if let isMany = attribute.multivalued, isMany != known.multivalued { fixed.append(("multivalued", .flag(known.multivalued))) }
                for field in fixed {
                    problems.add(
                        ConfigProblem(
                            at: attribute.places[field.name], of: "custom attribute '\(attribute.name)' of \(document.item.words)",
                            .fixed(field: field.name, before: field.before.shown)))
                }
                continue
            }
            let act = attribute.act(to: "")
            do throws(AdministrationError) { try act.apply(to: &pool) } catch {
                refuse(error, attribute.places)
                continue
            }
            let facts = [
                ConfigDifference(name: "type", before: .absent, after: .text(act.type.rawValue)),
                ConfigDifference(name: "multivalued", before: .absent, after: .flag(act.multivalued)),
            ]
            add(.create, .attribute, "custom:" + attribute.name, facts, .addAttribute(attribute))
        }
    }

    mutating func planResources() {
        for resource in document.resources ?? [] {
            let scopes = (resource.scopes ?? []).distinctByBytes
            let (after, known) = (ConfigSetting.list(scopes), pool.resources.first { $0.uri.hasSameBytes(as: resource.uri) })
            let before = known.map { ConfigSetting.list($0.scopes) }
            if let before, resource.scopes == nil || before.isSame(as: after) { continue }
            if known == nil { collect { (planner) throws(ConfigError) in try planner.makeRoomForResource() } }
            do throws(AdministrationError) {
                if let known {
                    try SetPoolResourceScopes(resource.uri, scopes: scopes, insteadOf: known.scopes, of: "").apply(to: &pool)
                } else {
                    try AddPoolResource(resource.uri, scopes: scopes, isNew: true, to: "").apply(to: &pool)
                }
            } catch {
                refuse(error, resource.places)
                continue
            }
            add(
                known == nil ? .create : .change, .resource, resource.uri,
                [ConfigDifference(name: "scopes", before: before ?? .absent, after: after)],
                known.map { .setResourceScopes(resource.uri, scopes, insteadOf: $0.scopes) } ?? .addResource(resource.uri, scopes: scopes))
        }
    }

    mutating func planAlgorithms() {
        for wanted in document.signingAlgorithms ?? [] where !pool.signingAlgorithms.contains(wanted.algorithm.rawValue) {
            pool.settings.signingAlgorithms = (pool.settings.signingAlgorithms ?? []) + [wanted.algorithm.rawValue]
            add(.create, .algorithm, wanted.algorithm.rawValue, [], .addAlgorithm(wanted.algorithm))
        }
    }

    /// After the clients, which they act as.
    mutating func planWorkloads() {
        for workload in document.workloads ?? [] {
            let words = "workload '\(workload.name)' of \(document.item.words)"
            collect { (planner) throws(ConfigError) in
                let before = planner.pool.settings.workloads?.first { $0.name.hasSameBytes(as: workload.name) }
                // A client that is gone is no matter where nothing else is said of it.
                let client = try planner.client(workload.client, at: workload.places["client"], words, known: before?.clientID)
                let differences = planner.differences(workload, since: before, client)
                guard before == nil || !differences.isEmpty else { return }
                if before == nil { planner.makeRoomForWorkload() }
                do throws(AdministrationError) {
                    guard let acting = planner.futures[client.key] else { throw .notFound(.client, name: workload.client, pool: planner.known?.id) }
                    let act = workload.act(as: workload.client, insteadOf: before, to: "")
                    try act.put(try act.made(for: acting), into: &planner.pool)
                } catch { throw workload.places.refusal(error, of: words, at: ["client"]) }
                planner.add(
                    before == nil ? .create : .change, .workload, workload.name, differences,
                    .setWorkload(workload, client: client, insteadOf: before))
            }
        }
    }

    private func differences(
        _ workload: ConfigDocument.Workload, since before: Workload?, _ client: ConfigClientName
    ) -> [ConfigDifference] {
        let (url, keySet) = workload.keys(since: before)
        let mayRepeat = before?.mayRepeat ?? false
        let acting = difference("client", from: before?.clientID, to: client, as: workload.client)
        let all = [
            ConfigDifference(name: "issuer", before: ConfigSetting(before?.issuer), after: .text(workload.issuer)),
            ConfigDifference(name: "subject", before: ConfigSetting(before?.subject), after: .text(workload.subject)),
            ConfigDifference(name: "jwks_uri", before: ConfigSetting(before?.keySetURL), after: ConfigSetting(url)),
            ConfigDifference(
                name: "jwks", before: before?.keySet.map { .content(ConfigContent(Array($0.utf8))) } ?? ConfigSetting.absent,
                after: keySet.map(ConfigSetting.content) ?? ConfigSetting.absent),
            ConfigDifference(name: "may_repeat", before: .flag(mayRepeat), after: .flag(workload.mayRepeat ?? mayRepeat)),
        ]
        return [acting].compactMap(\.self) + all.filter { !$0.before.isSame(as: $0.after) }
    }
}

extension ConfigDocument.Workload {
    /// What it does not mention is as it was.
    func act(as client: String, insteadOf before: Workload?, to pool: String) -> AddWorkload {
        let (url, keySet) = keys(since: before)
        return AddWorkload(
            name, issuer: issuer, subject: subject, client: client, keys: url.map(ClientSettings.Keys.url) ?? keySet.map { .document($0.bytes) },
            mayRepeat: mayRepeat ?? before?.mayRepeat ?? false, insteadOf: before, to: pool)
    }

    /// One of them, or none: either takes the place of the other. Those of one issuer are never another's.
    fileprivate func keys(since before: Workload?) -> (url: String?, keySet: ConfigContent?) {
        if let url = keySetURL?.text { return (url, nil) }
        if let content = keySet?.content { return (nil, content) }
        let kept = before.flatMap { $0.issuer.hasSameBytes(as: issuer) ? $0 : nil }
        return (
            keySetURL == nil ? kept?.keySetURL : nil,
            keySet == nil ? kept?.keySet.map { ConfigContent(Array($0.utf8)) } : nil
        )
    }
}

extension ConfigDocument.Attribute {
    func act(to pool: String) -> AddCustomAttribute {
        AddCustomAttribute(name, type: type ?? .string, multivalued: multivalued ?? false, to: pool)
    }
}
