import ArgumentParser
import Glibc
import Gateway
import TokenVerifier
import WireFormats

/// How a command answers.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json

    /// What the arguments ask for, whether or not they parse.
    static func asked(in arguments: [String]) -> OutputFormat {
        var format = OutputFormat.table
        for (index, argument) in arguments.enumerated() {
            if argument == "--output", index + 1 < arguments.count {
                format = OutputFormat(rawValue: arguments[index + 1]) ?? format
            } else if argument.hasPrefix("--output=") {
                format = OutputFormat(rawValue: String(argument.dropFirst("--output=".count))) ?? format
            }
        }
        return format
    }
}

/// What a command has to say: a document for programs, and the same as text for people.
struct Answer: Sendable {
    var document: JSONValue
    var text: String
    /// For people only, on standard error.
    var notes: [String] = []
    var status: Int32 = 0
}

/// A command that answers with one document.
protocol AnsweringCommand: AsyncParsableCommand {
    var shared: SharedOptions { get }
    /// What the command is about: remedies are rendered with these names.
    var place: Place { get }
    func answer() async throws -> Answer
}

extension AnsweringCommand {
    var place: Place { Place() }

    func run() async throws { try await Answer.give(shared.output, at: place, of: shared.installation, answer) }
}

extension Answer {
    /// Writes what `answer` makes, or says why there is none.
    static func give(
        _ format: OutputFormat, at place: Place = Place(), of installation: InstallationOptions = InstallationOptions(),
        _ answer: () async throws -> Answer
    ) async throws {
        let made: Answer
        do { made = try await answer() } catch let error as ValidationError { throw error } catch {
            throw CommandFailure(any: error, at: place, of: installation)
        }
        let text =
            switch format {
            case .table: made.text
            case .json: JSONWriter.pretty(made.document) + "\n"
            }
        // A program that goes on with half an answer would go on with nothing.
        guard Output.write(text, to: STDOUT_FILENO) else { throw CommandFailure.answerLost(SystemError.text(errno)) }
        for note in made.notes { Output.note(note) }
        if made.status != 0 { throw ExitCode(made.status) }
    }
}

/// The way to standard output and standard error.
enum Output {
    /// Writes all of it; false (and `errno`) where that is not possible.
    /// - Parameter patience: milliseconds to wait for whoever reads slowly where writing does not wait by itself; -1 is for ever.
    @discardableResult
    static func write(_ text: String, to file: Int32, patience: Int32 = -1) -> Bool {
        write(Array(text.utf8), to: file, patience: patience)
    }

    @discardableResult
    static func write(_ bytes: [UInt8], to file: Int32, patience: Int32 = -1) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // Somebody else has the same open file, and made it one that does not wait.
                var poll = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                if Glibc.poll(&poll, 1, patience) == 0 { return false }
            } else if count == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }

    static func note(_ text: String) { write("note: " + Printable.line(text) + "\n", to: STDERR_FILENO) }

    static func report(_ failure: CommandFailure, as format: OutputFormat) {
        switch format {
        case .table: write(text(failure), to: STDERR_FILENO)
        case .json: write(JSONWriter.pretty(.object(document(failure))) + "\n", to: STDERR_FILENO)
        }
    }

    /// Two or three lines a problem.
    static func text(_ failure: CommandFailure) -> String {
        failure.problems.map { problem in
            var lines = ["error: \(problem.code): \(problem.message)"]
            let seen = [problem.expected.map { "expected \($0)" }, problem.seen.map { "seen \($0)" }].compactMap(\.self)
            if !seen.isEmpty { lines.append("  " + seen.joined(separator: ", ")) }
            lines.append("  remedy: " + problem.remedy)
            lines += problem.acts.map { "  try: " + $0.command(at: failure.place, of: failure.installation) }
            return lines.map { Printable.line($0) + "\n" }.joined()
        }.joined() + failure.notes.map { "note: " + Printable.line($0) + "\n" }.joined()
    }

    static func document(_ failure: CommandFailure) -> JSONObject {
        guard let first = failure.problems.first else { return [:] }
        var object = document(first, of: failure)
        if failure.problems.count > 1 {
            object = [
                "error": .string(first.code), "message": .string("There are \(failure.problems.count) problems. \(first.message)"),
                "remedy": .string(first.remedy),
            ]
            object.append("problems", .array(failure.problems.map { .object(document($0, of: failure)) }))
        }
        if !failure.notes.isEmpty { object.append("notes", .array(failure.notes.map { .string($0) })) }
        return object
    }

    private static func document(_ problem: CommandFailure.Problem, of failure: CommandFailure) -> JSONObject {
        var object: JSONObject = ["error": .string(problem.code), "message": .string(problem.message)]
        object.append("expected", ifPresent: problem.expected)
        object.append("seen", ifPresent: problem.seen)
        let commands = problem.acts.map { $0.command(at: failure.place, of: failure.installation) }
        object.append("remedy", .string(problem.remedy + (commands.isEmpty ? "" : " Try: " + commands.joined(separator: "; or: "))))
        if !commands.isEmpty { object.append("commands", .array(commands.map(JSONValue.string))) }
        return object
    }
}
