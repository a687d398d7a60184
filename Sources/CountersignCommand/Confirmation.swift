import ArgumentParser
import Glibc
import WireFormats

/// What takes something away for good is confirmed: on a terminal by its name, elsewhere by an option, for nobody can be asked there.
struct Confirmation: ParsableArguments {
    @Flag(help: "Do it without asking; needed where no terminal is.") var yes = false

    /// - Parameters:
    ///   - name: what has to be typed.
    ///   - consequence: what is gone then, a sentence.
    ///   - act: what is done, as it ends the request to type the name.
    func require(_ name: String, _ consequence: String, to act: String = "delete it") throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw CommandFailure.noTerminal(consequence)
        }
        Output.write(Printable.line(consequence) + "\nType \(Printable.line(name)) to \(act): ", to: STDERR_FILENO)
        guard let line = readLine(strippingNewline: true), line.hasSameBytes(as: name) else {
            throw CommandFailure.otherName(than: name)
        }
    }
}
