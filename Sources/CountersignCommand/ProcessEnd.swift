import Glibc

/// The one way out of the process.
enum ProcessEnd {
    /// Ends the process once what was logged is written; nothing is printed through a buffer.
    ///
    /// `exit` would first let the libraries undo themselves, OpenSSL among them, under the threads that still use them: one that was connecting to a
    /// database then made the process crash. Nothing here is left to be done by them: what must be finished is finished by whoever began it.
    static func leave(_ status: Int32) -> Never {
        LogSink.shared.writeWaiting()
        _exit(status)
    }
}
