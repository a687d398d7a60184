import Administration
import Gateway

/// Why a command ends with another status than 0: one problem, or all problems of a configuration together.
struct CommandFailure: Error, Sendable {
    struct Problem: Sendable, Equatable {
        let code: String
        let message: String
        var expected: String?
        var seen: String?
        let remedy: String
        /// What of it is done here.
        var acts: [Remedy] = []
    }

    /// Refused, or a negative verdict.
    static let refused: Int32 = 1
    /// EX_USAGE of sysexits.h.
    static let usage: Int32 = 64

    /// At least one.
    let problems: [Problem]
    let status: Int32
    /// What is to be known beside it.
    var notes: [String] = []
    /// Where the command was at work: what its acts are about.
    var place = Place()
    /// On which commands that are printed must act.
    var installation = InstallationOptions()

    init(_ first: Problem, _ others: [Problem] = [], status: Int32 = refused) {
        problems = [first] + others
        self.status = status
    }

    init(code: String, message: String, expected: String? = nil, seen: String? = nil, remedy: String, status: Int32 = refused) {
        self.init(Problem(code: code, message: message, expected: expected, seen: seen, remedy: remedy), status: status)
    }

    /// - Parameter hint: goes in front of the remedy.
    init(_ error: any Diagnosable, hint: String? = nil) {
        if case .problems(let given)? = error as? AdministrationError {
            // Here a field has the name of its option.
            let problems = given.map { problem in
                Problem(code: error.code, message: problem.commandText, remedy: problem.commandRemedy, acts: problem.acts)
            }
            if let first = problems.first {
                self.init(first, Array(problems.dropFirst()))
                return
            }
        }
        self.init(
            Problem(
                code: error.code, message: error.message, expected: error.expected, seen: error.seen,
                remedy: [hint, error.remedy].compactMap(\.self).joined(separator: " "), acts: error.acts))
    }

    /// Whatever a command threw, as what is shown of it.
    init(any error: any Error, at place: Place = Place(), of installation: InstallationOptions) {
        self.init(any: error)
        self.place = place
        // What was at work on one has said so itself.
        if self.installation == InstallationOptions() { self.installation = installation }
    }

    init(any error: any Error) {
        if let failure = error as? CommandFailure {
            self = failure
        } else if let error = error as? any Diagnosable {
            self.init(error)
        } else {
            // Everything of ours is one of the above.
            self = .unforeseen(error)
        }
    }
}
