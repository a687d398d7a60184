import Gateway
import OpenIDConnect
import UserPools
import WireFormats

// What is a part of the pool itself: custom attributes, algorithms, resources, workloads.

extension ConfigPlanner {
    mutating func planAttributes() {
        for attribute in document.attributes ?? [] {
            if let known = pool.customAttributes.first(where: { $0.name.hasSameBytes(as: attribute.name) }) {
                guard known.type != attribute.type || known.multivalued != attribute.multivalued else { continue }
                problems.add(
                    ConfigProblem(
                        at: attribute.place, of: "custom attribute '\(attribute.name)' of \(document.item.words)",
                        .fixed(field: "type", before: known.type.rawValue + (known.multivalued ? ", multivalued" : ""))))
                continue
            }
            guard let made = CustomAttribute(name: attribute.name, type: attribute.type, multivalued: attribute.multivalued) else {
                refuse(AddCustomAttribute.refusal(of: attribute.name), attribute.place, document.item.words)
                continue
            }
            pool.customAttributes.append(made)
            add(.create, .attribute, "custom:" + attribute.name, [], .addAttribute(attribute))
        }
    }

    mutating func planResources() {
        for resource in document.resources ?? [] {
            let scopes = (resource.scopes ?? []).distinctByBytes
            let after = ConfigSetting.list(scopes)
            do throws(AdministrationError) { try AddPoolResource(resource.uri, scopes: scopes, to: "").require() } catch {
                refuse(error, resource.place, document.item.words)
                continue
            }
            guard let index = pool.resources.firstIndex(where: { $0.uri.hasSameBytes(as: resource.uri) }) else {
                pool.resources.append(ResourceServer(uri: resource.uri, scopes: scopes))
                add(
                    .create, .resource, resource.uri, [ConfigDifference(name: "scopes", before: .absent, after: after)],
                    .addResource(resource.uri, scopes: scopes))
                continue
            }
            let before = ConfigSetting.list(pool.resources[index].scopes)
            guard resource.scopes != nil, !before.isSame(as: after) else { continue }
            add(
                .change, .resource, resource.uri, [ConfigDifference(name: "scopes", before: before, after: after)],
                .setResourceScopes(resource.uri, scopes, insteadOf: pool.resources[index].scopes))
            pool.resources[index].scopes = scopes
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
                let client = try planner.client(workload.client, at: workload.place, words)
                let before = planner.pool.settings.workloads?.first { $0.name.hasSameBytes(as: workload.name) }
                do throws(AdministrationError) { try workload.act(insteadOf: before).require() } catch {
                    throw ConfigError([ConfigProblem(at: workload.place, of: words, .refused(error))])
                }
                let differences = planner.differences(workload, since: before, client)
                guard before == nil || !differences.isEmpty else { return }
                planner.add(
                    before == nil ? .create : .change, .workload, workload.name, differences,
                    .setWorkload(workload, client: client, insteadOf: before))
            }
        }
    }

    private func differences(
        _ workload: ConfigDocument.Workload, since before: Workload?, _ client: ConfigClientName
    ) -> [ConfigDifference] {
        let document: (ClientSettings.Keys?) -> ConfigSetting = { keys in
            if case .document(let bytes)? = keys { .content(ConfigContent(bytes)) } else { ConfigSetting.absent }
        }
        let url: (ClientSettings.Keys?) -> ConfigSetting = { keys in if case .url(let url)? = keys { .text(url) } else { ConfigSetting.absent } }
        let clientBefore = before.map { shownClient($0.clientID) }
        let isSameClient = if case .known(let id) = client { before?.clientID.hasSameBytes(as: id) ?? false } else { false }
        let all = [
            ConfigDifference(name: "issuer", before: ConfigSetting(before?.issuer), after: .text(workload.issuer)),
            ConfigDifference(name: "subject", before: ConfigSetting(before?.subject), after: .text(workload.subject)),
            ConfigDifference(
                name: "client", before: ConfigSetting(clientBefore), after: isSameClient ? ConfigSetting(clientBefore) : .text(workload.client)),
            ConfigDifference(name: "jwks_uri", before: ConfigSetting(before?.keySetURL), after: url(workload.keys)),
            ConfigDifference(name: "jwks", before: document(before?.keySet.map { .document(Array($0.utf8)) }), after: document(workload.keys)),
            ConfigDifference(name: "may_repeat", before: .flag(before?.mayRepeat ?? false), after: .flag(workload.mayRepeat)),
        ]
        return all.filter { !$0.before.isSame(as: $0.after) }
    }
}

extension ConfigDocument.Workload {
    func act(insteadOf before: Workload?) -> AddWorkload {
        AddWorkload(name, issuer: issuer, subject: subject, client: client, keys: keys, mayRepeat: mayRepeat, insteadOf: before, to: "")
    }
}
