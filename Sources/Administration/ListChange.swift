import WireFormats

/// What an admin says of a list: another one in its place, or entries that come and entries that go.
package struct ListChange: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// nil: what is there stays.
    package var replacement: [String]?
    package var added: [String]
    package var removed: [String]

    package init(replacement: [String]? = nil, added: [String] = [], removed: [String] = []) {
        (self.replacement, self.added, self.removed) = (replacement, added, removed)
    }

    /// In place of what is there.
    package init(_ entries: [String]) { self.init(replacement: entries) }
    package init(arrayLiteral entries: String...) { self.init(replacement: entries) }

    /// What is named to be there afterwards.
    package var given: [String] { (replacement ?? []) + added }

    /// The list afterwards; one that is there already is not added again.
    /// - Throws: where something is taken away that is not there: a slip of the pen must not pass for done.
    func applied(to list: [String], _ field: Field) throws(AdministrationError) -> [String] {
        var entries = replacement ?? list
        for entry in removed {
            guard let index = entries.firstIndex(where: { $0.hasSameBytes(as: entry) }) else {
                var problem = Problem(
                    field, entry, "is not there to be removed",
                    example: .words(entries.isEmpty ? "none is there" : "one of \(entries.joined(separator: " "))"))
                problem.isRemoval = true
                throw .problems([problem])
            }
            entries.remove(at: index)
        }
        for entry in added where !entries.contains(where: { $0.hasSameBytes(as: entry) }) { entries.append(entry) }
        return entries
    }
}
