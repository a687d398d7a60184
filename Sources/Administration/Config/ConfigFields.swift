import UserPools

/// All fields of one kind of thing.
struct ConfigFields<Subject: Sendable, Settings: Sendable>: Sendable {
    let all: [ConfigField<Subject, Settings>]
    private let indices: [String: Int]

    init(_ fields: [ConfigField<Subject, Settings>]) {
        all = fields
        indices = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(name: String) -> ConfigField<Subject, Settings>? { indices[name].map { all[$0] } }

    var names: [String] { all.map(\.name) }

    /// What of the entries is not so yet, as an act is told, with all that becomes another by it: nil where nothing does. What would be refused is
    /// refused here.
    /// - Parameters:
    ///   - item: of whose entries those are; what is refused stands at its field where one is to blame, else at the item.
    ///   - isOther: whether something changes that is no field.
    ///   - apply: what the act does.
    func change(
        _ subject: Subject, to entries: [ConfigEntry], of item: ConfigDocument.Item, from none: Settings, isOther: Bool = false,
        apply: (inout Subject, Settings) throws(AdministrationError) -> Void
    ) throws(ConfigError) -> ConfigChange<Subject, Settings>? {
        var (settings, isChanged, changed) = (none, isOther, [ConfigEntry]())
        for entry in entries {
            guard let field = self[entry.name], !field.isForCreation,
                !field.current(subject).isSame(as: field.normal(entry.setting, subject))
            else { continue }
            if field.isFixed {
                throw ConfigError([
                    ConfigProblem(at: entry.place, of: item.words, .fixed(field: entry.name, before: field.current(subject).shown))
                ])
            }
            field.set(&settings, entry.setting)
            changed.append(entry)
            isChanged = true
        }
        guard isChanged else { return nil }
        var foreseen = subject
        do throws(AdministrationError) {
            try apply(&foreseen, settings)
            let lost = lost(entries, subject, foreseen).filter { entry in !changed.contains { $0.name == entry.name } }
            if !lost.isEmpty {
                for entry in lost { self[entry.name]?.set(&settings, entry.setting) }
                (changed, foreseen) = (changed + lost, subject)
                try apply(&foreseen, settings)
            }
        } catch {
            let refusals = changed.compactMap { entry in
                refusal(of: self.settings([entry], from: none), subject, apply).map { (error: $0, place: entry.place) }
            }
            throw ConfigError(
                error.each.map { one in
                    let own = refusals.first { $0.error.each.contains(one) }?.place ?? item.places.find(one)
                    return ConfigProblem(at: own ?? item.place, of: item.words, .refused(one))
                })
        }
        let differences = all.compactMap { field -> ConfigDifference? in
            let (before, after) = (field.current(subject), field.current(foreseen))
            guard !before.isSame(as: after) else { return nil }
            return ConfigDifference(name: field.name, before: before, after: field.shown(after, entries.first { $0.name == field.name }?.setting))
        }
        guard !differences.isEmpty || isOther else { return nil }
        return ConfigChange(settings: settings, differences: differences, foreseen: foreseen) { [self] subject in
            differences.allSatisfy { difference in self[difference.name]?.current(subject).isSame(as: difference.before) ?? false }
        }
    }

    /// What is so already, and would not be so any more by what else changes: it is said as well, and then stays, or is refused.
    private func lost(_ entries: [ConfigEntry], _ subject: Subject, _ foreseen: Subject) -> [ConfigEntry] {
        entries.filter { entry in
            guard let field = self[entry.name], !field.isForCreation, !field.isFixed else { return false }
            return !field.current(subject).isSame(as: field.current(foreseen))
        }
    }

    /// Why an act would refuse these alone.
    private func refusal(
        of settings: Settings, _ subject: Subject, _ apply: (inout Subject, Settings) throws(AdministrationError) -> Void
    ) -> AdministrationError? {
        var foreseen = subject
        do throws(AdministrationError) { try apply(&foreseen, settings) } catch { return error }
        return nil
    }

    /// What an act is told to make it.
    func settings(_ entries: [ConfigEntry], from none: Settings) -> Settings {
        var settings = none
        for entry in entries { self[entry.name]?.set(&settings, entry.setting) }
        return settings
    }

    /// What is not as usual, as a document has it.
    /// - Parameters:
    ///   - left: fields that are not written.
    ///   - always: those that are written where they are as usual, too.
    ///   - isWhole: whether all are, of which anything can be said.
    func written(
        _ subject: Subject, without left: Set<String> = [], always: Set<String> = [], isWhole: Bool, _ pictures: [String: Image]
    ) -> [ConfigValue.Member] {
        all.compactMap { field in
            let setting = field.current(subject)
            guard !left.contains(field.name), !field.isForCreation,
                always.contains(field.name) || !setting.isSame(as: field.usual) || isWhole && field.canSay(setting)
            else { return nil }
            return ConfigValue.Member(field.name, field.kind.written(setting, pictures))
        }
    }
}

/// What an act is told, and what becomes another by it.
struct ConfigChange<Subject: Sendable, Settings: Sendable>: Sendable {
    var settings: Settings
    let differences: [ConfigDifference]
    /// What the subject becomes.
    let foreseen: Subject
    /// Whether what becomes another is still as it was when this was found out.
    let isAsPlanned: @Sendable (Subject) -> Bool
}
