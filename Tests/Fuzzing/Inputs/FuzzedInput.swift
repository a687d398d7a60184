/// One reader of bytes from outside, as the fuzzer and the replay of its seeds call it: whatever comes in, it may not end the process, and what it
/// accepts must hold what is said here of it.
package struct FuzzedInput: Sendable {
    package let name: String
    package let read: @Sendable ([UInt8]) -> Void

    package init(_ name: String, _ read: @escaping @Sendable ([UInt8]) -> Void) { (self.name, self.read) = (name, read) }

    package static let all = saml + federations + formats
}

/// A promise that was broken ends the process, which a fuzzer and a test both see.
func promise(_ condition: Bool, _ what: @autoclosure () -> String) {
    guard condition else { fatalError("fuzzed: " + what()) }
}
