package import Gateway

/// All that is wrong with a configuration document; never empty.
package struct ConfigError: Error, Sendable {
    package let problems: [ConfigProblem]

    package init(_ problems: [ConfigProblem]) { self.problems = problems }
}

package struct ConfigProblem: Sendable {
    package enum Cause: Sendable {
        /// The document does not read, or has what no document may have.
        case syntax(String)
        /// A field that does not exist, and those that do.
        case unknownField(String, known: [String])
        /// What a field must be, and what stands there.
        case expected(field: String, String, seen: String)
        case missing(field: String)
        /// What would have to be there once.
        case twice(String)
        /// What stands at another place already, called otherwise.
        case same(as: ConfigPlace?)
        /// Fields of which one says what the others say otherwise.
        case several([String])
        /// An act would refuse it.
        case refused(AdministrationError)
        /// What is referred to cannot be had.
        case reference(any Diagnosable)
        /// What two of those that are there have in common, so that it names neither.
        case ambiguous(String)
        /// What the document names and has no entry for, so that it would be deleted.
        case absent(ConfigStep.Kind, String)
        /// What is chosen when something is made.
        case fixed(field: String, before: String)
    }

    package let place: ConfigPlace?
    /// What it is about: "client 'app' of pool 'staff'"; empty: the document.
    package let subject: String
    package let cause: Cause

    package init(at place: ConfigPlace?, of subject: String = "", _ cause: Cause) { (self.place, self.subject, self.cause) = (place, subject, cause) }
}

/// Collects problems, so that an admin is told all of them at once.
struct ConfigProblems {
    private(set) var list: [ConfigProblem] = []
    /// More would not be read.
    private static let limit = 50

    mutating func add(_ problem: ConfigProblem) { if list.count < Self.limit { list.append(problem) } }

    func refuse() throws(ConfigError) { guard list.isEmpty else { throw ConfigError(list) } }
}
