/// Where a thing of a document stands, and each of its fields.
struct ConfigPlaces: Sendable {
    let thing: ConfigPlace?
    private let fields: [String: ConfigPlace]

    init(_ value: ConfigValue) {
        thing = value.place
        guard case .members(let members) = value.content else {
            fields = [:]
            return
        }
        let places = members.compactMap { member in (member.value.place ?? member.place).map { (member.name, $0) } }
        fields = Dictionary(places, uniquingKeysWith: { first, _ in first })
    }

    /// Of the first of those fields that it has; else of the thing.
    subscript(names: String...) -> ConfigPlace? { self[names] }
    subscript(names: [String]) -> ConfigPlace? { find(names) ?? thing }

    /// nil where it has none of them.
    private func find(_ names: [String]) -> ConfigPlace? { names.lazy.compactMap { fields[$0] }.first }

    /// Where that stands of which an act refuses one thing; nil where no field says that.
    func find(_ error: AdministrationError) -> ConfigPlace? {
        guard case .problems(let problems) = error, let problem = problems.first else { return nil }
        return find(problem.field.documentNames)
    }

    /// Why an act would refuse it, each of several reasons where it stands.
    /// - Parameter names: the fields that are to blame where the reason names none.
    func refusal(_ error: AdministrationError, of words: String, at names: [String] = []) -> ConfigError {
        ConfigError(error.each.map { ConfigProblem(at: find($0) ?? self[names], of: words, .refused($0)) })
    }
}

extension AdministrationError {
    /// Each problem for itself.
    var each: [AdministrationError] {
        guard case .problems(let problems) = self else { return [self] }
        return problems.map { .problems([$0]) }
    }
}
