import Gateway
import UserPools
import WireFormats

extension SettingReading {
    /// Who may use the console. A pool without a group would be all of its people, a group without a pool nobody's: both are named, or neither.
    mutating func console() -> ConsoleSettings? {
        let pool = value(.consolePool) { text -> Reading<UserPool.ID> in
            UserPool.ID(text).map(Reading.success) ?? .failure("is not the id of a pool, as 'pool list' shows it")
        }
        let group = value(.consoleGroup, Self.word)
        let acr = value(.consoleACR) { text -> Reading<String> in
            text.utf8.contains(UInt8(ascii: " ")) ? .failure("is several values; the console asks for one") : Self.word(text)
        }
        let names = (pool: given[.consolePool] != nil, group: given[.consoleGroup] != nil, acr: given[.consoleACR] != nil)
        if names.group != names.pool {
            let (named, missing) = names.pool ? (Setting.consolePool, Setting.consoleGroup) : (.consoleGroup, .consolePool)
            add(
                named, "\(given.origin(of: named)) is given without \(missing.flag).",
                remedy: "Give both or none, for example: \(missing.usage)")
        } else if names.acr, !names.pool {
            add(
                .consoleACR, "\(given.origin(of: .consoleACR)) is given without a console.",
                remedy: "Give \(Setting.consolePool.flag) and \(Setting.consoleGroup.flag) as well, or leave it out.")
        }
        guard let pool, let group else { return nil }
        return ConsoleSettings(pool: pool, group: group, acr: acr)
    }

    private static func word(_ text: String) -> Reading<String> {
        text.isEmpty || text.utf8.count > 255 || text.unicodeScalars.contains { !Printable.isHarmless($0) }
            ? .failure("is not 1 to 255 bytes that can be shown") : .success(text)
    }
}
