import UserPools
import WireFormats

/// One field of a configuration document: how it is read, what it is now, and what an act is told to change it.
struct ConfigField<Subject: Sendable, Settings: Sendable>: Sendable {
    let name: String
    let kind: ConfigKind
    /// Whether nothing (`null`) takes it away.
    var isOptional = false
    /// Whether it is chosen when the subject is made, and stays.
    var isFixed = false
    /// Whether it says how the subject is made, and nothing of what it is afterwards.
    var isForCreation = false
    /// What it is where nobody says anything, and what an export leaves out.
    var usual = ConfigSetting.absent
    /// Another way to say the same, as it is stored.
    var normal: @Sendable (ConfigSetting, Subject) -> ConfigSetting = { setting, _ in setting }
    /// Whether a list of it may be none.
    var mayBeEmpty = true
    let current: @Sendable (Subject) -> ConfigSetting
    let set: @Sendable (inout Settings, ConfigSetting) -> Void

    func fixed() -> ConfigField {
        var field = self
        field.isFixed = true
        return field
    }

    func forCreation() -> ConfigField {
        var field = self
        field.isForCreation = true
        return field
    }

    func neverEmpty() -> ConfigField {
        var field = self
        field.mayBeEmpty = false
        return field
    }

    /// - Parameter normal: how it is stored.
    func stored(as normal: @escaping @Sendable (ConfigSetting, Subject) -> ConfigSetting) -> ConfigField {
        var field = self
        field.normal = normal
        return field
    }

    /// - Parameter isSaid: whether there is anything to say of it.
    func saying(_ isSaid: @escaping @Sendable (Subject) -> Bool) -> ConfigField {
        ConfigField(
            name: name, kind: kind, isOptional: isOptional, isFixed: isFixed, isForCreation: isForCreation, usual: usual, normal: normal,
            mayBeEmpty: mayBeEmpty, current: { [current] in isSaid($0) ? current($0) : ConfigSetting.absent }, set: set)
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

    /// `NAME=VALUE` each; only the order of values of one name counts.
    static func pairs(
        _ name: String, _ current: @escaping @Sendable (Subject) -> [String], _ set: @escaping @Sendable (inout Settings, ListChange) -> Void
    ) -> ConfigField {
        list(name, as: .pairs, { ConfigKind.grouped(current($0)) }, set)
    }

    static func picture(
        _ name: String, _ current: @escaping @Sendable (Subject) -> ImageReference?,
        _ set: @escaping @Sendable (inout Settings, Change<[UInt8]>) -> Void
    ) -> ConfigField {
        ConfigField(
            name: name, kind: .picture, isOptional: true,
            current: { current($0).map { .content(ConfigContent(stored: $0.hash)) } ?? ConfigSetting.absent },
            set: { set(&$0, $1.contentChange) })
    }

    static func document(
        _ name: String, _ current: @escaping @Sendable (Subject) -> String?, _ set: @escaping @Sendable (inout Settings, [UInt8]) -> Void
    ) -> ConfigField {
        ConfigField(
            name: name, kind: .document, current: { current($0).map { .content(ConfigContent(Array($0.utf8))) } ?? ConfigSetting.absent },
            set: { if let content = $1.content { set(&$0, content.bytes) } })
    }

    /// What of `Settings` is a part of others, for a subject that has this one in it.
    func inside<Whole: Sendable, More: Sendable>(
        _ part: @escaping @Sendable (Whole) -> Subject, _ settings: any WritableKeyPath<More, Settings> & Sendable
    ) -> ConfigField<Whole, More> {
        ConfigField<Whole, More>(
            name: name, kind: kind, isOptional: isOptional, isFixed: isFixed, isForCreation: isForCreation, usual: usual,
            normal: { [normal] in normal($0, part($1)) }, mayBeEmpty: mayBeEmpty, current: { [current] in current(part($0)) },
            set: { [set] in set(&$0[keyPath: settings], $1) })
    }
}

extension ConfigField {
    /// Whether a document can say that it is so.
    func canSay(_ setting: ConfigSetting) -> Bool {
        switch setting {
        case .absent: isOptional
        case .list(let list): mayBeEmpty || !list.isEmpty
        default: true
        }
    }

    /// A document and a picture with the place where they stand, and exceptions without a day that was not said.
    func shown(_ after: ConfigSetting, _ given: ConfigSetting?) -> ConfigSetting {
        switch (kind, after) {
        case (.exceptions, _), (_, .content): given ?? after
        default: after
        }
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
