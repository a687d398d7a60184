import CXMLSec

/// The process-wide start of libxml2 and xmlsec. It cannot be undone, and nothing verifies unless its self-test has passed.
package enum XMLSecurityLibrary {
    /// Once per process, from any thread; later calls only read the outcome. Every entry point of this module calls it itself.
    package static func start() throws(XMLSecurityError) {
        try outcome.get()
    }

    /// A `static let` is made by exactly one thread while the others wait.
    private static let outcome: Result<Void, XMLSecurityError> = {
        let step = cxs_start()
        guard step == 0 else { return .failure(.libraryUnavailable("set-up step \(step) failed")) }
        do throws(XMLSecurityError) {
            try SelfTest.run()
            return .success(())
        } catch {
            return .failure(error)
        }
    }()
}
