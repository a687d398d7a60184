import ArgumentParser
import Glibc
import WireFormats

/// A deletion is confirmed: on a terminal by the name of what goes, elsewhere by an option, for nobody can be asked there.
struct Confirmation: ParsableArguments {
    @Flag(help: "Delete without asking; needed where no terminal is.") var yes = false

    /// - Parameters:
    ///   - name: what has to be typed.
    ///   - consequence: what is gone then, a sentence.
    func require(_ name: String, _ consequence: String) throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw CommandFailure.noTerminal(consequence)
        }
        Output.write(Printable.line(consequence) + "\nType \(Printable.line(name)) to delete it: ", to: STDERR_FILENO)
        guard let line = readLine(strippingNewline: true), line.utf8.elementsEqual(name.utf8) else {
            throw CommandFailure.otherName(than: name)
        }
    }
}
