import Gateway
import UserPools
import WireFormats

// How parts of a document are read, and what is said where they are something else.

extension ConfigReader {
    /// What something is called, and what is said of its fields.
    mutating func item<Subject, Settings>(
        _ value: ConfigValue, _ members: [ConfigValue.Member], _ fields: ConfigFields<Subject, Settings>, kind: String, name: String,
        id: String = "id", of pool: String? = nil
    ) -> ConfigDocument.Item? {
        let owner = pool.map { " of " + $0 } ?? ""
        let (given, identifier) = (read(members, name, .text, "a \(kind)\(owner)"), read(members, id, .text, "a \(kind)\(owner)"))
        guard let shown = given?.text ?? identifier?.text else { return missing(name, value, "a \(kind)\(owner)") }
        // Of one name there may be several.
        let which = given != nil ? identifier?.text.map { " (\($0))" } ?? "" : ""
        let words = "\(kind) '\(shown)'\(which)\(owner)"
        let entries = members.compactMap { member -> ConfigEntry? in
            // The name finds it, unless something else does.
            guard let field = fields[member.name], member.name != name || identifier != nil else { return nil }
            guard let setting = setting(member, field.kind, isOptional: field.isOptional, words) else { return nil }
            return ConfigEntry(name: member.name, place: member.value.place ?? member.place, setting: setting)
        }
        return ConfigDocument.Item(name: given?.text, id: identifier?.text, places: ConfigPlaces(value), words: words, entries: entries)
    }

    /// nil where it is no mapping.
    mutating func members(_ value: ConfigValue, _ words: String, _ known: [String]) -> [ConfigValue.Member]? {
        guard case .members(let members) = value.content else {
            problems.add(ConfigProblem(at: value.place, .expected(field: words, "a mapping", seen: value.kind)))
            return nil
        }
        for member in members where !known.contains(where: { $0.hasSameBytes(as: member.name) }) {
            problems.add(ConfigProblem(at: member.place, of: words, .unknownField(member.name, known: known)))
        }
        return members
    }

    /// nil where it is not given.
    mutating func items<Item>(
        _ members: [ConfigValue.Member], _ name: String, _ words: String, _ read: (inout ConfigReader, ConfigValue) -> Item?
    ) -> [Item]? {
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        guard case .list(let values) = member.value.content else {
            expected(name, "a list", member.value, words)
            return nil
        }
        var items: [Item] = []
        for value in values { if let item = read(&self, value) { items.append(item) } }
        return items
    }

    mutating func read(
        _ members: [ConfigValue.Member], _ name: String, _ kind: ConfigKind, isOptional: Bool = false, _ words: String
    ) -> ConfigSetting? {
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        return setting(member, kind, isOptional: isOptional, words)
    }

    /// nil where it is of another type, or what it refers to cannot be had.
    mutating func setting(_ member: ConfigValue.Member, _ kind: ConfigKind, isOptional: Bool, _ words: String) -> ConfigSetting? {
        if !kind.takesReferences, let found = ConfigReference.misplaced(in: member.value) {
            unreachable(ConfigReferenceError.misplaced(found.text), at: found.place, words)
            return nil
        }
        do {
            if let setting = try kind.read(member.value, isOptional: isOptional, references) { return setting }
            expected(member.name, kind.words, member.value, words)
        } catch { unreachable(error, at: member.value.place, words) }
        return nil
    }

    mutating func secret(_ members: [ConfigValue.Member], _ name: String, _ words: String) -> ConfigDocument.Secret? {
        guard let member = members.first(where: { $0.name == name }) else { return nil }
        guard case .text(let text) = member.value.content, let reference = ConfigReference(text) else {
            expected(name, "file:PATH or env:NAME; a secret itself never stands here", member.value, words)
            return nil
        }
        do {
            try references.requireSecret(reference)
            let bytes = references.opensSecrets ? try references.secret(reference) : nil
            return ConfigDocument.Secret(name: name, reference: reference, bytes: bytes, place: member.value.place)
        } catch { unreachable(error, at: member.value.place, words) }
        return nil
    }

    mutating func unreachable(_ error: any Error, at place: ConfigPlace?, _ words: String) {
        problems.add(ConfigProblem(at: place, of: words, .reference(error as? any Diagnosable ?? ConfigReferenceError.empty)))
    }

    /// Of a list it is said where the first stands that is no text.
    mutating func expected(_ name: String, _ what: String, _ value: ConfigValue, _ words: String) {
        var value = value
        if case .list(let values) = value.content { value = values.first { if case .text = $0.content { false } else { true } } ?? value }
        problems.add(ConfigProblem(at: value.place, of: words, .expected(field: name, what, seen: value.kind)))
    }

    /// Once is enough: of what has another type it was said.
    mutating func missing<Value>(_ name: String, _ value: ConfigValue, _ words: String) -> Value? {
        if case .members(let members) = value.content, members.contains(where: { $0.name == name }) { return nil }
        problems.add(ConfigProblem(at: value.place, of: words, .missing(field: name)))
        return nil
    }

    /// What a name finds has no other of that name beside it.
    mutating func once(_ items: [ConfigDocument.Item]) {
        once(items.map { ($0.words, $0.place) })
        let named = Dictionary(grouping: items.filter { $0.name != nil }) { Array($0.shownName.utf8) }
        var identified: [[UInt8]: ConfigDocument.Item] = [:]
        for item in items {
            guard let id = item.id, let other = identified.updateValue(item, forKey: Array(id.utf8)), other.words != item.words else { continue }
            problems.add(ConfigProblem(at: item.place, of: item.words, .same(as: other.place)))
        }
        for item in items where item.id == nil {
            guard let other = named[Array(item.shownName.utf8)]?.first(where: { $0.id != nil }) else { continue }
            problems.add(ConfigProblem(at: item.place, of: item.words, .same(as: other.place)))
        }
    }

    mutating func once(_ names: [(words: String, place: ConfigPlace?)]) {
        var seen: Set<[UInt8]> = []
        for name in names where !seen.insert(Array(name.words.utf8)).inserted {
            problems.add(ConfigProblem(at: name.place, .twice(name.words)))
        }
    }
}
