import FuzzedInputs
import Glibc

/// libFuzzer with one of the inputs: `Fuzz NAME [libFuzzer's options] [folders]`. The main function is Swift's, so that libFuzzer is called as a library.
@main
enum Fuzz {
    static func main() {
        guard CommandLine.arguments.count > 1, let input = FuzzedInput.all.first(where: { $0.name == CommandLine.arguments[1] }) else {
            print(FuzzedInput.all.map(\.name).joined(separator: "\n"))
            exit(CommandLine.arguments.count > 1 ? 64 : 0)
        }
        chosen = input
        var arguments: [UnsafeMutablePointer<CChar>?] = (["Fuzz"] + CommandLine.arguments.dropFirst(2)).map { strdup($0) }
        var count = CInt(arguments.count)
        arguments.append(nil)
        arguments.withUnsafeMutableBufferPointer { buffer in
            var pointer = buffer.baseAddress
            exit(
                runDriver(
                    &count, &pointer,
                    { bytes, count in
                        chosen?.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
                        return 0
                    }))
        }
    }
}

/// Written once, before the driver begins.
private nonisolated(unsafe) var chosen: FuzzedInput?

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ call: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
