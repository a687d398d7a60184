/// Something that an admin does, as a value: a command line, a console or another dialect makes the same one of what it was given.
package protocol AdminAct: Sendable {
    associatedtype Answer: Sendable
    /// Checks what is given, does it and records it in one transaction.
    ///
    /// - Throws: all problems of what is given, or why it could not be done; nothing was changed then.
    func perform(at desk: Administration) async throws(AdministrationError) -> Answer
}

extension Administration {
    package func perform<Act: AdminAct>(_ act: Act) async throws(AdministrationError) -> Act.Answer { try await act.perform(at: self) }
}

/// Collects what is wrong with an input, so that an admin is told all of it at once. What is no problem of the input ends it at once.
struct ProblemList {
    private var problems: [Problem] = []

    /// What a check gives, or nil where it found a problem.
    @discardableResult
    mutating func check<Value>(_ body: @autoclosure () throws(AdministrationError) -> Value) throws(AdministrationError) -> Value? {
        do throws(AdministrationError) { return try body() } catch {
            guard case .problems(let found) = error else { throw error }
            problems += found
            return nil
        }
    }

    func refuse() throws(AdministrationError) {
        guard problems.isEmpty else { throw .problems(problems) }
    }
}
