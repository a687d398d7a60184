import WireFormats

/// One field of a configuration document: how it is read, what it is now, and what an act is told to change it.
struct ConfigField<Subject: Sendable, Settings: Sendable>: Sendable {
    let name: String
    let kind: ConfigKind
    /// Whether nothing (`null`) takes it away.
    var isOptional = false
    /// Whether it is chosen when the subject is made, and stays.
    var isFixed = false
    /// What it is where nobody says anything, and what an export leaves out.
    var usual = ConfigSetting.absent
    let current: @Sendable (Subject) -> ConfigSetting
    let set: @Sendable (inout Settings, ConfigSetting) -> Void

    func fixed() -> ConfigField {
        var field = self
        field.isFixed = true
        return field
    }

    func usually(_ setting: ConfigSetting) -> ConfigField {
        var field = self
        field.usual = setting
        return field
    }

    static func flag(
        _ name: String, usually usual: Bool = false, _ current: @escaping @Sendable (Subject) -> Bool,
        _ set: @escaping @Sendable (inout Settings, Bool) -> Void
    ) -> ConfigField {
        ConfigField(
            name: name, kind: .flag, usual: .flag(usual), current: { .flag(current($0)) }, set: { if let flag = $1.flag { set(&$0, flag) } })
    }

    static func number(
        _ name: String, usually usual: Int, _ current: @escaping @Sendable (Subject) -> Int,
        _ set: @escaping @Sendable (inout Settings, Int) -> Void
    ) -> ConfigField {
        ConfigField(
            name: name, kind: .number, usual: .number(usual), current: { .number(current($0)) },
            set: { if let number = $1.number { set(&$0, number) } })
    }

    static func optionalNumber(
        _ name: String, _ current: @escaping @Sendable (Subject) -> Int?, _ set: @escaping @Sendable (inout Settings, Change<Int>) -> Void
    ) -> ConfigField {
        ConfigField(name: name, kind: .number, isOptional: true, current: { ConfigSetting(current($0)) }, set: { set(&$0, $1.numberChange) })
    }

    static func text(
        _ name: String, as kind: ConfigKind = .text, _ current: @escaping @Sendable (Subject) -> String?,
        _ set: @escaping @Sendable (inout Settings, String) -> Void
    ) -> ConfigField {
        ConfigField(name: name, kind: kind, current: { ConfigSetting(current($0)) }, set: { if let text = $1.text { set(&$0, text) } })
    }

    static func optionalText(
        _ name: String, as kind: ConfigKind = .text, _ current: @escaping @Sendable (Subject) -> String?,
        _ set: @escaping @Sendable (inout Settings, Change<String>) -> Void
    ) -> ConfigField {
        ConfigField(name: name, kind: kind, isOptional: true, current: { ConfigSetting(current($0)) }, set: { set(&$0, $1.textChange) })
    }

    static func list(
        _ name: String, as kind: ConfigKind = .list, _ current: @escaping @Sendable (Subject) -> [String],
        _ set: @escaping @Sendable (inout Settings, ListChange) -> Void
    ) -> ConfigField {
        ConfigField(name: name, kind: kind, usual: .list([]), current: { .list(current($0)) }, set: { set(&$0, $1.listChange) })
    }
}

/// What a document says of one field.
package struct ConfigEntry: Sendable {
    package let name: String
    package let place: ConfigPlace?
    package let setting: ConfigSetting
}

/// A field that becomes another.
package struct ConfigDifference: Sendable {
    package let name: String
    package let before: ConfigSetting
    package let after: ConfigSetting
}

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
    ///   - isNew: whether it is made: then what is fixed may be chosen.
    ///   - isOther: whether something changes that is no field.
    ///   - apply: what the act does.
    func change(
        _ subject: Subject, to entries: [ConfigEntry], of words: String, from none: Settings, isNew: Bool = false, isOther: Bool = false,
        apply: (inout Subject, Settings) throws(AdministrationError) -> Void
    ) throws(ConfigError) -> (settings: Settings, differences: [ConfigDifference])? {
        let isForced = isOther || isNew
        var (settings, isChanged) = (none, isForced)
        for entry in entries {
            guard let field = self[entry.name], !field.current(subject).isSame(as: entry.setting) else { continue }
            if field.isFixed, !isNew {
                throw ConfigError([
                    ConfigProblem(at: entry.place, of: words, .fixed(field: entry.name, before: field.current(subject).shown))
                ])
            }
            field.set(&settings, entry.setting)
            isChanged = true
        }
        guard isChanged else { return nil }
        var foreseen = subject
        do throws(AdministrationError) { try apply(&foreseen, settings) } catch {
            throw ConfigError([ConfigProblem(at: entries.first?.place, of: words, .refused(error))])
        }
        let differences = all.compactMap { field -> ConfigDifference? in
            let (before, after) = (field.current(subject), field.current(foreseen))
            return before.isSame(as: after) ? nil : ConfigDifference(name: field.name, before: before, after: after)
        }
        return differences.isEmpty && !isForced ? nil : (settings, differences)
    }

    /// What an act is told to make it.
    func settings(_ entries: [ConfigEntry], from none: Settings) -> Settings {
        var settings = none
        for entry in entries { self[entry.name]?.set(&settings, entry.setting) }
        return settings
    }

    /// What is not as usual, as a document has it.
    func written(_ subject: Subject, without left: Set<String> = []) -> [ConfigValue.Member] {
        all.compactMap { field in
            let setting = field.current(subject)
            guard !left.contains(field.name), !setting.isSame(as: field.usual) else { return nil }
            return ConfigValue.Member(field.name, field.kind.written(setting))
        }
    }
}
